"""Paints an app as a card: sign, name, what it replaces, what it is, and "Choose"."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QGuiApplication,
    QMouseEvent,
    QPainter,
    QPen,
)
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from coophost_gui.gui import signs, theme
from coophost_gui.gui.chips import chip_size, paint_chip
from coophost_gui.gui.places.find.model import Choice, ChoiceModel, Index
from coophost_gui.gui.theme import em
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_

WRAPPED = int(Qt.TextFlag.TextWordWrap)
TALLEST = 10_000.0
WIDTHS = 4  # that are remembered: with a scroll bar beside the list, and without


class ChoiceDelegate(QStyledItemDelegate):
    """All cards are as high as the highest needs to be at this width."""

    chosen = Signal(object)  # Choice: its button was pressed
    opened = Signal(object)  # Choice: its card was

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._cell = em(20)
        self._columns = 1
        self._gap = 0
        self._height = em(8)
        self._known: dict[object, dict[Choice, int]] = {}  # how high each card must be, by width

    def fit(self, cell: int, columns: int, gap: int, choices: list[Choice]) -> int:
        """Measure the cards for *columns* cells of that width; return the height of each."""
        self._cell, self._columns, self._gap = cell, columns, gap
        width = cell - gap * (columns - 1) / columns
        here = (width, QGuiApplication.font().key(), self._button_size())
        if here not in self._known and len(self._known) == WIDTHS:
            self._known.clear()
        known = self._known.setdefault(here, {})
        for choice in choices:
            if choice not in known:
                known[choice] = self._needs(choice, width)
        self._height = max((known[choice] for choice in choices), default=em(8))
        return self._height

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._cell, self._height + self._gap)

    def card_rect(self, cell: QRectF) -> QRectF:
        """Return the card in *cell*: the gaps lie between the cards, not around them."""
        column = round(cell.x() / self._cell)
        gap = self._gap
        left = cell.x() + gap * column / self._columns
        width = self._cell - gap * (self._columns - 1) / self._columns
        return QRectF(left, cell.y(), width, self._height).adjusted(1, 1, -1, -1)

    def _needs(self, choice: Choice, width: float) -> int:
        pad, inner = em(theme.PADDING), width - 2 * em(theme.PADDING)
        head = max(em(2.8), self._head_height(choice, inner))
        text = _height(choice.sentence, theme.font(), inner)
        chips = self._chips(choice, inner - self._button_size().width() - em(0.6))
        low = max(chips[-1].bottom() if chips else 0, self._button_size().height())
        return round(2 * pad + head + em(0.6) + text + em(0.7) + low)

    def _head_height(self, choice: Choice, inner: float) -> float:
        beside = inner - em(2.8) - em(0.7)
        name = _height(choice.name, theme.font(theme.TITLE, QFont.Weight.Bold), beside)
        instead = _height(choice.instead, theme.font(theme.NOTE), beside)
        return name + instead

    def _chips(self, choice: Choice, width: float) -> list[QRectF]:
        """Return where the chips go, from the top left of the foot."""
        spots: list[QRectF] = []
        x = y = 0.0
        for level, words in choice.chips:
            size = chip_size(words, _sign(level))
            if x and x + size.width() > width:
                x, y = 0.0, y + size.height() + em(0.3)
            spots.append(QRectF(x, y, min(size.width(), width), size.height()))
            x += size.width() + em(0.4)
        return spots

    def _button_size(self) -> QSize:
        metrics = QFontMetricsF(theme.font())
        words = tr(N_("core", "Choose"))
        return QSize(round(metrics.horizontalAdvance(words)) + em(1.9), em(2))

    def button_rect(self, card: QRectF) -> QRectF:
        """Return where "Choose" stands in *card*."""
        size, pad = self._button_size(), em(theme.PADDING)
        return QRectF(
            card.right() - pad - size.width(),
            card.bottom() - pad - size.height(),
            size.width(),
            size.height(),
        )

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        choice: Choice = index.data(ChoiceModel.ChoiceRole)
        palette = theme.colours(option.widget)
        state = option.state
        card = self.card_rect(QRectF(option.rect))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focused = bool(state & QStyle.StateFlag.State_HasFocus)
        edge = em(0.12) if focused else em(0.06)
        painter.setPen(QPen(palette["ink" if focused else "line"], edge))
        painter.setBrush(palette["surface"])
        painter.drawRoundedRect(card, em(theme.RADIUS), em(theme.RADIUS))
        pad = em(theme.PADDING)
        inner = card.adjusted(pad, pad, -pad, -pad)
        tile = QRectF(inner.left(), inner.top(), em(2.8), em(2.8))
        signs.paint_tile(painter, tile, choice.sign, palette["accent"], palette["accent_tint"])
        beside = inner.adjusted(em(3.5), 0, 0, 0)
        bold = theme.font(theme.TITLE, QFont.Weight.Bold)
        y = beside.top()
        y += _draw(painter, choice.name, bold, palette["ink"], beside, y)
        y += _draw(painter, choice.instead, theme.font(theme.NOTE), palette["soft"], beside, y)
        y = max(inner.top() + em(2.8), y) + em(0.6)
        _draw(painter, choice.sentence, theme.font(), palette["ink"], inner, y)
        self._paint_foot(painter, choice, card, inner, palette, bool(state & _HOVERED))
        painter.restore()

    def _paint_foot(
        self,
        painter: QPainter,
        choice: Choice,
        card: QRectF,
        inner: QRectF,
        palette: theme.Palette,
        hovered: bool,
    ) -> None:
        button = self.button_rect(card)
        room = button.left() - inner.left() - em(0.6)
        spots = self._chips(choice, room)
        height = spots[-1].bottom() if spots else 0
        top = min(inner.bottom() - height, button.center().y() - height / 2)
        for spot, (level, words) in zip(spots, choice.chips, strict=True):
            paint_chip(
                painter, spot.translated(inner.left(), top), words, level, _sign(level), palette
            )
        radius = em(theme.BUTTON_RADIUS)
        able = not choice.refused
        painter.setPen(QPen(palette["line"], em(0.06)))
        painter.setBrush(palette["raised"] if hovered and able else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(button, radius, radius)
        painter.setPen(palette["accent" if able else "soft"])
        painter.setFont(theme.font())
        painter.drawText(button, Qt.AlignmentFlag.AlignCenter, tr(N_("core", "Choose")))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: Index,
    ) -> bool:
        if event.type() == QEvent.Type.MouseButtonRelease and isinstance(event, QMouseEvent):
            choice: Choice = index.data(ChoiceModel.ChoiceRole)
            on_button = self.button_rect(self.card_rect(QRectF(option.rect))).contains(
                event.position()
            )
            if on_button and not choice.refused:
                self.chosen.emit(choice)
                return True
            if self.card_rect(QRectF(option.rect)).contains(event.position()):
                self.opened.emit(choice)
                return True
        return super().editorEvent(event, model, option, index)


_HOVERED = QStyle.StateFlag.State_MouseOver


def _sign(level: str) -> str:
    return {"good": "check", "wait": "wait", "bad": "bad"}.get(level, "")


def _height(text: str, font: QFont, width: float) -> float:
    if not text:
        return 0
    room = QRectF(0, 0, max(1.0, width), TALLEST)
    return QFontMetricsF(font).boundingRect(room, WRAPPED, text).height()


def _draw(
    painter: QPainter, text: str, font: QFont, colour: QColor, column: QRectF, y: float
) -> float:
    """Write *text* in *column* from *y* on; return the height that it took."""
    if not text:
        return 0
    painter.setFont(font)
    painter.setPen(colour)
    column = QRectF(column.left(), y, column.width(), TALLEST)
    return painter.drawText(column, WRAPPED, text).height()
