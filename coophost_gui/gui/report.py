"""The report that a person may copy for whoever helps her: what it holds is shown first."""

import platform
from collections import deque

from PySide6.QtCore import QLibraryInfo, QLocale

import coophost_gui
from coophost_gui.kit import log, places

LAST_LINES = 60


def report(what: str = "", *, practising: bool = False) -> str:
    """Return the report as text, with every known secret taken out.

    *what* is the machine's own story of a mistake or a problem, if there was one.
    """
    parts = [
        f"Coophost {coophost_gui.__version__}",
        f"Computer: {platform.system()} {platform.release()} ({platform.machine()})",
        f"Python {platform.python_version()}, Qt {QLibraryInfo.version().toString()}",
        f"Language: {QLocale().name()}",
        f"World: {'Try it out' if practising else 'real servers'}",
    ]
    if what:
        parts += ["", "What happened:", what.strip()]
    if lines := _last_lines():
        parts += ["", f"The last {len(lines)} lines of the diary (log):", *lines]
    return log.redact("\n".join(parts)) + "\n"


def _last_lines() -> list[str]:
    path = places.log_dir() / "coophost.log"
    try:
        with path.open(encoding="utf-8", errors="replace") as diary:
            return [line.rstrip("\n") for line in deque(diary, LAST_LINES)]
    except FileNotFoundError:
        return []


def story_of(error: BaseException) -> str:
    """Return the traceback of a mistake of ours, with secrets taken out."""
    import traceback

    return log.redact("".join(traceback.format_exception(error)))
