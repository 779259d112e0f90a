"""Servers: each with its state and its age; check one, forget one, add or open another."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QLayout, QWidget

from coophost_gui.gui.app_card import StateCard, state_of
from coophost_gui.gui.context import Context
from coophost_gui.gui.controls import Bar
from coophost_gui.gui.labels import Note, Strong, Text
from coophost_gui.gui.layouts import column, empty
from coophost_gui.gui.look_page import LookPage
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places.servers.reach_page import ReachPage
from coophost_gui.gui.saying import number_first, of_size
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.theme import GAP, em
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind, Sign, SignTile, named
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Day, N_n, Words, said, several
from coophost_gui.servers.outgoing_mail import MailState, mail_state, way_in_words

if TYPE_CHECKING:
    from coophost_gui.gui.places.servers.names_page import NamesPage
    from coophost_gui.health.board import Board, Room, ServerCard


class ServersPage(PlacePage):
    """One card for each server."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "Your servers")))
        self._cards: list[StateCard] = []
        context.watch.looked.connect(self.refresh_if_seen)

    def refresh(self) -> None:
        board = self.context.last_board()
        with self.focus_kept():
            self._fill(board)

    def _fill(self, board: "Board | None") -> None:
        empty(self.front.body)
        servers = self.context.servers()
        self.front.say(*_headline(servers, board))
        known = {found.server: found for found in board.servers} if board is not None else {}
        self._cards = [self._card(server, known.get(server)) for server in servers]
        for card in self._cards:
            self.front.body.addWidget(card)
        self.front.body.addWidget(self._add_another(bool(servers)))
        if not self.context.practising:
            self.front.body.addWidget(self._open_theirs(bool(servers)))

    def tick(self) -> None:
        for card in self._cards:
            card.tick()

    def _card(self, server: str, seen: "ServerCard | None") -> StateCard:
        collective = self.context.world.abra.collective(server)
        more: list[QWidget] = []
        if seen is not None and seen.room is not None:
            more.append(room_bars(seen.room))
        if not collective.fingerprint_compared:
            words = N_("core", "Not compared: nobody has checked its fingerprint yet.")
            more.append(_marked("key", words))
        more.append(_marked("mail", *mail_words(server, mail_state(self.context.world, server))))
        level, word, reason, at = state_of(seen)
        under = collective.name
        return StateCard("server", server, level, word, under, reason, at, self._acts(server), more)

    def _acts(self, server: str) -> list[Button]:
        """Return a button for each thing that can be done about *server*."""
        opens = self.context.open_flow_for
        act = partial(_act, server)
        check = partial(self._check, server)
        reach = partial(self._reach, server)
        names = partial(self.show_names, server)
        mail = partial(opens, "outgoing_mail", server=server)
        forget = partial(opens, "forget_server", server=server)
        return [
            act("check", N_("core", "Check it"), N_("core", "Check {server}"), check),
            act("names", N_("core", "Its names"), N_("core", "The names of {server}"), names),
            act(
                "reach",
                N_("core", "See it from outside"),
                N_("core", "See {server} from outside"),
                reach,
            ),
            act("mail", N_("core", "Outgoing mail"), N_("core", "Outgoing mail of {server}"), mail),
            act("forget", N_("core", "Forget it"), N_("core", "Forget {server}"), forget, "link"),
        ]

    def _add_another(self, there_are: bool) -> Card:
        return line_card(
            "plus",
            N_("core", "Add another server") if there_are else N_("core", "Add a server"),
            N_("core", "A computer that is always on. We go through it together."),
            N_("core", "Add a server"),
            "plain" if there_are else "primary",
            lambda: self.context.open_flow("add_server", self.context.start_answers()),
            "add",
        )

    def _open_theirs(self, there_are: bool) -> Card:
        return line_card(
            "people",
            N_("core", "My collective has more servers")
            if there_are
            else N_("core", "My collective already has a server"),
            N_("core", "Open its list of servers and apps: a folder, a stick or an address."),
            N_("core", "Open it"),
            "plain",
            lambda: self.context.open_flow("open_servers"),
            "open",
        )

    def _check(self, server: str) -> None:
        self._look(CheckPage(self.context, server))

    def _reach(self, server: str) -> None:
        self._look(ReachPage(self.context, server))

    def _look(self, page: LookPage) -> None:
        page.closed.connect(self.back)
        self.open_page(page)
        page.look()

    def show_names(self, server: str) -> "NamesPage":
        """Open the page with the records of *server*'s names, and begin to look."""
        from coophost_gui.gui.places.servers.names_page import NamesPage

        page = NamesPage(self.context, server)
        page.closed.connect(self.back)
        self.open_page(page)
        page.look()
        return page


