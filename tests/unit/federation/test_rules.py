"""Rules as data: the shipped ones, their hash, and what contradicts itself."""

from pathlib import Path

import pytest

from coophost_gui.federation.rules import (
    NoSuchSize,
    RulesContradict,
    parse_ruleset,
    preset,
    presets,
    read_ruleset,
    ruleset_hash,
    ruleset_of,
    write_ruleset,
)
from coophost_gui.kit import places

PATH = Path("ruleset.yml")
SHIPPED = places.resource("rulesets", "in-force.yml")


def test_four_are_shipped_in_three_languages():
    assert [one.key for one in presets()] == ["in-force", "consent", "seed-2022", "weighted"]
    for one in presets():
        told = [one.name, one.about, *(kind.name for kind in one.classes.values())]
        told += [need.rule.name for size in one.sizes.values() for need in size.needs]
        assert all({"en", "ca", "es"} <= set(text.others) for text in told)


def test_what_the_federation_decided():
    rules = preset("in-force")
    assert {size: one.minimum_days for size, one in rules.sizes.items()} == {
        "small": 0,
        "medium": 14,
        "large": 14,
    }
    assert rules.counted("against") == "block"
    assert rules.admission == "large"
    assert [(one.cents, one.currency, one.months) for one in rules.dues] == [
        (1000, "EUR", 1),
        (6000, "EUR", 12),
    ]
    with pytest.raises(NoSuchSize):
        rules.size("huge")


def test_the_hash_is_that_of_the_meaning(tmp_path):
    rules = preset("in-force")
    turned = dict(reversed(rules.data.items()))
    assert ruleset_hash(turned) == rules.hash
    commented = parse_ruleset("# ours\n" + SHIPPED.read_text(encoding="utf-8"), PATH)
    assert commented.hash == rules.hash
    assert ruleset_of(dict(rules.data) | {"older_text": "asks_again"}, PATH).hash != rules.hash
    write_ruleset(rules, tmp_path / "ruleset.yml")
    assert read_ruleset(tmp_path / "ruleset.yml") == rules


@pytest.mark.parametrize(
    ("written", "instead", "place"),
    [
        ("more_than: 1/2", "more_than: 0.5", "sizes: large: needs: 1"),
        ("more_than: 1/2", "more_than: 1", "sizes: large: needs: 1"),
        ("more_than: 1/2", "more_than: 1/0", "sizes: large: needs: 1"),
        ("counts_as: {against: block}", "counts_as: {}", "sizes: medium: needs: 2"),
        ("counts_as: {against: block}", "counts_as: {favour: block}", "counts_as: favour"),
        ("reason_for: [against]", "reason_for: [block]", "reason_for"),
        ("choices: [favour, against, aside]", "choices: [against, aside]", "choices"),
        ("to: large", "to: huge", "escalation: to"),
        ("admission: {size: large", "admission: {size: huge", "admission: size"),
        ("cents: 1000", "cents: 10.0", "dues: options: 1"),
        ("currency: EUR, months: 12", "currency: €, months: 12", "dues: options: 2"),
        ('at_least: 1, rule: "001"', 'at_least: 1, rule: "009"', "sizes: medium: needs: 1"),
        ("minimum_days: 0", "minimum_days: -1", "sizes: small: minimum_days"),
        ("  small:", "  tiny:", "sizes"),
        ("waiver: true", "waiver: maybe", "dues: waiver"),
        ("older_text: counts", "older_text: perhaps", "older_text"),
    ],
)
def test_what_contradicts_itself_is_refused_at_its_place(written, instead, place):
    text = SHIPPED.read_text(encoding="utf-8")
    assert written in text
    with pytest.raises(RulesContradict) as refused:
        parse_ruleset(text.replace(written, instead, 1), PATH)
    assert refused.value.facts["place"] == place


@pytest.mark.parametrize("text", ["", "sizes: 3", "rules: [1]", "choices: favour", "rules: {a: 1}"])
def test_a_file_that_is_no_ruleset_is_a_problem(text):
    with pytest.raises(RulesContradict):
        parse_ruleset(text, PATH)
