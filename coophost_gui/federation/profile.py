"""Who a collective is, told once: ``profile.yml``, from which every list of hosts is filled.

The keys that LibreHosters' ``librehost.json`` (0.0.1) knows are called as they are there;
the others (mail, matrix, place, country, people) are ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coophost_gui.federation.record import Record
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml, write_yaml
from coophost_gui.kit.text import N_, Words

FILE = "profile.yml"
# attribute -> key of librehost.json
LIBREHOST = {
    "organization_type": "organizationType",
    "name": "name",
    "tag_line": "tagLine",
    "home_url": "homeUrl",
    "logo": "logo",
    "description": "description",
    "languages": "communicationLanguages",
    "contact_url": "contactUrl",
    "privacy_url": "privacyPolicyUrl",
    "terms_url": "termsOfServiceUrl",
    "hosts_others": "isServiceProvider",
    "founded": "foundingDate",
    "created": "dateCreated",
    "modified": "dateModified",
}
OWN = ("mail", "matrix", "place", "country")
ADDRESSES = ("home_url", "logo", "contact_url", "privacy_url", "terms_url")
ONE_LINE = ("name", "tag_line", "organization_type", "place")

MAIL = re.compile(r"[^\s@<>,;:\"()]+@[^\s@<>,;:\"().]+(?:\.[^\s@<>,;:\"().]+)+")
MATRIX = re.compile(r"@[^\s:@|`]+:[^\s:@|`]+\.[^\s:@|`]+(?::\d{1,5})?")
LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
COUNTRY = re.compile(r"[A-Z]{2}")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
FOUNDED = re.compile(r"\d{4}(?:-\d{2}-\d{2})?")

NOT_ON_THE_WEB = N_("core", "Write the whole address, such as https://example.org.")


class ProfileUnreadable(Problem):
    text = N_("core", "What {path} says about your collective cannot be read.")
    means = N_("core", "It was left untouched, and nothing else was changed.")
    hint = N_("core", "Open it in a text editor; the details say which line is wrong.")


@dataclass(frozen=True)
class Person:
    """Somebody of the collective; ``address`` is a Matrix name or a mail address."""

    name: str
    address: str = ""
    pronouns: str = ""
    language: str = ""  # in which she is written to


@dataclass(frozen=True)
class Profile:
    """One collective.  Times are UTC, to the second; "" and None: it says nothing there."""

    name: str
    tag_line: str = ""
    description: str = ""
    home_url: str = ""
    logo: str = ""
    organization_type: str = ""
    languages: tuple[str, ...] = ()  # codes, as ``ca`` or ``pt-BR``
    contact_url: str = ""
    privacy_url: str = ""
    terms_url: str = ""
    hosts_others: bool = True
    founded: str = ""  # a year, or a day as YYYY-MM-DD
    created: datetime | None = None
    modified: datetime | None = None
    mail: str = ""
    matrix: str = ""
    place: str = ""
    country: str = ""  # two letters (ISO 3166-1)
    people: tuple[Person, ...] = ()

    @property
    def contact(self) -> str:
        """Return how it is reached: by Matrix, else by mail."""
        return self.matrix or self.mail


def problems(profile: Profile, today: date) -> dict[str, Words]:
    """Return what does not do yet: attribute of *profile* -> a sentence for people."""
    found: dict[str, Words] = {}
    if not profile.name.strip():
        found["name"] = N_("core", "What is your collective called?")
    for name in (*ONE_LINE, "description", *OWN):
        text = getattr(profile, name)
        if CONTROL.search(text) or (name in ONE_LINE and "\n" in text):
            found[name] = N_("core", "Write it in plain letters, on one line.")
    for name in ADDRESSES:
        if getattr(profile, name) and not on_the_web(getattr(profile, name)):
            found[name] = NOT_ON_THE_WEB
    if profile.mail and not MAIL.fullmatch(profile.mail):
        found["mail"] = N_("core", "A mail address looks like name@example.org.")
    if profile.matrix and not MATRIX.fullmatch(profile.matrix):
        found["matrix"] = N_("core", "A name there looks like @name:example.org.")
    if not profile.contact and not profile.contact_url:
        found.setdefault("mail", N_("core", "Write down at least one way to reach you."))
    if not all(LANGUAGE.fullmatch(one) for one in profile.languages):
        found["languages"] = N_("core", "Write short signs with commas between: ca, es, en.")
    if profile.country and not COUNTRY.fullmatch(profile.country):
        found["country"] = N_("core", "Write the two letters of your country, such as ES.")
    if profile.founded and not _founded_by(profile.founded, today):
        found["founded"] = N_("core", "Write a year or a day that is past: 2015 or 2015-04-02.")
    return found


def on_the_web(address: str) -> bool:
    """Say whether *address* is a whole one of the web, ``http`` or ``https``."""
    if not address.isascii() or re.search(r"[\s<>\"'\\^`{|}\x00-\x20\x7f]", address):
        return False
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return False
    host = parts.hostname or ""
    return parts.scheme in ("http", "https") and "." in host.strip(".") and port != 0


def _founded_by(text: str, today: date) -> bool:
    if not FOUNDED.fullmatch(text):
        return False
    try:
        first = date(int(text), 1, 1) if len(text) == 4 else date.fromisoformat(text)
    except ValueError:
        return False
    return first <= today


def read_profile(record: Record) -> Profile | None:
    """Return what our collective says of itself; None before it does.

    Raises ``ProfileUnreadable`` or ``FileUnreadable``.
    """
    path = record.root / FILE
    data = read_yaml(path)
    return profile_from(data, path) if data else None


def write_profile(record: Record, profile: Profile, now: datetime) -> Profile:
    """Write *profile* down, with the time at which it was begun and changed, and return it."""
    at = now.astimezone(UTC).replace(microsecond=0)
    told = replace(profile, created=profile.created or at, modified=at)
    write_yaml(record.root / FILE, {"version": 1} | profile_to(told), 0o644)
    return told


def profile_to(profile: Profile) -> dict[str, Any]:
    """Return the file of *profile*; what it does not say is left out."""
    values: dict[str, Any] = librehost_to(profile)
    values |= {key: getattr(profile, key) for key in OWN}
    values["people"] = [
        {key: value for one in fields(person) if (value := getattr(person, (key := one.name)))}
        for person in profile.people
    ]
    return {key: value for key, value in values.items() if value not in ("", [])}


def librehost_to(profile: Profile) -> dict[str, Any]:
    """Return what ``librehost.json`` says of *profile*, by its keys."""
    return {key: _plain(getattr(profile, name)) for name, key in LIBREHOST.items()}


def profile_from(data: Mapping[str, Any], path: Path) -> Profile:
    """Return the profile that *data* says; *path* only names it in a ``ProfileUnreadable``."""
    values: dict[str, Any] = {}
    keys = {**LIBREHOST, **{key: key for key in OWN}}
    for name, key in keys.items():
        found = data.get(key)
        if found is not None:
            values[name] = _typed(name, found, f"{key}: {found!r:.60}", path)
    people = data.get("people") or []
    if not isinstance(people, list) or not all(isinstance(one, dict) for one in people):
        raise ProfileUnreadable("people: not a list of entries", path=path)
    known = [one.name for one in fields(Person)]
    return Profile(
        **{"name": "", **values},
        people=tuple(
            Person(**{key: str(one[key]) for key in known if one.get(key)})
            for one in people
            if one.get("name")
        ),
    )


def _typed(name: str, value: Any, where: str, path: Path) -> Any:
    """Return *value* in the type of the attribute *name*; numbers and days stand for texts."""
    match name:
        case "hosts_others" if isinstance(value, bool):
            return value
        case "languages" if isinstance(value, list | str):
            parts = value if isinstance(value, list) else value.split(",")
            # ``no`` (Norwegian) is a switch to YAML
            return tuple("no" if one is False else str(one).strip() for one in parts if one != "")
        case "created" | "modified":
            return _moment(value, where, path)
        case "hosts_others" | "languages":
            raise ProfileUnreadable(where, path=path)
    if isinstance(value, dict | list | bool):
        raise ProfileUnreadable(where, path=path)
    return value.isoformat() if isinstance(value, date) else str(value)


def _moment(value: Any, where: str, path: Path) -> datetime | None:
    if value == "":
        return None
    try:
        found = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise ProfileUnreadable(where, path=path) from error


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, tuple):
        return list(value)
    return "" if value is None else value
