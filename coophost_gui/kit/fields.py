"""Typed questions. A field is the question and the key to its answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from coophost_gui.kit.text import Words

T = TypeVar("T")


def _fine(value: object) -> Words:
    return ""


@dataclass(frozen=True, eq=False)
class Field(Generic[T]):
    """One question.

    ``key`` is ASCII and never changes: the name of the answer on disk, of the
    widget and of the command line option.  ``problem(value)`` is instant and
    returns ``""`` when the answer will do.
    """

    key: str
    label: Words
    default: T
    help: Words = ""
    problem: Callable[[T], Words] = _fine
    placeholder: Words = ""


class Text(Field[str]):
    """A line of text."""


class Lines(Text):
    """Several lines of text, such as what somebody proposes."""


class Folder(Text):
    """A folder of this computer, or what the question allows in its place; it may be picked."""


class Secret(Field[str]):
    """A password or the like: never stored with the answers, never logged."""


class YesNo(Field[bool]):
    """A switch."""


@dataclass(frozen=True, eq=False)
class Choice(Field[str]):
    """One of a few; ``options`` are (value, words) or (value, words, explanation)."""

    options: tuple[tuple[str, Words] | tuple[str, Words, Words], ...] = ()


class Fingerprint(Field[str]):
    """Compare a host key. Asked by the SSH layer with facts ``host`` and ``fingerprint``.

    The answer is the fingerprint that the person pasted (compared letter by letter by
    the asker), or ``IT_DIFFERS``, or ``NOT_COMPARED`` when she typed that she goes on
    without comparing.
    """

    IT_DIFFERS = "it is different"
    NOT_COMPARED = "not compared"
