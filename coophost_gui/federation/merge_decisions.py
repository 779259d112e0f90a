"""Two versions of the decisions of one record: what each is by its Id, wherever its file lies.

- moved to two states: the one that the journal noted later;
- two deadlines: the later one, so that nobody loses time; two sizes: the bigger one;
- two different words for one part of the text: a conflict, to be settled by a person;
- one number for two decisions: see ``renumber``.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from coophost_gui.federation.decisions import LATER
from coophost_gui.federation.journal import NAME, Noted, noted_in
from coophost_gui.federation.record import DRAFTS, IN_PROGRESS, PASSED, STALLED, STATES, WITHDRAWN
from coophost_gui.federation.renumber import ASKED, asked_for
from coophost_gui.federation.resolution import SIZES, Resolution, parse, write
from coophost_gui.kit.problems import Problem
from coophost_gui.net.git_merge import Conflict, Files, one_way

DID = {  # the notes of the journal by which a decision comes into a state
    DRAFTS: (),
    IN_PROGRESS: ("opened",),
    PASSED: ("passed",),
    STALLED: ("stalled", "blocked"),
    WITHDRAWN: ("withdrawn",),
}


@dataclass(frozen=True)
class Filed:
    """A decision and its file; *data* is what the file says, "" for one that has to be written."""

    path: str
    state: str
    resolution: Resolution
    data: bytes


def filed(path: str, data: bytes) -> Filed | None:
    """Return the decision in the file *path* of a record; None where it is none."""
    parts = path.split("/")
    if len(parts) != 3 or parts[0] != "resolutions" or parts[1] not in STATES:
        return None
    try:
        return Filed(path, parts[1], parse(data.decode("utf-8"), Path(path)), data)
    except (Problem, UnicodeDecodeError):
        return None


def by_id(files: Files) -> dict[str, Filed]:
    """Return the decisions with an Id among *files*: the one of the latest state of each."""
    found: dict[str, Filed] = {}
    for path in sorted(files):
        one = filed(path, files[path])
        if one is None or not one.resolution.id:
            continue
        other = found.get(one.resolution.id)
        if other is None or LATER[one.state] >= LATER[other.state]:
            found[one.resolution.id] = one
    return found


def merge_decision(
    base: Filed | None, ours: Filed | None, theirs: Filed | None, before: Files, after: Files
) -> tuple[Filed | None, Conflict | None]:
    """Return one decision as both sides made it, or the conflict between them.

    *before* and *after* are the notes of our and of their journal since they parted.  A side
    that removed it does not win over one that changed it.
    """
    sure, found = one_way(base, ours, theirs)
    if sure:
        return found, None
    if ours is None or theirs is None:
        return ours or theirs, None
    mine, other = ours.resolution, theirs.resolution
    old = base.resolution if base else None
    state, passed_on = _state(ours, theirs, before, after)
    clashes: list[str] = []
    kept = replace(
        mine,
        number=_number(old, mine, other),
        proposed=min((day for day in (mine.proposed, other.proposed) if day), default=None),
        passed_on=passed_on,
        size=_size(old, mine, other),
        more=_more(old, mine, other, clashes),
    )
    kept = _deadline(kept, old, mine, other)
    with_ours = _text(kept, old, mine, other, clashes)
    path = place_of(state, with_ours)
    if clashes:
        with_theirs = replace(_text(kept, old, other, mine, []), more=_more(old, other, mine, []))
        versions = (write(with_ours).encode(), write(with_theirs).encode())
        where = tuple(sorted(clashes))
        return None, Conflict(path, base.data if base else None, *versions, where)
    return Filed(path, state, with_ours, write(with_ours).encode()), None


def place_of(state: str, resolution: Resolution) -> str:
    """Return the path of the file of a decision that is in *state*."""
    number = resolution.number
    name = resolution.id if number is None else f"{number:03d}"
    return f"resolutions/{state}/{name}.md"


def _state(ours: Filed, theirs: Filed, before: Files, after: Files) -> tuple[str, date | None]:
    if ours.state == theirs.state:
        return ours.state, max(
            (one.resolution.passed_on for one in (ours, theirs) if one.resolution.passed_on),
            default=None,
        )

    def rank(side: Filed, journal: Files) -> tuple[tuple[datetime, str], int, str]:
        return _last(side, journal), LATER[side.state], side.state

    later = max((ours, before), (theirs, after), key=lambda pair: rank(*pair))[0]
    return later.state, later.resolution.passed_on


def _last(side: Filed, journal: Files) -> tuple[datetime, str]:
    """Return when, by *journal*, the decision came into the state that it has on this *side*."""
    noted = (
        (note.at, path)
        for path, note in notes(journal)
        if note.decision == side.resolution.id and note.did in DID[side.state]
    )
    return max(noted, default=(datetime.min.replace(tzinfo=UTC), ""))


def notes(files: Files) -> Iterator[tuple[str, Noted]]:
    """Give the notes of the journal among *files*."""
    for path in files:
        where = Path(path)
        if path.startswith("journal/") and NAME.fullmatch(where.name):
            try:
                yield path, noted_in(files[path].decode("utf-8", "replace"), where)
            except (Problem, ValueError):
                continue


def _size(old: Resolution | None, ours: Resolution, theirs: Resolution) -> str:
    sure, found = one_way(old.size if old else None, ours.size, theirs.size)
    return (found or "") if sure else _bigger(ours.size, theirs.size)


def _bigger(one: str, other: str) -> str:
    rank = {size: number for number, size in enumerate(SIZES)}
    return max(one, other, key=lambda size: (rank.get(size, -1), size))


def _number(old: Resolution | None, ours: Resolution, theirs: Resolution) -> int | None:
    """Return the number that was asked for first."""
    asked = [asked_for(one) for one in (ours, theirs)]
    sure, found = one_way(asked_for(old) if old else None, *asked)
    return found if sure else min(number for number in asked if number is not None)


def _deadline(
    kept: Resolution, old: Resolution | None, ours: Resolution, theirs: Resolution
) -> Resolution:
    before, mine, other = (
        (one.deadline, one.deadline_note) if one else None for one in (old, ours, theirs)
    )
    sure, found = one_way(before, mine, other)
    if not sure:
        latest = datetime.min.replace(tzinfo=UTC)
        later = max((ours, theirs), key=lambda one: (one.closes_at() or latest, one.deadline_note))
        found = later.deadline, later.deadline_note
    return replace(kept, deadline=found[0], deadline_note=found[1]) if found else kept


def _text(
    kept: Resolution,
    old: Resolution | None,
    first: Resolution,
    second: Resolution,
    clashes: list[str],
) -> Resolution:
    """Return *kept* with the words of both; those of *first* where they clash."""
    for name in ("title", "topic"):
        was = getattr(old, name) if old else None
        sure, found = one_way(was, getattr(first, name), getattr(second, name))
        if not sure:
            clashes.append(name)
            found = getattr(first, name)
        kept = replace(kept, **{name: found})
    was_sections = list(old.sections.items()) if old else None
    sides = [list(one.sections.items()) for one in (first, second)]
    sure, whole = one_way(was_sections, *sides)
    if sure:
        return replace(kept, sections=dict(whole or ()))
    before = old.sections if old else {}
    merged = _each(before, first.sections, second.sections, clashes)
    return replace(kept, sections=merged)


def _each(
    old: Mapping[str, str], first: Mapping[str, str], second: Mapping[str, str], clashes: list[str]
) -> dict[str, str]:
    found = {}
    for key in _order(old, first, second):
        sure, text = one_way(old.get(key), first.get(key), second.get(key))
        if not sure:
            clashes.append(key)
            text = first.get(key)
        if text is not None:
            found[key] = text
    return found


def _order(old: Iterable[str], first: Iterable[str], second: Iterable[str]) -> list[str]:
    """Return the order of headings: as both have it, or else what is new by the alphabet."""
    one, other = list(first), list(second)
    if one == other:
        return [*one, *(key for key in old if key not in one)]
    known = list(old)
    return known + sorted({*one, *other} - set(known))


def _more(
    old: Resolution | None, ours: Resolution, theirs: Resolution, clashes: list[str]
) -> dict[str, str]:
    sides = [
        {key: value for key, value in one.more.items() if key != ASKED} if one else {}
        for one in (old, ours, theirs)
    ]
    return _each(sides[0], sides[1], sides[2], clashes)
