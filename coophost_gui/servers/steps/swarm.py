"""The server is a swarm of its own: Docker's own way to keep apps running.

The swarm is told which address to use (with several, Docker refuses to choose): the one
of the interface with the default route.  It listens on loopback only.  A server of a
collective is a swarm of one, so nothing of it needs to be open to the internet; overlay
networks work all the same.  The price: to join a second server to it one day, the swarm
must be made anew.
"""

import ipaddress
from collections.abc import Iterable

from coophost_gui.hosts.base import Engine, EngineProblem
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.problems import NoRoomForNetworks

LISTEN = "127.0.0.1:2377"
LOOPBACK = "127.0.0.1"

# Where the swarm takes the addresses of its networks from; the first is Docker's default.
POOLS = ("10.0.0.0/8", *(f"10.{start}.0.0/12" for start in range(16, 256, 16)), "172.16.0.0/12")
SUBNET = 24
STARTING = 60  # seconds that a swarm may take from "made" to "in charge"
BEGUN_BEFORE = "already part of a swarm"  # an earlier try got through after all


def swarm_active(door: Door, known: Facts | None = None) -> Step:
    """Docker is a swarm, and this server is in charge of it."""

    def is_done(job: Job) -> bool:
        return _in_charge(job, door.host(job).engine)

    def do(job: Job) -> Words:
        host = door.host(job)
        found = facts(job, host)
        address = found.address or LOOPBACK
        pool = free_pool(occupied(found))
        if pool is None:
            raise NoRoomForNetworks("\n".join(occupied(found)), host=host.name)
        body: dict[str, object] = {"AdvertiseAddr": address, "ListenAddr": LISTEN, "Spec": {}}
        if pool != POOLS[0]:
            body |= {"DefaultAddrPool": [pool], "SubnetSize": SUBNET}
        try:
            host.engine.post(job, "/swarm/init", body)
        except EngineProblem as problem:
            if BEGUN_BEFORE not in problem.message:
                raise
        for _ in range(STARTING):
            if _in_charge(job, host.engine):
                break
            job.wait(1)
        return said(N_("core", "The app control (swarm) runs at {address}"), address=address)

    return Step(
        "swarm",
        N_("core", "Switch on the app control (swarm)"),
        is_done,
        do,
        why=N_("core", "It starts your apps, watches them, and starts them again after trouble."),
        detail=_detail(known),
    )


def occupied(found: Facts) -> list[str]:
    """Return the IPv4 networks that the server uses already: its own, and its resolvers."""
    own = [address for _, address in found.addresses]
    return [text for text in (*own, *found.networks, *found.resolvers) if ":" not in text]


def free_pool(taken: Iterable[str]) -> str | None:
    """Return the first pool in which no network of *taken* lies, or None."""
    networks = [ipaddress.ip_network(text, strict=False) for text in taken]
    for text in POOLS:
        pool = ipaddress.ip_network(text)
        if not any(pool.overlaps(network) for network in networks):
            return text
    return None


def _in_charge(job: Job, engine: Engine) -> bool:
    swarm = engine.get(job, "/info").get("Swarm", {})
    return swarm.get("LocalNodeState") == "active" and bool(swarm.get("ControlAvailable"))


def _detail(known: Facts | None) -> tuple[Words, ...]:
    if known is None or known.docker.swarm == "active":
        return ()
    return (
        said(N_("core", "Address: {address}"), address=known.address or LOOPBACK),
        N_("core", "Nothing of it can be reached from outside the server."),
    )
