"""``coophost health``: how every app on every server is."""

import argparse
from typing import Any

from coophost_gui.cli import given
from coophost_gui.cli.terminal import Terminal
from coophost_gui.health.board import Board, as_data
from coophost_gui.health.rounds import look_at_all
from coophost_gui.kit.jobs import Job

COLUMNS = ("app", "server", "state", "reason", "at")
EVERY = 30.0  # seconds


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    health = commands.add_parser("health", help="say how every app on every server is")
    health.add_argument("--watch", action="store_true", help="look again and again, until stopped")
    health.add_argument(
        "--every",
        type=given.positive,
        default=EVERY,
        metavar="SECONDS",
        help="how often, with --watch",
    )
    health.set_defaults(run=run)


def run(args: argparse.Namespace, terminal: Terminal) -> int:
    """Print one look; with ``--watch`` one after the other. 1 when an app needs a person."""
    world = terminal.world

    def watch(job: Job) -> Board:
        seen = look_at_all(world, job)
        show(terminal, seen)
        while args.watch:
            job.wait(args.every)
            seen = look_at_all(world, job, seen)
            show(terminal, seen)
        return seen

    seen = terminal.look(watch)
    return 1 if any(card.level == "bad" for card in seen.cards) else 0


def show(terminal: Terminal, seen: Board) -> None:
    """Print *seen*: what needs a person first."""
    rows: list[dict[str, Any]] = [as_data(card) for card in seen.loudest]
    for server in seen.servers:
        if server.level != "good":
            terminal.say(f"{server.server}: {server.word}. {server.reason}")
    terminal.print_list(rows, COLUMNS)
