"""The frame of every screen: what it says at the top, what scrolls, and what stays at the foot."""

from collections.abc import Iterable

from PySide6.QtCore import QMargins, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.drawing import Drawing
from coophost_gui.gui.labels import Headline, Intro, Note
from coophost_gui.gui.layouts import column, empty, row
from coophost_gui.gui.widgets import look
from coophost_gui.kit.text import Words

BESIDE = 44.0  # line heights: narrower than that, nothing stands beside the headline


class Screen(QWidget):
    """One screen: crumb, headline, intro, a body that scrolls, and a foot that stays.

    Fill ``body`` and give the buttons to ``set_foot``.
    """

    def __init__(self, headline: Words, intro: Words = "", crumb: Words = "") -> None:
        super().__init__()
        self.crumb = Note(crumb)
        self.headline = Headline(headline)
        self.intro = Intro(intro)
        # Never show what has no parent yet: it would be a window of its own for a moment.
        for line, words in ((self.crumb, crumb), (self.intro, intro)):
            if not words:
                line.hide()
        inside = look(QWidget(), look="ground")
        side, top = theme.em(theme.MARGIN), theme.em(1.65)
        inner = QVBoxLayout(inside)
        inner.setContentsMargins(side, top, side, theme.em(1))
        inner.setSpacing(theme.em(theme.GAP))
        self.head = column(self.crumb, self.headline, self.intro, gap=0.6)
        self._top = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._top.setSpacing(theme.em(theme.GAP))
        self._top.addLayout(self.head, 1)
        self._beside: QWidget | None = None
        inner.addLayout(self._top)
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.em(theme.GAP))
        inner.addLayout(self.body)
        inner.addStretch(1)
        self._inner = inner
        self._drawing: Drawing | None = None
        self.area = QScrollArea()
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(inside)
        self.foot = look(QWidget(), look="foot")
        self.area.verticalScrollBar().rangeChanged.connect(self._on_range)
        self._foot = QHBoxLayout(self.foot)
        self._foot.setContentsMargins(side, theme.em(0.5), side, theme.em(1.5))
        self._foot.setSpacing(theme.em(theme.GAP))
        self.foot.setVisible(False)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(QMargins())
        outer.setSpacing(0)
        outer.addWidget(self.area, 1)
        outer.addWidget(self.foot)

    def draw(self, name: str) -> None:
        """Let the drawing called *name* stand in the room under the body; "" takes it away."""
        old = self._drawing
        if (old.name if old is not None else "") == name:
            return
        if old is not None:
            old.hide()
            old.deleteLater()
        self._drawing = Drawing(name) if name else None
        if self._drawing is not None:
            self._inner.insertWidget(2, self._drawing, 1)
        self._inner.setStretch(self._inner.count() - 1, 0 if name else 1)

    def set_beside(self, widget: QWidget | None) -> None:
        """Put *widget* beside the headline, or under it where there is no room beside it."""
        if self._beside is not None:
            self._top.removeWidget(self._beside)
            self._beside.hide()
            self._beside.deleteLater()
        self._beside = widget
        if widget is not None:
            self._top.addWidget(widget, 0, Qt.AlignmentFlag.AlignTop)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        wide = event.size().width() >= theme.em(BESIDE)
        ways = QBoxLayout.Direction
        self._top.setDirection(ways.LeftToRight if wide else ways.TopToBottom)

    @Slot(int, int)
    def _on_range(self, least: int, most: int) -> None:
        """Draw a line above the buttons while there is more than fits."""
        more = most > least
        look(self.foot, more="true" if more else "false")
        side, under = theme.em(theme.MARGIN), theme.em(1.5)
        inner = side + (self.area.verticalScrollBar().sizeHint().width() if more else 0)
        left, right = (inner, side) if self.isRightToLeft() else (side, inner)
        self._foot.setContentsMargins(left, theme.em(0.5), right, under)

    def say(self, headline: Words, intro: Words = "") -> None:
        """Change the state that the screen says."""
        self.headline.say(headline)
        self.intro.say(intro)
        self.intro.setVisible(bool(intro))

    def set_foot(self, start: Iterable[QWidget] = (), end: Iterable[QWidget] = ()) -> None:
        """Put buttons at the start and at the end of the line that stays at the bottom."""
        empty(self._foot)
        middle = Qt.AlignmentFlag.AlignVCenter
        self._foot.addWidget(row(*start, gap=theme.GAP), 1, middle)
        self._foot.addWidget(row(*end, gap=theme.GAP, to_end=True), 0, middle)
        self.foot.setVisible(True)
