"""Ballots and the electorate that they are counted against, one small file each.

Two people who write two ballots write two files, so their work merges without conflict.
``votes/<id>/<member>.yml`` holds what each delegate of one member said last::

    said:
      - {by: Ada, choice: favour, at: "2026-03-01T10:00:00Z", reason: "", …}

A member with delegates who say different things has no voice until they agree.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

FAVOUR, AGAINST, ASIDE, BLOCK = "favour", "against", "aside", "block"
CHOICES = (FAVOUR, AGAINST, ASIDE, BLOCK)


class VoteUnreadable(Problem):
    text = N_("core", "The file {path} with votes cannot be read as it is.")
    means = N_("core", "It was left untouched, and no vote was lost.")
    hint = N_("core", "Open it in a text editor; the details say which line is wrong.")


@dataclass(frozen=True)
class Ballot:
    """What one person says for one member of one decision.

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


def ballots_to(ballots: Iterable[Ballot]) -> dict[str, Any]:
    """Return the file of one member's *ballots*, in an order that does not depend on theirs."""
    return {"version": 1, "said": [_row(one) for one in sorted(ballots, key=_order)]}


def _order(ballot: Ballot) -> tuple[str, datetime, str, str]:
    return ballot.cast_by, ballot.cast_at, ballot.choice, ballot.reason


def _row(ballot: Ballot) -> dict[str, Any]:
    row = {
        "by": ballot.cast_by,
        "choice": ballot.choice,
        "at": written(ballot.cast_at),
        "reason": ballot.reason,
        "source": ballot.source,
        "text": ballot.text_hash,
        "answered": ballot.answered,
        "withdrawn": ballot.withdrawn,
    }
    return {key: value for key, value in row.items() if value}


def ballots_from(data: Mapping[str, Any], path: Path, decision: str) -> list[Ballot]:
    """Return the ballots that *data*, the file *path*, says; raises ``VoteUnreadable``."""
    rows = data.get("said", [])
    if not isinstance(rows, list):
        raise VoteUnreadable("said: not a list", path=path)
    return [_ballot(row, path, decision, f"said: {n}") for n, row in enumerate(rows, 1)]


def _ballot(row: Any, path: Path, decision: str, where: str) -> Ballot:
    if not isinstance(row, dict):
        raise VoteUnreadable(f"{where}: not a vote", path=path)

    def text(key: str) -> str:
        value = row.get(key, "")
        if not isinstance(value, str | int) or isinstance(value, bool):
            raise VoteUnreadable(f"{where}: {key}: not a text", path=path)
        return str(value)

    if text("choice") not in CHOICES:
        raise VoteUnreadable(f"{where}: choice: one of {', '.join(CHOICES)}", path=path)
    return Ballot(
        decision=decision,
        member=path.stem,
        choice=text("choice"),
        cast_by=text("by"),
        cast_at=moment(row.get("at"), f"{where}: at", path),
        reason=text("reason"),
        source=text("source") or "gui",
        text_hash=text("text"),
        answered=text("answered"),
        withdrawn=row.get("withdrawn") is True,
    )


def written(at: datetime) -> str:
    """Return *at* as a file says it: in UTC, to the second."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def moment(value: Any, where: str, path: Path) -> datetime:
    """Return the moment (UTC) that *value* of the file *path* is; raises ``VoteUnreadable``."""
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise VoteUnreadable(f"{where}: {error}", path=path) from error


def together(ours: Iterable[Ballot], theirs: Iterable[Ballot]) -> list[Ballot]:
    """Return what two copies of one member's file say together: the last of each person.

    Where one person said two things in the same second, the one with the greater words stays
    on every computer, whichever copy came first.
    """
    last: dict[str, Ballot] = {}
    for one in sorted((*ours, *theirs), key=in_order):
        last[one.cast_by] = one
    return sorted(last.values(), key=_order)


def in_order(ballot: Ballot) -> tuple[datetime, tuple[str, ...]]:
    """Return what sets ballots in order: time, then words, so that every computer agrees."""
    words = ballot.choice, ballot.reason, ballot.answered, ballot.text_hash, ballot.source
    return ballot.cast_at, (*words, str(ballot.withdrawn), ballot.cast_by)
