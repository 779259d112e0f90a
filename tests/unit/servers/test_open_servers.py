"""The wizard "Open your collective's servers", walked without a screen."""

import subprocess
from dataclasses import replace

import pytest

from coophost_gui.flows import wizard
from coophost_gui.flows.open_servers import PLACE, NoneChosen, suggested_name
from coophost_gui.hosts.contexts import docker_context
from coophost_gui.hosts.keys import public_line
from coophost_gui.hosts.problems import NotLetInYet, PasswordWrong
from coophost_gui.hosts.ssh_config import add_entry
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.store import FileUnreadable, Settings
from coophost_gui.net import git
from coophost_gui.servers.forget import forget_steps
from coophost_gui.servers.open import NoAppsThere
from coophost_gui.servers.shared import ListRefused
from coophost_gui.servers.steps.shared_list import ListBehind, ServerFolderTaken
from tests.independent import abra_reader
from tests.unit.net.peers import Authority, names, serving, smart_git
from tests.unit.servers import machine as make_believe
from tests.unit.servers.machine import Machine
from tests.unit.servers.test_shared import NOTES, filled

KITCHEN, WORKSHOP = "kitchen.example.org", "workshop.example.org"
APP = f"notes.{KITCHEN}"
WAY = ["login_key", "ssh_entry"]


@pytest.fixture
def machine():
    """Return a server that somebody else made ready."""
    machine = Machine()
    machine.packages, machine.services = ["docker.io"], {"docker": "active"}
    machine.more_facts = "docker.swarm=active\ndocker.manager=true\n"
    return machine


@pytest.fixture
def stick(tmp_path):
    """Return a copy of somebody's abra folder."""
    files = {f"servers/{KITCHEN}/{APP}.env": NOTES, f"servers/{KITCHEN}/coophost.yml": "name: K\n"}
    return filled(tmp_path / "stick", files)


def walked(flow, place, **more):
    """Answer as a person would, page by page; return the answers."""
    answers = Answers()
    answers[PLACE] = str(place)
    for page in flow.walk(answers):
        for question in page.questions(answers):
            key = question.key.partition("_")[0]
            value = more.get(question.key, more.get(key))
            if question.key != "place" and value is not None:
                answers[question] = value
        assert page.problems(answers) == {}
        if page.verify:
            page.verify(Job(), answers)
    return answers


def opened(world, place, **more):
    """Walk and run it; return how many steps changed something."""
    flow = wizard("open_servers").make(world)
    answers = walked(flow, place, **more)
    return carry_out(flow.plan(Job(), answers), Job())


def keys(world, place, **more):
    flow = wizard("open_servers").make(world)
    return [step.key for step in flow.plan(Job(), walked(flow, place, **more))]


def test_a_copy_of_a_folder_becomes_servers_and_apps_here(world, machine, stick):
    flow = wizard("open_servers").make(world)
    answers = walked(flow, stick, password=make_believe.PASSWORD)
    asked = [q.key for q in flow.fields(answers)]
    assert asked == ["place", f"address_{KITCHEN}", f"user_{KITCHEN}", f"password_{KITCHEN}"]
    steps = flow.plan(Job(), answers)
    assert [step.key for step in steps] == [*WAY, "listed", "docker_context"]
    assert machine.changes == []
    assert not world.abra.root.exists()
    carry_out(steps, Job())
    assert machine.changes == ["key"]
    assert [app.name for app in world.abra.apps()] == [APP]
    assert world.abra.collective(KITCHEN).name == "K"
    assert docker_context(world.docker_dir, KITCHEN) == f"ssh://{KITCHEN}"
    ending = flow.ending(Job(), answers)
    assert str(ending.title) == f"{KITCHEN} is here"
    assert ending.place == "home"
    assert flow.lane(answers) == KITCHEN
    found = abra_reader.apps(world.abra.root)
    assert [app.name for app in found] == [APP]


def test_twice_changes_nothing_the_second_time(world, machine, stick):
    assert opened(world, stick, password=make_believe.PASSWORD) == 4
    assert opened(world, stick) == 0
    assert machine.changes == ["key"]


def test_what_the_person_has_already_is_said_and_kept(world, stick):
    mine = filled(world.abra.root / "servers" / KITCHEN, {f"{APP}.env": "TYPE=mine\n"})
    flow = wizard("open_servers").make(world)
    answers = walked(flow, stick, password=make_believe.PASSWORD)
    steps = flow.plan(Job(), answers)
    listed = next(step for step in steps if step.key == "listed")
    assert "Yours stays" in " ".join(map(str, listed.detail))
    carry_out(steps, Job())
    assert (mine / f"{APP}.env").read_text() == "TYPE=mine\n"
    assert (mine / "coophost.yml").read_text() == "name: K\n"


