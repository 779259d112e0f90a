"""The servers and apps of the end-to-end tests, for many more rounds."""

import pytest

from tests.e2e.conftest import (
    authority,
    blank_server,
    docker_machine,
    docker_server,
    git_server,
    names,
    registry,
    services,
    stand_ins,
    swarm_server,
    systemd_server,
    testbed_ready,
)
from tests.e2e.test_add_server import blank
from tests.e2e.test_deploy import greeter, host, world
from tests.e2e.test_journey_window import screen, sit_down


@pytest.fixture
def journey_server(services):
    """Makes the blank virtual machine of the whole journeys: a kernel and a power switch."""
    return services.blank_server


__all__ = [
    "authority",
    "blank",
    "blank_server",
    "docker_machine",
    "docker_server",
    "git_server",
    "greeter",
    "host",
    "journey_server",
    "names",
    "registry",
    "screen",
    "services",
    "sit_down",
    "stand_ins",
    "swarm_server",
    "systemd_server",
    "testbed_ready",
    "world",
]
