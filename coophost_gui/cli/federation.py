"""``coophost federation``: join other collectives, and decide together."""

import argparse

from coophost_gui.cli import given
from coophost_gui.cli.terminal import Terminal
from coophost_gui.federation.lint import lint

LINT_COLUMNS = ("file", "line", "rule", "says", "mend")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    federation = commands.add_parser("federation", help="join other collectives, decide together")
    actions = federation.add_subparsers(required=True, metavar="ACTION")
    faults = actions.add_parser("lint", help="find what is wrong in a record of decisions")
    faults.add_argument(
        "folder", type=given.folder, help="a record, or the documentation's checkout"
    )
    faults.set_defaults(run=_lint)


def _lint(args: argparse.Namespace, terminal: Terminal) -> int:
    """Print every fault; 1 when there is one."""
    found = lint(args.folder)
    terminal.print_list([one.data() for one in found], LINT_COLUMNS)
    return 1 if found else 0
