"""Names on real name servers, a server on a real connection: said as they are, and waited for."""

import json
import signal
import time

import dns.name
import dns.rdatatype
import pytest

from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Job, Progress
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.kit.store import Collective, Settings
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.door import Door
from coophost_gui.servers.steps.login_key import login_key
from coophost_gui.servers.steps.ssh_entry import ssh_entry
from coophost_gui.servers.world import RealWeb, World
from tests.e2e.person import Person, finish
from tests.e2e.test_deploy import answering
from tests.testbed.internet import Internet
from tests.unit.apps.recipes import Web, new_greeter

pytestmark = pytest.mark.testbed

DOMAIN, NAME = "kitchen.example", "hello.kitchen.example"
OLD = "198.51.100.7"
QUICK = Patience(0.2, restarting=6, stuck=4, timeout=60, name=120)


@pytest.fixture
def internet():
    with Internet(port=53) as internet:
        internet.rent(DOMAIN)
        internet.serve(DOMAIN, "")
        yield internet


@pytest.fixture
def settings(internet):
    return Settings(resolver=f"{internet.resolver.address}:53")


@pytest.fixture
def person(swarm_server, registry, own_home, settings):
    """Somebody whose computer knows the server already, and one app on it."""
    settings.write()
    ssh = own_home / ".ssh"
    world = World(
        world=Real,
        abra=AbraFolder(own_home / ".abra"),
        hosts=Connections(MemorySecrets(), ssh),
        secrets=MemorySecrets(),
        ssh_dir=ssh,
        docker_dir=own_home / ".docker",
    )
    way = Login("alpha", swarm_server.address, swarm_server.port, "root", swarm_server.password)
    steps = [login_key(Door(world.hosts, way), ssh), ssh_entry(ssh, way)]
    carry_out(steps, answering(swarm_server))
    world.close()
    world.abra.add_server("alpha")
    Collective(domain=DOMAIN).write(world.abra.server_dir("alpha"))
    new_greeter(world, NAME, MONITOR="1s", TRAEFIK="true")
    return Person(own_home, swarm_server, name="alpha")


def said_of(person, *arguments):
    return finish(person.begin("server", "names", "alpha", *arguments))


def test_a_terminal_says_how_the_names_are(person, internet, swarm_server):
    ours = swarm_server.address
    right = f"@ A {ours}\n* A {ours}"
    remembered = {dns.rdatatype.A: (2700, [OLD])}
    for zone, memory, verdicts in (
        ("", {}, ["optional", "optional", "missing"]),
        (right, {}, ["right", "right", "right"]),
        (f'{right}\nhello TXT "x"', {}, ["right", "right", "hidden"]),
        (f"{right}\nhello A {OLD}", {}, ["right", "right", "wrong"]),
        (f"{right}\nhello A {ours}\nhello A {OLD}", {}, ["right", "right", "extra"]),
        (f"{right}\nhello AAAA 2001:db8::7", {}, ["right", "right", "hidden", "unwanted"]),
        (f"{right}\nhello CNAME shop.@\nshop A {OLD}", {}, ["right", "right", "alias-wrong"]),
        (f'{right}\n@ CAA 0 issue ";"', {}, ["right", "right", "right", "forbidden"]),
        (right, remembered, ["right", "right", "spreading"]),
    ):
        internet.serve(DOMAIN, zone)
        internet.resolver.remembers = {dns.name.from_text(NAME): memory} if memory else {}
        code, out, _ = said_of(person, "--json")
        found = json.loads(out)
        assert code in (0, 1), out
        assert [row["verdict"] for row in found.get("records", [])] == verdicts, (zone, out)
        assert (found["ipv4"], found["settled"]) == (ours, code == 0)
    _, out, err = said_of(person)
    assert f"{NAME}  A     {ours}" in out
    assert f"It is right. Some people may still be led to {OLD}, for up to 45 minutes." in err


def test_a_deploy_waits_until_the_record_is_there_and_goes_on_by_itself(
    person, internet, swarm_server
):
    process = person.begin("app", "deploy", NAME, "--yes", "--wait-for-name", "2")
    told = []
    for line in process.stderr:
        told.append(line)
        if "Nothing is there yet" in line:
            assert swarm_server.docker("service", "ls", "-q") == ""
            internet.serve(DOMAIN, f"* A {swarm_server.address}")
        if "leads to your server" in line:
            break
    rest = next(line for line in process.stderr if "Look at it from outside" in line)
    assert rest
    process.send_signal(signal.SIGINT)  # nothing here answers visitors
    process.communicate(timeout=60)
    assert process.returncode == 130
    assert any("we go on looking" in line for line in told)
    assert len(swarm_server.docker("service", "ls", "-q").split()) == 2


def test_without_a_person_it_waits_no_longer_than_told_and_the_same_command_goes_on(
    person, internet, swarm_server
):
    internet.serve(DOMAIN, f"hello A {OLD}")
    command = ("app", "deploy", NAME, "--yes", "--json", "--wait-for-name")
    began = time.monotonic()
    code, out, _ = finish(person.begin(*command, "0.1"))
    assert (code, json.loads(out)["problem"]) == (1, "name-not-right")
    assert f"{NAME} A {swarm_server.address}" in json.loads(out)["sentences"][-1]
    assert time.monotonic() - began < 60
    assert swarm_server.docker("service", "ls", "-q") == ""


def test_a_deploy_is_well_once_the_resolver_has_forgotten_the_old(
    swarm_server, registry, internet, settings, tmp_path
):
    """The whole deploy: its own servers are right from the beginning, the resolver is late."""

    class Visitors(Web):
        def book(self):
            return RealWeb(lambda: settings).book()

    secrets = MemorySecrets()
    world = World(
        world=Real,
        abra=AbraFolder(tmp_path / "abra"),
        hosts=Connections(secrets, tmp_path / "ssh"),
        secrets=secrets,
        ssh_dir=tmp_path / "ssh",
        docker_dir=tmp_path / "docker",
        web=Visitors(),
    )
    world.abra.add_server("alpha")
    login = Login("alpha", swarm_server.address, swarm_server.port, "root", swarm_server.password)
    host = world.hosts.first_contact(answering(swarm_server), login)
    app = new_greeter(world, NAME, MONITOR="1s", TRAEFIK="true")
    internet.serve(DOMAIN, f"hello A {swarm_server.address}")
    internet.resolver.remembers[dns.name.from_text(NAME)] = {dns.rdatatype.A: (1500, [OLD])}
    said = []

    def listen(event):
        if isinstance(event, Progress) and "25 minutes" in str(event.detail):
            said.append(str(event.detail))
            internet.resolver.remembers.clear()

    try:
        carry_out(deploy_steps(world, host, app, patience=QUICK), Job(listen))
    finally:
        world.close()
    assert OLD in said[0]
    assert len(swarm_server.docker("service", "ls", "-q").split()) == 2
