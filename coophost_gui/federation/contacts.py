"""Whom to ask, and whom to tell: people and rooms of the federation, shipped with us.

Read from ``resources/federation/contacts.yml``: it works without any network, and
nothing is ever written by looking at it.
"""

from dataclasses import dataclass
from functools import cache
from urllib.parse import quote

from coophost_gui.kit import places
from coophost_gui.kit.store import read_yaml
from coophost_gui.kit.text import Told


@dataclass(frozen=True)
class ContactPerson:
    """Somebody who helps when a person is hurt, as written down in the year ``written``."""

    name: str
    address: str
    written: int


@dataclass(frozen=True)
class Room:
    """A room of Matrix, ``#name:server``."""

    address: str
    about: Told

    @property
    def link(self) -> str:
        """Return the page that opens the room in whichever program a person has."""
        return f"https://matrix.to/#/{quote(self.address, safe='#:')}"


@dataclass(frozen=True)
class Contacts:
    people: tuple[ContactPerson, ...]
    rooms: tuple[Room, ...]
    mail: str
    calls: str  # address of the calendar of the open calls


@cache
def contacts() -> Contacts:
    """Return what is shipped."""
    data = read_yaml(places.resource("federation", "contacts.yml"))
    return Contacts(
        tuple(ContactPerson(one["name"], one["address"], one["written"]) for one in data["people"]),
        tuple(Room(one["address"], Told.of(one["about"])) for one in data["rooms"]),
        data["mail"],
        data["calls"],
    )
