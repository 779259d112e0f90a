"""How well what somebody typed fits a name: parts of words, no accents, small mistakes."""

import difflib
import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

EXACT, JOINED, PREFIX, WORDS, CONTAINS, INSIDE = 1000, 950, 800, 700, 650, 600
FUZZY = 400  # up to a hundred more, the fewer letters differ
FUZZY_WORDS = 350
FUZZY_FROM = 4  # shorter words are too much alike
FUZZY_TO = 40  # in a long sentence nearly everything is like something
ALIKE = 0.78
SHORTEST_PART = 3  # letters of a name that is noticed among other words


@lru_cache(8192)
def plain(text: str) -> str:
    """Return *text* in small letters, without accents and signs."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


class Term(NamedTuple):
    """A name, cut up once for all the comparing."""

    text: str  # plain
    padded: str
    joined: str
    parts: tuple[str, ...]
    starts: tuple[str, ...]  # each part as it begins a word in ``padded``


Terms = tuple[tuple[int, Term], ...]  # the words by which something is found, with their weights


@lru_cache(16384)
def term(text: str) -> Term:
    """Return *text* ready to be compared."""
    bare = plain(text)
    parts = tuple(bare.split())
    return Term(bare, f" {bare} ", "".join(parts), parts, tuple(f" {part}" for part in parts))


def likeness(wanted: Term, name: Term) -> int:
    """Return how well *wanted* fits *name*: 0 (not at all) to EXACT."""
    if not name.text or not wanted.text:
        return 0
    if wanted.joined == name.joined:
        return EXACT if wanted.text == name.text else JOINED
    if name.text.startswith(wanted.text):
        return PREFIX
    for start in wanted.starts:
        if start not in name.padded:
            break
    else:
        return WORDS
    if len(name.text) >= SHORTEST_PART and name.padded in wanted.padded:
        return CONTAINS
    if len(wanted.text) < FUZZY_FROM:
        return 0
    if wanted.text in name.text:
        return INSIDE
    if len(name.text) > FUZZY_TO:
        return 0
    if alike := _alike(wanted.text, name.text):
        return FUZZY + round(100 * alike)
    for word, start in zip(wanted.parts, wanted.starts, strict=True):
        if start not in name.padded and not _is_alike(word, name.parts):
            return 0
    return FUZZY_WORDS


class Names:
    """Many names at once: only those are compared that may be like what was typed."""

    def __init__(self, names: Iterable[Term]) -> None:
        self._by_text = {name.text: name for name in names if name.text}
        self._by_letters: dict[str, list[Term]] = {}
        self._by_part: dict[str, list[Term]] = {}
        for name in self._by_text.values():
            self._by_letters.setdefault(name.joined, []).append(name)
            if len(name.text) <= FUZZY_TO:
                for part in name.parts:
                    self._by_part.setdefault(part, []).append(name)
        self._short = [name for name in self._by_text.values() if len(name.text) <= FUZZY_TO]
        self._lines = "\n".join(name.padded for name in self._by_text.values())

    def like(self, wanted: Term) -> dict[str, int]:
        """Return the texts of the names that *wanted* fits, and how well it fits each."""
        maybe = {name.text: name for name in self._maybe(wanted)} if wanted.text else {}
        found = {text: likeness(wanted, name) for text, name in maybe.items()}
        return {text: fits for text, fits in found.items() if fits}

    def _maybe(self, wanted: Term) -> Iterator[Term]:
        yield from self._by_letters.get(wanted.joined, ())
        yield from self._with(wanted.starts[0])
        for start, stop in combinations(range(len(wanted.parts) + 1), 2):
            if name := self._by_text.get(" ".join(wanted.parts[start:stop])):
                yield name
        if len(wanted.text) < FUZZY_FROM:
            return
        yield from self._with(wanted.text)
        yield from (name for name in self._short if _alike(wanted.text, name.text))
        first = wanted.parts[0]
        if len(first) >= FUZZY_FROM:
            for part, names in self._by_part.items():
                if _alike(first, part):
                    yield from names

    def _with(self, piece: str) -> Iterator[Term]:
        """Yield every name that has *piece* in it: by one search through all of them."""
        at = self._lines.find(piece)
        while at >= 0:
            begin, end = self._lines.rfind("\n", 0, at) + 1, self._lines.find("\n", at)
            line = self._lines[begin:end] if end >= 0 else self._lines[begin:]
            yield self._by_text[line.strip()]
            at = self._lines.find(piece, end) if end >= 0 else -1


def whole(found: int) -> bool:
    """Say whether a likeness means that the whole name was typed, right or nearly so."""
    return found >= JOINED or found == CONTAINS or fuzzy(found)


def fuzzy(found: int) -> bool:
    """Say whether a likeness is a guess at something mistyped."""
    return 0 < found < INSIDE


def _is_alike(word: str, parts: tuple[str, ...]) -> bool:
    return len(word) >= FUZZY_FROM and any(_alike(word, part) for part in parts)


def _alike(one: str, other: str) -> float:
    """Return how many of the letters agree, 0 when too few do."""
    mine, theirs = len(one), len(other)
    if 2 * (mine if mine < theirs else theirs) < ALIKE * (mine + theirs):
        return 0  # whatever the letters are
    return _agreeing(one, other)


@lru_cache(16384)
def _agreeing(one: str, other: str) -> float:
    enough = ALIKE * (len(one) + len(other))
    mine, theirs = _letters(one), _letters(other)
    most = min(len(one) - (mine & ~theirs).bit_count(), len(other) - (theirs & ~mine).bit_count())
    if 2 * most < enough:
        return 0
    found = difflib.SequenceMatcher(None, one, other).ratio()
    return found if found >= ALIKE else 0


@lru_cache(8192)
def _letters(word: str) -> int:
    """Return which letters *word* has, one bit each."""
    return sum({1 << ord(letter) % 64 for letter in word})
