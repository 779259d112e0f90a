"""The few widgets that every screen is made of. Each has a name that a screen reader says."""

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Literal, TypeVar

from PySide6.QtCore import QEvent, QRectF, QSize, Qt
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coophost_gui.gui import signs, theme
from coophost_gui.gui.speaking import Speaking, described, follow
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import Said, Words

W = TypeVar("W", bound=QWidget)
Kind = Literal["primary", "plain", "link", "quiet", "danger"]


def named(widget: W, name: Words, description: Words = "") -> W:
    """Give *widget* the name that a screen reader says, for widgets without a label."""
    follow(widget, "setAccessibleName", name)
    if description:
        described(widget, description)
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


def _doubled(fact: object) -> object:
    return fact.replace("&", "&&") if type(fact) is str else fact


class Button(QPushButton, Speaking):
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
            facts = {name: _doubled(fact) for name, fact in words.facts.items()}
            words = replace(words, facts=facts)
        self._said = words
        self.say_again()

    def say_again(self) -> None:
        self._words = tr(self._said)
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
        side, gap = theme.em(1.1), theme.em(0.25)
        self.setIconSize(QSize(side + gap, side))
        self.setIcon(signs.icon(self._sign, colour, side, gap, mirrored=self.isRightToLeft()))

    def showEvent(self, event: QShowEvent) -> None:
        self._tint()
        super().showEvent(event)
