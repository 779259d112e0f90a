"""``coophost``: finds the commands, runs one, and turns its outcome into an exit code.

Exit codes: 0 done, 1 a problem, 2 usage or a missing answer, 70 our bug, 130 stopped.
"""

import argparse
import errno
import importlib
import io
import logging
import os
import pkgutil
import sys
import traceback
from collections.abc import Sequence

import coophost_gui
import coophost_gui.cli as here
from coophost_gui.cli import given
from coophost_gui.cli.terminal import Terminal, as_json, prepared_answers
from coophost_gui.kit import log
from coophost_gui.kit.problems import AnswersMissing, Cancelled, Problem
from coophost_gui.kit.text import N_

DONE, PROBLEM, USAGE, BUG, STOPPED = 0, 1, 2, 70, 130
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
OURS = ("given", "main", "terminal")


class NoRoom(Problem):
    text = N_("core", "This computer has no room left to write to.")
    means = N_("core", "Your servers and apps were not touched by this.")
    hint = N_("core", "Make room on its disk, then run the same command again.")


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
    _any_letter()
    args = parser().parse_args(arguments)
    handler = log.start()
    terminal = Terminal(json=args.json, yes=args.yes)
    try:
        terminal.prepared = prepared_answers(args.answers, args.secrets_fd)
        code: int = args.run(args, terminal)
        print(end="", flush=True)
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
        _to_nowhere()
        return STOPPED
    except OSError as error:
        if error.errno not in NO_ROOM:
            return _our_mistake(terminal)
        _to_nowhere()
        _report(NoRoom(str(error)), terminal)
        return PROBLEM
    except Exception:
        return _our_mistake(terminal)
    finally:
        terminal.close()
        logging.getLogger("coophost_gui").removeHandler(handler)
        handler.close()


def _our_mistake(terminal: Terminal) -> int:
    story = log.redact(traceback.format_exc())
    logging.getLogger(__name__).error("%s", story)
    terminal.say(f"This is a mistake of ours, not yours. The report to send us:\n{story}")
    return BUG


def _to_nowhere() -> None:
    """Drop what is still to be printed: nobody can take it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)


def _any_letter() -> None:
    """Let every text be printed: what the locale cannot hold is written as ``\\xf1``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


def _report(problem: Problem, terminal: Terminal) -> None:
    detail = log.redact(problem.detail.strip())
    logging.getLogger(__name__).warning("%s: %s %s", problem.key, problem, detail)
    if terminal.json:
        sentences = [log.redact(str(sentence)) for sentence in problem.sentences()]
        print(as_json({"problem": problem.key, "sentences": sentences, "detail": detail}))
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
    group.add_argument(
        "--answers", type=given.file, metavar="FILE", help="answers as lines of key: value (YAML)"
    )
    group.add_argument(
        "--secrets-fd",
        type=given.descriptor,
        metavar="N",
        help="read key: value lines of secrets from N",
    )
