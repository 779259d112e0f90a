"""``coophost completion``: the script that lets a shell complete commands, options and names.

It is made from the commands themselves, and starts no Python: the names of servers and apps
are read from abra's folder by the shell.
"""

import argparse
import re
from collections.abc import Iterator, Sequence

from coophost_gui.cli.terminal import Terminal
from coophost_gui.recipes.catalogue import Catalogue

SHELLS = ("bash", "zsh", "fish")
# In sh, which is everywhere. bash expands what it is given to choose from, so a name that
# could be a command is left out.
LIST = (
    'cd "${{ABRA_DIR:-$HOME/.abra}}/servers" 2>/dev/null || exit 0; '
    'for f in {pattern}; do [ -e "$f" ] && f=${{f%{end}}} && echo "${{f##*/}}"; done'
    ' | LC_ALL=C grep -x "[A-Za-z0-9_.-]*"'
)
PLAIN = re.compile(r"[A-Za-z0-9_.-]+")
FUNCTION = {
    "bash": '_coophost_{name}() {{\n  compgen -W "$({command})" -- "$1"\n}}',
    "zsh": '_coophost_{name}() {{\n  compadd -- ${{(f)"$({command})"}}\n}}',
    "fish": "function _coophost_{name}\n  {command}\nend",
}
CALL = {"bash": "_coophost_{name}", "zsh": "_coophost_{name}", "fish": "(_coophost_{name})"}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    completion = commands.add_parser(
        "completion", help="print what makes your shell complete commands and names"
    )
    completion.add_argument("shell", choices=SHELLS)
    completion.set_defaults(run=_completion)


def _completion(args: argparse.Namespace, terminal: Terminal) -> int:
    from coophost_gui.cli.main import parser

    world = terminal.world
    recipes = [entry.name for entry in Catalogue.find(world.abra, world.lists).entries]
    print(script(parser(), args.shell, recipes))
    return 0


def script(top: argparse.ArgumentParser, shell: str, recipes: Sequence[str]) -> str:
    """Return what *shell* needs to complete the commands of *top*."""
    import shtab

    plain = " ".join(name for name in recipes if PLAIN.fullmatch(name))
    lists = {
        "server": f"sh -c '{LIST.format(pattern='*/', end='/')}'",
        "app": f"sh -c '{LIST.format(pattern='*/*.env', end='.env')}'",
        "recipe": f"printf '%s\\n' {plain}",
    }
    for action in _arguments(top):
        if action.dest in lists:
            completed: object = {shell: CALL[shell].format(name=action.dest)}
        elif action.metavar == "FILE":
            completed = shtab.FILE
        elif action.metavar == "RECIPE_DIR" or action.dest == "place":
            completed = shtab.DIRECTORY
        else:
            continue
        action.complete = completed  # type: ignore[attr-defined]
    functions = [
        FUNCTION[shell].format(name=name, command=command) for name, command in lists.items()
    ]
    return str(shtab.complete(top, shell, preamble="\n".join(functions)))


def _arguments(parser: argparse.ArgumentParser) -> Iterator[argparse.Action]:
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for inner in action.choices.values():
                yield from _arguments(inner)
        else:
            yield action
