"""Ballots and the electorate that they are counted against, one small file each.

Two people who write two ballots write two files, so their work merges without conflict.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

FAVOUR, AGAINST, ASIDE, BLOCK = "favour", "against", "aside", "block"
CHOICES = (FAVOUR, AGAINST, ASIDE, BLOCK)


@dataclass(frozen=True)
class Ballot:
    """What one member says of one decision: ``votes/<id>/<member>.yml``.

    ``cast_at`` is UTC.  ``text_hash`` is the SHA-256 (hex) of the text that was voted on,
    see ``resolution.text_hash``.  ``source`` is where it came from: ``gui``, ``cli``,
    ``matrix``, ``loomio`` or ``meeting``.
    """

    decision: str  # the decision's Id
    member: str  # slug
    choice: str
    cast_by: str  # the person who spoke for the member
    cast_at: datetime
    reason: str = ""
    source: str = "gui"
    text_hash: str = ""
    answered: str = ""  # what was said to the concern, when it was met
    withdrawn: bool = False  # the concern was taken back


@dataclass(frozen=True)
class Voter:
    """A member of an electorate, as it was when the decision was opened."""

    member: str  # slug
    name: str
    weight: Fraction = Fraction(1)
    member_class: str = ""
    proxy: str = ""  # slug of the member who speaks for this one, where the rules allow it


@dataclass(frozen=True)
class Electorate:
    """Who may vote on one decision, frozen when it was opened: ``votes/<id>/electorate.yml``.

    ``ruleset_hash`` and ``text_hash`` (SHA-256, hex) tie it to the rules and the text.
    """

    decision: str
    opened_at: datetime  # UTC
    ruleset: str  # its key
    ruleset_hash: str
    text_hash: str
    voters: Mapping[str, Voter]  # slug -> voter
