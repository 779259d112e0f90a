"""Does it still hold? The promises of "add a server", asked again."""

from coophost_gui.hosts.base import Login
from coophost_gui.hosts.ssh_config import settings_for
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.servers.add import server_steps
from coophost_gui.servers.world import World


def check(job: Job, world: World, server: str) -> list[tuple[Step, bool]]:
    """Ask every promise of *server* whether it holds now. Changes nothing.

    Raises a HostProblem when the server cannot be reached: then nothing is known.
    """
    asked: list[tuple[Step, bool]] = []
    way = settings_for(server, world.ssh_dir)
    steps = server_steps(world, Login(server, way.hostname, way.port, way.user))
    for number, step in enumerate(steps):
        job.progress(number / len(steps), step.title)
        asked.append((step, step.is_done(job)))
    return asked
