"""Real servers for the tests, each ended by the handle that started it."""

import os

import pytest

from tests.testbed import install
from tests.testbed.mail_server import MailServer
from tests.testbed.services import Services


@pytest.fixture(scope="session")
def testbed_ready():
    """The Debian packages that the testbed is made of are here, and we may use them."""
    missing = install.missing()
    assert not missing, f"python -m tests.testbed install: {missing} are missing"
    assert os.geteuid() == 0, "the testbed makes network namespaces: run it as root"


@pytest.fixture(scope="session")
def services(testbed_ready):
    """The registry, the names and the certificates of this test run."""
    with Services() as services:
        yield services


@pytest.fixture
def names(services):
    """A name server that knows no name of the test domain yet; ``resolver`` is its address."""
    yield services.names
    services.names.thaw()
    services.reset()


@pytest.fixture
def registry(services):
    """A registry with the tiny images; ``swarm_server`` takes it for Docker Hub."""
    return services.registry


@pytest.fixture(scope="session")
def stand_ins(services):
    """The registry, with stand-ins of the starter recipes' images too."""
    services.hold_stand_ins()
    return services.registry


@pytest.fixture
def authority(services):
    """A certificate authority that asks the names of this run on their port 80."""
    return services.authority


@pytest.fixture
def git_server(services):
    """A git server with the recipe ``wordpress``, and ``catalogue``, the file that names it."""
    return services.git


@pytest.fixture(scope="session")
def mail_server(services):
    """A mail server with one mailbox (the first time ever: half a minute)."""
    with MailServer(services.address, services.folder, services.certificates) as server:
        yield server


@pytest.fixture
def swarm_server(services):
    """A fresh server with a swarm and the network ``proxy``, in about a second."""
    with services.swarm_server() as server:
        yield server


@pytest.fixture
def systemd_server(services):
    """A fresh whole Debian without Docker, in about a second (the first time ever: minutes)."""
    with services.systemd_server() as server:
        yield server


@pytest.fixture
def docker_server(services):
    """The same with Debian's Docker installed, and no swarm yet."""
    with services.docker_server() as server:
        yield server


@pytest.fixture
def blank_server(services):
    """A fresh virtual machine with blank Debian (the first time ever: minutes)."""
    with services.blank_server() as server:
        yield server


@pytest.fixture
def docker_machine(services):
    """The same with Debian's Docker, a swarm and the network ``proxy``; routing mesh and all."""
    with services.blank_server(docker=True) as server:
        yield server


@pytest.fixture
def journey_server(services):
    """Makes the blank Debian of the whole journeys; the soak takes a virtual machine instead."""
    return services.systemd_server
