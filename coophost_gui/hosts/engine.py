"""The Docker Engine of a real server, spoken to through the SSH connection we hold.

docker-py does the HTTP; its connections are channels of our own transport to the
Engine's socket, or, where that is not allowed, to ``docker system dial-stdio``, or the
same through sudo.  One pool for all paths: docker-py's own opens one per address.
"""

import io
import json
import queue
import shlex
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Protocol

import docker
import paramiko
import requests
import urllib3.connection
import urllib3.connectionpool
import urllib3.exceptions
from docker.transport.basehttpadapter import BaseHTTPAdapter
from paramiko.channel import Channel

from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere
from coophost_gui.hosts.problems import ConnectionLost, EngineUnreachable
from coophost_gui.kit.jobs import Job

if TYPE_CHECKING:
    from coophost_gui.hosts.ssh import Transport

SOCKET = "/var/run/docker.sock"
NEWEST = "1.45"  # the newest API that this program was written for
CALL_SECONDS = 120.0  # for one answer; asking a registry through the Engine can take long
GREETING_SECONDS = 20.0  # for the first answer, which needs no work from the Engine
BASE = "http+docker://ssh"
POOL = 8
SILENT_SECONDS = 900.0  # that fetching an image may go without a word

GivenUp = Callable[[], bool]
Opener = Callable[[GivenUp], Channel]
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

    def become_root(self, job: Job) -> tuple[tuple[str, ...], bytes]: ...
    def open_command(self, command: str) -> Channel: ...


class SshEngine:
    """The Engine behind one host, as ``hosts.base.Engine`` says. Safe for several threads."""

    def __init__(self, host: Door) -> None:
        self._host = host
        self._lock = threading.Lock()
        self._client: _Client | None = None

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
        for line in _split(self._chunks(job, method, path, query, headers), b"\n"):
            if line.strip():
                yield json.loads(line)

    def lines(self, job: Job, path: str, **query: object) -> Iterator[tuple[int, str]]:
        chunks = self._chunks(job, "GET", path, query, None)
        rest = {1: b"", 2: b""}
        for number, data in _frames(chunks):
            *whole, rest[number] = (rest[number] + data).split(b"\n")
            for line in whole:
                yield number, line.rstrip(b"\r").decode(errors="replace")
        for number, data in rest.items():
            if data:
                yield number, data.decode(errors="replace")

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
            data = response.content
        return json.loads(data) if data.strip() else None

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
        with (
            self._named(job),
            client.lent() as connection,
            job.closed_on_cancel(connection.hang_up),
        ):
            response = client.request(
                method,
                f"{BASE}/v{client.api}{path}",
                params={key: _text(value) for key, value in query.items()},
                data=None if body is None else json.dumps(body),
                headers={"Content-Type": "application/json", **(headers or {})},
                timeout=(CALL_SECONDS, _patience(method) if endless else CALL_SECONDS),
                stream=True,
            )
            try:
                self._refuse(response)
                yield response
            finally:
                if endless:  # an answer that is not read to its end has no next one
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
        if response.status_code < 400:
            return
        message = response.text.strip()
        with suppress(ValueError, KeyError, TypeError):
            message = str(json.loads(message)["message"])
        kinds = {404: NotThere, 409: AlreadyThere}
        kind = kinds.get(response.status_code, EngineProblem)
        raise kind(message, host=self._host.name, status=response.status_code, message=message)

    def _ready(self, job: Job) -> "_Client":
        with job.turn(self._lock):
            if self._client is None:
                self._client = self._connect(job)
            return self._client

    def _connect(self, job: Job) -> "_Client":
        """Find a way to the Engine, and an API version that both sides know."""
        why = []
        for opener in self._ways(job):
            job.checkpoint()
            client = _Client(opener)
            try:
                found = client.version_there(job)
            except (*BROKEN, ValueError) as error:
                client.close()
                job.checkpoint()
                if not self._host.transport.is_active():
                    raise ConnectionLost(str(error), host=self._host.name) from error
                why.append(str(error))
                continue
            client.api = agreed(str(found["ApiVersion"]), str(found.get("MinAPIVersion", "")))
            return client
        raise EngineUnreachable("\n".join(why), host=self._host.name)

    def _ways(self, job: Job) -> Iterator[Opener]:
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
    if their_oldest and _number(their_oldest) > _number(NEWEST):
        return their_oldest
    return min(theirs, NEWEST, key=_number)


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


def _split(chunks: Chunks, mark: bytes) -> Iterator[bytes]:
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).split(mark)
        yield from whole
    yield rest


