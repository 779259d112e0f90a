"""The sixteen situations that a swarm can be in, made for real: a verdict, a cause, a next step.

All of them stand side by side on one server, each as a stack of its own, and are looked at
as the dashboard does.
"""

import time
from dataclasses import dataclass

import pytest

from coophost_gui.health.advice import NOTHING, next_step
from coophost_gui.health.judge import State, find, judge, level
from coophost_gui.health.look import look
from coophost_gui.hosts.base import Login
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.secrets import MemorySecrets
from tests.testbed.commands import until

pytestmark = pytest.mark.testbed

IMAGE = "busybox:1.35"
SLEEP = (IMAGE, "sleep", "100000")
PATIENCE = 60  # seconds for a situation to show
CHECK = ("--health-interval", "1s", "--health-retries", "1", "--health-timeout", "1s")
QUICK = ("--update-monitor", "2s", "--no-resolve-image")
OTHER_PROGRAM = "setsid python3 -m http.server 8081 >/dev/null 2>&1 </dev/null &"


@dataclass(frozen=True)
class Situation:
    """How ``docker service create`` makes it, and what is said about it."""

    name: str
    create: tuple[str, ...]
    state: State
    cause: str
    next: str
    update: tuple[str, ...] = ()


READ = "Read what it said last, put that right, then start it again."
WAIT = "Wait a little; we go on watching."
SITUATIONS = (
    Situation(
        "good-update",
        SLEEP,
        State.RUNNING,
        "It runs, and has no health check of its own.",
        str(NOTHING),
        ("--update-order", "start-first", "--update-monitor", "3s", "--env-add", "A=1"),
    ),
    Situation(
        "rolled-back",
        SLEEP,
        State.ROLLED_BACK,
        "The last change did not start, so the version before it runs again.",
        "Read what the new version said before you try it again.",
        ("--update-failure-action", "rollback", *QUICK, "--args", "false"),
    ),
    Situation(
        "paused",
        SLEEP,
        State.STUCK,
        "It ended by itself (code 1).",
        READ,
        ("--update-failure-action", "pause", *QUICK, "--args", "false"),
    ),
    Situation(
        "crashes",
        (IMAGE, "sh", "-c", "exit 3"),
        State.RESTARTING,
        "It ended by itself (code 3).",
        READ,
    ),
    Situation(
        "tired",
        ("--restart-condition", "on-failure", "--restart-max-attempts", "1", IMAGE, "false"),
        State.GIVEN_UP,
        "It ended by itself (code 1).",
        READ,
    ),
    Situation(
        "no-image",
        ("nosuch:9", "true"),
        State.STUCK,
        "Its programs (nosuch:9) are not on the server.",
        "Start it again, so that its programs are fetched.",
    ),
    Situation(
        "port-of-an-app",
        ("--publish", "mode=host,published=8080,target=80", *SLEEP),
        State.STUCK,
        "Another app on the server already uses its network port.",
        "Stop the other app, or give this one another port.",
    ),
    Situation(
        "port-of-a-program",
        ("--publish", "mode=host,published=8081,target=80", *SLEEP),
        State.STUCK,
        "Another program on the server already uses its network port 8081.",
        "Ask your technical person to stop that other program.",
    ),
    Situation(
        "nowhere",
        ("--constraint", "node.labels.nope==1", *SLEEP),
        State.STUCK,
        "It asks for a kind of server that this one is not.",
        "Ask your technical person where it is meant to run.",
    ),
    Situation(
        "greedy",
        ("--reserve-memory", "900g", *SLEEP),
        State.STUCK,
        "The server has less free memory or processors than it asks for.",
        "Stop an app that you do not need, or rent a larger server.",
    ),
    Situation(
        "no-folder",
        ("--mount", "type=bind,src=/no/such/folder,dst=/x", *SLEEP),
        State.STUCK,
        "It needs the folder /no/such/folder on the server, which is not there.",
        "Make that folder on the server, then start the app again.",
    ),
    Situation(
        "memory",
        ("--limit-memory", "16m", IMAGE, "sh", "-c", "sleep 1; tail /dev/zero"),
        State.RESTARTING,
        "It was stopped, probably because it asks for more memory than 17 MB.",
        "Give it more memory, then start it again.",
    ),
    Situation(
        "unhealthy",
        ("--health-cmd", "false", *CHECK, *SLEEP),
        State.RESTARTING,
        "It runs, but does not pass its own health check.",
        "Read what it says: its messages tell what it misses.",
    ),
    Situation(
        "waiting",
        ("--health-cmd", "false", "--health-start-period", "300s", *CHECK, *SLEEP),
        State.STARTING,
        "It has started, and now checks itself.",
        WAIT,
    ),
    Situation(
        "no-command",
        (IMAGE, "/nosuchbinary"),
        State.STUCK,
        "The command that it should run is not among its programs.",
        "Go back to the version before, or ask who made this one.",
    ),
)
DISK_FULL = Situation(
    "disk-full",
    SLEEP,
    State.STUCK,
    "The server's disk is full.",
    "Make room on the server's disk. Then it starts by itself.",
    ("--force", "--no-resolve-image"),
)


