"""Drawings for screens that have little else to show yet: ``resources/drawings/*.svg``.

They are strokes of even weight in colours that are named as the palette names them, so
each palette draws them in its own.
"""

from dataclasses import fields

from PySide6.QtCore import QByteArray, QRectF, QSize
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtSvg import QSvgRenderer
from PySide6.QtWidgets import QSizePolicy, QWidget

from coophost_gui.gui import theme
from coophost_gui.kit import places

LEAST, MOST = 5.0, 13.0  # line heights: less room than that is better left empty


class Drawing(QWidget):
    """Fills the room that is left on a screen, and asks for none.

    It says nothing to a screen reader: nothing is told by it.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.name = name
        self._strokes = places.resource("drawings", f"{name}.svg").read_text(encoding="utf-8")
        self._palette: theme.Palette | None = None
        self._renderer = QSvgRenderer()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Ignored)

    def sizeHint(self) -> QSize:
        return QSize(0, 0)

    def paintEvent(self, event: QPaintEvent) -> None:
        room = QRectF(self.rect())
        if room.height() < theme.em(LEAST):
            return
        renderer = self._in(theme.colours(self))
        drawn = renderer.viewBoxF()
        scale = min(
            room.width() / drawn.width(),
            min(room.height(), theme.em(MOST)) / drawn.height(),
        )
        place = QRectF(0, 0, drawn.width() * scale, drawn.height() * scale)
        place.moveCenter(room.center())
        place.moveBottom(room.bottom())
        renderer.render(QPainter(self), place)

    def _in(self, palette: theme.Palette) -> QSvgRenderer:
        if palette is not self._palette:
            self._palette = palette
            strokes = self._strokes
            for colour in fields(palette):
                strokes = strokes.replace(f'"{colour.name}"', f'"{getattr(palette, colour.name)}"')
            self._renderer.load(QByteArray(strokes.encode()))
        return self._renderer
