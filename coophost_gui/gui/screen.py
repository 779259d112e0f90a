"""The frame of every screen: what it says at the top, what scrolls, and what stays at the foot."""

from collections.abc import Iterable

from PySide6.QtCore import QMargins, Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.labels import Headline, Intro, Note
from coophost_gui.gui.layouts import column, empty, row
from coophost_gui.gui.widgets import look
from coophost_gui.kit.text import Words


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
        head = column(self.crumb, self.headline, self.intro, gap=0.6)
        inner.addLayout(head)
        self.head = head
        self.body = QVBoxLayout()
        self.body.setSpacing(theme.em(theme.GAP))
        inner.addLayout(self.body)
        inner.addStretch(1)
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
        self._foot.addWidget(row(*start, gap=theme.GAP))
        self._foot.addWidget(row(*end, gap=theme.GAP, to_end=True), 1)
        self.foot.setVisible(True)
