"""The last day in words and bars: nothing is said of hours in which nobody looked."""

from datetime import datetime

import pytest

from coophost_gui.health.history import Past, Span
from coophost_gui.health.judge import State
from coophost_gui.health.lately import bars, lately, moment, since, watched

NOW = datetime(2026, 9, 2, 12, 0).timestamp()  # a Wednesday, by the clock of whoever looks
HOUR = 3600.0
WELL, STUCK, SLOW, AWAY = State.WELL, State.STUCK, State.SLOW, State.UNREACHABLE


def at(hour, minute=0, day=2):
    return datetime(2026, 9, day, hour, minute).timestamp()


def past(*spans):
    return Past(tuple(Span(*span) for span in spans))


DAY_WITH_AN_OUTAGE = past(
    (WELL, NOW - 40 * HOUR, at(9, 12)),
    (STUCK, at(9, 12), at(9, 40)),
    (WELL, at(9, 40), NOW - 10),
)


@pytest.mark.parametrize(
    ("found", "words"),
    [
        (past(), "Nobody looked in the last 24 hours."),
        (past((WELL, NOW - 90 * HOUR, NOW - 50 * HOUR)), "Nobody looked in the last 24 hours."),
        (past((WELL, NOW - 40 * HOUR, NOW - 10)), "In the last 24 hours: well."),
        (past((WELL, NOW - HOUR, NOW)), "In the last 24 hours: well, whenever we looked."),
        (DAY_WITH_AN_OUTAGE, "In the last 24 hours: well, except from 09:12 to 09:40."),
        (
            past((WELL, at(8), at(9, 12)), (SLOW, at(9, 12), at(10)), (STUCK, at(10), NOW)),
            "In the last 24 hours: well when we looked, except since 09:12.",
        ),
        (
            past(
                (WELL, NOW - 40 * HOUR, at(9)),
                (AWAY, at(9), at(9, 5)),
                (STUCK, at(9, 5), at(9, 7)),
                (WELL, at(9, 7), NOW),
            ),
            "In the last 24 hours: well, except not reached from 09:00 to 09:05, "
            "from 09:05 to 09:07.",
        ),
        (past((AWAY, at(8), NOW)), "In the last 24 hours: not reached, whenever we looked."),
        (past((STUCK, at(8), NOW)), "In the last 24 hours: not well, whenever we looked."),
    ],
)
def test_the_last_day_in_a_sentence(found, words):
    assert str(lately(found, NOW)) == words


def test_two_times_are_named_and_many_are_counted():
    def day(hours):
        spans = [(WELL, NOW - 24 * HOUR, at(hours[0]))]
        for hour, later in zip(hours, [*hours[1:], None], strict=True):
            end = NOW if later is None else at(later)
            spans += [(STUCK, at(hour), at(hour, 5)), (WELL, at(hour, 5), end)]
        return str(lately(past(*spans), NOW))

    assert day([7, 9]) == (
        "In the last 24 hours: well, except from 07:00 to 07:05, from 09:00 to 09:05."
    )
    assert day([6, 7, 8, 9, 10]) == (
        "In the last 24 hours: not well 5 times, last from 10:00 to 10:05."
    )


def test_the_bars_show_the_worst_of_each_hour_and_where_nobody_looked():
    found = bars(DAY_WITH_AN_OUTAGE, NOW)
    assert [bar.level for bar in found] == ["good"] * 21 + ["bad"] + ["good"] * 2
    assert bars(past((AWAY, NOW - 2 * HOUR, NOW)), NOW)[-1].level == "wait"
    levels = [bar.level for bar in bars(past((WELL, NOW - 2 * HOUR, NOW)), NOW)]
    assert set(levels[:21]) == {""}
    assert levels[22:] == ["good", "good"]


def test_since_when_it_is_as_it_is():
    def said(*spans):
        return str(since(past(*spans), NOW))

    assert said() == ""
    assert said((WELL, at(9, 12), NOW)) == "Since 09:12 today"
    assert said((WELL, at(9, 12, day=1), NOW)) == "Since Tuesday, 09:12"
    assert said((WELL, at(9, 12, day=1), at(10, day=1)), (WELL, at(8), NOW)) == (
        "Since Tuesday, 09:12, as far as we looked"
    )
    assert str(moment(datetime(2026, 8, 3, 7, 5).timestamp(), NOW)) == "03.08.2026, 07:05"


def test_since_when_somebody_watches():
    found = past((WELL, at(9, day=1), at(10, day=1)), (WELL, at(8), at(9)), (STUCK, at(9), NOW))
    assert str(watched(found, NOW)) == "We have watched since 08:00 today."
    assert watched(Past(), NOW) == ""
