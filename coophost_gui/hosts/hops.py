"""How the bytes get there: straight, through other machines, or through a command of ours.

What is returned is used like a socket.  Closing it closes everything that carries it.
"""

import os
import socket
import subprocess
import tempfile
import threading
from typing import IO

import paramiko
from paramiko.channel import Channel

from coophost_gui.hosts.problems import CommandGaveUp, HopDoesNotReach, HopRefuses
from coophost_gui.hosts.ssh import CHANNEL_SECONDS, Transport

ENDS_WITHIN = 2.0  # seconds for a proxy command to end once its connection is closed
MOST_SAID = 4000
PROHIBITED = 1  # RFC 4254, section 5.1: why a channel was not opened


class ThroughHop:
    """A channel of the connection to a jump host, with that connection in its care."""

    def __init__(self, hop: Transport, channel: Channel) -> None:
        self._hop, self._channel = hop, channel

    def send(self, data: bytes) -> int:
        return self._channel.send(data)

    def recv(self, size: int) -> bytes:
        return self._channel.recv(size)

    def settimeout(self, seconds: float | None) -> None:
        self._channel.settimeout(seconds)

    @property
    def _closed(self) -> bool:
        """Say whether it was closed: paramiko looks there, as every socket has it."""
        return self._channel.closed

    def close(self) -> None:
        self._hop.close()  # and with it the channel


class ThroughCommand(socket.socket):
    """Our end of a pair of sockets; a command holds the other one as its input and output."""

    def __init__(self, command: str) -> None:
        ours, theirs = socket.socketpair()
        super().__init__(fileno=ours.detach())
        self.said = ""  # once closed: the last of what it wrote to its error output
        self._closing = threading.Lock()
        self._said: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115, closed with us
        shell = os.environ.get("SHELL") or "/bin/sh"
        with theirs:
            self._process = subprocess.Popen(
                [shell, "-c", f"exec {command}"],
                stdin=theirs.fileno(),
                stdout=theirs.fileno(),
                stderr=self._said,
                start_new_session=True,  # Ctrl-C is for us: we end it when we are through
            )

    def close(self) -> None:
        super().close()
        with self._closing:
            if self._said.closed:
                return
            if self._process.poll() is None:
                self._process.terminate()
                try:
                    self._process.wait(ENDS_WITHIN)
                except subprocess.TimeoutExpired:
                    self._process.kill()
                    self._process.wait()
            self._said.seek(0)
            self.said = self._said.read()[-MOST_SAID:].decode(errors="replace").strip()
            self._said.close()


Way = socket.socket | ThroughHop


def through_hop(hop: Transport, hop_name: str, host: str, port: int) -> ThroughHop:
    """Return a way to *host* that the machine at the other end of *hop* opens for us."""
    where = {"hop": hop_name, "host": host, "port": port}
    try:
        channel = hop.open_channel(
            "direct-tcpip", (host, port), ("127.0.0.1", 0), timeout=CHANNEL_SECONDS
        )
    except paramiko.ChannelException as error:
        hop.close()
        kind = HopRefuses if error.code == PROHIBITED else HopDoesNotReach
        raise kind(str(error), **where) from error
    except BaseException:
        hop.close()
        raise
    return ThroughHop(hop, channel)


def through_command(command: str, host: str, port: int) -> ThroughCommand:
    """Start the ProxyCommand *command*, as ssh does: by the person's shell."""
    try:
        return ThroughCommand(command)
    except OSError as error:
        raise CommandGaveUp(str(error), host=host, port=port) from error
