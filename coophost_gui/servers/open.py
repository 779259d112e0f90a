"""Opening servers that a collective has: from its list to a dashboard that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from coophost_gui.hosts.base import Login
from coophost_gui.hosts.problems import KeyRefused, TooManyKeys
from coophost_gui.hosts.ssh_config import settings_for
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, said
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import facts
from coophost_gui.servers.names import check_free
from coophost_gui.servers.problems import SetupProblem
from coophost_gui.servers.shared import Listed, fetch_list, is_address
from coophost_gui.servers.steps.abra_folder import abra_folder, known_as
from coophost_gui.servers.steps.docker_access import docker_access
from coophost_gui.servers.steps.docker_context import context_there
from coophost_gui.servers.steps.login_key import login_key
from coophost_gui.servers.steps.shared_list import (
    files_copied,
    list_fetched,
    server_linked,
    shared_folder,
)
from coophost_gui.servers.steps.ssh_entry import ssh_entry
from coophost_gui.servers.world import World

NOBODY = "nobody.invalid"  # what ssh says of it, it says of every name


class NoAppsThere(SetupProblem):
    text = N_("core", "{host} does not run apps: its app control (swarm) is not switched on.")
    means = N_("core", "Nothing was changed, neither here nor on the server.")
    hint = N_(
        "core", "Check the address. A server that is still blank goes through “Add a server”."
    )


@dataclass(frozen=True)
class Way:
    """How ssh of this computer would reach a server by its name, before we do anything."""

    address: str
    user: str  # "" when nobody said it
    known: bool  # its settings lead somewhere: nothing has to be asked


@dataclass(frozen=True)
class Opened:
    """A server to be opened; without a *login*, by the way that ssh knows."""

    server: Listed
    name: str
    login: Login | None = None
    compared: bool = True


def way_to(world: World, name: str) -> Way:
    """Return what the ssh settings of this computer say about *name*."""
    found, others = settings_for(name, world.ssh_dir), settings_for(NOBODY, world.ssh_dir)
    user = found.user if found.user != others.user else ""
    return Way(found.hostname, user, found.hostname != name.lower())


def knock(job: Job, world: World, login: Login) -> bool:
    """Log in once and see that apps can run there; return whether its key was compared."""
    check_free(world, login)
    job.progress(None, said(N_("core", "Knocking at {host}"), host=login.address))
    try:
        host = world.hosts.first_contact(job, login)
    except TooManyKeys:
        raise
    except KeyRefused as error:
        from coophost_gui.hosts.git_ssh import not_let_in

        raise not_let_in(error, world.ssh_dir) from error
    job.progress(None, N_("core", "Looking at the server"))
    found = facts(job, host).docker
    if not found.manager and (found.version or not found.answers):
        raise NoAppsThere(host=login.name)
    return bool(getattr(host, "compared", True))


def open_steps(world: World, place: str, opened: Sequence[Opened]) -> list[Step]:
    """Return what brings the servers *opened* of the list at *place* to this computer."""

    def fetch(job: Job, into: Path) -> None:
        fetch_list(job, world, place, into)

    folder = shared_folder(world.abra, place) if is_address(place) else None
    steps = []
    if folder is not None:
        steps.append(list_fetched(folder, place, [one.server for one in opened], fetch))
    for one in opened:
        own = _steps(world, one, folder, Path(place).expanduser())
        steps += own if len(opened) == 1 else [_of(one.name, step) for step in own]
    return steps


def _steps(world: World, opened: Opened, folder: Path | None, top: Path) -> list[Step]:
    server, name, login = opened.server, opened.name, opened.login
    steps = []
    if login is not None:
        door = Door(world.hosts, login)
        steps += [login_key(door, world.ssh_dir), ssh_entry(world.ssh_dir, login)]
        if login.user != "root":
            steps.append(docker_access(door, login.user))
    if folder is not None:
        steps.append(server_linked(world.abra, server, name, folder))
    else:
        steps.append(files_copied(world.abra, server, name, top.resolve()))
    if not opened.compared:
        steps.append(abra_folder(world.abra, name, known_as("", "", compared=False)))
    return [*steps, context_there(world.docker_dir, world.ssh_dir, name)]


def _of(name: str, step: Step) -> Step:
    """Return *step* with the name of its server, to stand among those of others."""
    title = said("{name}: {step}", name=name, step=step.title)
    return replace(step, key=f"{step.key}_{name}", title=title)
