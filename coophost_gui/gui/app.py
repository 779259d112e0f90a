"""The program: one window, one log, one place where our own mistakes end up."""

import gc
import logging
import os
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import TracebackType

from PySide6.QtCore import QEvent, QLocale, QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QApplication

from coophost_gui.gui import theme
from coophost_gui.gui.window import Window
from coophost_gui.gui.words import speak
from coophost_gui.kit import log
from coophost_gui.kit.languages import best

EXIT_AFTER_FIRST_PAINT = "COOPHOST_EXIT_AFTER_FIRST_PAINT"


def main(argv: Sequence[str] = (), palette: str = "system", language: str = "") -> int:
    """Run the program until its window is closed; return its exit code."""
    application = QApplication.instance()
    if not isinstance(application, QApplication):
        application = theme.application(argv or ["coophost-gui"])
    application.setApplicationName("coophost")
    application.setApplicationDisplayName("Coophost")
    application.setDesktopFileName("coophost")
    speak(language or best(QLocale.system().uiLanguages()))
    theme.apply(application, palette)
    window = Window()
    window.practised.connect(
        lambda practising: theme.apply(application, palette, practising=practising)
    )
    diary = Diary()
    first = FirstPaint(window)
    if os.environ.get(EXIT_AFTER_FIRST_PAINT) == "1":
        first.over.connect(application.quit)
    else:
        first.over.connect(diary.start)
    try:
        with mistakes_shown(window, diary):
            window.show()
            return int(application.exec())
    finally:
        window.end()
        diary.end()


class FirstPaint(QObject):
    """Says when the window has been painted for the first time.

    Until then nothing is cleaned up in memory: there is nothing to clean yet, and the
    looking costs a tenth of the time that a person waits for the window.
    """

    over = Signal()

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        gc.disable()
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Paint:
            watched.removeEventFilter(self)
            gc.freeze()  # what a window needs, it needs until the program ends
            gc.enable()
            QTimer.singleShot(0, self, self.over.emit)
        return False


class Diary(QObject):
    """The log, begun once the window stands there, or with the first mistake."""

    def __init__(self) -> None:
        super().__init__()
        self._handler: logging.Handler | None = None

    @Slot()
    def start(self) -> None:
        """Write the log from now on."""
        if self._handler is None:
            self._handler = log.start()

    def end(self) -> None:
        """Close the log; call it once, when the program ends."""
        if self._handler is not None:
            logging.getLogger("coophost_gui").removeHandler(self._handler)
            self._handler.close()


class Mistakes(QObject):
    """Hears of every exception that nobody caught, in any thread, and shows it once."""

    heard = Signal(str)

    def __init__(self, window: Window, diary: Diary) -> None:
        super().__init__(window)
        self._window, self._diary = window, diary
        self._shown: set[str] = set()
        self.heard.connect(self._show)

    def hear(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        """Tell the window of a mistake; safe from any thread."""
        if isinstance(error, KeyboardInterrupt):
            QTimer.singleShot(0, self._window, self._window.close)
            return
        from coophost_gui.gui.report import story_of

        self.heard.emit(story_of(error))

    @Slot(str)
    def _show(self, story: str) -> None:
        self._diary.start()
        logging.getLogger(__name__).error("%s", story)
        if sys.stderr is not None and sys.stderr.isatty():
            print(story, file=sys.stderr)
        if story not in self._shown:
            self._shown.add(story)
            self._window.show_mistake(story)


@contextmanager
def mistakes_shown(window: Window, diary: Diary) -> Iterator[Mistakes]:
    """While the block runs, show what nobody caught as a calm page, in every thread."""
    mistakes = Mistakes(window, diary)

    def in_thread(caught: threading.ExceptHookArgs) -> None:
        if caught.exc_value is not None and caught.exc_type is not SystemExit:
            mistakes.hear(caught.exc_type, caught.exc_value, caught.exc_traceback)

    before = sys.excepthook, threading.excepthook
    sys.excepthook, threading.excepthook = mistakes.hear, in_thread
    try:
        yield mistakes
    finally:
        sys.excepthook, threading.excepthook = before
