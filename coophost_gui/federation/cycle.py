"""The life of a decision: drafted, opened, made bigger or longer, and closed.

Each act writes the new file before it removes the old one, and notes itself last.  Where
one of these fails, all files are put back, and there is a ``RecordNotWritten``.  When
power is lost between the two, both files are there with one Id; the later state is the
decision (``decisions.py``), and the next act removes the other file.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

from coophost_gui.federation.ballots import Electorate
from coophost_gui.federation.deadlines import check_deadline, earliest
from coophost_gui.federation.decisions import Entry, decisions, every, next_number
from coophost_gui.federation.electorate import (
    FILE,
    RULES,
    freeze,
    read_votes,
    rules_of,
    write_electorate,
)
from coophost_gui.federation.journal import Noted, note
from coophost_gui.federation.members import Member
from coophost_gui.federation.record import (
    DRAFTS,
    IN_PROGRESS,
    PASSED,
    STALLED,
    WITHDRAWN,
    Record,
    new_id,
)
from coophost_gui.federation.resolution import Resolution, text_hash, write
from coophost_gui.federation.rules import ANEW, REOPENED, Ruleset
from coophost_gui.federation.tally import OPEN, PASSING, Outcome, tally
from coophost_gui.federation.tally import PASSED as HAS_PASSED
from coophost_gui.federation.undo import all_or_nothing
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import write_text
from coophost_gui.kit.text import N_


class NotInProgress(Problem):
    text = N_("core", "“{name}” is not open: it was decided or taken back already.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Look at the list of decisions again.")


class OpenedAlready(Problem):
    text = N_("core", "“{name}” was opened already.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Look at the list of decisions again.")


class NumberTaken(Problem):
    text = N_("core", "The number {number} belongs to another decision already.")
    means = N_("core", "Nothing was opened and nothing was changed.")
    hint = N_("core", "Leave the number empty: the next free one is taken.")


class NotBigger(Problem):
    text = N_("core", "“{name}” is of the biggest size already.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "You can say what worries you, or ask for more time.")


class NotLonger(Problem):
    text = N_("core", "The new day has to come after the old one.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Choose a later day.")


class StillOpen(Problem):
    text = N_("core", "The time for “{name}” has not ended yet.")
    means = N_("core", "Nothing was changed, and the votes are as they were.")
    hint = N_("core", "Wait for its last day, or take it back.")


class ItPassed(Problem):
    text = N_("core", "“{name}” passed: it got in time all that it needed.")
    means = N_("core", "Nothing was changed, and the votes are as they were.")
    hint = N_("core", "Write down its result. To change it, open a new decision.")


def draft(record: Record, resolution: Resolution) -> Entry:
    """Write *resolution* as a draft, with an Id of its own, and return it."""
    kept = replace(resolution, number=None, id=resolution.id or new_id())
    return _put(record, DRAFTS, kept, record.resolutions / DRAFTS / f"{kept.id}.md")


def propose(
    record: Record,
    ruleset: Ruleset,
    members: Iterable[Member],
    resolution: Resolution,
    author: str,
    now: datetime,
) -> Entry:
    """Open *resolution* (a draft, or new) for votes, and return it as it now is.

    It gets a number, an Id, today's date, and the first day that fits where it says none.
    Raises ``OpenedAlready``, ``NumberTaken``, ``DeadlineTooShort``, or what ``freeze`` raises.
    """
    entries = decisions(record)
    known = next(
        (one for one in entries if resolution.id and one.resolution.id == resolution.id), None
    )
    if known and known.state != DRAFTS:
        raise OpenedAlready(name=resolution.name)
    taken = {one.resolution.number for one in entries}
    if resolution.number is not None and resolution.number in taken:
        raise NumberTaken(number=resolution.number)
    size = resolution.size
    deadline = resolution.deadline
    if deadline is None and ruleset.size(size).needs:
        deadline = earliest(ruleset, size, now)
    check_deadline(ruleset, size, now, deadline)
    opened = replace(
        resolution,
        number=resolution.number or next_number(entries),
        id=resolution.id or new_id(),
        proposed=now.astimezone(UTC).date(),
        deadline=deadline,
        passed_on=None,
    )
    electorate = freeze(members, ruleset, opened.id, text_hash(opened), now)
    with _whole(record, opened.id):
        write_electorate(record, electorate, ruleset)
        entry = move(record, known, IN_PROGRESS, opened)
        tell(record, now, author, "opened", entry, f"Opened until {opened.last_day}.")
    return entry


def outcome(record: Record, entry: Entry, now: datetime) -> Outcome | None:
    """Return what the votes on *entry* say, under the rules it was opened with.

    None where nobody froze who may vote: a draft, or a decision that others recorded.
    """
    if not entry.resolution.id:
        return None
    electorate, ballots = read_votes(record, entry.resolution.id)
    if electorate is None:
        return None
    return tally(
        rules_of(record, entry.resolution.id),
        entry.resolution.size,
        electorate,
        ballots,
        now,
        closes_at=entry.resolution.closes_at(),
        text_hash=text_hash(entry.resolution),
    )


def escalate(record: Record, entry: Entry, author: str, now: datetime) -> Entry:
    """Make *entry* as big as the rules let any member call it.

    The deadline is counted anew where the rules say so, or where the old one is too short;
    the votes stay, or everybody is asked again.  Raises ``NotBigger`` or ``ItPassed``.
    """
    _need_open(entry)
    _need_undecided(record, entry, now)
    ruleset = rules_of(record, entry.resolution.id)
    way = ruleset.escalation
    if way is None or entry.resolution.size == way.to:
        raise NotBigger(name=entry.resolution.name)
    electorate = _need_electorate(record, entry)
    first = earliest(ruleset, way.to, now if way.deadline == ANEW else electorate.opened_at)
    last_day = entry.resolution.last_day
    deadline = entry.resolution.deadline if last_day and last_day >= first else first
    kept = deadline == entry.resolution.deadline
    bigger = replace(
        entry.resolution,
        size=way.to,
        deadline=deadline,
        deadline_note=entry.resolution.deadline_note if kept else "",
    )
    with _whole(record, bigger.id):
        if way.ballots == REOPENED:
            asked = replace(electorate, opened_at=now, text_hash=text_hash(entry.resolution))
            write_electorate(record, asked, ruleset)
        noted = author, "escalated", f"Now {way.to}, until {deadline}."
        return _rewrite(record, entry, bigger, noted, now)


def extend(
    record: Record, entry: Entry, deadline: date | datetime, author: str, now: datetime
) -> Entry:
    """Leave *entry* open until *deadline*, which has to be later than it was.

    Raises ``NotLonger`` or ``ItPassed``.
    """
    _need_open(entry)
    _need_undecided(record, entry, now)
    longer = replace(entry.resolution, deadline=deadline, deadline_note="")
    before, after = entry.resolution.closes_at(), longer.closes_at()
    if after is None or after <= now or (before is not None and after <= before):
        raise NotLonger()
    return _rewrite(record, entry, longer, (author, "extended", f"Open until {deadline}."), now)


def amend(record: Record, entry: Entry, changed: Resolution, author: str, now: datetime) -> Entry:
    """Change the words of *entry* while it is open; votes on the old words are shown as such."""
    _need_open(entry)
    _need_undecided(record, entry, now)
    old = entry.resolution
    kept = replace(
        changed,
        number=old.number,
        id=old.id,
        proposed=old.proposed,
        deadline=old.deadline,
        size=old.size,
    )
    return _rewrite(record, entry, kept, (author, "changed", "The text was changed."), now)


def withdraw(record: Record, entry: Entry, author: str, now: datetime, why: str = "") -> Entry:
    """Take *entry*, a draft or an open decision, back."""
    if entry.state not in (DRAFTS, IN_PROGRESS):
        raise NotInProgress(name=entry.resolution.name)
    _need_undecided(record, entry, now)
    with _whole(record, entry.resolution.id):
        moved = move(record, entry, WITHDRAWN, entry.resolution)
        tell(record, now, author, "withdrawn", moved, why or "Taken back.")
    return moved


def stall(record: Record, entry: Entry, author: str, now: datetime) -> Entry:
    """Put *entry*, whose time has ended, aside without a result."""
    _need_open(entry)
    closes_at = entry.resolution.closes_at()
    if closes_at is not None and now < closes_at:
        raise StillOpen(name=entry.resolution.name)
    _need_undecided(record, entry, now)
    with _whole(record, entry.resolution.id):
        moved = move(record, entry, STALLED, entry.resolution)
        tell(record, now, author, "stalled", moved, "It did not get what it needed in time.")
    return moved


def close(record: Record, entry: Entry, author: str, now: datetime) -> tuple[Entry, Outcome]:
    """Move *entry* to where its votes put it, and return it with what they say.

    Raises ``StillOpen`` before its deadline.
    """
    _need_open(entry)
    found = outcome(record, entry, now)
    if found is None or found.state in (OPEN, PASSING):
        raise StillOpen(name=entry.resolution.name)
    state, closed = STALLED, entry.resolution
    if found.state == HAS_PASSED:
        day = closed.last_day or now.astimezone(UTC).date()
        state, closed = PASSED, replace(closed, passed_on=day)
    said = " ".join(str(one) for one in found.explanation) or "Nobody had to be asked."
    with _whole(record, closed.id):
        moved = move(record, entry, state, closed)
        tell(record, now, author, found.state, moved, said)
    return moved, found


def _need_open(entry: Entry) -> None:
    if entry.state != IN_PROGRESS:
        raise NotInProgress(name=entry.resolution.name)


def _need_undecided(record: Record, entry: Entry, now: datetime) -> None:
    """Raise ``ItPassed`` where the time is over and the votes were enough."""
    closes_at = entry.resolution.closes_at()
    if entry.state != IN_PROGRESS or closes_at is None or now < closes_at:
        return
    found = outcome(record, entry, now)
    if found is not None and found.state == HAS_PASSED:
        raise ItPassed(name=entry.resolution.name)


def _whole(record: Record, decision: str) -> AbstractContextManager[None]:
    """Let what is done to the files of the *decision* (Id) happen as a whole."""

    def files() -> Iterator[Path]:
        yield from (one.path for one in every(record) if one.resolution.id == decision)
        frozen = (record.votes(decision) / name for name in (FILE, RULES))
        yield from (path for path in frozen if decision and path.is_file())

    return all_or_nothing(files)


def _need_electorate(record: Record, entry: Entry) -> Electorate:
    found = read_votes(record, entry.resolution.id)[0] if entry.resolution.id else None
    if found is None:
        raise NotInProgress(name=entry.resolution.name)
    return found


def _rewrite(
    record: Record,
    entry: Entry,
    resolution: Resolution,
    noted: tuple[str, str, str],
    now: datetime,
) -> Entry:
    author, did, text = noted
    with _whole(record, resolution.id):
        after = _put(record, entry.state, resolution, entry.path)
        tell(record, now, author, did, after, text)
    return after


def move(record: Record, before: Entry | None, state: str, resolution: Resolution) -> Entry:
    """Write *resolution* into the folder of *state*, then remove every older file of it."""
    number = resolution.number
    name = resolution.id if number is None else f"{number:03d}"
    path = record.resolutions / state / f"{name}.md"
    if path.exists() and not (before and before.path == path):
        path = path.with_name(f"{name}-{resolution.id}.md")
    after = _put(record, state, resolution, path)
    older: Sequence[Entry] = every(record) if resolution.id else [before] if before else []
    for one in older:
        if one.resolution.id == resolution.id and one.path != path:
            one.path.unlink(missing_ok=True)
    return after


def _put(record: Record, state: str, resolution: Resolution, path: Path) -> Entry:
    write_text(path, write(resolution), 0o644)
    return Entry(state, path, resolution)


def tell(record: Record, now: datetime, author: str, did: str, entry: Entry, text: str) -> None:
    """Note in the journal what *author* did to *entry*."""
    number = entry.resolution.number
    name = f"{number:03d}: {entry.resolution.name}" if number else entry.resolution.name
    note(record, Noted(now, author, did, entry.resolution.id, f"{name}. {text}"))
