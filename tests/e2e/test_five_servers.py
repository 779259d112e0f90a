"""Five real servers in one window, one dead, one frozen: nobody waits for those two."""

from contextlib import ExitStack

import pytest
from PySide6.QtCore import QEvent, QObject

from coophost_gui.gui.app_card import StateCard
from coophost_gui.gui.window import Window
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.engine import SshEngine
from coophost_gui.hosts.reach import Connections
from coophost_gui.hosts.ssh import SshHost
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.awake import awake

pytestmark = pytest.mark.testbed

ALIVE = ("alpha", "beta", "gamma")
NAMES = (*ALIVE, "dead", "frozen")
SOON = 1.0  # seconds from a server's answer to its painted card


@pytest.fixture
def servers(services):
    with ExitStack() as stack:
        yield {name: stack.enter_context(services.swarm_server()) for name in NAMES}


@pytest.fixture
def world(servers, tmp_path):
    secrets = MemorySecrets()
    made = World(
        world=Real,
        abra=AbraFolder(tmp_path / "abra"),
        hosts=Connections(secrets, tmp_path / "ssh"),
        secrets=secrets,
        ssh_dir=tmp_path / "ssh",
        docker_dir=tmp_path / "docker",
    )
    for name, server in servers.items():
        made.abra.new_app(name, name, f"TYPE={name}:1.0.0+1\n")

        def compared(event, server=server):
            if isinstance(event, Asked):
                event.answer.set_result(server.fingerprint)

        login = Login(name, server.address, server.port, "root", server.password)
        made.hosts.first_contact(Job(compared), login)
    return made


class Painted(QObject):
    """Notes when each app's card was painted first."""

    def __init__(self):
        super().__init__()
        self.at = {}

    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint and isinstance(thing, StateCard):
            name = thing.accessibleName().partition(":")[0]
            if name not in self.at:
                self.at[name] = awake()
        return False


@pytest.fixture
def painted(qapp):
    painted = Painted()
    qapp.installEventFilter(painted)
    yield painted
    qapp.removeEventFilter(painted)


@pytest.fixture
def answered(monkeypatch):
    """When each server gave the last answer of a look."""
    at, get, run = {}, SshEngine.get, SshHost.run

    def got(engine, job, path, **query):
        found = get(engine, job, path, **query)
        at[engine._host.name] = awake()
        return found

    def ran(host, job, *argv, **more):
        found = run(host, job, *argv, **more)
        at[host.name] = awake()
        return found

    monkeypatch.setattr(SshEngine, "get", got)
    monkeypatch.setattr(SshHost, "run", ran)
    return at


def test_three_servers_do_not_wait_for_one_that_is_dead_and_one_that_is_frozen(
    qtbot, servers, world, painted, answered
):
    answered.clear()
    servers["dead"].kill_sshd()
    servers["frozen"].freeze()
    window = Window(lambda: world)
    qtbot.addWidget(window)
    window.side.go("health")
    window.resize(1200, 2000)
    window.show()
    watch = window.side.context.watch
    try:
        qtbot.waitUntil(lambda: {*ALIVE, "dead"} <= painted.at.keys(), timeout=30_000)
        waits = {name: painted.at[name] - answered[name] for name in ALIVE}
        print({name: round(waited, 3) for name, waited in waits.items()})
        assert max(waits.values()) < SOON
        assert "frozen" in watch.board.awaited
        states = {card.app: str(card.state) for card in watch.board.cards}
        assert states == dict.fromkeys(ALIVE, "stopped") | {"dead": "unreachable"}
        # One freezes in the middle of its life: the next round of the others is not delayed.
        servers["alpha"].freeze()
        answered.clear()
        before = {one.server: one.at for one in watch.board.servers}
        watch._timer.timeout.emit()
        fresh = ("beta", "gamma")

        def looked():
            now = {one.server: one.at for one in watch.board.servers}
            return all(now[name] > before[name] for name in fresh)

        qtbot.waitUntil(looked, timeout=10_000)
        assert all(awake() - answered[name] < SOON for name in fresh)
        assert "alpha" not in answered
    finally:
        began = awake()
        window.end()
        assert awake() - began < 3  # also a frozen one lets go
        for name in ("alpha", "frozen"):
            servers[name].thaw()
