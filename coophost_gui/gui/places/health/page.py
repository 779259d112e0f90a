"""Health: what needs a person first, what is well quietly, and how old each fact is."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from coophost_gui.gui.app_card import StateCard, for_people, headline, signature, spoken
from coophost_gui.gui.card_column import CardColumn, Planned
from coophost_gui.gui.context import Context
from coophost_gui.gui.controls import Bar
from coophost_gui.gui.history_strip import HistoryStrip
from coophost_gui.gui.labels import Note, Text
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places.servers.page import room_bars, room_cards
from coophost_gui.gui.saying import ago, listed
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Day, Words, said

if TYPE_CHECKING:
    from coophost_gui.health import board as health


Act = tuple[str, Words, Kind]  # a button: its key, its words, its look

HIDDEN = N_("core", "Nothing is checked while this window is hidden.")


class HealthPage(PlacePage):
    """One card for each app, the loudest first; servers only when something is wrong there."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "Looking at your apps")))
        self._servers: list[StateCard] = []
        self._apps = CardColumn(self.front.area)
        self.front.body.addWidget(self._apps)
        self._filled = False
        look = Button(N_("core", "Look now"), "link", sign="again", clicked=context.watch.look)
        look.setObjectName("look-now")
        self._look = look
        self._note = Note()
        self.front.set_foot([self._note], [look])
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
        for card in (*self._servers, *self._apps.cards):
            card.tick()
        if board is not None and not self.front.intro.isHidden():
            self.front.intro.say(self._intro(board))

    def _intro(self, board: "health.Board") -> Words:
        words = N_("core", "{servers} · looked {age}")
        servers = listed([server.server for server in board.servers])
        intro = said(words, servers=servers, age=ago(board.at))
        if not board.awaited:
            return intro
        asking = N_("core", "{intro} · still asking {names}")
        return said(asking, intro=intro, names=listed(board.awaited))

    def _fill(self, board: "health.Board | None") -> None:
        self.front.body.removeWidget(self._apps)
        empty(self.front.body)
        self._servers = []
        self._filled = False
        self._note.say(HIDDEN)
        self._look.setVisible(board is not None)
        self.front.set_beside(None)
        self.front.draw("" if board is not None and for_people(board) else "shelf")
        if board is None:
            self.front.say(
                N_("core", "Looking at your apps for the first time"),
                N_("core", "It takes a few seconds for each server."),
            )
            under_way = Bar(N_("core", "Looking at your apps"))
            under_way.set_fraction(None)
            self.front.body.addWidget(under_way)
            self._apps.plan([])
            return
        away = {server.server for server in board.servers if server.level == "bad"}
        self.front.say(headline(board), self._intro(board))
        self._add_servers(board)
        self.front.body.addWidget(self._apps)
        self._apps.plan(
            [
                self._planned(card, board.at, lost=card.server in away)
                for card in board.loudest
                if card.sign != "gate" or (card.level == "bad" and card.server not in away)
            ]
        )
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
        self._note.say(self._foot(board))

    def _foot(self, board: "health.Board") -> Words:
        """Say whom to call, since when we watch, and what we could not remember."""
        from coophost_gui.health.lately import watched

        parts = [tr(board.note)]
        if calls := sorted({card.call for card in board.cards if card.call}):
            parts.append(tr(said(N_("core", "Call first: {who}"), who=listed(calls))))
        seen = [server.past for server in board.servers if server.past.spans]
        latest = max(seen, key=lambda past: past.watched_since, default=None)
        sentences = (watched(latest, board.at) if latest else "", HIDDEN)
        parts.append(" ".join(tr(words) for words in sentences if words))
        return listed([part for part in parts if part])

    def _add_servers(self, board: "health.Board") -> None:
        from coophost_gui.health.advice import next_step
        from coophost_gui.health.lately import since

        for server in board.servers:
            if server.level == "good":
                if server.room is not None and len(board.servers) == 1:
                    self.front.set_beside(room_cards(server.room))
                elif server.room is not None:
                    self.front.body.addWidget(_room_line(server.server, server.room))
                continue
            self._look.setVisible(False)  # "Look again" stands beside the reason for it
            again = Button(N_("core", "Look again"), self._kind(), clicked=self.context.watch.look)
            again.setObjectName(f"again:{server.server}")
            card = StateCard(
                "server",
                server.server,
                server.level,
                server.word,
                "",
                server.reason,
                server.at,
                [again],
                [Text(next_step(server.state, server.reason))],
                since=since(server.past, board.at),
            )
            self._servers.append(card)
            self.front.body.addWidget(card)

    def _planned(self, card: "health.Card", now: float, *, lost: bool) -> Planned:
        acts = [] if lost else self._acts(card)
        make = partial(self._app_card, card, now, acts, lost=lost)
        return Planned(card.app, spoken(card.name, card.word), bool(acts), make)

    def _acts(self, card: "health.Card") -> list[Act]:
        """Return what one may do about an app whose server is reached."""
        if card.unclaimed:
            return [("claim", N_("core", "Take it over"), self._kind())]
        if card.level == "bad":
            acts: list[Act] = [
                ("messages", N_("core", "What does it say?"), self._kind()),
                ("deploy", N_("core", "Start it again"), "plain"),
            ]
            return acts if card.call else [*acts, ("call", N_("core", "Say whom to call"), "link")]
        if card.level == "good" and card.url and not self.context.practising:
            return [("open", N_("core", "Open"), "plain")]
        return []

    def _app_card(
        self, card: "health.Card", now: float, acts: list[Act], *, lost: bool
    ) -> StateCard:
        from coophost_gui.health.lately import since

        return StateCard(
            card.sign,
            card.name,
            "wait" if lost else card.level,
            card.word,
            card.domain,
            _reason(card),
            card.at,
            [self._button(key, words, card, kind) for key, words, kind in acts],
            _what_next(card, lost=lost),
            since=since(card.past, now),
            beside=HistoryStrip(card.past, now) if card.past.spans else None,
        )

    def _button(self, key: str, words: Words, card: "health.Card", kind: Kind) -> Button:
        acts = {
            "claim": partial(self.context.take_over, card.domain, card.url),
            "open": partial(self.context.browse, card.url),
            "messages": partial(self.context.show_in_apps, card.app, "messages"),
            "call": partial(self.context.open_flow_for, "whom_to_call", app=card.app),
            "deploy": partial(self.context.open_flow_for, "deploy_app", app=card.app),
        }
        button = Button(words, kind, clicked=acts[key])
        button.setObjectName(f"{key}:{card.app}")
        name = said(N_("core", "{what}: {name}"), what=words, name=card.name)
        return named(button, name)

    def _kind(self) -> Kind:
        kind: Kind = "plain" if self._filled else "primary"
        self._filled = True
        return kind


def _what_next(card: "health.Card", *, lost: bool) -> list[QWidget]:
    """Return what a person may do, and whom she may call, where something is not well.

    What to do about a *lost* server stands on the card of the server.
    """
    if card.level == "good":
        return []
    lines: list[QWidget] = [Text(card.next)] if card.next and not lost else []
    if card.call:
        lines.append(Note(said(N_("core", "Call first: {who}"), who=card.call)))
    return lines


def _reason(card: "health.Card") -> Words:
    if card.level == "good" and card.certificate_until:
        last = Day.of(card.certificate_until)
        reason = tr(card.reason).rstrip(".")
        return said(N_("core", "{reason} · until {day}"), reason=reason, day=last)
    return card.reason


def _room_line(server: str, room: "health.Room") -> Card:
    card = Card(across=True, padding=0.75, gap=1.4)
    card.body.addWidget(Note(server))
    card.body.addWidget(room_bars(room), 1)
    return card
