"""Five servers in the window, one dead, one frozen: the others do not wait for them."""

import time

import pytest
from PySide6.QtCore import QEvent, QObject

from coophost_gui.gui.app_card import StateCard
from coophost_gui.gui.window import Window
from coophost_gui.hosts.base import HostProblem
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.kit.text import N_
from tests.awake import awake
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
            self.answered.setdefault("dead", awake())
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
            answered.setdefault(name, awake())
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
            if name not in self.at:
                self.at[name] = awake()
        return False

    def done(self):
        self._app.removeEventFilter(self)


@pytest.fixture
def painted(qapp):
    painted = Painted(qapp)
    yield painted
    painted.done()


@pytest.fixture
def hosts():
    return Hosts({})


@pytest.fixture
def window(qtbot, dressed, painted, hosts, tmp_path):
    world = staged.empty_world(tmp_path)
    object.__setattr__(world, "hosts", hosts)
    for name in (*DELAYS, "dead", "frozen"):
        world.abra.new_app(name, name, f"TYPE={name}:1.0.0+1\n")
    window = Window(lambda: world)
    qtbot.addWidget(window)
    window.side.go("health")
    window.resize(1200, 2000)  # so that all cards are seen
    window.show()
    yield window
    window.end()
    assert hosts.given_up  # the frozen one lets go when the window closes


def test_five_servers_one_dead_one_frozen(qtbot, window, hosts, painted):
    wanted = {*DELAYS, "dead"}
    qtbot.waitUntil(lambda: wanted <= painted.at.keys(), timeout=60_000)
    waited = {name: painted.at[name] - hosts.answered[name] for name in wanted}
    assert max(waited.values()) < SOON, waited
    watch = window.side.context.watch
    assert watch.board.awaited == ("frozen",)
    assert "frozen" in window.side.page("health").front.intro.text()

    # The next round does not wait for the frozen one either, nor is that one asked twice.
    before = watch.board.at
    hosts.asked.clear()
    watch._timer.timeout.emit()
    qtbot.waitUntil(lambda: _all_seen_since(watch.board, before), timeout=30_000)
    assert "frozen" not in hosts.asked


def _all_seen_since(board, before):
    return all(one.at > before for one in board.servers if one.server in DELAYS)
