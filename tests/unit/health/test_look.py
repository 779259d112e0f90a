"""A look costs little, and remembers what the Engine forgets."""

import time

from coophost_gui.health.look import look, moment
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.kit.jobs import Job
from tests.unit.health.swarm import ended, service, task, text


class Counting(FakeEngine):
    def __init__(self, answers):
        super().__init__(answers)
        self.paths = []

    def get(self, job, path, **query):
        self.paths.append(path)
        return super().get(job, path, **query)


def engine(tasks=(), **more):
    return Counting(
        {
            "/services": [service()],
            "/tasks": list(tasks),
            "/nodes": [{"ID": "node1", "Status": {"State": "ready"}}],
            "/info": {"SystemTime": text(time.time())},
            **more,
        }
    )


def test_a_look_is_two_requests_after_the_first():
    host = FakeHost(engine=engine())
    first = look(Job(), host)
    assert sorted(host.engine.paths) == ["/info", "/nodes", "/services", "/tasks"]
    host.engine.paths.clear()
    second = look(Job(), host, first)
    assert sorted(host.engine.paths) == ["/services", "/tasks"]
    assert second.nodes == first.nodes


def test_nodes_are_asked_again_while_one_is_not_ready():
    host = FakeHost(engine=engine(**{"/nodes": [{"ID": "n", "Status": {"State": "unknown"}}]}))
    first = look(Job(), host)
    host.engine.paths.clear()
    look(Job(), host, first)
    assert "/nodes" in host.engine.paths


def test_ended_parts_are_remembered_for_ten_minutes():
    now = time.time()
    recent, old = ended(0), ended(0)
    recent["Status"]["Timestamp"], old["Status"]["Timestamp"] = text(now - 100), text(now - 700)
    host = FakeHost(engine=engine([task(), recent, old]))
    first = look(Job(), host)
    host.engine.answers["/tasks"] = [task()]
    second = look(Job(), host, first)
    assert [found.task for found in second.ended] == [recent["ID"]]


def test_a_clock_that_is_off_is_measured():
    host = FakeHost(engine=engine(**{"/info": {"SystemTime": text(time.time() - 240)}}))
    assert -242 < look(Job(), host).skew < -238


def test_an_engine_that_tells_only_the_essentials_will_do():
    host = FakeHost(engine=FakeEngine({"/services": [], "/tasks": []}))
    assert look(Job(), host).skew == 0.0


def test_times_of_the_engine_are_read_to_the_microsecond():
    assert moment("2027-01-15T08:00:00.123456789Z") == 1800000000.123456
    assert moment("2027-01-15T10:00:00+02:00") == 1800000000.0
    assert moment("0001-01-01T00:00:00Z") < 0
    assert moment("") == 0.0
