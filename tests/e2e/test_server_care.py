"""A server cared for: updates that leave Docker alone, doors tried from outside, Debian 13."""

import contextlib
import json
import re

import pytest

from coophost_gui.servers.facts import OURS
from coophost_gui.servers.steps import security_updates
from tests.e2e.person import NAME, Person, finish
from tests.e2e.test_add_server import STEPS, everything_holds
from tests.testbed.systemd import SystemdServer

OTHER = "ca-certificates"
# Older than what Debian has, and new enough for each other.
OLD = {"docker.io": "1.20-1", "containerd": "1.4-1", OTHER: "20200101"}


@pytest.fixture
def prepared(services):
    """A Debian server where somebody installed Docker, and nothing more."""
    with SystemdServer(
        name_server=services.address, apt_settings=services.packages.apt_settings, docker=True
    ) as server:
        yield server


@pytest.fixture
def trixie(services):
    """A blank Debian 13."""
    with SystemdServer(
        name_server=services.address, apt_settings=services.packages.apt_settings, debian_13=True
    ) as server:
        yield server


def say_installed(server, package, version):
    """Make *server* believe that *version* of *package* is installed."""
    edit = f"/^Package: {re.escape(package)}$/,/^$/s/^Version: .*/Version: {version}/"
    server.run("sed", "-i", edit, "/var/lib/dpkg/status")


def version_of(server, package):
    return server.run("dpkg-query", "-W", "-f", "${Version}", package)


def since(server, unit):
    return server.run("systemctl", "show", unit, "-p", "ExecMainStartTimestampMonotonic,MainPID")


def test_updates_come_by_themselves_and_leave_docker_running(prepared, own_home):
    person = Person(own_home, prepared)
    person.adds()
    timers = prepared.run("systemctl", "is-enabled", *security_updates.TIMERS)
    assert timers.split() == ["enabled", "enabled"]
    running = {unit: since(prepared, unit) for unit in ("docker", "containerd")}
    for package, version in OLD.items():
        say_installed(prepared, package, version)
    prepared.run("apt-get", "update", "-q")

    # Without our file Debian's own rules would bring a new Docker.
    aside = "/root/60coophost"
    prepared.run("mv", security_updates.FILE, aside)
    said = prepared.run("unattended-upgrade", "--dry-run", "--verbose", timeout=300)
    wanted = re.search(r"Packages that will be upgraded: (.*)", said)[1].split()
    assert set(wanted) >= set(OLD)
    prepared.run("mv", aside, security_updates.FILE)

    prepared.run("unattended-upgrade", "--verbose", timeout=300)
    now = {package: version_of(prepared, package) for package in OLD}
    assert now == OLD | {OTHER: now[OTHER]}
    assert now[OTHER] != OLD[OTHER]
    assert {unit: since(prepared, unit) for unit in running} == running


@contextlib.contextmanager
def rule(server, table, chain, *words):
    """Have one rule more in the server's network for the time of the block."""
    server._in_network("iptables", "-t", table, "-I", chain, "-i", "eth0", "-p", "tcp", *words)
    try:
        yield
    finally:
        server._in_network("iptables", "-t", table, "-D", chain, "-i", "eth0", "-p", "tcp", *words)


def tried(person):
    """Try the doors; return what was met at each, and the key of the problem."""
    code, out, _ = finish(person.begin("server", "reach", NAME, "--json"))
    listening = person.server.run("ss", "-Hltnp")
    assert OURS not in listening
    told = json.loads(out)
    assert told["kind"] == "private"
    assert code == (1 if told["problem"] else 0)
    return {row["port"]: row["met"] for row in told["doors"]}, told["problem"]


def test_the_web_doors_are_told_apart_from_firewalls_and_strangers(prepared, own_home):
    person = Person(own_home, prepared)
    person.adds()
    assert tried(person) == ({80: "open", 443: "open"}, "")

    with rule(prepared, "raw", "PREROUTING", "--dport", "443", "-j", "DROP"):  # the provider's
        assert tried(person) == ({80: "open", 443: "silent"}, "door-silent")
        person.answers["front_door"] = True  # nothing is put behind a door that is shut
        code, _, said = finish(person.add())
        assert code == 1
        assert "Nobody can get in at the web door (port 443) of kitchen" in said
        assert "security group" in said
        assert prepared.docker("service", "ls", "-q") == ""

    words = ("--dport", "80", "-j", "REJECT", "--reject-with", "tcp-reset")
    with rule(prepared, "filter", "INPUT", *words):  # the server's own
        assert tried(person) == ({80: "refused", 443: "open"}, "door-shut-inside")

    prepared.run("systemd-run", "--unit=other", "python3", "-m", "http.server", "8000")
    away = ("-j", "REDIRECT", "--to-port", "8000")
    with rule(prepared, "nat", "PREROUTING", "--dport", "80", *away):
        assert tried(person) == ({80: "stranger", 443: "open"}, "door-stranger")
    assert tried(person) == ({80: "open", 443: "open"}, "")


def test_debian_13_is_carried_all_the_way_too(trixie, own_home):
    person = Person(own_home, trixie)
    assert 'VERSION_ID="13"' in trixie.run("cat", "/etc/os-release")
    said = person.adds()
    assert said.count("so already (") == 1
    everything_holds(person)
    person.secrets = {}
    assert person.adds().count("so already (") == len(STEPS)
    assert tried(person) == ({80: "open", 443: "open"}, "")
    assert f"{security_updates.PACKAGE}" in trixie.run("dpkg-query", "-W")
