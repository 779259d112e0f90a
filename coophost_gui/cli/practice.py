"""``coophost practice``: the whole main job on the make-believe server inside the program."""

import argparse
from typing import TYPE_CHECKING

from coophost_gui.cli import given
from coophost_gui.flows import wizard
from coophost_gui.kit.problems import Cancelled

if TYPE_CHECKING:
    from coophost_gui.cli.terminal import Terminal


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``practice``."""
    command = commands.add_parser("practice", help="try everything out on a make-believe server")
    command.add_argument("--speed", type=given.positive, default=1.0, help="2 takes half as long")
    command.set_defaults(run=practise)


def practise(args: argparse.Namespace, terminal: "Terminal") -> int:
    """Add the practice server, bring one app to life on it, and look at its health."""
    from coophost_gui.cli.terminal import Terminal
    from coophost_gui.health.rounds import look_at_all
    from coophost_gui.workshop.host import LETTER
    from coophost_gui.workshop.practice import practice_world

    world = practice_world(args.speed)
    prepared = {
        "address": LETTER.address,
        "user": LETTER.user,
        "password": LETTER.password,
        "fingerprint": LETTER.fingerprint,
        "name": LETTER.name,
        "collective": "Quarter's Kitchen",
        "email": "hello@example.org",
        "recipe": "starter-wordpress",
        "server": LETTER.name,
        "domain": f"site.{LETTER.name}",
    }
    inside = Terminal(
        json=terminal.json, yes=True, endings=False, prepared=prepared, make_world=lambda: world
    )
    terminal.say("TRY IT OUT: a make-believe server inside this program. Nothing real is touched.")
    try:
        for key in ("add_server", "new_app"):
            inside.run_flow(wizard(key), prepared)
        seen = inside.look(lambda job: look_at_all(world, job))
        inside.print_list(
            [
                {"app": card.app, "state": str(card.word), "reason": str(card.reason)}
                for card in seen.cards
            ],
            ("app", "state", "reason"),
        )
        return 0
    except Cancelled:
        return 130
    finally:
        inside.close()
