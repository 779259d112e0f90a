"""What happens on a server, told as it happens: a reason to look at once.

The Engine's events say that something changed, not how the app is: each wakes a look, and
says no more.  Tasks change without an event, so looking by the clock goes on.
"""

from collections.abc import Callable
from dataclasses import dataclass

from coophost_gui.health.look import Snapshot
from coophost_gui.hosts.base import Host
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem

WORTH_A_LOOK = {
    "type": ["container", "service", "node"],
    "event": ["start", "die", "oom", "health_status", "create", "update", "remove"],
}
SETTLES = 0.3  # seconds to wait after an event: one change makes several
APART = 5.0  # seconds between two looks that events wake: an app in a loop makes many
FIRST_PAUSE, LONGEST_PAUSE = 30.0, 300.0  # seconds before a stream that ended is begun again
HELD = 60.0  # seconds after which a stream counts as one that holds


def follow(job: Job, host: Host, snapshot: Snapshot, happened: Callable[[], object]) -> None:
    """Call *happened* for each event on *host* after *snapshot*, until the stream ends.

    It ends when the job is cancelled, when the Engine is restarted, and when the
    connection breaks: none of that is a problem, since the next look will tell.
    """
    since = f"{snapshot.at + snapshot.skew:.6f}"
    try:
        for _ in host.engine.stream(job, "GET", "/events", since=since, filters=WORTH_A_LOOK):
            happened()
    except Problem:
        return


@dataclass
class Waking:
    """When a server's event stream may begin again, and when an event may wake a look."""

    begun: float = 0.0
    may_begin: float = 0.0
    looked: float = 0.0
    _pause: float = FIRST_PAUSE

    def begin(self, now: float) -> None:
        self.begun = now

    def end(self, now: float) -> None:
        """Note that the stream ended; one that does not hold is begun ever less often."""
        if now - self.begun >= HELD:
            self._pause = FIRST_PAUSE
        self.may_begin = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE)

    def look_in(self, now: float) -> float:
        """Return in how many seconds the look that an event wakes is due."""
        return max(SETTLES, self.looked + APART - now)
