"""Connecting by TCP, so that a stop is heard at once."""

import socket
from contextlib import suppress

from coophost_gui.kit.jobs import Job


def connect(job: Job, host: str, port: int, timeout: float) -> socket.socket:
    """Return a socket to the first address of *host* that answers, each within *timeout* seconds.

    What is sent leaves at once (TCP_NODELAY).  Raises OSError, or its last one.
    """
    problem = OSError(f"{host} has no address")
    for family, kind, protocol, _, where in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        sock = socket.socket(family, kind, protocol)
        sock.settimeout(timeout)
        try:
            with job.closed_on_cancel(lambda sock=sock: wake(sock)):  # type: ignore[misc]
                sock.connect(where)
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return sock
        except OSError as error:
            sock.close()
            job.checkpoint()
            problem = error
        except BaseException:
            sock.close()
            raise
    raise problem


def wake(sock: socket.socket) -> None:
    """End an attempt to connect: closing it would not wake who waits, this does."""
    with suppress(OSError):
        sock.shutdown(socket.SHUT_RDWR)
