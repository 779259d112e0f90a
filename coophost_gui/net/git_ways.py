"""The ways to a repository: web, git's own daemon, a folder, and ssh by a connector of hosts."""

import re
import select
import shlex
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from typing import IO, Protocol
from urllib.parse import urlsplit

from dulwich import errors
from dulwich.client import (
    GitClient,
    HttpGitClient,
    HTTPUnauthorized,
    LocalGitClient,
    TraditionalGitClient,
)
from dulwich.object_store import MaxTreeDepthExceeded
from dulwich.pack import UnresolvedDeltas
from dulwich.protocol import Protocol as Talk

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.problems import (
    AnswerCut,
    RepositoryLocked,
    RepositoryMissing,
    RepositoryOdd,
    WayNotKnown,
)
from coophost_gui.net.wire import Wire, wire

GIT_PORT = 9418
SILENCE = 60.0  # seconds that a server may say nothing
ODD = (  # what dulwich raises where the other side sends what is no repository
    errors.GitProtocolError,
    errors.ChecksumMismatch,
    errors.FileFormatException,
    errors.ApplyDeltaError,
    errors.WrongObjectException,
    MaxTreeDepthExceeded,
    UnresolvedDeltas,
    zlib.error,
    ValueError,
    KeyError,
    AssertionError,
)
SHORT_SSH = re.compile(r"(?:(?P<user>[\w.-]+)@)?(?P<host>[\w.-]{2,}):(?P<path>[^:]\S*)")


class SshTalk(Protocol):
    """A command that runs on a machine reached by ssh: what it hears and says."""

    def read(self, count: int) -> bytes: ...
    def write(self, data: bytes) -> int: ...
    def ready(self) -> bool: ...
    def close(self) -> None: ...
    @property
    def errors(self) -> IO[bytes]: ...


Ssh = Callable[[Job, str, str, int | None, str], SshTalk]  # user, host, port, command
Login = tuple[str, str]  # name and password, for https


def ssh_place(url: str) -> tuple[str, str, int | None, str] | None:
    """Return user, host, port and path of ``ssh://…`` or ``user@host:path``; None for others."""
    if found := SHORT_SSH.fullmatch(url):
        if not found["path"].startswith("//"):
            return found["user"] or "", found["host"], None, found["path"]
        if not url.startswith("ssh://"):
            return None
    parts = urlsplit(url)
    if parts.scheme != "ssh" or not parts.hostname:
        return None
    path = parts.path.removeprefix("/") if parts.path.startswith("/~") else parts.path
    return parts.username or "", parts.hostname, parts.port, path


class _Ours(TraditionalGitClient):
    """Speaks over connections that we have to close."""

    def __init__(self) -> None:
        super().__init__()
        self.protocol_version = 0
        self._ends: list[Callable[[], None]] = []

    def hang_up(self) -> None:
        """Close what a talk that broke off has left open."""
        for end in self._ends:
            end()


class _Daemon(_Ours):
    """Speaks ``git://``."""

    def __init__(self, held: Wire, host: str, port: int) -> None:
        super().__init__()
        self._held, self._host, self._port = held, host, port

    def _connect(
        self, cmd: bytes, path: str | bytes, protocol_version: int | None = None
    ) -> tuple[Talk, Callable[[], bool], IO[bytes] | None]:
        sock = self._held.connect(self._host, self._port, SILENCE)
        sock.settimeout(SILENCE)
        reader, writer = sock.makefile("rb"), sock.makefile("wb", 0)

        def close() -> None:
            for thing in (reader, writer, sock):
                thing.close()

        def can_read() -> bool:
            return bool(select.select([sock], [], [], 0)[0])

        talk = Talk(reader.read, writer.write, close)
        place = path if isinstance(path, bytes) else path.encode()
        talk.send_cmd(b"git-" + cmd, place, b"host=" + self._host.encode())
        self._ends.append(talk.close)
        return talk, can_read, None


class _Shell(_Ours):
    """Speaks to a command that *start* begins on the other side."""

    def __init__(self, start: Callable[[str], SshTalk]) -> None:
        super().__init__()
        self._start = start

    def _connect(
        self, cmd: bytes, path: str | bytes, protocol_version: int | None = None
    ) -> tuple[Talk, Callable[[], bool], IO[bytes] | None]:
        place = path.decode() if isinstance(path, bytes) else path
        found = self._start(f"git-{cmd.decode()} {shlex.quote(place)}")
        talk = Talk(found.read, found.write, found.close)
        self._ends.append(talk.close)
        return talk, found.ready, found.errors


@contextmanager
def reached(
    job: Job, url: str, settings: Settings, ssh: Ssh | None = None, login: Login | None = None
) -> Iterator[tuple[GitClient, str]]:
    """Give a client for *url* and the path on it; turn its troubles into words.

    *login* is given to nobody but a server that is reached by https.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
        secure = ssh_place(url) if ssh is not None else None
    except ValueError as error:
        raise WayNotKnown(str(error), url=url) from error
    host = parts.hostname or (secure[1] if secure else "")
    place = secure[3] if secure else parts.path
    with wire(job, settings) as held:
        client: GitClient
        if secure and ssh is not None:
            client = _Shell(partial(ssh, job, *secure[:3]))
        elif parts.scheme in ("http", "https") and host:
            name, password = login if login and parts.scheme == "https" else (None, None)
            client = HttpGitClient(
                url, pool_manager=held.pool, timeout=SILENCE, username=name, password=password
            )
        elif parts.scheme == "git" and host:
            client = _Daemon(held, host, port or GIT_PORT)
        elif parts.scheme == "file":
            client = LocalGitClient()
        else:
            raise WayNotKnown(url=url)
        shell = client if isinstance(client, _Shell) else None
        try:
            with job.closed_on_cancel(shell.hang_up) if shell else nullcontext():
                yield client, place
        except errors.NotGitRepository as error:
            raise RepositoryMissing(str(error), url=url) from error
        except HTTPUnauthorized as error:
            raise RepositoryLocked(str(error), url=url) from error
        except errors.HangupException as error:
            # The daemon of git:// hangs up on a path that it does not serve, and so does ssh.
            gone = RepositoryMissing if isinstance(client, _Ours) else AnswerCut
            raise gone(str(error), url=url, host=host) from error
        except (TimeoutError, ConnectionError) as error:
            raise AnswerCut(str(error), host=host or url) from error
        except ODD as error:
            refused = "not exported" in str(error) or "not found" in str(error)
            problem = RepositoryMissing if refused else RepositoryOdd
            raise problem(repr(error), url=url) from error
        finally:
            if isinstance(client, _Ours):
                client.hang_up()


def hearing(job: Job) -> Callable[[bytes], None]:
    """Return what hears the other side's lines, and tells *job* how far it is."""

    def hear(line: bytes) -> None:
        job.checkpoint()
        if found := re.search(rb"(\d+)%", line):
            job.progress(int(found[1]) / 100)

    return hear
