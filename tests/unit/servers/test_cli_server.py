"""``coophost server``: what it prints as data, by its schemas."""

import json
from dataclasses import replace

import jsonschema
import pytest

from coophost_gui.cli.main import parser
from coophost_gui.cli.terminal import Terminal
from coophost_gui.hosts.base import Login
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.qr import for_terminal
from coophost_gui.net.knock import Knock
from coophost_gui.servers.add import add_server_steps
from coophost_gui.servers.facts import parse
from coophost_gui.servers.problems import ServerUnknown
from coophost_gui.servers.web_doors import DoorSilent
from coophost_gui.servers.world import RealWeb
from tests.unit.apps.recipes import Web
from tests.unit.servers.machine import ADDRESS, PASSWORD


@pytest.fixture
def terminal(machine, world):
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


@pytest.mark.parametrize(
    ("leads_to", "code", "verdicts"),
    [
        (ADDRESS, 0, ["right", "right", "right"]),
        ("198.51.100.7", 1, ["elsewhere", "elsewhere", "wrong"]),
        ("", 1, ["optional", "optional", "missing"]),
    ],
)
def test_names_say_what_should_be_and_what_is(terminal, capsys, leads_to, code, verdicts):
    world = terminal.world
    replace(world.abra.collective("alpha"), domain="example.org").write(
        world.abra.server_dir("alpha")
    )
    for name, recipe in (("gateway.example.org", "starter-gateway"), ("www.example.org", "site")):
        world.abra.new_app("alpha", name, f"TYPE={recipe}\nDOMAIN={name}\n")
    terminal.make_world = lambda: replace(world, web=Web(leads_to))
    del terminal.__dict__["world"]
    found_code, found = printed(terminal, capsys, "names", "alpha")
    assert (found_code, found["settled"]) == (code, code == 0)
    told = [(row["name"], row["type"], row["value"]) for row in found["records"]]
    names = ("example.org", "*.example.org", "www.example.org")
    assert told == [(name, "A", ADDRESS) for name in names]
    assert [row["verdict"] for row in found["records"]] == verdicts


def test_a_person_reads_what_to_do_under_the_table(terminal, capsys):
    world = terminal.world
    world.abra.new_app("alpha", "www.example.org", "TYPE=site\nDOMAIN=www.example.org\n")
    terminal.make_world = lambda: replace(world, web=Web(""))
    del terminal.__dict__["world"]
    terminal.json = terminal.quiet = False
    args = parser().parse_args(["server", "names", "alpha"])
    assert args.run(args, terminal) == 1
    printed = capsys.readouterr()
    assert "www.example.org  A     203.0.113.5" in printed.out
    assert "A www.example.org: Nothing is there yet. Add this record" in printed.err


def test_reach_says_what_was_met_at_each_door_and_what_to_do_about_a_shut_one(
    terminal, monkeypatch, capsys
):
    met = {80: Knock.OPEN, 443: Knock.OPEN}
    monkeypatch.setattr(RealWeb, "knock", lambda web, job, address, port, word: met[port])
    monkeypatch.setattr("coophost_gui.servers.web_doors.behind_proxy", lambda: False)
    code, found = printed(terminal, capsys, "reach", "alpha")
    assert code == 0
    assert found == {
        "server": "alpha",
        "address": ADDRESS,
        "kind": "nobodys",
        "doors": [{"port": 80, "met": "open"}, {"port": 443, "met": "open"}],
        "problem": "",
        "url": f"http://{ADDRESS}/",
    }
    met[443] = Knock.SILENT
    code, found = printed(terminal, capsys, "reach", "alpha")
    assert code == 1
    assert found["problem"] == "door-silent"
    assert found["doors"][1] == {"port": 443, "met": "silent"}
    terminal.json = False
    args = parser().parse_args(["server", "reach", "alpha"])
    with pytest.raises(DoorSilent, match="port 443"):
        args.run(args, terminal)


def test_a_server_that_is_not_in_the_list_is_said(terminal):
    args = parser().parse_args(["server", "check", "beta"])
    with pytest.raises(ServerUnknown, match="beta"):
        args.run(args, terminal)


def test_reach_shows_a_person_the_words_and_the_code_for_a_phone(terminal, monkeypatch, capsys):
    monkeypatch.setattr(RealWeb, "knock", lambda *_: Knock.OPEN)
    terminal.json = False
    capsys.readouterr()
    args = parser().parse_args(["server", "reach", "alpha"])
    assert args.run(args, terminal) == 0
    said = capsys.readouterr().out
    assert "belongs to nobody" in said
    assert for_terminal(f"http://{ADDRESS}/") in said
    assert "switch its wifi off" in said
