"""Hearing with other ears what a part of a job says."""

from collections.abc import Iterator
from contextlib import contextmanager

from coophost_gui.kit.jobs import Event, Job, Listener, Output


@contextmanager
def hearing(job: Job, listen: Listener) -> Iterator[Job]:
    """Give a job that speaks to *listen* and is stopped together with *job*."""
    heard = Job(listen)
    with job.closed_on_cancel(heard.cancel):
        yield heard


@contextmanager
def without_output(job: Job) -> Iterator[Job]:
    """Give a job whose output lines nobody sees: answers to our own looking are no news."""

    def listen(event: Event) -> None:
        if not isinstance(event, Output):
            job.tell(event)

    with hearing(job, listen) as heard:
        yield heard
