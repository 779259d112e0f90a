"""An event wakes a look; a stream that ends is begun again, ever less often."""

import pytest

from coophost_gui.health.events import APART, SETTLES, WORTH_A_LOOK, Waking, follow
from coophost_gui.health.look import Snapshot
from coophost_gui.hosts.base import HostProblem
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Cancelled

SNAPSHOT = Snapshot("alpha", 1000.0, (), (), skew=-60.0)


def test_each_event_is_told_from_the_look_on_by_the_servers_clock():
    engine = FakeEngine({"STREAM /events": [{"Type": "service"}, {"Type": "container"}]})
    heard = []
    follow(Job(), FakeHost(engine=engine), SNAPSHOT, lambda: heard.append(1))
    assert heard == [1, 1]
    asked = {"since": "940.000000", "filters": WORTH_A_LOOK}
    assert engine.changes == [("GET", "/events", asked)]


def test_a_stream_that_breaks_is_no_problem_and_a_stop_is_a_stop():
    class Breaking(FakeEngine):
        def stream(self, job, method, path, **query):
            yield {}
            job.checkpoint()
            raise HostProblem

    heard = []
    follow(Job(), FakeHost(engine=Breaking()), SNAPSHOT, lambda: heard.append(1))
    assert heard == [1]
    job = Job()
    with pytest.raises(Cancelled):
        follow(job, FakeHost(engine=Breaking()), SNAPSHOT, job.cancel)


def test_a_stream_that_ends_again_and_again_is_begun_ever_less_often():
    waking, now, pauses = Waking(), 0.0, []
    for _ in range(6):
        waking.begin(now)
        waking.end(now + 1)
        pauses.append(waking.may_begin - (now + 1))
        now = waking.may_begin
    assert pauses == [30, 60, 120, 240, 300, 300]
    waking.begin(now)
    waking.end(now + 3600)
    assert waking.may_begin == now + 3600 + 30


def test_the_first_event_wakes_a_look_at_once_and_a_loop_does_not_wake_many():
    waking = Waking(looked=100.0)
    assert waking.look_in(200.0) == SETTLES
    assert waking.look_in(101.0) == APART - 1
