"""Words that people read: English here, translated only on the screen."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import date


class Marked(str):
    """English that has a translation: as a fact of other words it is translated with them."""

    __slots__ = ()


def N_(context: str, english: str) -> str:
    """Mark *english* for the translators and return it otherwise unchanged."""
    return Marked(english)


@dataclass(frozen=True, slots=True)
class Plural:
    """One sentence in two forms: for one thing, and for every other number of them."""

    one: str
    many: str


def N_n(context: str, one: str, many: str) -> Plural:
    """Mark a sentence that counts; other languages may have more forms of it."""
    return Plural(one, many)


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its facts kept apart, so that the screen can translate it."""

    text: str
    facts: Mapping[str, object] = field(default_factory=dict)
    counted: tuple[Plural, int] | None = None  # what it counts, for languages with other rules

    def __str__(self) -> str:
        return self.text.format_map(self.facts) if self.facts else self.text


Words: TypeAlias = str | Said  # a plain ``str`` was marked with ``N_`` and has no facts


def said(text: str, /, **facts: object) -> Said:
    """Return *text* (marked with ``N_``) together with the facts that fill its braces."""
    return Said(text, facts)


def several(count: int, words: Plural, /, **facts: object) -> Said:
    """Return the form of *words* (marked with ``N_n``) for *count*, which fills ``{count}``."""
    text = words.one if count == 1 else words.many
    return Said(text, {"count": count} | facts, (words, count))


def listing(things: Sequence[Words]) -> Said:
    """Return *things* as one fact, set apart by commas."""
    facts = {f"thing{number}": thing for number, thing in enumerate(things)}
    return Said(", ".join(f"{{{name}}}" for name in facts), facts)


class Told(str):
    """English with its translations beside it, as data files carry them (``meanings.yml``)."""

    __slots__ = ("others",)
    others: Mapping[str, str]

    @classmethod
    def of(cls, texts: object) -> "Told":
        """Return *texts*: ``{en: …, ca: …, es: …}``, or only the English."""
        others = dict(texts) if isinstance(texts, Mapping) else {"en": str(texts)}
        told = cls(others["en"])
        told.others = others
        return told

    def in_language(self, code: str) -> str:
        """Return the text in the language *code*; in English where there is none."""
        return self.others.get(code) or str(self)


class Amount(str):
    """A number that is written already (``1.9 GB``): the screen only changes its point."""

    __slots__ = ()


MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as English writes it (``11 December 2026``); the screen writes it in its language."""

    date: "date"

    @classmethod
    def of(cls, at: float) -> "Day":
        """Return the day of *at* (seconds since 1970) where this computer is."""
        from datetime import datetime  # no first window says a day

        return cls(datetime.fromtimestamp(at).date())

    def __str__(self) -> str:
        return f"{self.date.day} {MONTHS[self.date.month - 1]} {self.date.year}"


LONGEST_NUMBER = 18  # digits: what a server or a file can mean, and 64 bits can hold


def whole(text: str, otherwise: int = 0) -> int:
    """Return the whole number that *text* is; *otherwise* where it is none that can be meant."""
    plain = text.isascii() and text.isdigit() and len(text) <= LONGEST_NUMBER
    return int(text) if plain else otherwise


def size_in_words(count: float) -> Amount:
    """Say *count* bytes as people read it: ``118 MB``, ``1.9 GB`` (1 kB = 1000 bytes)."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return Amount(f"{count:.0f} {unit}")
        count /= 1000
    return Amount(f"{count:.1f} GB")
