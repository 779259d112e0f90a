"""Who may vote on one decision, and the votes: read from the record, and written to it."""

import re
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from coophost_gui.federation.ballots import (
    Ballot,
    Electorate,
    Voter,
    VoteUnreadable,
    ballots_from,
    ballots_to,
    moment,
    together,
    written,
)
from coophost_gui.federation.members import Member
from coophost_gui.federation.record import Record
from coophost_gui.federation.rules import Ruleset, read_ruleset, write_ruleset
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml, write_yaml
from coophost_gui.kit.text import N_

FILE, RULES = "electorate.yml", "ruleset.yml"
SLUG = re.compile(r"(?!(?:electorate|ruleset)$)[a-z0-9][a-z0-9._-]{0,99}")
CLOCKS_DIFFER = timedelta(minutes=2)  # by so much may two computers' clocks differ


class NobodyMayVote(Problem):
    text = N_("core", "No member may vote on that day.")
    means = N_("core", "Nothing was opened and nothing was changed.")
    hint = N_("core", "Write down the members first, and since when each of them belongs.")


class NameTaken(Problem):
    text = N_("core", "A member cannot have the short name “{slug}”.")
    means = N_("core", "No vote was written down, and none was lost.")
    hint = N_("core", "Give the file of that member a name of small letters and numbers.")


class NoSuchClass(Problem):
    text = N_("core", "{member} belongs to the group “{group}”, which the rules do not know.")
    means = N_("core", "Nothing was opened and nothing was changed.")
    hint = N_("core", "Change the group of that member, or add it to the rules.")


class SpeaksForTooMany(Problem):
    text = N_("core", "{member} would speak for {count} others; the rules allow {limit}.")
    means = N_("core", "Nothing was opened and nothing was changed.")
    hint = N_("core", "Let somebody else speak for one of them.")


class NotOpen(Problem):
    text = N_("core", "This decision is not open for votes.")
    means = N_("core", "No vote was written down.")
    hint = N_("core", "Open it first, or look whether it was decided already.")


class NotInElectorate(Problem):
    text = N_("core", "{member} was not a member when this decision was opened.")
    means = N_("core", "The vote was not written down. All others are as they were.")
    hint = N_("core", "Members who join later vote from the next decision on.")


class TooLate(Problem):
    text = N_("core", "The time for this decision ended on {day}.")
    means = N_("core", "The vote was not written down. All others are as they were.")
    hint = N_("core", "If it changes anything, ask for a new decision.")


class ClockWrong(Problem):
    text = N_("core", "This vote says a time that cannot be: {at}.")
    means = N_("core", "The vote was not written down. All others are as they were.")
    hint = N_("core", "Look at the clock of this computer, then vote again.")


class ReasonMissing(Problem):
    text = N_("core", "Who says this also says why: the others need to know it.")
    means = N_("core", "The vote was not written down yet.")
    hint = N_("core", "Write one or two sentences about what worries you.")


class NotOffered(Problem):
    text = N_("core", "The rules of this decision do not know that answer.")
    means = N_("core", "The vote was not written down. All others are as they were.")
    hint = N_("core", "Choose one of the answers that are shown.")


def freeze(
    members: Iterable[Member],
    ruleset: Ruleset,
    decision: str,
    text_hash: str,
    opened_at: datetime,
) -> Electorate:
    """Return who may vote on the *decision* that is opened now (UTC), with their weights.

    Raises ``NobodyMayVote``, ``NoSuchClass`` or ``SpeaksForTooMany``.
    """
    here = [one for one in members if one.votes_on(opened_at.date())]
    if not here:
        raise NobodyMayVote()
    slugs = {one.slug for one in here}
    voters = {}
    for one in sorted(here, key=lambda member: member.slug):
        named(one.slug)
        weight = Fraction(1)
        if ruleset.classes:
            if one.member_class not in ruleset.classes:
                raise NoSuchClass(member=one.name, group=one.member_class)
            weight = ruleset.classes[one.member_class].weight
        proxy = one.proxy if ruleset.proxies and one.proxy in slugs - {one.slug} else ""
        voters[one.slug] = Voter(one.slug, one.name, weight, one.member_class, proxy)
    held = Counter(one.proxy for one in voters.values() if one.proxy)
    for holder, count in sorted(held.items()):
        if count > ruleset.proxies:
            name = voters[holder].name
            raise SpeaksForTooMany(member=name, count=count, limit=ruleset.proxies)
    opened_at = opened_at.replace(microsecond=0)  # as files say it
    return Electorate(decision, opened_at, ruleset.key, ruleset.hash, text_hash, voters)


