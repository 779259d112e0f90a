"""The rented server that introduces itself, with a kernel and a power switch of its own."""

import json
import time

import pytest

from tests.e2e.person import NAME, finish
from tests.e2e.test_add_server import until_said
from tests.e2e.test_introduced import Renter, first_key, holds, rented
from tests.testbed.machine import BlankServer

pytestmark = [pytest.mark.testbed, pytest.mark.timeout(1800)]

STEP = "] Let the server make a key of its own"


def own_key(renter):
    """Return the key that this computer knows the server by now."""
    known = (renter.home / ".ssh" / "known_hosts").read_text().splitlines()
    return " ".join(known[0].split()[1:3])


@pytest.fixture
def machine(services, own_home):
    """A virtual machine that was rented with a text of the person at ``own_home``."""
    renter = Renter(own_home)
    renter.text = renter.introduces(own_home / "text")
    server = BlankServer(
        name_server=services.address,
        apt_settings=services.packages.apt_settings,
        user_data=renter.text,
    )
    server.new_host_key = first_key(renter.text)
    with server:
        renter.server = server
        yield renter


def completes(renter):
    code, _, said = finish(renter.begin_adding("--introduced", NAME), timeout=900)
    assert code == 0, said
    renter.server.new_host_key = own_key(renter)
    holds(renter, renter.text)
    return said


def test_a_virtual_machine_introduces_itself(machine):
    began = time.monotonic()
    assert STEP in completes(machine)
    print(
        f"a virtual machine that introduced itself was ready after {time.monotonic() - began:.0f} s"
    )
    status = json.loads(machine.server.run("cat", "/run/cloud-init/result.json"))
    assert status["v1"]["datasource"].startswith("DataSourceNoCloud [seed=/dev/vd")
    assert status["v1"]["errors"] == []


def test_its_power_is_cut_while_it_gets_its_key_and_again_after(machine):
    process = machine.begin_adding("--introduced", NAME)
    until_said(process, STEP)
    time.sleep(3)  # an emulated processor needs some to make a key
    machine.server.kill()
    finish(process, timeout=600)
    machine.server.start()
    completes(machine)
    machine.server.kill()
    machine.server.start()
    holds(machine, machine.text)


@pytest.mark.parametrize("after", [0.0, 0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.5, 2.0])
@pytest.mark.parametrize("fault", ["killed", "cut", "reset"])
def test_interrupted_once_it_completes(services, own_home, fault, after):
    renter = Renter(own_home)
    text = renter.introduces(own_home / "text")
    with rented(services, text) as server:
        renter.server = server
        process = renter.begin_adding("--introduced", NAME)
        until_said(process, STEP)
        time.sleep(after)
        if fault == "killed":
            process.kill()
        elif fault == "cut":
            server.run("sh", "-c", "pkill -KILL -f '^sshd: root' || true")
        else:
            server.kill()
            server.start()
        finish(process)
        code, _, said = renter.adds_introduced("--introduced", NAME)
        assert code == 0, said
        holds(renter, text)
