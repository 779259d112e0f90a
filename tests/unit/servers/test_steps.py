"""The promises of a server: what each asks, and what each changes."""

import json

import pytest

from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere, Result
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.servers.facts import parse
from coophost_gui.servers.preflight import PortTaken
from coophost_gui.servers.problems import ConfigRefused, ConfigUnreadable, NetworkInTheWay
from coophost_gui.servers.steps.docker_access import docker_access
from coophost_gui.servers.steps.fit import fit
from coophost_gui.servers.steps.log_rotation import (
    COMMAND,
    FILE,
    NEW_FILE,
    RESTART_MARK,
    log_rotation,
    rotates,
    with_rotation,
)
from coophost_gui.servers.steps.proxy_network import BODY, proxy_network
from coophost_gui.servers.steps.swarm import POOLS, free_pool, occupied, swarm_active
from tests.unit.servers.house import House
from tests.unit.servers.said import BLANK, READY

SETTINGS = " ".join(COMMAND)


def test_a_fit_server_is_only_looked_at():
    house = House(BLANK)
    assert carry_out([fit(house.door)], Job()) == 0
    assert house.commands == []


def test_what_stands_in_the_way_is_raised_before_anything_changes():
    house = House(BLANK + "listen=0.0.0.0:80 nginx\n")
    with pytest.raises(PortTaken):
        carry_out([fit(house.door)], Job())
    assert house.commands == []


def test_the_review_tells_what_is_worth_knowing_about_the_server():
    house = House(BLANK)
    step = fit(house.door, parse(BLANK + "memory.MemTotal=480000\n", 1795320472))
    told = [str(line) for line in step.detail]
    assert told[0].startswith("Debian GNU/Linux 12 (bookworm), 492 MB of memory, 5.0 GB free")
    assert "small website" in told[1]


def test_somebody_who_is_not_root_joins_the_docker_group_and_logs_in_again():
    house = House(
        READY + "uid=1000\ngroups=deploy sudo\n",
        {"usermod --append --groups docker deploy": "groups=deploy sudo docker\n"},
    )
    assert carry_out([docker_access(house.door, "deploy")], Job()) == 1
    assert house.commands == ["usermod --append --groups docker deploy"]
    assert house.door.hosts.contacts[-3:] == ["drop", "key", "password"]


@pytest.mark.parametrize(
    ("settings", "rotating"),
    [
        ({}, False),
        ({"log-driver": "json-file"}, False),
        ({"log-opts": {"max-size": "5m"}}, False),
        ({"log-opts": {"max-size": "5m", "max-file": "9"}}, True),
        ({"log-driver": "local"}, True),
        ({"log-driver": "journald"}, True),
    ],
)
def test_limited_logs_are_recognised_whoever_limited_them(settings, rotating):
    assert rotates(settings) is rotating
    assert rotates(with_rotation(settings))


def test_everything_else_in_the_settings_is_kept():
    before = {"registry-mirrors": ["http://10.0.2.2:5000"], "log-opts": {"max-size": "5m"}}
    assert with_rotation(before) == {
        "registry-mirrors": ["http://10.0.2.2:5000"],
        "log-driver": "json-file",
        "log-opts": {"max-size": "5m", "max-file": "3"},
    }
    assert before["log-opts"] == {"max-size": "5m"}


def settled_house(text=None, code=0):
    """Make a house whose ``docker-settings`` script moves the new file into place."""
    house = House(READY)

    def settle(stdin):
        if code == 0:
            house.host.files[FILE] = house.host.files.pop(NEW_FILE)
            house.host.files.pop(RESTART_MARK, None)
        return Result(code, "", "the daemon said no" if code else "")

    if text is not None:
        house.host.files[FILE] = text
    house.host.answers[SETTINGS] = settle
    return house


def test_settings_are_put_beside_and_moved_in_by_one_script():
    house = settled_house()
    assert carry_out([log_rotation(house.door)], Job()) == 1
    assert house.commands == [SETTINGS]
    assert json.loads(house.host.files[FILE])["log-opts"]["max-size"] == "10m"
    assert carry_out([log_rotation(house.door)], Job()) == 0


def test_settings_that_only_root_sees_are_not_lost(monkeypatch):
    house = settled_house(b'{"dns": ["192.0.2.53"]}')
    get = house.host.get
    monkeypatch.setattr(
        house.host, "get", lambda job, path, root=False: get(job, path) if root else None
    )
    log_rotation(house.door).do(Job())
    assert json.loads(house.host.files[FILE])["dns"] == ["192.0.2.53"]


def test_settings_that_are_there_but_not_in_use_yet_are_applied():
    house = settled_house(json.dumps(with_rotation({})).encode())
    house.host.files[RESTART_MARK] = b""
    assert carry_out([log_rotation(house.door)], Job()) == 1
    assert house.commands == [SETTINGS]


@pytest.mark.parametrize("text", [b'{"log-opts": ', b"[]", b"\xff\xfe{"])
def test_settings_that_cannot_be_read_are_left_as_they_are(text):
    house = settled_house(text)
    with pytest.raises(ConfigUnreadable):
        log_rotation(house.door).do(Job())
    assert house.host.files == {FILE: text}


def test_settings_that_docker_refuses_are_undone_and_that_is_said():
    house = settled_house(code=3)
    with pytest.raises(ConfigRefused) as caught:
        carry_out([log_rotation(house.door)], Job())
    assert caught.value.detail == "the daemon said no"


