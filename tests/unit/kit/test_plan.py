import pytest

from coophost_gui.kit.jobs import Job, StepBegan, StepEnded
from coophost_gui.kit.plan import Step, carry_out, unkept
from coophost_gui.kit.problems import StepDidNotHold


def switch(key, world, works=True):
    """Make a step that turns one light on in *world*."""

    def do(job):
        if works:
            world.add(key)
        return f"{key} is on"

    return Step(key, f"Turn on {key}", lambda job: key in world, do)


def test_second_run_changes_nothing():
    world = set()
    steps = [switch("docker", world), switch("swarm", world)]
    assert carry_out(steps, Job()) == 2
    assert carry_out(steps, Job()) == 0


def test_step_that_does_not_hold_is_reported():
    with pytest.raises(StepDidNotHold, match="docker"):
        carry_out([switch("docker", set(), works=False)], Job())


def test_unkept_only_looks():
    world = {"docker"}
    steps = [switch("docker", world), switch("swarm", world)]
    assert [step.key for step in unkept(steps, Job())] == ["swarm"]
    assert world == {"docker"}


def test_each_step_says_when_it_begins_and_what_it_changed():
    world, told = {"docker"}, []
    carry_out([switch("docker", world), switch("swarm", world)], Job(told.append))
    began = [event for event in told if isinstance(event, StepBegan)]
    ended = [event for event in told if isinstance(event, StepEnded)]
    assert [(e.key, e.number, e.total) for e in began] == [("docker", 1, 2), ("swarm", 2, 2)]
    assert [(e.key, e.changed, e.said) for e in ended] == [
        ("docker", False, ""),
        ("swarm", True, "swarm is on"),
    ]
