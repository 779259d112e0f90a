import threading
import time

import pytest

from coophost_gui.kit.fields import Text
from coophost_gui.kit.jobs import Asked, Failed, Finished, Job, Lanes, Stopped
from coophost_gui.kit.problems import Cancelled

NAME = Text("name", "What is it called?", "")


@pytest.fixture
def lanes():
    lanes = Lanes()
    yield lanes
    lanes.close()


class Ear:
    """Remembers events and can wait for the last one."""

    def __init__(self):
        self.events, self.done = [], threading.Event()

    def __call__(self, event):
        self.events.append(event)
        if isinstance(event, Finished | Failed | Stopped):
            self.done.set()

    def last(self):
        assert self.done.wait(5)
        return self.events[-1]


def test_result_arrives(lanes):
    ear = Ear()
    lanes.start(lambda job: 42, lane="a", listen=ear)
    assert ear.last() == Finished(42)


def test_an_error_arrives(lanes):
    ear, error = Ear(), ValueError("x")

    def work(job):
        raise error

    lanes.start(work, lane="a", listen=ear)
    assert ear.last() == Failed(error)


def test_cancel_wakes_a_blocked_read(lanes):
    ear, pipe = Ear(), threading.Event()

    def work(job):
        with job.closed_on_cancel(pipe.set):
            pipe.wait()
        job.checkpoint()

    job = lanes.start(work, lane="a", listen=ear)
    job.cancel()
    assert ear.last() == Stopped()


def test_cancel_ends_a_wait_at_once(lanes):
    ear = Ear()
    job = lanes.start(lambda job: job.wait(60), lane="a", listen=ear)
    job.cancel()
    assert ear.last() == Stopped()


def test_queued_job_can_be_cancelled(lanes):
    gate, ear = threading.Event(), Ear()
    lanes.start(lambda job: gate.wait(), lane="a", listen=lambda e: None)
    second = lanes.start(lambda job: 1, lane="a", listen=ear)
    second.cancel()
    gate.set()
    assert ear.last() == Stopped()


def test_one_lane_is_a_queue_and_looks_run_beside_it(lanes):
    gate, ear = threading.Event(), Ear()
    lanes.start(lambda job: gate.wait(), lane="a", listen=lambda e: None)
    lanes.start(lambda job: "seen", lane=None, listen=ear)
    assert ear.last() == Finished("seen")
    gate.set()


def test_waiting_for_the_lanes_ends_when_all_work_has(lanes):
    ear = Ear()
    lanes.start(lambda job: time.sleep(0.05), lane="a", listen=ear)
    lanes.wait()
    assert ear.events == [Finished(None)]


def test_ask_waits_for_the_answer(lanes):
    ear = Ear()

    def listen(event):
        if isinstance(event, Asked):
            event.answer.set_result(f"{event.field.key} at {event.facts['host']}")
        ear(event)

    lanes.start(lambda job: job.ask(NAME, host="alpha"), lane="a", listen=listen)
    assert ear.last() == Finished("name at alpha")


def test_cancel_while_asking(lanes):
    ear, asked = Ear(), threading.Event()

    def listen(event):
        if isinstance(event, Asked):
            asked.set()
        ear(event)

    job = lanes.start(lambda job: job.ask(NAME), lane="a", listen=listen)
    assert asked.wait(5)
    job.cancel()
    assert ear.last() == Stopped()


def test_a_question_that_nobody_hears_is_a_stop():
    with pytest.raises(Cancelled):
        Job().ask(NAME)


def test_a_greedy_except_cannot_swallow_a_cancel():
    job = Job()
    job.cancel()

    def greedy():
        try:
            job.checkpoint()
        except Exception:
            pytest.fail("swallowed")

    with pytest.raises(Cancelled):
        greedy()


def test_cancel_before_the_blocking_part():
    job = Job()
    job.cancel()
    with pytest.raises(Cancelled), job.closed_on_cancel(lambda: None):
        pytest.fail("must not start")


def test_works_side_by_side_keep_their_order():
    def work(number):
        return lambda job: (job.wait(0.05 / (number + 1)), number)[1]

    assert Job().side_by_side([work(n) for n in range(6)], limit=3) == list(range(6))


def test_the_first_failure_side_by_side_stops_the_others():
    def bad(job):
        raise ValueError("first")

    began = time.monotonic()
    with pytest.raises(ValueError, match="first"):
        Job().side_by_side([lambda job: job.wait(60), bad], limit=2)
    assert time.monotonic() - began < 5


def test_cancelling_stops_all_works_side_by_side(lanes):
    ear, going = Ear(), threading.Barrier(3)

    def work(job):
        going.wait(5)
        job.wait(60)

    job = lanes.start(lambda job: job.side_by_side([work, work], limit=2), lane=None, listen=ear)
    going.wait(5)
    job.cancel()
    assert ear.last() == Stopped()
