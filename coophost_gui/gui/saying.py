"""Small phrases that many screens need: how long ago, how many."""

import time
from collections.abc import Sequence

from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, Words, said

NUMBERS = (
    N_("core", "none"),
    N_("core", "one"),
    N_("core", "two"),
    N_("core", "three"),
    N_("core", "four"),
    N_("core", "five"),
    N_("core", "six"),
    N_("core", "seven"),
    N_("core", "eight"),
    N_("core", "nine"),
    N_("core", "ten"),
    N_("core", "eleven"),
    N_("core", "twelve"),
)


def number(count: int) -> str:
    """Return *count* as a word up to twelve, in digits beyond."""
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def number_first(count: int) -> str:
    """Return *count* as a word that begins a sentence."""
    return number(count).capitalize()


def ago(at: float, now: float | None = None) -> Words:
    """Say how long ago *at* (seconds since 1970) was."""
    seconds = max(0, int((time.time() if now is None else now) - at))
    if seconds < 5:
        return N_("core", "just now")
    if seconds < 60:
        return said(N_("core", "{count} seconds ago"), count=seconds)
    for unit, one, many in (
        (60, N_("core", "a minute ago"), N_("core", "{count} minutes ago")),
        (3600, N_("core", "an hour ago"), N_("core", "{count} hours ago")),
        (86400, N_("core", "a day ago"), N_("core", "{count} days ago")),
    ):
        count = seconds // unit
        if (unit == 86400) or seconds < unit * (60 if unit == 60 else 24):
            return one if count == 1 else said(many, count=count)
    raise AssertionError("every age is a number of days at last")


def listed(names: Sequence[str]) -> str:
    """Return *names* as one line: ``Website · Notes``."""
    return " · ".join(names)


def of_size(used: float, total: float) -> str:
    """Say how much of something is taken: ``25 of 40 GB``."""
    unit, size = ("GB", 1e9) if total >= 1e9 else ("MB", 1e6)
    return tr(
        said(
            N_("core", "{used} of {total} {unit}"),
            used=_short(used / size),
            total=_short(total / size),
            unit=unit,
        )
    )


def gigabytes(count: float) -> str:
    """Say *count* bytes as a round number of gigabytes: ``4 GB``."""
    return f"{_short(count / 1e9)} GB"


def _short(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}"
