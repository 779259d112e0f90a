"""What happens on the practice server, in the shape of the Engine's events."""

import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from coophost_gui.kit.jobs import Job

Json: TypeAlias = dict[str, Any]
Seen: TypeAlias = Mapping[tuple[str, str], str]  # (type, id) -> version or state

EVERY = 0.1  # seconds; the make-believe server looks at itself, nothing is sent
ENDED = ("failed", "rejected", "shutdown")


def happenings(
    job: Job, see: Callable[[], Seen], wanted: Mapping[str, list[str]]
) -> Iterator[Json]:
    """Yield what changes from now on, until the job is cancelled; *wanted* are filters."""
    before = see()
    while True:
        job.wait(EVERY)
        now = see()
        for event in _changes(before, now):
            if all(
                event[key] in wanted.get(name, [event[key]])
                for name, key in (("type", "Type"), ("event", "Action"))
            ):
                yield event
        before = now


def _changes(before: Seen, now: Seen) -> Iterator[Json]:
    for (kind, thing), state in now.items():
        old = before.get((kind, thing))
        if old == state:
            continue
        if kind == "service":
            yield _event(kind, "create" if old is None else "update", thing)
        elif state == "running" or state in ENDED:
            yield _event(kind, "die" if state in ENDED else "start", thing)
    for kind, thing in before.keys() - now.keys():
        yield _event(kind, "remove" if kind == "service" else "destroy", thing)


def _event(kind: str, action: str, thing: str) -> Json:
    at = time.time()
    return {
        "Type": kind,
        "Action": action,
        "Actor": {"ID": thing, "Attributes": {}},
        "scope": "swarm" if kind == "service" else "local",
        "time": int(at),
        "timeNano": int(at * 1e9),
    }
