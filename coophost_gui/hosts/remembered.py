"""What one run of the program remembers about logging in: secrets, and passwords refused."""

import threading
import time
from dataclasses import dataclass, field

from coophost_gui.kit.secrets import MemorySecrets, Secrets

MOST_WRONG = 3  # fail2ban bans after five, and other programs may have tried, too
FORGIVEN_AFTER = 600.0  # seconds: how far back fail2ban looks

Door = tuple[str, int, str]  # host, port, user


class Refusals:
    """Counts wrong passwords per door, so that we stop before the server shuts us out."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._when: dict[Door, list[float]] = {}

    def add(self, door: Door) -> None:
        with self._lock:
            self._when.setdefault(door, []).append(time.monotonic())

    def forget(self, door: Door) -> None:
        with self._lock:
            self._when.pop(door, None)

    def minutes(self, door: Door) -> int:
        """Return for how many minutes no more password may be tried; 0: one may."""
        now = time.monotonic()
        with self._lock:
            recent = [then for then in self._when.get(door, []) if now - then < FORGIVEN_AFTER]
            self._when[door] = recent
        if len(recent) < MOST_WRONG:
            return 0
        return max(1, round((recent[-MOST_WRONG] + FORGIVEN_AFTER - now) / 60))


@dataclass
class Remembered:
    """Shared by all connections of one world."""

    lasting: Secrets = field(default_factory=MemorySecrets)  # the password store
    passing: MemorySecrets = field(default_factory=MemorySecrets)  # until the program ends
    refusals: Refusals = field(default_factory=Refusals)
