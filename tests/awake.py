"""A clock for what a person waits for, on a computer that is busy with other things."""

import time
from contextlib import suppress
from pathlib import Path


def awake():
    """Return the time by a clock that stands still while a thread of ours waits for a processor.

    A busy computer takes its time; that is not what is measured here.
    """
    waited = 0
    for thread in Path("/proc/self/task").iterdir():
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended this very moment
            waited += int((thread / "schedstat").read_text().split()[1])
    return time.monotonic() - waited / 1e9
