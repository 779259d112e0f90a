"""Watch an app come to life, until it holds or until one can say why it does not."""

import time
from collections.abc import Mapping
from typing import Any

from coophost_gui.apps.apply import refuse_foreign, same
from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.logs import last_words
from coophost_gui.apps.problems import (
    GivenUp,
    KeepsRestarting,
    NotHealthy,
    RolledBack,
    TakesLonger,
)
from coophost_gui.health.judge import ServiceHealth, State, find, judge, level, worst
from coophost_gui.health.look import NAMESPACE, Snapshot, look_through
from coophost_gui.hosts.base import W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said

GOOD = (State.WELL, State.RUNNING, State.STOPPED, State.ROLLED_BACK)


def healthy_step(work: Deployment[W]) -> Step:
    """Every part of the app runs, holds, and passes its own health check if it has one."""

    def is_done(job: Job) -> bool:
        return _holds(job, work, _look(job, work))

    def do(job: Job) -> Words:
        began = time.monotonic()
        until_it_holds(job, work)
        return said(
            N_("core", "It came to life in {seconds} seconds."),
            seconds=round(time.monotonic() - began),
        )

    return Step(
        "healthy",
        N_("core", "Wait until it is healthy"),
        is_done,
        do,
        why=N_("core", "It tells us itself, where its recipe has a health check."),
    )


def until_it_holds(job: Job, work: Deployment[W]) -> None:
    """Look again and again; raise a Problem once it is clear that it will not come."""
    patience = work.patience
    told = patience.timeout
    timeout = max(work.bodies.timeout, patience.least) if told is None else told
    networks = work.network_names(job)
    began = time.monotonic()
    bad_since: dict[State, float] = {}
    before: Snapshot | None = None
    first: Snapshot | None = None
    while True:
        snapshot = _look(job, work, before)
        refuse_foreign(job, work, _mine(work, snapshot), networks)
        if _holds(job, work, snapshot):
            return
        now = time.monotonic()
        parts = _parts(work, snapshot)
        _say(job, parts)
        loudest = worst(parts)
        bad_since = {loudest.state: bad_since.get(loudest.state, now)}
        if _rolled_back(job, work, snapshot):
            raise _problem(job, work, RolledBack, loudest, snapshot)
        bad_for = now - bad_since[loudest.state]
        if loudest.state is State.GIVEN_UP and bad_for > patience.between_looks:
            raise _problem(job, work, GivenUp, loudest, snapshot)
        if loudest.state is State.STUCK and bad_for > patience.stuck:
            raise _problem(job, work, NotHealthy, loudest, snapshot)
        looping = loudest.state is State.RESTARTING and _ended_since(work, snapshot, first)
        if looping and bad_for > patience.restarting:
            raise _problem(job, work, KeepsRestarting, loudest, snapshot)
        if now - began > timeout:
            kind = KeepsRestarting if loudest.state is State.RESTARTING else TakesLonger
            raise _problem(job, work, kind, loudest, snapshot, round(timeout / 60))
        before, first = snapshot, first or snapshot
        job.wait(patience.between_looks)


def _look(job: Job, work: Deployment[W], before: Snapshot | None = None) -> Snapshot:
    return look_through(job, work.looked, work.host.name, before, work.stack)


def _holds(job: Job, work: Deployment[W], snapshot: Snapshot) -> bool:
    """Say whether all that is planned runs, in the version that is planned."""
    health = find(judge(snapshot), work.stack)
    if health is None or any(part.state not in GOOD for part in health.services):
        return False
    planned = {str(body["Name"]).removeprefix(f"{work.stack}_") for body in work.bodies.services}
    if not planned <= {part.name for part in health.services}:
        return False
    return not _rolled_back(job, work, snapshot) and _all_new(job, work, snapshot)


def _ended_since(work: Deployment[W], snapshot: Snapshot, first: Snapshot | None) -> bool:
    """Say whether something ended since we watch: what ended before may be mended by now."""
    mine = {one.get("ID") for one in _mine(work, snapshot).values()}
    return first is not None and any(
        ended.service in mine and ended.at > first.at + first.skew for ended in snapshot.ended
    )


def _parts(work: Deployment[W], snapshot: Snapshot) -> tuple[ServiceHealth, ...]:
    health = find(judge(snapshot), work.stack)
    if health is not None:
        return health.services
    return (ServiceHealth("app", State.STARTING, N_("core", "It is being started.")),)


def _rolled_back(job: Job, work: Deployment[W], snapshot: Snapshot) -> bool:
    """Say whether the Engine brought back something else than what was planned."""
    back = {
        str(one["Spec"]["Name"]): one
        for one in snapshot.services
        if (one.get("UpdateStatus") or {}).get("State") == "rollback_completed"
    }
    planned = {str(body["Name"]): body for body in work.bodies.services}
    if not back.keys() & planned.keys():
        return False
    networks = work.network_names(job)
    return any(
        not same(work, planned[name], back[name], networks) for name in back.keys() & planned.keys()
    )


def _all_new(job: Job, work: Deployment[W], snapshot: Snapshot) -> bool:
    """Say whether what runs was made from the newest version of each service.

    Right after a change the Engine has the new version, but still runs the old one,
    for a moment in which everything looks well.
    """
    new: dict[str, int] = {}
    for task in work.up_to_date(job):
        if (task.get("Status") or {}).get("State") in ("running", "complete"):
            new[str(task.get("ServiceID"))] = new.get(str(task.get("ServiceID")), 0) + 1
    return all(
        new.get(str(one.get("ID")), 0) >= _wanted(one) for one in _mine(work, snapshot).values()
    )


def _mine(work: Deployment[W], snapshot: Snapshot) -> dict[str, Mapping[str, Any]]:
    """Return the services of the app's stack, by name."""
    return {
        str(one["Spec"]["Name"]): one
        for one in snapshot.services
        if (one["Spec"].get("Labels") or {}).get(NAMESPACE) == work.stack
    }


def _wanted(service: Mapping[str, Any]) -> int:
    return int((service.get("ServiceStatus") or {}).get("DesiredTasks", 0))


def _say(job: Job, parts: tuple[ServiceHealth, ...]) -> None:
    good = sum(level(part.state) == "good" for part in parts)
    loudest = worst(parts)
    if len(parts) == 1:
        job.progress(None, loudest.reason)
        return
    job.progress(
        good / len(parts),
        said(
            N_("core", "{good} of {total} parts are ready · {part}: {reason}"),
            good=good,
            total=len(parts),
            part=loudest.name,
            reason=loudest.reason,
        ),
    )


def _problem(
    job: Job,
    work: Deployment[W],
    kind: type[NotHealthy],
    part: ServiceHealth,
    snapshot: Snapshot,
    minutes: int = 0,
) -> NotHealthy:
    words = last_words(job, work.host, snapshot, f"{work.stack}_{part.name}")
    return kind(
        "\n".join(words),
        name=work.app.name,
        part=part.name,
        reason=part.reason,
        minutes=max(1, minutes),
    )
