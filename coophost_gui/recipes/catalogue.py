"""Which apps there are: the federation's catalogue file, the starters, and finding one."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import Any

from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml
from coophost_gui.kit.text import LONGEST_NUMBER, N_, Words
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.likeness import Names, Terms, term
from coophost_gui.recipes.meanings import Meanings
from coophost_gui.recipes.search import Match, search, why_nothing

STARTER = "starter-"  # how the names of our own recipes begin
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


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

    @cached_property
    def terms(self) -> Terms:
        """Return the words by which it is found, and how much each counts."""
        return (4, term(self.name)), (2, term(self.category)), (1, term(self.description))

    @cached_property
    def texts(self) -> frozenset[str]:
        """Return the texts of ``terms``."""
        return frozenset(word.text for _, word in self.terms)

    @property
    def latest(self) -> str:
        return self.versions[-1] if self.versions else ""


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
        except (OSError, ValueError, RecursionError) as error:
            raise CatalogueUnreadable(str(error), path=path) from error

    @classmethod
    def find(cls, abra: AbraFolder, lists: Path | None = None) -> "Catalogue":
        """Return the newer of abra's catalogue and the one in *lists*, and always the starters."""
        from coophost_gui.recipes.news import cached

        ours = cls.shipped()
        theirs = cached(lists) if lists else None
        if abra.catalogue_file().is_file():
            words = N_("core", "the list that abra keeps on this computer")
            abras = cls.read(abra.catalogue_file(), source=words)
            if theirs is None or (abras.date or _LONG_AGO) > (theirs.date or _LONG_AGO):
                theirs = abras
        if theirs is None:
            return ours
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
        entries = (replace(e, starter=e.name.startswith(STARTER)) for e in found.entries)
        return replace(found, entries=tuple(entries))

    @cached_property
    def names(self) -> Names:
        """Return the words that the entries have of their own, ready to be searched."""
        return Names(name for entry in self.entries for _, name in entry.terms)

    def get(self, name: str) -> Entry | None:
        """Return the entry called *name*, or None."""
        return next((entry for entry in self.entries if entry.name == name), None)

    def search(self, text: str, meanings: Meanings) -> list[Match]:
        """Return what fits *text*, best first; everything when *text* is empty.

        People type product names ("Google Drive"), parts of words, without accents, and
        with small mistakes.
        """
        return search(self.entries, self.names, text, meanings)

    def why_nothing(self, text: str, meanings: Meanings) -> Words:
        """Say why nothing in the list does what *text* asks for; "" when something does."""
        return why_nothing(self.entries, self.names, text, meanings)


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
    digits = re.match(r"[0-9]+", str(found)[:LONGEST_NUMBER])
    return int(digits[0]) if digits else None


def _mapping(found: object) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}


def _text(found: object) -> str:
    return found if isinstance(found, str) else ""
