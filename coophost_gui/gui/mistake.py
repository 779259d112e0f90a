"""What a person sees when the program itself made a mistake: calm, and with a report."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QPlainTextEdit

from coophost_gui.gui.controls import CopyButton, Fold
from coophost_gui.gui.labels import Strong, Text
from coophost_gui.gui.report import report
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Button, Card, named
from coophost_gui.kit.text import N_


class MistakeScreen(Screen):
    """Says that it is our mistake, what it means, and what can be done about it."""

    closed = Signal()

    def __init__(self, story: str, *, practising: bool) -> None:
        super().__init__(
            N_("core", "This is our mistake, not yours"),
            N_(
                "core",
                "The program did something that we did not foresee. Your apps run on your server, "
                "not in this window: it did not stop them.",
            ),
        )
        self.report = report(story, practising=practising)
        card = Card()
        card.body.addWidget(Strong(N_("core", "What you can do")))
        card.body.addWidget(
            Text(
                N_(
                    "core",
                    "Go on, and do the same thing again. If it happens again, copy the report and "
                    "give it to the person who helps you. Passwords that the program knows are "
                    "taken out of it.",
                )
            )
        )
        card.body.addWidget(Fold(N_("core", "What the report says"), report_box(self.report)))
        self.body.addWidget(card)
        copy = CopyButton(lambda: self.report, N_("core", "Copy the report"))
        copy.setObjectName("copy-report")
        back = Button(N_("core", "Go on"), "primary", clicked=self.closed.emit)
        back.setObjectName("go-on")
        self.set_foot([copy], [back])
        self.setFocusProxy(back)


def report_box(text: str) -> QPlainTextEdit:
    """Return a box that shows *text* to read, not to change."""
    box = QPlainTextEdit(text)
    box.setReadOnly(True)
    box.setTabChangesFocus(True)
    box.setMinimumHeight(em(12))
    return named(box, N_("core", "The report"))
