"""What was seen, for 90 days: each change of state, and when somebody looked at all.

Nothing is claimed for time in which nobody looked: ``looks`` holds the stretches in which
look followed look, ``changes`` what each app changed to, ``answers`` when each server
answered last. A change is written when it is seen; that a stretch goes on, once a minute.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from coophost_gui.health.judge import State
from coophost_gui.kit.journal import Journal, JournalUnusable, Opened
from coophost_gui.kit.text import N_, Words, said

FILE = "history.sqlite"
DAYS = 90
DAY = 86400.0
TOUCHING = 120.0  # seconds between two looks beyond which nobody watched in between
MARK_EVERY = 60.0  # seconds after which it is written down that a stretch goes on
MOST_CHANGES = 2000  # for each app
MOST_LOOKS = 5000  # stretches, for each server
SERVER = ""  # stands for the server itself, where an app would stand
GONE = ""  # the state of an app that is no longer there

SCHEMA = """
CREATE TABLE IF NOT EXISTS looks (server TEXT NOT NULL, began REAL NOT NULL, ended REAL NOT NULL);
CREATE TABLE IF NOT EXISTS changes
    (server TEXT NOT NULL, app TEXT NOT NULL, at REAL NOT NULL, state TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS answers (server TEXT PRIMARY KEY, at REAL NOT NULL);
CREATE INDEX IF NOT EXISTS looks_of_server ON looks (server);
CREATE INDEX IF NOT EXISTS changes_of_app ON changes (server, app);
"""
# What is no number or no text (a column of SQLite takes anything) is read as one.
LAST_LOOK = (
    "SELECT max(rowid), CAST(began AS REAL), CAST(ended AS REAL) FROM looks WHERE server = ?"
)
LAST_ANSWER = "SELECT max(CAST(at AS REAL)) FROM answers WHERE server = ?"
ANSWERED = (
    "INSERT INTO answers VALUES (?, ?) ON CONFLICT (server) DO UPDATE SET at = max(at, excluded.at)"
)
LAST_STATES = (
    "SELECT CAST(app AS TEXT), CAST(state AS TEXT), max(rowid) FROM changes"
    " WHERE server = ? GROUP BY app"
)


class World(Protocol):
    """As much of a world as remembering needs."""

    @property
    def data_dir(self) -> Callable[[], Path]: ...


@dataclass(frozen=True, slots=True)
class Span:
    """A time in which look after look saw the same state."""

    state: State
    begins: float
    ends: float


@dataclass(frozen=True, slots=True)
class Past:
    """What is known of one app's last 90 days, oldest first."""

    spans: tuple[Span, ...] = ()

    @property
    def since(self) -> float:
        """Return when the present state was seen first, with nothing else seen after; or 0."""
        first = 0.0
        for span in reversed(self.spans):
            if span.state is not self.spans[-1].state:
                break
            first = span.begins
        return first

    @property
    def unbroken(self) -> bool:
        """Say whether somebody watched all the time since ``since``."""
        return bool(self.spans) and self.spans[-1].begins == self.since

    @property
    def watched_since(self) -> float:
        """Return when the watching that goes on now began; 0 when nobody ever looked."""
        first = 0.0
        for span in reversed(self.spans):
            if first and span.ends < first:
                break
            first = span.begins
        return first

    def between(self, begin: float, end: float) -> list[Span]:
        """Return what was seen from *begin* to *end*, cut off there."""
        return [
            Span(span.state, max(span.begins, begin), min(span.ends, end))
            for span in self.spans
            if span.ends >= begin and span.begins <= end
        ]


NEVER_LOOKED = Past()


def note_look(
    world: World, server: str, states: Mapping[str, State], at: float, answered: float = 0.0
) -> None:
    """Remember that *server* was looked at and what its apps were; ``SERVER`` is itself.

    *answered* is when it answered last: ``at``, or earlier when it is out of reach.  Where
    that cannot be written, the look is forgotten: it is only a memory.
    """
    wanted = _texts(states)
    journal = _journal(world)
    try:
        with journal.reading() as opened:
            nothing_new = _changed(opened, server, wanted) == {} and not _due(opened, server, at)
        if not nothing_new:
            with journal.writing() as opened:
                _write(opened, server, wanted, at)
                if answered:
                    opened.execute(ANSWERED, (server, answered))
    except JournalUnusable:
        return


def past(
    world: World, server: str, states: Mapping[str, State] | None = None, at: float = 0.0
) -> dict[str, Past]:
    """Return what is known of each app of *server*, and of itself as ``SERVER``.

    *states* are what a look at *at* saw just now, which need not be noted yet.
    """
    looks: list[tuple[float, float]] = []
    changes: dict[str, list[tuple[float, str]]] = defaultdict(list)
    with suppress(JournalUnusable), _journal(world).reading() as opened:
        looks = _stretches(opened, server)
        for app, when, state in opened.execute(
            "SELECT CAST(app AS TEXT), CAST(at AS REAL) AS at, CAST(state AS TEXT) FROM changes"
            " WHERE server = ? ORDER BY at, rowid",
            (server,),
        ):
            changes[app].append((when, state))
    if states is not None:
        known = {app: found[-1][1] for app, found in changes.items()}
        for app, state in _differing(known, _texts(states)).items():
            changes[app].append((at, state))
        if looks and 0 <= at - looks[-1][1] <= TOUCHING:
            looks[-1] = (looks[-1][0], at)
        else:
            looks.append((at, at))
    return {app: Past(tuple(_spans(found, looks))) for app, found in changes.items()}


def answered(world: World, server: str) -> float:
    """Return when *server* answered last, as far as this computer knows; 0 for never."""
    with suppress(JournalUnusable), _journal(world).reading() as opened:
        (at,) = opened.execute(LAST_ANSWER, (server,)).fetchone()
        return float(at or 0.0)
    return 0.0


def set_aside(world: World) -> Words:
    """Say that an older history could not be read; ``""`` when there is none."""
    aside = _journal(world).set_aside
    if aside is None:
        return ""
    words = N_("core", "What we had remembered could not be read. It was set aside as {path}.")
    return said(words, path=aside)


def _journal(world: World) -> Journal:
    return Journal(world.data_dir() / FILE, SCHEMA)


def _texts(states: Mapping[str, State]) -> dict[str, str]:
    return {app: str(state) for app, state in states.items()}


def _changed(opened: Opened, server: str, states: Mapping[str, str]) -> dict[str, str]:
    """Return what is not as it was last written down."""
    known = {app: state for app, state, _ in opened.execute(LAST_STATES, (server,))}
    return _differing(known, states)


def _differing(known: Mapping[str, str], states: Mapping[str, str]) -> dict[str, str]:
    """Return what is not as *known*; what is no longer there is ``GONE``."""
    now = dict.fromkeys(known, GONE) | dict(states)
    return {app: state for app, state in now.items() if known.get(app, GONE) != state}


def _due(opened: Opened, server: str, at: float) -> bool:
    row, _, ended = opened.execute(LAST_LOOK, (server,)).fetchone()
    return row is None or not 0 <= at - ended < MARK_EVERY


def _write(opened: Opened, server: str, states: Mapping[str, str], at: float) -> None:
    row, _, ended = opened.execute(LAST_LOOK, (server,)).fetchone()
    goes_on = row is not None and 0 <= at - ended <= TOUCHING
    if goes_on:
        opened.execute("UPDATE looks SET ended = ? WHERE rowid = ?", (at, row))
    else:
        opened.execute("INSERT INTO looks VALUES (?, ?, ?)", (server, at, at))
    changed = _changed(opened, server, states)
    opened.executemany(
        "INSERT INTO changes VALUES (?, ?, ?, ?)",
        [(server, app, at, state) for app, state in changed.items()],
    )
    if not goes_on or at // DAY != ended // DAY:
        _prune(opened, at)


def _prune(opened: Opened, now: float) -> None:
    """Forget what is older than 90 days, what a wrong clock wrote, and what is too much."""
    oldest = now - DAYS * DAY
    opened.execute("DELETE FROM looks WHERE ended < ? OR began > ?", (oldest, now + DAY))
    opened.execute("UPDATE looks SET began = ? WHERE began < ?", (oldest, oldest))
    opened.execute("DELETE FROM changes WHERE at > ?", (now + DAY,))
    opened.execute("DELETE FROM changes WHERE server NOT IN (SELECT server FROM looks)")
    # The last change before the oldest day says what an app was from then on.
    opened.execute(
        "DELETE FROM changes WHERE at < ?1 AND rowid NOT IN"
        " (SELECT max(rowid) FROM changes WHERE at < ?1 GROUP BY server, app)",
        (oldest,),
    )
    for table, group, most in (
        ("changes", "server, app", MOST_CHANGES),
        ("looks", "server", MOST_LOOKS),
    ):
        opened.execute(
            f"DELETE FROM {table} WHERE rowid IN (SELECT rowid FROM (SELECT rowid, row_number()"
            f" OVER (PARTITION BY {group} ORDER BY rowid DESC) AS nth FROM {table})"
            " WHERE nth > ?)",
            (most,),
        )


def _stretches(opened: Opened, server: str) -> list[tuple[float, float]]:
    """Return when *server* was watched, oldest first; none overlaps another."""
    found: list[tuple[float, float]] = []
    for began, ended in opened.execute(
        "SELECT CAST(began AS REAL) AS began, CAST(ended AS REAL) FROM looks WHERE server = ?"
        " ORDER BY began",
        (server,),
    ):
        if found and began <= found[-1][1]:
            found[-1] = (found[-1][0], max(found[-1][1], ended))
        else:
            found.append((began, ended))
    return found


def _spans(changes: list[tuple[float, str]], looks: list[tuple[float, float]]) -> Iterable[Span]:
    """Yield what was seen: each state for as long as it lasted and somebody looked."""
    ends = [at for at, _ in changes[1:]] + [float("inf")]
    number = 0
    for (at, state), until in zip(changes, ends, strict=True):
        while number < len(looks) and looks[number][1] < at:
            number += 1
        for began, ended in looks[number:]:
            if began >= until:
                break
            if state != GONE:
                yield Span(_state(state), max(at, began), min(until, ended))


def _state(text: str) -> State:
    """Return the state called *text*; a newer version of this program may know others."""
    try:
        return State(text)
    except ValueError:
        return State.UNKNOWN
