"""Chips: a state in a word with its shape, as a widget and for delegates that paint one."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coophost_gui.gui import signs, theme
from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import Words

LEVEL_SIGNS = {"good": "check", "wait": "wait", "bad": "bad"}


class Chip(QWidget, Speaking):
    """A state in a word, with its shape: "Well", "Restarting again and again"."""

    def __init__(self, words: Words, level: str = "good", sign: str | None = None) -> None:
        super().__init__()
        self._text, self._level, self._sign = "", level, sign
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.say(words, level, sign)

    def say(self, words: Words, level: str = "good", sign: str | None = None) -> None:
        """Show *words* from now on; *sign* None takes the one of the level, "" none."""
        self._said, self._level = words, level
        self._sign = LEVEL_SIGNS.get(level, "") if sign is None else sign
        self.say_again()

    def say_again(self) -> None:
        self._text = tr(self._said)
        self.setAccessibleName(self._text)
        self.updateGeometry()
        self.update()

    def text(self) -> str:
        return self._text

    def sizeHint(self) -> QSize:
        return chip_size(self._text, self._sign or "")

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        paint_chip(
            painter,
            QRectF(self.rect()),
            self._text,
            self._level,
            self._sign or "",
            theme.colours(self),
            mirrored=self.isRightToLeft(),
        )


def chip_size(text: str, sign: str) -> QSize:
    """Return the room that a chip needs: for delegates that paint one."""
    metrics = QFontMetricsF(theme.font(theme.NOTE, QFont.Weight.DemiBold))
    width = metrics.horizontalAdvance(text) + theme.em(1.2) + (theme.em(1.2) if sign else 0)
    return QSize(int(width) + 1, int(metrics.height()) + theme.em(0.45))


def paint_chip(
    painter: QPainter,
    rect: QRectF,
    text: str,
    level: str,
    sign: str,
    palette: theme.Palette,
    *,
    mirrored: bool = False,
) -> None:
    """Draw a chip in *rect*: for ``Chip`` and for delegates."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(palette[palette.tint(level)])
    painter.drawRoundedRect(rect, rect.height() / 2, rect.height() / 2)
    inner = rect.adjusted(theme.em(0.6), 0, -theme.em(0.6), 0)
    colour = palette[level]
    if sign:
        side = theme.em(0.95)
        spot = QRectF(inner.left(), 0, side, side)
        if mirrored:
            spot.moveLeft(inner.right() - side)
        spot.moveTop(rect.center().y() - side / 2)
        signs.paint(painter, spot, sign, colour)
        if mirrored:
            inner.setRight(inner.right() - theme.em(1.2))
        else:
            inner.setLeft(inner.left() + theme.em(1.2))
    painter.setPen(colour)
    painter.setFont(theme.font(theme.NOTE, QFont.Weight.DemiBold))
    painter.drawText(inner, int(Qt.AlignmentFlag.AlignCenter), text)
    painter.restore()
