"""Wizards that were begun and not finished: kept on disk, secrets aside, page by page."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from coophost_gui.kit.store import FileUnreadable, read_yaml, write_yaml


@dataclass(frozen=True)
class Unfinished:
    """One wizard to go on with: which, what it said at the top, what was answered, when."""

    key: str
    title: str
    answers: Mapping[str, Any] = field(default_factory=dict)
    running: bool = False  # True: the plan had been begun
    at: float = 0


class Drafts:
    """Keeps one unfinished wizard of each kind; in memory only when *folder* is None."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        self._kept: dict[str, Unfinished] | None = None

    def all(self) -> list[Unfinished]:
        """Return what is unfinished, the newest first."""
        return sorted(self._read().values(), key=lambda draft: -draft.at)

    def get(self, key: str) -> Unfinished | None:
        return self._read().get(key)

    def keep(
        self, key: str, title: str, answers: Mapping[str, Any], *, running: bool = False
    ) -> None:
        """Remember *answers*, which must hold no secret (``Answers.kept``)."""
        self._read()[key] = Unfinished(key, title, dict(answers), running, time.time())
        self._write(key)

    def drop(self, key: str) -> None:
        """Forget the wizard *key*: it ended, or nobody wants it any more."""
        self._read().pop(key, None)
        if self._folder is not None:
            (self._folder / f"{key}.yml").unlink(missing_ok=True)

    def _read(self) -> dict[str, Unfinished]:
        if self._kept is None:
            self._kept = {}
            for path in sorted(self._folder.glob("*.yml")) if self._folder is not None else []:
                if draft := _read(path):
                    self._kept[path.stem] = draft
        return self._kept

    def _write(self, key: str) -> None:
        if self._folder is None:
            return
        draft = self._read()[key]
        values = {
            "title": draft.title,
            "running": draft.running,
            "at": draft.at,
            "answers": dict(draft.answers),
        }
        write_yaml(self._folder / f"{key}.yml", values)


def _read(path: Path) -> Unfinished | None:
    """Return what was kept in *path*; None when it cannot be read: it is only a draft."""
    try:
        values = read_yaml(path)
    except FileUnreadable:
        return None
    answers, at = values.get("answers") or {}, values.get("at") or 0
    if not isinstance(answers, dict) or not isinstance(at, int | float):
        return None
    named = {key: value for key, value in answers.items() if isinstance(key, str)}
    title, running = str(values.get("title", "")), bool(values.get("running"))
    return Unfinished(path.stem, title, named, running, at)
