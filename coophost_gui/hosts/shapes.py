"""Whether a thing that came as JSON has the shape that is expected of it: types, names, depth.

A shape is str, int or bool; a pattern for a text; [shape] for a list; {str: shape} for any
names; {"Name": shape} for known ones, which may be missing unless they end in "!".
"""

import re
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

DEEPEST = 60  # lists and mappings within each other; the Engine's own reach about twelve
BIGGEST = 2**64  # the Engine's numbers have 64 bits
NESTS = (dict, list)

Shape: TypeAlias = Any
Check: TypeAlias = Callable[[Any], object]


class Odd(ValueError):
    """Says what an answer is not, and where in it."""

    def __init__(self, what: str, where: str = "") -> None:
        super().__init__(f"{where} {what}".strip())
        self.what, self.where = what, where

    def within(self, name: str) -> "Odd":
        """Return the same about the thing called *name* that this was found in."""
        return Odd(self.what, f"{name}.{self.where}".rstrip("."))


def too_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        inside: list[Any] = []
        for one in level:
            if isinstance(one, NESTS):
                inside += one.values() if isinstance(one, dict) else one
        level = [one for one in inside if isinstance(one, NESTS)]
        if not level:
            return False
    return True


def anything(found: Any) -> Any:
    """Find nothing odd."""
    return found


def check_of(shape: Shape) -> Check:
    """Return what hands on a thing of *shape*, and raises ``Odd`` for any other.

    Null is an empty list where a list is expected; in a mapping it is left out.
    """
    if isinstance(shape, list):
        return _list_of(check_of(shape[0]))
    if isinstance(shape, dict):
        return _names_to(check_of(shape[str])) if str in shape else _mapping(shape)
    if isinstance(shape, re.Pattern):
        return partial(_text_like, shape)
    return _number if shape is int else partial(_is, shape)


def _is(kind: type, found: Any) -> Any:
    if type(found) is not kind:
        raise Odd(f"is {type(found).__name__}, not {kind.__name__}")
    return found


def _number(found: Any) -> Any:
    if not -BIGGEST < _is(int, found) < BIGGEST:
        raise Odd("is too big a number")
    return found


def _text_like(pattern: re.Pattern[str], found: Any) -> Any:
    if not pattern.fullmatch(_is(str, found)):
        raise Odd(f"is {found!r:.80}")
    return found


def _list_of(check: Check) -> Check:
    def of_list(found: Any) -> Any:
        if found is None:
            return []
        for one in _is(list, found):
            check(one)
        return found

    return of_list


def _names_to(check: Check) -> Check:
    def of_names(found: Any) -> Any:
        for name, value in _is(dict, found).items():
            try:
                check(value)
            except Odd as odd:
                raise odd.within(name) from None
        return found

    return of_names


def _mapping(shape: dict[str, Shape]) -> Check:
    parts = [
        (name.removesuffix("!"), name.endswith("!"), check_of(part)) for name, part in shape.items()
    ]

    def of_mapping(found: Any) -> Any:
        _is(dict, found)
        for name, wanted, check in parts:
            value = found.get(name)
            if value is not None:
                try:
                    check(value)
                except Odd as odd:
                    raise odd.within(name) from None
            elif wanted:
                raise Odd(f"has no {name}")
            else:
                found.pop(name, None)
        return found

    return of_mapping
