"""When a connection is asked for a sign of life, and what becomes of one that gives none."""

import threading

import pytest

from coophost_gui.hosts import ssh
from coophost_gui.hosts.ssh import Watchdog
from coophost_gui.kit.jobs import Job

OFTEN = 0.02
LONG = 60.0


class Line:
    """A transport of which only the signs of life are of interest."""

    def __init__(self, answers=True):
        self.answers, self.open, self.closed = answers, True, threading.Event()
        self.asked = threading.Semaphore(0)

    def is_active(self):
        return self.open

    def global_request(self, kind, wait):
        self.asked.release()
        if not self.answers:
            self.closed.wait(10)

    def close(self):
        self.open = False
        self.closed.set()


@pytest.fixture
def watched():
    """Make a watchdog for a line; all of them are stopped at the end."""
    made = []

    def watched(line, every=OFTEN, within=5.0):
        dog = Watchdog(line, "alpha", every, within)
        made.append((dog, line))
        return dog

    yield watched
    for dog, line in made:
        dog.stop()
        line.close()


def test_nothing_is_sent_while_nobody_waits(watched):
    line = Line()
    dog = watched(line)
    assert not line.asked.acquire(timeout=10 * OFTEN)
    with dog.on_duty():
        assert line.asked.acquire(timeout=5)


def test_whoever_waits_for_a_silent_server_is_woken(watched):
    line = Line(answers=False)
    dog = watched(line, within=OFTEN)
    with dog.on_duty():
        assert line.closed.wait(5)


def test_a_connection_that_rested_is_asked_before_it_is_used(watched):
    line = Line()
    dog = watched(line, every=0)
    assert dog.sure(Job())
    assert line.asked.acquire(timeout=5)


def test_one_that_was_just_used_is_not_asked(watched):
    line = Line()
    assert watched(line, every=LONG).sure(Job())
    assert not line.asked.acquire(blocking=False)


def test_one_that_died_while_it_rested_is_closed(watched, monkeypatch):
    monkeypatch.setattr(ssh, "QUICKLY", OFTEN)
    line = Line(answers=False)
    assert not watched(line, every=0).sure(Job())
    assert not line.open
