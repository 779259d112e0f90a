"""The main job by the command line, for real: from a blank server to a website, and a power cut.

Every command is a process of its own on the person's computer; the server is a blank
Debian in a virtual machine; the recipe comes from a git server, the certificate from a
certificate authority, the packages and images from Debian.  Afterwards ssh, docker and a
second reader of abra's files are asked whether they can use what was written, and every
password is searched for on both sides.
"""

import http.client
import json
import re
import shutil
import signal
import socket
import ssl
import threading
import time
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest

from coophost_gui.kit import places
from coophost_gui.kit.store import Settings
from tests.e2e.person import Person
from tests.independent.abra_reader import complaints
from tests.testbed.commands import until

SERVER = "kitchen.coop.test"
SITE = f"www.{SERVER}"
LOGIN_KEY = ".ssh/coophost_ed25519"
TITLE = "The kitchen of our quarter"
HER_PASSWORD = "nobody guesses this one"
SAMPLER = """
while sleep 2; do cat /proc/[0-9]*/cmdline | tr '\\0' ' '; done >/var/tmp/ps.txt 2>/dev/null
"""  # what ps prints, at a tenth of its cost
STEP = re.compile(r"\[\d+/\d+\] ")


class Diary:
    """How long each part took; told at once, so that one sees where it stands still."""

    def __init__(self, config):
        self._capture = config.pluginmanager.getplugin("capturemanager")
        self._began = time.monotonic()
        self.seconds = {}

    def tell(self, words):
        with self._capture.global_and_fixture_disabled():
            print(f"  {time.monotonic() - self._began:6.1f} s  {words}", flush=True)

    @contextmanager
    def part(self, what):
        began = time.monotonic()
        self.tell(f"-- {what}")
        yield
        self.seconds[what] = time.monotonic() - began
        self.tell(f"-- {what}: {self.seconds[what]:.1f} s")


class Terminal:
    """Runs ``coophost`` for *person* and keeps everything that it printed."""

    def __init__(self, person, diary):
        self.person = person
        self.diary = diary
        self.printed = []

    def run(self, *arguments, code=0):
        """Run ``coophost ARGUMENTS``; return what it printed as data, or as text."""
        process = self.person.begin(*arguments)
        lines = []
        for line in process.stderr:
            lines.append(line)
            if STEP.match(line):
                self.diary.tell(line.strip())
        out = process.stdout.read()
        process.stdout.close()
        process.stderr.close()
        assert process.wait(60) == code, "".join(lines) + out
        self.printed += [out, *lines]
        return json.loads(out) if "--json" in arguments else out


class Looks:
    """``coophost health --watch`` in the background: every look that it printed, with its time."""

    def __init__(self, person, every=3):
        self.seen = []
        self.raw = []
        self._process = person.begin("health", "--watch", "--every", str(every), "--json")
        self._readers = [
            threading.Thread(target=self._read, args=(self._process.stdout, True)),
            threading.Thread(target=self._read, args=(self._process.stderr, False)),
        ]

    def __enter__(self):
        for reader in self._readers:
            reader.start()
        return self

    def __exit__(self, *_):
        self._process.send_signal(signal.SIGINT)
        try:
            assert self._process.wait(30) == 130
        finally:
            self._process.kill()
            for reader in self._readers:
                reader.join()

    def _read(self, stream, looks):
        waiting = ""
        with stream:
            for line in stream:
                self.raw.append(line)
                waiting += line
                if looks and line.startswith("]"):
                    cards = {card["app"]: card for card in json.loads(waiting)}
                    self.seen.append((time.time(), cards))
                    waiting = ""


class Watcher:
    """What anybody on this computer could see of every process: its arguments."""

    def __enter__(self):
        self.seen = set()
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        self._thread.join()

    def _watch(self):
        while not self._stop.wait(0.2):
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    self.seen.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
                except OSError:
                    continue


def fill_in(address, trusted, path, **form):
    """Send a form of the website as a browser would; return what ``visit`` does."""
    kind = {"Content-Type": "application/x-www-form-urlencoded"}
    return visit(address, trusted, path, method="POST", body=urlencode(form), headers=kind)


def visit(address, trusted, path, *, site=SITE, method="GET", body=None, headers=None):
    """Open a page of *site* as a browser would; return status, where it leads, and text."""
    trust = ssl.create_default_context(cafile=str(trusted))
    door = http.client.HTTPSConnection(site)
    plain = socket.create_connection((address, 443), 30)
    door.sock = trust.wrap_socket(plain, server_hostname=site)
    try:
        door.request(method, path, body, headers or {})
        reply = door.getresponse()
        return reply.status, reply.headers.get("Location", ""), reply.read().decode()
    finally:
        door.close()


