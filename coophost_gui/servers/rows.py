"""The records (DNS) that a name needs, as the form of whoever rents names out wants them."""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass

from coophost_gui.hosts.base import Host
from coophost_gui.kit.jobs import Job
from coophost_gui.servers.facts import facts

KINDS = ("A", "AAAA")
# Addresses that work only inside a network of one's own.
INSIDE = tuple(
    ipaddress.ip_network(text)
    for text in (
        *("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"),
        *("169.254.0.0/16", "127.0.0.0/8", "fc00::/7", "fe80::/10", "fec0::/10", "::1/128"),
    )
)


@dataclass(frozen=True, slots=True)
class Row:
    """One record: type, name and value.  *value* "" says that none should be there."""

    name: str
    kind: str
    value: str
    needed: bool = True  # False: no app lives there

    def __str__(self) -> str:
        return f"{self.name} {self.kind} {self.value}"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where a server is reached: one of each kind for its records, and all that lead to it."""

    four: str = ""
    six: str = ""
    all: frozenset[str] = frozenset()

    def of_kind(self, kind: str) -> str:
        return self.six if kind == "AAAA" else self.four

    @property
    def inside(self) -> bool:
        """Say whether it has no address but those that work inside a network of its own."""
        return not any(one and not _inside(one) for one in (self.four, self.six))


def addresses_of(job: Job, host: Host) -> Addresses:
    """Ask *host* for its addresses; the one by which we reach it comes first."""
    said = [address.partition("/")[0] for _, address in facts(job, host).addresses]
    return addresses(host.address, said)


def addresses(reached: str, said: Iterable[str]) -> Addresses:
    """Return the addresses of a server that we reach by *reached* and that has *said*."""
    out = [one for one in (reached, *said) if _is_number(one) and not _inside(one)]
    found = [*out, reached] if _is_number(reached) else out

    def first(version: int) -> str:
        return next((one for one in found if ipaddress.ip_address(one).version == version), "")

    return Addresses(first(4), first(6), frozenset(found))


def rows_for(name: str, ours: Addresses, *, needed: bool = True) -> tuple[Row, ...]:
    """Return the records that lead *name* to the server, and to nobody else."""
    return tuple(
        Row(name, kind, ours.of_kind(kind), needed and (kind == "A" or not ours.four))
        for kind in KINDS
    )


def _is_number(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def _inside(address: str) -> bool:
    number = ipaddress.ip_address(address)
    return any(number in network for network in INSIDE)
