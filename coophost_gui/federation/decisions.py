"""The decisions of a record: where each stands, read from its files."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coophost_gui.federation.record import (
    DRAFTS,
    IN_PROGRESS,
    PASSED,
    STALLED,
    STATES,
    WITHDRAWN,
    Record,
)
from coophost_gui.federation.resolution import Resolution, parse
from coophost_gui.kit.store import FileUnreadable

LATER = {DRAFTS: 0, IN_PROGRESS: 1, STALLED: 2, WITHDRAWN: 2, PASSED: 2}


@dataclass(frozen=True)
class Entry:
    """One decision of the record: its state (a folder), its file, and what it says."""

    state: str
    path: Path
    resolution: Resolution


def decisions(record: Record) -> list[Entry]:
    """Return every decision, ordered by number, drafts last.

    Raises ``NoResolution`` or ``FileUnreadable``, which name the file.
    """
    return _latest(every(record))


def every(record: Record) -> list[Entry]:
    """Return every file that is a decision, also the older ones of a move that was cut off."""
    found = []
    for state in STATES:
        for path in sorted((record.resolutions / state).glob("*.md"), key=str):
            found.append(Entry(state, path, parse(_text(path), path)))
    return found


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(str(error), path=path) from error


def _latest(files: Iterable[Entry]) -> list[Entry]:
    latest: dict[str, Entry] = {}
    for one in files:
        identity = one.resolution.id or str(one.path)
        other = latest.get(identity)
        if other is None or LATER[one.state] >= LATER[other.state]:
            latest[identity] = one

    def place(one: Entry) -> tuple[bool, int, str]:
        return one.resolution.number is None, one.resolution.number or 0, one.path.name

    return sorted(latest.values(), key=place)


def find(record: Record, decision: str) -> Entry | None:
    """Return the decision with this Id, or this number (``"41"``); None where there is none."""
    for one in decisions(record):
        number = one.resolution.number
        if decision == one.resolution.id or (decision.isdigit() and number == int(decision)):
            return one
    return None


def next_number(entries: Iterable[Entry]) -> int:
    """Return the number after the greatest one of all states."""
    return max((one.resolution.number or 0 for one in entries), default=0) + 1
