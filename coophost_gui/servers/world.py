"""One world: its abra folder, its connections, its secrets. Real, or "Try it out"."""

import os
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Generic, Protocol

from coophost_gui.hosts.base import Hosts, Real, W
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.secrets import Secrets, SystemSecrets
from coophost_gui.kit.store import Settings
from coophost_gui.net.knock import Knock, knock
from coophost_gui.recipes.abra import AbraFolder

if TYPE_CHECKING:
    from coophost_gui.hosts.introduced import Introductions
    from coophost_gui.kit.mailbox import Mailbox
    from coophost_gui.net.answers import NameSeen
    from coophost_gui.net.http import Reply


class AddressBook(Protocol):
    """What name servers say of names."""

    def look(self, job: Job, name: str, wanted: Collection[str]) -> "NameSeen":
        """Return what is said of *name*, which should lead to the addresses *wanted*."""


class Web(Protocol):
    """The outside of a world: its web pages, names and mail. Make-believe in practice."""

    def fetch(self, job: Job, url: str) -> "Reply":
        """Return what *url* answers to a visitor; raises the Problems of ``net.http``."""

    def book(self) -> "AddressBook":
        """Return the address book (DNS) as it is now; one serves one look at many names."""

    def knock(self, job: Job, address: str, port: int, word: str) -> Knock:
        """Return what a visitor meets at *port* of *address*, where *word* should be said."""

    def log_in_to_mail(self, job: Job, mailbox: "Mailbox", password: str) -> None:
        """Raise a Problem of ``net`` unless *mailbox* lets us in and write. Nothing is sent."""

    def send_mail(
        self, job: Job, mailbox: "Mailbox", password: str, *, to: str, subject: str, text: str
    ) -> None:
        """Send one mail through *mailbox*."""


@dataclass(frozen=True)
class RealWeb:
    """The internet, through ``net``, with the person's resolver and certificate settings."""

    settings: Callable[[], Settings] = Settings.read

    def fetch(self, job: Job, url: str) -> "Reply":
        from coophost_gui.net.http import fetch

        return fetch(job, url, settings=self.settings())

    def book(self) -> "AddressBook":
        from coophost_gui.net.book import Book

        return Book(self.settings())

    def knock(self, job: Job, address: str, port: int, word: str) -> Knock:
        return knock(job, address, port, word)

    def log_in_to_mail(self, job: Job, mailbox: "Mailbox", password: str) -> None:
        from coophost_gui.net.mail import log_in

        log_in(job, mailbox, password, self.settings())

    def send_mail(
        self, job: Job, mailbox: "Mailbox", password: str, *, to: str, subject: str, text: str
    ) -> None:
        from coophost_gui.net.mail import send

        send(job, mailbox, password, self.settings(), to=to, subject=subject, text=text)


@dataclass(frozen=True)
class World(Generic[W]):
    """Everything that a flow, a place or a command needs to know about where it works.

    A practice world has folders of its own for all of these, so that nothing practised
    can end up in the person's real files.
    """

    world: type[W]
    abra: AbraFolder
    hosts: Hosts[W]
    secrets: Secrets
    ssh_dir: Path  # ~/.ssh
    docker_dir: Path  # ~/.docker, or DOCKER_CONFIG
    web: Web = field(default_factory=RealWeb)
    settings: Callable[[], Settings] = Settings.read
    lists: Path | None = None  # where fetched lists of apps are kept; None: none is fetched
    data_dir: Callable[[], Path] = places.data_dir  # what we remember of this world

    @property
    def introductions(self) -> "Introductions":
        """The texts for servers that are not rented yet."""
        from coophost_gui.hosts.introduced import Introductions

        return Introductions(self.data_dir)

    def close(self) -> None:
        self.hosts.close()


def real_world() -> World[Real]:
    """Return the person's own world: her abra folder, her ssh, her docker, her keyring."""
    ssh_dir = places.home() / ".ssh"
    docker_dir = Path(os.environ.get("DOCKER_CONFIG") or places.home() / ".docker")
    secrets = SystemSecrets()
    return World(
        world=Real,
        abra=AbraFolder.find(),
        hosts=Connections(secrets, ssh_dir),
        secrets=secrets,
        ssh_dir=ssh_dir,
        docker_dir=docker_dir,
        lists=places.cache_dir() / "catalogue",
    )
