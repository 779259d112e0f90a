"""Durations and sizes as Go writes and reads them."""

import re
from decimal import Decimal
from fractions import Fraction

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
PART = re.compile(r"([0-9]+(?:\.[0-9]*)?|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
MOST = 2**63 - 1  # Docker's tools count in 64 bits
LONGEST = 40  # digits; what is longer would take long to multiply, and is beyond 64 bits
RATIONAL = re.compile(r"[-+]?(?:[0-9]+/[0-9]+|(?:[0-9]*\.?[0-9]+|[0-9]+\.)(?:[eE][-+]?[0-9]+)?)")
SIZE = re.compile(
    r"\+?((?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:e[-+]?[0-9]+)?) ?(?:b|([kmgtp])(?:i?b)?)?", re.ASCII
)
SIZES = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def nanoseconds(text: str) -> int:
    """Read a Go duration (``1m30s``); raises ValueError."""
    rest = text.lstrip("+-") if text[:1] in "+-" else text
    if rest == "0":
        return 0
    total, position = Decimal(0), 0
    while (part := PART.match(rest, position)) and len(part[1]) <= LONGEST:
        total += Decimal(part[1]) * UNITS[part[2]]
        position = part.end()
    if not rest or position != len(rest) or total > MOST:
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
    found = SIZE.fullmatch(str(value).lower())
    # A float is near enough to see that a number is beyond what can be meant.
    if not found or float(found[1]) > MOST or len(found[1]) > LONGEST:
        raise ValueError(f"invalid size: '{value}'")
    return int(Decimal(found[1]) * 1024 ** SIZES[found[2] or ""])


def nano_cpus(text: str) -> int:
    """Read ``0.5`` (or ``1/2``) processors as billionths; raises ValueError."""
    if not re.fullmatch(
        r"[-+]?(?:[0-9]+/[0-9]+|[0-9]*\.?[0-9]+|[0-9]+\.)(?:[eE][-+]?[0-9]{1,3})?", text
    ):
        raise ValueError(f"failed to parse {text} as a rational number")
    whole, _, part = text.partition("/")
    if len(text) > LONGEST or not int(part or 1) or abs(float(whole)) > MOST:
        raise ValueError(f"failed to parse {text} as a rational number")
    billionths = Fraction(text) * 1_000_000_000
    if billionths.denominator != 1:
        raise ValueError("value is too precise")
    return int(billionths)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
