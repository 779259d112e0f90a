import time

import pytest

from coophost_gui.health.look import since, state_of
from coophost_gui.hosts.base import EngineProblem
from coophost_gui.kit.jobs import Job
from coophost_gui.workshop.engine import PracticeEngine
from tests.contracts.engine import EngineContract, until


@pytest.fixture
def engine():
    engine = PracticeEngine(speed=20)
    engine.installed = True
    engine.post(Job(), "/swarm/init", {})
    return engine


class TestPracticeEngine(EngineContract):
    @pytest.fixture
    def image(self):
        return "library/hello:1"

    def test_a_broken_app_crashes_again_and_again_until_it_is_healed(self, engine, service):
        engine.break_app("contract")

        def failed():
            tasks = engine.get(Job(), "/tasks")
            return len([t for t in tasks if t["Status"]["State"] == "failed"]) >= 3

        until(failed)
        engine.heal_app("contract")

        def running():
            return [t for t in engine.get(Job(), "/tasks") if t["Status"]["State"] == "running"]

        until(running)

    def test_an_app_holds_as_quickly_as_everything_else_goes(self, engine, service):
        began = time.time()

        def has_held():
            [task] = engine.get(Job(), "/tasks")
            return state_of(task) == "running" and since(task) < began - 5

        until(has_held)


def test_a_blank_server_has_no_app_control_yet():
    with pytest.raises(EngineProblem, match="not installed"):
        PracticeEngine().get(Job(), "/version")
