"""What the tests of servers share: a make-believe server, and the world of somebody near it."""

import pytest

from coophost_gui.hosts.base import Real
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.unit.servers.machine import Machine


@pytest.fixture
def machine():
    return Machine()


@pytest.fixture
def world(machine, own_home):
    return World(
        world=Real,
        abra=AbraFolder(own_home / ".abra"),
        hosts=machine.hosts,
        secrets=MemorySecrets(),
        ssh_dir=own_home / ".ssh",
        docker_dir=own_home / ".docker",
    )
