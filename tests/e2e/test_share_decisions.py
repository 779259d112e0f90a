"""Two members on two computers share their decisions at an address over ssh."""

import json

import pytest

from coophost_gui.hosts.keys import public_line
from tests.e2e.person import Person, finish

pytestmark = pytest.mark.testbed

REPOSITORY = "/run/home/root/decisions.git"


@pytest.fixture
def at_her_computer(swarm_server, tmp_path, monkeypatch):
    """Return what puts a person before a computer of her own."""

    def sit_down(name):
        home = tmp_path / name
        home.mkdir(exist_ok=True)
        monkeypatch.setenv("HOME", str(home))
        for part in ("DATA", "CACHE", "CONFIG", "STATE"):
            monkeypatch.setenv(f"XDG_{part}_HOME", str(home / part.lower()))
        person = Person(home, swarm_server, password="")
        person.secrets = {}
        return person

    return sit_down


def does(person, *arguments):
    code, out, said = finish(person.begin("federation", *arguments, "--yes"))
    return code, out, said


def lets_in(server, person, *arguments):
    """Do it twice: at first the server does not know the computer's key."""
    code, _, said = does(person, *arguments)
    key = public_line(person.home / ".ssh")
    assert (code, key in said) == (1, True), said
    server.authorize(key)
    code, _, said = does(person, *arguments)
    assert code == 0, said


def votes(person, name):
    told = ("--decision", "1", "--member", name, "--answer", "favour", "--reason", "")
    code, _, said = does(person, "vote", *told, "--author", name.title())
    assert code == 0, said


def tally(person):
    _, out, said = finish(person.begin("federation", "tally", "1", "--json"))
    assert out, said
    return json.loads(out)


def test_both_have_what_both_said(swarm_server, at_her_computer):
    swarm_server.run("git", "init", "-q", "--bare", "-b", "main", REPOSITORY)
    address = f"ssh://root@{swarm_server.address}{REPOSITORY}"
    share = ("share", "--way", "repository", "--url", address, "--mail", "", "--author")

    ada = at_her_computer("ada")
    begin = ("start", "--folder", str(ada.home / "ours"), "--rules", "consent")
    assert does(ada, *begin, "--members", "Ada, Bo")[0] == 0
    told = ("--title", "A bread oven", "--summary", "The old one broke.", "--details", "")
    assert does(ada, "propose", *told, "--size", "medium", "--author", "Ada")[0] == 0
    lets_in(swarm_server, ada, *share, "Ada")

    bo = at_her_computer("bo")
    lets_in(swarm_server, bo, "start", "--folder", address)
    votes(bo, "bo")
    assert does(bo, *share, "Bo")[0] == 0

    ada = at_her_computer("ada")
    votes(ada, "ada")  # before she has seen what Bo said
    code, _, said = does(ada, *share, "Ada")
    assert code == 0, said
    assert tally(ada)["counts"]["favour"] == 2
    code, _, said = does(ada, *share, "Ada")
    assert code == 0, said
    assert said.count("so already (") == 3

    bo = at_her_computer("bo")
    assert does(bo, *share, "Bo")[0] == 0
    assert tally(bo) == tally(at_her_computer("ada"))
