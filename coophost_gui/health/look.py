"""One cheap look at a server: what should run there, and what does."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache, partial
from time import time
from typing import Any, Protocol, TypeAlias

from coophost_gui.health.reasons import server_began
from coophost_gui.hosts.base import EngineProblem, Host
from coophost_gui.kit.jobs import Job

REMEMBERED = 600.0  # seconds for which an ended part counts against an app
NAMESPACE = "com.docker.stack.namespace"  # the label with a service's stack
GOOD_TO_KNOW = ("/nodes", "/info")  # asked the first time, and after an outage
LONGEST_TIME = 40  # letters of a time with its zone
ENDED_BADLY = ("failed", "rejected")

Question: TypeAlias = tuple[str, Mapping[str, object]]  # path, query


@dataclass(frozen=True, slots=True)
class Ended:
    """A part of an app that ended without being asked to. The Engine soon forgets it."""

    task: str
    service: str
    slot: int
    at: float  # by the server's clock


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one look saw; ``at`` is by our clock, ``skew`` how far the server's is ahead."""

    server: str
    at: float
    services: tuple[Mapping[str, Any], ...]
    tasks: tuple[Mapping[str, Any], ...]
    nodes: tuple[Mapping[str, Any], ...] = ()  # known from the first look only
    skew: float = 0.0
    ended: tuple[Ended, ...] = ()  # those of this look and of the looks before it

    @property
    def settled(self) -> bool:
        """Say whether every machine of the server was ready when last asked."""
        states = [node.get("Status", {}).get("State") for node in self.nodes]
        return all(state == "ready" for state in states)

    @property
    def remembered(self) -> "Snapshot":
        """Return what the next look wants to know of this one: not each part of every app."""
        return replace(self, services=(), tasks=())

    @property
    def changed(self) -> float:
        """Return when a part of any app last came into the state it is in, by our clock."""
        return max(map(since, self.tasks), default=0.0) - self.skew


class Looked(Protocol):
    """As much of an Engine as a look needs."""

    def get(self, job: Job, path: str, **query: object) -> Any: ...


def questions(stack: str = "", *, first: bool = True) -> list[Question]:
    """Return what a look asks, the first one and any other; of *stack* alone, if one is named."""
    mine = {"filters": {"label": [f"{NAMESPACE}={stack}"]}} if stack else {}
    asked: list[Question] = [("/services", {"status": True, **mine}), ("/tasks", mine)]
    return [*asked, *((path, {}) for path in GOOD_TO_KNOW)] if first else asked


def look(job: Job, host: Host, before: Snapshot | None = None) -> Snapshot:
    """Return what *host* runs now: two requests, four the first time and after an outage."""
    return look_through(job, host.engine, host.name, before)


def look_through(
    job: Job, engine: Looked, server: str, before: Snapshot | None = None, stack: str = ""
) -> Snapshot:
    """Return what the *engine* of *server* runs; of *stack* alone, if one is named."""
    known = before if before is not None and before.settled else None
    asked = questions(stack, first=known is None)
    answers = job.side_by_side([partial(_ask, engine=engine, asked=one) for one in asked])
    at = time()
    services, tasks = (tuple(said) for said, _ in answers[:2])
    if known is not None:
        nodes, skew = known.nodes, known.skew
    else:
        nodes, skew = tuple(answers[2][0] or ()), _skew(*answers[3])
    remembered = {found.task: found for found in (before.ended if before else ())}
    remembered |= {found.task: found for found in _ended(tasks)}
    recent = tuple(
        sorted(
            (found for found in remembered.values() if found.at > at + skew - REMEMBERED),
            key=lambda found: found.at,
        )
    )
    return Snapshot(server, at, services, tasks, nodes, skew, recent)


def moment(text: str) -> float:
    """Return the Engine's time *text* (nanoseconds, UTC) as seconds; 0 when there is none."""
    return _moment(text[:LONGEST_TIME])


@lru_cache(4096)  # a quiet server tells the same times with each look
def _moment(text: str) -> float:
    found = re.match(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,6})?\d*(Z|[+-]\d\d:\d\d)", text)
    if not found:
        return 0.0
    seconds, fraction, zone = found.groups()
    try:
        parsed = datetime.fromisoformat(seconds + ("+00:00" if zone == "Z" else zone))
        return parsed.astimezone(UTC).timestamp() + float(fraction or 0)
    except (ValueError, OverflowError):  # no such day, or none that can be counted to
        return 0.0


def state_of(task: Mapping[str, Any]) -> str:
    return str(task.get("Status", {}).get("State", ""))


def since(task: Mapping[str, Any]) -> float:
    """Return when *task* came into the state it is in, by the server's clock."""
    return moment(str(task.get("Status", {}).get("Timestamp", "")))


def ended_badly(task: Mapping[str, Any]) -> bool:
    """Say whether *task* ended, or never began, for a reason of the app's own."""
    return state_of(task) in ENDED_BADLY and not server_began(task)


def _ended(tasks: tuple[Mapping[str, Any], ...]) -> list[Ended]:
    return [
        Ended(
            str(task.get("ID", "")),
            str(task.get("ServiceID", "")),
            int(task.get("Slot", 0) or 0),
            since(task),
        )
        for task in tasks
        if ended_badly(task)
    ]


def _ask(job: Job, engine: Looked, asked: Question) -> tuple[Any, float]:
    """Return the answer, and when it came; None where an Engine need not tell."""
    path, query = asked
    try:
        return engine.get(job, path, **query), time()
    except EngineProblem:
        if path not in GOOD_TO_KNOW:
            raise
        return None, time()


def _skew(info: Mapping[str, Any] | None, came: float) -> float:
    """Return how many seconds the server's clock is ahead of ours, where that is worth a word."""
    there = moment(str((info or {}).get("SystemTime", "")))
    ahead = there - came
    return ahead if there and abs(ahead) > 2 else 0.0
