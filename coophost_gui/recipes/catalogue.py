"""Which apps there are: the federation's catalogue file, the starters, and finding one."""

import difflib
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.meanings import Meaning

FUZZY_FROM = 4  # shorter words are too much alike
FUZZY_TO = 40  # in a long sentence nearly everything is like something
ALIKE = 0.78


class CatalogueUnreadable(Problem):
    text = N_("core", "The list of apps in {path} cannot be read.")
    means = N_("core", "Your apps and servers are not touched by this.")
    hint = N_("core", "Move the file away: the list that comes with this program is used then.")


@dataclass(frozen=True)
class Entry:
    """One recipe, as the catalogue describes it."""

    name: str
    description: str = ""
    category: str = ""
    repository: str = ""  # where it is cloned from
    website: str = ""
    versions: tuple[str, ...] = ()  # oldest first
    status: int | None = None  # 0 to 5, 5 is best; None: it does not say
    features: Mapping[str, Any] = field(default_factory=dict)
    images: Mapping[str, str] = field(default_factory=dict)  # of the newest version, by service
    starter: bool = False  # its files came with this program

    @property
    def latest(self) -> str:
        return self.versions[-1] if self.versions else ""


@dataclass(frozen=True)
class Match:
    """An app that was found, and why."""

    entry: Entry
    meaning: Meaning | None
    because: Words = ""
    score: int = 0

    @property
    def title(self) -> str:
        """Return what to call it on a screen."""
        return self.meaning.name if self.meaning else self.entry.name


