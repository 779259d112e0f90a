"""When two people, each on her own copy, opened a decision under the same number."""

from dataclasses import replace
from datetime import UTC, datetime

from coophost_gui.federation.cycle import move, tell
from coophost_gui.federation.decisions import Entry, decisions, next_number
from coophost_gui.federation.electorate import read_electorate
from coophost_gui.federation.record import Record


def renumber(record: Record, author: str, now: datetime) -> list[tuple[Entry, Entry]]:
    """Give a new number to every decision that took one which another had first.

    Who opened first keeps it, then the smaller Id; files without a frozen electorate keep
    theirs before all.  Returns each changed decision as it was, and as it is.
    """
    entries = [one for one in decisions(record) if one.resolution.number is not None]
    by_number: dict[int, list[Entry]] = {}
    for one in entries:
        by_number.setdefault(one.resolution.number or 0, []).append(one)
    later = [
        one
        for _number, same in sorted(by_number.items())
        if len(same) > 1
        for one in sorted(same, key=lambda entry: _opened(record, entry))[1:]
        if one.resolution.id
    ]
    changed = []
    for one in sorted(later, key=lambda entry: _opened(record, entry)):
        number = next_number(entries)
        moved = move(record, one, one.state, replace(one.resolution, number=number))
        tell(record, now, author, "renumbered", moved, f"Was {one.resolution.number}.")
        entries.append(moved)
        changed.append((one, moved))
    return changed


def _opened(record: Record, entry: Entry) -> tuple[datetime, str]:
    found = read_electorate(record, entry.resolution.id) if entry.resolution.id else None
    return (found.opened_at if found else datetime.min.replace(tzinfo=UTC)), entry.resolution.id
