"""A long way to a server: everything between here and there takes its time, and is counted.

A process of its own, so that what is measured does not share its time with it.  Where the
kernel can delay packets itself (netem) nothing else is needed; ours may not be able to.
"""

import asyncio
import subprocess
import sys
from collections import deque
from pathlib import Path
from typing import Self

CHECKOUT = Path(__file__).resolve().parents[2]


class Relay:
    """``with Relay(address, port, 0.04) as relay``: its ``port`` here leads there.

    A question and its answer take *round_trip* seconds longer than without it.
    """

    def __init__(self, address: str, port: int, round_trip: float = 0.0) -> None:
        self._words = (address, str(port), str(round_trip / 2))

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            (sys.executable, "-m", "tests.testbed.relay", *self._words),
            cwd=CHECKOUT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.port = int(self._line())
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate(timeout=10)

    @property
    def carried(self) -> tuple[int, int]:
        """How many bytes went there, and how many came back, on all connections so far."""
        assert self._process.stdin is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        there, back = self._line().split()
        return int(there), int(back)

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline()


class _End(asyncio.Protocol):
    """One end of a connection; what comes in goes out at ``other`` after a while."""

    def __init__(self, way: int, delay: float, carried: list[int]) -> None:
        self.other: _End | None = None
        self.transport: asyncio.WriteTransport | None = None
        self._way, self._delay, self._carried = way, delay, carried
        self._under_way: deque[bytes | None] = deque()  # b"": the last word; None: the end

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.WriteTransport)
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        self._carried[self._way] += len(data)
        self._send(data)

    def eof_received(self) -> bool:
        self._send(b"")
        return True  # the other way stays open

    def connection_lost(self, error: Exception | None) -> None:
        self._send(None)

    def _send(self, data: bytes | None) -> None:
        self._under_way.append(data)
        asyncio.get_running_loop().call_later(self._delay, self._arrive)

    def _arrive(self) -> None:
        data = self._under_way.popleft()
        if self.other is None or self.other.transport is None:
            return
        if data is None:
            self.other.transport.close()
        elif data:
            self.other.transport.write(data)
        else:
            self.other.transport.write_eof()


class _Here(_End):
    """The end that somebody connected to; the other one is made at once."""

    def __init__(self, address: str, port: int, delay: float, carried: list[int]) -> None:
        super().__init__(0, delay, carried)
        self._address, self._port = address, port

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        super().connection_made(transport)
        assert isinstance(transport, asyncio.Transport)
        transport.pause_reading()
        self._joining = asyncio.get_running_loop().create_task(self._join(transport))

    async def _join(self, transport: asyncio.Transport) -> None:
        there = _End(1, self._delay, self._carried)
        there.other = self
        try:
            loop = asyncio.get_running_loop()
            await loop.create_connection(lambda: there, self._address, self._port)
        except OSError:
            transport.abort()
            return
        self.other = there
        transport.resume_reading()


async def _main(address: str, port: int, delay: float) -> None:
    loop, carried = asyncio.get_running_loop(), [0, 0]
    server = await loop.create_server(lambda: _Here(address, port, delay, carried), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(*carried, flush=True)
    server.close()


if __name__ == "__main__":
    asyncio.run(_main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3])))
