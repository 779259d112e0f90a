"""Cards side by side: as many in a row as fit, all of the same size."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QWidget

from coophost_gui.gui.labels import Text, Title
from coophost_gui.gui.layouts import column
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Button, Card, Kind, SignTile, named
from coophost_gui.kit.text import Words


class Tiles(QWidget):
    """Lays *cards* out in equal columns, at least *narrowest* line heights wide."""

    def __init__(self, cards: Sequence[QWidget], narrowest: float = 14) -> None:
        super().__init__()
        self._cards = list(cards)
        self._narrowest = narrowest
        self._columns = 0
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(em(0.85))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self._arrange(len(self._cards))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        gap = self._grid.spacing()
        fits = (event.size().width() + gap) // (em(self._narrowest) + gap)
        self._arrange(max(1, min(len(self._cards), fits)))

    def _arrange(self, columns: int) -> None:
        if columns == self._columns or not self._cards:
            return
        for old in range(self._columns):
            self._grid.setColumnStretch(old, 0)
        self._columns = columns
        for number, card in enumerate(self._cards):
            self._grid.addWidget(card, number // columns, number % columns)
        for new in range(columns):
            self._grid.setColumnStretch(new, 1)


def line_card(
    sign: str,
    title: Words,
    words: Words,
    label: Words,
    kind: Kind,
    go: Callable[[], object],
    key: str,
    *,
    tone: str = "accent",
) -> Card:
    """Return a card of one line: a sign, what it is about, and one button."""
    card = Card(across=True, padding=0.85, gap=0.85)
    card.body.addWidget(SignTile(sign, tone))
    texts = QWidget()
    texts.setLayout(column(Title(title), Text(words, tone="soft"), gap=0.1))
    card.body.addWidget(texts, 1)
    button = named(Button(label, kind, clicked=go), label, title)
    button.setObjectName(key)
    card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
    return card
