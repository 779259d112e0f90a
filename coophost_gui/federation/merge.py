"""Two versions of one record, put together; the order in which copies meet makes no difference.

- votes: what each person said last, and nothing that only one side knows is lost; where two
  people who speak for one member differ, both stay and ``tally`` shows it;
- decisions: see ``merge_decisions``; their numbers: see ``renumber``;
- who may vote: as it was frozen last; the rules beside it come from the same side;
- notes of the journal: each is a file of its own, and stays;
- members, money, agreements: field by field;
- everything else: whole files.

What both sides changed in different ways is a ``Conflict``, which a person settles.
"""

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coophost_gui.federation.ballots import Ballot, ballots_from, ballots_to, in_order, moment
from coophost_gui.federation.electorate import FILE, RULES
from coophost_gui.federation.merge_decisions import (
    Filed,
    by_id,
    filed,
    merge_decision,
    place_of,
)
from coophost_gui.federation.merge_fields import dumped, mapping, merge_fields
from coophost_gui.federation.renumber import asked_for, note_of, numbers, when, with_number
from coophost_gui.federation.resolution import write
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.net.git_merge import Conflict, Files, Merged, one_way

OUR_RULES = "ruleset.yml"
NEVER = datetime.min.replace(tzinfo=UTC)
Settled = Mapping[Conflict, bytes | None]
NUMBERED = N_(
    "core",
    "“{name}” has the number {number} now: another decision had {old} first.",
)
BOTH = N_("core", "“{name}” was changed by two of you; what each changed is kept.")


def merge_records(settled: Settled) -> Callable[[Files, Files, Files, Files], Merged]:
    """Return the rule that puts two versions of a record together, as persons *settled* it."""

    def rule(base: Files, ours: Files, theirs: Files, rest: Files) -> Merged:
        return _Merge(base, ours, theirs, rest, settled).merged()

    return rule


