"""Small phrases that many screens need: how long ago, how many."""

import time
from collections.abc import Sequence

from coophost_gui.kit.text import N_, Amount, N_n, Words, said, several

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
AT_THE_BEGINNING = (
    N_("core", "None"),
    N_("core", "One"),
    N_("core", "Two"),
    N_("core", "Three"),
    N_("core", "Four"),
    N_("core", "Five"),
    N_("core", "Six"),
    N_("core", "Seven"),
    N_("core", "Eight"),
    N_("core", "Nine"),
    N_("core", "Ten"),
    N_("core", "Eleven"),
    N_("core", "Twelve"),
)


def number(count: int) -> str:
    """Return *count* as a word up to twelve, in digits beyond.

    The things it counts are feminine in Catalan and Spanish: apps, promises, things.
    """
    return NUMBERS[count] if 0 <= count < len(NUMBERS) else str(count)


def number_first(count: int) -> str:
    """Return *count* as a word that begins a sentence."""
    return AT_THE_BEGINNING[count] if 0 <= count < len(NUMBERS) else str(count)


def ago(at: float, now: float | None = None) -> Words:
    """Say how long ago *at* (seconds since 1970) was."""
    seconds = max(0, int((time.time() if now is None else now) - at))
    if seconds < 5:
        return N_("core", "just now")
    if seconds < 60:
        return said(N_("core", "{count} seconds ago"), count=seconds)
    if seconds < 3600:
        return several(seconds // 60, N_n("core", "a minute ago", "{count} minutes ago"))
    if seconds < 86400:
        return several(seconds // 3600, N_n("core", "an hour ago", "{count} hours ago"))
    return several(seconds // 86400, N_n("core", "a day ago", "{count} days ago"))


def listed(names: Sequence[str]) -> str:
    """Return *names* as one line: ``Website · Notes``."""
    return " · ".join(names)


def of_size(used: float, total: float) -> Words:
    """Say how much of something is taken: ``25 of 40 GB``."""
    unit, size = ("GB", 1e9) if total >= 1e9 else ("MB", 1e6)
    return said(
        N_("core", "{used} of {total} {unit}"),
        used=_short(used / size),
        total=_short(total / size),
        unit=unit,
    )


def gigabytes(count: float) -> Words:
    """Say *count* bytes as a round number of gigabytes: ``4 GB``."""
    return said("{size} GB", size=_short(count / 1e9))


def _short(number: float) -> Amount:
    return Amount(f"{number:.1f}".removesuffix(".0") if number < 10 else f"{number:.0f}")
