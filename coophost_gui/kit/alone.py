"""One change at a time, also where several windows and terminals are open.

A lane queues the changes of one process; this lets the processes of one person wait for
each other.  The right is a lock on a file, which the system gives back however a process ends.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import quote

from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, said

EVERY = 0.2  # seconds between two tries


@contextmanager
def alone(job: Job, name: str) -> Iterator[None]:
    """Hold the right to change what is called *name*; wait for it where another has it."""
    folder = places.private(places.data_dir() / "locks")
    path = folder / f"{quote(name, safe='')}.lock"
    descriptor = os.open(path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        while not _taken(descriptor):
            job.progress(None, said(WAITING, name=name))
            job.wait(EVERY)
        yield
    finally:
        os.close(descriptor)


WAITING = N_("core", "Another window or terminal of coophost is changing {name}. We wait for it.")


def _taken(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
