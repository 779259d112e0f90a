"""Text on the screen: it wraps anywhere that it must, and says by its class what it is for."""

from PySide6.QtCore import QEvent, QPointF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QTextLayout, QTextOption
from PySide6.QtWidgets import QLabel, QSizePolicy

from coophost_gui.gui import theme
from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import Said, Words


class Label(QLabel, Speaking):
    """Text that wraps, in the middle of a word when a word is too long for its line."""

    LOOK, TONE = "text", "ink"

    def __init__(self, words: Words = "", *, look: str = "", tone: str = "") -> None:
        super().__init__()
        self._room: dict[tuple[str, int], tuple[float, float]] = {}
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("look", look or self.LOOK)
        self.setProperty("tone", tone or self.TONE)
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        self.say(words)

    def say(self, words: Words) -> None:
        """Show *words* from now on."""
        self._said = words
        self.say_again()

    def say_again(self) -> None:
        self.setText(tr(self._said))

    @property
    def words(self) -> Words:
        """Return what is shown, in no language yet."""
        return self._said

    def show_text(self, text: str) -> None:
        """Show *text*, which is in no language."""
        self.say(Said("{text}", {"text": text}))

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._room.clear()

    def _room_at(self, width: int) -> tuple[float, float]:
        """Return the width and height of the text in *width*: layouts ask again and again."""
        asked = (self.text(), width)
        if asked not in self._room:
            if len(self._room) > 8:
                self._room.clear()
            self._room[asked] = self._lines(width)[1:]
        return self._room[asked]

    def _lines(self, width: float) -> tuple[list[QTextLayout], float, float]:
        """Return the paragraphs laid out in *width*, with the width and height they take."""
        direction = self.layoutDirection()
        alignment = self.alignment()
        if direction == Qt.LayoutDirection.RightToLeft:
            from PySide6.QtWidgets import QStyle  # expensive to load, and seldom needed

            alignment = QStyle.visualAlignment(direction, alignment)
        option = QTextOption(alignment)
        option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        option.setTextDirection(direction)
        paragraphs, widest, height = [], 0.0, 0.0
        for text in self.text().split("\n"):
            layout = QTextLayout(text, self.font(), self)
            layout.setTextOption(option)
            layout.beginLayout()
            while (line := layout.createLine()).isValid():
                line.setLineWidth(width)
                line.setPosition(QPointF(0, height))
                widest = max(widest, line.naturalTextWidth())
                height += line.height()
            layout.endLayout()
            paragraphs.append(layout)
        return paragraphs, widest, height

    def heightForWidth(self, width: int) -> int:
        return -(-int(self._room_at(width)[1] * 64) // 64) + 1

    def hasHeightForWidth(self) -> bool:
        return True

    def sizeHint(self) -> QSize:
        self.ensurePolished()
        width, height = self._room_at(theme.em(40))
        return QSize(int(width) + 2, int(height) + 1)

    def minimumSizeHint(self) -> QSize:
        self.ensurePolished()
        narrow = min(theme.em(6), self.sizeHint().width())
        return QSize(narrow, self.fontMetrics().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        paragraphs, _, height = self._lines(self.width())
        top = 0.0
        if not self.alignment() & Qt.AlignmentFlag.AlignTop:
            top = max(0.0, (self.height() - height) / 2)
        for layout in paragraphs:
            layout.draw(painter, QPointF(0, top))


class Headline(Label):
    """The state of the screen, in a sentence."""

    LOOK = "headline"


class Intro(Label):
    """The line under the headline: what it means, or what comes next."""

    LOOK, TONE = "intro", "soft"


class Title(Label):
    """The title of a card or a section."""

    LOOK = "title"


class Strong(Label):
    """A line that is read first."""

    LOOK = "strong"


class Text(Label):
    """Plain text."""


class Note(Label):
    """Small print: ages, addresses, reasons."""

    LOOK, TONE = "note", "soft"
