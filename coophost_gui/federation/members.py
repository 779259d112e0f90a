"""Members of a federation or of one collective: ``members/<slug>.yml``, one file each."""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from coophost_gui.federation.record import Record
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml, write_yaml
from coophost_gui.kit.text import N_

RESERVED = ("electorate", "ruleset")  # files of other meaning beside the votes of members


class MemberUnreadable(Problem):
    text = N_("core", "The file {path} of a member cannot be read as it is.")
    means = N_("core", "It was left untouched, and nothing else was changed.")
    hint = N_("core", "Open it in a text editor; the details say which line is wrong.")


@dataclass(frozen=True)
class Delegate:
    """A person who may speak for a member; ``address`` is a Matrix id or a mail address."""

    name: str
    address: str = ""
    language: str = ""  # in which she is written to


@dataclass(frozen=True)
class Span:
    """From one day to another, both included; ``until`` None: until further notice."""

    start: date
    until: date | None = None
    decided_by: str = ""

    def holds(self, day: date) -> bool:
        """Say whether *day* lies in it."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Member:
    """An organisation or a person that belongs to the federation, or to the collective."""

    slug: str
    name: str
    website: str = ""
    member_class: str = ""  # where the rules know classes
    delegates: tuple[Delegate, ...] = ()
    joined: date | None = None
    left: date | None = None
    paused: tuple[Span, ...] = ()
    waivers: tuple[Span, ...] = ()
    proxy: str = ""  # slug of the member who speaks for this one

    def votes_on(self, day: date) -> bool:
        """Say whether it belongs to the electorate of a decision that is opened on *day*."""
        here = (self.joined is None or self.joined <= day) and (
            self.left is None or day < self.left
        )
        return here and not any(span.holds(day) for span in self.paused)


def members(record: Record) -> list[Member]:
    """Return every member of *record*, by name.

    Raises ``MemberUnreadable`` or ``FileUnreadable``, which name the file.
    """
    found = [read_member(path) for path in record.members.glob("*.yml")]
    return sorted(found, key=lambda member: member.name.casefold())


def read_member(path: Path) -> Member:
    """Return the member that the file *path* describes."""
    data = read_yaml(path)
    return Member(
        path.stem,
        str(data.get("name") or path.stem),
        str(data.get("website", "")),
        str(data.get("class", "")),
        tuple(
            Delegate(str(row["name"]), str(row.get("address", "")), str(row.get("language", "")))
            for row in _rows(data, "delegates", path)
            if row.get("name")
        ),
        _day(data.get("joined"), path),
        _day(data.get("left"), path),
        _spans(data, "paused", path),
        _spans(data, "waivers", path),
        str(data.get("proxy", "")),
    )


def write_member(record: Record, member: Member) -> Path:
    """Write *member* into its file, and return that."""
    values: dict[str, Any] = {
        "name": member.name,
        "website": member.website,
        "class": member.member_class,
        "delegates": [
            _filled({"name": one.name, "address": one.address, "language": one.language})
            for one in member.delegates
        ],
        "joined": member.joined,
        "left": member.left,
        "paused": _written(member.paused),
        "waivers": _written(member.waivers),
        "proxy": member.proxy,
    }
    path = record.members / f"{member.slug}.yml"
    write_yaml(path, {"version": 1} | _filled(values), 0o644)
    return path


def slug_of(name: str, taken: Iterable[str] = ()) -> str:
    """Return the name of the file for a member called *name*, none of *taken*."""
    plain = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:60] or "member"
    known, number, found = {*taken, *RESERVED}, 2, slug
    while found in known:
        found, number = f"{slug}-{number}", number + 1
    return found


def _filled(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value not in ("", None, [], ())}


def _written(spans: Iterable[Span]) -> list[dict[str, Any]]:
    return [
        _filled({"from": one.start, "until": one.until, "decided_by": one.decided_by})
        for one in spans
    ]


def _rows(data: Mapping[str, Any], key: str, path: Path) -> list[Mapping[str, Any]]:
    rows = data.get(key) or []
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MemberUnreadable(f"{key}: not a list of entries", path=path)
    return rows


def _spans(data: Mapping[str, Any], key: str, path: Path) -> tuple[Span, ...]:
    found = []
    for row in _rows(data, key, path):
        start = _day(row.get("from"), path)
        if start is None:
            raise MemberUnreadable(f"{key}: since when?", path=path)
        found.append(Span(start, _day(row.get("until"), path), str(row.get("decided_by", ""))))
    return tuple(found)


def _day(value: object, path: Path) -> date | None:
    if value is None or isinstance(value, date):
        return value
    raise MemberUnreadable(f"{value!r:.40}: not a day", path=path)
