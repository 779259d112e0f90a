"""Until when a decision is open: the earliest day, the day in words, and a calendar of them.

A deadline that is a day lasts until the end of that day in UTC, as the federation's files
mean it (``Resolution.closes_at``).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo

from coophost_gui.federation.resolution import Resolution
from coophost_gui.federation.rules import Ruleset
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Day, Said, said

WEEKDAYS = (
    N_("core", "Monday"),
    N_("core", "Tuesday"),
    N_("core", "Wednesday"),
    N_("core", "Thursday"),
    N_("core", "Friday"),
    N_("core", "Saturday"),
    N_("core", "Sunday"),
)
WEEKDAY_AND_DAY = N_("core", "{weekday}, {day}")
MOMENT = N_("core", "{weekday}, {day}, {time} ({zone})")


class DeadlineTooShort(Problem):
    text = N_("core", "That is too soon: this size stays open for {days} days ({rule}).")
    means = N_("core", "Nothing was opened and nothing was changed.")
    hint = N_("core", "The first day that fits is {day}.")


class DeadlineMissing(Problem):
    text = N_("core", "It does not say until when it is open.")
    means = N_("core", "Nothing was opened and nothing was changed.")
    hint = N_("core", "Choose a day. The first one that fits is {day}.")


def earliest(ruleset: Ruleset, size: str, opened_at: datetime) -> date:
    """Return the first day (UTC) on which a decision that is opened then may end."""
    days = ruleset.size(size).minimum_days
    return opened_at.astimezone(UTC).date() + timedelta(days=days)


def check_deadline(
    ruleset: Ruleset, size: str, opened_at: datetime, deadline: date | datetime | None
) -> None:
    """Raise ``DeadlineTooShort``, which cites the rule, or ``DeadlineMissing``.

    A day is held against the day; a moment has to leave the whole time.
    """
    rules = ruleset.size(size)
    first = earliest(ruleset, size, opened_at)
    if deadline is None:
        if rules.needs:
            raise DeadlineMissing(day=Day(first))
        return
    if isinstance(deadline, datetime):
        short = deadline - opened_at < timedelta(days=rules.minimum_days)
    else:
        short = deadline < first
    if short:
        raise DeadlineTooShort(days=rules.minimum_days, rule=rules.rule.name, day=Day(first))


def in_words(deadline: date | datetime, zone: tzinfo = UTC) -> Said:
    """Return *deadline* with the weekday that belongs to it; a moment as it is in *zone*."""
    if not isinstance(deadline, datetime):
        return said(WEEKDAY_AND_DAY, weekday=WEEKDAYS[deadline.weekday()], day=Day(deadline))
    there = deadline.astimezone(zone)
    return said(
        MOMENT,
        weekday=WEEKDAYS[there.weekday()],
        day=Day(there.date()),
        time=there.strftime("%H:%M"),
        zone=there.tzname() or "UTC",
    )


@dataclass(frozen=True)
class Event:
    """One deadline in a calendar: the identity never changes, so that a change moves it."""

    id: str
    name: str
    deadline: date | datetime
    about: str = ""


def event(resolution: Resolution) -> Event | None:
    """Return the deadline of *resolution* for a calendar; None where it has none."""
    if resolution.deadline is None:
        return None
    number = "" if resolution.number is None else f"{resolution.number:03d}: "
    name = f"{number}{resolution.name}"
    return Event(resolution.id or f"resolution-{resolution.number}", name, resolution.deadline)


def ics(events: Iterable[Event], now: datetime) -> str:
    """Return a calendar file (RFC 5545) of *events*, as it is *now* (UTC)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//coophost//decisions//EN"]
    for one in events:
        lines += _event(one, now)
    lines.append("END:VCALENDAR")
    return "".join(f"{part}\r\n" for line in lines for part in _folded(line))


def _event(one: Event, now: datetime) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_escaped(one.id)}@coophost"
    yield f"DTSTAMP:{_stamp(now)}"
    if isinstance(one.deadline, datetime):
        yield f"DTSTART:{_stamp(one.deadline)}"
    else:
        yield f"DTSTART;VALUE=DATE:{one.deadline:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{one.deadline + timedelta(days=1):%Y%m%d}"
    yield f"SUMMARY:{_escaped(one.name)}"
    if one.about:
        yield f"DESCRIPTION:{_escaped(one.about)}"
    yield "TRANSP:TRANSPARENT"
    yield "END:VEVENT"


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _escaped(text: str) -> str:
    for plain, instead in (("\\", "\\\\"), (";", "\\;"), (",", "\\,"), ("\r\n", "\n")):
        text = text.replace(plain, instead)
    return "".join(one for one in text if one >= " " or one in "\n\t").replace("\n", "\\n")


def _folded(line: str) -> Iterator[str]:
    """Break *line* so that no part has more than 75 bytes, and no letter is cut in two."""
    part, used = "", 0
    for letter in line:
        size = len(letter.encode())
        if used + size > 75:
            yield part
            part, used = " ", 1
        part += letter
        used += size
    yield part
