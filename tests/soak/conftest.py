"""The servers and apps of the end-to-end tests, for many more rounds."""

from tests.e2e.conftest import names, registry, services, swarm_server, testbed_ready
from tests.e2e.test_add_server import blank
from tests.e2e.test_deploy import greeter, host, world

__all__ = [
    "blank",
    "greeter",
    "host",
    "names",
    "registry",
    "services",
    "swarm_server",
    "testbed_ready",
    "world",
]