@dataclass(frozen=True)
class Catalogue:
    """The apps that can be chosen from."""

    entries: tuple[Entry, ...]
    date: datetime | None = None  # of the list; in UTC
    source: Words = ""  # where the list comes from

    @classmethod
    def parse(cls, data: bytes, date: datetime | None = None, source: Words = "") -> "Catalogue":
        """Read a catalogue file; what is missing, null or unknown does not matter."""
        found = json.loads(data)
        if isinstance(found, Mapping):
            pairs = [(str(name), meta) for name, meta in found.items()]
        elif isinstance(found, list):
            pairs = [(str(_mapping(meta).get("name", "")), meta) for meta in found]
        else:
            raise ValueError("neither an object nor a list")
        entries = [_entry(name, meta) for name, meta in pairs if name and isinstance(meta, Mapping)]
        return cls(tuple(sorted(entries, key=lambda entry: entry.name)), date, source)

    @classmethod
    def read(cls, path: Path, date: datetime | None = None, source: Words = "") -> "Catalogue":
        """Read the catalogue file at *path*; its date is the file's own unless given."""
        try:
            date = date or datetime.fromtimestamp(path.stat().st_mtime, UTC)
            return cls.parse(path.read_bytes(), date, source)
        except (OSError, ValueError) as error:
            raise CatalogueUnreadable(str(error), path=path) from error

    @classmethod
    def find(cls, abra: AbraFolder) -> "Catalogue":
        """Return abra's catalogue where there is one, and always the starters."""
        ours = cls.shipped()
        if not abra.catalogue_file().is_file():
            return ours
        theirs = cls.read(
            abra.catalogue_file(), source=N_("core", "the list that abra keeps on this computer")
        )
        names = {entry.name for entry in theirs.entries}
        more = [entry for entry in ours.entries if entry.name not in names]
        entries = sorted((*theirs.entries, *more), key=lambda entry: entry.name)
        return replace(theirs, entries=tuple(entries))

    @classmethod
    def shipped(cls) -> "Catalogue":
        """Return the list that comes with the program."""
        origin = read_yaml(places.shipped_recipes("catalogue.origin.yml"))
        day = datetime.combine(origin["date"], datetime.min.time(), UTC)
        found = cls.read(
            places.shipped_recipes("catalogue.json"),
            day,
            N_("core", "the list that comes with this program"),
        )
        return replace(found, entries=tuple(replace(e, starter=True) for e in found.entries))

    def get(self, name: str) -> Entry | None:
        """Return the entry called *name*, or None."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def search(self, text: str, meanings: Mapping[str, Meaning]) -> list[Match]:
        """Return what fits *text*, best first; everything when *text* is empty.

        People type product names ("Google Drive"), parts of words, without accents, and
        with small mistakes.
        """
        wanted = _plain(text)
        found = []
        for entry in self.entries:
            meaning = meanings.get(entry.name)
            match = _match(wanted, entry, meaning) if wanted else Match(entry, meaning, "", 1)
            if match.score:
                found.append(match)
        return sorted(found, key=lambda match: (-match.score, _plain(match.title)))


def _match(wanted: str, entry: Entry, meaning: Meaning | None) -> Match:
    best = Match(entry, meaning)
    for weight, because, terms in _terms(entry, meaning):
        for term in terms:
            score = _likeness(wanted, _plain(term)) * weight
            if score > best.score:
                best = replace(
                    best, score=score, because=said(because, term=term) if because else ""
                )
    if meaning and any(wanted == _plain(product) for product in meaning.not_replaces):
        return Match(entry, meaning)  # it was written down that it is no substitute
    return best


def _terms(entry: Entry, meaning: Meaning | None) -> Iterable[tuple[int, str, Iterable[str]]]:
    if meaning:
        yield 5, N_("core", "instead of {term}"), meaning.replaces
        yield 5, "", (meaning.name,)
        yield 4, "", meaning.also
        yield 3, "", (meaning.kind,)
        yield 2, "", (meaning.sentence,)
    yield 4, "", (entry.name, entry.name.replace("-", " "))
    yield 2, "", (entry.category,)
    yield 1, "", (entry.description,)


def _likeness(wanted: str, term: str) -> int:
    """Return how well *wanted* fits *term*: 0 (not at all) to 10 (the same)."""
    if not term:
        return 0
    if wanted == term:
        return 10
    if term.startswith(wanted):
        return 8
    words, parts = wanted.split(), term.split()
    if all(any(part.startswith(word) for part in parts) for word in words):
        return 7
    if len(wanted) >= FUZZY_FROM and wanted in term:
        return 6
    if len(term) > FUZZY_TO:
        return 0
    if len(wanted) >= FUZZY_FROM and _alike(wanted, term):
        return 5
    if all(any(_word_fits(word, part) for part in parts) for word in words):
        return 4
    return 0


def _word_fits(word: str, part: str) -> bool:
    return part.startswith(word) or (len(word) >= FUZZY_FROM and _alike(word, part))


def _alike(one: str, other: str) -> bool:
    if 2 * min(len(one), len(other)) < ALIKE * (len(one) + len(other)):
        return False  # whatever the letters are
    match = difflib.SequenceMatcher(None, one, other)
    return match.quick_ratio() >= ALIKE and match.ratio() >= ALIKE


@lru_cache(4096)
def _plain(text: str) -> str:
    """Return *text* in small letters, without accents and signs."""
    apart = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(c for c in apart if not unicodedata.combining(c))
    return " ".join(re.findall(r"\w+", bare))


def _entry(name: str, meta: Mapping[str, Any]) -> Entry:
    features = _mapping(meta.get("features"))
    versions = _versions(meta.get("versions"))
    services = _mapping(versions[-1][1]) if versions else {}
    return Entry(
        name=name,
        description=_text(meta.get("description")),
        category=_text(meta.get("category")),
        repository=_text(meta.get("repository")),
        website=_text(meta.get("website")),
        versions=tuple(tag for tag, _ in versions),
        status=_status(features.get("status")),
        features=features,
        images={str(key): _image(_mapping(service)) for key, service in services.items()},
    )


def _versions(found: object) -> list[tuple[str, object]]:
    if isinstance(found, Mapping):
        found = [found]
    if not isinstance(found, list):
        return []
    return [(str(tag), meta) for one in found for tag, meta in _mapping(one).items()]


def _image(meta: Mapping[str, Any]) -> str:
    tag = _text(meta.get("tag"))
    return _text(meta.get("image")) + (f":{tag}" if tag else "")


def _status(found: object) -> int | None:
    if isinstance(found, bool) or not isinstance(found, int | float | str):
        return None
    digits = re.match(r"\d+", str(found))
    return int(digits[0]) if digits else None


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
