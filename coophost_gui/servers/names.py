"""The name of a server: abra folder, docker context and ssh alias in one."""

from coophost_gui.hosts.base import Login
from coophost_gui.servers.problems import NameTaken
from coophost_gui.servers.steps.ssh_entry import leads_elsewhere
from coophost_gui.servers.world import World


def check_free(world: World, login: Login) -> None:
    """Raise ``NameTaken`` when ``login.name`` already stands for another machine."""
    if elsewhere := leads_elsewhere(world.ssh_dir, login):
        raise NameTaken(name=login.name, address=elsewhere)
