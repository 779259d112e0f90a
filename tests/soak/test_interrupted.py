"""Every step of a deploy and of add-server, interrupted in every way (``make soak-2``)."""

import pytest

from tests.e2e.person import Person, finish
from tests.e2e.test_add_server import MOMENTS, STEPS, everything_holds, until_said
from tests.e2e.test_deploy import DEPLOY_STEPS, Deploying, everything_is_there_once

pytestmark = [pytest.mark.testbed, pytest.mark.timeout(900)]

FAULTS = ("killed", "cut", "reset")  # the program, the link, the server
MOMENTS_IN_A_STEP = (0.0, 0.1, 0.3, 1.0)  # seconds after it began


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("after", MOMENTS_IN_A_STEP)
@pytest.mark.parametrize("key", DEPLOY_STEPS)
def test_a_fresh_deploy_interrupted_once_completes(
    world, host, greeter, swarm_server, tmp_path, key, after, fault
):
    deploying = Deploying(swarm_server, tmp_path, greeter, after)
    deploying.run(fault, key)
    assert deploying.run()[-1] == "done"
    everything_is_there_once(swarm_server, greeter)


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("moment", [*STEPS.values(), *MOMENTS])
def test_a_blank_server_interrupted_once_completes(blank, own_home, moment, fault):
    person = Person(own_home, blank)
    process = person.add()
    until_said(process, f"] {moment}" if moment in STEPS.values() else moment)
    if fault == "killed":
        process.kill()
    elif fault == "reset":
        blank.kill()
        blank.start()
    else:
        blank.run("sh", "-c", "pkill -KILL -f '^sshd: root' || true")
    _, _, said = finish(process)
    assert "mistake of ours" not in said, said
    person.adds()
    everything_holds(person)
