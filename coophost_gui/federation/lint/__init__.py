"""Faults in a record: what is wrong, in which line, and how one mends it.

Every file here with a ``check`` is a family of rules and is found by itself.
"""

import importlib
import pkgutil
from collections.abc import Iterator
from pathlib import Path

from coophost_gui.federation.lint.folder import Finding, Folder

__all__ = ["Finding", "Folder", "lint"]


def lint(root: Path) -> list[Finding]:
    """Return every fault in the record or documentation checkout *root*, in order of files.

    Raises ``NoRecordFolder`` where *root* is neither.
    """
    folder = Folder.open(root)
    return sorted(_checked(folder), key=lambda one: (one.file, one.line, one.rule))


def _checked(folder: Folder) -> Iterator[Finding]:
    for module in pkgutil.iter_modules(__path__):
        found = importlib.import_module(f"{__name__}.{module.name}")
        if hasattr(found, "check"):
            yield from found.check(folder)
