"""Health: what needs a person first, what is well quietly, and how old each fact is."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui.app_card import StateCard, for_people, headline, signature
from coophost_gui.gui.context import Context
from coophost_gui.gui.labels import Note
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places.servers.page import room_bars
from coophost_gui.gui.saying import ago, listed
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Words, said

if TYPE_CHECKING:
    from coophost_gui.health import board as health


class HealthPage(PlacePage):
    """One card for each app, the loudest first; servers only when something is wrong there."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "Looking at your apps")))
        self._cards: list[StateCard] = []
        self._drawn: object = ()
        self._filled = False
        again = Button(N_("core", "Look now"), "link", sign="again", clicked=context.watch.look)
        again.setObjectName("look-now")
        self._note = Note()
        self.front.set_foot([self._note], [again])
        context.watch.looked.connect(self._on_looked)

    @Slot(object)
    def _on_looked(self, board: "health.Board") -> None:
        self.refresh_if_seen()

    def refresh(self) -> None:
        board = self.context.last_board()
        drawn = (tuple(self.context.servers()), signature(board))
        if drawn != self._drawn:
            self._drawn = drawn
            with self.focus_kept():
                self._fill(board)
        self.tick()

    def tick(self) -> None:
        board = self.context.last_board()
        for card in self._cards:
            card.tick()
        if board is not None and not self.front.intro.isHidden():
            self.front.intro.say(self._intro(board))

    def _intro(self, board: "health.Board") -> Words:
        words = N_("core", "{servers} · looked {age}")
        servers = listed([server.server for server in board.servers])
        return said(words, servers=servers, age=tr(ago(board.at)))

    def _fill(self, board: "health.Board | None") -> None:
        empty(self.front.body)
        self._cards = []
        self._filled = False
        self._note.say(N_("core", "Nothing is checked while this window is hidden."))
        if board is None:
            self.front.say(
                N_("core", "Looking at your apps for the first time"),
                N_("core", "It takes a few seconds for each server."),
            )
            return
        away = {server.server for server in board.servers if server.level == "bad"}
        self.front.say(headline(board), self._intro(board))
        self._add_servers(board)
        for card in board.loudest:
            lost = card.server in away
            if card.sign != "gate" or (card.level == "bad" and not lost):
                self._add(self._app_card(card, lost=lost))
        if not for_people(board):
            self.front.body.addWidget(
                line_card(
                    "apps",
                    N_("core", "There is no app to look after yet"),
                    N_("core", "As soon as you have one, you see here how it is."),
                    N_("core", "Find an app"),
                    self._kind(),
                    lambda: self.context.go("find"),
                    "find",
                )
            )
        if calls := sorted({card.call for card in board.cards if card.call}):
            self._note.say(said(N_("core", "Call first: {who}"), who=listed(calls)))

    def _add_servers(self, board: "health.Board") -> None:
        for server in board.servers:
            if server.level == "good":
                if server.room is not None:
                    card = Card(across=True, padding=0.75)
                    card.body.addWidget(_room_line(server, several=len(board.servers) > 1), 1)
                    self.front.body.addWidget(card)
                continue
            again = Button(N_("core", "Look again"), self._kind(), clicked=self.context.watch.look)
            again.setObjectName(f"again:{server.server}")
            self._add(
                StateCard(
                    "server",
                    server.server,
                    server.level,
                    server.word,
                    "",
                    server.reason,
                    server.at,
                    [again],
                )
            )

    def _add(self, card: StateCard) -> None:
        self._cards.append(card)
        self.front.body.addWidget(card)

    def _app_card(self, card: "health.Card", *, lost: bool) -> StateCard:
        buttons = []
        if lost:
            pass  # nothing can be done about an app before its server is reached again
        elif card.unclaimed:
            buttons.append(self._button("claim", N_("core", "Take it over"), card, self._kind()))
        elif card.level == "bad":
            what = self._button("messages", N_("core", "What does it say?"), card, self._kind())
            buttons += [what, self._button("deploy", N_("core", "Start it again"), card, "plain")]
        elif card.level == "good" and card.url and not self.context.practising:
            buttons.append(self._button("open", N_("core", "Open"), card, "plain"))
        return StateCard(
            card.sign,
            card.name,
            "wait" if lost else card.level,
            card.word,
            card.domain,
            _reason(card),
            card.at,
            buttons,
        )

    def _button(self, key: str, words: Words, card: "health.Card", kind: Kind) -> Button:
        acts = {
            "claim": partial(self.context.take_over, card.domain, card.url),
            "open": partial(self.context.browse, card.url),
            "messages": partial(self.context.show_in_apps, card.app, "messages"),
            "deploy": partial(self.context.open_flow_for, "deploy_app", app=card.app),
        }
        button = Button(words, kind, clicked=acts[key])
        button.setObjectName(f"{key}:{card.app}")
        name = said(N_("core", "{what}: {name}"), what=tr(words), name=card.name)
        return named(button, name)

    def _kind(self) -> Kind:
        kind: Kind = "plain" if self._filled else "primary"
        self._filled = True
        return kind


def _reason(card: "health.Card") -> Words:
    if card.level == "good" and card.certificate_until:
        from datetime import datetime

        day = datetime.fromtimestamp(card.certificate_until).strftime("%d.%m.%Y")
        until = said(N_("core", "Secure connection until {day}"), day=day)
        reason = tr(card.reason).rstrip(".")
        return " · ".join(part for part in (reason, tr(until)) if part)
    return card.reason


def _room_line(server: "health.ServerCard", *, several: bool) -> QWidget:
    assert server.room is not None
    bars = room_bars(server.room)
    if not several:
        return bars
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.addWidget(Note(server.server))
    line.addWidget(bars, 1)
    return holder
