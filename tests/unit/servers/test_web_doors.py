"""The two web doors: what was met there, and what is said about it."""

import subprocess
from dataclasses import replace

import pytest

from coophost_gui.hosts.base import CommandFailed, Login, Result
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.net.knock import Knock
from coophost_gui.servers import web_doors as doors
from coophost_gui.servers.facts import parse
from coophost_gui.servers.steps.web_doors import web_doors
from coophost_gui.servers.web_doors import (
    Doors,
    DoorShut,
    DoorStranger,
    straight,
    try_doors,
)
from tests.unit.servers.house import YES, House
from tests.unit.servers.said import BLANK, READY

COMMAND = " ".join(doors.COMMAND)
OPEN = {80: Knock.OPEN, 443: Knock.OPEN}


class Web:
    """Meets at each port what it was told to, and remembers where it knocked."""

    def __init__(self, met):
        self.met = met
        self.knocked = {}

    def knock(self, job, address, port, word):
        self.knocked[port] = (address, word)
        return self.met[port]


class Listening(House):
    """A house with our own listener, which says which ports it got."""

    def __init__(self, facts=BLANK, said="doors=80 443\n", code=0):
        super().__init__(facts)
        self.host.run = self._run
        self.said = Result(code, said, "no" if code else "")
        self.words = []

    def _run(self, job, *argv, stdin=b"", root=False, timeout=600):
        if argv[:3] != doors.COMMAND:
            return Result(0, self.text, "")
        assert root
        assert stdin == places.resource("server", "web-doors.sh").read_bytes()
        self.words.append(argv[3] if len(argv) > 3 else "end")
        return self.said if len(argv) > 3 else YES


@pytest.fixture(autouse=True)
def no_proxy(monkeypatch):
    monkeypatch.setattr(doors, "behind_proxy", lambda: False)


def test_our_own_listener_says_a_new_word_each_time_and_is_ended():
    house, web = Listening(), Web(OPEN)
    assert try_doors(Job(), house.host, web, straight=True).open
    assert try_doors(Job(), house.host, web, straight=True).open
    first, end, second, again = house.words
    assert (end, again) == ("end", "end")
    assert first != second
    assert web.knocked == {80: ("127.0.0.1", second), 443: ("127.0.0.1", second)}


def test_a_front_door_that_is_there_already_answers_for_itself():
    house, web = Listening(READY), Web(OPEN)
    assert try_doors(Job(), house.host, web, straight=True).open
    assert house.words == []
    assert {word for _, word in web.knocked.values()} == {""}


def test_the_listener_is_ended_also_when_knocking_broke():
    house, web = Listening(), Web({})
    with pytest.raises(KeyError):
        try_doors(Job(), house.host, web, straight=True)
    assert house.words[-1] == "end"


def test_a_listener_that_could_not_begin_is_said():
    with pytest.raises(CommandFailed):
        try_doors(Job(), Listening(code=1).host, Web(OPEN), straight=True)


@pytest.mark.parametrize(
    ("met", "more", "problem"),
    [
        (OPEN, {}, None),
        (OPEN | {443: Knock.SILENT}, {}, "door-silent"),
        (OPEN | {80: Knock.SILENT}, {"firewall": "ufw"}, "door-shut-inside"),
        (OPEN | {80: Knock.REFUSED}, {"firewall": "iptables"}, "door-shut-inside"),
        (OPEN | {80: Knock.REFUSED}, {}, "door-refused"),
        (OPEN | {80: Knock.STRANGER}, {"firewall": "ufw"}, "door-stranger"),
        (OPEN | {80: Knock.SILENT}, {"proxy": True}, None),
        (OPEN, {"proxy": True}, None),
        (OPEN | {80: Knock.SILENT}, {"firewall": "made up"}, "door-silent"),
        ({80: Knock.OPEN}, {}, None),
        ({}, {}, None),
    ],
)
def test_each_meeting_has_its_words(met, more, problem):
    found = Doors(met, **more).problem("alpha")
    assert (found.key if found else None) == problem


@pytest.mark.parametrize("firewall", ["ufw", "firewalld", "iptables"])
def test_every_firewall_that_facts_can_name_has_its_command(firewall):
    found = parse(f"firewall={firewall}\n", 0)
    problem = replace(Doors({80: Knock.SILENT}), firewall=found.firewall).problem("alpha")
    assert problem.facts["command"] == doors.OPENING[firewall]


def step(house, web, folder):
    return web_doors(house.door, web, folder)


def test_open_doors_need_nothing(tmp_path):
    assert carry_out([step(Listening(), Web(OPEN), tmp_path)], Job()) == 0


def test_a_shut_door_stops_the_plan_and_the_same_step_goes_on_once_it_is_open(tmp_path):
    web = Web(OPEN | {80: Knock.STRANGER})
    made = step(Listening(), web, tmp_path)
    with pytest.raises(DoorStranger):
        carry_out([made], Job())
    web.met = OPEN
    assert carry_out([made], Job()) == 0


@pytest.mark.parametrize("unsure", ["proxy", "one port", "odd", "no perl", "jump"])
def test_what_cannot_be_told_from_here_is_said_and_stops_nothing(tmp_path, monkeypatch, unsure):
    house, web = Listening(), Web(OPEN)
    if unsure == "proxy":
        web.met = OPEN | {80: Knock.SILENT}
        monkeypatch.setattr(doors, "behind_proxy", lambda: True)
    elif unsure == "one port":
        house = Listening(said="doors=80\n")
    elif unsure == "odd":
        house = Listening(said="doors=80 4430 x\n")
    elif unsure == "no perl":
        house = Listening(said="", code=doors.NO_PERL)
    else:
        (tmp_path / "config").write_text("Host 203.0.113.5\n  ProxyJump hop.example.org\n")
    heard = []
    assert carry_out([step(house, web, tmp_path)], Job(heard.append)) == 1
    assert "cannot be told" in str(heard[-1].said)
    assert (web.knocked == {}) is (unsure in ("no perl", "jump"))


def test_every_problem_says_that_the_same_button_goes_on_or_where_else_to_try():
    for kind in DoorShut.__subclasses__():
        assert "press the same button" in kind.hint or "another network" in kind.hint


def test_the_way_through_another_machine_is_known(tmp_path):
    (tmp_path / "config").write_text("Host inner\n  ProxyJump hop\nHost odd\n  ProxyCommand nc\n")
    assert [straight(name, tmp_path) for name in ("inner", "odd", "outer")] == [False, False, True]
    assert Login("outer").name


def test_our_own_listener_that_a_crash_left_is_nobodys_web_server():
    found = parse("listen=*:80 coophost-doors\nlisten=*:443 nginx\n", 0)
    assert found.on_port(80) is None
    assert found.on_port(443)


def test_the_script_answers_with_the_word_and_ends_when_told(tmp_path):
    text = places.resource("server", "web-doors.sh").read_text()
    text = text.replace("/run/", f"{tmp_path}/").replace(" 80 443 <", " 0 <")

    def run(*word):
        argv = ("sh", "-s", "web-doors", *word)
        return subprocess.run(argv, input=text.encode(), capture_output=True, timeout=30)

    begun = run("hello")
    assert (begun.returncode, begun.stdout, begun.stderr) == (0, b"doors=0\n", b"")
    number = (tmp_path / "coophost-web-doors").read_text()
    try:
        comm = subprocess.run(["cat", f"/proc/{number}/comm"], capture_output=True, text=True)
        assert comm.stdout == "coophost-doors\n"
    finally:
        ended = run()
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, b"", b"")
    assert not (tmp_path / "coophost-web-doors").exists()
