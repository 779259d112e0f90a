"""Five servers in the window, one dead, one frozen: the others do not wait for them."""

import time

import pytest
from PySide6.QtCore import QEvent, QObject

from coophost_gui.gui.app_card import StateCard
from coophost_gui.gui.window import Window
from coophost_gui.hosts.base import HostProblem
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.kit.text import N_
from tests.gui import staged
from tests.unit.health.swarm import service, task, text

DELAYS = {"alpha": 0.05, "beta": 0.4, "gamma": 0.8}  # seconds until they answer
SOON = 1.0  # seconds from a server's answer to its painted card


class Dead(HostProblem):
    text = N_("core", "{host} does not answer.")


class Hosts(staged.FakeHosts):
    """Three that answer, one that is refused, one that never says a word."""

    def __init__(self, answered):
        super().__init__(*(self._host(name, answered) for name in DELAYS))
        self.answered = answered
        self.given_up = False

    def reach(self, job, server):
        self.asked.append(server)
        if server == "dead":
            self.answered.setdefault("dead", time.monotonic())
            raise Dead(host=server)
        if server == "frozen":
            try:
                job.wait(600)
            finally:
                self.given_up = True
        job.wait(DELAYS[server])
        return self.hosts[server]

    def _host(self, name, answered):
        def tasks(query):
            answered.setdefault(name, time.monotonic())
            running = task(name=f"{name}_app") | {"CreatedAt": text(time.time() - 600)}
            running["Status"]["Timestamp"] = text(time.time() - 600)
            return [running]

        there = [service(f"{name}_app", changed=time.time() - 3600)]
        return FakeHost(engine=FakeEngine({"/services": there, "/tasks": tasks}), name=name)


class Painted(QObject):
    """Notes when the card of each server's app was painted first."""

    def __init__(self, qapp):
        super().__init__()
        self.at = {}
        self._app = qapp
        qapp.installEventFilter(self)

    def eventFilter(self, thing, event):
        if event.type() == QEvent.Type.Paint and isinstance(thing, StateCard):
            name = thing.accessibleName().partition(":")[0]
            self.at.setdefault(name, time.monotonic())
        return False

    def done(self):
        self._app.removeEventFilter(self)


@pytest.fixture
def painted(qapp):
    painted = Painted(qapp)
    yield painted
    painted.done()


class FiveServers:
    """A window that looks at all of them, until it is closed."""

    def __init__(self, qtbot, folder):
        world = staged.empty_world(folder)
        self.hosts = Hosts({})
        object.__setattr__(world, "hosts", self.hosts)
        for name in (*DELAYS, "dead", "frozen"):
            world.abra.new_app(name, name, f"TYPE={name}:1.0.0+1\n")
        self.window = Window(lambda: world)
        qtbot.addWidget(self.window)
        self.window.side.go("health")
        self.window.resize(1200, 2000)  # so that all cards are seen
        self.window.show()
        self.watch = self.window.side.context.watch

    def close(self):
        self.window.end()
        self.window.hide()


def waits(qtbot, five, painted):
    """Return how long each card was not painted yet after its server's answer."""
    wanted = {*DELAYS, "dead"}
    painted.at.clear()
    qtbot.waitUntil(lambda: wanted <= painted.at.keys(), timeout=10_000)
    return {name: painted.at[name] - five.hosts.answered[name] for name in wanted}


def test_five_servers_one_dead_one_frozen(qtbot, dressed, painted, tmp_path):
    five = FiveServers(qtbot, tmp_path / "0")
    waited = waits(qtbot, five, painted)
    for again in (1, 2):  # a busy computer gets another chance
        if max(waited.values()) >= SOON:
            five.close()
            five = FiveServers(qtbot, tmp_path / str(again))
            waited = waits(qtbot, five, painted)
    watch = five.watch
    try:
        assert max(waited.values()) < SOON, waited
        assert watch.board.awaited == ("frozen",)
        assert "frozen" in five.window.side.page("health").front.intro.text()

        # The next round does not wait for the frozen one either, nor is that one asked twice.
        before = watch.board.at
        five.hosts.asked.clear()
        watch._timer.timeout.emit()
        qtbot.waitUntil(
            lambda: all(s.at > before for s in watch.board.servers if s.server in DELAYS),
            timeout=5000,
        )
        assert "frozen" not in five.hosts.asked
    finally:
        five.close()
    assert five.hosts.given_up
