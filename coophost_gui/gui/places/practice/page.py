"""Try it out: what it is, the way in, a fresh start, and the way back."""

from PySide6.QtWidgets import QHBoxLayout

from coophost_gui.gui.context import Context
from coophost_gui.gui.facts import FactLine
from coophost_gui.gui.labels import Note, Text, Title
from coophost_gui.gui.layouts import column, empty
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Card, Sign, SignTile
from coophost_gui.kit.flow import Shown
from coophost_gui.kit.text import N_


class PracticePage(PlacePage):
    """Before: what one may expect. Inside: the letter of the make-believe provider."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "Try it out first. Nothing can break")))

    def refresh(self) -> None:
        empty(self.front.body)
        if self.context.practising:
            self._show_inside()
        else:
            self._show_door()

    def _show_door(self) -> None:
        self.front.say(
            N_("core", "Try it out first. Nothing can break"),
            N_(
                "core",
                "A make-believe server lives inside this computer. You add it, choose an app and "
                "watch it come alive, as for real. It takes about five minutes.",
            ),
        )
        self.front.body.addWidget(
            line_card(
                "play",
                N_("core", "Begin with a make-believe server"),
                N_("core", "No internet needed. It is gone when you close the program."),
                N_("core", "Try it out"),
                "primary",
                self.context.practise,
                "practise",
            )
        )
        card = Card(gap=0.7)
        card.body.addWidget(Title(N_("core", "What you may rely on")))
        for words in (
            N_("core", "A band at the top of the window says that you are there."),
            N_("core", "Nothing that you do there can reach a real server."),
            N_("core", "Your real servers and their apps cannot be seen from there."),
            N_("core", "Beginning again takes a few seconds."),
        ):
            line = QHBoxLayout()
            line.addWidget(Sign("check", "good"))
            line.addWidget(Text(words), 1)
            card.body.addLayout(line)
        self.front.body.addWidget(card)

    def _show_inside(self) -> None:
        from coophost_gui.workshop.host import LETTER

        self.front.say(
            N_("core", "You are trying it out"),
            N_("core", "Everything here is make-believe, and gone when you close the program."),
        )
        letter = Card(gap=0.7)
        head = QHBoxLayout()
        head.addWidget(SignTile("mail", "warm"))
        note = N_("core", "What you would get after renting a server. Compare and copy from here.")
        title = Title(N_("core", "The letter from your make-believe provider"))
        head.addLayout(column(title, Note(note), gap=0.1), 1)
        letter.body.addLayout(head)
        for label, value in (
            (N_("core", "Address of the server"), LETTER.address),
            (N_("core", "Name to log in with"), LETTER.user),
            (N_("core", "Password"), LETTER.password),
            (N_("core", "Fingerprint"), LETTER.fingerprint),
        ):
            letter.body.addWidget(FactLine(Shown(label, value)))
        self.front.body.addWidget(letter)
        self.front.body.addWidget(
            line_card(
                "again",
                N_("core", "Begin again"),
                N_("core", "A fresh make-believe server, within seconds."),
                N_("core", "Begin again"),
                "plain",
                self.context.begin_practice_again,
                "begin-again",
            )
        )
        self.front.body.addWidget(
            line_card(
                "leave",
                N_("core", "Back to your own servers"),
                N_("core", "What you practised stays until you close the program."),
                N_("core", "Leave “Try it out”"),
                "plain",
                self.context.leave_practice,
                "leave",
            )
        )
