"""YAML as Docker's tools read it (Go's yaml.v3), which is neither YAML 1.1 nor PyYAML's.

``yes`` and ``on`` are words, ``22:22`` is a word, ``0440`` is octal, a key may stand only
once.  Numbers are written the way Go's ``%v`` writes them.
"""

import base64
import datetime
import math
import re
from collections.abc import Hashable
from contextlib import suppress
from decimal import Decimal
from typing import Any

import yaml

from coophost_gui.recipes.compose.problems import ComposeProblem

CONSTANTS: dict[str, object] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **dict.fromkeys((".nan", ".NaN", ".NAN"), math.nan),
    **dict.fromkeys((".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"), math.inf),
    **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), -math.inf),
}
DECIMAL = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
WHOLE = re.compile(r"([-+]?)(?:0[bB]([01]+)|0[oO]?([0-7]+)|0[xX]([0-9a-fA-F]+)|([1-9][0-9]*|0))")
CLOCK = r"(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?"
TIME = re.compile(
    rf"(\d{{4}})-(\d\d?)-(\d\d?)(?:[Tt]{CLOCK}(Z|[-+]\d\d:\d\d)| +{CLOCK})?", re.ASCII
)
SMALLEST, BIGGEST = -(2**63), 2**64 - 1  # beyond them, a number is kept as a float
MOST = 400_000  # values; aliases of aliases of aliases could mean millions
WIDE = (b"\xff\xfe", b"\xfe\xff")  # how a text of two bytes a letter begins
PLAIN = "tag:coophost,2026:plain"
YAML = "tag:yaml.org,2002:"


class GoTime(str):
    """A date that nobody quoted, in the words of Go's ``%v``."""


def load(data: bytes, name: str) -> dict[str, Any]:
    """Return the mapping in *data*; *name* is the file's, for the problem's detail."""
    try:
        found = _first(_text(data))
        if _size(found, {}) > MOST:
            raise ValueError("document contains excessive aliasing")
    except (yaml.YAMLError, ValueError) as error:
        raise ComposeProblem(f"{name}: yaml: {error}") from error
    except RecursionError as error:
        raise ComposeProblem(f"{name}: yaml: exceeded max depth") from error
    if not isinstance(found, dict):
        raise ComposeProblem(f"{name}: top-level object must be a mapping")
    return found


def _first(text: str) -> Any:
    """Return the first document in *text*: only that one counts.

    The C parser is three times as quick, and yaml.v3 is made from it; what it does not
    take is read once more as yaml.v3 takes it, or is refused in the usual words.
    """
    *quick, last = _LOADERS
    for loader in quick:
        with suppress(yaml.YAMLError):
            return next(yaml.load_all(text, loader), None)
    return next(yaml.load_all(text, last), None)


def _text(data: bytes) -> str:
    return data.decode("utf-16" if data[:2] in WIDE else "utf-8-sig")


def _size(thing: Any, known: dict[int, int]) -> int:
    """Count the values in *thing*, each as often as an alias brings it in."""
    if not isinstance(thing, dict | list):
        return 1
    if id(thing) not in known:
        inner = thing.values() if isinstance(thing, dict) else thing
        known[id(thing)] = 1 + sum(_size(one, known) for one in inner)
    return known[id(thing)]


def written(value: object) -> str:
    """Write a scalar as Go's ``%v`` does."""
    match value:
        case None:
            return "<nil>"
        case bool():
            return str(value).lower()
        case float():
            return _written_float(value)
        case _:
            return str(value)


