"""What the votes say: exact at every threshold, and the same as a second count says."""

import random
import re
from dataclasses import replace

import pytest

from coophost_gui.federation.rules import preset
from coophost_gui.federation.tally import tally
from tests.independent import tally as independent
from tests.unit.federation.votes import (
    AFTER,
    CLOSES,
    KEYS,
    OPENED,
    TEXT,
    ballot,
    ballots,
    electorate,
    members,
    plain,
    some_votes,
)

CASES = 3000  # for each ruleset


def ask(ruleset, size, one, cast, now=AFTER, text=TEXT):
    return tally(ruleset, size, one, cast, now, closes_at=CLOSES, text_hash=text)


@pytest.mark.parametrize("count", range(1, 31))
def test_a_large_decision_in_force_needs_more_than_half_of_all(count):
    ruleset, one = members(count)
    enough = count // 2 + 1
    assert ask(ruleset, "large", one, ballots(favour=enough)).state == "passed"
    short = ask(ruleset, "large", one, ballots(favour=enough - 1, aside=count - enough + 1))
    assert (short.state, short.needs[0].missing) == ("stalled", 1)
    stopped = ask(ruleset, "large", one, ballots(favour=count - 1, against=1))
    assert stopped.state == "blocked"


@pytest.mark.parametrize("count", range(1, 31))
def test_a_medium_decision_in_force_needs_one_in_favour(count):
    ruleset, one = members(count)
    assert ask(ruleset, "medium", one, ballots(favour=1)).state == "passed"
    assert ask(ruleset, "medium", one, ballots(aside=count)).state == "stalled"
    assert ask(ruleset, "medium", one, ballots(against=1)).state == "blocked"


@pytest.mark.parametrize("count", range(1, 31))
def test_the_proposal_of_2022_hears_everybody(count):
    ruleset, one = members(count, "seed-2022")
    assert ask(ruleset, "large", one, ballots(aside=count)).state == "passed"
    assert ask(ruleset, "large", one, ballots(favour=1, against=count - 1)).state == "passed"
    short = ask(ruleset, "large", one, ballots(favour=count - 1))
    assert (short.state, short.needs[0].missing) == ("stalled", 1)
    assert ask(ruleset, "large", one, ballots(favour=count - 1, block=1)).state == "blocked"
    assert ask(ruleset, "medium", one, []).state == "passed"
    assert ask(ruleset, "medium", one, ballots(against=1)).state == "stalled"


@pytest.mark.parametrize("count", range(1, 31))
def test_consent_passes_unless_somebody_stops_it(count):
    ruleset, one = members(count, "consent")
    for size in ("medium", "large"):
        assert ask(ruleset, size, one, []).state == "passed"
        assert ask(ruleset, size, one, ballots(favour=count - 1, block=1)).state == "blocked"


@pytest.mark.parametrize("count", range(1, 31))
def test_weights_decide_by_more_than_half(count):
    ruleset = preset("weighted")
    kinds = ["workers", "users", "friends"]
    voters = {}
    for number, (slug, voter) in enumerate(members(count)[1].voters.items()):
        kind = kinds[number % 3]
        voters[slug] = replace(voter, weight=ruleset.classes[kind].weight, member_class=kind)
    one = electorate(ruleset, voters)
    for yes in range(count + 1):
        weight = sum(voter.weight for voter in list(voters.values())[:yes])
        found = ask(ruleset, "large", one, ballots(favour=yes))
        assert (found.state == "passed") == (2 * weight > one_weight(voters))


def one_weight(voters):
    return sum(voter.weight for voter in voters.values())


@pytest.mark.parametrize("key", KEYS)
def test_a_second_count_says_the_same_and_misses_the_same(key):
    dice = random.Random(f"tally {key}")
    for number in range(CASES):
        ruleset, one, cast = some_votes(dice, key)
        size = dice.choice(["small", "medium", "large"])
        now = dice.choice([AFTER, AFTER, CLOSES, OPENED, CLOSES.replace(day=5)])
        found = ask(ruleset, size, one, cast, now)
        other, said = plain(one, cast)
        state, counts, lacking = independent.result(
            ruleset.data, size, other, said, now, CLOSES, TEXT
        )
        assert found.state == state, number
        assert dict(found.counts) == counts, number
        assert [need.missing for need in found.needs] == lacking, number
        for need in found.needs:
            if need.missing and need.missing.denominator == 1 and need.need.kind != "at_most":
                assert str(need.missing) in re.findall(r"\d+", str(need.words)), need.words


@pytest.mark.parametrize("key", KEYS)
def test_the_order_of_ballots_and_one_more_delegate_change_nothing(key):
    dice = random.Random(f"order {key}")
    for _ in range(300):
        ruleset, one, cast = some_votes(dice, key)
        found = ask(ruleset, "large", one, cast)
        mixed = dice.sample(cast, len(cast))
        assert ask(ruleset, "large", one, mixed) == replace(
            found, outside=ask(ruleset, "large", one, mixed).outside
        )
        echoes = [replace(each, cast_by="Cleo") for each in found.voices.values()]
        again = ask(ruleset, "large", one, [*cast, *echoes])
        assert (again.counts, again.state) == (found.counts, found.state)


@pytest.mark.parametrize("key", ["in-force", "seed-2022", "consent"])
def test_a_block_always_blocks(key):
    dice = random.Random(f"block {key}")
    choice = "against" if key == "in-force" else "block"
    for _ in range(300):
        ruleset, one, cast = some_votes(dice, key)
        slug = dice.choice(list(one.voters))
        others = [each for each in cast if each.member != slug]
        found = ask(ruleset, "large", one, [*others, ballot(slug, choice)])
        assert found.state == "blocked"
        assert any(each.member == slug for each in found.concerns)


def test_what_is_missing_is_said_with_its_rule():
    ruleset, one = members(14)
    found = ask(ruleset, "large", one, ballots(favour=5), OPENED.replace(day=10))
    assert found.state == "open"
    assert str(found.explanation[0]) == (
        "Needs 3 more in favour: more than half of 14 members (resolution 001)."
    )
    assert str(found.explanation[1]) == "Nobody stops it (resolution 001)."


def test_two_delegates_who_differ_have_no_voice_until_they_agree():
    ruleset, one = members(2)
    cast = [ballot("m01", "favour"), ballot("m01", "against", by="Bea")]
    found = ask(ruleset, "medium", one, cast)
    assert [each.member for each in found.conflicts] == ["m01"]
    assert not found.voices
    agreed = ask(ruleset, "medium", one, [*cast, ballot("m01", "favour", 5, by="Bea")])
    assert agreed.counts["favour"] == 1


def test_a_vote_on_an_older_text_counts_or_is_asked_again():
    for key, counted in (("in-force", 1), ("weighted", 0)):
        ruleset, one = members(3, key)
        found = ask(ruleset, "large", one, ballots(favour=1), text="c" * 64)
        assert found.counts["favour"] == counted
        assert [each.member for each in found.older] == ["m01"]


def test_a_concern_that_was_answered_still_stops_it_and_one_taken_back_does_not():
    ruleset, one = members(3)
    answered = ballot("m01", "against", reason="It costs", answered="A grant pays")
    assert ask(ruleset, "medium", one, [answered]).state == "blocked"
    assert not ask(ruleset, "medium", one, [answered]).concerns
    back = [replace(answered, withdrawn=True), ballot("m02", "favour")]
    assert ask(ruleset, "medium", one, back).state == "passed"
