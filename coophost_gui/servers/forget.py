"""Forget a server: on this computer only. On the server itself nothing is touched."""

from coophost_gui.hosts.contexts import docker_context, remove_context
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.problems import AppsStillHere
from coophost_gui.servers.world import World


def forget_steps(world: World, server: str) -> list[Step]:
    """Return what makes this computer forget *server*; refuse while it has apps in the list.

    The entry in ``~/.ssh/config`` and the login key stay: they may serve other things.  A
    folder that is a link into a list of several people is kept there, with its apps.
    """
    linked = world.abra.server_dir(server).is_symlink()
    if not linked and (apps := world.abra.apps(server)):
        names = "\n".join(app.name for app in apps)
        raise AppsStillHere(names, count=len(apps), server=server)
    return [_no_context(world, server), _no_folder(world, server)]


def _no_context(world: World, server: str) -> Step:
    def is_done(job: Job) -> bool:
        return docker_context(world.docker_dir, server) is None

    def do(job: Job) -> Words:
        remove_context(world.docker_dir, server)
        return said(N_("core", "The docker context “{server}” is gone"), server=server)

    return Step(
        "no_docker_context",
        N_("core", "Take it out of this computer's Docker tools"),
        is_done,
        do,
        detail=(said(N_("core", "The context called “{server}”"), server=server),),
    )


def _no_folder(world: World, server: str) -> Step:
    def is_done(job: Job) -> bool:
        return server not in world.abra.servers()

    def do(job: Job) -> Words:
        world.hosts.drop(server)
        world.abra.remove_server(server)
        return said(N_("core", "{server} is no longer in your list"), server=server)

    return Step(
        "no_abra_folder",
        N_("core", "Take it out of your list of servers"),
        is_done,
        do,
        why=N_("core", "The server itself goes on as it is, and can be added again."),
        detail=(said(N_("core", "The folder {path}"), path=world.abra.server_dir(server)),),
    )
