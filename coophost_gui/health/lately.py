"""The last day of an app in words and in bars, and since when it is as it is."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Literal

from coophost_gui.health.history import DAY, Past, Span
from coophost_gui.health.judge import Level, State, level
from coophost_gui.kit.text import N_, Words, said

BARS = 24
FEW = 3  # times that are named; more are counted
SHORT = 300.0  # seconds in which nobody looked that need no word
WEEKDAYS = (
    N_("core", "Monday"),
    N_("core", "Tuesday"),
    N_("core", "Wednesday"),
    N_("core", "Thursday"),
    N_("core", "Friday"),
    N_("core", "Saturday"),
    N_("core", "Sunday"),
)
LOUDEST_FIRST: tuple[Level, ...] = ("bad", "wait", "good")


@dataclass(frozen=True, slots=True)
class Bar:
    """An hour of the last day: the worst that was seen in it; ``""`` when nobody looked."""

    begins: float
    ends: float
    level: Literal["good", "wait", "bad", ""]


def bars(past: Past, now: float, count: int = BARS) -> list[Bar]:
    """Cut the last day into *count* bars, oldest first."""
    edges = [now - DAY + DAY * number / count for number in range(count + 1)]
    spans = past.between(edges[0], now)
    return [Bar(begin, end, _worst(spans, begin, end)) for begin, end in pairwise(edges)]


def since(past: Past, now: float) -> Words:
    """Say since when the present state holds: "Since Tuesday, 09:12"; ``""`` if unknown."""
    if not past.spans:
        return ""
    when = moment(past.since, now)
    if past.unbroken:
        return said(N_("core", "Since {when}"), when=when)
    return said(N_("core", "Since {when}, as far as we looked"), when=when)


def watched(past: Past, now: float) -> Words:
    """Say since when somebody watches without a break."""
    if not past.spans:
        return ""
    return said(N_("core", "We have watched since {when}."), when=moment(past.watched_since, now))


def moment(at: float, now: float) -> Words:
    """Say when *at* was: "09:12" today, "Tuesday, 09:12" this week, else with its date."""
    then, today = datetime.fromtimestamp(at), datetime.fromtimestamp(now)
    time = f"{then:%H:%M}"
    if then.date() == today.date():
        return said(N_("core", "{time} today"), time=time)
    if 0 < now - at < 6 * DAY:
        day = said(WEEKDAYS[then.weekday()])
        return said(N_("core", "{day}, {time}"), day=day, time=time)
    return said(N_("core", "{day}, {time}"), day=f"{then:%d.%m.%Y}", time=time)


def lately(past: Past, now: float) -> Words:
    """Say how the last day was: "In the last 24 hours: well, except from 09:12 to 09:40"."""
    spans = past.between(now - DAY, now)
    if not spans:
        return N_("core", "Nobody looked in the last 24 hours.")
    away = DAY - sum(span.ends - span.begins for span in _joined(spans))
    whole = away <= SHORT + (now - spans[-1].ends)
    bad = _joined([span for span in spans if level(span.state) != "good"])
    if not bad:
        return (
            N_("core", "In the last 24 hours: well.")
            if whole
            else N_("core", "In the last 24 hours: well, whenever we looked.")
        )
    if all(level(span.state) != "good" for span in spans):
        return (
            N_("core", "In the last 24 hours: not reached, whenever we looked.")
            if all(span.state is State.UNREACHABLE for span in spans)
            else N_("core", "In the last 24 hours: not well, whenever we looked.")
        )
    if len(bad) > FEW:
        return said(
            N_("core", "In the last 24 hours: not well {count} times, last {when}."),
            count=len(bad),
            when=_stretch(bad[-1], spans[-1].ends),
        )
    return said(
        N_("core", "In the last 24 hours: well, except {times}.")
        if whole
        else N_("core", "In the last 24 hours: well when we looked, except {times}."),
        times=_listed([_stretch(span, spans[-1].ends) for span in bad]),
    )


def _stretch(span: Span, last: float) -> Words:
    """Say when it was not well; how it was while its server was not reached, nobody knows."""
    begin, end = (f"{datetime.fromtimestamp(at):%H:%M}" for at in (span.begins, span.ends))
    if span.ends == last:
        when = said(N_("core", "since {begin}"), begin=begin)
    elif begin == end:
        when = said(N_("core", "at {begin}"), begin=begin)
    else:
        when = said(N_("core", "from {begin} to {end}"), begin=begin, end=end)
    if span.state is State.UNREACHABLE:
        return said(N_("core", "not reached {when}"), when=when)
    return when


def _listed(parts: Sequence[Words]) -> Words:
    found, *others = parts
    for part in others:
        found = said(N_("core", "{before}, {part}"), before=found, part=part)
    return found


def _joined(spans: Sequence[Span]) -> list[Span]:
    """Return *spans* with those that touch made one, unless only one of them was seen at all."""
    found: list[Span] = []
    for span in spans:
        if found and span.begins <= found[-1].ends and _seen(span) == _seen(found[-1]):
            found[-1] = Span(found[-1].state, found[-1].begins, span.ends)
        else:
            found.append(span)
    return found


def _seen(span: Span) -> bool:
    return span.state is not State.UNREACHABLE


def _worst(spans: Sequence[Span], begin: float, end: float) -> Literal["good", "wait", "bad", ""]:
    inside = [span for span in spans if span.ends >= begin and span.begins < end]
    levels = {level(span.state) if _seen(span) else "wait" for span in inside}
    return next((found for found in LOUDEST_FIRST if found in levels), "")
