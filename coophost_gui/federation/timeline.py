"""How far an application came, from drafted to listed: read from files, never remembered."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from coophost_gui.federation.application import Application
from coophost_gui.federation.cycle import outcome
from coophost_gui.federation.decisions import Entry, decisions
from coophost_gui.federation.listing.stand import FEDERATION, listed
from coophost_gui.federation.profile import Profile
from coophost_gui.federation.record import IN_PROGRESS, PASSED, STALLED, WITHDRAWN, Record
from coophost_gui.kit.text import N_, N_n, Words, several

DRAFTED, SENT, SPONSORED, IN_VOTE, ACCEPTED, LISTED = (
    "drafted",
    "sent",
    "sponsored",
    "in-vote",
    "passed",
    "listed",
)
STAGES: Mapping[str, Words] = {
    DRAFTED: N_("core", "You wrote down what you ask"),
    SENT: N_("core", "You sent it"),
    SPONSORED: N_("core", "A member speaks up for you"),
    IN_VOTE: N_("core", "The members decide"),
    ACCEPTED: N_("core", "You are in"),
    LISTED: N_("core", "You stand in the list of members"),
}
SO_FAR = N_n("core", "{count} member is in favour so far.", "{count} members are in favour so far.")
NOT_NOW = N_("core", "It did not get what it needed in time. You may ask again.")
TAKEN_BACK = N_("core", "It was taken back. Ask your sponsor why.")
OTHERWISE = N_("core", "What stands there is older than what you say now.")


@dataclass(frozen=True)
class Stage:
    """One stage: reached or not, on which day where files say it, and what else there is."""

    key: str
    words: Words
    reached: bool
    day: date | None = None
    notes: tuple[Words, ...] = ()


def timeline(
    ours: Record,
    application: Application,
    profile: Profile | None,
    federation: Record | None,
    now: datetime,
) -> list[Stage]:
    """Return the stages in their order.

    *federation* is its record, or a copy of its documentation; None: it is not here.  A
    later stage that is reached makes the earlier ones so, though no file says their day.
    """
    entry = about(application, decisions(federation)) if federation else None
    state = entry.state if entry else ""
    there = listed(ours, profile).get(FEDERATION) if profile else None
    resolution = entry.resolution if entry else None
    opened = state in (IN_PROGRESS, PASSED, STALLED)
    found = {
        DRAFTED: (True, application.drafted),
        SENT: (application.sent is not None, application.sent),
        SPONSORED: (entry is not None, None),
        IN_VOTE: (opened, resolution.proposed if resolution else None),
        ACCEPTED: (state == PASSED, resolution.passed_on if resolution else None),
        LISTED: (there is not None, there.read_at.date() if there else None),
    }
    last = max(number for number, key in enumerate(found) if found[key][0])
    notes: dict[str, tuple[Words, ...]] = {}
    if federation and entry and state == IN_PROGRESS:
        notes[IN_VOTE] = _votes(federation, entry, now)
    if state in (STALLED, WITHDRAWN):
        notes[ACCEPTED] = (NOT_NOW if state == STALLED else TAKEN_BACK,)
    if there and not there.current:
        notes[LISTED] = (OTHERWISE,)
    return [
        Stage(key, STAGES[key], number <= last, day, notes.get(key, ()))
        for number, (key, (_, day)) in enumerate(found.items())
    ]


def about(application: Application, entries: Iterable[Entry]) -> Entry | None:
    """Return the decision about *application*: by its Id, else by its title."""
    known = list(entries)
    for one in known:
        if one.resolution.id == application.id:
            return one
    title = application.subject.casefold()
    titled = [one for one in known if title in one.resolution.name.casefold()]
    return titled[-1] if titled else None


def _votes(record: Record, entry: Entry, now: datetime) -> tuple[Words, ...]:
    counted = outcome(record, entry, now)
    if counted is None:
        return ()
    missing = [need.words for need in counted.needs if not need.met]
    return (several(counted.counts.get("favour", 0), SO_FAR), *missing)
