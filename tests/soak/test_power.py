"""A machine with a disk of its own loses its power in the middle of the work (``make soak-7``).

Its disk keeps what was written out at that moment and nothing more; it boots for real,
and the same command completes what was begun.
"""

import pytest

from tests.e2e.person import Person, finish
from tests.e2e.test_add_server import STEPS, everything_holds, until_said
from tests.e2e.test_deploy import Deploying, everything_is_there_once

pytestmark = [pytest.mark.testbed, pytest.mark.timeout(3600)]

INSTALLING = ("Fetching what", "Unpacking docker.io", "Setting up docker.io")
AFTERWARDS = ("log_rotation", "swarm", "proxy_network")
DEPLOYING = ("secrets", "networks", "images", "services", "healthy")


@pytest.fixture
def blank(services):
    """A blank Debian virtual machine that can fetch packages."""
    with services.blank_server() as server:
        yield server


@pytest.fixture
def swarm_server(services):
    """A virtual machine with a swarm, where the others have one made of namespaces."""
    with services.blank_server(docker=True) as server:
        yield server


def test_the_power_goes_while_a_server_is_made_ready(blank, own_home):
    person = Person(own_home, blank)
    for words in (*INSTALLING, *(STEPS[key] for key in AFTERWARDS)):
        process = person.add()
        heard = until_said(process, f"] {words}" if words in STEPS.values() else words)
        assert words in heard[-1], "".join(heard)
        blank.kill()
        _, _, said = finish(process)
        assert "mistake of ours" not in said, said
        blank.start()
    code, _, said = finish(person.add(), timeout=1800)
    assert code == 0, said
    everything_holds(person)


def test_the_power_goes_while_an_app_is_deployed(world, greeter, swarm_server, tmp_path):
    deploying = Deploying(swarm_server, tmp_path, greeter, after=0.5)
    for key in DEPLOYING:
        assert key in deploying.run("reset", key)
    assert deploying.run()[-1] == "done"
    everything_is_there_once(swarm_server, greeter)
