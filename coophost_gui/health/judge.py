"""What a look means: a state, its reason, per service and per stack. Pure."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from typing import Any, Literal

from coophost_gui.health.look import (
    NAMESPACE,
    REMEMBERED,
    Snapshot,
    ended_badly,
    moment,
    since,
    state_of,
)
from coophost_gui.health.reasons import never_began, reason
from coophost_gui.kit.text import N_, Words, said, whole

TIMEOUT = 300  # seconds, when a recipe names none
MONITOR = 5.0  # seconds that a part must hold, when a recipe names none
FRESH = 60.0  # seconds after which a part that had ended before counts as settled
JUST_MADE = 30.0  # seconds that the Engine may take to make the first task of a service

Level = Literal["good", "wait", "bad"]


class State(StrEnum):
    """How an app or a part of it is, from the quietest to the loudest."""

    WELL = "well"
    RUNNING = "running"
    STOPPED = "stopped"
    UPDATING = "updating"
    STARTING = "starting"
    ROLLED_BACK = "rolled_back"
    UNKNOWN = "unknown"
    SLOW = "slow"
    RESTARTING = "restarting"
    STUCK = "stuck"
    GIVEN_UP = "given_up"
    UNREACHABLE = "unreachable"


LOUDER = {state: rank for rank, state in enumerate(State)}
LEVELS: Mapping[State, Level] = {
    State.WELL: "good",
    State.RUNNING: "good",
    State.STOPPED: "wait",
    State.UPDATING: "wait",
    State.STARTING: "wait",
    State.ROLLED_BACK: "wait",
    State.UNKNOWN: "wait",
    State.SLOW: "wait",
    State.RESTARTING: "bad",
    State.STUCK: "bad",
    State.GIVEN_UP: "bad",
    State.UNREACHABLE: "bad",
}
WORDS: Mapping[State, str] = {
    State.WELL: N_("core", "Well"),
    State.RUNNING: N_("core", "Running (not checked)"),
    State.STOPPED: N_("core", "Stopped"),
    State.UPDATING: N_("core", "Being changed"),
    State.STARTING: N_("core", "Starting"),
    State.ROLLED_BACK: N_("core", "Back on the version before"),
    State.UNKNOWN: N_("core", "We cannot tell"),
    State.SLOW: N_("core", "Slow to start"),
    State.RESTARTING: N_("core", "Restarting again and again"),
    State.STUCK: N_("core", "Cannot start"),
    State.GIVEN_UP: N_("core", "Stopped trying"),
    State.UNREACHABLE: N_("core", "Not reached"),
}


@dataclass(frozen=True, slots=True)
class ServiceHealth:
    """One part of an app: ``name`` without the stack's name before it."""

    name: str
    state: State
    reason: Words
    running: int = 0
    desired: int = 0


@dataclass(frozen=True, slots=True)
class StackHealth:
    """Everything that carries one stack's name; its state is that of its worst part."""

    stack: str
    recipe: str
    version: str
    domain: str
    services: tuple[ServiceHealth, ...]
    state: State
    reason: Words
    chaos: str = ""


def level(state: State) -> Level:
    return LEVELS[state]


def word(state: State) -> Words:
    return WORDS[state]


def judge(
    snapshot: Snapshot, before: Snapshot | None = None, now: float | None = None
) -> list[StackHealth]:
    """Return how every stack of *snapshot* is, by name.

    *before* is an earlier look, whose ended parts count too: the Engine keeps only the
    last few, so that a slow crash loop looks fine in any single look.
    """
    stacks: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for service in snapshot.services:
        labels = service.get("Spec", {}).get("Labels") or {}
        if stack := labels.get(NAMESPACE):
            stacks[stack].append(service)
    clock = (snapshot.at if now is None else now) + snapshot.skew
    seen = _seen(snapshot, before)
    return [_stack(name, stacks[name], seen, clock) for name in sorted(stacks)]


def find(healths: Sequence[StackHealth], stack: str) -> StackHealth | None:
    return next((health for health in healths if health.stack == stack), None)


def worst(services: Sequence[ServiceHealth]) -> ServiceHealth:
    """Return the part that a person should hear of first."""
    return max(services, key=lambda found: LOUDER[found.state])


@dataclass(frozen=True)
class _Seen:
    """What the looks saw, put in order once for all services."""

    tasks: Mapping[str, Sequence[Mapping[str, Any]]]  # by service, newest first
    ends: Mapping[str, Mapping[str, float]]  # by service: when which task ended badly
    nodes: Mapping[str, str]  # the state of each


