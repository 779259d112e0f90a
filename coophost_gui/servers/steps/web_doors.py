"""The web doors can be reached from outside: tried before anything is put behind them."""

from pathlib import Path

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.door import Door
from coophost_gui.servers.web_doors import Doors, straight, try_doors
from coophost_gui.servers.world import Web


def web_doors(door: Door, web: Web, ssh_dir: Path) -> Step:
    """A visitor gets in at ports 80 and 443, or it cannot be told from here."""
    way = door.login.address or door.name
    seen: list[Doors] = []

    def is_done(job: Job) -> bool:
        if not seen or seen[-1].known:
            seen.append(try_doors(job, door.host(job), web, straight=straight(way, ssh_dir)))
            return seen[-1].open
        return True  # it was told that nothing can be told

    def do(job: Job) -> Words:
        if problem := seen[-1].problem(door.name):
            raise problem
        return N_("core", "From here it cannot be told whether visitors get in")

    return Step(
        "web_doors",
        N_("core", "Try the two web doors from outside"),
        is_done,
        do,
        why=N_("core", "A firewall at the provider would keep every visitor out."),
        detail=(
            N_("core", "A small program answers there for half a minute. Nothing of it stays."),
        ),
    )
