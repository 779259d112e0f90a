"""Electorates and ballots for the tests: made by number, and as plain data for the other count."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

from coophost_gui.federation.ballots import Ballot, Electorate, Voter
from coophost_gui.federation.rules import preset

OPENED = datetime(2026, 3, 2, 10, tzinfo=UTC)
CLOSES = OPENED + timedelta(days=14)
AFTER = CLOSES + timedelta(hours=1)
TEXT = "a" * 64
KEYS = ("in-force", "seed-2022", "consent", "weighted")


def electorate(ruleset, voters):
    return Electorate("d1", OPENED, ruleset.key, ruleset.hash, TEXT, voters)


def members(count, key="in-force"):
    """Return an electorate of *count* members that weigh the same, from m01 on."""
    ruleset = preset(key)
    names = [f"m{number:02d}" for number in range(1, count + 1)]
    return ruleset, electorate(ruleset, {name: Voter(name, name.upper()) for name in names})


def ballot(member, choice, hours=1, by="Ada", **more):
    at = OPENED + timedelta(hours=hours)
    return Ballot("d1", member, choice, by, at, **{"text_hash": TEXT} | more)


def ballots(**how_many):
    """Return so many ballots of each choice, from m01 on."""
    choices = [choice for choice, count in how_many.items() for _ in range(count)]
    return [ballot(f"m{number:02d}", choice) for number, choice in enumerate(choices, 1)]


def some_votes(dice, key):
    """Return a ruleset, an electorate and ballots, all thrown with *dice* (``random.Random``)."""
    ruleset = preset(key)
    classes = list(ruleset.classes)
    names = [f"m{number:02d}" for number in range(1, dice.randint(1, 14) + 1)]
    voters = {}
    for name in names:
        kind = dice.choice(classes) if classes else ""
        weight = ruleset.classes[kind].weight if kind else Fraction(1)
        proxy = dice.choice([*names, ""]) if dice.random() < 0.3 else ""
        voters[name] = Voter(name, name, weight, kind, proxy if proxy != name else "")
    weights = [1, 1, 1, 6][dice.randrange(4)]  # now and then, nearly all are in favour
    cast = []
    for number in range(dice.randint(0, 2 * len(names))):
        choice = dice.choice([*ruleset.choices, *["favour"] * weights])
        cast.append(
            ballot(
                dice.choice([*names, "nobody"] if dice.random() < 0.1 else names),
                choice,
                hours=dice.choice([-1, 350, number + 1, number + 1, number + 1]),
                by=dice.choice(["Ada", "Ada", "Ada", "Bea"]),
                withdrawn=dice.random() < 0.1,
                text_hash=dice.choice([TEXT, TEXT, TEXT, "", "b" * 64]),
            )
        )
    return ruleset, electorate(ruleset, voters), cast


def plain(one, cast):
    """Return an electorate and ballots as the other count wants them."""
    voters = {
        slug: {"weight": voter.weight, "proxy": voter.proxy} for slug, voter in one.voters.items()
    }
    said = [
        {
            "decision": each.decision,
            "member": each.member,
            "by": each.cast_by,
            "at": each.cast_at,
            "choice": each.choice,
            "withdrawn": each.withdrawn,
            "text": each.text_hash,
        }
        for each in cast
    ]
    return {"decision": one.decision, "opened_at": one.opened_at, "voters": voters}, said
