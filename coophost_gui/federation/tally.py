"""What the votes say: pure, exact, and with the reasons in sentences.

A member has one voice, however many delegates it has.  Its voice is the last word of
each delegate, if these agree.  A concern (against, or block) that was withdrawn counts as
standing aside.  What was said too early, too late or in the future is shown, not counted.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from math import ceil, floor, gcd, lcm

from coophost_gui.federation.ballots import (
    AGAINST,
    ASIDE,
    BLOCK,
    CHOICES,
    Ballot,
    Electorate,
    in_order,
)
from coophost_gui.federation.rules import (
    ASKS_AGAIN,
    AT_MOST,
    HEARD,
    MEMBERS,
    MORE_THAN,
    Need,
    Ruleset,
)
from coophost_gui.federation.tally_words import DISPUTED, OLDER, sentences
from coophost_gui.kit.text import Words, said

OPEN, PASSING, PASSED, BLOCKED, STALLED = "open", "passing", "passed", "blocked", "stalled"
CONCERNS = (AGAINST, BLOCK)


@dataclass(frozen=True)
class Conflict:
    """A member whose delegates say different things: it has no voice until they agree."""

    member: str
    ballots: tuple[Ballot, ...]


@dataclass(frozen=True)
class NeedMet:
    """One need of the rules, and whether it is met.

    ``missing``: of the weight (a share in favour) or of the members (all else) that is
    missing; for AT_MOST how many are too many.  0 where it is met.
    """

    need: Need
    met: bool
    missing: Fraction
    words: Words


@dataclass(frozen=True)
class Outcome:
    """What the votes say at one moment.

    ``state``: OPEN or PASSING before the deadline, PASSED, BLOCKED or STALLED after it.
    ``counts`` are members, ``weights`` what these weigh; both by what a choice counts as.
    """

    state: str
    members: int
    weight: Fraction  # of all
    counts: Mapping[str, int]
    weights: Mapping[str, Fraction]
    voices: Mapping[str, Ballot]  # member -> the ballot by which it is heard
    silent: tuple[str, ...]  # members that are not heard, also those in conflict
    conflicts: tuple[Conflict, ...]
    older: tuple[Ballot, ...]  # cast before the text was changed
    outside: tuple[Ballot, ...]  # not counted: no member then, too early, too late
    concerns: tuple[Ballot, ...]  # neither answered nor taken back
    needs: tuple[NeedMet, ...]
    explanation: tuple[Words, ...]

    @property
    def heard(self) -> tuple[str, ...]:
        """Return the members that are heard."""
        return tuple(self.voices)


def tally(
    ruleset: Ruleset,
    size: str,
    electorate: Electorate,
    ballots: Iterable[Ballot],
    now: datetime,
    *,
    closes_at: datetime | None,
    text_hash: str,
) -> Outcome:
    """Return what the *ballots* say *now*, under these rules.

    *closes_at* None: it is open for as long as nobody closes it (a small decision is not).
    Times are UTC.  Raises ``NoSuchSize``.
    """
    rules = ruleset.size(size)
    every = list(ballots)
    last = _last_words(electorate, every, now, closes_at)
    outside = tuple(
        one
        for one in every
        if one.decision != electorate.decision
        or one.member not in electorate.voters
        or not _in_time(one, electorate, now, closes_at)
    )
    older = tuple(
        one
        for words in last.values()
        for one in words
        if one.text_hash and one.text_hash != text_hash
    )
    if ruleset.older_text == ASKS_AGAIN:
        last = {slug: [one for one in words if one not in older] for slug, words in last.items()}
    conflicts = tuple(
        Conflict(slug, tuple(words))
        for slug, words in sorted(last.items())
        if len({_counted(ruleset, one) for one in words}) > 1
    )
    disputed = {one.member for one in conflicts}
    own = {
        slug: max(words, key=lambda one: (one.cast_at, one.cast_by))
        for slug, words in last.items()
        if words and slug not in disputed
    }
    voices = _with_proxies(ruleset, electorate, own, disputed)
    counts = dict.fromkeys(CHOICES, 0)
    weights = dict.fromkeys(CHOICES, Fraction(0))
    for slug, one in voices.items():
        choice = _counted(ruleset, one)
        counts[choice] += 1
        weights[choice] += electorate.voters[slug].weight
    sums = _Sums(
        len(electorate.voters),
        sum((one.weight for one in electorate.voters.values()), Fraction(0)),
        grain(one.weight for one in electorate.voters.values()),
        counts,
        weights,
    )
    needs = tuple(_look(need, sums) for need in rules.needs)
    closed = now >= closes_at if closes_at else not rules.minimum_days and not rules.needs
    return Outcome(
        state=_state(needs, closed),
        members=sums.members,
        weight=sums.weight,
        counts=counts,
        weights=weights,
        voices=voices,
        silent=tuple(slug for slug in sorted(electorate.voters) if slug not in voices),
        conflicts=conflicts,
        older=older,
        outside=outside,
        concerns=tuple(
            one
            for _slug, words in sorted(last.items())
            for one in words
            if one.choice in CONCERNS and not one.answered and not one.withdrawn
        ),
        needs=needs,
        explanation=(
            *(one.words for one in needs),
            *(said(DISPUTED, member=electorate.voters[one.member].name) for one in conflicts),
            *(said(OLDER[ruleset.older_text], member=name) for name in _names(electorate, older)),
        ),
    )


def _names(electorate: Electorate, ballots: Iterable[Ballot]) -> list[str]:
    return [electorate.voters[slug].name for slug in sorted({one.member for one in ballots})]


def _in_time(
    ballot: Ballot, electorate: Electorate, now: datetime, closes_at: datetime | None
) -> bool:
    ends = closes_at is not None and ballot.cast_at >= closes_at
    return electorate.opened_at <= ballot.cast_at <= now and not ends


def _last_words(
    electorate: Electorate,
    ballots: Iterable[Ballot],
    now: datetime,
    closes_at: datetime | None,
) -> dict[str, list[Ballot]]:
    """Return of each member the last word in time of each of its delegates."""
    last: dict[str, dict[str, Ballot]] = defaultdict(dict)
    for one in sorted(ballots, key=in_order):
        known = one.decision == electorate.decision and one.member in electorate.voters
        if known and _in_time(one, electorate, now, closes_at):
            last[one.member][one.cast_by] = one
    return {slug: [words[by] for by in sorted(words)] for slug, words in sorted(last.items())}


def _counted(ruleset: Ruleset, ballot: Ballot) -> str:
    if ballot.withdrawn and ballot.choice in CONCERNS:
        return ASIDE
    return ruleset.counted(ballot.choice)


def _with_proxies(
    ruleset: Ruleset, electorate: Electorate, own: Mapping[str, Ballot], disputed: set[str]
) -> dict[str, Ballot]:
    """Return *own* voices, and those of members for whom another one speaks.

    Who speaks herself needs nobody; a proxy is not passed on; nobody speaks for more than
    the rules allow, in the order of the slugs.
    """
    voices = dict(own)
    spoken: dict[str, int] = defaultdict(int)
    for slug, voter in sorted(electorate.voters.items()):
        free = slug not in own and slug not in disputed
        if free and voter.proxy in own and spoken[voter.proxy] < ruleset.proxies:
            spoken[voter.proxy] += 1
            voices[slug] = own[voter.proxy]
    return dict(sorted(voices.items()))


@dataclass(frozen=True)
class _Sums:
    members: int
    weight: Fraction
    grain: Fraction
    counts: Mapping[str, int]
    weights: Mapping[str, Fraction]


def grain(weights: Iterable[Fraction]) -> Fraction:
    """Return the greatest weight of which every sum of *weights* is a multiple; 1 for none."""
    given = list(weights)
    if not given:
        return Fraction(1)
    below = lcm(*(one.denominator for one in given))
    return Fraction(gcd(*(int(one * below) for one in given)), below)


def _look(need: Need, sums: _Sums) -> NeedMet:
    missing = Fraction(0)
    if need.kind == HEARD:
        missing = Fraction(ceil(need.amount * sums.members) - sum(sums.counts.values()))
    elif need.kind == AT_MOST:
        missing = sums.counts[need.choice] - need.amount
    elif not need.of:
        missing = need.amount - sums.counts[need.choice]
    else:
        missing = _missing_share(need, sums)
    missing = max(missing, Fraction(0))
    met = not missing
    whole = sums.grain == 1 and sums.weight == sums.members
    return NeedMet(
        need, met, missing, sentences(need, missing, sums.members, sums.weight, whole=whole)
    )


def _missing_share(need: Need, sums: _Sums) -> Fraction:
    """Return how much weight in favour is missing, as a multiple of the grain.

    Of those heard: a new voice makes them more, too.
    """
    favour = sums.weights[need.choice]
    if need.of == MEMBERS:
        gap = need.amount * sums.weight - favour
    else:
        gap = (need.amount * sum(sums.weights.values()) - favour) / (1 - need.amount)
    steps = gap / sums.grain
    return sums.grain * (floor(steps) + 1 if need.kind == MORE_THAN else ceil(steps))


def _state(needs: Iterable[NeedMet], closed: bool) -> str:
    open_needs = [one for one in needs if not one.met]
    if not closed:
        return OPEN if open_needs else PASSING
    if not open_needs:
        return PASSED
    stopped = any(one.need.kind == AT_MOST and one.need.choice == BLOCK for one in open_needs)
    return BLOCKED if stopped else STALLED
