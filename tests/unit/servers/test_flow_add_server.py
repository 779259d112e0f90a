"""The wizard "Add a server", walked without a screen."""

from dataclasses import replace

import pytest

from coophost_gui.flows import wizard
from coophost_gui.flows.add_server import (
    ADDRESS,
    COLLECTIVE,
    DOORS,
    EMAIL,
    FRONT_DOOR,
    PASSWORD,
    USER,
    split_address,
    suggested_name,
)
from coophost_gui.hosts.base import Login
from coophost_gui.hosts.problems import PasswordWrong
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.store import FileUnreadable, Settings
from coophost_gui.servers.preflight import PortTaken
from coophost_gui.servers.problems import NameTaken
from tests.unit.servers import machine as make_believe


def answered(**more):
    answers = Answers()
    answers[ADDRESS] = make_believe.ADDRESS
    answers[PASSWORD] = make_believe.PASSWORD
    answers[EMAIL] = "hello@example.org"
    answers[FRONT_DOOR] = False  # deploying an app has tests of its own
    for key, value in more.items():
        answers[{"address": ADDRESS, "password": PASSWORD, "user": USER}[key]] = value
    return answers


def called(flow, answers, name):
    """Answer the question for the name."""
    question = next(q for q in flow.fields(answers) if q.key == "name")
    answers[question] = name
    return answers


@pytest.mark.parametrize(
    ("typed", "parts"),
    [
        ("kitchen.example.org", ("", "kitchen.example.org", None)),
        ("root@203.0.113.5", ("root", "203.0.113.5", None)),
        ("deploy@kitchen.example.org:2222", ("deploy", "kitchen.example.org", 2222)),
        (" ssh://root@kitchen.example.org/ ", ("root", "kitchen.example.org", None)),
        ("2001:db8::5", ("", "2001:db8::5", None)),
        ("root@[2001:db8::5]:2222", ("root", "2001:db8::5", 2222)),
    ],
)
def test_an_address_is_taken_apart(typed, parts):
    assert split_address(typed) == parts
    assert ADDRESS.problem(typed) == ""


@pytest.mark.parametrize("typed", ["", "two words", "a:b", "host:99999", "-oProxy", "http://x/y"])
def test_what_is_no_address_is_said_at_once(typed):
    assert ADDRESS.problem(typed)


@pytest.mark.parametrize(
    ("address", "hostname", "name"),
    [
        ("Kitchen.example.org", "vps-1", "kitchen.example.org"),
        ("203.0.113.5", "vps-1", "vps-1"),
        ("203.0.113.5", "debian", ""),
        ("2001:db8::5", "Not a Name", ""),
    ],
)
def test_the_name_that_most_people_want_is_suggested(address, hostname, name):
    assert suggested_name(address, hostname) == name


def test_the_questions_are_few_and_have_their_help(world):
    flow = wizard("add_server").make(world)
    keys = [field.key for page in flow.pages[:1] for field in page.questions(Answers())]
    assert keys == ["address", "user", "password"]
    fields = flow.fields(answered())
    assert [field.key for field in fields][3:] == ["name", "collective", "email"]
    assert all(field.help for field in fields)


def test_going_on_looks_at_the_server_and_changes_nothing(world, machine):
    flow = wizard("add_server").make(world)
    flow.pages[0].verify(Job(), answered())
    assert machine.opened_with == ["password"]
    assert machine.changes == []
    name = next(q for q in flow.fields(answered()) if q.key == "name")
    assert name.default == "blank"  # what the server calls itself


def test_a_wrong_password_is_a_problem_of_the_first_page(world):
    flow = wizard("add_server").make(world)
    with pytest.raises(PasswordWrong):
        flow.pages[0].verify(Job(), answered(password="wrong"))


def test_what_stands_in_the_way_is_said_on_the_first_page(world, machine):
    flow = wizard("add_server").make(world)
    machine.more_facts = "listen=0.0.0.0:80 nginx\n"
    with pytest.raises(PortTaken, match="nginx"):
        flow.pages[0].verify(Job(), answered())
    machine.more_facts = ""
    flow.pages[0].verify(Job(), answered())  # the same button goes on


