"""Looks at one server, by itself: one that is slow, dead or frozen never delays another."""

from collections.abc import Callable
from functools import partial
from time import time
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from coophost_gui.gui.relay import start
from coophost_gui.kit.jobs import Asked, Event, Failed, Finished, Job, Progress, Stopped

if TYPE_CHECKING:
    from coophost_gui.gui.context import Context
    from coophost_gui.health.board import Board, Seen
    from coophost_gui.health.look import Snapshot
    from coophost_gui.servers.world import World


class ServerWatch(QObject):
    """One look at a time, and one stream of events that wakes the next look early.

    Looks and stream have lanes of their own, so that none waits for another server's.
    """

    answered = Signal(object)  # Seen
    ended = Signal()  # the look under way came to its end, with or without an answer

    def __init__(self, context: "Context", server: str, board: "Callable[[], Board]") -> None:
        super().__init__(context)
        from coophost_gui.health.events import Waking

        self._context, self._server, self._board = context, server, board
        self._look: Job | None = None
        self._stream: Job | None = None
        self._again = False
        self._stopped = False
        self._waking = Waking()
        self._wake = QTimer(self, singleShot=True)
        self._wake.timeout.connect(self.look)

    @property
    def looking(self) -> bool:
        return self._look is not None

    @property
    def listening(self) -> bool:
        return self._stream is not None

    @Slot()
    def look(self) -> None:
        """Look now, or right after the look that is under way."""
        self._stopped = False
        if self._look is not None:
            self._again = True
            return
        self._wake.stop()
        work = partial(_look, world=self._context.world, server=self._server, before=self._board())
        lane = f"look at {self._server}"
        self._look = start(self._context.lanes, work, lane=lane, slot=self._on_look)

    def stop(self) -> None:
        """Call off what is under way, and hang the stream of events up."""
        self._stopped, self._again = True, False
        self._wake.stop()
        for job in (self._look, self._stream):
            if job is not None:
                job.cancel()

    @Slot(object)
    def _on_look(self, event: Event) -> None:
        match event:
            case Finished(seen):
                self._end_look()
                self.answered.emit(seen)
                if self._stopped:
                    return
                self._remember(seen)
                if seen.server.level != "bad" and seen.snapshot is not None:
                    self._listen(seen.snapshot)
            case Failed(error):
                self._end_look()
                raise error
            case Stopped():
                self._end_look()

    def _remember(self, seen: "Seen") -> None:
        """Write down what is on the screen by now: a busy disk does not delay it."""
        work = partial(_remember, world=self._context.world, seen=seen)
        lane = f"look at {self._server}"
        start(self._context.lanes, work, lane=lane, slot=self._on_remembered)

    @Slot(object)
    def _on_remembered(self, event: Event) -> None:
        if isinstance(event, Failed):
            raise event.error

    def _end_look(self) -> None:
        self._look = None
        self._waking.looked = time()
        self.ended.emit()
        again, self._again = self._again, False
        if again:
            self.look()

    def _listen(self, snapshot: "Snapshot") -> None:
        now = time()
        if self._stopped or self._stream is not None or now < self._waking.may_begin:
            return
        self._waking.begin(now)
        world = self._context.world
        work = partial(_follow, world=world, server=self._server, snapshot=snapshot)
        lane = f"listen to {self._server}"
        self._stream = start(self._context.lanes, work, lane=lane, slot=self._on_stream)

    @Slot(object)
    def _on_stream(self, event: Event) -> None:
        match event:
            case Asked():
                event.answer.cancel()
            case Progress() if not self._stopped and not self._wake.isActive():
                self._wake.start(int(1000 * self._waking.look_in(time())))
            case Finished():
                self._stream = None
                self._waking.end(time())
            case Failed(error):
                self._stream = None
                raise error
            case Stopped():
                self._stream = None


def _look(job: Job, world: "World", server: str, before: "Board") -> "Seen":
    from coophost_gui.health.rounds import look_at

    return look_at(job, world, server, before)


def _remember(job: Job, world: "World", seen: "Seen") -> None:
    from coophost_gui.health.rounds import remember

    remember(world, seen)


def _follow(job: Job, world: "World", server: str, snapshot: "Snapshot") -> None:
    from coophost_gui.health.events import follow
    from coophost_gui.kit.problems import Problem

    try:
        host = world.hosts.reach(job, server)
    except Problem:
        return
    follow(job, host, snapshot, lambda: job.progress(None))
