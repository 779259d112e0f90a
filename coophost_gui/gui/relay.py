"""The one bridge from worker threads to the screen."""

from collections import deque
from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QObject, Qt, QThread, Signal, Slot

from coophost_gui.kit.jobs import Event, Failed, Finished, Job, Lanes, Output, Progress, Stopped

MOST_LINES = 2000  # a server that shouts must not fill the memory before the screen drew once


class _Relay(QObject):
    """Lives in the GUI thread, and outlives the widget that listens.

    Events wait in a queue and the GUI thread is woken once for many of them, so that
    a flood of output cannot starve the window.
    """

    told = Signal(object)
    _woken = Signal()

    def __init__(self, parent: QObject | None) -> None:
        super().__init__(parent)
        self._waiting: deque[Event] = deque()
        self._awake = False
        self._woken.connect(self._drain, Qt.ConnectionType.QueuedConnection)

    def hear(self, event: Event) -> None:
        """Take *event* from a worker thread."""
        if isinstance(event, Output | Progress) and len(self._waiting) > MOST_LINES:
            return
        self._waiting.append(event)
        if not self._awake:
            self._awake = True
            self._woken.emit()

    @Slot()
    def _drain(self) -> None:
        self._awake = False  # before emptying: what comes from here on wakes us again
        while self._waiting:
            event = self._waiting.popleft()
            self.told.emit(event)
            if isinstance(event, Finished | Failed | Stopped):
                self.deleteLater()


def start(
    lanes: Lanes,
    work: Callable[[Job], object],
    *,
    lane: str | None,
    slot: Callable[[Event], None],
) -> Job:
    """Run *work* in the background; *slot* hears its events in the GUI thread.

    *slot* must be a ``@Slot`` method of a widget: Qt then drops the connection
    when the widget goes away, and never calls it in a worker thread.  Whoever may go
    away before the job ends cancels it, since a question that nobody hears would wait.
    """
    relay = _Relay(QCoreApplication.instance())
    assert relay.thread() is QThread.currentThread(), "start() belongs to the GUI thread"
    relay.told.connect(slot)
    return lanes.start(work, lane=lane, listen=relay.hear)
