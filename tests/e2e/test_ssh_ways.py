"""Jump hosts and proxy commands, on real sshds: every machine on the way is checked."""

import contextlib
import threading
import time
from pathlib import Path

import pytest

from coophost_gui.hosts.base import FINGERPRINT
from coophost_gui.hosts.keys import own_key
from coophost_gui.hosts.problems import (
    CommandGaveUp,
    HopDoesNotReach,
    HopRefuses,
    HopsWithoutEnd,
    HostKeyChanged,
)
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.secrets import MemorySecrets
from tests.testbed.commands import until
from tests.testbed.loopback import LoopbackSshd

pytestmark = pytest.mark.testbed
NAMES = ("one", "two", "goal")


class Person:
    """Confirms the fingerprints of the machines that she knows; remembers who asked."""

    def __init__(self, *servers):
        self.known = {server.fingerprint for server in servers}
        self.asked = []

    def __call__(self, event):
        if isinstance(event, Asked):
            assert event.field is FINGERPRINT
            self.asked.append(event.facts["host"])
            shown = event.facts["fingerprint"]
            event.answer.set_result(shown if shown in self.known else "")


@pytest.fixture(scope="module")
def servers(tmp_path_factory):
    """Three machines: two on the way, and the goal."""
    folder = tmp_path_factory.mktemp("ways")
    with contextlib.ExitStack() as stack:
        yield [
            stack.enter_context(LoopbackSshd(folder / name, "PermitRootLogin yes\n"))
            for name in NAMES
        ]


@pytest.fixture
def ssh_dir(own_home, servers):
    folder = own_home / ".ssh"
    public = own_key(folder).public
    for server in servers:
        server.let_in(public)
    return folder


@pytest.fixture
def write(ssh_dir, servers):
    """Writes ssh's config: a block for each machine, and what a test adds."""

    def write(goal="", more="", two=""):
        blocks = ""
        for name, server, extra in zip(NAMES, servers, ("", two, goal), strict=True):
            blocks += f"Host {name}\n HostName 127.0.0.1\n Port {server.port}\n"
            blocks += f" HostKeyAlias {name}\n {extra}\n"
        (ssh_dir / "config").write_text("User root\n" + blocks + more)

    return write


@pytest.fixture
def connections(ssh_dir):
    connections = Connections(MemorySecrets(), ssh_dir)
    yield connections
    connections.close()


@pytest.fixture
def make_known(ssh_dir, servers):
    def make_known(*names):
        with (ssh_dir / "known_hosts").open("a") as file:
            for name, server in zip(NAMES, servers, strict=True):
                if name in names:
                    file.write(f"{name} {server.known.split(maxsplit=1)[1]}")

    return make_known


def append(ssh_dir, text):
    with (ssh_dir / "known_hosts").open("a") as file:
        file.write(text)


def reaches(connections, person=None):
    job = Job(person) if person else Job()
    host = connections.reach(job, "goal")
    assert host.run(job, "echo", "there").out == "there\n"
    return host


