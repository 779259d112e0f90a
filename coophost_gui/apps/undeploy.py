"""Take an app off a server and keep everything that is its people's."""

import time
from typing import Any

from coophost_gui.apps.app import App
from coophost_gui.apps.deployment import Patience, name_of
from coophost_gui.apps.problems import StillStopping
from coophost_gui.health.look import NAMESPACE
from coophost_gui.hosts.base import EngineProblem, Host, NotThere, W, same_world
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Words, several
from coophost_gui.servers.world import World

KEPT = N_("core", "Its data, its passwords and its settings are kept.")


def undeploy_steps(
    world: World[W], host: Host[W], app: App[W], *, patience: Patience | None = None
) -> list[Step]:
    """Return the promises of taking *app* off: nothing of it runs, all its data are there."""
    same_world(world, host, app)
    patient = patience or Patience()

    def listed(job: Job, kind: str) -> list[dict[str, Any]]:
        filters = {"label": [f"{NAMESPACE}={app.file.stack}"]}
        found: list[dict[str, Any]] = host.engine.get(job, f"/{kind}", filters=filters)
        return found

    def remove(job: Job, kind: str) -> int:
        things = listed(job, kind)
        for thing in things:
            try:
                host.engine.delete(job, f"/{kind}/{thing.get('ID') or thing.get('Id')}")
            except NotThere:
                continue
        return len(things)

    def stopped(job: Job) -> bool:
        return not listed(job, "services") and not listed(job, "tasks")

    def stop(job: Job) -> Words:
        count = remove(job, "services")
        deadline = time.monotonic() + patient.stopping
        while tasks := listed(job, "tasks"):
            job.progress(
                None,
                several(
                    len(tasks),
                    N_n("core", "One part is still stopping", "{count} parts are still stopping"),
                ),
            )
            if time.monotonic() > deadline:
                raise StillStopping(name=app.name)
            job.wait(patient.between_looks)
        return several(count, N_n("core", "One part stopped.", "{count} parts stopped."))

    def nothing_left(job: Job) -> bool:
        return not listed(job, "networks") and not listed(job, "configs")

    def tidy(job: Job) -> Words:
        deadline = time.monotonic() + patient.stopping
        remove(job, "configs")
        while networks := listed(job, "networks"):
            for network in networks:
                _remove_network(job, host, network)
            if not listed(job, "networks"):
                break
            if time.monotonic() > deadline:
                raise StillStopping(", ".join(map(name_of, networks)), name=app.name)
            job.wait(patient.between_looks)
        return KEPT

    return [
        Step(
            "stopped",
            N_("core", "Stop it"),
            stopped,
            stop,
            why=N_("core", "Nobody can open it until it is started again."),
            detail=(KEPT,),
        ),
        Step(
            "tidied",
            N_("core", "Take down what only connected its parts"),
            nothing_left,
            tidy,
            why=N_("core", "Its networks and configuration files are made anew when it starts."),
        ),
    ]


def _remove_network(job: Job, host: Host, network: dict[str, Any]) -> None:
    try:
        host.engine.delete(job, f"/networks/{network['Id']}")
    except NotThere:
        return
    except EngineProblem as problem:
        # A container that is just ending may hold on to it a moment longer.
        if "active endpoints" not in problem.message and "in use" not in problem.message:
            raise
