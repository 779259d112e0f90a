"""The page "From outside": who can reach a server, and the code with which a phone tries."""

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout

from coophost_gui.gui.context import Context
from coophost_gui.gui.facts import FactLine
from coophost_gui.gui.labels import Note, Strong, Text
from coophost_gui.gui.layouts import column
from coophost_gui.gui.look_page import LookPage
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.qr_code import QrCode
from coophost_gui.gui.theme import GAP, em
from coophost_gui.gui.widgets import Card, SignTile
from coophost_gui.kit.flow import Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, Words, said

if TYPE_CHECKING:
    from coophost_gui.servers.reach import Reach


class ReachPage(LookPage):
    """Knocks at a server as a visitor would, and says who gets in."""

    def __init__(self, context: Context, server: str) -> None:
        world = context.world

        def work(job: Job) -> "Reach":
            from coophost_gui.servers.reach import find_out

            return find_out(job, world, server)

        headline = said(N_("core", "{server}, seen from outside"), server=server)
        super().__init__(context, headline, N_("core", "Servers"), work)
        self.server = server

    def found(self, result: "Reach") -> None:
        from coophost_gui.servers.address import Kind
        from coophost_gui.servers.reach import PHONE

        problem = result.doors.problem(self.server)
        card = Card(gap=0.7)
        good = result.kind is Kind.PUBLIC
        card.body.addLayout(_line(good, result.meaning, result.kind.advice))
        if problem is None:
            card.body.addLayout(_line(result.doors.open, *_doors(result.doors.open)))
            self.front.say(_headline(good and result.doors.open, self.server))
        else:
            practising = self.context.practising
            self.front.say(
                said(N_("core", "Visitors do not get in to {server}"), server=self.server)
            )
            self.front.body.addWidget(
                ProblemCard(problem, where="reach", practising=practising, retry=self.look)
            )
        self.front.body.addWidget(card)
        phone = Card(gap=0.7)
        line = QHBoxLayout()
        line.setSpacing(em(GAP))
        line.addWidget(QrCode(result.url))
        address = FactLine(Shown(N_("core", "The address in it"), result.url))
        words = column(Strong(N_("core", "Try it with a phone")), Text(PHONE), address, gap=0.5)
        words.addStretch(1)
        line.addLayout(words, 1)
        phone.body.addLayout(line)
        self.front.body.addWidget(phone)


def _headline(good: bool, server: str) -> Words:
    if good:
        return said(N_("core", "Visitors get in to {server}"), server=server)
    return said(N_("core", "A phone has to say whether visitors get in to {server}"), server=server)


def _doors(are_open: bool) -> tuple[Words, Words]:
    if are_open:
        return (
            N_("core", "Both web doors are open to this computer."),
            N_("core", "We connected to ports 80 and 443 as a visitor would."),
        )
    return (
        N_("core", "The web doors could not be tried from here."),
        N_("core", "Something stands between this computer and the server."),
    )


def _line(good: bool, words: Words, more: Words) -> QHBoxLayout:
    line = QHBoxLayout()
    line.addWidget(SignTile("check" if good else "help", "good" if good else "wait", side=1.9))
    line.addLayout(column(Strong(words), Note(more), gap=0.1), 1)
    return line
