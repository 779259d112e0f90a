"""The program's log: a file of 0600 that turns over, with every known secret taken out."""

import logging
import re
import threading

from coophost_gui.kit import places

HIDDEN = "[hidden]"
SHORTEST = 4  # shorter words would turn half the log into [hidden]

_lock = threading.Lock()
_secrets: set[str] = set()
_pattern: re.Pattern[str] | None = None


def hide(secret: str) -> None:
    """Take *secret* out of everything that is logged or reported from now on."""
    global _pattern
    with _lock:
        # A log is written line by line, so each line of a long secret must go by itself.
        _secrets.update(line for line in [secret, *secret.splitlines()] if len(line) >= SHORTEST)
        longest_first = sorted(_secrets, key=len, reverse=True)
        _pattern = re.compile("|".join(map(re.escape, longest_first))) if longest_first else None


def redact(text: str) -> str:
    """Return *text* without any secret that ``hide`` was told of."""
    return _pattern.sub(HIDDEN, text) if _pattern else text


class _Redacting(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return redact(super().format(record))


def start(level: int = logging.INFO) -> logging.Handler:
    """Write the log to ``coophost.log`` in the log folder: five files of at most 1 MB."""
    from coophost_gui.kit.logfile import PrivateFile  # a window opens without it

    path = places.log_dir() / "coophost.log"
    handler = PrivateFile(path, maxBytes=1_000_000, backupCount=4, encoding="utf-8")
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger("coophost_gui")
    root.setLevel(level)
    root.addHandler(handler)
    return handler