@dataclass(frozen=True)
class _Part:
    """Everything that the rules ask about one service."""

    service: Mapping[str, Any]
    tasks: Sequence[Mapping[str, Any]]  # newest first
    wanted: Sequence[Mapping[str, Any]]  # those that should run
    running: int
    desired: int
    ends: Sequence[float]  # when parts of it ended badly lately
    now: float  # by the server's clock
    timeout: float

    @property
    def spec(self) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.service["Spec"]
        return found

    @property
    def changed(self) -> float:
        return moment(str(self.service.get("UpdatedAt", "")))

    @property
    def ended(self) -> Mapping[str, Any] | None:
        return next((task for task in self.tasks if ended_badly(task)), None)

    @property
    def why(self) -> Words:
        return reason(self.ended) if self.ended else ""

    @property
    def up(self) -> float:
        """Return for how long all that runs has been running."""
        times = [since(task) for task in self.wanted if state_of(task) == "running"]
        return self.now - max(times, default=self.now)


def _stack(
    name: str,
    services: Sequence[Mapping[str, Any]],
    seen: _Seen,
    now: float,
) -> StackHealth:
    app = next((s for s in services if s["Spec"]["Name"] == f"{name}_app"), services[0])
    labels = app["Spec"].get("Labels") or {}
    container = app["Spec"].get("TaskTemplate", {}).get("ContainerSpec") or {}
    env = dict(entry.partition("=")[::2] for entry in container.get("Env") or ())
    prefix = f"coop-cloud.{name}."
    timeout = _number(labels.get(f"{prefix}timeout"), TIMEOUT)
    parts = tuple(
        _health(name, _part(service, seen, now, timeout), seen)
        for service in sorted(services, key=lambda found: str(found["Spec"]["Name"]))
    )
    loudest = worst(parts)
    alone = len(parts) == 1 or LEVELS[loudest.state] == "good"
    because = (
        loudest.reason
        if alone or not loudest.reason
        else said(N_("core", "{part}: {reason}"), part=loudest.name, reason=loudest.reason)
    )
    return StackHealth(
        stack=name,
        recipe=str(labels.get(f"{prefix}recipe", "")),
        version=str(labels.get(f"{prefix}version", "")),
        domain=str(env.get("DOMAIN", "")),
        services=parts,
        state=loudest.state,
        reason=because,
        chaos=str(labels.get(f"{prefix}chaos-version", "")),
    )


def _seen(snapshot: Snapshot, before: Snapshot | None) -> _Seen:
    tasks: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    for task in snapshot.tasks:
        tasks[str(task.get("ServiceID"))].append(task)
    for mine in tasks.values():
        mine.sort(key=lambda task: (str(task.get("CreatedAt", "")), _index(task)), reverse=True)
    looks = [look for look in (before, snapshot) if look is not None]
    ends: dict[str, dict[str, float]] = defaultdict(dict)
    for found in (found for look in looks for found in look.ended):
        ends[found.service][found.task] = found.at
    for task in (task for look in looks for task in look.tasks if ended_badly(task)):
        ends[str(task.get("ServiceID"))][str(task.get("ID"))] = since(task)
    nodes = {
        str(node.get("ID")): str((node.get("Status") or {}).get("State", ""))
        for node in snapshot.nodes
    }
    return _Seen(tasks, ends, nodes)


def _part(service: Mapping[str, Any], seen: _Seen, now: float, timeout: float) -> _Part:
    identity, changed = str(service.get("ID")), moment(str(service.get("UpdatedAt", "")))
    tasks = seen.tasks.get(identity, ())
    wanted = [task for task in tasks if task.get("DesiredState") in ("running", "ready")]
    status = service.get("ServiceStatus") or {}
    clock = max(now, max((since(task) for task in tasks), default=0.0))
    return _Part(
        service=service,
        tasks=tasks,
        wanted=wanted,
        running=int(status.get("RunningTasks", sum(state_of(t) == "running" for t in wanted))),
        desired=int(status.get("DesiredTasks", _replicas(service["Spec"], len(wanted)))),
        ends=sorted(
            at
            for at in seen.ends.get(identity, {}).values()
            if at > clock - REMEMBERED and at >= changed
        ),
        now=clock,
        timeout=timeout,
    )


def _health(stack: str, part: _Part, seen: _Seen) -> ServiceHealth:
    state, because = _node_away(part.wanted, seen) or _rule(part)
    short = str(part.spec["Name"]).removeprefix(f"{stack}_")
    return ServiceHealth(short, state, because, part.running, part.desired)


