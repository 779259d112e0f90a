"""The way to one server, open or to be opened again: what a step holds instead of a connection."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic

from coophost_gui.hosts.base import Host, Hosts, Login, Result, W
from coophost_gui.hosts.problems import KeyRefused
from coophost_gui.kit.jobs import Job


@dataclass(frozen=True)
class Door(Generic[W]):
    """Reaches one server again and again, since a step may lose or renew the connection.

    ``login`` says how to reach it while ``~/.ssh/config`` may not know it yet.
    """

    hosts: Hosts[W]
    login: Login

    @property
    def name(self) -> str:
        return self.login.name

    def host(self, job: Job) -> Host[W]:
        """Return the host, connected: over the connection there is, or a new one."""
        if not self.login.address:
            return self.hosts.reach(job, self.name)
        return self.hosts.first_contact(job, self.login)

    def opens_with_key(self, job: Job) -> bool:
        """Say whether the login key alone opens the server; connects to see it."""
        try:
            self.renew(job)
        except KeyRefused:
            return False
        return True

    def renew(self, job: Job) -> Host[W]:
        """Connect anew with the login key alone; the connection before is closed."""
        self.hosts.drop(self.name)
        return self.hosts.first_contact(job, replace(self.login, password=""))


@dataclass(frozen=True)
class SteadyHost(Generic[W]):
    """A host that outlives its connections: each use goes through the door anew.

    For steps that are planned over one connection and carried out over the next.
    """

    door: Door[W]
    reached: str = ""  # the address that the first connection reached

    @property
    def name(self) -> str:
        return self.door.name

    @property
    def world(self) -> type[W]:
        return self.door.hosts.world

    @property
    def address(self) -> str:
        return self.reached or self.door.login.address

    @property
    def engine(self) -> "SteadyEngine":
        return SteadyEngine(self.door)

    def run(
        self, job: Job, *argv: str, stdin: bytes = b"", root: bool = False, timeout: float = 600
    ) -> Result:
        return self.door.host(job).run(job, *argv, stdin=stdin, root=root, timeout=timeout)

    def put(
        self, job: Job, path: str, data: bytes, *, mode: int = 0o644, root: bool = False
    ) -> None:
        self.door.host(job).put(job, path, data, mode=mode, root=root)

    def get(self, job: Job, path: str, *, root: bool = False) -> bytes | None:
        return self.door.host(job).get(job, path, root=root)

    def close(self) -> None:
        self.door.hosts.drop(self.name)


def steady_host(job: Job, hosts: Hosts[W], server: str) -> SteadyHost[W]:
    """Return *server*, which is in the list, as a host that outlives its connections."""
    return SteadyHost(Door(hosts, Login(server)), hosts.reach(job, server).address)


@dataclass(frozen=True)
class SteadyEngine:
    """The Engine behind a ``SteadyHost``."""

    door: Door

    def get(self, job: Job, path: str, **query: object) -> Any:
        return self.door.host(job).engine.get(job, path, **query)

    def post(
        self,
        job: Job,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Any:
        return self.door.host(job).engine.post(job, path, body, headers=headers, **query)

    def delete(self, job: Job, path: str, **query: object) -> None:
        self.door.host(job).engine.delete(job, path, **query)

    def stream(
        self,
        job: Job,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Iterator[dict[str, Any]]:
        return self.door.host(job).engine.stream(job, method, path, headers=headers, **query)

    def lines(self, job: Job, path: str, **query: object) -> Iterator[tuple[int, str]]:
        return self.door.host(job).engine.lines(job, path, **query)
