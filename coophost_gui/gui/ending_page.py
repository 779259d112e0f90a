"""The last page: the state, what it means, facts to keep, and where to go next."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from coophost_gui.gui.facts import FactLine
from coophost_gui.gui.labels import Text, Title
from coophost_gui.gui.stage import Stage
from coophost_gui.gui.widgets import Button, Card, SignTile
from coophost_gui.kit.flow import Ending, Shown
from coophost_gui.kit.text import N_, Words, said

PLACES = {
    "home": N_("core", "Go to &Home"),
    "servers": N_("core", "See your &servers"),
    "apps": N_("core", "See your &apps"),
    "find": N_("core", "&Find an app"),
    "health": N_("core", "See how they &are"),
    "federation": N_("core", "See your dec&isions"),
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
        mail = ending.address.startswith("mailto:")
        if ending.address and not mail and ending.address not in [fact.value for fact in shown]:
            shown.insert(0, Shown(N_("core", "Address in the browser"), ending.address))
        self.facts = [FactLine(fact) for fact in shown]
        if self.facts:
            card = Card(gap=0.9)
            for fact in self.facts:
                card.body.addWidget(fact)
            self.body.addWidget(card)
        if ending.todo:
            self.body.addWidget(_todo(ending.todo))
        close = Button(N_("core", "&Done"), "link", clicked=self.next_wanted.emit)
        close.setObjectName("done")
        buttons: list[QWidget] = []
        if ending.place:
            words = PLACES.get(ending.place, N_("core", "&Go on"))
            there = Button(words, "plain", clicked=lambda: self.go.emit(ending.place))
            there.setObjectName("go_to_place")
            buttons.append(there)
        if ending.address:
            words = N_("core", "&Write the mail") if mail else N_("core", "&Open it in the browser")
            browser = Button(words, "primary", sign="mail" if mail else "open")
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


def _todo(lines: Sequence[Words]) -> Card:
    """Return what is left to do elsewhere, numbered."""
    card = Card(gap=0.5)
    card.body.addWidget(Title(N_("core", "What to do now")))
    for number, words in enumerate(lines, start=1):
        card.body.addWidget(Text(said("{number}. {what}", number=number, what=words), tone="ink"))
    return card
