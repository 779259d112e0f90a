"""Before renting: the text, what it holds, and what is kept here; then the key that follows it."""

import json
import time

import jsonschema
import pytest
import yaml
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_ssh_private_key,
)

from coophost_gui.cli.main import main, parser
from coophost_gui.cli.terminal import Terminal
from coophost_gui.flows import wizard
from coophost_gui.flows.add_server import ADDRESS, EMAIL, FRONT_DOOR, INTRODUCED
from coophost_gui.hosts.base import ANY, Login, Practice, Real, Result
from coophost_gui.hosts.introduced import VALID_SECONDS, Introduction
from coophost_gui.hosts.keys import new_key, public_line
from coophost_gui.kit import log, places
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.problems import WorldsMixed
from coophost_gui.kit.text import Day
from coophost_gui.servers.door import Door
from coophost_gui.servers.introduction import introduction, text_of
from coophost_gui.servers.problems import AlreadyIntroduced, HostKeyRefused
from coophost_gui.servers.steps import host_key as replacing
from coophost_gui.servers.steps.host_key import host_key
from coophost_gui.servers.world import World

NAME = "kitchen.example.org"


def made(world, name=NAME):
    carry_out([introduction(world, name)], Job())
    return text_of(world, name)


class TestTheText:
    def test_it_is_what_cloud_init_reads_with_both_halves_of_one_key(self, world):
        text = made(world)
        assert text.startswith("#cloud-config\n")
        assert text.isascii()
        found = yaml.safe_load(text)
        assert found["ssh_authorized_keys"] == [public_line(world.ssh_dir)]
        assert found["disable_root"] is False
        assert found["ssh_deletekeys"] is True
        key = load_ssh_private_key(found["ssh_keys"]["ed25519_private"].encode(), None)
        public = key.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()
        assert found["ssh_keys"]["ed25519_public"] == f"{public} {NAME}"
        assert world.introductions.of(public).name == NAME
        assert set(found) == {
            *("disable_root", "ssh_authorized_keys", "ssh_deletekeys", "ssh_keys", "chpasswd")
        }

    def test_it_stays_the_same_until_it_was_used(self, world):
        text = made(world)
        assert made(world) == text
        step = introduction(world, NAME)
        assert step.is_done(Job())
        assert not any("older" in str(line) for line in step.detail)

    def test_its_secret_is_in_the_password_store_and_nowhere_else(self, world, own_home):
        secret = yaml.safe_load(made(world))["ssh_keys"]["ed25519_private"].splitlines()[2]
        assert [p for p in own_home.rglob("*") if p.is_file() and secret in p.read_text()] == []
        assert secret not in log.redact(f"report: {secret}")
        kept = world.introductions.get(NAME)
        assert secret not in repr(kept)

    def test_the_page_and_the_text_name_the_same_day_until_which_it_is_good(self, world):
        flow = wizard("prepare_server").make(world)
        answers = Answers()
        answers[next(iter(flow.pages[0].fields))] = NAME
        carry_out(flow.plan(Job(), answers), Job())
        day = Day.of(world.introductions.get(NAME).until)
        assert f"It is good until {day}." in str(flow.ending(Job(), answers).intro)
        assert f"Of no use after {day}.\n" in text_of(world, NAME)

    def test_without_the_secret_another_is_made_and_the_plan_says_what_that_means(self, world):
        text = made(world)
        world.secrets.forget(f"introduced:{NAME}")  # the program was closed, and has no keyring
        step = introduction(world, NAME)
        assert any("older text" in str(line) for line in step.detail)
        assert made(world) not in ("", text)

    def test_a_kill_between_its_halves_leaves_no_text_of_two_keys(self, world, monkeypatch):
        made(world)
        world.secrets.forget(f"introduced:{NAME}")
        with monkeypatch.context() as patched:
            patched.setattr(type(world.introductions), "keep", killed)
            with pytest.raises(Killed):
                made(world)
        assert text_of(world, NAME) == ""
        assert made(world)

    def test_when_it_is_too_old_another_is_made(self, world):
        made(world)
        kept = world.introductions.get(NAME)
        then = time.time() - VALID_SECONDS - 1
        world.introductions.keep(Introduction(NAME, kept.public, then))
        assert text_of(world, NAME) == ""
        assert made(world)

    def test_none_is_made_anew_for_a_server_that_is_just_getting_its_key(self, world):
        made(world)
        kept = world.introductions.get(NAME)
        world.introductions.keep(Introduction(NAME, kept.public, kept.made, new_key().public))
        with pytest.raises(AlreadyIntroduced):
            made(world)

    def test_none_is_made_in_try_it_out(self, world):
        flow = wizard("prepare_server").make(
            World(
                world=Practice,
                abra=world.abra,
                hosts=None,
                secrets=world.secrets,
                ssh_dir=world.ssh_dir,
                docker_dir=world.docker_dir,
            )
        )
        with pytest.raises(WorldsMixed):
            flow.plan(Job(), Answers({"name": NAME}))


