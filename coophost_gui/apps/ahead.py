"""Questions to the Engine that are asked side by side, before the steps need the answers.

Each question costs the way there and back; asked together, all of them cost it about once.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from coophost_gui.health.look import Question
from coophost_gui.hosts.base import Engine, EngineProblem
from coophost_gui.kit.jobs import Job

GOOD_FOR = 5.0  # seconds; after that the Engine is asked again
AT_ONCE = 6  # a server that lets us reach its Engine by commands alone takes ten in all


@dataclass(frozen=True, slots=True)
class _Answer:
    came: float  # monotonic
    said: Any = None
    refused: EngineProblem | None = None


class Ahead:
    """Looks at an Engine: gives the answer that was fetched a moment ago, or asks."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: dict[str, _Answer] = {}

    def ask(self, job: Job, questions: Sequence[Question]) -> None:
        """Ask all *questions* now, and keep what is answered, refusals too."""
        asked = {_key(path, query): (path, query) for path, query in questions}
        works = [partial(self._ask, path=path, query=query) for path, query in asked.values()]
        self._kept = dict(zip(asked, job.side_by_side(works, AT_ONCE), strict=True))

    def forget(self) -> None:
        """Ask again from now on: something is about to be changed."""
        self._kept = {}

    def get(self, job: Job, path: str, **query: object) -> Any:
        """Return what the Engine answers; like ``Engine.get``."""
        kept = self._kept.get(_key(path, query))
        if kept is None or time.monotonic() - kept.came > GOOD_FOR:
            return self._engine.get(job, path, **query)
        if kept.refused is not None:
            raise kept.refused
        return kept.said

    def _ask(self, job: Job, path: str, query: Mapping[str, object]) -> _Answer:
        try:
            said = self._engine.get(job, path, **query)
        except EngineProblem as problem:
            return _Answer(time.monotonic(), refused=problem)
        return _Answer(time.monotonic(), said)


def _key(path: str, query: Mapping[str, object]) -> str:
    return json.dumps([path, query], sort_keys=True)
