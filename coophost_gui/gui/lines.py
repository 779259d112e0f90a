"""A list of lines: sign, title, what is so, and a state in a word. For long lists."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QSizePolicy,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from coophost_gui.gui import signs, theme
from coophost_gui.gui.chips import LEVEL_SIGNS, chip_size, paint_chip
from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import named
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Words

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
WRAPPED = int(Qt.TextFlag.TextWordWrap)
TALLEST = 10_000.0


@dataclass(frozen=True)
class Line:
    """One thing of a list. *level* is ``good``, ``wait``, ``bad`` or ``soft``."""

    key: str
    title: Words
    about: Words = ""
    word: Words = ""  # its state; "" for none
    level: str = "soft"
    sign: str = "doc"

    def spoken(self) -> str:
        """Return the line as a screen reader says it."""
        parts = [
            tr(self.title),
            tr(self.word),
            tr(self.about),
            tr(N_("core", "Press Enter to open it")),
        ]
        return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _no_line(thing: object) -> Line:
    raise LookupError(thing)


class LineModel(QAbstractListModel):
    """Holds what a list shows; the line of a thing is made when it is first looked at."""

    LineRole = Qt.ItemDataRole.UserRole

    def __init__(self) -> None:
        super().__init__()
        self.things: Sequence[object] = ()
        self._line_of: Callable[[Any], Line] = _no_line
        self._made: dict[int, Line] = {}

    def hold(self, things: Sequence[object], line_of: Callable[[Any], Line]) -> None:
        """Hold *things* from now on; *line_of* makes the line of one that is looked at."""
        self.beginResetModel()
        self.things, self._line_of, self._made = things, line_of, {}
        self.endResetModel()

    def line(self, row: int) -> Line:
        """Return the line in this row."""
        if row not in self._made:
            self._made[row] = self._line_of(self.things[row])
        return self._made[row]

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.things)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        line = self.line(index.row())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return tr(line.title)
            case Qt.ItemDataRole.AccessibleTextRole:
                return line.spoken()
            case self.LineRole:
                return line
        return None


class LineDelegate(QStyledItemDelegate):
    """Paints each line as a card of its own, all of the same height."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._height = em(4)

    def fit(self, width: int, lines: Sequence[Line]) -> int:
        """Measure *lines*, the longest; return the height of each with its gap."""
        chip = max((self._chip(line).width() for line in lines), default=0)
        room = width - 2 * em(theme.PADDING) - em(2.8) - em(0.7) - chip - em(0.8)
        title = theme.font(theme.TITLE, QFont.Weight.DemiBold)
        high = _highest([tr(line.title) for line in lines], title, room) + _highest(
            [tr(line.about) for line in lines], theme.font(), room
        )
        self._height = round(max(high + em(0.15), em(2.8)) + 2 * em(0.85))
        return self._height + em(0.6)

    def _chip(self, line: Line) -> QSize:
        if not line.word:
            return QSize(0, 0)
        return chip_size(tr(line.word), LEVEL_SIGNS.get(line.level, ""))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(em(10), self._height + em(0.6))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        line: Line = index.data(LineModel.LineRole)
        palette = theme.colours(option.widget)
        cell = QRectF(option.rect)
        card = QRectF(cell.left(), cell.top(), cell.width(), self._height).adjusted(1, 1, -1, -1)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(QPen(palette["ink" if focused else "line"], em(0.12 if focused else 0.06)))
        painter.setBrush(palette["raised" if hovered else "surface"])
        painter.drawRoundedRect(card, em(theme.RADIUS), em(theme.RADIUS))
        pad = em(theme.PADDING)
        inner = card.adjusted(pad, em(0.85), -pad, -em(0.85))
        tile = QRectF(inner.left(), inner.center().y() - em(1.4), em(2.8), em(2.8))
        signs.paint_tile(painter, tile, line.sign, palette["accent"], palette["accent_tint"])
        chip = self._chip(line)
        text = inner.adjusted(em(3.5), 0, -chip.width() - em(0.8), 0)
        title = theme.font(theme.TITLE, QFont.Weight.DemiBold)
        high = _height(tr(line.title), title, text.width())
        both = high + _height(tr(line.about), theme.font(), text.width())
        top = QRectF(text.left(), text.center().y() - both / 2, text.width(), TALLEST)
        painter.setFont(title)
        painter.setPen(palette["ink"])
        painter.drawText(top, WRAPPED, tr(line.title))
        painter.setFont(theme.font())
        painter.setPen(palette["soft"])
        painter.drawText(top.translated(0, high), WRAPPED, tr(line.about))
        if line.word:
            spot = QRectF(
                inner.right() - chip.width(),
                inner.center().y() - chip.height() / 2,
                chip.width(),
                chip.height(),
            )
            sign = LEVEL_SIGNS.get(line.level, "")
            paint_chip(painter, spot, tr(line.word), line.level, sign, palette)
        painter.restore()


class LineList(QListView, Speaking):
    """Lines under each other; as high as its lines, the screen around it scrolls."""

    opened = Signal(str)  # the key of the line that was pressed

    def __init__(self, name: Words, key: str) -> None:
        super().__init__()
        named(self, name)
        self.setObjectName(key)
        self._lines = LineModel()
        self._longest: Sequence[Line] = ()
        self._painter = LineDelegate(self)
        self.setModel(self._lines)
        self.setItemDelegate(self._painter)
        self.setUniformItemSizes(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.viewport().setAutoFillBackground(False)
        self.clicked.connect(self._open)

    def lines(self) -> list[Line]:
        """Return the lines that are shown, also those out of sight."""
        return [self._lines.line(row) for row in range(self._lines.rowCount())]

    def show_things(
        self, things: Sequence[T], line_of: Callable[[T], Line], longest: Sequence[Line]
    ) -> None:
        """Show *things*, the first one ready for the keyboard.

        *longest* are the lines that need the most room; all are made as high as these.
        """
        self._longest = longest
        self._lines.hold(things, line_of)
        if things:
            self.setCurrentIndex(self._lines.index(0))
        self._fit()

    def say_again(self) -> None:
        self._fit()
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self._open(self.currentIndex())
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _open(self, index: QModelIndex) -> None:
        if index.isValid():
            self.opened.emit(self._lines.line(index.row()).key)

    def _fit(self) -> None:
        width = self.viewport().width()
        if width < em(12):
            return
        high = self._painter.fit(width, self._longest)
        self.setFixedHeight(max(1, self._lines.rowCount() * high))
        self.scheduleDelayedItemsLayout()  # the lines are as high as was measured just now


def _highest(texts: Sequence[str], font: QFont, width: float) -> float:
    return max((_height(text, font, width) for text in texts), default=0)


def _height(text: str, font: QFont, width: float) -> float:
    if not text:
        return 0
    room = QRectF(0, 0, max(1.0, width), TALLEST)
    return QFontMetricsF(font).boundingRect(room, WRAPPED, text).height()
