"""The dashboard: every app and every server, each with its state, its reason and its age."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from coophost_gui.health.history import NEVER_LOOKED, SERVER, Past
from coophost_gui.health.judge import Level, StackHealth, State
from coophost_gui.health.look import Snapshot
from coophost_gui.health.outside import Outside
from coophost_gui.kit.text import Words


@dataclass(frozen=True, slots=True)
class Room:
    """How much of a server's disk and memory is taken, in bytes."""

    disk_used: int
    disk_total: int
    memory_used: int
    memory_total: int
    at: float


@dataclass(frozen=True, slots=True)
class Card:
    """One app on the dashboard. ``at`` is when it was last seen, not when it was drawn."""

    server: str
    app: str
    name: str  # the everyday one: "Website"
    domain: str
    sign: str
    state: State
    level: Level
    word: Words
    reason: Words
    at: float
    next: Words = ""  # what a person may do about it
    past: Past = NEVER_LOOKED
    unclaimed: bool = False
    url: str = ""
    recipe: str = ""
    version: str = ""
    certificate_until: float | None = None
    outside_at: float | None = None
    call: str = ""  # whom to call
    health: StackHealth | None = None


@dataclass(frozen=True, slots=True)
class ServerCard:
    """One server on the dashboard."""

    server: str
    state: State
    level: Level
    word: Words
    reason: Words
    at: float
    room: Room | None = None
    past: Past = NEVER_LOOKED


@dataclass(frozen=True, slots=True)
class StrayCard:
    """An app that runs on a server and is in no list here: made with abra elsewhere, or by hand."""

    server: str
    at: float
    health: StackHealth


@dataclass(frozen=True)
class Board:
    """What each server looked like when it was last looked at; hand it to the next look."""

    cards: tuple[Card, ...] = ()
    servers: tuple[ServerCard, ...] = ()
    strays: tuple[StrayCard, ...] = ()
    at: float = 0.0
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    outsides: Mapping[str, Outside] = field(default_factory=dict)  # by app
    awaited: tuple[str, ...] = ()  # servers that were never heard of yet
    note: Words = ""  # about what we remember

    @property
    def loudest(self) -> tuple[Card, ...]:
        """Return the apps that need a person first."""
        order: Mapping[Level, int] = {"bad": 0, "wait": 1, "good": 2}
        return tuple(sorted(self.cards, key=lambda card: (order[card.level], card.name)))

    def with_seen(self, seen: "Seen", servers: Sequence[str]) -> "Board":
        """Return the board with what one look saw just now; *servers* are all there are."""
        name = seen.server.server
        lines = {one.server: one for one in self.servers} | {name: seen.server}
        cards = [card for card in self.cards if card.server != name] + list(seen.cards)
        mine = {card.app for card in self.cards if card.server == name}
        outsides = {app: one for app, one in self.outsides.items() if app not in mine}
        snapshots = dict(self.snapshots) | ({name: seen.snapshot} if seen.snapshot else {})
        return Board(
            cards=tuple(card for one in servers for card in cards if card.server == one),
            servers=tuple(lines[one] for one in servers if one in lines),
            strays=(*(one for one in self.strays if one.server != name), *seen.strays),
            at=max(self.at, seen.at),
            snapshots={one: snapshot for one, snapshot in snapshots.items() if one in servers},
            outsides=outsides | dict(seen.outsides),
            awaited=tuple(one for one in servers if one not in lines),
            note=seen.note,
        )


@dataclass(frozen=True)
class Seen:
    """What one look at one server saw, at ``at``."""

    server: ServerCard
    cards: tuple[Card, ...]
    snapshot: Snapshot | None
    outsides: Mapping[str, Outside]
    at: float
    note: Words = ""
    strays: tuple[StrayCard, ...] = ()

    @property
    def states(self) -> dict[str, State]:
        """Return the state of each app, and the server's own as ``SERVER``."""
        return {card.app: card.state for card in self.cards} | {SERVER: self.server.state}


def as_data(card: Card) -> dict[str, Any]:
    """Return *card* as the CLI prints it."""
    from datetime import UTC, datetime

    def text(at: float | None) -> str | None:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if at else None

    return {
        "server": card.server,
        "app": card.app,
        "name": card.name,
        "recipe": card.recipe,
        "version": card.version,
        "domain": card.domain,
        "state": str(card.state),
        "level": card.level,
        "word": str(card.word),
        "reason": str(card.reason),
        "unclaimed": card.unclaimed,
        "url": card.url,
        "at": text(card.at),
        "outside_at": text(card.outside_at),
        "secure_until": text(card.certificate_until),
        "next": str(card.next),
        "call": card.call,
        "since": text(card.past.since),
        "history": [
            {"state": str(span.state), "from": text(span.begins), "until": text(span.ends)}
            for span in card.past.spans
        ],
    }