class _Merge:
    def __init__(
        self, base: Files, ours: Files, theirs: Files, rest: Files, settled: Settled
    ) -> None:
        self.base, self.ours, self.theirs, self.rest = base, ours, theirs, rest
        self.settled = settled
        self.files: dict[str, bytes] = {}
        self.gone: set[str] = set()
        self.conflicts: list[Conflict] = []
        self.told: list[Words] = []

    def merged(self) -> Merged:
        sides = [by_id(side) for side in (self.base, self.ours, self.theirs)]
        decided = {one.path for side in sides for one in side.values()}
        for path in sorted({*self.base, *self.ours, *self.theirs}):
            versions = [side.get(path) for side in (self.base, self.ours, self.theirs)]
            if path in decided:  # what it is beside a decision, if it is anything
                versions = [None if _has_id(path, one) else one for one in versions]
            self._file(path, versions[0], versions[1], versions[2])
        self._decisions(*sides)
        conflicts = tuple(sorted(self.conflicts, key=lambda one: one.path))
        return Merged(self.files, conflicts, tuple(self.told), frozenset(self.gone))

    def _file(
        self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None
    ) -> None:
        sure, found = one_way(base, ours, theirs)
        if side := self._frozen_last(path):
            found = side.get(path, self.rest.get(path))
        elif not sure:
            changed = self._changed_twice(path, base, ours, theirs)
            if isinstance(changed, Conflict):
                if changed not in self.settled:
                    self.conflicts.append(changed)
                    return
                changed = self.settled[changed]
            found = changed
        if found is not None:
            self.files[path] = found

    def _changed_twice(
        self, path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None
    ) -> bytes | Conflict | None:
        parts = path.split("/")
        whole = Conflict(path, base, ours, theirs)
        if parts[0] == "journal" or (parts[0] == "votes" and None in (ours, theirs)):
            return max(ours or b"", theirs or b"")
        if parts[0] == "votes" and len(parts) == 3 and path.endswith(".yml"):
            return _votes(path, base, ours, theirs) or whole
        if path != OUR_RULES and path.endswith(".yml") and None not in (ours, theirs):
            return merge_fields(path, base, ours, theirs)
        return whole

    def _frozen_last(self, path: str) -> Files | None:
        """Return the side on which it was frozen later who may vote, and by which rules.

        None for all other files, and where it was not frozen on both sides.
        """
        parts = path.split("/")
        if len(parts) != 3 or parts[0] != "votes" or parts[2] not in (FILE, RULES):
            return None

        def rank(side: Files) -> tuple[datetime, bytes, bytes]:
            electorate = side.get(f"votes/{parts[1]}/{FILE}", b"")
            return _opened_at(electorate) or NEVER, electorate, side.get(path, b"")

        first = f"votes/{parts[1]}/{FILE}"
        one = first if first in {*self.base, *self.ours, *self.theirs} else path
        if one_way(self.base.get(one), self.ours.get(one), self.theirs.get(one))[0]:
            return None
        return max(self.ours, self.theirs, key=rank)

    def _decisions(
        self, base: dict[str, Filed], ours: dict[str, Filed], theirs: dict[str, Filed]
    ) -> None:
        found: dict[str, Filed] = {}
        for one in sorted({*base, *ours, *theirs}):
            sides = base.get(one), ours.get(one), theirs.get(one)
            kept, conflict = merge_decision(*sides, self.ours, self.theirs)
            if conflict:
                data = self.settled.get(conflict)
                kept = filed(conflict.path, data) if data else None
                if kept is None:
                    self.conflicts.append(conflict)
                    continue
            if kept:
                found[one] = kept
                if not one_way(*sides)[0]:
                    self.told.append(said(BOTH, name=kept.resolution.name))
        self._put(found, ours)

    def _put(self, found: dict[str, Filed], mine: dict[str, Filed]) -> None:
        """Give every decision its number and its file."""
        still = by_id(self.rest)
        every = still | found
        nameless = [self.rest, self.files]
        plain = [filed(path, side[path]) for side in nameless for path in side]
        taken = [
            one.resolution.number
            for one in plain
            if one and not one.resolution.id and one.resolution.number is not None
        ]
        asked = {
            name: number
            for name, one in every.items()
            if (number := asked_for(one.resolution)) is not None
        }
        given = numbers(taken, asked, lambda name: when(every[name].resolution, self._opened(name)))
        wanted = Counter(asked.values()) + Counter(taken)
        places = {path for path in (*self.rest, *self.files) if path.startswith("resolutions/")}
        places -= {one.path for one in still.values()}
        rewritten: dict[str, int | None] = {}
        for name, one in sorted(every.items()):
            number = given.get(name)
            if number is not None and number != one.resolution.number:
                rewritten[name] = number
            elif one.path in places:
                rewritten[name] = one.resolution.number
            else:
                places.add(one.path)
                if name in found:
                    self.files[one.path] = one.data
            if number is not None and (number != asked[name] or wanted[asked[name]] > 1):
                self._note(name, every[name], number, asked[name])
        for name, number in rewritten.items():
            one = every[name]
            resolution = one.resolution if number is None else with_number(one.resolution, number)
            path = place_of(one.state, resolution)
            if path in places:
                path = f"{path.removesuffix('.md')}-{name}.md"
            places.add(path)
            self.files[path] = write(resolution).encode()
            if name in still and name not in found and one.path != path:
                self.gone.add(one.path)
            known = still.get(name) or mine.get(name)
            if number is not None and not (known and known.resolution.number == number):
                words = {"name": resolution.name, "number": number, "old": asked[name]}
                self.told.append(said(NUMBERED, **words))

    def _note(self, name: str, one: Filed, number: int, asked: int) -> None:
        """Note in the journal that a decision has another number than it was opened with."""
        note = note_of(with_number(one.resolution, number), self._opened(name))
        if number != asked:
            self.files[note.path] = note.text.encode()
        elif self.files.pop(note.path, None) is None and note.path in self.rest:
            self.gone.add(note.path)

    def _opened(self, decision: str) -> datetime | None:
        path = f"votes/{decision}/{FILE}"
        return _opened_at(self.files.get(path) or self.rest.get(path, b""))


def _has_id(path: str, data: bytes | None) -> bool:
    one = filed(path, data) if data is not None else None
    return bool(one and one.resolution.id)


def _opened_at(electorate: bytes) -> datetime | None:
    data = mapping(electorate, FILE) or {}
    try:
        return moment(data.get("opened_at"), "opened_at", Path(FILE))
    except Problem:
        return None


def _votes(path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None) -> bytes | None:
    """Return one member's votes: of each person the last that she said; None: unreadable."""
    where = Path(path)
    read = [mapping(side, path) for side in (base or b"", ours, theirs)]
    if any(one is None for one in read):
        return None
    try:
        sides: list[dict[str, Ballot]] = [
            {one.cast_by: one for one in sorted(ballots_from(data or {}, where, ""), key=in_order)}
            for data in read
        ]
    except Problem:
        return None
    before, mine, other = sides
    said_last: list[Ballot] = []
    for person in sorted({*before, *mine, *other}):
        sure, found = one_way(before.get(person), mine.get(person), other.get(person))
        if not sure:
            both = [side[person] for side in (mine, other) if person in side]
            found = max(both, key=in_order)
        if found is not None:
            said_last.append(found)
    values: dict[str, Any] = {}
    for key in sorted({key for data in read for key in data or {}}, key=str):
        was, mine_is, other_is = ((data or {}).get(key) for data in read)
        sure, value = one_way(was, mine_is, other_is)
        values[key] = value if sure else max(mine_is, other_is, key=str)
    return dumped({k: one for k, one in values.items() if one is not None} | ballots_to(said_last))
