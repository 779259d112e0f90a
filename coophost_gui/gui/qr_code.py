"""A QR code on the screen: dark on light in every palette, since cameras want it so."""

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.widgets import named
from coophost_gui.kit import qr
from coophost_gui.kit.text import N_, said

SIDE = 13  # in line heights


class QrCode(QWidget):
    """Shows *text* to a camera, and tells a screen reader what it says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._rows = qr.squares(text)
        self.setObjectName("qr")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        named(self, said(N_("core", "QR code: {text}"), text=text))

    def sizeHint(self) -> QSize:
        side = len(self._rows)
        times = max(1, theme.em(SIDE) // side)  # whole dots to a square, or its edges blur
        return QSize(side * times, side * times)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.white)
        size = self.width() / len(self._rows)
        for y, row in enumerate(self._rows):
            for x, dark in enumerate(row):
                if dark:
                    square = QRectF(x * size, y * size, size, size)
                    painter.fillRect(square, Qt.GlobalColor.black)