def swarm_house(facts=READY, **more):
    swarm = {"LocalNodeState": "inactive", "ControlAvailable": False}

    def init(body):
        swarm.update(LocalNodeState="active", ControlAvailable=True)
        return "node"

    answers = {"/info": lambda query: {"Swarm": dict(swarm)}, "POST /swarm/init": init}
    return House(facts, engine=answers | more)


def test_the_swarm_gets_the_address_of_the_default_route_and_listens_on_loopback():
    house = swarm_house(READY.replace("10.0.2", "203.0.113"))
    assert carry_out([swarm_active(house.door)], Job()) == 1
    assert house.host.engine.changes == [
        (
            "POST",
            "/swarm/init",
            {"AdvertiseAddr": "203.0.113.15", "ListenAddr": "127.0.0.1:2377", "Spec": {}},
        )
    ]
    assert carry_out([swarm_active(house.door)], Job()) == 0


def test_the_swarm_keeps_off_a_network_that_the_server_lives_in():
    house = swarm_house()  # at 10.0.2.15
    carry_out([swarm_active(house.door)], Job())
    body = house.host.engine.changes[0][2]
    assert body["DefaultAddrPool"] == ["10.16.0.0/12"]
    assert body["SubnetSize"] == 24


@pytest.mark.parametrize(
    ("more", "address"),
    [
        ("address=eth0 198.51.100.9/24\naddress=eth1 192.168.7.2/24\n", "10.0.2.15"),
        ("address=docker0 172.17.0.1/16\n", "10.0.2.15"),
        ("out4=1.1.1.1 via 198.51.100.1 dev eth1 src 198.51.100.9 uid 0\n", "198.51.100.9"),
        ("out4=unreachable\nout6=2606:: via fe80::1 dev eth0 src 2001:db8::5\n", "2001:db8::5"),
        ("out4=unreachable\n", "127.0.0.1"),
    ],
)
def test_of_several_addresses_the_one_that_leads_out_is_announced(more, address):
    house = swarm_house(READY + more)
    carry_out([swarm_active(house.door)], Job())
    assert house.host.engine.changes[0][2]["AdvertiseAddr"] == address


@pytest.mark.parametrize(
    ("taken", "pool"),
    [
        ([], "10.0.0.0/8"),
        (["203.0.113.5/24", "192.168.1.0/24"], "10.0.0.0/8"),
        (["10.17.0.1"], "10.32.0.0/12"),
        (["10.0.0.0/8"], "172.16.0.0/12"),
        (["10.0.0.0/8", "172.17.0.0/16"], None),
    ],
)
def test_the_first_pool_that_is_free_is_taken(taken, pool):
    assert free_pool(taken) == pool
    assert pool is None or pool in POOLS


def test_resolvers_count_as_occupied_and_ipv6_does_not():
    found = parse(BLANK.replace("10.0.2.3", "10.40.0.1"), 0)
    assert occupied(found) == ["10.0.2.15/24", "10.0.2.0/24", "10.40.0.1"]


def test_a_swarm_that_an_earlier_try_began_is_waited_for(monkeypatch):
    states = [
        {"LocalNodeState": "pending"},
        {"LocalNodeState": "pending"},
        {"LocalNodeState": "active", "ControlAvailable": True},
        {"LocalNodeState": "active", "ControlAvailable": True},
    ]

    def init(body):
        raise EngineProblem(host="a", status=503, message="This node is already part of a swarm.")

    answers = {"/info": lambda query: {"Swarm": states.pop(0)}, "POST /swarm/init": init}
    house = House(READY, engine=answers)
    job = Job()
    monkeypatch.setattr(job, "wait", lambda seconds: None)
    assert carry_out([swarm_active(house.door)], job) == 1
    assert states == []


def test_any_other_answer_of_the_engine_is_passed_on():
    def init(body):
        raise EngineProblem(host="a", status=500, message="no space left on device")

    house = swarm_house(**{"POST /swarm/init": init})
    with pytest.raises(EngineProblem, match="no space left"):
        swarm_active(house.door).do(Job())


def network_house(found=None):
    networks = {"proxy": found} if found else {}

    def get(query):
        if "proxy" not in networks:
            raise NotThere(host="a", status=404, message="no such network")
        return networks["proxy"]

    def create(body):
        networks["proxy"] = {"Driver": "overlay", "Scope": "swarm"}
        return {"Id": "n"}

    return House(READY, engine={"/networks/proxy": get, "POST /networks/create": create})


def test_the_network_behind_the_front_door_is_made_once():
    house = network_house()
    assert carry_out([proxy_network(house.door)], Job()) == 1
    assert house.host.engine.changes == [("POST", "/networks/create", BODY)]
    assert carry_out([proxy_network(house.door)], Job()) == 0


def test_a_network_of_another_kind_is_not_touched():
    house = network_house({"Driver": "bridge", "Scope": "local"})
    with pytest.raises(NetworkInTheWay, match="bridge, local"):
        carry_out([proxy_network(house.door)], Job())
    assert house.host.engine.changes == []


def test_a_network_that_the_swarm_has_yet_to_allocate_is_waited_for():
    looks = iter([{"Driver": "", "Scope": "swarm"}] * 2)

    def get(query):
        return next(looks, {"Driver": "overlay", "Scope": "swarm"})

    def create(body):
        raise AlreadyThere(host="a", status=409, message="network proxy already exists")

    house = House(READY, engine={"/networks/proxy": get, "POST /networks/create": create})
    assert carry_out([proxy_network(house.door)], Job()) == 1
