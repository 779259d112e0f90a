"""One look at the names of a server: its own, and those of its apps."""

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.meanings import shipped
from coophost_gui.servers.judge_names import LETS_ENCRYPT, RowFound, judge
from coophost_gui.servers.rows import Addresses, addresses_of, rows_for
from coophost_gui.servers.world import AddressBook, World

GATE = "gate"  # the sign of the front door, which nobody opens by its name
NO_NAMES = N_(
    "core",
    "This server has no name of its own yet, and no app with an address. "
    "When you bring an app to life, you are asked for one.",
)
ONLY_INSIDE = N_(
    "core",
    "The address of this server works only inside its own network. "
    "Ask whoever gives you internet for the one outside.",
)


@dataclass(frozen=True, slots=True)
class NamesFound:
    """What a look at *server*'s names found: its addresses, and a verdict for each record."""

    server: str
    at: float
    ours: Addresses
    rows: tuple[RowFound, ...]

    @property
    def settled(self) -> bool:
        """Say whether nothing has to be done or waited for."""
        return all(row.settled for row in self.rows)

    def advice(self) -> Iterable[Words]:
        """Return what to do, a sentence or two for each record that is not right."""
        if not self.rows:
            yield NO_NAMES
        elif self.ours.inside:
            yield ONLY_INSIDE
        for found in self.rows:
            if found.level != "good":
                record = said("{kind} {name}", kind=found.row.kind, name=found.row.name)
                yield said("{record}: {words}", record=record, words=found.words)

    def data(self) -> dict[str, Any]:
        """Return it all as the CLI prints it with ``--json``."""
        return {
            "server": self.server,
            "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self.at)),
            "ipv4": self.ours.four,
            "ipv6": self.ours.six,
            "inside": self.ours.inside,
            "settled": self.settled,
            "records": [
                {
                    "name": found.row.name,
                    "type": found.row.kind,
                    "value": found.row.value,
                    "needed": found.row.needed,
                    "own": list(found.own),
                    "public": None if found.public is None else list(found.public),
                    "verdict": str(found.verdict),
                    "level": found.level,
                    "words": str(found.words),
                }
                for found in self.rows
            ],
        }


def look_at_names(job: Job, world: World, server: str) -> NamesFound:
    """Ask *server* for its addresses, and name servers for its names. Changes nothing."""
    ours = addresses_of(job, world.hosts.reach(job, server))
    book = world.web.book()
    wanted = names_of(world, server)
    found: list[RowFound] = []
    for number, (name, needed) in enumerate(wanted):
        job.progress(number / len(wanted), said(N_("core", "Asking for {name}"), name=name))
        found += look_at_name(job, world, name, ours, book=book, needed=needed)
    once = {(one.row, one.verdict): one for one in found}  # names share what their zone says
    return NamesFound(server, time.time(), ours, tuple(once.values()))


def look_at_name(
    job: Job,
    world: World,
    name: str,
    ours: Addresses,
    *,
    book: AddressBook | None = None,
    needed: bool = True,
) -> tuple[RowFound, ...]:
    """Return what is to be said of each record of *name*, which should lead to *ours*."""
    seen = (book or world.web.book()).look(job, name, ours.all)
    return judge(rows_for(name, ours, needed=needed), seen, ours, _voucher(world))


def names_of(world: World, server: str) -> Sequence[tuple[str, bool]]:
    """Return the names that should lead to *server*; whether an app lives there.

    Its own name comes first, then the one with a star, which reaches all names below it.
    """
    own = world.abra.collective(server).domain or server
    lived = set(_app_domains(world, server))
    names = {own: own in lived, f"*.{own}": False} if "." in own else {}
    return list((names | dict.fromkeys(sorted(lived - {own}), True)).items())


def _app_domains(world: World, server: str) -> Iterable[str]:
    for app in world.abra.apps(server):
        known = shipped().get(app.recipe)
        if app.domain and (known is None or known.sign != GATE):
            yield app.domain


def _voucher(world: World) -> str:
    """Return who vouches for the apps' addresses; "" for one whose name we do not know."""
    return "" if world.settings().acme_server else LETS_ENCRYPT
