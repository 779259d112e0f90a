"""Many cards one under the other, of which only those are made that are in sight or near it.

A card of real widgets can be reached and heard in every way, but ninety of them take more
memory than all the rest of the window.  Where none is made, its row keeps its room and its
name, and makes the card when somebody comes near: by scrolling, or with the keyboard.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

from PySide6.QtCore import QMargins, QPoint, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QMoveEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QScrollArea, QVBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.app_card import StateCard
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.widgets import Button, named
from coophost_gui.kit.text import Words

FIRST = 4  # cards that are made before it is known how many fit
MADE, KEPT = 0.5, 1.5  # screenfuls above and below what is seen: cards are made, cards are kept
GUESSED = 8.5  # line heights of a card before one was made


@dataclass(frozen=True)
class Planned:
    """A card to be made when it is needed; ``acts`` says whether it will have a button."""

    key: str
    name: Words  # what a screen reader says while it is not made
    acts: bool
    make: Callable[[], StateCard]


class CardColumn(QWidget):
    """Shows a card for each of what was planned, inside *area*, which scrolls."""

    def __init__(self, area: QScrollArea) -> None:
        super().__init__()
        self._area = area
        self._rows: list[_Row] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(QMargins())
        self._column.setSpacing(theme.em(theme.GAP))
        self.setVisible(False)
        self._soon = QTimer(self, singleShot=True, interval=0)
        self._soon.timeout.connect(self._fit)
        area.verticalScrollBar().valueChanged.connect(self._fit)

    @property
    def cards(self) -> list[StateCard]:
        """Return the cards that are made now."""
        return [row.card for row in self._rows if row.card is not None]

    def plan(self, planned: Sequence[Planned]) -> None:
        """Show *planned* from now on; what was made before is made again at once."""
        width = self.width()
        high = {row.planned.key: row.needs(width) for row in self._rows}
        made = {row.planned.key for row in self._rows if row.card is not None}
        guess = self._usual()
        empty(self._column)
        self._rows = [_Row(one, high.get(one.key, guess), self._area) for one in planned]
        for row in self._rows:
            self._column.addWidget(row)
            row.show()
        in_turn(self, *self._rows)
        for number, row in enumerate(self._rows):
            if number < FIRST or row.planned.key in made:
                row.make()
        self.setVisible(bool(planned))
        self._soon.start()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._soon.start()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._soon.start()

    def _fit(self) -> None:
        """Make the cards that came near and let go of those that are far away.

        Where a row stands is added up: rows that are new have not been laid out yet.
        """
        if not self.isVisible():
            return
        view = self._area.viewport()
        page, width = view.height(), self.width()
        top, pushed = self.mapTo(view, QPoint()).y(), 0
        for row in self._rows:
            high = row.needs(width)
            apart = max(-(top + high), top - page, 0)  # from what is seen
            if row.card is None and apart <= MADE * page:
                row.make()
                pushed += row.needs(width) - high if top < 0 else 0
            elif row.card is not None and apart > KEPT * page:
                row.let_go(high)
            top += high + self._column.spacing()
        if pushed:  # what is read stays where it is
            bar = self._area.verticalScrollBar()
            bar.setValue(bar.value() + pushed)

    def _usual(self) -> int:
        """Return how high a card is, as far as it is known."""
        known = [row.needs(self.width()) for row in self._rows if row.card is not None]
        return sorted(known)[len(known) // 2] if known else theme.em(GUESSED)


def in_turn(*widgets: QWidget) -> None:
    """Let the keyboard go through *widgets* in this order."""
    for before, after in pairwise(widgets):
        QWidget.setTabOrder(before, after)


class _Row(QWidget):
    """The room of one card, with the card in it or without."""

    def __init__(self, planned: Planned, high: int, area: QScrollArea) -> None:
        super().__init__()
        self.planned = planned
        self._area = area
        self.card: StateCard | None = None
        self._box = QVBoxLayout(self)
        self._box.setContentsMargins(QMargins())
        self._wait(high)

    def make(self) -> None:
        if self.card is None:
            self.card = self.planned.make()
            self._box.addWidget(self.card)
            self.card.show()  # what is not shown has no height
            self.setMinimumHeight(0)
            in_turn(self, *self.card.findChildren(Button))
            self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            named(self, "")  # the card has it

    def let_go(self, high: int) -> None:
        """Keep the room of the card alone, unless the keyboard is in it."""
        focused = self.window().focusWidget()
        if self.card is None or (focused is not None and self.isAncestorOf(focused)):
            return
        self._box.removeWidget(self.card)
        self.card.hide()
        self.card.deleteLater()
        self.card = None
        self._wait(high)

    def needs(self, width: int) -> int:
        """Return how high the row must be to be as wide as that."""
        return self.minimumHeight() if self.card is None else self._box.heightForWidth(width)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Make the card, and hand the keyboard on to its first button, or back to its last."""
        super().focusInEvent(event)
        self.make()
        back = event.reason() == Qt.FocusReason.BacktabFocusReason
        if buttons := self.findChildren(Button):
            button = buttons[-1 if back else 0]
            button.setFocus(event.reason())
            show = partial(self._area.ensureWidgetVisible, button)
            QTimer.singleShot(0, button, show)  # once the card was laid out

    def _wait(self, high: int) -> None:
        """Be *high* without a card; the keyboard comes here if there will be a button."""
        named(self, self.planned.name)
        self.setMinimumHeight(high)
        policy = Qt.FocusPolicy.TabFocus if self.planned.acts else Qt.FocusPolicy.NoFocus
        self.setFocusPolicy(policy)
