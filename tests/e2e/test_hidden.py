"""While the window is hidden, not one byte goes to the server: counted on the way."""

import pytest

from coophost_gui.gui.window import Window
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.hosts.ssh import Watchdog
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.testbed.relay import Relay

pytestmark = pytest.mark.testbed

ROUND_MS = 200  # instead of half a minute, and signs of life as often
ROUNDS = 15


@pytest.fixture
def relay(swarm_server):
    with Relay(swarm_server.address, swarm_server.port) as relay:
        yield relay


@pytest.fixture
def window(qtbot, swarm_server, relay, tmp_path, monkeypatch):
    monkeypatch.setattr(Watchdog.__init__, "__defaults__", (ROUND_MS / 1000, 15.0))
    secrets = MemorySecrets()
    hosts = Connections(secrets, tmp_path / "ssh")
    folders = (tmp_path / "ssh", tmp_path / "docker")
    world = World(Real, AbraFolder(tmp_path / "abra"), hosts, secrets, *folders)
    world.abra.add_server("alpha")

    def compared(event):
        if isinstance(event, Asked):
            event.answer.set_result(swarm_server.fingerprint)

    login = Login("alpha", "127.0.0.1", relay.port, "root", swarm_server.password)
    hosts.first_contact(Job(compared), login)
    window = Window(lambda: world)
    qtbot.addWidget(window)
    window.show()
    yield window
    window.end()


def test_nothing_is_sent_while_the_window_is_hidden(qtbot, window, relay):
    watch = window.side.context.watch
    watch._timer.setInterval(ROUND_MS)
    qtbot.waitUntil(lambda: watch.board is not None and watch.listening, timeout=20_000)
    shown = relay.carried
    qtbot.wait(ROUNDS * ROUND_MS)
    assert relay.carried > shown  # a window that is seen does look
    window.hide()
    qtbot.waitUntil(lambda: not watch.looking and not watch.listening, timeout=20_000)
    qtbot.wait(500)  # what was on its way arrives
    hidden = relay.carried
    qtbot.wait(ROUNDS * ROUND_MS)
    assert relay.carried == hidden
    window.show()
    qtbot.waitUntil(lambda: relay.carried > hidden, timeout=20_000)
