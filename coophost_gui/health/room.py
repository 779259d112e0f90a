"""How full a server is: its disk and its memory."""

from time import time

from coophost_gui.health.board import Room
from coophost_gui.hosts.base import Host
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import whole

ROOM_EVERY = 300.0  # seconds
ROOM = b"""\
df -B1 -P /var/lib/docker 2>/dev/null || df -B1 -P /
grep -E '^Mem(Total|Available)' /proc/meminfo
"""


def ask_room(job: Job, host: Host, known: Room | None) -> Room | None:
    """Ask how full the server is, now and then; None where it does not say."""
    if known is not None and time() - known.at < ROOM_EVERY:
        return known
    try:
        result = host.run(job, "sh", "-s", "room", stdin=ROOM, timeout=30)
    except Problem:
        return known
    return parse_room(result.out, time()) if result.ok else known


def parse_room(text: str, at: float) -> Room | None:
    """Read what ``df -P`` and ``/proc/meminfo`` say."""
    numbers: dict[str, int] = {}
    for line in text.splitlines():
        parts = line.split()
        if len(parts) >= 6 and parts[1].isdigit():
            numbers |= {"size": whole(parts[1]), "free": whole(parts[3])}
        elif len(parts) == 3 and parts[1].isdigit():
            numbers[parts[0].rstrip(":")] = whole(parts[1]) * 1024
    told = {"size", "free", "MemTotal", "MemAvailable"} <= numbers.keys()
    if not told or not numbers["size"] or not numbers["MemTotal"]:
        return None
    return Room(
        numbers["size"] - numbers["free"],
        numbers["size"],
        numbers["MemTotal"] - numbers["MemAvailable"],
        numbers["MemTotal"],
        at,
    )
