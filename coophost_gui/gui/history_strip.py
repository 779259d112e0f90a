"""The last day of an app as a row of bars; height and colour both tell how it was."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Words, said

if TYPE_CHECKING:
    from coophost_gui.health.history import Past
    from coophost_gui.health.lately import Bar

WIDE, HIGH = 9.0, 1.5  # in line heights
NARROW = 5.0
HEIGHTS = {"": 0.12, "good": 0.5, "wait": 0.75, "bad": 1.0}
COLOURS = {"": "faint", "good": "good", "wait": "wait", "bad": "bad"}
SPOKEN = {
    "": N_("core", "{begin} to {end}: nobody looked"),
    "good": N_("core", "{begin} to {end}: well"),
    "wait": N_("core", "{begin} to {end}: not quite well, or not reached"),
    "bad": N_("core", "{begin} to {end}: not well"),
}


class HistoryStrip(QWidget):
    """What *past* says of the day before *now*; a screen reader hears it in a sentence."""

    def __init__(self, past: "Past", now: float) -> None:
        super().__init__()
        from coophost_gui.health.lately import bars, lately

        self.bars: list[Bar] = bars(past, now)
        self.setAccessibleName(tr(lately(past, now)))
        self.setMouseTracking(True)  # each hour has a tip of its own
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        return QSize(theme.em(WIDE), theme.em(HIGH))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.em(NARROW), theme.em(HIGH))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        for number, bar in enumerate(self.bars):
            slot = self._slot(number)
            high = self.height() * HEIGHTS[bar.level]
            rect = QRectF(slot.left(), self.height() - high, slot.width() * 0.66, high)
            painter.setBrush(palette[COLOURS[bar.level]])
            painter.drawRoundedRect(rect, rect.width() / 3, rect.width() / 3)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self.setToolTip(self.tip(int(event.position().x())))

    def tip(self, x: int) -> str:
        """Return the whole day in words, and the hour under *x* on a line of its own."""
        under = (b for n, b in enumerate(self.bars) if self._slot(n).contains(x, 0))
        hour = next((tr(_spoken(bar)) for bar in under), "")
        return "\n".join(part for part in (self.accessibleName(), hour) if part)

    def _slot(self, number: int) -> QRectF:
        """Return the room of one bar; time runs as the writing does."""
        wide = self.width() / len(self.bars)
        place = len(self.bars) - 1 - number if self.isRightToLeft() else number
        return QRectF(place * wide, 0, wide, self.height())


def _spoken(bar: "Bar") -> Words:
    from datetime import datetime

    begin, end = (f"{datetime.fromtimestamp(at):%H:%M}" for at in (bar.begins, bar.ends))
    return said(SPOKEN[bar.level], begin=begin, end=end)
