"""An act on a record happens as a whole: where it fails, its files are put back."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import write_bytes
from coophost_gui.kit.text import N_


class RecordNotWritten(Problem):
    text = N_("core", "The folder of the decisions could not be written.")
    means = N_("core", "All files were put back as they were.")
    hint = N_("core", "Look whether the disk is full, or whether the folder may be changed.")


@contextmanager
def all_or_nothing(files: Callable[[], Iterable[Path]]) -> Iterator[None]:
    """Put back what *files* returns now, and take away what it returns only after a failure.

    Raises ``RecordNotWritten`` in place of an ``OSError``.
    """
    before = {path: path.read_bytes() for path in files()}
    try:
        yield
    except BaseException as error:
        for path in set(files()) - before.keys():
            path.unlink(missing_ok=True)
        for path, data in before.items():
            if not path.is_file() or path.read_bytes() != data:
                write_bytes(path, data, 0o644)
        if isinstance(error, OSError):
            raise RecordNotWritten(str(error)) from error
        raise
