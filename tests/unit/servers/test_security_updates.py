"""Security updates: what counts as switched on, and what is done where they are not."""

import re

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.servers import packages
from coophost_gui.servers.facts import parse
from coophost_gui.servers.steps import security_updates as step
from coophost_gui.servers.steps.security_updates import docker_waits, security_updates, switched_on
from tests.unit.servers.house import YES, House
from tests.unit.servers.said import BLANK, READY

UNMASK = "systemctl unmask " + " ".join(step.TIMERS)
ENABLE = "systemctl enable --now " + " ".join(step.TIMERS)
FINISH, UPDATE = " ".join(packages.FINISH), " ".join(packages.UPDATE)
INSTALL = " ".join((*packages.INSTALL, step.PACKAGE))

PACKAGE = "package=unattended-upgrades ii 2.9\n"
TIMERS = "".join(f"updates.timer={timer}\n" for timer in step.TIMERS)
SETTINGS = "".join(
    f"updates={name}={value}\n"
    for name, value in re.findall(r'^(\S+) "(.*)";$', step.TEXT, re.MULTILINE)
)
GOOD = READY + PACKAGE + TIMERS + SETTINGS


def house(facts):
    made = House(facts, {ENABLE: TIMERS, INSTALL: PACKAGE}, {UNMASK: YES, FINISH: YES, UPDATE: YES})
    put = made.host.put

    def putting(job, path, data, *, mode=0o644, root=False):
        put(job, path, data, mode=mode, root=root)
        made.text += SETTINGS if path == step.FILE else ""

    made.host.put = putting
    return made


def test_they_are_switched_on_with_docker_left_out_before_anything_is_installed():
    made = house(READY)
    assert carry_out([security_updates(made.door)], Job()) == 1
    assert made.commands == [FINISH, UPDATE, INSTALL, UNMASK, ENABLE]
    assert made.host.files == {step.FILE: step.TEXT.encode()}
    assert carry_out([security_updates(made.door)], Job()) == 0


def test_only_what_is_missing_is_done():
    made = house(READY + PACKAGE + TIMERS)
    assert carry_out([security_updates(made.door)], Job()) == 1
    assert made.commands == []


def test_needrestart_is_told_to_leave_docker_running_where_it_is_there():
    made = house(GOOD + "package=needrestart ii 3.6\n")
    assert carry_out([security_updates(made.door)], Job()) == 1
    assert set(made.host.files) == {step.FILE, step.NEEDRESTART_FILE}
    assert carry_out([security_updates(made.door)], Job()) == 0


def test_a_system_without_apt_is_left_to_its_own_ways():
    made = house(READY + "system.id=fedora\n")
    assert carry_out([security_updates(made.door)], Job()) == 0
    assert made.commands == []


@pytest.mark.parametrize(
    ("change", "on"),
    [
        ("", True),
        ("updates=APT::Periodic::Unattended-Upgrade=7\n", True),
        ("updates=APT::Periodic::Unattended-Upgrade=0\n", False),
        ("updates=APT::Periodic::Update-Package-Lists=0\n", False),
        ("updates=APT::Periodic::Enable=0\n", False),
        ("package=unattended-upgrades rc 2.9\n", False),
    ],
)
def test_what_counts_is_what_apt_makes_of_all_its_files(change, on):
    text = GOOD.replace(PACKAGE, change) if "package" in change else GOOD + change
    assert switched_on(parse(text, 0)) is on


@pytest.mark.parametrize("timers", ["", "updates.timer=apt-daily.timer\n"])
def test_without_both_clocks_nothing_comes_by_itself(timers):
    assert not switched_on(parse(GOOD.replace(TIMERS, timers), 0))


@pytest.mark.parametrize(
    ("there", "left_out", "waits"),
    [
        ("docker.io", ["docker"], True),  # somebody's own rule, as unattended-upgrade reads it
        ("docker-ce", ["docker-ce$", "containerd"], True),
        ("docker-ce", ["docker[.]io"], False),
        ("docker.io", [], False),
        ("docker.io", ["("], False),
        ("docker.io", ["docker.*", "containerd"], True),
        ("docker.io", ["((((.+)+)+)+)+x"], False),  # would keep us busy: never tried
        (None, ["docker"], False),  # not there yet: whichever comes must wait
    ],
)
def test_docker_waits_when_some_rule_leaves_it_out(there, left_out, waits):
    lines = [f"updates=Unattended-Upgrade::Package-Blacklist::={one}" for one in left_out]
    lines += [f"package={there} ii 1"] if there else []
    assert docker_waits(parse(BLANK + "\n".join(lines) + "\n", 0)) is waits


def test_our_own_rules_leave_out_every_docker_and_nothing_else():
    updates = parse(GOOD, 0).updates
    assert all(updates.leaves_out(name) for name in step.DOCKERS)
    assert not any(map(updates.leaves_out, ("runc", "dockerXio", "containerd-shim", "openssh")))