def test_a_stick_that_is_pulled_out_is_said_and_put_in_again_it_goes_on(world, stick):
    flow = wizard("open_servers").make(world)
    steps = flow.plan(Job(), walked(flow, stick, password=make_believe.PASSWORD))
    away = stick.rename(stick.with_name("away"))
    with pytest.raises(FileUnreadable):
        carry_out(steps, Job())
    away.rename(stick)
    assert carry_out(steps, Job()) == 2
    assert [app.name for app in world.abra.apps()] == [APP]


def test_a_computer_without_a_key_there_says_which_key_to_hand_on(world, stick):
    with pytest.raises(NotLetInYet) as problem:
        opened(world, stick)
    line = public_line(world.ssh_dir)
    assert line.startswith("ssh-ed25519 ")
    assert problem.value.detail.startswith(line)
    with pytest.raises(PasswordWrong):
        opened(world, stick, password="wrong")


def test_a_way_that_ssh_knows_is_not_asked(world, machine, stick):
    key = world.ssh_dir / "mine"
    add_entry(world.ssh_dir, KITCHEN, make_believe.ADDRESS, 22, "ada", key)
    before = (world.ssh_dir / "config").read_bytes()
    assert opened(world, stick) == 2
    assert machine.opened_with == []
    assert (world.ssh_dir / "config").read_bytes() == before


def test_somebody_who_is_not_root_gets_access_to_docker(world, machine, stick):
    machine.user = "ada"
    more = {"user": "ada", "password": make_believe.PASSWORD}
    assert keys(world, stick, **more) == [*WAY, "docker_access", "listed", "docker_context"]


@pytest.mark.parametrize("facts", ["", "docker.swarm=inactive\ndocker.manager=false\n"])
def test_a_server_that_is_no_swarm_is_not_opened(world, machine, stick, facts):
    machine.more_facts = facts
    with pytest.raises(NoAppsThere):
        opened(world, stick, password=make_believe.PASSWORD)
    assert machine.changes == []


def test_going_on_without_comparing_stays_with_the_server(world, machine, stick):
    machine.host.compared = False
    opened(world, stick, password=make_believe.PASSWORD)
    assert world.abra.collective(KITCHEN).fingerprint_compared is False
    assert world.abra.collective(KITCHEN).name == "K"


def test_of_several_servers_one_may_be_left_for_later(world, machine, stick):
    filled(stick / "servers" / WORKSHOP, {"x.env": NOTES})
    more = {"password": make_believe.PASSWORD, f"open_{WORKSHOP}": False}
    assert keys(world, stick, **more) == [*WAY, "listed", "docker_context"]
    both = keys(world, stick, password=make_believe.PASSWORD)
    assert both == [f"{key}_{name}" for name in (KITCHEN, WORKSHOP)
                    for key in (*WAY, "listed", "docker_context")]  # fmt: skip
    with pytest.raises(NoneChosen):
        opened(world, stick, open=False)


def test_a_list_without_a_name_asks_for_it(world, stick):
    inner = stick / "servers" / KITCHEN
    assert opened(world, inner, password=make_believe.PASSWORD) == 4
    assert world.abra.servers() == [KITCHEN]


@pytest.mark.parametrize(
    ("place", "name"),
    [
        ("https://git.example.org/kitchen/Kitchen.example.org.git", KITCHEN),
        ("git@git.example.org:servers.git/", "servers"),
        ("/media/stick/kitchen.example.org", KITCHEN),
        ("/media/my stick", ""),
    ],
)
def test_the_name_that_the_place_says_is_suggested(place, name):
    assert suggested_name(place) == name


@pytest.mark.parametrize(
    "typed",
    ["", "/nothing/here", "http://example.org/x", "git://example.org/x", "https://a:b@c.org/x"],
)
def test_what_cannot_be_a_list_is_said_at_once(typed):
    assert PLACE.problem(typed)


def test_open_passwords_are_said_before_and_after(world, stick):
    env = stick / "servers" / KITCHEN / f"{APP}.env"
    env.write_text(NOTES + "SMTP_PASSWORD=hunter2hunter2\n")
    flow = wizard("open_servers").make(world)
    answers = walked(flow, stick, password=make_believe.PASSWORD)
    listed = next(step for step in flow.plan(Job(), answers) if step.key == "listed")
    assert "anybody with the list can read" in str(listed.why)
    told = " ".join(map(str, listed.detail))
    assert f"A password of {APP} can be read: SMTP_PASSWORD" in told
    assert "hunter2" not in told
    assert "Have them changed" in str(flow.ending(Job(), answers).intro)


