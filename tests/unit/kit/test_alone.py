"""Two processes of one person: the one waits for the other, however that ends."""

import subprocess
import sys
import threading

import pytest

from coophost_gui.kit.alone import alone
from coophost_gui.kit.jobs import Job, Progress
from coophost_gui.kit.plan import Step, carry_out
from coophost_gui.kit.problems import Cancelled

HOLD = """
import sys
from coophost_gui.kit.alone import alone
from coophost_gui.kit.jobs import Job
with alone(Job(), "alpha"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def other():
    """Another process that is changing alpha."""
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", HOLD], stdin=pipe, stdout=pipe) as process:
        assert process.stdout.readline() == b"held\n"
        yield process
        process.kill()


def test_a_run_waits_for_the_other_process_and_goes_on_when_that_is_killed(other):
    done, heard = [], []

    def listen(event):
        heard.append(event)
        if isinstance(event, Progress):
            assert done == []
            other.kill()

    step = Step("x", "x", lambda job: bool(done), lambda job: done.append(1) or "")
    assert carry_out([step], Job(listen), lane="alpha") == 1
    assert "Another window" in str(heard[0].detail)


def test_waiting_can_be_stopped(other):
    job = Job()
    timer = threading.Timer(0.3, job.cancel)
    timer.start()
    with pytest.raises(Cancelled), alone(job, "alpha"):
        pytest.fail("it was not ours")
    timer.join()


def test_another_server_is_not_waited_for(other):
    heard = []
    with alone(Job(heard.append), "../beta"):
        assert heard == []
