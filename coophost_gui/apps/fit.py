"""Whether an app has room on its server, before anything is fetched or started."""

from collections.abc import Mapping
from typing import Any

from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.problems import NoMemoryForIt
from coophost_gui.health.room import ask_room
from coophost_gui.hosts.base import W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, Words, said, size_in_words
from coophost_gui.recipes.meanings import shipped

DISK_COMFORTABLE = 5_000_000_000  # bytes; the programs of a small app take one or two of them
MB = 1_000_000


def fit(job: Job, work: Deployment[W], running: Mapping[str, Any]) -> list[Words]:
    """Return what is tight for the parts that do not run yet; refuse what can never fit.

    The Engine keeps a reservation free for a part, and never starts one that asks for more
    than the machine has.
    """
    new = [body for body in work.bodies.services if str(body["Name"]) not in running]
    room = ask_room(job, work.host, None) if new else None
    if room is None:
        return []
    reserved = sum(_reserved(body) for body in new)
    known = shipped().get(work.recipe)
    measured = (known.memory_mb or 0) * MB if known and len(new) == len(work.bodies.services) else 0
    facts = {"server": work.host.name, "total": size_in_words(room.memory_total)}
    if reserved > room.memory_total:
        raise NoMemoryForIt(name=work.app.name, need=size_in_words(reserved), **facts)
    tight: list[Words] = []
    need, free = max(reserved, measured), room.memory_total - room.memory_used
    if need > free:
        words = N_("core", "Memory is tight: it asks for {need}, and {server} has {free} left.")
        tight.append(
            said(words, need=size_in_words(need), free=size_in_words(free), server=work.host.name)
        )
    if (disk := room.disk_total - room.disk_used) < DISK_COMFORTABLE:
        words = N_("core", "The disk is tight: {server} has {free} left for programs and data.")
        tight.append(said(words, free=size_in_words(disk), server=work.host.name))
    return tight


def _reserved(body: Mapping[str, Any]) -> int:
    """Return the bytes of memory that all copies of a service ask for."""
    resources = body["TaskTemplate"].get("Resources") or {}
    count = ((body.get("Mode") or {}).get("Replicated") or {}).get("Replicas", 1)
    return int((resources.get("Reservations") or {}).get("MemoryBytes", 0)) * int(count or 0)
