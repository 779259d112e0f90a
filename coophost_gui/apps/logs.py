"""What an app's programs say: its logs, and the last words of a part that ended."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coophost_gui.apps.app import App
from coophost_gui.health.look import ENDED_BADLY, NAMESPACE, Snapshot, state_of
from coophost_gui.hosts.base import EngineProblem, Host, W, same_world
from coophost_gui.kit.jobs import Job

LAST = 20  # lines


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a log; ``stream`` is 1 for ordinary output, 2 for complaints."""

    part: str
    stream: int
    text: str


def logs(
    job: Job, host: Host[W], app: App[W], part: str = "", *, last: int = 100, follow: bool = False
) -> Iterator[Line]:
    """Yield the last lines of *app*, part by part; of *part* alone when it is named.

    With *follow* (one part only) it goes on as lines come, until the job is stopped.
    """
    same_world(host, app)
    stack = app.file.stack
    filters = {"label": [f"{NAMESPACE}={stack}"]}
    services = host.engine.get(job, "/services", filters=filters)
    for service in sorted(services, key=lambda found: str(found["Spec"]["Name"])):
        name = str(service["Spec"]["Name"]).removeprefix(f"{stack}_")
        if part in ("", name):
            for stream, text in host.engine.lines(
                job,
                f"/services/{service['ID']}/logs",
                stdout=True,
                stderr=True,
                tail=str(last),
                follow=follow and bool(part),
            ):
                yield Line(name, stream, text)


def last_words(job: Job, host: Host, snapshot: Snapshot, service: str) -> list[str]:
    """Return what *service* said last before it ended, and what its health check said."""
    identity = next(
        (one.get("ID") for one in snapshot.services if one["Spec"]["Name"] == service), None
    )
    tasks = sorted(
        (one for one in snapshot.tasks if one.get("ServiceID") == identity),
        key=lambda one: str(one.get("CreatedAt", "")),
        reverse=True,
    )
    ended = next((one for one in tasks if state_of(one) in ENDED_BADLY), None)
    newest = ended or next(iter(tasks), None)
    if newest is None:
        return []
    words = []
    if error := str((newest.get("Status") or {}).get("Err") or ""):
        words.append(error)
    words += _log(job, host, str(newest.get("ID")))
    words += _checks(job, host, newest)
    return words


def _log(job: Job, host: Host, task: str) -> list[str]:
    try:
        lines = host.engine.lines(
            job, f"/tasks/{task}/logs", stdout=True, stderr=True, tail=str(LAST)
        )
        return [text for _, text in lines][-LAST:]
    except EngineProblem:
        return []


def _checks(job: Job, host: Host, task: Mapping[str, Any]) -> list[str]:
    """Return what the last health check of the container of *task* printed."""
    container = ((task.get("Status") or {}).get("ContainerStatus") or {}).get("ContainerID")
    if not container:
        return []
    try:
        state = host.engine.get(job, f"/containers/{container}/json").get("State") or {}
    except EngineProblem:
        return []
    checks = (state.get("Health") or {}).get("Log") or []
    return [str(checks[-1].get("Output", "")).strip()] if checks else []
