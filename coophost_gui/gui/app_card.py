"""An app as a card: sign, name, state with its shape, one line of reason, what one may do."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget

from coophost_gui.gui.chips import Chip
from coophost_gui.gui.labels import Note, Text, Title
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.saying import ago, number, number_first
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Button, Card, SignTile, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, N_n, Words, said, several

if TYPE_CHECKING:
    from coophost_gui.health import board as health


class StateCard(Card):
    """One thing with a state. What is bad has an edge; ``tick`` says again how old it is."""

    def __init__(
        self,
        sign: str,
        name: Words,
        level: str,
        word: Words,
        under: str,
        reason: Words,
        at: float,
        buttons: Sequence[Button] = (),
        more: Sequence[QWidget] = (),
        *,
        since: Words = "",
        beside: QWidget | None = None,
    ) -> None:
        edge = {"bad": "bad", "wait": "wait"}.get(level, "line")
        super().__init__(edge=edge, across=True, gap=0.95)
        self._under, self._since, self._at = under, since, at
        self.body.addWidget(SignTile(sign, side=2.8), 0, Qt.AlignmentFlag.AlignTop)
        self.title = Title(name)
        self.chip = Chip(word, level)
        self._line = Note()
        inside = column(row(self.title, self.chip), self._line, gap=0.25)
        if tr(reason):
            inside.addWidget(Text(reason))
        for widget in more:
            inside.addWidget(widget)
        if buttons:
            inside.addSpacing(em(0.3))
            inside.addWidget(row(*buttons))
        texts = QWidget()
        texts.setLayout(inside)
        self.body.addWidget(texts, 1)
        if beside is not None:
            self.body.addWidget(beside, 0, Qt.AlignmentFlag.AlignTop)
        named(self, spoken(name, word))
        self.tick()

    def tick(self) -> None:
        """Say since when the state holds, and how old it is."""
        parts = [part for part in (self._under, tr(self._since)) if part]
        if self._at:
            parts.append(tr(said(N_("core", "seen {age}"), age=ago(self._at))))
        else:
            parts.append(tr(N_("core", "not seen since this window was opened")))
        self._line.say(" · ".join(parts))


def spoken(name: Words, word: Words) -> Words:
    """Return what a screen reader says for the card of *name*, whose state is *word*."""
    return said("{name}: {word}", name=name, word=word)


def signature(board: "health.Board | None") -> object:
    """Return what makes two boards look different, apart from their age."""
    if board is None:
        return None
    from coophost_gui.health.lately import bars, since, watched

    cards = tuple(
        (
            *(card.app, card.name, card.domain, card.state, card.level, card.unclaimed),
            *(tr(card.reason), tr(card.next), card.call, tr(since(card.past, board.at))),
            tuple(bar.level for bar in bars(card.past, board.at)),
        )
        for card in board.cards
    )
    servers = tuple(
        (s.server, s.state, tr(s.reason), s.room, tr(watched(s.past, board.at)))
        for s in board.servers
    )
    strays = tuple((one.server, one.health.stack, one.health.state) for one in board.strays)
    return cards, servers, strays, board.awaited, tr(board.note)


def state_of(seen: "health.Card | health.ServerCard | None") -> tuple[str, Words, Words, float]:
    """Return level, word, reason and time of what was *seen*; nothing was looked at for None."""
    if seen is None:
        return "soft", N_("core", "Not looked at yet"), "", 0.0
    return seen.level, seen.word, seen.reason, seen.at


def for_people(board: "health.Board") -> "list[health.Card]":
    """Return the apps that people open; the front door is not one of them."""
    return [card for card in board.cards if card.sign != "gate"]


def headline(board: "health.Board") -> Words:
    """Say in a sentence how the people's apps are."""
    away = [server for server in board.servers if server.level == "bad"]
    if away and len(away) == len(board.servers) and not board.awaited:
        return (
            said(N_("core", "{server} is not reached"), server=away[0].server)
            if len(away) == 1
            else N_("core", "None of your servers is reached")
        )
    cards = for_people(board)
    well = sum(card.level == "good" for card in cards)
    if board.awaited:
        return (
            N_("core", "What answered so far is well")
            if well == len(cards) and not away
            else N_("core", "Not everything is well, and not everything has answered yet")
        )
    if not cards:
        return N_("core", "The server is well, and has no apps yet")
    if well == len(cards) == 1:
        return said(N_("core", "{name} is well"), name=cards[0].name)
    if well == len(cards) == 2:
        return N_("core", "Both apps are well")
    if well == len(cards):
        return said(N_("core", "All {count} apps are well"), count=number(len(cards)))
    if len(cards) == 1:
        return said(N_("core", "{name}: {word}"), name=cards[0].name, word=_small(cards[0].word))
    if well == 0:
        return N_("core", "None of your apps is well right now")
    return several(
        well,
        N_n("core", "{well} of {all} apps is well", "{well} of {all} apps are well"),
        well=number_first(well),
        all=number(len(cards)),
    )


def _small(word: Words) -> str:
    text = tr(word)
    return text[:1].lower() + text[1:]