class Killed(BaseException):
    """The program ends here."""


def killed(*_, **__):
    raise Killed


class Introduced:
    """A server with a host key that can be replaced; sshd reads it when it is told to."""

    def __init__(self, key):
        self.name, self.address, self.world = "alpha", "203.0.113.5", Real
        self.file = self.shown = key
        self.beside, self.away = "", ""
        self.refuses = False
        self.stale = 0  # so many connections still meet the old sshd

    def run(self, job, *argv, stdin=b"", root=False, timeout=600):
        assert root
        assert argv[:3] == ("sh", "-s", "host-key")
        what, old = argv[3:]
        first = self.file == f"ssh-ed25519 {old}"
        if what == "make":
            self.beside = self.beside or (new_key().public if first else "")
            return Result(0, (self.beside if first else self.file) + "\n", "")
        if self.refuses:
            return Result(3, "", "bad key")
        if first:
            self.away, self.file, self.beside = self.file, self.beside, ""
        self.stale = 2
        return Result(0, "", "")


class Connection:
    by_key = compared = True
    world = Real

    def __init__(self, server):
        self.run, self.name, self.address = server.run, server.name, server.address
        if server.stale:
            server.stale -= 1
        elif server.shown != server.file:
            server.shown = server.file
        self.host_key = server.shown


class Hosts:
    """Accepts what the introductions vouch for, or what is written down, like the real ones."""

    world = Real

    def __init__(self, server, world):
        self.server, self._world, self._open = server, world, None

    def first_contact(self, job, login):
        if self._open is None:
            found = Connection(self.server)
            known = self._world.ssh_dir / "known_hosts"
            lines = known.read_text().splitlines() if known.exists() else []
            assert f"@revoked {login.address} {found.host_key}" not in lines
            if f"{login.address} {found.host_key}" not in lines:
                assert self._world.introductions.vouch("alpha", login.introduced, found.host_key)
            self._open = found
        return self._open

    def drop(self, server):
        self._open = None


class TestTheKeyThatFollows:
    @pytest.fixture
    def server(self, world, monkeypatch):
        monkeypatch.setattr(replacing, "RELOAD_PAUSE", 0)
        made(world)
        return Introduced(world.introductions.get(NAME).public)

    def step(self, world, server):
        login = Login("alpha", "203.0.113.5", None, "root", introduced=NAME)
        door = Door(Hosts(server, world), login)
        return host_key(door, world.introductions, world.secrets, world.ssh_dir)

    def holds(self, world, server, first):
        assert server.shown == server.file != first
        assert server.away == first
        assert (world.ssh_dir / "known_hosts").read_text().splitlines() == [
            f"203.0.113.5 {server.shown}",
            f"@revoked 203.0.113.5 {first}",
        ]
        assert world.introductions.get(NAME) is None
        assert world.secrets.get(f"introduced:{NAME}") is None

    def test_it_is_made_there_and_only_it_is_known_from_then_on(self, world, server):
        first = server.shown
        assert carry_out([self.step(world, server)], Job()) == 1
        self.holds(world, server, first)
        assert carry_out([self.step(world, server)], Job()) == 0

    MOMENTS = (
        "introductions.keep",
        "_make",
        "_switch",
        "_until_shown",
        "pin",
        "secrets.forget",
        "introductions.drop",
    )

    @pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
    @pytest.mark.parametrize("moment", MOMENTS)
    def test_killed_at_any_moment_it_completes_when_run_again(
        self, world, server, monkeypatch, moment, after
    ):
        first = server.shown
        owner = {
            "introductions": type(world.introductions),
            "secrets": type(world.secrets),
        }.get(moment.partition(".")[0], replacing)
        name = moment.rpartition(".")[2]
        real = getattr(owner, name)

        def stopping(*arguments):
            if after:
                real(*arguments)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(owner, name, stopping)
            with pytest.raises(Killed):
                carry_out([self.step(world, server)], Job())
        assert server.file  # at every moment there is a key to be reached by
        carry_out([self.step(world, server)], Job())
        self.holds(world, server, first)

    def test_a_server_that_refuses_its_key_keeps_the_first_one(self, world, server):
        server.refuses = True
        with pytest.raises(HostKeyRefused, match="alpha"):
            carry_out([self.step(world, server)], Job())
        assert not (world.ssh_dir / "known_hosts").exists()
        server.refuses = False
        carry_out([self.step(world, server)], Job())

    def test_an_old_sshd_that_never_reads_it_is_said(self, world, server, monkeypatch):
        monkeypatch.setattr(replacing, "RELOAD_TRIES", 1)
        with pytest.raises(HostKeyRefused):
            carry_out([self.step(world, server)], Job())
        assert not (world.ssh_dir / "known_hosts").exists()