class CheckPage(LookPage):
    """Asks a server's promises again, and says which hold."""

    def __init__(self, context: Context, server: str) -> None:
        world = context.world

        def work(job: Job) -> list[tuple[Step, bool]]:
            from coophost_gui.servers.check import check

            return check(job, world, server)

        headline = said(N_("core", "Checking {server}"), server=server)
        super().__init__(context, headline, N_("core", "Servers"), work)
        self.server = server

    def more_buttons(self) -> list[Button]:
        self.repair = Button(N_("core", "Set it right"), "primary", clicked=self._set_right)
        self.repair.setObjectName("repair")
        self.repair.setVisible(False)
        return [self.repair]

    def found(self, result: Sequence[tuple[Step, bool]]) -> None:
        broken = [step for step, holds in result if not holds]
        self.repair.setVisible(bool(broken))
        if not broken:
            self.front.say(
                said(N_("core", "{server} is as it should be"), server=self.server),
                several(
                    len(result),
                    N_n(
                        "core",
                        "One thing was looked at again, and it holds.",
                        "{count} things were looked at again, and all hold.",
                    ),
                    count=number_first(len(result)),
                ),
            )
        else:
            self.front.say(
                several(
                    len(broken),
                    N_n(
                        "core",
                        "One thing on {server} is not as it should be",
                        "{count} things on {server} are not as they should be",
                    ),
                    server=self.server,
                    count=number_first(len(broken)),
                ),
                N_("core", "“Set it right” shows you first what it will do."),
            )
        card = Card(gap=0.7)
        for step, holds in sorted(result, key=lambda pair: pair[1]):
            card.body.addLayout(_promise(step, holds))
        self.front.body.addWidget(card)

    def _set_right(self) -> None:
        answers = self.context.start_answers() | {"address": self.server, "name": self.server}
        self.context.open_flow("add_server", answers)


def _promise(step: Step, holds: bool) -> QHBoxLayout:
    line = QHBoxLayout()
    line.addWidget(SignTile("check" if holds else "bad", "good" if holds else "bad", side=1.9))
    word = N_("core", "It holds.") if holds else N_("core", "It does not hold now.")
    line.addLayout(column(Strong(step.title), Note(word), gap=0.1), 1)
    return line


def _headline(servers: list[str], board: "Board | None") -> tuple[Words, Words]:
    if not servers:
        return (
            N_("core", "There is no server yet"),
            N_("core", "Add one: a few questions, then a list of what will be done."),
        )
    one = len(servers) == 1
    if board is None:
        return (
            several(len(servers), N_n("core", "You have one server", "You have {count} servers")),
            N_("core", "The first look at it is under way.")
            if one
            else N_("core", "The first look at them is under way."),
        )
    intro = (
        N_("core", "It is asked every half minute while you can see this window.")
        if one
        else N_("core", "Each is asked every half minute while you can see this window.")
    )
    away = [found for found in board.servers if found.level == "bad"]
    if not away:
        return (
            said(N_("core", "{server} answers"), server=servers[0])
            if one
            else N_("core", "All your servers answer"),
            intro,
        )
    if len(away) == 1:
        return said(N_("core", "{server} is not reached"), server=away[0].server), intro
    return said(N_("core", "{count} servers are not reached"), count=len(away)), intro


def mail_words(server: str, mail: MailState) -> tuple[Words, str]:
    """Say how it is with the outgoing mail of *server*, and in which tone."""
    if mail.mailbox is None:
        return N_("core", "Outgoing mail: not set up."), "soft"
    if not mail.reached:
        return way_in_words(server, mail.mailbox, False), "wait"
    if not mail.arrived:
        return N_("core", "Outgoing mail: written down, but none was seen to arrive."), "wait"
    seen = datetime.fromisoformat(mail.arrived).astimezone()
    words = N_("core", "Outgoing mail works: a mail from {sender} arrived on {day}.")
    return said(words, sender=mail.mailbox.sender, day=Day(seen)), "good"


def _act(
    server: str,
    key: str,
    words: str,
    name: str,
    clicked: Callable[[], object],
    kind: Kind = "plain",
) -> Button:
    button = Button(words, kind, clicked=clicked)
    button.setObjectName(f"{key}:{server}")
    named(button, said(name, server=server))
    return button


def _marked(sign: str, words: Words, tone: str = "wait") -> QWidget:
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(Sign(sign, tone))
    line.addWidget(Text(words), 1)
    return holder


def room_bars(room: "Room") -> QWidget:
    """Return how much of disk and memory is taken, in words and as two bars."""
    return _side_by_side([column(note, bar, gap=0.25) for note, bar in _taken(room)], gap=1.4)


def room_cards(room: "Room") -> QWidget:
    """Return the same as two small cards, to stand beside a headline."""
    cards = []
    for note, bar in _taken(room):
        card = Card(padding=0.7, gap=0.35)
        card.setMinimumWidth(em(10))
        card.body.addWidget(note)
        card.body.addWidget(bar)
        cards.append(card)
    return _side_by_side(cards, gap=GAP)


def _taken(room: "Room") -> Iterator[tuple[Note, Bar]]:
    """Say what is taken of disk and memory, each with its bar."""
    for words, used, total in (
        (N_("core", "Disk · {taken}"), room.disk_used, room.disk_total),
        (N_("core", "Memory · {taken}"), room.memory_used, room.memory_total),
    ):
        said_so = said(words, taken=of_size(used, total))
        bar = Bar(said_so)
        bar.set_fraction(used / total if total else 0)
        yield Note(said_so), bar


def _side_by_side(things: Sequence[QWidget | QLayout], *, gap: float) -> QWidget:
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(em(gap))
    for thing in things:
        if isinstance(thing, QWidget):
            line.addWidget(thing, 1)
        else:
            line.addLayout(thing, 1)
    named(holder, N_("core", "Room on the server"))
    return holder
