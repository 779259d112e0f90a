"""Plans: what should be true, how to see that it is, how to make it so."""

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from dataclasses import dataclass

from coophost_gui.kit.alone import alone
from coophost_gui.kit.jobs import Job, StepBegan, StepEnded
from coophost_gui.kit.problems import StepDidNotHold
from coophost_gui.kit.text import Words


@dataclass(frozen=True, slots=True)
class Step:
    """One promise.

    ``is_done`` only looks; ``do`` only runs when it is not done, may be run again
    after a crash at any point, and returns a sentence that says what it changed.
    """

    key: str
    title: Words
    is_done: Callable[[Job], bool]
    do: Callable[[Job], Words]
    why: Words = ""
    detail: tuple[Words, ...] = ()  # what exactly will change, for the review page
    undo: Callable[[Job], Words] | None = None
    danger: Words = ""  # not "": cannot be undone, and this says what is lost


def carry_out(steps: Sequence[Step], job: Job, *, lane: str = "") -> int:
    """Keep every promise in order; return how many were not kept before.

    Ask, act, ask again: running a plan twice changes nothing the second time,
    and a plan that was stopped half-way is resumed by running it again.  *lane* names
    what is changed, usually a server: no other process of ours changes it meanwhile.
    """
    with alone(job, lane) if lane else nullcontext():
        return _in_order(steps, job)


def _in_order(steps: Sequence[Step], job: Job) -> int:
    changed = 0
    for number, step in enumerate(steps, start=1):
        job.checkpoint()
        began = time.monotonic()
        job.tell(StepBegan(step.key, step.title, number, len(steps)))
        if step.is_done(job):
            job.tell(StepEnded(step.key, False, "", time.monotonic() - began))
            continue
        sentence = step.do(job)
        if not step.is_done(job):
            raise StepDidNotHold(step=str(step.title))
        changed += 1
        job.tell(StepEnded(step.key, True, sentence, time.monotonic() - began))
    return changed


def unkept(steps: Sequence[Step], job: Job) -> list[Step]:
    """Return the promises that do not hold now. The dashboard is this call."""
    return [step for step in steps if not step.is_done(job)]
