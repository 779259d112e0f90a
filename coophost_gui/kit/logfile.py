"""The file under the log: its owner's alone, and it turns over when it is full."""

import logging.handlers
import os
from typing import Any


class PrivateFile(logging.handlers.RotatingFileHandler):
    """A log file of 0600."""

    def _open(self) -> Any:
        descriptor = os.open(self.baseFilename, os.O_CREAT | os.O_APPEND | os.O_WRONLY, 0o600)
        return os.fdopen(descriptor, "a", encoding="utf-8", errors="backslashreplace")
