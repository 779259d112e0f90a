"""Servers of other systems than Debian 12: what follows from what they say."""

import pytest

from coophost_gui.servers.facts import parse
from coophost_gui.servers.preflight import preflight
from coophost_gui.servers.steps.docker import missing_packages
from coophost_gui.servers.steps.security_updates import docker_waits, switched_on
from coophost_gui.servers.steps.swarm import free_pool, occupied
from tests.unit.servers.recorded import DEBIAN_13, UBUNTU_22_04, UBUNTU_24_04
from tests.unit.servers.said import BLANK

NOW = 1795757610.0
ALL = {
    "debian 12": BLANK.replace("1795320472", "1795757610"),
    "debian 13": DEBIAN_13,
    "ubuntu 22.04": UBUNTU_22_04,
    "ubuntu 24.04": UBUNTU_24_04,
}


@pytest.mark.parametrize("system", ALL)
def test_nothing_stands_in_the_way_on_any_of_them(system):
    found = parse(ALL[system], NOW)
    assert f"{found.system} {found.version}" == system
    assert preflight(found, "alpha") == []
    assert found.address in str(found.addresses)
    assert free_pool(occupied(found))


@pytest.mark.parametrize(
    ("system", "packages"),
    [
        ("debian 12", ("docker.io", "ca-certificates", "apparmor")),
        ("debian 13", ("docker.io", "ca-certificates", "docker-cli")),
        ("ubuntu 22.04", ("docker.io", "ca-certificates")),
        ("ubuntu 24.04", ("docker.io", "ca-certificates")),
    ],
)
def test_what_is_installed_is_what_each_of_them_lacks(system, packages):
    assert missing_packages(parse(ALL[system], NOW)) == packages


@pytest.mark.parametrize(
    ("system", "on"),
    [("debian 12", False), ("debian 13", False), ("ubuntu 22.04", True), ("ubuntu 24.04", True)],
)
def test_ubuntu_updates_itself_already_but_docker_too(system, on):
    found = parse(ALL[system], NOW)
    assert switched_on(found) is on
    assert not docker_waits(found)
