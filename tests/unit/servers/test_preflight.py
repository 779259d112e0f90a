"""What stands in the way of a server, and what is only worth saying."""

import pytest

from coophost_gui.servers.facts import parse
from coophost_gui.servers.preflight import preflight
from tests.unit.servers.said import BLANK, READY

NOW = 1795320472.0
MAY_DOCKER = "uid=1000\nsudo=none\ngroups=users docker\ndocker.version=27"


def found(text):
    return [problem.key for problem in preflight(parse(text, NOW), "alpha")]


def test_a_blank_debian_12_and_a_ready_server_have_nothing_in_the_way():
    assert found(BLANK) == []
    assert found(READY) == []


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("system.version=11", "unsupported-system"),
        ("system.id=fedora", "unsupported-system"),
        ("arch=armv7l", "architecture-unsupported"),
        ("arch=aarch64", None),
        ("init=init", "no-service-manager"),
        ("sudo=none\nuid=1000", "no-administrator"),
        ("sudo=password\nuid=1000", None),
        ("memory.MemTotal=480000", "little-memory"),
        ("memory.MemTotal=480000\nmemory.SwapTotal=2000000", None),
        ("disk=/ 300000000/6000000000 350000/390000", "disk-full"),
        ("disk=/var/lib/docker 300000000/6000000000 350000/390000", "disk-full"),
        ("disk=/ 2000000000/6000000000 350000/390000", "disk-small"),
        ("disk=/ 5000000000/6000000000 100/390000", "too-many-files"),
        ("disk=/ 5000000000/6000000000 0/0", None),
        ("time=1795320600", "clock-wrong"),
        ("time=1795320300", "clock-wrong"),
        ("time=1795320490", None),
        ("listen=0.0.0.0:80 nginx", "port-taken"),
        ("listen=*:443 apache2", "port-taken"),
        ("listen=*:8080 nginx", None),
        ("listen=0.0.0.0:80 docker-proxy", None),
        ("listen=0.0.0.0:80 ", "port-taken-unseen"),
        ("docker.snap=yes", "other-docker"),
        ("package=podman-docker ii 4.3", "other-docker"),
        ("package=podman-docker rc 4.3", None),
        ("docker.version=27\ndocker.swarm=active\ndocker.manager=false", "not-in-charge"),
        ("docker.version=27\ndocker.swarm=locked", "swarm-unwell"),
        ("docker.version=27\ndocker.swarm=inactive\ndocker.live_restore=true", "keeps-running"),
        ('docker.version=27\ndocker.config={"live-restore": true}', "keeps-running"),
        ('docker.config={"live-restore": true}', "keeps-running"),
        ('docker.config={"live-restore": false}', None),
        ('docker.config={"live-restore', "settings-broken"),
        ("docker.config=[]", "settings-broken"),
        ("docker.config=", None),
        ('docker.config={"graph": "/data"}', "settings-aged"),
        ('docker.config={"storage-driver": "devicemapper"}', "settings-aged"),
        ('docker.config={"storage-driver": "overlay2"}', None),
        ('docker.version=20.10\ndocker.config={"graph": "/data"}', None),
        ("docker.version=18.09\ndocker.api=1.39", "docker-aged"),
        ("docker.version=19.03\ndocker.api=1.40", None),
        ("docker.version=29\ndocker.api=odd", None),
        ("docker.version=29\ndocker.api=²", None),
        ("docker.version=29\ndocker.flavour=made up", None),
        (f"docker.config={'[' * 100_000}", "settings-broken"),
        ("docker.version=4.9\ndocker.flavour=Podman", "other-docker"),
        ("docker.version=27\ndocker.flavour=rootless", "other-docker"),
        ("docker.version=27\ndocker.flavour=Docker Desktop", "other-docker"),
        ("docker.snap=yes\npackage=docker-ce ii 27", None),
        ("uid=1000\nsudo=none\ngroups=users docker", "no-administrator"),
        (f"{MAY_DOCKER}\ndocker.swarm=active\ndocker.manager=true", "docker-only"),
        (f"{MAY_DOCKER}\ndocker.swarm=inactive", "no-administrator"),
        ("system.version=13", None),
        ("system.id=ubuntu\nsystem.version=22.04", None),
        ("system.id=ubuntu\nsystem.version=24.04", None),
        ("system.id=ubuntu\nsystem.version=20.04", "unsupported-system"),
        ("docker.version=27\nsystem.id=ubuntu", None),
        ("docker.version=27\ninit=sshd", None),
        ("docker.version=27\nlisten=0.0.0.0:80 ", None),
    ],
)
def test_one_thing_different_is_found(said, key):
    text = BLANK + said + "\n"
    if said.startswith("disk=/ "):
        text = BLANK.replace("disk=/ 5000000000/6000000000 350000/390000", said)
    assert found(text) == ([key] if key else [])


def test_only_what_one_can_live_with_does_not_block():
    text = BLANK + "memory.MemTotal=480000\nlisten=*:80 nginx\ndisk=/x 2000000000/9000000000\n"
    blocks = {problem.key: problem.blocks for problem in preflight(parse(text, NOW), "alpha")}
    assert blocks == {"little-memory": False, "disk-small": False, "port-taken": True}


@pytest.mark.parametrize("flavour", ["snap", "Podman", "rootless", "Docker Desktop"])
def test_every_other_docker_has_the_command_that_removes_it(flavour):
    said = "docker.snap=yes\n" if flavour == "snap" else f"docker.flavour={flavour}\n"
    (problem,) = preflight(parse(BLANK + said, NOW), "alpha")
    assert problem.facts["flavour"] == flavour
    assert "remove" in problem.facts["remove"] or "uninstall" in problem.facts["remove"]


def test_the_program_on_the_web_door_is_named_and_what_to_do_about_it():
    (problem,) = preflight(parse(BLANK + "listen=0.0.0.0:80 nginx\n", NOW), "alpha")
    words = " ".join(map(str, problem.sentences()))
    assert "nginx" in words
    assert "port 80" in words
    assert "Nothing was changed" in words
    assert "press the same button" in words


def test_a_wrong_clock_is_shown_beside_ours():
    (problem,) = preflight(parse(BLANK + "time=1795309672\n", NOW), "alpha")
    assert "alpha shows 20" in str(problem)
    assert problem.detail == "-10800 seconds"
