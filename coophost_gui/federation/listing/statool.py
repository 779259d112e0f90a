"""StatoolInfos, the form of CHATONS: one file for the organisation, one for each app.

``organization.properties`` links the ``service-<key>.properties`` by ``subs.<key>``; they are
fetched from the organisation's own website, by habit from ``/.well-known/chatonsinfos/``.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from coophost_gui.federation.listing.properties import parse_properties, write_properties
from coophost_gui.federation.members import slug_of
from coophost_gui.federation.profile import Profile, ProfileUnreadable

NAME = "organization.properties"
FOLDER = "/.well-known/chatonsinfos/"
PROTOCOL = "ChatonsInfos-0.5"
GENERATOR = "coophost"
LONGEST = 200_000  # letters of such a file that we read

NONE, FREE, MEMBER, CLIENT = "None", "Free", "Member", "Client"  # who may sign up
OPEN, FULL = "OPEN", "FULL"  # whether there is room for more

# attribute of a profile -> key
ORGANISATION = {
    "name": "organization.name",
    "description": "organization.description",
    "home_url": "organization.website",
    "logo": "organization.logo",
    "contact_url": "organization.contact.url",
    "mail": "organization.contact.email",
    "terms_url": "organization.legal.url",
    "founded": "organization.startdate",
}


@dataclass(frozen=True)
class Service:
    """One app that a collective offers, as its host knows it.

    ``key`` is the name in its file's name: small letters, numbers and dashes.
    """

    key: str
    name: str
    website: str = ""
    description: str = ""
    started: date | None = None
    registration: str = MEMBER
    room: str = OPEN
    recipe_url: str = ""
    software: str = ""
    software_url: str = ""
    source_url: str = ""
    licence: str = ""  # as SPDX names it
    licence_url: str = ""
    version: str = ""
    country: str = ""  # where its server stands, two letters

    @property
    def file(self) -> str:
        """Return the name of its file."""
        return f"service-{self.key}.properties"


SERVICE = {
    "name": "service.name",
    "description": "service.description",
    "website": "service.website",
    "registration": "service.registration",
    "room": "service.registration.load",
    "recipe_url": "service.guide.technical",
    "software": "software.name",
    "software_url": "software.website",
    "source_url": "software.source.url",
    "licence": "software.license.name",
    "licence_url": "software.license.url",
    "version": "software.version",
    "country": "host.country.code",
}


def tells(profile: Profile) -> Profile:
    """Return *profile* without what this list does not ask."""
    empty = Profile("")
    others = {
        one.name: getattr(empty, one.name)
        for one in fields(Profile)
        if one.name not in ORGANISATION
    }
    return replace(profile, **others)


def write(profile: Profile, services: Iterable[Service], now: datetime) -> str:
    """Return the file of the organisation, with links to those of its *services*."""
    base = profile.home_url.rstrip("/") + FOLDER
    return write_properties(
        {
            "File": _file("Organization", now),
            "Organization": {key: getattr(profile, name) for name, key in ORGANISATION.items()},
            "Subs": {f"subs.{one.key}": base + one.file for one in services},
        }
    )


def parse(text: str, path: Path) -> Profile:
    """Return the profile that *text* is; *path* only names it in a ``ProfileUnreadable``."""
    values = _values(text, "Organization", path)
    if not values.get("organization.name"):
        raise ProfileUnreadable("no organization.name", path=path)
    told: dict[str, Any] = {name: values.get(key, "") for name, key in ORGANISATION.items()}
    return Profile(**told)


def services_of(text: str, path: Path) -> dict[str, str]:
    """Return the addresses of the services that the organisation's file links, by their keys."""
    values = _values(text, "Organization", path)
    return {
        key.removeprefix("subs."): value.strip("'\"")
        for key, value in values.items()
        if key.startswith("subs.")
    }


def write_service(service: Service, profile: Profile, now: datetime) -> str:
    """Return the file of *service*, which *profile* offers."""
    values = {key: getattr(service, name) for name, key in SERVICE.items()}
    if service.started:
        values["service.startdate"] = service.started.isoformat()
    values["service.status.level"] = "OK"
    values["service.install.type"] = "CONTAINER"
    values["service.contact.url"] = profile.contact_url
    values["service.contact.email"] = profile.mail
    values["service.legal.url"] = profile.terms_url

    def those(start: str) -> Mapping[str, str]:
        return {key: value for key, value in values.items() if key.startswith(start)}

    return write_properties(
        {
            "File": _file("Service", now),
            "Service": those("service."),
            "Software": those("software."),
            "Host": those("host."),
        }
    )


def parse_service(text: str, path: Path) -> Service:
    """Return the service that *text*, a file ``service-<key>.properties``, is."""
    values = _values(text, "Service", path)
    if not values.get("service.name"):
        raise ProfileUnreadable("no service.name", path=path)
    started = values.get("service.startdate", "")[:10]
    try:
        since = date.fromisoformat(started) if started else None
    except ValueError as error:
        raise ProfileUnreadable(f"service.startdate: {started}", path=path) from error
    return Service(
        key=path.stem.removeprefix("service-"),
        started=since,
        **{name: values.get(key, "") for name, key in SERVICE.items()},
    )


def service_key(app: str, taken: Sequence[str] = ()) -> str:
    """Return the key for *app*, none of *taken*."""
    return slug_of(app, taken)


def _values(text: str, kind: str, path: Path) -> dict[str, str]:
    if len(text) > LONGEST:
        raise ProfileUnreadable(f"longer than {LONGEST} letters", path=path)
    values = parse_properties(text)
    said = values.get("file.class", "").casefold()
    if said not in ("", kind.casefold()):
        raise ProfileUnreadable(f"file.class: {said}", path=path)
    return values


def _file(kind: str, now: datetime) -> Mapping[str, str]:
    return {
        "file.class": kind,
        "file.protocol": PROTOCOL,
        "file.datetime": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S"),
        "file.generator": GENERATOR,
    }