def _frames(chunks: Chunks) -> Iterator[tuple[int, bytes]]:
    """Take a log apart: a byte of stream, three of nothing, four of length, then the data.

    (Engine API, "Stream format" of attach.)  A program with a terminal has no frames.
    """
    rest = b""
    for chunk in chunks:
        rest += chunk
        while len(rest) >= 8:
            if rest[0] > 2 or rest[1:4] != b"\0\0\0":
                yield 1, rest
                rest = b""
                break
            (length,) = struct.unpack(">L", rest[4:8])
            if len(rest) < 8 + length:
                break
            yield (2 if rest[0] == 2 else 1), rest[8 : 8 + length]
            rest = rest[8 + length :]
    if rest:
        yield 1, rest


class _ChannelSocket:
    """As much of a socket as HTTP needs; paramiko's own file object lacks ``read1``."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self.sendall = channel.sendall
        self.settimeout = channel.settimeout
        self.close = channel.close

    @property
    def usable(self) -> bool:
        return not self._channel.closed and not self._channel.eof_received

    def makefile(self, mode: str, *args: object, **more: object) -> io.BufferedReader:
        return io.BufferedReader(_ChannelReader(self._channel), 65536)


class _ChannelReader(io.RawIOBase):
    def __init__(self, channel: Channel) -> None:
        self._channel = channel

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._channel.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)


class _Connection(urllib3.connection.HTTPConnection):
    """HTTP over a channel."""

    def __init__(self, opener: Opener) -> None:
        super().__init__("localhost", timeout=CALL_SECONDS)
        self._opener = opener
        self._hung_up = False

    def connect(self) -> None:
        try:
            socket: Any = _ChannelSocket(self._opener(lambda: self._hung_up))
        except OSError as error:  # urllib3 would go on after a reset, with no socket at all
            raise paramiko.SSHException(str(error)) from error
        socket.settimeout(CALL_SECONDS)
        self.sock = socket

    def hang_up(self) -> None:
        """Close the channel alone: that wakes whoever reads from it, or waits for it to open."""
        self._hung_up = True
        if self.sock is not None:
            self.sock.close()

    @property
    def is_connected(self) -> bool:
        socket: Any = self.sock
        return socket is not None and socket.usable


class _Pool(urllib3.connectionpool.HTTPConnectionPool):
    """One pool for everything; a thread's next request uses the connection lent to it."""

    scheme = "ssh"

    def __init__(self, opener: Opener) -> None:
        super().__init__("localhost", maxsize=POOL)
        self._opener = opener
        self.mine = threading.local()

    def _new_conn(self) -> Any:
        return _Connection(self._opener)

    def _get_conn(self, timeout: float | None = None) -> Any:
        return self.mine.connection

    def _put_conn(self, conn: Any) -> None:
        """Nothing: ``lent`` gives it back when the answer has been read."""

    def take(self) -> _Connection:
        assert self.pool is not None
        while True:
            try:
                found = self.pool.get(block=False)
            except queue.Empty:
                return _Connection(self._opener)
            if not isinstance(found, _Connection):  # urllib3 fills its pool with None
                return _Connection(self._opener)
            if found.is_connected:
                return found
            found.close()

    def give_back(self, connection: _Connection) -> None:
        assert self.pool is not None
        if not connection.is_connected:
            connection.close()
            return
        try:
            self.pool.put(connection, block=False)
        except queue.Full:
            connection.close()


class _Adapter(BaseHTTPAdapter):
    def __init__(self, opener: Opener) -> None:
        self.pool = _Pool(opener)
        super().__init__()

    def get_connection(self, url: Any, proxies: Any = None) -> Any:
        return self.pool

    def get_connection_with_tls_context(self, *args: Any, **more: Any) -> Any:
        return self.pool

    def request_url(self, request: Any, proxies: Any) -> str:
        return str(request.path_url)

    def close(self) -> None:
        self.pool.close()
        super().close()


class _Client(docker.APIClient):
    """docker-py's client over channels of ours; it never connects by itself."""

    def __init__(self, opener: Opener) -> None:
        super().__init__(base_url="http://unused:1", version=NEWEST)
        self._adapter = _Adapter(opener)
        self.mount("http+docker://", self._adapter)
        self.trust_env = False
        self.api = NEWEST

    def version_there(self, job: Job) -> dict[str, Any]:
        with self.lent() as connection, job.closed_on_cancel(connection.hang_up):
            response = self.request("GET", f"{BASE}/version", timeout=GREETING_SECONDS)
            found: dict[str, Any] = response.json()
        return found

    @contextmanager
    def lent(self) -> Iterator[_Connection]:
        """Lend this thread a connection for one request."""
        pool = self._adapter.pool
        connection = pool.take()
        pool.mine.connection = connection
        try:
            yield connection
            pool.give_back(connection)
        except EngineProblem:  # an answer like any other, read to its end
            pool.give_back(connection)
            raise
        except BaseException:
            connection.close()
            raise
