"""Who can reach a server: what its address says, what its web doors say, what a phone can say.

This computer may stand in the same network as the server, and then sees more than the world
does.  The last word has a phone on mobile data, which opens ``Reach.url``.
"""

from dataclasses import dataclass

from coophost_gui.hosts.base import W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, Said, said
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.address import Kind, kind_of
from coophost_gui.servers.web_doors import Doors, straight, try_doors
from coophost_gui.servers.world import World

PHONE = N_(
    "core",
    "A phone has the last word: switch its wifi off, and open this with its camera. Any answer "
    "comes from your server, even “404 page not found”.",
)


@dataclass(frozen=True)
class Reach:
    """What was found out about the way to a server."""

    address: str
    kind: Kind
    doors: Doors
    url: str  # for a phone on mobile data

    @property
    def meaning(self) -> Said:
        return said(self.kind.meaning, address=self.address)


def find_out(job: Job, world: World[W], server: str) -> Reach:
    """Look at the address of *server*, and knock at its web doors. Changes nothing there."""
    host = world.hosts.reach(job, server)
    doors = try_doors(job, host, world.web, straight=straight(server, world.ssh_dir))
    url = address_to_open(world.abra, server, host.address)
    return Reach(host.address, kind_of(host.address), doors, url)


def address_to_open(abra: AbraFolder, server: str, address: str) -> str:
    """Return what a phone opens to see whether *server* is there: an app, else the bare door."""
    for app in abra.apps(server):
        if domain := app.domain:
            return f"https://{domain}/"
    return f"http://[{address}]/" if ":" in address else f"http://{address}/"
