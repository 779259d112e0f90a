"""The shapes of a compose file's values, and what they mean where two files say something.

The docker CLI reads a file into typed fields (docker/cli ``compose/types``), and the types
decide what an overlay does (mergo, "override" and "append slices"): a plain field cannot be
told to be empty again, a pointer can be zero, a list grows.  A field that nobody set is
missing here; an empty list is not the same as a missing one.
"""

import struct
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from coophost_gui.recipes.compose.units import duration, nanoseconds, size
from coophost_gui.recipes.compose.yaml import GoTime


class Shape(Protocol):
    """How one kind of value is read, laid over another, and written."""

    def read(self, value: Any) -> Any:
        """Return *value* (as the file says it) in its type; raises ValueError."""

    def over(self, base: Any, value: Any) -> Any:
        """Return *base* with *value* of a later file laid over it; None is: not said."""

    def plain(self, value: Any) -> Any:
        """Return *value* as ``docker stack config`` writes it."""

    def unset(self, value: Any) -> bool:
        """Say whether ``docker stack config`` leaves *value* out of a mapping of fields."""


def _same(value: Any) -> Any:
    return value


@dataclass(frozen=True)
class Plain:
    """A value without a pointer: empty, zero and false are the same as not said."""

    convert: Callable[[Any], Any]
    write: Callable[[Any], Any] = _same

    def read(self, value: Any) -> Any:
        return self.convert(value)

    def over(self, base: Any, value: Any) -> Any:
        return value or base

    def plain(self, value: Any) -> Any:
        return self.write(value)

    def unset(self, value: Any) -> bool:
        return not value


@dataclass(frozen=True)
class Pointer:
    """A value that may be missing, so that zero is an answer where nothing was said.

    ``whole``: the later file's answer counts as it is, zero too.
    """

    inner: Shape
    whole: bool = False

    def read(self, value: Any) -> Any:
        return self.inner.read(value)

    def over(self, base: Any, value: Any) -> Any:
        if value is None or base is None:
            return base if value is None else value
        return value if self.whole else self.inner.over(base, value)

    def plain(self, value: Any) -> Any:
        return None if value is None else self.inner.plain(value)

    def unset(self, value: Any) -> bool:
        return value is None


@dataclass(frozen=True)
class Many:
    """A list; a later file's entries are appended.

    ``whole``: they replace the list, unless there are none.  ``key``: entries are told
    apart by that field (``zero`` where it is missing), the last one of a key stays, and the
    result is sorted by it.  ``spread`` writes the short forms of the list out.
    """

    inner: Shape
    whole: bool = False
    key: str = ""
    zero: Any = ""
    spread: Callable[[Any], list[Any]] | None = None

    def read(self, value: Any) -> Any:
        entries = self.spread(value) if self.spread else value
        return [self.inner.read(one) for one in entries]

    def over(self, base: Any, value: Any) -> Any:
        if base is None:
            return value or None  # nothing appended to nothing is still nothing
        if self.whole:
            return value or base
        both = [*base, *(value or ())]
        if not self.key:
            return both
        known = {one.get(self.key, self.zero): one for one in both}
        return [known[key] for key in sorted(known)]

    def plain(self, value: Any) -> Any:
        return [self.inner.plain(one) for one in value]

    def unset(self, value: Any) -> bool:
        return not value


@dataclass(frozen=True)
class Named:
    """A mapping from names that people choose; a later file's entries are added.

    ``lay`` says what becomes of an entry that both files have; ``pairs`` writes the short
    form of the mapping out.  An entry may be without a value.
    """

    inner: Shape
    lay: Callable[[Any, Any], Any] = lambda base, value: value
    pairs: Callable[[Any], dict[str, Any]] | None = None

    def read(self, value: Any) -> Any:
        entries = self.pairs(value) if self.pairs else value
        return {key: None if one is None else self.inner.read(one) for key, one in entries.items()}

    def over(self, base: Any, value: Any) -> Any:
        if base is None or value is None:
            return value if base is None else base
        laid = {key: self.lay(base[key], one) if key in base else one for key, one in value.items()}
        return {**base, **laid}

    def plain(self, value: Any) -> Any:
        return {key: None if one is None else self.inner.plain(one) for key, one in value.items()}

    def unset(self, value: Any) -> bool:
        return not value


