"""Getting a blank server ready for apps, as a list of promises."""

from coophost_gui.hosts.base import Host, Login, W, same_world
from coophost_gui.kit.plan import Step
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import Facts
from coophost_gui.servers.preflight import docker_only
from coophost_gui.servers.steps.abra_folder import Change, abra_folder, known_as
from coophost_gui.servers.steps.docker import docker_installed
from coophost_gui.servers.steps.docker_access import docker_access
from coophost_gui.servers.steps.docker_context import context_there
from coophost_gui.servers.steps.fit import fit
from coophost_gui.servers.steps.log_rotation import log_rotation
from coophost_gui.servers.steps.login_key import login_key
from coophost_gui.servers.steps.proxy_network import proxy_network
from coophost_gui.servers.steps.security_updates import security_updates
from coophost_gui.servers.steps.ssh_entry import ssh_entry
from coophost_gui.servers.steps.swarm import swarm_active
from coophost_gui.servers.world import World

NOTHING_NEW = known_as("", "", compared=True)


def add_server_steps(
    world: World[W],
    host: Host[W],
    login: Login,
    facts: Facts,
    change: Change = NOTHING_NEW,
) -> list[Step]:
    """Return everything that makes the server behind *host* ready for the front door.

    *login* is how it is reached the first time; *facts* is what the review page tells;
    *change* fills in ``coophost.yml``.  Afterwards ``ssh``, ``docker --context`` and abra
    can use the server by its name.
    """
    same_world(world, host)
    return _steps(world, login, facts, change, host.address)


def server_steps(world: World, login: Login) -> list[Step]:
    """Return the same promises for a server that was added before, to ask them again."""
    return _steps(world, login, None, NOTHING_NEW)


def _steps(
    world: World, login: Login, facts: Facts | None, change: Change, address: str = ""
) -> list[Step]:
    door = Door(world.hosts, login)
    care = [security_updates(door, facts), log_rotation(door, facts)]
    steps = [
        fit(door, facts, address),
        login_key(door, world.ssh_dir),
        ssh_entry(world.ssh_dir, login),
        abra_folder(world.abra, login.name, change),
        docker_installed(door, facts),
    ]
    if login.user != "root":
        steps.append(docker_access(door, login.user))
    return [
        *steps,
        *([] if facts and docker_only(facts) else care),
        swarm_active(door, facts),
        proxy_network(door),
        context_there(world.docker_dir, world.ssh_dir, login.name),
    ]