class TestHops:
    def test_each_machine_on_the_way_is_compared_and_then_known(
        self, write, servers, connections, ssh_dir
    ):
        write("ProxyJump one,two")
        person = Person(*servers)
        reaches(connections, person)
        assert person.asked == ["127.0.0.1"] * 3
        names = [line.split()[0] for line in (ssh_dir / "known_hosts").read_text().splitlines()]
        assert names == ["one", "two", "goal"]
        connections.drop("goal")
        reaches(connections)

    def test_the_question_names_the_machine(self, servers, ssh_dir, connections):
        one, _, goal = servers
        text = f"User root\nHost localhost\n Port {one.port}\n"
        text += f"Host goal\n HostName 127.0.0.1\n Port {goal.port}\n ProxyJump localhost\n"
        (ssh_dir / "config").write_text(text)
        person = Person(*servers)
        reaches(connections, person)
        assert person.asked == ["localhost", "127.0.0.1"]

    def test_a_hop_may_be_written_out(self, write, servers, connections, make_known, ssh_dir):
        write(f"ProxyJump root@127.0.0.1:{servers[0].port}")
        make_known("goal")
        append(ssh_dir, servers[0].known)
        reaches(connections)
        assert "127.0.0.1 port" in servers[0].log

    def test_a_hop_has_its_own_settings(self, write, connections, make_known):
        write("ProxyJump two", two="ProxyJump one")
        make_known(*NAMES)
        reaches(connections)

    def test_closing_the_last_closes_them_all(self, write, servers, connections, make_known):
        write("ProxyJump one,two")
        make_known(*NAMES)
        reaches(connections)
        connections.close()
        until(lambda: not _sessions(*servers), "sessions end")

    @pytest.mark.parametrize("which", [0, 1, 2])
    def test_a_changed_key_on_the_way_stops_everything(
        self, write, servers, connections, make_known, ssh_dir, which
    ):
        name = NAMES[which]
        write("ProxyJump one,two")
        make_known(*(set(NAMES) - {name}))
        other = own_key(ssh_dir).public
        append(ssh_dir, f"{name} {other}\n")
        person = Person(*servers)
        with pytest.raises(HostKeyChanged) as caught:
            reaches(connections, person)
        assert caught.value.stops
        assert "known_hosts, line 3: ssh-ed25519" in caught.value.detail
        assert person.asked == []
        until(lambda: not _sessions(*servers), "sessions end")

    def test_a_hop_that_lets_nobody_through_is_named(self, write, servers, connections, make_known):
        with LoopbackSshd(servers[0].folder / "strict", "AllowTcpForwarding no\n") as strict:
            strict.let_in(own_key(connections._ssh_dir).public)
            write("ProxyJump strict", f"Host strict\n HostName localhost\n Port {strict.port}\n")
            make_known("goal")
            with pytest.raises(HopRefuses, match="localhost lets us in, but not through"):
                reaches(connections, Person(strict))

    def test_a_goal_that_the_hop_does_not_reach_is_named(self, write, connections, make_known):
        write(more="Host nowhere\n HostName 127.0.0.1\n Port 1\n ProxyJump one\n")
        make_known("one")
        with pytest.raises(HopDoesNotReach, match="port 1"):
            connections.reach(Job(), "nowhere")

    def test_going_round_in_a_circle_is_said(self, write, connections, make_known):
        write("ProxyJump two", more="Host *\n ProxyJump goal\n")
        with pytest.raises(HopsWithoutEnd):
            reaches(connections)


class TestCommands:
    def test_a_command_carries_the_connection_and_ends_with_it(
        self, write, servers, connections, make_known, tmp_path
    ):
        tool = tmp_path / "carry"
        tool.write_text(_CARRY.format(pid=tmp_path / "pid"))
        write(f'ProxyCommand python3 "{tool}" %h %p')
        make_known("goal")
        host = reaches(connections)
        assert host.address == "127.0.0.1"
        pid = int((tmp_path / "pid").read_text())
        connections.close()
        until(lambda: not Path(f"/proc/{pid}").exists(), "the command ends")

    def test_ssh_itself_may_be_the_command(self, write, connections, make_known, ssh_dir):
        options = f"-F {ssh_dir}/config -i {own_key(ssh_dir).path}"
        options += f" -o UserKnownHostsFile={ssh_dir}/known_hosts"
        write(f"ProxyCommand ssh {options} -W %h:%p one")
        make_known("one", "goal")
        reaches(connections)

    def test_none_goes_straight(self, write, connections, make_known):
        write("ProxyCommand none", more="Host *\n ProxyCommand false\n")
        make_known("goal")
        reaches(connections)

    @pytest.mark.parametrize("command", ["echo the tunnel is shut >&2", "none-such-command"])
    def test_a_command_that_gives_up_is_told_with_its_words(
        self, write, connections, make_known, command
    ):
        write(f"ProxyCommand sh -c '{command}'")
        make_known("goal")
        with pytest.raises(CommandGaveUp) as caught:
            reaches(connections)
        assert command.split()[-2 if ">" in command else 0][:4] in caught.value.detail

    def test_a_command_that_never_speaks_is_left_when_the_person_stops(self, write, connections):
        write("ProxyCommand sleep 600")
        job = Job()
        threading.Timer(0.5, job.cancel).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            connections.reach(job, "goal")
        assert time.monotonic() - began < 5


_CARRY = (
    """
import os, socket, sys, threading
open({str_pid!r}, "w").write(str(os.getpid()))
""".replace("{str_pid!r}", "'{pid}'")
    + """
there = socket.create_connection((sys.argv[1], int(sys.argv[2])))
def out():
    while data := there.recv(65536):
        os.write(1, data)
threading.Thread(target=out, daemon=True).start()
while data := os.read(0, 65536):
    there.sendall(data)
"""
)


def _sessions(*servers):
    """Return the sshd processes that hold a connection of ours to one of *servers*."""
    mains = {str(server._process.pid) for server in servers}
    found = []
    for entry in Path("/proc").iterdir():
        with contextlib.suppress(OSError, IndexError):
            if entry.name.isdigit() and entry.joinpath("stat").read_text().split()[3] in mains:
                found.append(entry.name)
    return found
