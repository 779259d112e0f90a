"""The last page: the state, what it means, facts to keep, and where to go next."""

from PySide6.QtCore import QMargins, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.controls import CopyButton, SignButton
from coophost_gui.gui.labels import Note, Strong
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.stage import Stage
from coophost_gui.gui.widgets import Button, Card, SignTile, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.flow import Ending, Shown
from coophost_gui.kit.text import N_, Words, said

DOTS = "•" * 12
PLACES = {
    "home": N_("core", "Go to &Home"),
    "servers": N_("core", "See your &servers"),
    "apps": N_("core", "See your &apps"),
    "find": N_("core", "&Find an app"),
    "health": N_("core", "See how they &are"),
    "practice": N_("core", "Go on &trying it out"),
}


class EndingPage(Stage):
    """Shows *ending*. A secret is not even on the page until the person asks to see it."""

    go = Signal(str)
    browse = Signal(str)  # an address to open; what opens it knows whether it is real

    def __init__(self, ending: Ending, crumb: Words) -> None:
        super().__init__(ending.title, ending.intro, crumb)
        self.ending = ending
        self.head.insertWidget(1, SignTile("check", "good", side=2.6))
        shown = list(ending.shown)
        if ending.address and ending.address not in [fact.value for fact in shown]:
            shown.insert(0, Shown(N_("core", "Address in the browser"), ending.address))
        self.facts = [FactLine(fact) for fact in shown]
        if self.facts:
            card = Card(gap=0.9)
            for fact in self.facts:
                card.body.addWidget(fact)
            self.body.addWidget(card)
        close = Button(N_("core", "&Done"), "link", clicked=self.next_wanted.emit)
        close.setObjectName("done")
        buttons: list[QWidget] = []
        if ending.place:
            words = PLACES.get(ending.place, N_("core", "&Go on"))
            there = Button(words, "plain", clicked=lambda: self.go.emit(ending.place))
            there.setObjectName("go_to_place")
            buttons.append(there)
        if ending.address:
            browser = Button(N_("core", "&Open it in the browser"), "primary", sign="open")
            browser.clicked.connect(self.open_address)
            browser.setObjectName("open")
            buttons.append(browser)
            self.primary = browser
        elif ending.place:
            there.become("primary")
            self.primary = there
        else:
            close.become("primary")
            self.primary = close
            buttons.append(close)
        self.set_foot([] if self.primary is close else [close], buttons)

    def open_address(self) -> None:
        """Ask for the address of the ending in the person's browser."""
        self.browse.emit(self.ending.address)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        for fact in self.facts:
            fact.hide_secret()


class FactLine(QWidget):
    """One fact: what it is, what it says, and a button that copies it."""

    def __init__(self, shown: Shown) -> None:
        super().__init__()
        self._shown = shown
        self.setObjectName("fact")
        name = tr(shown.label)
        self.value = Strong(DOTS if shown.secret else shown.value)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.6))
        layout.addLayout(column(Note(shown.label), self.value), 1)
        self.eye: SignButton | None = None
        if shown.secret:
            named(self.value, said(N_("core", "{what}, hidden"), what=name))
            self.eye = SignButton("eye", said(N_("core", "Show: {what}"), what=name))
            self.eye.clicked.connect(self._turn)
        copy = CopyButton(lambda: shown.value, of=name)
        layout.addWidget(row(*([self.eye] if self.eye else []), copy, gap=0.2, to_end=True))

    def hide_secret(self) -> None:
        if self.eye is not None:
            name = tr(self._shown.label)
            self.value.setText(DOTS)
            named(self.value, said(N_("core", "{what}, hidden"), what=name))
            self.eye.show_sign("eye", said(N_("core", "Show: {what}"), what=name))

    def _turn(self) -> None:
        if self.eye is None or self.value.text() != DOTS:
            self.hide_secret()
            return
        name = tr(self._shown.label)
        self.value.setText(self._shown.value)
        self.value.setAccessibleName("")
        self.eye.show_sign("eye-off", said(N_("core", "Hide: {what}"), what=name))