class Shared:
    """A repository of a collective, over https; ``url`` is its address."""

    def __init__(self, folder):
        self.folder = folder
        folder.mkdir(parents=True)
        self.say("init", "-q", "-b", "main")

    def say(self, *words):
        who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
        return subprocess.run(
            ["git", "-C", self.folder, *who, *words], check=True, capture_output=True, text=True
        ).stdout

    def commit(self, files):
        filled(self.folder, files)
        self.say("add", "-A")
        self.say("commit", "-q", "-m", "x")


@pytest.fixture
def shared(world, tmp_path):
    authority = Authority(tmp_path)
    here = Shared(tmp_path / "git" / "servers")
    here.commit({f"{KITCHEN}/{APP}.env": NOTES})
    server = smart_git(tmp_path / "git", authority.context("git.example.org"))
    with serving(server) as port, serving(names({"git.example.org": ["127.0.0.1"]})) as book:
        settings = Settings(resolver=f"127.0.0.1:{book}", certificates=str(authority.path))
        here.url = f"https://git.example.org:{port}/servers"
        here.world = replace(world, settings=lambda: settings)
        yield here


def test_a_repository_stays_one_and_is_linked(shared):
    world = shared.world
    own = filled(world.abra.root / "servers" / WORKSHOP, {"own.env": NOTES})
    assert keys(world, shared.url, password=make_believe.PASSWORD) == [
        "shared_list", *WAY, "listed", "docker_context"
    ]  # fmt: skip
    assert opened(world, shared.url, password=make_believe.PASSWORD) == 5
    assert world.abra.servers() == [KITCHEN, WORKSHOP]
    assert [app.name for app in world.abra.apps(KITCHEN)] == [APP]
    assert [app.name for app in abra_reader.apps(world.abra.root)] == [APP, "own"]
    [clone] = (world.abra.root / "shared").iterdir()
    assert git.origin(clone, "operator-sync") == shared.url
    assert opened(world, shared.url) == 0
    there = world.abra.server_dir(KITCHEN)
    status = subprocess.run(
        ["git", "-C", there, "status", "--porcelain"], check=True, capture_output=True
    )
    assert status.stdout == b""
    shared.commit({f"{WORKSHOP}/wiki.env": NOTES})
    with pytest.raises(ListBehind):  # git brings the newer list, and not we
        opened(world, shared.url, open=True, password=make_believe.PASSWORD)
    carry_out(forget_steps(world, KITCHEN), Job())
    assert world.abra.servers() == [WORKSHOP]
    assert (clone / KITCHEN / f"{APP}.env").read_text() == NOTES
    assert (own / "own.env").read_text() == NOTES


def test_own_folders_of_that_name_are_kept_and_other_things_stop_it(shared):
    world = shared.world
    mine = filled(world.abra.root / "servers" / KITCHEN, {"mine.env": NOTES})
    flow = wizard("open_servers").make(world)
    answers = walked(flow, shared.url, password=make_believe.PASSWORD)
    steps = flow.plan(Job(), answers)
    assert "stays as it is" in str(next(s for s in steps if s.key == "listed").detail[-1])
    carry_out(steps, Job())
    assert [path.name for path in mine.iterdir()] == ["mine.env"]
    (mine / "mine.env").unlink()
    mine.rmdir()
    mine.symlink_to("nowhere")
    with pytest.raises(ServerFolderTaken):
        carry_out(steps, Job())


def test_a_hostile_repository_leaves_nothing_also_when_it_was_another_before(shared):
    world = shared.world
    flow = wizard("open_servers").make(world)
    steps = flow.plan(Job(), walked(flow, shared.url, password=make_believe.PASSWORD))
    for files, link in (({f"{KITCHEN}/coophost.yml": "name: [x]\n"}, ""), ({}, "/etc/passwd")):
        if link:
            (shared.folder / KITCHEN / "x.env").symlink_to(link)
        shared.commit(files)
        with pytest.raises(ListRefused):
            carry_out(steps, Job())
        assert list(world.abra.root.rglob("*.env")) == []
        with pytest.raises(ListRefused):
            opened(world, shared.url, password=make_believe.PASSWORD)
    assert world.abra.servers() == []
