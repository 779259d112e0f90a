"""Journals: small SQLite files that several threads and processes write to at once.

A journal that cannot be read is set aside and begun anew: nothing that a person needs may
depend on one.
"""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

if TYPE_CHECKING:
    import sqlite3

Opened: TypeAlias = "sqlite3.Connection"

PATIENCE = 5.0  # seconds to wait for another process that is writing
DAMAGED = ".damaged"  # put behind the name of a file that was set aside; only the last is kept


class JournalUnusable(Problem):
    text = N_("core", "The journal {path} cannot be written now.")
    means = N_("core", "What was just seen is not remembered. Nothing else is missing.")
    hint = N_("core", "Look whether the disk of this computer is full.")


class Journal:
    """One file with the tables of *schema* (SQL that may be run again and again)."""

    def __init__(self, path: Path, schema: str) -> None:
        self.path = path
        self._schema = schema

    @property
    def set_aside(self) -> Path | None:
        """Return the damaged file that was set aside, if there is one."""
        aside = self.path.with_name(self.path.name + DAMAGED)
        return aside if aside.exists() else None

    @contextmanager
    def reading(self) -> Iterator[Opened]:
        """Give the file to read from."""
        with self._opened() as opened:
            yield opened

    @contextmanager
    def writing(self) -> Iterator[Opened]:
        """Give the file to change, all or nothing; nobody else writes meanwhile."""
        with self._opened() as opened:
            opened.execute("BEGIN IMMEDIATE")
            yield opened
            opened.execute("COMMIT")  # what ends before it is rolled back when it is closed

    @contextmanager
    def _opened(self) -> Iterator[Opened]:
        import sqlite3

        try:
            with closing(self._sound()) as opened:
                yield opened
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if _damaged(error):  # what was seen now is lost; the next look begins a new file
                self._put_aside(_identity(self.path))
            raise JournalUnusable(str(error), path=self.path) from error

    def _sound(self) -> Opened:
        """Open the file, or a new one in place of a damaged one."""
        import sqlite3

        places.private(self.path.parent)
        which = _identity(self.path)
        try:
            return self._connect()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            if not _damaged(error):
                raise
            self._put_aside(which)
            return self._connect()

    def _connect(self) -> Opened:
        import sqlite3

        opened = sqlite3.connect(self.path, timeout=PATIENCE, isolation_level=None)
        try:
            opened.executescript(self._schema)
        except BaseException:
            opened.close()
            raise
        return opened

    def _put_aside(self, which: int) -> None:
        """Set the file *which* aside, unless somebody else put a new one there meanwhile."""
        if which == _identity(self.path):
            os.replace(self.path, self.path.with_name(self.path.name + DAMAGED))


def _identity(path: Path) -> int:
    try:
        return path.stat().st_ino
    except FileNotFoundError:
        return 0


def _damaged(error: Exception) -> bool:
    import sqlite3

    if isinstance(error, UnicodeDecodeError):  # even the names of its tables are none
        return True
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF  # the rest of it says more than we need
    return code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB)
