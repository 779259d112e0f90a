"""Looks at the servers while somebody can see the window, and at nothing otherwise."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from coophost_gui.gui.relay import start
from coophost_gui.kit.jobs import Asked, Event, Failed, Finished, Job, Stopped

if TYPE_CHECKING:
    from coophost_gui.gui.context import Context
    from coophost_gui.health.board import Board

EVERY_SECONDS = 30


class Watch(QObject):
    """One look at every server of one side each half minute, while it is watched."""

    looked = Signal(object)  # Board
    began = Signal()

    def __init__(self, context: "Context") -> None:
        super().__init__(context)
        self._context = context
        self._job: Job | None = None
        self._watched = False
        self._again = False
        self.board: Board | None = None
        self._timer = QTimer(self, interval=EVERY_SECONDS * 1000)
        self._timer.timeout.connect(self.look)
        context.changed.connect(self._on_changed)

    @property
    def watched(self) -> bool:
        return self._watched

    @property
    def looking(self) -> bool:
        return self._job is not None

    def set_watched(self, watched: bool) -> None:
        """Begin to look every half minute, at once for a start; or stop looking."""
        if watched == self._watched:
            return
        self._watched = watched
        if watched:
            self._timer.start()
            self.look()
        else:
            self.stop()

    @Slot()
    def look(self) -> None:
        """Look now, or right after the look that is under way; not where there is no server."""
        if self._job is not None:
            self._again = True
            return
        if not self._context.servers():
            return
        world, before = self._context.world, self.board

        def work(job: Job) -> "Board":
            from coophost_gui.health.board import board

            return board(world, job, before)

        self._job = start(self._context.lanes, work, lane=None, slot=self._hear)
        self.began.emit()

    def stop(self) -> None:
        """Stop looking; a look under way is called off."""
        self._watched = False
        self._timer.stop()
        if self._job is not None:
            self._job.cancel()

    @Slot()
    def _on_changed(self) -> None:
        if self._watched:
            self.look()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        match event:
            case Asked():
                event.answer.cancel()  # a look never opens a question by itself
            case Finished(result):
                self._job = None
                self.board = result
                self.looked.emit(result)
                self._look_again()
            case Failed(error):
                self._job = None
                self._look_again()
                raise error
            case Stopped():
                self._job = None
                self._look_again()

    def _look_again(self) -> None:
        again, self._again = self._again, False
        if again and self._watched:
            self.look()