def _written_float(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if math.isnan(value):
        return "NaN"
    if value == 0:
        return "-0" if math.copysign(1, value) < 0 else "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    power = len(digits) + exponent - 1
    if -4 <= power < 6:
        return format(Decimal(repr(value)).normalize(), "f")
    rest = "".join(map(str, digits[1:]))
    mantissa = f"{digits[0]}.{rest}" if rest else str(digits[0])
    return f"{'-' if sign else ''}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


def resolved(text: str) -> object:
    """Return what yaml.v3 makes of the unquoted *text*."""
    if text in CONSTANTS:
        return CONSTANTS[text]
    if text[:1] not in "+-.0123456789":
        return text
    if text[0] != ".":
        if TIME.fullmatch(text) and (time := _time(text)) is not None:
            return time
        text, given = text.replace("_", ""), text
        if found := WHOLE.fullmatch(text):
            number = _whole(*found.groups())
            if SMALLEST <= number <= BIGGEST:
                return number
    else:
        given = text
    if DECIMAL.fullmatch(text) and math.isfinite(float(text)):
        return float(text)
    return given


def _whole(sign: str, two: str, eight: str, sixteen: str, ten: str) -> int:
    bases = ((two, 2), (eight, 8), (sixteen, 16), (ten, 10))
    number = next(int(digits, base) for digits, base in bases if digits is not None)
    return -number if sign == "-" else number


def _time(text: str) -> GoTime | None:
    """Return the time in *text*, in the words of Go's ``%v``; None when there is no such day."""
    found = TIME.fullmatch(text)
    assert found is not None
    year, month, day = (int(one) for one in found.groups()[:3])
    clock = found.groups()[3:7] if found[4] else found.groups()[8:12]
    hour, minute, second = (int(one or 0) for one in clock[:3])
    fraction = (clock[3] or "")[:9].rstrip("0")
    zone = found[8] or "Z"
    try:
        datetime.datetime(year, month, day, hour, minute, second)
    except ValueError:
        return None
    offset = "+0000" if zone == "Z" else zone.replace(":", "")
    return GoTime(
        f"{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}"
        f"{'.' if fraction else ''}{fraction} {offset} "
        f"{'UTC' if offset in ('+0000', '-0000') else offset}"
    )


class _AsGo(yaml.composer.Composer, yaml.constructor.SafeConstructor, yaml.resolver.Resolver):
    """What yaml.v3 makes of what a parser reads."""

    def __init__(self) -> None:
        yaml.composer.Composer.__init__(self)
        yaml.constructor.SafeConstructor.__init__(self)
        yaml.resolver.Resolver.__init__(self)
        self.within: set[str | None] = set()  # the names of the values that are being read

    def resolve(self, kind: Any, value: Any, implicit: Any) -> str:
        if kind is not yaml.ScalarNode:
            return f"{YAML}{'seq' if kind is yaml.SequenceNode else 'map'}"
        if not implicit[0]:
            return f"{YAML}str"
        return f"{YAML}merge" if value == "<<" else PLAIN

    def compose_node(self, parent: Any, index: Any) -> Any:
        """Let a name stand for another value further down, and for none that holds it."""
        event = self.peek_event()  # type: ignore[attr-defined]
        name = getattr(event, "anchor", None)
        if isinstance(event, yaml.AliasEvent):
            if name in self.within:
                raise ValueError(f"anchor '{name}' value contains itself")
            return super().compose_node(parent, index)
        self.anchors.pop(name, None)
        self.within.add(name)
        node = super().compose_node(parent, index)
        self.within.discard(name)
        return node

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.value in seen:
                raise ValueError(
                    f'line {line}: mapping key "{key.value}" already defined '
                    f"at line {seen[key.value]}"
                )
            seen[key.value] = line
        found = super().construct_mapping(node, deep=deep)
        for key in found:
            if not isinstance(key, str) or isinstance(key, GoTime):
                raise ValueError(f"non-string key: {written(key)}")
        return found


class _Loader(_AsGo, yaml.reader.Reader, yaml.scanner.Scanner, yaml.parser.Parser):
    """The same from PyYAML's own parser."""

    def __init__(self, stream: Any) -> None:
        yaml.reader.Reader.__init__(self, stream)
        yaml.scanner.Scanner.__init__(self)
        yaml.parser.Parser.__init__(self)
        _AsGo.__init__(self)

    def scan_to_next_token(self) -> None:
        """Skip tabs as well, where yaml.v3 takes them for blanks and PyYAML does not."""
        super().scan_to_next_token()
        while self.peek() == "\t" and (self.flow_level or not self.allow_simple_key):
            self.forward()
            super().scan_to_next_token()


_LOADERS: tuple[Any, ...] = (_Loader,)
if yaml.__with_libyaml__:
    from yaml._yaml import CParser

    class _QuickLoader(_AsGo, CParser):
        """The same from the C parser."""

        def __init__(self, stream: Any) -> None:
            CParser.__init__(self, stream)
            _AsGo.__init__(self)

    _LOADERS = (_QuickLoader, _Loader)


def _scalar(loader: Any, node: Any) -> object:
    return resolved(node.value)


def _float(loader: Any, node: Any) -> object:
    found = resolved(node.value)
    return float(found) if isinstance(found, int) else found


def _binary(loader: Any, node: Any) -> str:
    return base64.b64decode(node.value).decode("utf-8", "replace")


def _unknown(loader: Any, node: Any) -> object:
    """Read what has a tag of somebody else's as if it had none."""
    if isinstance(node, yaml.MappingNode):
        return loader.construct_mapping(node, deep=True)
    if isinstance(node, yaml.SequenceNode):
        return loader.construct_sequence(node, deep=True)
    return node.value


for _tag in (PLAIN, *(YAML + name for name in ("int", "bool", "null", "timestamp"))):
    _AsGo.add_constructor(_tag, _scalar)
_AsGo.add_constructor(f"{YAML}float", _float)
_AsGo.add_constructor(f"{YAML}binary", _binary)
_AsGo.add_constructor(None, _unknown)
