"""Knocking at a port as a visitor would, to see who opens, and whether anybody does."""

import socket
from enum import Enum
from urllib.request import getproxies

from coophost_gui.kit.jobs import Job
from coophost_gui.net.tcp import connect, wake

PATIENCE = 7.0  # seconds: a lost first packet is sent again after one, and after three
LIMIT = 4096  # bytes of an answer that are read


class Knock(Enum):
    """What a visitor meets at a port."""

    OPEN = "open"  # whoever should be there is
    SILENT = "silent"  # nothing comes back: a firewall drops what we send
    REFUSED = "refused"  # somebody on the way, or there, says no at once
    STRANGER = "stranger"  # somebody answers, but not who should


def knock(job: Job, address: str, port: int, word: str = "", patience: float = PATIENCE) -> Knock:
    """Connect to *port* of *address*; with *word*, ask whoever is there to say it."""
    try:
        with connect(job, address, port, patience) as visitor:
            if not word:
                return Knock.OPEN
            visitor.settimeout(patience)
            with job.closed_on_cancel(lambda: wake(visitor)):
                return Knock.OPEN if word.encode() in _asked(visitor, address) else Knock.STRANGER
    except TimeoutError:
        return Knock.SILENT
    except OSError:
        job.checkpoint()
        return Knock.REFUSED


def _asked(visitor: socket.socket, address: str) -> bytes:
    """Ask for a page, since what stands between us may let nothing else through."""
    visitor.sendall(f"GET / HTTP/1.0\r\nHost: {address}\r\nConnection: close\r\n\r\n".encode())
    heard = b""
    while len(heard) < LIMIT and (more := visitor.recv(LIMIT)):
        heard += more
    return heard


def behind_proxy() -> bool:
    """Say whether this computer is set to reach web pages through a proxy."""
    return any(getproxies().get(kind) for kind in ("http", "https", "all"))