def by_app(cards):
    return {card["app"]: card for card in cards}


def well(cards):
    return set(cards) == {SITE, f"gateway.{SERVER}"} and all(
        card["level"] == "good" for card in cards.values()
    )


def in_container(server, part, *argv):
    """Run *argv* inside the running container of a part of the website."""
    name = f"www_kitchen_coop_test_{part}"
    found = server.docker("ps", "-q", "--filter", f"label=com.docker.swarm.service.name={name}")
    return server.docker("exec", found.split()[0], *argv)


def said_on_the_server(server, words):
    """Return the files of the server that contain one of *words*, and its journal's lines."""
    script = (
        "grep -rlaF -f - /var/log /var/tmp /tmp /run/log /root /home /etc 2>/dev/null; "
        "find /var/lib/docker/containers -name '*.log*' -type f | wc -l >&2; true"
    )
    files = server.run("sh", "-c", script, stdin="\n".join(words)).split()
    journal = server.run("journalctl", "--no-pager", "--output", "cat")
    containers = server.run(
        *("find", "/var/lib/docker/containers", "-name", "*-json.log*", "-exec", "cat", "{}", "+")
    )
    assert "ready for connections" in containers  # we look where the programs speak
    assert "dockerd" in server.run("cat", "/var/tmp/ps.txt")
    return [*files, *(word for word in words if word in journal or word in containers)]


@pytest.mark.timeout(2400)
def test_from_a_blank_server_to_a_website_and_through_a_power_cut(
    services,
    journey_server,
    stand_ins,
    names,
    authority,
    git_server,
    own_home,
    pytestconfig,
    tmp_path,
):
    diary = Diary(pytestconfig)
    Settings(
        resolver=names.resolver, certificates=str(shutil.copy(services.visitors_trust(), tmp_path))
    ).write()
    with diary.part("switch on the blank server"):
        machine = journey_server()
        machine.up()
    try:
        with Watcher() as watcher:
            walk(diary, services, names, authority, git_server, own_home, machine, watcher)
    finally:
        with diary.part("switch it off"):
            machine.down()
    for what, seconds in diary.seconds.items():
        diary.tell(f"{seconds:7.1f} s  {what}")


