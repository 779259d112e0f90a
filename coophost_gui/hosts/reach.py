"""Every connection to the real servers: at most one per server, opened when needed.

paramiko and docker are loaded with the first connection, not before: a window must open
without them.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coophost_gui.hosts.base import Host, Login, Real
from coophost_gui.hosts.remembered import Remembered
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.secrets import Secrets

if TYPE_CHECKING:
    from coophost_gui.hosts.ssh import SshHost


class Connections:
    """``Hosts[Real]``: shared by all threads; a dead connection is made anew."""

    world = Real

    def __init__(
        self, secrets: Secrets, ssh_dir: Path, data_dir: Callable[[], Path] = places.data_dir
    ) -> None:
        self._remembered = Remembered(secrets)
        self._ssh_dir = ssh_dir
        self._data_dir = data_dir
        self._lock = threading.Lock()
        self._hosts: dict[str, tuple[Login, SshHost]] = {}
        self._opening: dict[str, threading.Lock] = {}

    def reach(self, job: Job, server: str) -> Host[Real]:
        with self._lock:
            known = self._hosts.get(server)
        return self.first_contact(job, known[0] if known else Login(server))

    def first_contact(self, job: Job, login: Login) -> Host[Real]:
        with self._lock:
            opening = self._opening.setdefault(login.name, threading.Lock())
        with job.turn(opening):  # somebody else may be connecting to it
            known = self._hosts.get(login.name)
            if known and _same_way(known[0], login) and known[1].sure(job):
                return known[1]
            self.drop(login.name)
            from coophost_gui.hosts.connect import connect
            from coophost_gui.hosts.introduced import Introductions

            introduced = Introductions(self._data_dir)
            host = connect(job, login, self._ssh_dir, self._remembered, introduced)
            with self._lock:
                self._hosts[login.name] = (login, host)
            return host

    def drop(self, server: str) -> None:
        with self._lock:
            known = self._hosts.pop(server, None)
        if known:
            known[1].close()

    def close(self) -> None:
        with self._lock:
            servers = list(self._hosts)
        for server in servers:
            self.drop(server)


def _same_way(known: Login, wanted: Login) -> bool:
    """Say whether a connection made with *known* serves *wanted*.

    Without an address, *wanted* means the server of that name, however it was reached.
    """
    if not wanted.address:
        return True
    return (known.address, known.port, known.user) == (wanted.address, wanted.port, wanted.user)
