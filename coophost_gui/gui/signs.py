"""Signs: strokes from ``resources/signs/*.svg``, tinted by the palette, sharp at any size."""

from functools import lru_cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

from coophost_gui.kit import places

if TYPE_CHECKING:
    from PySide6.QtGui import QIcon

PLAIN = "unknown"  # drawn when a recipe names a sign that we do not have


def names() -> list[str]:
    """Return the name of every sign, sorted."""
    return sorted(path.stem for path in places.resource("signs").glob("*.svg"))


def paint(painter: QPainter, rect: QRectF, name: str, colour: QColor) -> None:
    """Draw the sign *name* in *rect* (kept square, centred)."""
    side = min(rect.width(), rect.height())
    square = QRectF(0, 0, side, side)
    square.moveCenter(rect.center())
    _renderer(name, colour.name()).render(painter, square)


def paint_tile(
    painter: QPainter, rect: QRectF, name: str, colour: QColor, ground: QColor | None
) -> None:
    """Draw the sign *name* on a rounded tile of *ground* that fills *rect*."""
    if ground is not None:
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(rect, rect.width() * 0.28, rect.width() * 0.28)
        painter.restore()
    room = rect.width() * 0.19
    paint(painter, rect.adjusted(room, room, -room, -room), name, colour)


def icon(name: str, colour: QColor, side: int, gap: int = 0, *, mirrored: bool = False) -> "QIcon":
    """Return the sign as an icon of *side* pixels, sharp on screens of one to three times that.

    *gap* pixels stay free between it and the words that follow: to the right, or *mirrored*.
    """
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QIcon, QPixmap  # expensive, and no first window needs them

    made = QIcon()
    for ratio in (1, 2, 3):
        pixmap = QPixmap(QSize(side + gap, side) * ratio)
        pixmap.fill(Qt.GlobalColor.transparent)
        painter = QPainter(pixmap)
        left = gap * ratio if mirrored else 0
        paint(painter, QRectF(left, 0, side * ratio, side * ratio), name, colour)
        painter.end()
        pixmap.setDevicePixelRatio(ratio)
        made.addPixmap(pixmap)
    return made


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    try:
        strokes = places.resource("signs", f"{name}.svg").read_bytes()
    except FileNotFoundError:
        strokes = places.resource("signs", f"{PLAIN}.svg").read_bytes()
    return QSvgRenderer(QByteArray(strokes.replace(b"currentColor", colour.encode())))