class Watcher:
    """Looks again and again, as the dashboard does, and remembers what it was told."""

    def __init__(self, host):
        self.host = host
        self.before = None

    def verdict(self, name):
        health = find(self.healths, name)
        return (health.state, str(health.reason)) if health else (None, "")

    def next(self, name):
        health = find(self.healths, name)
        return str(next_step(health.state, health.reason)) if health else ""

    def look(self):
        seen = look(Job(), self.host, self.before)
        self.healths = judge(seen, self.before)
        self.before = seen

    def wait(self, wanted):
        """Look until each situation of *wanted* gets its verdict, its cause and its next step."""
        left, deadline = list(wanted), time.monotonic() + PATIENCE
        while left:
            self.look()
            found = {s.name: (*self.verdict(s.name), self.next(s.name)) for s in left}
            left = [s for s in left if found[s.name] != (s.state, s.cause, s.next)]
            assert time.monotonic() < deadline, {s.name: found[s.name] for s in left}
            time.sleep(0.3)


@pytest.fixture
def server(services):
    with services.swarm_server(disk_mb=400) as made:
        yield made


@pytest.fixture
def watcher(server, tmp_path):
    hosts = Connections(MemorySecrets(), tmp_path / "ssh")

    def compared(event):
        if isinstance(event, Asked):
            event.answer.set_result(server.fingerprint)

    login = Login("alpha", server.address, server.port, "root", server.password)
    yield Watcher(hosts.first_contact(Job(compared), login))
    hosts.close()


def create(server, name, *argv):
    server.docker(
        *("service", "create", "-d", "--name", f"{name}_app", "--endpoint-mode", "dnsrr"),
        *("-l", f"com.docker.stack.namespace={name}", "--restart-delay", "1s"),
        *("--stop-grace-period", "1s", "--no-resolve-image", *argv),
    )


def change(server, situation):
    server.docker("service", "update", "-d", *situation.update, f"{situation.name}_app")


def test_the_sixteen_situations_get_their_verdict_one_cause_and_one_next_step(server, watcher):
    assert len(SITUATIONS) + 1 == 16
    server.docker("pull", "-q", IMAGE)
    server.run("sh", "-c", OTHER_PROGRAM)
    create(server, "port-holder", "--publish", "mode=host,published=8080,target=80", *SLEEP)
    create(server, DISK_FULL.name, *DISK_FULL.create)
    changed = [situation for situation in SITUATIONS if situation.update]
    for situation in changed:
        create(server, situation.name, *situation.create)
    runs = "It runs, and has no health check of its own."
    watcher.wait(
        Situation(name, (), State.RUNNING, runs, str(NOTHING))
        for name in ("port-holder", DISK_FULL.name, *(s.name for s in changed))
    )
    for situation in SITUATIONS:
        if not situation.update:
            create(server, situation.name, *situation.create)
    good, *others = changed
    change(server, good)
    under_way = Situation(good.name, (), State.UPDATING, "The new version is being started.", WAIT)
    watcher.wait([under_way])
    for situation in others:
        change(server, situation)
    watcher.wait(SITUATIONS)
    for _ in range(20):  # what is wrong does not look well in between
        watcher.look()
        for situation in SITUATIONS:
            if level(situation.state) == "bad":
                assert level(watcher.verdict(situation.name)[0]) != "good", situation.name
                assert watcher.next(situation.name) in (situation.next, WAIT)
        time.sleep(0.3)
    # What ends again and again would make room again and again.
    server.docker("service", "rm", *(f"{situation.name}_app" for situation in SITUATIONS))
    until(lambda: len(server.docker("ps", "-aq").split()) == 2, "the end of the others", 60)
    server.fill()
    change(server, DISK_FULL)
    watcher.wait([DISK_FULL])