def walk(diary, services, names, authority, git_server, home, machine, watcher):
    trusted = services.visitors_trust()
    names.point("*.coop.test", machine.address)
    machine.run("systemd-run", "--unit=sampler", "sh", "-c", SAMPLER)
    (home / ".abra" / "catalogue").mkdir(parents=True)
    shutil.copy(git_server.catalogue, home / ".abra" / "catalogue" / "recipes.json")

    person = Person(home, machine, name=SERVER)
    person.answers = {
        "fingerprint": machine.fingerprint,
        "collective": "The kitchen",
        "acme_server": authority.directory,
        "secret_acme_ca": authority.service_root,
    }
    terminal = Terminal(person, diary)

    with diary.part("coophost server add"):
        where = f"root@{machine.address}"
        terminal.run(
            *("server", "add", where, "--name", SERVER, "--email", "hello@coop.test", "--yes")
        )
    person.secrets = {}  # the password is not needed any more
    person.answers = {}

    with diary.part("coophost catalogue search, app new wordpress"):
        found = terminal.run("catalogue", "search", "website", "--json")
        assert "wordpress" in [row.get("recipe", row.get("name")) for row in found]
        terminal.run("app", "new", "wordpress", "--domain", SITE, "--yes")
    assert (home / ".abra/recipes/wordpress/.git").is_dir()
    origin = (home / ".abra/recipes/wordpress/.git/config").read_text()
    assert git_server.url("wordpress") in origin

    with diary.part("coophost health, app list, status, logs"):
        cards = by_app(terminal.run("health", "--json"))
        assert cards[SITE]["unclaimed"] is True
        assert cards[SITE]["level"] == "wait"
        assert cards[f"gateway.{SERVER}"]["level"] == "good"
        assert [row["name"] for row in terminal.run("app", "list", "--json")] == [
            f"gateway.{SERVER}",
            SITE,
        ]
        state = terminal.run("app", "status", SITE, "--json")
        assert (state["level"], {part["part"] for part in state["parts"]}) == (
            "good",
            {"app", "db"},
        )
        assert "ready for connections" in terminal.run("app", "logs", SITE, "db")

    with diary.part("a person claims the website"):
        status, leads_to, _ = visit(machine.address, trusted, "/")
        assert (status, leads_to) == (302, f"https://{SITE}/wp-admin/install.php")
        assert "WordPress" in visit(machine.address, trusted, "/wp-admin/install.php")[2]
        _, _, page = fill_in(
            machine.address,
            trusted,
            "/wp-admin/install.php?step=2",
            weblog_title=TITLE,
            user_name="ana",
            admin_password=HER_PASSWORD,
            admin_password2=HER_PASSWORD,
            admin_email="ana@coop.test",
            pw_weak="on",
        )
        assert "Success" in page
        status, _, page = visit(machine.address, trusted, "/")
        assert (status, TITLE in page) == (200, True)

    with diary.part("coophost health is green"):
        cards = by_app(terminal.run("health", "--json"))
        assert well(cards), cards
        assert cards[SITE]["unclaimed"] is False
        assert datetime.fromisoformat(cards[SITE]["secure_until"]).timestamp() > time.time()

    with diary.part("what other programs say about what was written"):
        assert complaints(home / ".abra", home / ".docker", home / ".ssh") == []
        assert person.says("ssh", SERVER, "true", timeout=120) == ""
        docker = ("docker", "--context", SERVER)
        swarm = json.loads(person.says(*docker, "info", "--format", "{{json .Swarm}}", timeout=120))
        assert swarm["LocalNodeState"] == "active"
        assert swarm["NodeAddr"] in machine.run("ip", "-4", "addr", "show", "eth0")
        listed = person.says(*docker, "service", "ls", "--format", "{{.Name}} {{.Replicas}}")
        assert sorted(listed.splitlines()) == [
            "gateway_kitchen_coop_test_app 1/1",
            "www_kitchen_coop_test_app 1/1",
            "www_kitchen_coop_test_db 1/1",
        ]

    with diary.part("no secret where anybody else could read it"):
        planted = [
            machine.password,
            in_container(machine, "db", "cat", "/run/secrets/db_password").strip(),
            in_container(machine, "db", "cat", "/run/secrets/db_root_password").strip(),
            (home / LOGIN_KEY).read_text().splitlines()[3],
        ]
        assert [len(word) > 15 for word in planted] == [True] * 4
        assert said_on_the_server(machine, planted) == []

    outage(diary, terminal, machine, trusted)

    everything = "".join(terminal.printed) + "\n".join(watcher.seen)
    assert "coophost_gui.cli.main" in everything  # we saw the processes that we started
    assert [word for word in planted if word in everything] == []
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert places.log_dir() / "coophost.log" in files
    telling = {
        str(path.relative_to(home))
        for path in files
        if any(word in path.read_bytes().decode(errors="replace") for word in planted)
    }
    assert telling == {LOGIN_KEY}


def outage(diary, terminal, machine, trusted):
    """Cut the power and see that the dashboard tells the truth, until all is well again."""
    gateway = f"gateway.{SERVER}"
    with Looks(terminal.person) as looks:
        with diary.part("power cut: until the dashboard says so"):
            until(lambda: bool(looks.seen), "a first look", 60, every=0.5)
            assert well(looks.seen[-1][1]), looks.seen[-1]
            cut_at = time.time()
            machine.reset()
            until(
                lambda: {card["state"] for card in looks.seen[-1][1].values()} == {"unreachable"},
                "a look that says unreachable",
                120,
                every=0.2,
            )
            for card in looks.seen[-1][1].values():
                assert card["level"] == "bad"
                assert datetime.fromisoformat(card["at"]).timestamp() <= cut_at + 1
            now = terminal.run("health", "--json", code=1)  # a new look knows it, too
            assert [card["state"] for card in now] == ["unreachable"] * 2
            assert {card["at"] for card in now} == {looks.seen[-1][1][SITE]["at"]}
        with diary.part("power cut: until it answers again"):
            machine.await_ssh(300)
        with diary.part("power cut: until everything is well by itself"):
            until(lambda: well(looks.seen[-1][1]), "everything well again", 300, every=0.5)
            diary.tell(f"{time.time() - cut_at:.0f} s after the power cut")
    terminal.printed += looks.raw
    last = None
    for at, cards in looks.seen:
        states = {app: card["state"] for app, card in cards.items()}
        if states != last:
            diary.tell(f"   {at - cut_at:+6.1f} s {states[gateway]:12} {states[SITE]}")
        last = states
        for card in cards.values():
            if at > cut_at + 10 and card["level"] == "good":  # whoever says "well" has seen it
                assert datetime.fromisoformat(card["at"]).timestamp() > cut_at
    assert TITLE in visit(machine.address, trusted, "/")[2]
    assert well(by_app(terminal.run("health", "--json")))