@dataclass(frozen=True)
class Fields:
    """A mapping with known fields; others are left out.

    ``short`` writes its short form out, ``write`` gives it back its form in the document.
    """

    fields: Mapping[str, Shape]
    short: Callable[[Any], Any] | None = None
    lay: Callable[[Any, Any], Any] | None = None
    write: Callable[[dict[str, Any]], Any] = _same
    extras: bool = False  # keep what begins with ``x-``

    def read(self, value: Any) -> Any:
        found: dict[str, Any] = {}
        told = self.short(value) if self.short else value
        if not isinstance(told, dict):
            raise ValueError("must be a mapping")
        for key, one in told.items():
            if key in self.fields and one is not None:
                try:
                    found[key] = self.fields[key].read(one)
                except ValueError as error:
                    raise ValueError(f"{key}: {error}") from error
            elif self.extras and key.startswith("x-"):
                found[key] = one
        return found

    def over(self, base: Any, value: Any) -> Any:
        if base is None or value is None:
            return value if base is None else base
        if self.lay is not None:
            return self.lay(base, value)
        found = dict(base)
        for key, shape in self.fields.items():
            laid = shape.over(base.get(key), value.get(key))
            if laid is not None:
                found[key] = laid
        extras = {key: one for key, one in value.items() if key.startswith("x-")}
        return {**found, **lay_extras(base, extras)}

    def plain(self, value: Any) -> Any:
        found = {
            key: shape.plain(value[key])
            for key, shape in self.fields.items()
            if key in value and not shape.unset(value[key])
        }
        extras = {key: one for key, one in value.items() if key.startswith("x-")}
        return self.write(found | extras)

    def unset(self, value: Any) -> bool:
        return not value or all(shape.unset(value.get(key)) for key, shape in self.fields.items())


def lay_extras(base: Mapping[str, Any], value: Mapping[str, Any]) -> dict[str, Any]:
    """Lay free-form mappings over each other: mappings are merged, lists are appended."""
    found: dict[str, Any] = {}
    for key, one in value.items():
        known = base.get(key)
        if isinstance(one, dict) and isinstance(known, dict):
            found[key] = {**known, **lay_extras(known, one)}
        elif isinstance(one, list) and isinstance(known, list):
            found[key] = [*known, *one]
        else:
            found[key] = one
    return found


class Ns(int):
    """A duration in nanoseconds."""

    def __str__(self) -> str:
        return duration(int(self))


class Size(int):
    """A size in bytes."""

    def __str__(self) -> str:
        return str(int(self))


def _text(value: Any) -> str:
    if not isinstance(value, str) or isinstance(value, GoTime):
        raise ValueError(f"expected type 'string', got unconvertible type of {value!r}")
    return value


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"expected type 'bool', got unconvertible type of {value!r}")
    return value


def _whole(lowest: int, highest: int) -> Callable[[Any], int]:
    def convert(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueError(f"expected type 'int', got unconvertible type of {value!r}")
        if not lowest <= int(value) <= highest:
            raise ValueError(f"cannot parse, {value} overflows")
        return int(value)

    return convert


def _ratio(value: Any) -> float:
    """Return *value* in the precision of Go's float32, in its shortest form."""
    try:
        (narrow,) = struct.unpack("f", struct.pack("f", value))
    except (OverflowError, struct.error) as error:  # the latter for a whole number
        raise ValueError(f"cannot parse, {value} overflows") from error
    tried = (float(f"{narrow:.{digits}g}") for digits in range(1, 10))
    short = next(one for one in tried if struct.pack("f", one) == struct.pack("f", narrow))
    return int(short) if short.is_integer() else short


TEXT = Plain(_text)
FLAG = Plain(_flag)
NUMBER = Plain(_whole(-(2**63), 2**63 - 1))
SMALL_NUMBER = Plain(lambda value: _whole(0, 2**64 - 1)(value) % 2**32)  # as Go's uint32 takes it
COUNT = Plain(_whole(0, 2**64 - 1))
RATIO = Plain(_ratio)
SPAN = Plain(lambda value: Ns(nanoseconds(value)), str)
BYTES = Plain(lambda value: Size(size(value)), str)
