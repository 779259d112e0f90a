"""Practice objects can never reach a real server: refused by type, and again at run time."""

import subprocess
import sys

import pytest

from coophost_gui.hosts.base import Practice, Real, same_world
from coophost_gui.kit.places import CHECKOUT
from coophost_gui.kit.problems import WorldsMixed

MIXED = """
from coophost_gui.apps.app import App
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.hosts.base import Host, Practice, Real
from coophost_gui.servers.world import World


def fine(world: World[Real], host: Host[Real], app: App[Real]) -> None:
    deploy_steps(world, host, app)


def fine_too(world: World[Practice], host: Host[Practice], app: App[Practice]) -> None:
    deploy_steps(world, host, app)


def practice_app_on_a_real_host(world: World[Real], host: Host[Real], app: App[Practice]) -> None:
    deploy_steps(world, host, app)


def real_app_on_a_practice_host(world: World[Real], host: Host[Practice], app: App[Real]) -> None:
    deploy_steps(world, host, app)
"""


class Thing:
    def __init__(self, world):
        self.world = world


def test_things_of_one_world_may_meet():
    same_world(Thing(Real), Thing(Real))
    same_world(Thing(Practice), Thing(Practice))


def test_things_of_two_worlds_may_not():
    with pytest.raises(WorldsMixed):
        same_world(Thing(Real), Thing(Practice))


def test_the_type_checker_refuses_a_mix(tmp_path):
    source = tmp_path / "mixed.py"
    source.write_text(MIXED)
    found = subprocess.run(
        [sys.executable, "-m", "mypy", source],  # with what ``make lint`` has read already
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        check=False,
    )
    lines = {int(line.split(":")[1]) for line in found.stdout.splitlines() if ": error:" in line}
    wrong = {n for n, line in enumerate(MIXED.splitlines(), 1) if "deploy_steps(w" in line}
    assert lines == set(sorted(wrong)[2:]), found.stdout
