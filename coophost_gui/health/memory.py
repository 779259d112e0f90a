"""When each server answered last, kept between runs: an outage has an age from the first look."""

from collections.abc import Mapping
from typing import Protocol

from coophost_gui.hosts.base import Real
from coophost_gui.kit import places
from coophost_gui.kit.store import FileUnreadable, read_yaml, write_yaml

FILE = "last-seen.yml"


class World(Protocol):
    """As much of a world as remembering needs."""

    @property
    def world(self) -> type: ...


def remembered(world: World) -> Mapping[str, float]:
    """Return when each real server answered last, as far as this computer knows."""
    if world.world is not Real:
        return {}
    try:
        values = read_yaml(places.cache_dir() / FILE)
    except FileUnreadable:  # it may be thrown away at any time, so it may be read wrongly, too
        return {}
    return {name: float(at) for name, at in values.items() if isinstance(at, int | float)}


def remember(world: World, seen: Mapping[str, float]) -> None:
    """Keep *seen* for the next run; nothing of a practice world."""
    if world.world is Real:
        write_yaml(places.cache_dir() / FILE, seen)