def _rule(part: _Part) -> tuple[State, Words]:
    """Return the first rule that fits."""
    mode = part.spec.get("Mode") or {}
    update = str((part.service.get("UpdateStatus") or {}).get("State", ""))
    if update == "updating":
        return State.UPDATING, N_("core", "The new version is being started.")
    if update == "rollback_started":
        return State.UPDATING, N_(
            "core", "The change did not start; the version before it is being brought back."
        )
    if update in ("paused", "rollback_paused"):
        return State.STUCK, part.why or N_("core", "A change was stopped half-way.")
    if "ReplicatedJob" in mode or "GlobalJob" in mode:
        return _job(part)
    if part.desired == 0 and not part.wanted:
        return State.STOPPED, N_("core", "It was switched off. Its data are kept.")
    if not part.wanted:
        return _nothing_wanted(part)
    if part.running < part.desired:
        return _not_running(part)
    if _restarting(part):
        return State.RESTARTING, part.why
    if part.ends and part.up < FRESH:
        return State.STARTING, _again(part.why)
    if part.up < _monitor(part.spec):
        return State.STARTING, N_("core", "It has just started; we watch whether it holds.")
    if update == "rollback_completed":
        return State.ROLLED_BACK, N_(
            "core", "The last change did not start, so the version before it runs again."
        )
    if _checks_itself(part.spec):
        return State.WELL, N_("core", "It passes its own health check.")
    return State.RUNNING, N_("core", "It runs, and has no health check of its own.")


def _restarting(part: _Part) -> bool:
    """Say whether *part*, which runs now, will likely end again.

    It has settled once it ran for longer than ever between two ends.
    """
    longest = max((later - earlier for earlier, later in pairwise(part.ends)), default=0.0)
    if len(part.ends) >= 3:
        return part.up < max(FRESH, 2 * longest)
    return len(part.ends) == 2 and part.up < FRESH


def _not_running(part: _Part) -> tuple[State, Words]:
    for task in part.wanted:
        if state_of(task) == "pending" and (because := reason(task)):
            return State.STUCK, because
    if part.ended is not None and part.ends:
        if never_began(part.ended):
            return State.STUCK, part.why
        if len(part.ends) >= 2:
            return State.RESTARTING, part.why
        return State.STARTING, _again(part.why)
    first = min(moment(str(task.get("CreatedAt", ""))) for task in part.wanted)
    waited = part.now - max(first, part.changed)
    if waited > part.timeout:
        return State.SLOW, said(
            N_("core", "It has been starting for {minutes} minutes, longer than it should."),
            minutes=max(1, round(waited / 60)),
        )
    if any(state_of(task) == "starting" for task in part.wanted):
        return State.STARTING, N_("core", "It has started, and now checks itself.")
    return State.STARTING, N_("core", "It is being started.")


def _nothing_wanted(part: _Part) -> tuple[State, Words]:
    if part.tasks and state_of(part.tasks[0]) == "complete":
        return State.WELL, N_("core", "It did its work and ended.")
    if not part.tasks and part.now - part.changed < JUST_MADE:
        return State.STARTING, N_("core", "It is being started.")
    return State.GIVEN_UP, part.why or N_(
        "core", "It ended, and the server does not start it again."
    )


def _job(part: _Part) -> tuple[State, Words]:
    done = int((part.service.get("ServiceStatus") or {}).get("CompletedTasks", 0))
    wanted = int((part.spec["Mode"].get("ReplicatedJob") or {}).get("TotalCompletions", 1) or 1)
    if done >= wanted:
        return State.WELL, N_("core", "It did its work and ended.")
    if any(task.get("DesiredState") in ("running", "ready", "complete") for task in part.tasks[:1]):
        return State.STARTING, N_("core", "It is at work.")
    return State.GIVEN_UP, part.why


def _node_away(wanted: Sequence[Mapping[str, Any]], seen: _Seen) -> tuple[State, Words] | None:
    for task in wanted:
        match seen.nodes.get(str(task.get("NodeID"))):
            case "down" | "disconnected":
                return State.UNREACHABLE, N_("core", "The machine that runs it does not answer.")
            case "unknown":
                return State.STARTING, N_("core", "The server has just come back.")
            case _:
                continue
    return None


def _again(why: Words) -> Words:
    if not why:
        return N_("core", "It ended once and is being started again.")
    return said(N_("core", "{reason} It is being started again."), reason=why)


def _checks_itself(spec: Mapping[str, Any]) -> bool:
    container = spec.get("TaskTemplate", {}).get("ContainerSpec") or {}
    test = (container.get("Healthcheck") or {}).get("Test") or []
    return bool(test) and test[0] != "NONE"


def _monitor(spec: Mapping[str, Any]) -> float:
    return float((spec.get("UpdateConfig") or {}).get("Monitor") or 0) / 1e9 or MONITOR


def _replicas(spec: Mapping[str, Any], otherwise: int) -> int:
    replicated = (spec.get("Mode") or {}).get("Replicated")
    return otherwise if replicated is None else int(replicated.get("Replicas", 1))


def _index(thing: Mapping[str, Any]) -> int:
    return int((thing.get("Version") or {}).get("Index", 0))


def _number(text: object, otherwise: int) -> int:
    return whole(str(text), otherwise)
