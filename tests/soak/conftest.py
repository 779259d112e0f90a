"""The servers and apps of the end-to-end tests, for many more rounds."""

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

__all__ = [
    "authority",
    "blank",
    "blank_server",
    "docker_machine",
    "docker_server",
    "git_server",
    "greeter",
    "host",
    "names",
    "registry",
    "services",
    "stand_ins",
    "swarm_server",
    "systemd_server",
    "testbed_ready",
    "world",
]
