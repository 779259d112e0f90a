"""The few widgets that every screen is made of. Each has a name that a screen reader says."""

import re
from collections.abc import Callable, Iterable
from typing import Literal, TypeVar

from PySide6.QtCore import (
    QEvent,
    QMargins,
    QPoint,
    QPointF,
    QRect,
    QRectF,
    QSize,
    Qt,
    Slot,
)
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QShowEvent,
    QTextLayout,
    QTextOption,
)
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLayoutItem,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coophost_gui.gui import signs, theme
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import Said, Words

W = TypeVar("W", bound=QWidget)
Kind = Literal["primary", "plain", "link", "quiet", "danger"]


def named(widget: W, name: Words, description: Words = "") -> W:
    """Give *widget* the name that a screen reader says, for widgets without a label."""
    widget.setAccessibleName(tr(name))
    if description:
        widget.setAccessibleDescription(tr(description))
    return widget


def announce(widget: QWidget, message: str) -> None:
    """Have a screen reader say *message* without moving the focus."""
    from PySide6.QtGui import (
        QAccessible,
        QAccessibleAnnouncementEvent,
    )  # no first window needs them

    QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, message))


def look(widget: W, **properties: str) -> W:
    """Set what the stylesheet goes by (``look``, ``tone``, ``edge``, ``fill``) and draw anew."""
    for name, value in properties.items():
        widget.setProperty(name, value)
    if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        widget.update()
    return widget


