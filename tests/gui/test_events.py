"""What happens on a server wakes a look at once; nothing listens while the window is hidden."""

import queue

import pytest

from coophost_gui.gui.window import Window
from coophost_gui.health import events
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from tests.gui import staged

HAPPENED = {"Type": "container", "Action": "die"}


class Streaming(FakeEngine):
    """Tells an event when the test says so; counts looks and open streams."""

    def __init__(self):
        super().__init__({"/services": [], "/tasks": self._tasks})
        self.events = queue.Queue()
        self.looks = self.begun = self.open = 0

    def stream(self, job, method, path, **query):
        assert path == "/events"
        self.begun += 1
        self.open += 1
        try:
            with job.closed_on_cancel(lambda: self.events.put(None)):
                while (event := self.events.get()) is not None:
                    yield event
            job.checkpoint()
        finally:
            self.open -= 1

    def _tasks(self, query):
        self.looks += 1
        return []


@pytest.fixture
def engine():
    return Streaming()


@pytest.fixture
def window(qtbot, dressed, tmp_path, engine, monkeypatch):
    monkeypatch.setattr(events, "APART", 0.3)
    world = staged.lived_in_world(tmp_path)
    world.hosts.hosts[staged.SERVER] = FakeHost(engine=engine, name=staged.SERVER)
    window = Window(lambda: world)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: engine.open == 1)
    yield window
    window.end()


def test_an_event_wakes_a_look_and_many_at_once_wake_one(qtbot, window, engine):
    before = engine.looks
    for _ in range(50):
        engine.events.put(HAPPENED)
    qtbot.waitUntil(lambda: engine.looks == before + 1, timeout=3000)
    qtbot.wait(500)
    assert engine.looks == before + 1
    assert engine.begun == 1


def test_nothing_listens_while_the_window_is_hidden(qtbot, window, engine):
    window.hide()
    qtbot.waitUntil(lambda: engine.open == 0)
    before = engine.looks
    engine.events.put(HAPPENED)
    qtbot.wait(800)
    assert engine.looks == before
    window.show()
    qtbot.waitUntil(lambda: engine.open == 1)  # at once: it was we who hung up


def test_a_stream_that_ends_is_not_begun_again_at_once(qtbot, window, engine):
    watch = window.side.context.watch
    engine.events.put(None)
    qtbot.waitUntil(lambda: not watch.listening)
    before = engine.looks
    watch.look()
    qtbot.waitUntil(lambda: engine.looks > before and not watch.looking)
    assert engine.begun == 1
    (server,) = watch._servers.values()
    server._waking.may_begin = 0.0  # as after the pause
    watch.look()
    qtbot.waitUntil(lambda: engine.open == 1)
