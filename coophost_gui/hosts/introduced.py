"""Servers that introduce themselves: host keys that we made before the servers were rented.

Such a key travels in the text for the provider's "user data" box, so others may know it.  It
is good for the first contact only and kept in a folder of our own, never in ``known_hosts``:
over the first connection the server makes itself another one (``servers.steps.host_key``).
"""

import base64
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from coophost_gui.hosts import known_hosts
from coophost_gui.hosts.base import ANY, Login
from coophost_gui.hosts.known_hosts import Verdict
from coophost_gui.hosts.problems import IntroductionExpired, IntroductionUnknown, NotIntroduced
from coophost_gui.hosts.ssh_config import settings_for
from coophost_gui.kit.store import FileUnreadable, read_yaml, write_yaml

VALID_SECONDS = 14 * 86400


@dataclass(frozen=True)
class Introduction:
    """What a server that does not exist yet will be known by; keys are ``ssh-ed25519 AAAA…``."""

    name: str  # what the server will be called
    public: str  # the key in the text
    made: float  # Unix time
    own: str = ""  # the key that the server has made itself since

    @property
    def until(self) -> float:
        return self.made + VALID_SECONDS

    @property
    def waiting(self) -> bool:
        """Say whether a server may still introduce itself, or is about to be done with it."""
        return bool(self.own) or time.time() < self.until

    def accepts(self, key: str) -> bool:
        return key == self.own or (key == self.public and time.time() < self.until)


class Introductions:
    """Every text that is still out, one file each: ``introduced/NAME.yml``."""

    def __init__(self, data_dir: Callable[[], Path]) -> None:
        self._data_dir = data_dir

    def get(self, name: str) -> Introduction | None:
        return _read(self._file(name))

    def waiting(self) -> list[Introduction]:
        """Return what a server may still introduce itself by, the newest first."""
        found = [one for one in self._all() if one.waiting]
        return sorted(found, key=lambda one: one.made, reverse=True)

    def of(self, key: str) -> Introduction | None:
        """Return the one whose server shows the host key *key*, expired or not."""
        return next((one for one in self._all() if key and key in (one.public, one.own)), None)

    def made_itself(self, key: str) -> bool:
        """Say whether a server told us over its first connection that *key* is its own."""
        found = self.of(key)
        return found is not None and found.own == key

    def keep(self, introduction: Introduction) -> None:
        write_yaml(self._file(introduction.name), {"version": 1} | asdict(introduction))

    def drop(self, name: str) -> None:
        self._file(name).unlink(missing_ok=True)

    def vouch(self, host: str, wanted: str, key: str) -> bool:
        """Say whether the server behind *host*, which shows *key*, has introduced itself.

        *wanted* is ``Login.introduced``: when it says how the server must, and it does
        not, nothing goes on.
        """
        found = self.of(key)
        if found is not None and wanted in ("", ANY, found.name):
            if not found.accepts(key):
                raise IntroductionExpired(host=host, name=found.name)
            return True
        if wanted in ("", ANY):
            expected = self.waiting()
        else:
            one = self.get(wanted)
            if one is None:
                raise IntroductionUnknown(host=host, name=wanted)
            expected = [one]
        if wanted:
            told = [f"{one.name}: {_fingerprint(one.own or one.public)}" for one in expected]
            shown = f"It answers with {_fingerprint(key)}. Expected:"
            raise NotIntroduced("\n".join([shown, *told]), host=host)
        return False

    def _all(self) -> list[Introduction]:
        read = map(_read, sorted(self._folder.glob("*.yml")))
        return [one for one in read if one is not None]

    @property
    def _folder(self) -> Path:
        return self._data_dir() / "introduced"

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.yml"


def pin(login: Login, ssh_dir: Path, found: Introduction) -> None:
    """Write into ``known_hosts`` that the server has its own key now, and never again the first.

    What stands there already is not written twice.
    """
    way = settings_for(login.address, ssh_dir)
    host, port = way.key_place(login.port)
    files = way.user_known_hosts
    if not files or files[0] == Path("/dev/null"):  # whoever sets these wants nothing written down
        return
    for key, wanted in ((found.own, Verdict.MATCH), (found.public, Verdict.REVOKED)):
        type_, body = key.split()
        blob = base64.b64decode(body)
        said = known_hosts.check(known_hosts.read(files), host, port, type_, blob)
        if said.verdict is not wanted:
            known_hosts.remember(
                files[0],
                host,
                port,
                type_,
                blob,
                hashed=way.hash_known_hosts,
                revoked=wanted is Verdict.REVOKED,
            )


def _fingerprint(key: str) -> str:
    return known_hosts.fingerprint(base64.b64decode(key.split()[1]))


def _read(file: Path) -> Introduction | None:
    values = read_yaml(file)
    if not values:
        return None
    try:
        return Introduction(
            str(values["name"]), str(values["public"]), float(values["made"]), str(values["own"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise FileUnreadable(f"{type(error).__name__}: {error}", path=file) from error
