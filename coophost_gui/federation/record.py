"""The record: one folder of plain files, which may be a git repository shared by all.

::

    profile.yml                            who we are, see ``profile.py``
    ruleset.yml                            rules as data, see ``rules.py``
    members/<slug>.yml
    resolutions/<state>/NNN.md             the federation's own form, see ``resolution.py``
    votes/<id>/electorate.yml              frozen when the decision was opened
    votes/<id>/<member>.yml                one ballot per member
    dues/<member>/<day>-<random>.yml       one payment each
    agreements/<id>.yml
    listing/                               what other networks read
    joining/application.md                 what we ask a federation, see ``application.py``
    journal/YYYY-MM/<UTC>-<author>-<random>.md
"""

import secrets
from dataclasses import dataclass
from pathlib import Path

DRAFTS, IN_PROGRESS, PASSED, STALLED = "drafts", "in-progress", "passed", "stalled"
WITHDRAWN = "withdrawn"
STATES = (DRAFTS, IN_PROGRESS, PASSED, STALLED, WITHDRAWN)


@dataclass(frozen=True)
class Record:
    """Where everything of one record lies."""

    root: Path

    @property
    def ruleset(self) -> Path:
        return self.root / "ruleset.yml"

    @property
    def members(self) -> Path:
        return self.root / "members"

    @property
    def resolutions(self) -> Path:
        return self.root / "resolutions"

    @property
    def journal(self) -> Path:
        return self.root / "journal"

    @property
    def dues(self) -> Path:
        return self.root / "dues"

    @property
    def listing(self) -> Path:
        return self.root / "listing"

    def votes(self, decision: str) -> Path:
        """Return the folder of the ballots on the decision with this Id."""
        return self.root / "votes" / decision


def new_id() -> str:
    """Return a random identity, short enough to read out: 12 letters and digits."""
    return secrets.token_hex(6)
