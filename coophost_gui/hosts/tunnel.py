"""HTTP through a channel of an SSH connection: what docker-py speaks over to the Engine."""

import io
import queue
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import docker
import paramiko
import requests
import urllib3.connection
import urllib3.connectionpool
from docker.transport.basehttpadapter import BaseHTTPAdapter
from paramiko.channel import Channel

from coophost_gui.hosts.base import EngineProblem
from coophost_gui.kit.jobs import Job

NEWEST = "1.45"  # the newest API that this program was written for
CALL_SECONDS = 120.0  # for one answer; asking a registry through the Engine can take long
GREETING_SECONDS = 20.0  # for the first answer, which needs no work from the Engine
LONGEST_SHORT = 20_000  # bytes of a greeting, or of a refusal
BASE = "http+docker://ssh"
PLAINLY = {"Accept-Encoding": "identity"}
POOL = 8

GivenUp = Callable[[], bool]
Opener = Callable[[GivenUp], Channel]


def read(response: requests.Response, most: int) -> bytes:
    """Return the body of *response* as it came, but no more than *most* bytes."""
    data = bytearray()
    while len(data) < most and (chunk := response.raw.read1(65536, decode_content=False)):
        data += chunk
    del data[most:]
    return bytes(data)


class _ChannelSocket:
    """As much of a socket as HTTP needs; paramiko's own file object lacks ``read1``.

    Like a socket it stays open while somebody still reads from it.
    """

    def __init__(self, channel: Channel, connection: "Connection") -> None:
        self._channel, self._connection = channel, connection
        self._closed, self._readers = False, 0
        self.sendall = channel.sendall
        self.settimeout = channel.settimeout

    @property
    def usable(self) -> bool:
        return not self._channel.closed and not self._channel.eof_received

    def makefile(self, mode: str, *args: object, **more: object) -> io.BufferedReader:
        self._readers += 1
        return io.BufferedReader(_ChannelReader(self))

    def close(self) -> None:
        self._closed = True
        self.release(0)

    def release(self, readers: int = 1) -> None:
        self._readers -= readers
        if self._closed and not self._readers:
            self._channel.close()

    def recv(self, size: int) -> bytes:
        if self._connection.until is not None:  # drop by drop, an answer could take for ever
            left = self._connection.until - time.monotonic()
            if left <= 0:
                raise TimeoutError("the answer took too long")
            self._channel.settimeout(left)
        return self._channel.recv(size)


class _ChannelReader(io.RawIOBase):
    def __init__(self, socket: _ChannelSocket) -> None:
        self._socket = socket

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        data = self._socket.recv(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        if not self.closed:
            super().close()
            self._socket.release()


class Connection(urllib3.connection.HTTPConnection):
    """HTTP over a channel."""

    def __init__(self, opener: Opener) -> None:
        super().__init__("localhost", timeout=CALL_SECONDS)
        self._opener = opener
        self._hung_up = False
        self._channel: Channel | None = None
        self.until: float | None = None  # when the whole answer must be here (monotonic)

    def connect(self) -> None:
        try:
            self._channel = self._opener(lambda: self._hung_up)
        except OSError as error:  # urllib3 would go on after a reset, with no socket at all
            raise paramiko.SSHException(str(error)) from error
        socket: Any = _ChannelSocket(self._channel, self)
        socket.settimeout(CALL_SECONDS)
        self.sock = socket

    def hang_up(self) -> None:
        """Close the channel alone: that wakes whoever reads from it, or waits for it to open."""
        self._hung_up = True
        if self._channel is not None:
            self._channel.close()

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
        return Connection(self._opener)

    def _get_conn(self, timeout: float | None = None) -> Any:
        return self.mine.connection

    def _put_conn(self, conn: Any) -> None:
        """Nothing: ``lent`` gives it back when the answer has been read."""

    def take(self) -> Connection:
        assert self.pool is not None
        while True:
            try:
                found = self.pool.get(block=False)
            except queue.Empty:
                return Connection(self._opener)
            if not isinstance(found, Connection):  # urllib3 fills its pool with None
                return Connection(self._opener)
            if found.is_connected:
                return found
            found.hang_up()

    def give_back(self, connection: Connection) -> None:
        assert self.pool is not None
        if not connection.is_connected:
            connection.hang_up()
            return
        try:
            self.pool.put(connection, block=False)
        except queue.Full:
            connection.hang_up()


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


class Client(docker.APIClient):
    """docker-py's client over channels of ours; it never connects by itself."""

    def __init__(self, opener: Opener) -> None:
        super().__init__(base_url="http://unused:1", version=NEWEST)
        self._adapter = _Adapter(opener)
        self.mount("http+docker://", self._adapter)
        self.trust_env = False
        self.api = NEWEST

    def version_there(self, job: Job) -> bytes:
        """Return what the Engine says about its version, or whatever answers there."""
        with self.lent() as connection, job.closed_on_cancel(connection.hang_up):
            connection.until = time.monotonic() + GREETING_SECONDS
            response = self.request(
                "GET",
                f"{BASE}/version",
                headers=PLAINLY,
                timeout=GREETING_SECONDS,
                stream=True,
                allow_redirects=False,
            )
            return read(response, LONGEST_SHORT)

    @contextmanager
    def lent(self) -> Iterator[Connection]:
        """Lend this thread a connection for one request."""
        pool = self._adapter.pool
        connection = pool.take()
        pool.mine.connection = connection
        try:
            yield connection
            pool.give_back(connection)
        except EngineProblem:  # an answer like any other
            pool.give_back(connection)
            raise
        except BaseException:
            connection.hang_up()
            raise
