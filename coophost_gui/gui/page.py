"""A place: the screen that one comes to, and the pages that one opens from it."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from coophost_gui.gui.context import Context
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.speaking import Speaking

TICK = 1000  # milliseconds between two looks at how old a fact has become


class PlacePage(QStackedWidget, Speaking):
    """Subclasses fill ``front`` in ``refresh``, which is called whenever it may be stale.

    Nothing is done while the place is hidden; what changed meanwhile is caught up with
    when it is shown.  ``tick`` is called each second while it is seen, for ages.
    """

    def __init__(self, context: Context, screen: Screen) -> None:
        super().__init__()
        self.context = context
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that Tab begins at its first control
        self.front = screen
        self.addWidget(screen)
        self._ticker = QTimer(self, interval=TICK)
        self._ticker.timeout.connect(self.tick)
        self._seen = False
        self._drawn: object = ()  # what the screen was filled from
        context.changed.connect(self.refresh_if_seen)

    def refresh(self) -> None:
        """Fill the screen anew from what is so now."""

    def say_again(self) -> None:
        self._drawn = ()
        with self.focus_kept():
            self.refresh_if_seen()

    def tick(self) -> None:
        """Say again how old the facts on the screen are."""

    @contextmanager
    def focus_kept(self) -> Iterator[None]:
        """Fill the screen anew in here without losing the place of the keyboard."""
        focused = self.focusWidget()
        inside = focused is not None and focused.hasFocus() and self.isAncestorOf(focused)
        name = focused.objectName() if inside and focused is not None else ""
        yield
        alike = self.findChildren(QWidget, name) if name else []
        again = [widget for widget in alike if widget.isVisibleTo(self)]
        if again:
            again[-1].setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def refresh_if_seen(self) -> None:
        if self._seen:
            self.refresh()

    def open_page(self, page: QWidget) -> None:
        """Show *page* over the screen, until ``back``."""
        self.addWidget(page)
        self.setCurrentWidget(page)
        page.setFocus()

    @Slot()
    def back(self) -> None:
        """Close the page on top and show what is under it."""
        page = self.currentWidget()
        if page is None or page is self.front:
            return
        self.removeWidget(page)
        page.deleteLater()
        self.setFocus()
        self.refresh_if_seen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._seen:
            self._seen = True
            self._ticker.start()
            self.refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._seen = False
        self._ticker.stop()
