"""What a deploy looks at is asked once and together, and anew when something is changed."""

from contextlib import contextmanager

import pytest

from coophost_gui.apps import ahead
from coophost_gui.apps.ahead import Ahead
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.hosts.base import EngineProblem, NotThere
from coophost_gui.hosts.fake import FakeEngine
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from tests.unit.apps.recipes import new_greeter, practice_world


class Counting(FakeEngine):
    def __init__(self, answers=None):
        super().__init__(answers)
        self.asked = []

    def get(self, job, path, **query):
        self.asked.append(path)
        return super().get(job, path, **query)


@contextmanager
def counted(engine):
    """Yield the paths that *engine* is asked, with their queries, while the block runs."""
    asked, get = [], engine.get

    def counting(job, path, **query):
        asked.append((path, str(query)))
        return get(job, path, **query)

    engine.get = counting
    yield asked
    del engine.get


def test_an_answer_that_was_fetched_is_given_again_until_it_is_forgotten():
    engine = Counting({"/networks": [], "/services": []})
    looked = Ahead(engine)
    looked.ask(Job(), [("/networks", {}), ("/services", {"status": True})])
    for _ in range(2):
        assert looked.get(Job(), "/networks") == []
        assert looked.get(Job(), "/services", status=True) == []
    assert sorted(engine.asked) == ["/networks", "/services"]
    looked.get(Job(), "/services")  # another question
    looked.forget()
    looked.get(Job(), "/networks")
    assert sorted(engine.asked) == ["/networks", "/networks", "/services", "/services"]


def test_an_old_answer_is_not_given(monkeypatch):
    engine = Counting({"/networks": []})
    looked = Ahead(engine)
    looked.ask(Job(), [("/networks", {})])
    monkeypatch.setattr(ahead, "GOOD_FOR", 0.0)
    looked.get(Job(), "/networks")
    assert len(engine.asked) == 2


def test_a_refusal_is_an_answer_and_spoils_no_other():
    engine = Counting({"/networks": []})
    looked = Ahead(engine)
    looked.ask(Job(), [("/images/shop/json", {}), ("/networks", {})])
    with pytest.raises(NotThere):
        looked.get(Job(), "/images/shop/json")
    assert looked.get(Job(), "/networks") == []
    assert len(engine.asked) == 2


def test_what_is_no_answer_of_the_engine_is_raised_at_once():
    def lost(query):
        raise ConnectionResetError

    with pytest.raises(ConnectionResetError):
        Ahead(FakeEngine({"/networks": lost})).ask(Job(), [("/networks", {})])


class TestADeploy:
    @pytest.fixture
    def world(self, tmp_path):
        return practice_world(tmp_path)

    @pytest.fixture
    def host(self, world):
        return world.hosts.reach(Job(), "alpha")

    def steps(self, world, host, app):
        return deploy_steps(world, host, app, patience=Patience(0.05, timeout=20))

    def test_that_finds_nothing_to_do_asks_each_question_once_and_together(self, world, host):
        greeter = new_greeter(world)
        carry_out(self.steps(world, host, greeter), Job())
        with counted(host.engine) as asked:
            so_far = {}
            for step in self.steps(world, host, greeter):
                assert step.is_done(Job())
                so_far[step.key] = len(asked)
        assert len(asked) == len(set(asked))
        assert so_far["address"] == 0
        assert so_far["around"] == so_far["version"] == len(asked)

    def test_that_was_planned_asks_again_before_it_runs(self, world, host):
        greeter = new_greeter(world)
        carry_out(self.steps(world, host, greeter), Job())
        plan = plan_deploy(Job(), world, host, greeter, patience=Patience(0.05, timeout=20))
        with counted(host.engine) as asked:
            carry_out(planned_steps(plan), Job())
        assert any(path == "/services" for path, _ in asked)

    def test_that_changes_something_sees_what_it_has_changed(self, world, host):
        greeter = new_greeter(world)
        steps = {step.key: step for step in self.steps(world, host, greeter)}
        steps["recipe_here"].do(Job())
        assert steps["around"].is_done(Job())
        assert not steps["secrets"].is_done(Job())
        steps["secrets"].do(Job())
        with counted(host.engine) as asked:
            assert steps["secrets"].is_done(Job())
        assert asked


def test_a_server_without_a_swarm_says_so_in_its_own_words(tmp_path):
    world = practice_world(tmp_path)
    host = world.hosts.reach(Job(), "alpha")
    host.engine.swarm = False
    with pytest.raises(EngineProblem):
        carry_out(deploy_steps(world, host, new_greeter(world)), Job())