class TestTheWizards:
    def test_the_question_is_asked_only_while_a_text_is_out(self, world):
        flow = wizard("add_server").make(world)

        def keys():
            return [field.key for field in flow.pages[0].questions(Answers())]

        assert "introduced" not in keys()
        made(world)
        assert keys() == ["address", "introduced", "user", "password"]
        asked = flow.pages[0].questions(Answers())[1]
        assert asked.default == ANY

    def test_who_introduced_itself_gets_its_own_key_first_and_its_name(self, world, machine):
        made(world)
        machine.key = True
        machine.host.host_key = world.introductions.get(NAME).public
        flow = wizard("add_server").make(world)
        answers = Answers()
        answers[ADDRESS], answers[EMAIL] = "203.0.113.5", "hello@example.org"
        answers[FRONT_DOOR], answers[INTRODUCED] = False, ANY
        flow.pages[0].verify(Job(), answers)
        name = next(field for field in flow.fields(answers) if field.key == "name")
        assert name.default == NAME
        assert [step.key for step in flow.plan(Job(), answers)][:2] == ["host_key", "fit"]
        machine.host.host_key = new_key().public
        assert flow.plan(Job(), answers)[0].key == "fit"

    def test_a_name_that_is_taken_is_said_at_once(self, world):
        world.abra.add_server(NAME)
        flow = wizard("prepare_server").make(world)
        field = flow.pages[0].questions(Answers())[0]
        assert field.problem(NAME)
        assert field.problem(ANY)
        assert not field.problem("garden.example.org")


class TestTheCommand:
    def run(self, world, capsys, *arguments):
        args = parser().parse_args(["server", "introduce", NAME, *arguments])
        terminal = Terminal(json=args.json, yes=True, make_world=lambda: world)
        assert args.run(args, terminal) == 0
        return capsys.readouterr()

    def test_it_prints_the_text_and_nothing_else(self, world, capsys):
        said = self.run(world, capsys)
        assert said.out == text_of(world, NAME)
        assert "BEGIN OPENSSH" not in said.err
        assert "Choose Debian 12" in said.err

    @pytest.mark.parametrize("save", [False, True])
    def test_as_data_it_keeps_its_schema(self, world, capsys, tmp_path, save):
        file = tmp_path / "text"
        found = json.loads(
            self.run(world, capsys, "--json", *(("--save", str(file)) if save else ())).out
        )
        schema = json.loads(places.resource("schemas", "server-introduce.json").read_text())
        jsonschema.validate(found, schema)
        assert (file.read_text() if save else found["text"]) == text_of(world, NAME)
        assert ("text" in found) is not save

    def test_a_file_is_for_its_owner_only_and_never_one_that_is_there(
        self, world, capsys, tmp_path
    ):
        file = tmp_path / "text"
        assert self.run(world, capsys, "--save", str(file)).out == ""
        assert file.stat().st_mode & 0o777 == 0o600
        with pytest.raises(SystemExit) as left:
            main(["server", "introduce", NAME, "--save", str(file)])
        assert left.value.code == 2
        assert file.read_text() == text_of(world, NAME)
