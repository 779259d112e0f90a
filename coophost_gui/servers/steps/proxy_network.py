"""The network called ``proxy``: every app that answers on the web joins it."""

from collections.abc import Mapping
from typing import Any

from coophost_gui.hosts.base import AlreadyThere, Engine, NotThere
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.door import Door
from coophost_gui.servers.problems import NetworkInTheWay

NAME = "proxy"
PATIENCE = 40  # half seconds
BODY = {"Name": NAME, "Driver": "overlay", "CheckDuplicate": True}


def proxy_network(door: Door) -> Step:
    """The overlay network ``proxy`` is there."""

    def is_done(job: Job) -> bool:
        found = _find(job, door.host(job).engine)
        return found is not None and _fits(found)

    def do(job: Job) -> Words:
        host = door.host(job)
        found = _find(job, host.engine)
        if found is not None and _is_another(found):
            raise NetworkInTheWay(host=host.name, kind=f"{found['Driver']}, {found['Scope']}")
        try:
            host.engine.post(job, "/networks/create", BODY)
        except AlreadyThere:
            job.checkpoint()  # an earlier try got through after all: is_done decides
        for _ in range(PATIENCE):  # the swarm may show it a moment after it took the order
            if is_done(job):
                break
            job.wait(0.5)
        return N_("core", "The network “proxy” is there")

    return Step(
        "proxy_network",
        N_("core", "Make the network behind the front door"),
        is_done,
        do,
        why=N_("core", "The front door (gateway) reaches your apps through it."),
    )


def _find(job: Job, engine: Engine) -> Mapping[str, Any] | None:
    try:
        found: Mapping[str, Any] = engine.get(job, f"/networks/{NAME}")
    except NotThere:
        return None
    return found


def _fits(network: Mapping[str, Any]) -> bool:
    return network.get("Driver") == "overlay" and network.get("Scope") == "swarm"


def _is_another(network: Mapping[str, Any]) -> bool:
    """A swarm names no driver before it has allocated a network that it was just told to make."""
    return bool(network.get("Driver")) and not _fits(network)
