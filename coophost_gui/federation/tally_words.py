"""The sentences in which a need of the rules says what is missing, and what each answer is."""

from fractions import Fraction

from coophost_gui.federation.ballots import AGAINST, ASIDE, BLOCK, FAVOUR
from coophost_gui.federation.rules import AT_MOST, HEARD, MEMBERS, MORE_THAN, Need
from coophost_gui.kit.text import N_, Amount, N_n, Plural, Said, Words, said, several

ANSWERS = {
    FAVOUR: N_("core", "I am in favour"),
    AGAINST: N_("core", "I am against it"),
    ASIDE: N_("core", "I won't stop it"),
    BLOCK: N_("core", "I want to stop it"),
}

STATES = {
    "open": N_("core", "Votes are still missing."),
    "passing": N_("core", "It would pass if it ended now."),
    "passed": N_("core", "It passed."),
    "blocked": N_("core", "Somebody stopped it."),
    "stalled": N_("core", "It did not get what it needed in time."),
}

DISPUTED = N_("core", "{member} is not counted: those who speak for it say different things.")
OLDER = {
    "counts": N_("core", "{member} voted before the text was changed; that vote counts."),
    "asks_again": N_("core", "{member} voted before the text was changed and is asked again."),
}

HALF = N_("core", "half")
ALL_ANSWERED = N_("core", "Enough members were heard ({rule}).")
ANSWERS_MISSING = N_n(
    "core",
    "Needs an answer from {count} more member ({rule}).",
    "Needs an answer from {count} more members ({rule}).",
)
NOBODY_STOPS = N_("core", "Nobody stops it ({rule}).")
FEW_STOP = N_("core", "At most {most} may stop it, and no more do ({rule}).")
STOPPED = N_n(
    "core",
    "{count} member stops it, and at most {most} may ({rule}).",
    "{count} members stop it, and at most {most} may ({rule}).",
)
NOBODY_AGAINST = N_("core", "Nobody is against it ({rule}).")
FEW_AGAINST = N_("core", "At most {most} may be against it, and no more are ({rule}).")
OPPOSED = N_n(
    "core",
    "{count} member is against it, and at most {most} may be ({rule}).",
    "{count} members are against it, and at most {most} may be ({rule}).",
)
ENOUGH = N_("core", "Enough are in favour: {what} ({rule}).")
FAVOUR_MISSING = N_n(
    "core",
    "Needs {count} more in favour: {what} ({rule}).",
    "Needs {count} more in favour: {what} ({rule}).",
)
WEIGHT_MISSING = N_("core", "Needs more in favour, with a weight of {weight}: {what} ({rule}).")
AT_LEAST_SO_MANY = N_n("core", "at least {count} member", "at least {count} members")
MORE_OF_MEMBERS = N_n(
    "core", "more than {share} of {count} member", "more than {share} of {count} members"
)
LEAST_OF_MEMBERS = N_n(
    "core", "at least {share} of {count} member", "at least {share} of {count} members"
)
MORE_OF_WEIGHT = N_("core", "more than {share} of the weight of all members, {all}")
LEAST_OF_WEIGHT = N_("core", "at least {share} of the weight of all members, {all}")
MORE_OF_HEARD = N_("core", "more than {share} of those who answered")
LEAST_OF_HEARD = N_("core", "at least {share} of those who answered")


def sentences(
    need: Need, missing: Fraction, members: int, weight: Fraction, *, whole: bool
) -> Words:
    """Return what *need* says, met or not, with the rule that it comes from.

    *whole*: every member weighs 1, so that what is missing is a number of members.
    """
    rule = need.rule.name
    if need.kind == HEARD:
        return _counted(missing, ALL_ANSWERED, ANSWERS_MISSING, rule=rule)
    if need.kind == AT_MOST:
        most = int(need.amount)
        if missing:
            stops = STOPPED if need.choice == BLOCK else OPPOSED
            return several(int(missing) + most, stops, most=most, rule=rule)
        nobody, few = (
            (NOBODY_STOPS, FEW_STOP) if need.choice == BLOCK else (NOBODY_AGAINST, FEW_AGAINST)
        )
        return said(few, most=most, rule=rule) if most else said(nobody, rule=rule)
    what = _what(need, members, weight, whole)
    if missing and not whole and need.of:
        return said(WEIGHT_MISSING, weight=number(missing), what=what, rule=rule)
    return _counted(missing, ENOUGH, FAVOUR_MISSING, what=what, rule=rule)


def _counted(missing: Fraction, met: str, lacking: Plural, **facts: object) -> Said:
    return several(int(missing), lacking, **facts) if missing else said(met, **facts)


def _what(need: Need, members: int, weight: Fraction, whole: bool) -> Said:
    if not need.of:
        return several(int(need.amount), AT_LEAST_SO_MANY)
    share: object = HALF if need.amount == Fraction(1, 2) else number(need.amount)
    more = need.kind == MORE_THAN
    if need.of != MEMBERS:
        return said(MORE_OF_HEARD if more else LEAST_OF_HEARD, share=share)
    if whole:
        return several(members, MORE_OF_MEMBERS if more else LEAST_OF_MEMBERS, share=share)
    return said(MORE_OF_WEIGHT if more else LEAST_OF_WEIGHT, share=share, all=number(weight))


def number(value: Fraction) -> Amount:
    """Return *value* as people write it: ``3``, ``1/2``, ``2 1/2``."""
    full, rest = divmod(value, 1)
    return Amount(" ".join(str(one) for one in (full, rest) if one) or "0")
