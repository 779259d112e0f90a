"""The Docker Engine of a real server, spoken to through the SSH connection we hold.

docker-py does the HTTP; its connections are channels of our own transport to the
Engine's socket, or, where that is not allowed, to ``docker system dial-stdio``, or the
same through sudo.  One pool for all paths: docker-py's own opens one per address.
"""

import hashlib
import json
import shlex
import struct
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

import paramiko
import requests
import urllib3.exceptions
from paramiko.channel import Channel

from coophost_gui.hosts import answers, tunnel
from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere
from coophost_gui.hosts.problems import ConnectionLost, EngineOdd, EngineUnreachable
from coophost_gui.kit.jobs import Job

if TYPE_CHECKING:
    from coophost_gui.hosts.ssh import Transport, Watchdog

SOCKET = "/var/run/docker.sock"
SILENT_SECONDS = 900.0  # that fetching an image may go without a word
LARGEST = 24_000_000  # bytes of one answer; that of a thousand apps is shorter
LONGEST_LINE = 1_000_000  # bytes; a longer one is cut in pieces
LONGEST_MESSAGE = 1000  # letters of a refusal
ASKED_AGAIN = ("/services", "/tasks")  # every half minute, and mostly answered as before

Chunks = Iterator[bytes]

BROKEN = (
    requests.exceptions.RequestException,
    urllib3.exceptions.HTTPError,
    paramiko.SSHException,
    OSError,
    EOFError,
)


class Door(Protocol):
    """What the Engine needs of its host."""

    name: str
    user: str
    transport: "Transport"
    watchdog: "Watchdog"

    def become_root(self, job: Job) -> tuple[tuple[str, ...], bytes]: ...
    def open_command(self, command: str) -> Channel: ...


