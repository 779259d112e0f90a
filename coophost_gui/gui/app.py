"""The program: one window, one log, one place where our own mistakes end up."""

import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.window import Window
from coophost_gui.kit import log
from coophost_gui.kit.store import Settings

EXIT_AFTER_FIRST_PAINT = "COOPHOST_EXIT_AFTER_FIRST_PAINT"


def main(argv: Sequence[str] = ()) -> int:
    """Run the program until its window is closed; return its exit code."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = QApplication(list(argv) or ["coophost-gui"])
    application.setApplicationName("coophost")
    application.setApplicationDisplayName("Coophost")
    application.setDesktopFileName("coophost")
    palette = Settings.read().palette
    theme.apply(application, palette)
    diary = log.start()
    window = Window()
    window.practised.connect(
        lambda practising: theme.apply(application, palette, practising=practising)
    )
    try:
        with mistakes_shown(window):
            if os.environ.get(EXIT_AFTER_FIRST_PAINT) == "1":
                window.installEventFilter(FirstPaint(window, application))
            window.show()
            return int(application.exec())
    finally:
        window.end()
        logging.getLogger("coophost_gui").removeHandler(diary)
        diary.close()


class FirstPaint(QObject):
    """Ends the program once the window has been painted for the first time."""

    def __init__(self, window: QWidget, application: QApplication) -> None:
        super().__init__(window)
        self._application = application

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self._application, self._application.quit)
        return False


class Mistakes(QObject):
    """Hears of every exception that nobody caught, in any thread, and shows it once."""

    heard = Signal(str)

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._shown: set[str] = set()
        self.heard.connect(self._show)

    def hear(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Write the mistake into the log and tell the window; safe from any thread."""
        if isinstance(error, KeyboardInterrupt):
            QTimer.singleShot(0, self._window, self._window.close)
            return
        from coophost_gui.gui.report import story_of

        story = story_of(error)
        logging.getLogger(__name__).error("%s", story)
        if sys.stderr is not None and sys.stderr.isatty():
            print(story, file=sys.stderr)
        self.heard.emit(story)

    @Slot(str)
    def _show(self, story: str) -> None:
        if story not in self._shown:
            self._shown.add(story)
            self._window.show_mistake(story)


@contextmanager
def mistakes_shown(window: Window) -> Iterator[Mistakes]:
    """While the block runs, show what nobody caught as a calm page, in every thread."""
    mistakes = Mistakes(window)

    def in_thread(caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and caught.exc_type is not SystemExit:
            mistakes.hear(caught.exc_type, caught.exc_value, caught.exc_traceback)

    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = mistakes.hear, in_thread
    try:
        yield mistakes
    finally:
        sys.excepthook, threading.excepthook = before
