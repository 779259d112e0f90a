"""``coophost``: finds the commands, runs one, and turns its outcome into an exit code.

Exit codes: 0 done, 1 a problem, 2 usage or a missing answer, 70 our bug, 130 stopped.
"""

import argparse
import importlib
import json
import logging
import pkgutil
import sys
import traceback
from collections.abc import Sequence

import coophost_gui
import coophost_gui.cli as here
from coophost_gui.cli.terminal import Terminal, prepared_answers
from coophost_gui.kit import log
from coophost_gui.kit.problems import AnswersMissing, Cancelled, Problem

DONE, PROBLEM, USAGE, BUG, STOPPED = 0, 1, 2, 70, 130
OURS = ("main", "terminal")


def parser() -> argparse.ArgumentParser:
    """Return the parser with the commands of every file in this folder."""
    top = argparse.ArgumentParser(
        prog="coophost", description="Run your own libre apps together, from a terminal."
    )
    top.add_argument("--version", action="version", version=coophost_gui.__version__)
    commands = top.add_subparsers(required=True, metavar="COMMAND")
    for module in pkgutil.iter_modules(here.__path__):
        if module.name not in OURS:
            importlib.import_module(f"{here.__name__}.{module.name}").register(commands)
    for command in _leaves(top):
        _add_common(command)
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; return its exit code."""
    args = parser().parse_args(arguments)
    handler = log.start()
    terminal = Terminal(json=args.json, yes=args.yes)
    try:
        terminal.prepared = prepared_answers(args.answers, args.secrets_fd)
        code: int = args.run(args, terminal)
        return code
    except AnswersMissing as problem:
        _report(problem, terminal)
        return USAGE
    except Problem as problem:
        _report(problem, terminal)
        return PROBLEM
    except (Cancelled, KeyboardInterrupt):
        terminal.say("Stopped. What was finished stays; run the same command to go on.")
        return STOPPED
    except BrokenPipeError:
        sys.stderr.close()
        return STOPPED
    except Exception:
        story = log.redact(traceback.format_exc())
        logging.getLogger(__name__).error("%s", story)
        terminal.say(f"This is a mistake of ours, not yours. The report to send us:\n{story}")
        return BUG
    finally:
        terminal.close()
        logging.getLogger("coophost_gui").removeHandler(handler)
        handler.close()


def _report(problem: Problem, terminal: Terminal) -> None:
    detail = log.redact(problem.detail.strip())
    logging.getLogger(__name__).warning("%s: %s %s", problem.key, problem, detail)
    if terminal.json:
        sentences = [log.redact(str(sentence)) for sentence in problem.sentences()]
        print(json.dumps({"problem": problem.key, "sentences": sentences, "detail": detail}))
    for sentence in problem.sentences():
        terminal.say(sentence)
    if detail:
        terminal.say("Details:\n  " + "\n  ".join(detail.splitlines()[-20:]))


def _leaves(parser: argparse.ArgumentParser) -> list[argparse.ArgumentParser]:
    inner = [a for a in parser._actions if isinstance(a, argparse._SubParsersAction)]
    if not inner:
        return [parser]
    return [leaf for action in inner for sub in action.choices.values() for leaf in _leaves(sub)]


def _add_common(command: argparse.ArgumentParser) -> None:
    group = command.add_argument_group("for scripts")
    group.add_argument("--json", action="store_true", help="print data instead of words")
    group.add_argument("--yes", action="store_true", help="do what the plan says without asking")
    group.add_argument("--answers", metavar="FILE", help="answers as lines of key: value (YAML)")
    group.add_argument(
        "--secrets-fd", type=int, metavar="N", help="read key: value lines of secrets from N"
    )