class SshEngine:
    """The Engine behind one host, as ``hosts.base.Engine`` says. Safe for several threads."""

    def __init__(self, host: Door) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._client: tunnel.Client | None = None
        self._before: dict[str, tuple[bytes, Any]] = {}  # path -> the mark of an answer, and it

    def get(self, job: Job, path: str, **query: object) -> Any:
        return self._answer(job, "GET", path, query)

    def post(
        self,
        job: Job,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Any:
        return self._answer(job, "POST", path, query, body, headers)

    def delete(self, job: Job, path: str, **query: object) -> None:
        self._answer(job, "DELETE", path, query)

    def stream(
        self,
        job: Job,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Iterator[dict[str, Any]]:
        lines = _Lines()
        for chunk in self._chunks(job, method, path, query, headers):
            yield from (self._news(path, line) for line in lines.add(chunk) if line.strip())
        yield from (self._news(path, line) for line in lines.end() if line.strip())

    def lines(self, job: Job, path: str, **query: object) -> Iterator[tuple[int, str]]:
        if query.get("follow"):
            chunks = self._chunks(job, "GET", path, query, None)
        else:  # what was said up to now has an end
            with self._asked(job, "GET", path, query, None, None) as response:
                chunks = iter((self._whole(response, path),))
        streams = {1: _Lines(), 2: _Lines()}
        for number, data in _frames(chunks):
            for line in streams[number].add(data):
                yield number, line.rstrip(b"\r").decode(errors="replace")
        for number, lines in streams.items():
            for line in lines.end():
                yield number, line.decode(errors="replace")

    def close(self) -> None:
        """Close what is open; whoever is just connecting finds the connection closed."""
        client, self._client = self._client, None
        if client is not None:
            client.close()

    def _answer(
        self,
        job: Job,
        method: str,
        path: str,
        query: Mapping[str, object],
        body: object = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        with self._asked(job, method, path, query, body, headers) as response:
            data = self._whole(response, path)
        if method != "GET":
            return answers.done(self._host.name, path, data)
        if path not in ASKED_AGAIN:
            return answers.answer(self._host.name, path, data)
        return self._as_before(path, data)

    def _as_before(self, path: str, data: bytes) -> Any:
        """Return what *data* says; what comes again as it was need not be taken apart again."""
        mark = hashlib.blake2b(data, digest_size=32).digest()
        known, said = self._before.get(path, (b"", None))
        if known != mark:
            said = answers.answer(self._host.name, path, data)
            self._before[path] = mark, said
        return said

    def _news(self, path: str, line: bytes) -> dict[str, Any]:
        return answers.news(self._host.name, path, line)

    def _whole(self, response: requests.Response, path: str) -> bytes:
        data = tunnel.read(response, LARGEST + 1)
        if len(data) > LARGEST:
            raise EngineOdd(f"{path}: more than {LARGEST} bytes", host=self._host.name)
        return data

    def _chunks(
        self,
        job: Job,
        method: str,
        path: str,
        query: Mapping[str, object],
        headers: Mapping[str, str] | None,
    ) -> Chunks:
        with self._asked(job, method, path, query, None, headers, endless=True) as response:
            while chunk := response.raw.read1(65536, decode_content=False):
                job.checkpoint()
                yield chunk
            job.checkpoint()  # a channel that is hung up may look like an answer that ended

    @contextmanager
    def _asked(
        self,
        job: Job,
        method: str,
        path: str,
        query: Mapping[str, object],
        body: object,
        headers: Mapping[str, str] | None,
        *,
        endless: bool = False,
    ) -> Iterator[requests.Response]:
        """Send one request; the answer is readable inside the block. Problems are named."""
        client = self._ready(job)
        patience = _patience(method) if endless else tunnel.CALL_SECONDS
        with (
            self._named(job),
            self._host.watchdog.on_duty(),
            client.lent() as connection,
            job.closed_on_cancel(connection.hang_up),
        ):
            connection.until = None if endless else time.monotonic() + tunnel.CALL_SECONDS
            response = client.request(
                method,
                f"{tunnel.BASE}/v{client.api}{path}",
                params={key: _text(value) for key, value in query.items()},
                data=None if body is None else json.dumps(body),
                headers={"Content-Type": "application/json", **tunnel.PLAINLY, **(headers or {})},
                timeout=(tunnel.CALL_SECONDS, patience),
                stream=True,
                allow_redirects=False,  # they could lead anywhere, and the Engine sends none
            )
            try:
                self._refuse(response)
                yield response
            finally:
                if not response.raw.closed:  # an answer not read to its end has no next one
                    connection.hang_up()
                response.close()

    @contextmanager
    def _named(self, job: Job) -> Iterator[None]:
        try:
            yield
        except BROKEN as error:
            job.checkpoint()
            if not self._host.transport.is_active():
                raise ConnectionLost(str(error), host=self._host.name) from error
            raise EngineUnreachable(str(error), host=self._host.name) from error

    def _refuse(self, response: requests.Response) -> None:
        if response.status_code < 300:
            return
        message = tunnel.read(response, tunnel.LONGEST_SHORT).decode(errors="replace").strip()
        with suppress(ValueError, KeyError, TypeError, RecursionError):
            message = str(json.loads(message)["message"])[:LONGEST_MESSAGE]
        kinds = {404: NotThere, 409: AlreadyThere}
        kind = kinds.get(response.status_code, EngineProblem)
        raise kind(message, host=self._host.name, status=response.status_code, message=message)

    def _ready(self, job: Job) -> tunnel.Client:
        with job.turn(self._lock):
            if self._client is None:
                self._client = self._connect(job)
            return self._client

    def _connect(self, job: Job) -> tunnel.Client:
        """Find a way to the Engine, and an API version that both sides know."""
        why = []
        for opener in self._ways(job):
            job.checkpoint()
            client = tunnel.Client(opener)
            try:
                with self._host.watchdog.on_duty():
                    there = client.version_there(job)
                found = answers.answer(self._host.name, "/version", there)
            except (*BROKEN, EngineOdd) as error:
                client.close()
                job.checkpoint()
                if not self._host.transport.is_active():
                    raise ConnectionLost(str(error), host=self._host.name) from error
                why.append(str(error))
                continue
            client.api = agreed(str(found["ApiVersion"]), str(found.get("MinAPIVersion", "")))
            return client
        raise EngineUnreachable("\n".join(why), host=self._host.name)

    def _ways(self, job: Job) -> Iterator[tunnel.Opener]:
        yield lambda given_up: self._host.transport.open_socket(SOCKET, given_up)
        yield lambda given_up: self._host.open_command("docker system dial-stdio")
        if self._host.user != "root":
            words, first = self._host.become_root(job)
            yield lambda given_up: self._through_sudo(words, first)

    def _through_sudo(self, words: tuple[str, ...], first: bytes) -> Channel:
        channel = self._host.open_command(shlex.join((*words, "docker", "system", "dial-stdio")))
        channel.sendall(first)
        return channel


def _patience(method: str) -> float | None:
    """Return how long a long answer may pause: news may never come, work tells how far it is."""
    return None if method == "GET" else SILENT_SECONDS


def agreed(theirs: str, their_oldest: str) -> str:
    """Return the API version to speak: the newest that both know."""
    if their_oldest and _number(their_oldest) > _number(tunnel.NEWEST):
        return their_oldest
    return min(theirs, tunnel.NEWEST, key=_number)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _text(value: object) -> str:
    match value:
        case bool():
            return str(value).lower()
        case Mapping() | list() | tuple():
            return json.dumps(value)
        case _:
            return str(value)


def _frames(chunks: Chunks) -> Iterator[tuple[int, bytes]]:
    """Take a log apart: a byte of stream, three of nothing, four of length, then the data.

    (Engine API, "Stream format" of attach.)  A program with a terminal has no frames.
    """
    head, number, left = b"", 1, 0  # of the frame that is being read
    framed = True
    for chunk in chunks:
        at = 0
        while framed and at < len(chunk):
            if left:
                part = chunk[at : at + left]
                at, left = at + len(part), left - len(part)
                yield number, part
                continue
            wanted = 8 - len(head)
            head, at = head + chunk[at : at + wanted], at + wanted
            framed = head[:1] <= b"\2" and b"\0\0\0".startswith(head[1:4])
            if framed and len(head) == 8:
                number, left, head = 2 if head[0] == 2 else 1, *struct.unpack(">L", head[4:]), b""
        if not framed:
            yield 1, head + chunk[at:]
            head = b""
    if head:
        yield 1, head


class _Lines:
    """Bytes as they come, taken apart into lines."""

    def __init__(self) -> None:
        self._rest = bytearray()

    def add(self, data: bytes) -> list[bytes]:
        """Return the lines that end with *data*."""
        self._rest += data
        if b"\n" not in data and len(self._rest) <= LONGEST_LINE:
            return []
        *whole, rest = bytes(self._rest).split(b"\n")
        if len(rest) > LONGEST_LINE:
            whole, rest = [*whole, rest], b""
        self._rest = bytearray(rest)
        return whole

    def end(self) -> list[bytes]:
        """Return what has no end of line behind it."""
        return [bytes(self._rest)] if self._rest else []
