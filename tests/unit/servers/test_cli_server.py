"""``coophost server``: what it prints as data, by its schemas."""

import json

import jsonschema
import pytest

from coophost_gui.cli.main import parser
from coophost_gui.cli.terminal import Terminal
from coophost_gui.hosts.base import Login, Real
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.add import add_server_steps
from coophost_gui.servers.facts import parse
from coophost_gui.servers.problems import ServerUnknown
from coophost_gui.servers.world import World
from tests.unit.servers.machine import ADDRESS, PASSWORD, Machine


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def terminal(machine, own_home):
    world = World(
        world=Real,
        abra=AbraFolder(own_home / ".abra"),
        hosts=machine.hosts,
        secrets=MemorySecrets(),
        ssh_dir=own_home / ".ssh",
        docker_dir=own_home / ".docker",
    )
    login = Login("alpha", ADDRESS, None, "root", PASSWORD)
    host = world.hosts.first_contact(Job(), login)
    carry_out(add_server_steps(world, host, login, parse(machine.facts(), 0)), Job())
    return Terminal(json=True, yes=True, quiet=True, make_world=lambda: world)


def printed(terminal, capsys, *arguments):
    args = parser().parse_args(["server", *arguments, "--json"])
    capsys.readouterr()
    code = args.run(args, terminal)
    found = json.loads(capsys.readouterr().out)
    schema = json.loads(places.resource("schemas", f"server-{arguments[0]}.json").read_text())
    jsonschema.validate(found, schema)
    return code, found


def test_the_list_names_every_server(terminal, capsys):
    code, found = printed(terminal, capsys, "list")
    assert code == 0
    assert [row["server"] for row in found] == ["alpha"]


def test_show_says_what_the_server_says_about_itself(terminal, capsys):
    code, found = printed(terminal, capsys, "show", "alpha")
    assert code == 0
    assert found["system"] == "Debian GNU/Linux 12 (bookworm)"
    assert found["disk_free"] == 5_000_000_000


def test_check_says_what_holds_and_its_exit_code_tells_it_too(terminal, machine, capsys):
    code, found = printed(terminal, capsys, "check", "alpha")
    assert code == 0
    assert all(row["holds"] for row in found)
    machine.services["docker"] = "inactive"
    code, found = printed(terminal, capsys, "check", "alpha")
    assert code == 1
    assert [row["step"] for row in found if not row["holds"]] == ["docker"]


def test_a_server_that_is_not_in_the_list_is_said(terminal):
    args = parser().parse_args(["server", "check", "beta"])
    with pytest.raises(ServerUnknown, match="beta"):
        args.run(args, terminal)
