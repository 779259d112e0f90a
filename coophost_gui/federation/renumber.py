"""When two people, each on her own copy, opened a decision under the same number.

Who opened first keeps it, then the smaller Id; files that say no Id keep theirs before all.
The others get the next number that nobody asked for, and their file keeps what they asked for
first.  So the numbers follow from the decisions alone, in whatever order they come together.
"""

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from coophost_gui.federation.cycle import move
from coophost_gui.federation.decisions import Entry, decisions
from coophost_gui.federation.electorate import read_electorate
from coophost_gui.federation.journal import Noted, place, written
from coophost_gui.federation.record import Record
from coophost_gui.federation.resolution import Resolution
from coophost_gui.kit.store import write_text

ASKED = "First number"  # the bullet of a decision that did not get the number it had asked for

Opened = tuple[date, datetime, str]


@dataclass(frozen=True)
class Note:
    """What the journal says of a decision with another number: where, and what."""

    path: str
    text: str


def asked_for(resolution: Resolution) -> int | None:
    """Return the number under which *resolution* was opened at first."""
    said = resolution.more.get(ASKED, "")
    return int(said) if said.isdecimal() else resolution.number


def numbers(
    taken: Iterable[int], asked: Mapping[str, int], opened: Callable[[str], Opened]
) -> dict[str, int]:
    """Return the number of each decision (by Id) that *asked* for one.

    *taken* belong to files without an Id; *opened* is asked only where two want the same.
    """
    fixed = set(taken)
    wanted = Counter(asked.values())
    found: dict[str, int] = {}
    later = []
    for number in sorted(wanted):
        same = [one for one, wish in asked.items() if wish == number]
        if number not in fixed:
            first = same[0] if len(same) == 1 else min(same, key=opened)
            found[first] = number
            same.remove(first)
        later += same
    used = fixed | set(found.values())
    for one in sorted(later, key=lambda one: (opened(one), one)):
        number = asked[one]
        while number in used:
            number += 1
        used.add(number)
        found[one] = number
    return found


def when(resolution: Resolution, opened_at: datetime | None) -> Opened:
    """Return what puts decisions in the order in which they were opened."""
    at = opened_at or datetime.min.replace(tzinfo=UTC)
    return resolution.proposed or at.date(), at, resolution.id


def with_number(resolution: Resolution, number: int) -> Resolution:
    """Return *resolution* with *number*; what it asked for first stays written in it."""
    asked = asked_for(resolution)
    more = {key: value for key, value in resolution.more.items() if key != ASKED}
    if asked is not None and asked != number:
        more[ASKED] = f"{asked:03d}"
    return replace(resolution, number=number, more=more)


def note_of(resolution: Resolution, opened_at: datetime | None) -> Note:
    """Return the note about the number of *resolution*: the same on every computer."""
    at = opened_at or datetime.combine(resolution.proposed or date(2000, 1, 1), datetime.min.time())
    at = at.replace(tzinfo=UTC)
    eight = hashlib.sha256(resolution.id.encode()).hexdigest()[:8]
    text = f"{resolution.number:03d}: {resolution.name}. Was {asked_for(resolution)}."
    noted = Noted(at, "coophost", "renumbered", resolution.id, text)
    return Note(place(at, "renumbered", eight), written(noted))


def renumber(record: Record) -> list[tuple[Entry, Entry]]:
    """Give a new number to every decision that took one which another had first.

    Returns each changed decision as it was, and as it is.
    """
    entries = [one for one in decisions(record) if one.resolution.number is not None]
    by_id = {one.resolution.id: one for one in entries if one.resolution.id}
    taken = [one.resolution.number or 0 for one in entries if not one.resolution.id]

    def at(decision: str) -> datetime | None:
        found = read_electorate(record, decision)
        return found.opened_at if found else None

    asked = {name: asked_for(one.resolution) or 0 for name, one in by_id.items()}
    found = numbers(taken, asked, lambda name: when(by_id[name].resolution, at(name)))
    changed = []
    for name, number in sorted(found.items(), key=lambda pair: pair[1]):
        before = by_id[name]
        if before.resolution.number == number:
            continue
        after = move(record, before, before.state, with_number(before.resolution, number))
        note = note_of(after.resolution, at(name))
        write_text(record.root / Path(note.path), note.text, 0o644)
        changed.append((before, after))
    return changed
