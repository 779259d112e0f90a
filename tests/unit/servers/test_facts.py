"""What a server says, read into facts."""

import subprocess

import pytest

from coophost_gui.hosts.base import Result
from coophost_gui.hosts.fake import FakeHost
from coophost_gui.kit.jobs import Job
from coophost_gui.servers.facts import Disk, Listener, Package, facts, parse, script
from tests.unit.servers.said import BLANK, READY

NOW = 1795320470.0


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("user", "root"),
        ("is_root", True),
        ("system", "debian"),
        ("version", "12"),
        ("system_name", "Debian GNU/Linux 12 (bookworm)"),
        ("arch", "x86_64"),
        ("hostname", "blank"),
        ("init", "systemd"),
        ("memory", 2014660 * 1024),
        ("swap", 0),
        ("clock_ahead", 2.0),
        ("ntp", None),
        ("address", "10.0.2.15"),
        ("networks", ("10.0.2.0/24",)),
        ("resolvers", ("10.0.2.3",)),
        ("packages", ()),
        ("apparmor", True),
        ("apparmor_tools", False),
        ("unfinished", ()),
    ],
)
def test_a_blank_server_is_read(fact, value):
    assert getattr(parse(BLANK, NOW), fact) == value


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("answers", True),
        ("version", "20.10.24+dfsg1"),
        ("swarm", "active"),
        ("manager", True),
        ("live_restore", False),
        ("running", 3),
        ("proxy", "overlay swarm"),
        ("config", '{\n  "registry-mirrors": ["http://10.0.2.2:5000"]\n}'),
    ],
)
def test_the_docker_of_a_ready_server_is_read(fact, value):
    assert getattr(parse(READY, NOW).docker, fact) == value


def test_disks_listeners_and_packages_are_read():
    found = parse(READY, NOW)
    assert found.disks[0] == Disk("/", 5_000_000_000, 6_000_000_000, 350_000, 390_000)
    assert found.on_port(80) == Listener("0.0.0.0", 80, "docker-proxy")
    assert found.on_port(443) == Listener("*", 443, "dockerd")
    assert found.on_port(8080) is None
    assert found.package("apparmor") == Package("apparmor", "ii", "3.0.8-3")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no equals sign",
        "disk=/\ndisk=\nlisten=nonsense\naddress=eth0 what\npackage=x",
        "uid=many\nmemory.MemTotal=-\ntime=soon\nout4=1.1.1.1 src",
        "disk=/ -/- -/-",
    ],
)
def test_odd_answers_are_left_out_and_break_nothing(text):
    found = parse(text, NOW)
    assert found.memory == 0
    assert found.address == ""
    assert found.docker.answers is False


def test_without_an_answering_docker_nothing_about_it_is_believed():
    found = parse("docker.swarm=inactive\ndocker.live_restore=true\n", NOW)
    assert (found.docker.swarm, found.docker.live_restore) == ("", False)


def test_facts_are_one_command_with_the_script_on_its_input():
    sent = []

    def answer(stdin):
        sent.append(stdin)
        return Result(0, BLANK, "")

    host = FakeHost({"sh -s facts": answer})
    assert facts(Job(), host).hostname == "blank"
    assert host.asked == ["sh -s facts"]
    assert sent == [script()]


@pytest.mark.parametrize("shell", [["sh"], ["bash"], ["busybox", "sh"]])
def test_the_script_runs_here_in_every_shell_and_says_who_we_are(shell):
    done = subprocess.run(
        [*shell, "-s", "facts"], input=script(), capture_output=True, check=True, timeout=60
    )
    found = parse(done.stdout.decode(), NOW)
    assert done.stderr == b""
    assert found.user
    assert found.memory > 0
    assert found.disks[0].total > 0