def empty(layout: QLayout) -> None:
    """Take everything out of *layout* and let it go."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()
        elif (inner := item.layout()) is not None:
            empty(inner)


class Label(QLabel):
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
        self.setText(tr(words))

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


class Flowing(QLayout):
    """Sets widgets side by side and begins a new row when one is full; right-to-left too."""

    def __init__(self, gap: float = 0.6, *, to_end: bool = False) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self._to_end = to_end
        self.setContentsMargins(QMargins())
        self.setSpacing(theme.em(gap))

    def addItem(self, item: QLayoutItem) -> None:
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, index: int) -> QLayoutItem:
        return self._items[index] if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def takeAt(self, index: int) -> QLayoutItem:
        return self._items.pop(index) if 0 <= index < len(self._items) else None  # type: ignore[return-value]

    def expandingDirections(self) -> Qt.Orientation:
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return self._lay(QRect(0, 0, width, 0), move=False)

    def sizeHint(self) -> QSize:
        shown = [item.sizeHint() for item in self._items if not item.isEmpty()]
        width = sum(size.width() for size in shown) + self.spacing() * max(0, len(shown) - 1)
        return QSize(width, max((size.height() for size in shown), default=0))

    def minimumSize(self) -> QSize:
        size = QSize()
        for item in self._items:
            size = size.expandedTo(item.minimumSize())
        return size

    def setGeometry(self, rect: QRect) -> None:
        super().setGeometry(rect)
        self._lay(rect, move=True)

    def _lay(self, rect: QRect, *, move: bool) -> int:
        """Place the items in *rect* (or only measure) and return the height they need."""
        rows: list[list[tuple[QLayoutItem, QSize]]] = [[]]
        used = 0
        for item in self._items:
            if item.isEmpty():
                continue
            size = item.sizeHint()
            size.setWidth(min(size.width(), rect.width()))
            if item.hasHeightForWidth():
                size.setHeight(item.heightForWidth(size.width()))
            if rows[-1] and used + size.width() > rect.width():
                rows.append([])
                used = 0
            rows[-1].append((item, size))
            used += size.width() + self.spacing()
        parent = self.parentWidget()
        mirrored = parent is not None and parent.isRightToLeft()
        y = rect.y()
        for row in rows:
            height = max((size.height() for _, size in row), default=0)
            width = sum(size.width() for _, size in row) + self.spacing() * (len(row) - 1)
            x = rect.width() - width if self._to_end else 0
            for item, size in row:
                if move:
                    left = rect.width() - x - size.width() if mirrored else x
                    top = y + (height - size.height()) // 2
                    item.setGeometry(QRect(QPoint(rect.x() + left, top), size))
                x += size.width() + self.spacing()
            y += height + self.spacing()
        return max(0, y - rect.y() - self.spacing())


def row(*things: QWidget, gap: float = 0.6, to_end: bool = False) -> QWidget:
    """Return *things* side by side, in as many rows as they need."""
    holder = QWidget()
    layout = Flowing(gap, to_end=to_end)
    holder.setLayout(layout)
    for thing in things:
        layout.addWidget(thing)
    policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
    policy.setHeightForWidth(True)
    holder.setSizePolicy(policy)
    return holder


def column(*things: QWidget, gap: float = 0.2) -> QVBoxLayout:
    """Return *things* one under the other."""
    layout = QVBoxLayout()
    layout.setContentsMargins(QMargins())
    layout.setSpacing(theme.em(gap))
    for thing in things:
        layout.addWidget(thing)
    return layout


class Card(QFrame):
    """A rounded surface; fill it through ``body``.

    *edge* is a colour of the palette ("line", "bad", "wait", "accent") or "" for none;
    *fill* is "surface", "raised", "accent_tint" and the other tints.
    """

    def __init__(
        self,
        *,
        edge: str = "line",
        fill: str = "surface",
        across: bool = False,
        padding: float = theme.PADDING,
        gap: float = 0.6,
    ) -> None:
        super().__init__()
        self.setProperty("look", "card")
        self.setProperty("edge", edge)
        self.setProperty("fill", fill)
        self.body: QBoxLayout = QHBoxLayout(self) if across else QVBoxLayout(self)
        around = theme.em(padding)
        self.body.setContentsMargins(around, around, around, around)
        self.body.setSpacing(theme.em(gap))

    def set_edge(self, edge: str) -> None:
        look(self, edge=edge)


class SignTile(QWidget):
    """A sign, on a rounded tile of the tint that belongs to its colour unless *bare*.

    *side* is in line heights.  It says nothing to a screen reader: a word always stands by it.
    """

    def __init__(
        self,
        sign: str,
        tone: str = "accent",
        *,
        side: float = 2.6,
        ground: str = "",
        bare: bool = False,
    ) -> None:
        super().__init__()
        self._sign, self._tone, self._ground, self._bare = sign, tone, ground, bare
        self._side = side
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_sign(self, sign: str, tone: str = "", ground: str = "") -> None:
        """Draw another sign from now on."""
        self._sign, self._tone, self._ground = sign, tone or self._tone, ground
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.em(self._side), theme.em(self._side))

    def paintEvent(self, event: QPaintEvent) -> None:
        palette = theme.colours(self)
        painter = QPainter(self)
        rect = QRectF(self.rect())
        if self._bare:
            signs.paint(painter, rect, self._sign, palette[self._tone])
        else:
            ground = palette[self._ground or palette.tint(self._tone)]
            signs.paint_tile(painter, rect, self._sign, palette[self._tone], ground)


class Sign(SignTile):
    """A sign without a tile, as high as a line of text unless *side* says otherwise."""

    def __init__(self, sign: str, tone: str = "accent", *, side: float = 1.2) -> None:
        super().__init__(sign, tone, side=side, bare=True)


_LETTER = re.compile(r"(?<!&)&([^&])")

LEVEL_SIGNS = {"good": "check", "wait": "wait", "bad": "bad"}


class Chip(QWidget):
    """A state in a word, with its shape: "Well", "Restarting again and again"."""

    def __init__(self, words: Words, level: str = "good", sign: str | None = None) -> None:
        super().__init__()
        self._text, self._level, self._sign = "", level, sign
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.say(words, level, sign)

    def say(self, words: Words, level: str = "good", sign: str | None = None) -> None:
        """Show *words* from now on; *sign* None takes the one of the level, "" none."""
        self._text, self._level = tr(words), level
        self._sign = LEVEL_SIGNS.get(level, "") if sign is None else sign
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


class Button(QPushButton):
    """A button: "primary" is the one filled button of a screen, "danger" is never filled.

    "link" is only words; "quiet" too, and lines up with the text above it.  The letter
    after an ``&`` presses it together with Alt, and is underlined while Alt is held.
    """

    def __init__(
        self,
        words: Words,
        kind: Kind = "plain",
        *,
        sign: str = "",
        clicked: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._kind, self._sign = kind, sign
        self.setProperty("look", kind)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.say(words)
        if clicked is not None:
            self.clicked.connect(lambda: clicked())

    @property
    def kind(self) -> str:
        return self._kind

    def say(self, words: Words) -> None:
        """Show *words* from now on; an ``&`` in a fact of theirs is only an ampersand."""
        if isinstance(words, Said):
            facts = {name: str(value).replace("&", "&&") for name, value in words.facts.items()}
            words = Said(words.text, facts)
        self._words = tr(words)
        self.underline(False)

    def underline(self, underlined: bool) -> None:
        """Show the letter that presses the button together with Alt, or only let it work."""
        if underlined:
            self.setText(self._words)
            return
        letter = _LETTER.search(self._words)
        self.setText(_LETTER.sub(r"\1", self._words))
        if letter:
            self.setShortcut(f"Alt+{letter[1].upper()}")

    def set_sign(self, sign: str) -> None:
        """Draw another sign beside the words from now on."""
        self._sign = sign
        self._tint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.click()
            return
        super().keyPressEvent(event)

    def become(self, kind: Kind) -> None:
        self._kind = kind
        look(self, look=kind)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.EnabledChange):
            self._tint()

    def _tint(self) -> None:
        if not self._sign:
            return
        role = {"primary": "on_accent", "danger": "bad"}.get(self._kind, "accent")
        colour = theme.colours(self)[role if self.isEnabled() else "soft"]
        side = theme.em(1.1)
        self.setIconSize(QSize(side, side))
        self.setIcon(signs.icon(self._sign, colour, side))

    def showEvent(self, event: QShowEvent) -> None:
        self._tint()
        super().showEvent(event)


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
