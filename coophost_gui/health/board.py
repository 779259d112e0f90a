"""The dashboard: every app and every server, each with its state, its reason and its age."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from time import time
from typing import Any, Protocol

from coophost_gui.health.judge import (
    Level,
    StackHealth,
    State,
    find,
    judge,
    level,
    word,
)
from coophost_gui.health.look import Snapshot, look
from coophost_gui.health.memory import remember, remembered
from coophost_gui.health.outside import Outside, Web, look_outside
from coophost_gui.hosts.base import Host, Hosts
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AbraFolder, AppFile
from coophost_gui.recipes.meanings import Meaning, SignIn, shipped

OUTSIDE_EVERY = 300.0  # seconds between two looks from outside at an app that is well
ROOM_EVERY = 300.0
SERVERS_AT_ONCE = 6
ROOM = b"""\
df -B1 -P /var/lib/docker 2>/dev/null || df -B1 -P /
grep -E '^Mem(Total|Available)' /proc/meminfo
"""


class Watched(Protocol):
    """As much of a world as a look needs."""

    @property
    def world(self) -> type: ...
    @property
    def abra(self) -> AbraFolder: ...
    @property
    def hosts(self) -> Hosts: ...
    @property
    def web(self) -> Web: ...


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


@dataclass(frozen=True)
class Board:
    """Everything that one look at all servers saw; hand it to the next look."""

    cards: tuple[Card, ...]
    servers: tuple[ServerCard, ...]
    at: float
    snapshots: Mapping[str, Snapshot] = field(default_factory=dict)
    outsides: Mapping[str, Outside] = field(default_factory=dict)  # by app
    seen: Mapping[str, float] = field(default_factory=dict)  # when each server answered last

    @property
    def loudest(self) -> tuple[Card, ...]:
        """Return the apps that need a person first."""
        order: Mapping[Level, int] = {"bad": 0, "wait": 1, "good": 2}
        return tuple(sorted(self.cards, key=lambda card: (order[card.level], card.name)))


def board(world: Watched, job: Job, before: Board | None = None) -> Board:
    """Look at every server, side by side; one that does not answer never holds up the rest.

    *before* is the board of the look before: it holds what the Engine forgets, and what
    a server that is out of reach looked like when it was last seen.  Without one, at least
    when that was is known from the last run.
    """
    names = world.abra.servers()
    before = before or Board((), (), 0.0, seen=remembered(world))
    works = [partial(_server, world=world, name=name, before=before) for name in names]
    seen = job.side_by_side(works, SERVERS_AT_ONCE)
    found = Board(
        cards=tuple(card for one in seen for card in one.cards),
        servers=tuple(one.server for one in seen),
        at=time(),
        snapshots={one.server.server: one.snapshot for one in seen if one.snapshot},
        outsides={app: outside for one in seen for app, outside in one.outsides.items()},
        seen={one.server.server: one.server.at for one in seen if one.server.at},
    )
    if found.seen != before.seen:
        remember(world, found.seen)
    return found


@dataclass(frozen=True)
class _Seen:
    server: ServerCard
    cards: tuple[Card, ...]
    snapshot: Snapshot | None
    outsides: Mapping[str, Outside]


def _server(job: Job, *, world: Watched, name: str, before: Board | None) -> _Seen:
    files = world.abra.apps(name)
    last = before.snapshots.get(name) if before else None
    was = next((one for one in before.servers if one.server == name), None) if before else None
    try:
        host = world.hosts.reach(job, name)
        back = last if was is not None and was.state is not State.UNREACHABLE else None
        snapshot = look(job, host, back)
    except Problem as problem:
        return _out_of_reach(world, name, files, problem, before)
    healths = judge(snapshot, last)
    outsides = _outsides(job, world, files, healths, before)
    room = _room(job, host, was.room if was else None)
    server = ServerCard(
        name,
        State.WELL if snapshot.settled else State.STARTING,
        "good" if snapshot.settled else "wait",
        word(State.WELL) if snapshot.settled else word(State.STARTING),
        N_("core", "It answers.")
        if snapshot.settled
        else N_("core", "It has just come back and is starting its apps."),
        snapshot.at,
        room,
    )
    cards = tuple(_card(world, file, healths, snapshot, outsides.get(file.name)) for file in files)
    return _Seen(server, cards, snapshot, outsides)


def _card(
    world: Watched,
    file: AppFile,
    healths: list[StackHealth],
    snapshot: Snapshot,
    outside: Outside | None,
) -> Card:
    health = find(healths, file.stack)
    if health is None:
        state, reason = State.STOPPED, N_("core", "It is not started. Its data, if any, are kept.")
        return _drawn(world, file, state, reason, snapshot.at)
    state, because = health.state, health.reason
    if level(state) == "good" and outside is not None:
        if outside.answers:
            state, because = State.WELL, outside.reason
        else:
            state = outside.state
            because = said(
                N_("core", "It runs, but not for people outside: {reason}"), reason=outside.reason
            )
    return _drawn(world, file, state, because, snapshot.at, health, outside)


def _drawn(
    world: Watched,
    file: AppFile,
    state: State,
    reason: Words,
    at: float,
    health: StackHealth | None = None,
    outside: Outside | None = None,
) -> Card:
    known, collective = _known(file), world.abra.collective(file.server)
    unclaimed = outside is not None and outside.claimed is False
    shown = level(state)
    if unclaimed and shown == "good":
        shown = "wait"
        reason = N_("core", "It runs, and waits for somebody to claim it: whoever comes first.")
    everyday = collective.app_names.get(file.name) or (known.name if known else file.recipe)
    path = known.sign_in.path if known and unclaimed else "/"
    domain = file.domain
    return Card(
        server=file.server,
        app=file.name,
        name=everyday or file.name,
        domain=domain,
        sign=known.sign if known else "apps",
        state=state,
        level=shown,
        word=WAITS if unclaimed and shown == "wait" else word(state),
        reason=reason,
        at=at,
        unclaimed=unclaimed,
        url=f"https://{domain}{path}" if domain else "",
        recipe=file.recipe,
        version=health.version if health else "",
        certificate_until=outside.certificate_until if outside else None,
        outside_at=outside.at if outside else None,
        call=collective.contacts.get(file.name, ""),
        health=health,
    )


WAITS = N_("core", "Waits to be claimed")


def _out_of_reach(
    world: Watched, name: str, files: list[AppFile], problem: Problem, before: Board | None
) -> _Seen:
    """Say that *name* is out of reach; the time is that of the last look that saw it."""
    last = before.snapshots.get(name) if before else None
    at = last.at if last else before.seen.get(name, 0.0) if before else 0.0
    why = said(problem.text, **problem.facts)
    state = State.UNREACHABLE
    was = next((one for one in before.servers if one.server == name), None) if before else None
    server = ServerCard(name, state, level(state), word(state), why, at, was.room if was else None)
    cards = tuple(
        _drawn(
            world,
            file,
            state,
            said(N_("core", "We cannot see it: {reason}"), reason=why),
            at,
        )
        for file in files
    )
    kept = {f.name: before.outsides[f.name] for f in files if before and f.name in before.outsides}
    return _Seen(server, cards, last, kept)


def _outsides(
    job: Job,
    world: Watched,
    files: list[AppFile],
    healths: list[StackHealth],
    before: Board | None,
) -> dict[str, Outside]:
    """Look from outside at the apps that run, but not more often than is worth it."""
    found: dict[str, Outside] = {}
    todo = []
    for file in files:
        health = find(healths, file.stack)
        if health is None or level(health.state) != "good" or not _has_address(file):
            continue
        known = before.outsides.get(file.name) if before else None
        if known is not None and _still_good(known):
            found[file.name] = known
            continue
        todo.append(file)

    def outside(job: Job, file: AppFile) -> Outside:
        meaning = _known(file)
        sign_in = meaning.sign_in if meaning else SignIn()
        return look_outside(job, f"https://{file.domain}/", world.web, sign_in)

    looks = job.side_by_side([partial(outside, file=file) for file in todo])
    return found | {file.name: look for file, look in zip(todo, looks, strict=True)}


def _still_good(known: Outside) -> bool:
    recent = time() - known.at < OUTSIDE_EVERY
    return recent and known.answers and known.claimed is not False


def _has_address(file: AppFile) -> bool:
    """Say whether people open the app at its domain; a front door has nothing to show."""
    known = _known(file)
    return bool(file.domain) and (known is None or known.sign != "gate")


def _known(file: AppFile) -> Meaning | None:
    return shipped().get(file.recipe)


def _room(job: Job, host: Host, known: Room | None) -> Room | None:
    """Ask how full the server is, now and then; None where it does not say."""
    if known is not None and time() - known.at < ROOM_EVERY:
        return known
    try:
        result = host.run(job, "sh", "-s", "room", stdin=ROOM, timeout=30)
    except Problem:
        return known
    return parse_room(result.out, time()) if result.ok else known


def parse_room(text: str, at: float) -> Room | None:
    """Read what ``df -P`` and ``/proc/meminfo`` say."""
    numbers: dict[str, int] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 6 and parts[1].isdigit():
            numbers |= {"size": int(parts[1]), "free": int(parts[3])}
        elif len(parts) == 3 and parts[1].isdigit():
            numbers[parts[0].rstrip(":")] = int(parts[1]) * 1024
    if not {"size", "free", "MemTotal", "MemAvailable"} <= numbers.keys():
        return None
    return Room(
        numbers["size"] - numbers["free"],
        numbers["size"],
        numbers["MemTotal"] - numbers["MemAvailable"],
        numbers["MemTotal"],
        at,
    )


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
    }
