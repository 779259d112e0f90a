"""Resolutions in the federation's own form: Markdown with a title, four bullets, sections.

The form is described in the federation's documentation (``docs/federation/resolutions``).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

SMALL, MEDIUM, LARGE = "small", "medium", "large"


@dataclass(frozen=True)
class Resolution:
    """One proposal or decision.

    ``deadline`` is a day (its end, UTC) or a moment in UTC.  ``sections`` are the
    headings under the bullets with their Markdown, in order.  ``more`` are bullets that
    this version does not know, kept as they are.
    """

    number: int | None  # None: a draft that took no number yet
    title: str
    topic: str = ""
    id: str = ""  # random, never changes; "" in files that others wrote
    proposed: date | None = None
    deadline: date | datetime | None = None
    size: str = ""
    passed_on: date | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)
