"""Durations and sizes as Go writes and reads them."""

import re
from decimal import Decimal

# Nanoseconds; the order is the one in which a duration is written.
UNITS = {
    "h": 3_600_000_000_000,
    "m": 60_000_000_000,
    "s": 1_000_000_000,
    "ms": 1_000_000,
    "us": 1_000,
    "µs": 1_000,
    "μs": 1_000,
    "ns": 1,
}
PART = re.compile(r"(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)")
SIZES = {"": 0, "b": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def nanoseconds(text: str) -> int:
    """Read a Go duration (``1m30s``); raises ValueError."""
    rest = text.lstrip("+-") if text[:1] in "+-" else text
    if rest == "0":
        return 0
    total, position = Decimal(0), 0
    for part in PART.finditer(rest):
        if part.start() != position:
            break
        total += Decimal(part[1]) * UNITS[part[2]]
        position = part.end()
    if not rest or position != len(rest):
        raise ValueError(f'time: invalid duration "{text}"')
    return int(-total if text.startswith("-") else total)


def duration(ns: int) -> str:
    """Write *ns* nanoseconds as Go does: ``1m30s``, ``1.5s``, ``250ms``."""
    if ns == 0:
        return "0s"
    sign, ns = ("-", -ns) if ns < 0 else ("", ns)
    if ns < UNITS["s"]:
        unit = "ms" if ns >= UNITS["ms"] else "us" if ns >= UNITS["us"] else "ns"
        return f"{sign}{_plain(Decimal(ns) / UNITS[unit])}{'µs' if unit == 'us' else unit}"
    hours, rest = divmod(ns, UNITS["h"])
    minutes, rest = divmod(rest, UNITS["m"])
    seconds = f"{_plain(Decimal(rest) / UNITS['s'])}s"
    if hours:
        return f"{sign}{hours}h{minutes}m{seconds}"
    return f"{sign}{minutes}m{seconds}" if minutes else f"{sign}{seconds}"


def size(value: object) -> int:
    """Read a size (``50M``, ``1.5gb``: powers of 1024, as go-units' RAMInBytes)."""
    if isinstance(value, int):
        return value
    found = re.fullmatch(r"(\d+(?:\.\d+)?) ?([kmgtp])?i?b?", str(value).strip(), re.IGNORECASE)
    if not found:
        raise ValueError(f"invalid size: '{value}'")
    return int(Decimal(found[1]) * 1024 ** SIZES[(found[2] or "").lower()])


def nano_cpus(text: str) -> int:
    """Read ``0.5`` processors as billionths; raises ValueError."""
    return int(Decimal(text) * 1_000_000_000)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
