"""YAML as Docker's tools read it (Go's yaml.v3), which is neither YAML 1.1 nor PyYAML's.

``yes`` and ``on`` are words, ``22:22`` is a word, ``0440`` is octal, a key may stand only
once.  Numbers are written the way Go's ``%v`` writes them.
"""

import datetime
import math
import re
from collections.abc import Hashable
from decimal import Decimal
from typing import Any

import yaml

from coophost_gui.recipes.compose.problems import ComposeProblem

INTEGER = r"[-+]?(?:0b[01_]+|0o?[0-7_]+|0x[0-9a-fA-F_]+|[0-9][0-9_]*)"
FLOAT = r"[-+]?(?:\.[0-9]+|[0-9][0-9_]*(?:\.[0-9_]*)?)(?:[eE][-+]?[0-9]+)?"
SPECIAL = r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)"
TIME = (
    r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}"
    r"(?:(?:[Tt]|[ \t]+)[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}"
    r"(?:\.[0-9]+)?(?:Z|[-+][0-9]{1,2}:?[0-9]{2})?)?"
)


class GoTime(str):
    """A date that nobody quoted, in the words of Go's ``%v``."""


def load(data: bytes, name: str) -> dict[str, Any]:
    """Return the mapping in *data*; *name* is the file's, for the problem's detail."""
    try:
        found = yaml.load(data.decode("utf-8-sig"), _Loader)  # a subclass of SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError) as error:
        raise ComposeProblem(f"{name}: {error}") from error
    if not isinstance(found, dict):
        raise ComposeProblem(f"{name}: Top-level object must be a mapping")
    return found


def written(value: object) -> str:
    """Write a scalar as Go's ``%v`` does."""
    match value:
        case bool():
            return str(value).lower()
        case float():
            return _float(value)
        case _:
            return str(value)


def _float(value: float) -> str:
    if math.isinf(value):
        return "+Inf" if value > 0 else "-Inf"
    if math.isnan(value):
        return "NaN"
    if value == 0:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    power = len(digits) + exponent - 1
    if -4 <= power < 21:
        return format(Decimal(repr(value)).normalize(), "f")
    rest = "".join(map(str, digits[1:]))
    mantissa = f"{digits[0]}.{rest}" if rest else str(digits[0])
    return f"{'-' if sign else ''}{mantissa}e{'-' if power < 0 else '+'}{abs(power):02d}"


class _Loader(yaml.SafeLoader):
    """SafeLoader with the scalars of yaml.v3."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        seen: dict[str, int] = {}
        for key, _ in node.value:
            if key.tag == "tag:yaml.org,2002:merge" or not isinstance(key, yaml.ScalarNode):
                continue
            line = key.start_mark.line + 1
            if key.value in seen:
                raise ValueError(
                    f'line {line}: mapping key "{key.value}" already defined '
                    f"at line {seen[key.value]}"
                )
            seen[key.value] = line
        found = super().construct_mapping(node, deep=deep)
        return {written(key) if key is not None else "null": v for key, v in found.items()}


def _integer(loader: Any, node: Any) -> object:
    text = node.value.replace("_", "")
    sign = -1 if text.startswith("-") else 1
    digits = text.lstrip("+-").lower()
    try:
        if digits.startswith(("0x", "0o", "0b")):
            return sign * int(digits, 0)
        if len(digits) > 1 and digits.startswith("0"):
            return sign * int(digits, 8)
    except ValueError:
        return float(text)
    return sign * int(digits)


def _number(loader: Any, node: Any) -> object:
    text = node.value.replace("_", "").lower()
    if text.lstrip("+-") == ".inf":
        return -math.inf if text.startswith("-") else math.inf
    return math.nan if text == ".nan" else float(text)


def _time(loader: Any, node: Any) -> object:
    try:
        found = yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError:
        return node.value
    if not isinstance(found, datetime.datetime):
        return GoTime(f"{found.isoformat()} 00:00:00 +0000 UTC")
    found = found.replace(tzinfo=found.tzinfo or datetime.UTC)
    fraction = f".{found.microsecond:06d}".rstrip("0") if found.microsecond else ""
    zone = found.strftime("%z")
    return GoTime(
        f"{found:%Y-%m-%d %H:%M:%S}{fraction} {zone} {'UTC' if zone == '+0000' else zone}"
    )


_Loader.yaml_implicit_resolvers = {}  # none of YAML 1.1's


def _resolve(tag: str, pattern: str, first: str) -> None:
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(f"^(?:{pattern})$"), first)


_resolve("null", "~|null|Null|NULL|", "~nN\0")
_Loader.yaml_implicit_resolvers.setdefault("", []).append(
    ("tag:yaml.org,2002:null", re.compile("^$"))
)
_resolve("bool", "true|True|TRUE|false|False|FALSE", "tTfF")
_resolve("int", INTEGER, "-+0123456789")
_resolve("float", f"{FLOAT}|{SPECIAL}", "-+0123456789.")
_resolve("timestamp", TIME, "0123456789")
_resolve("merge", "<<", "<")
_Loader.add_constructor("tag:yaml.org,2002:int", _integer)
_Loader.add_constructor("tag:yaml.org,2002:float", _number)
_Loader.add_constructor("tag:yaml.org,2002:timestamp", _time)