def test_a_name_that_is_taken_is_said_on_its_page(world):
    flow = wizard("add_server").make(world)
    answers = called(flow, answered(), "alpha")
    carry_out(flow.plan(Job(), answers), Job())
    other = called(flow, answered(address="198.51.100.7"), "alpha")
    with pytest.raises(NameTaken):
        flow.pages[1].verify(Job(), other)
    flow.pages[1].verify(Job(), answers)  # the same server again is fine


@pytest.mark.parametrize("name", ["", "Two Words", "-x", "default", "a..b", "ünï"])
def test_a_name_that_abra_or_docker_would_not_take_is_said_at_once(world, name):
    flow = wizard("add_server").make(world)
    answers = called(flow, answered(), name)
    assert "name" in flow.pages[1].problems(answers)


def test_the_whole_way_ends_with_a_server_that_is_ready(world, machine):
    flow = wizard("add_server").make(world)
    answers = called(flow, answered(), "kitchen.example.org")
    answers[COLLECTIVE] = "Quarter's Kitchen"
    for page in flow.walk(answers):
        assert page.problems(answers) == {}
        if page.verify:
            page.verify(Job(), answers)
    steps = flow.plan(Job(), answers)
    assert machine.changes == []
    carry_out(steps, Job())
    ending = flow.ending(Job(), answers)
    assert str(ending.title) == "kitchen.example.org is ready for apps"
    assert ending.place == "find"
    assert "ssh kitchen.example.org" in [fact.value for fact in ending.shown]
    assert flow.lane(answers) == "kitchen.example.org"
    assert world.abra.collective("kitchen.example.org").name == "Quarter's Kitchen"


def test_going_on_without_comparing_is_remembered_with_the_server(world, machine):
    machine.host.compared = False
    flow = wizard("add_server").make(world)
    answers = called(flow, answered(), "alpha")
    flow.pages[0].verify(Job(), answers)
    machine.host.compared = True  # by now the key is known
    carry_out(flow.plan(Job(), answers), Job())
    assert world.abra.collective("alpha").fingerprint_compared is False


def test_the_user_of_the_address_wins_and_the_password_is_never_shown():
    from coophost_gui.flows.add_server import login_of

    login = login_of(answered(address="deploy@203.0.113.5:2222"), "alpha")
    assert login == Login("alpha", "203.0.113.5", 2222, "deploy", make_believe.PASSWORD)
    assert make_believe.PASSWORD not in repr(login)


def test_the_front_door_is_an_app_like_every_other_and_comes_last(world, machine):
    flow = wizard("add_server").make(world)
    answers = called(flow, answered(), "kitchen.example.org")
    answers[FRONT_DOOR] = True
    steps = flow.plan(Job(), answers)
    ready = [step.key for step in steps].index("docker_context") + 1
    assert [step.key for step in steps[ready:][:2]] == ["web_doors", "settings"]
    assert "LETS_ENCRYPT_EMAIL=hello@example.org" in map(str, steps[ready + 1].detail)
    assert machine.changes == []
    machine.more_facts = "listen=0.0.0.0:80 docker-proxy\n"  # another gateway is there
    assert len(flow.plan(Job(), answers)) == ready


def test_a_network_that_lets_nobody_knock_need_not_be_tried_from(world):
    flow = wizard("add_server").make(world)
    answers = called(flow, answered(), "kitchen.example.org")
    answers[FRONT_DOOR], answers[DOORS] = True, False
    assert "web_doors" not in [step.key for step in flow.plan(Job(), answers)]


def test_a_certificate_authority_of_ones_own_is_taken_from_the_settings(world, machine, tmp_path):
    root = tmp_path / "root.pem"
    root.write_text("-----BEGIN CERTIFICATE-----\n")
    settings = Settings(acme_server="https://ca.example.org/dir", acme_root=str(root))
    flow = wizard("add_server").make(replace(world, settings=lambda: settings))
    answers = answered()
    answers[FRONT_DOOR] = True
    steps = flow.plan(Job(), called(flow, answers, "kitchen.example.org"))
    settings_of_the_door = next(step for step in steps if step.key == "settings").detail
    assert "ACME_CA_SERVER=https://ca.example.org/dir" in settings_of_the_door
    assert "COMPOSE_FILE=compose.yml:compose.acme.yml" in settings_of_the_door
    root.unlink()
    with pytest.raises(FileUnreadable):
        flow.plan(Job(), answers)