def write_electorate(record: Record, electorate: Electorate, ruleset: Ruleset) -> None:
    """Write who may vote, and the rules as they are now, beside the votes."""
    folder = record.votes(electorate.decision)
    write_ruleset(ruleset, folder / RULES)
    voters = {slug: _row(one) for slug, one in sorted(electorate.voters.items())}
    values = {
        "version": 1,
        "opened_at": written(electorate.opened_at),
        "ruleset": electorate.ruleset,
        "ruleset_hash": electorate.ruleset_hash,
        "text_hash": electorate.text_hash,
        "voters": voters,
    }
    write_yaml(folder / FILE, values, 0o644)


def named(slug: str) -> None:
    """Raise ``NameTaken`` where *slug* could not be the name of a file of votes."""
    if not SLUG.fullmatch(slug):
        raise NameTaken(slug=slug)


def _row(voter: Voter) -> dict[str, Any]:
    row: dict[str, Any] = {"name": voter.name}
    if voter.weight != 1:
        row["weight"] = str(voter.weight)
    if voter.member_class:
        row["class"] = voter.member_class
    if voter.proxy:
        row["proxy"] = voter.proxy
    return row


def read_electorate(record: Record, decision: str) -> Electorate | None:
    """Return who may vote on the *decision*; None before it was opened."""
    path = record.votes(decision) / FILE
    data = read_yaml(path)
    if not data:
        return None
    rows = data.get("voters")
    if not isinstance(rows, dict):
        raise VoteUnreadable("voters: not a mapping", path=path)
    voters = {str(slug): _voter(str(slug), row, path) for slug, row in rows.items()}
    return Electorate(
        decision,
        moment(data.get("opened_at"), "opened_at", path),
        str(data.get("ruleset", "")),
        str(data.get("ruleset_hash", "")),
        str(data.get("text_hash", "")),
        voters,
    )


def _voter(slug: str, row: Any, path: Path) -> Voter:
    named(slug)
    try:
        weight = Fraction(str(row.get("weight", 1)))
        if weight <= 0 or len(str(weight)) > 20:
            raise ValueError(weight)
    except (AttributeError, ValueError, ZeroDivisionError) as error:
        raise VoteUnreadable(f"voters: {slug}: {error}", path=path) from error
    name = str(row.get("name", slug))
    return Voter(slug, name, weight, str(row.get("class", "")), str(row.get("proxy", "")))


def read_votes(record: Record, decision: str) -> tuple[Electorate | None, list[Ballot]]:
    """Return who may vote on the *decision*, and all that was said of it.

    Raises ``VoteUnreadable`` or ``FileUnreadable``, which name the file.
    """
    ballots: list[Ballot] = []
    for path in sorted(record.votes(decision).glob("*.yml")):
        if path.name not in (FILE, RULES):
            ballots += ballots_from(read_yaml(path), path, decision)
    return read_electorate(record, decision), ballots


def rules_of(record: Record, decision: str) -> Ruleset:
    """Return the rules under which the *decision* was opened; ours for one that is not yet."""
    path = record.votes(decision) / RULES
    return read_ruleset(path if path.is_file() else record.ruleset)


def check(
    electorate: Electorate | None,
    ruleset: Ruleset,
    ballot: Ballot,
    *,
    deadline: datetime | None,
    now: datetime,
) -> None:
    """Raise the Problem that speaks against writing *ballot* down, if there is one."""
    if electorate is None or electorate.decision != ballot.decision:
        raise NotOpen()
    if ballot.member not in electorate.voters:
        raise NotInElectorate(member=ballot.member)
    if ballot.choice not in ruleset.choices:
        raise NotOffered(ballot.choice)
    if not electorate.opened_at <= ballot.cast_at <= now + CLOCKS_DIFFER:
        raise ClockWrong(at=written(ballot.cast_at))
    if deadline is not None and ballot.cast_at >= deadline:
        raise TooLate(day=deadline.date())
    if ballot.choice in ruleset.reason_for and not ballot.reason.strip():
        raise ReasonMissing()


def cast(
    record: Record,
    electorate: Electorate | None,
    ruleset: Ruleset,
    ballot: Ballot,
    *,
    deadline: datetime | None,
    now: datetime,
) -> list[Ballot]:
    """Write *ballot* down and return all that the delegates of that member say now.

    A person's later word takes the place of her earlier one.  Where two delegates differ,
    both stay written down and neither counts until they agree (``tally.Conflict``).
    """
    check(electorate, ruleset, ballot, deadline=deadline, now=now)
    path = record.votes(ballot.decision) / f"{ballot.member}.yml"
    data = read_yaml(path)
    said = together(ballots_from(data, path, ballot.decision), [ballot])
    write_yaml(path, data | ballots_to(said), 0o644)
    return said
