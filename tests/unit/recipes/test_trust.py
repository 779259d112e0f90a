import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.trust import trust

FULL = {
    "features": {
        "status": 5,
        "backups": "Yes",
        "email": "Yes",
        "healthcheck": "Yes",
        "tests": "2",
        "sso": "3 (OAuth)",
        "image": {"image": "x", "rating": "4", "source": "upstream", "url": ""},
    },
    "versions": [{"1.0.0+2": {"app": {"image": "x/y", "tag": "2.1"}}}],
}


def of(meta):
    [entry] = Catalogue.parse(json.dumps({"x": meta}).encode()).entries
    return trust(entry)


def without(*path):
    meta = json.loads(json.dumps(FULL))
    inner = meta
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return meta


def with_feature(key, value):
    return FULL | {"features": FULL["features"] | {key: value}}


def test_a_recipe_that_has_everything_loses_nothing():
    found = of(FULL)
    assert (found.points, found.most, found.lost, found.level) == (12, 12, (), "good")
    assert str(found.words) == "well looked after (12 of 12)"


def test_a_recipe_that_says_nothing_has_nothing_and_each_gap_is_said():
    found = of({})
    assert (found.points, found.level) == (0, "low")
    assert sum(points for points, _ in found.lost) == found.most == 12
    assert len(found.lost) == 8
    assert all("not say" in str(why) for _, why in found.lost)


@pytest.mark.parametrize(
    ("key", "value", "points", "said"),
    [
        ("status", 0, 7, "0 of 5 finished"),
        ("status", "3, alpha", 10, "3 of 5 finished"),
        ("status", 99, 12, None),
        ("status", -1, 7, "do not say how finished"),
        ("status", "❶💚", 7, "do not say how finished"),
        ("status", True, 7, "do not say how finished"),
        ("backups", "No", 11, "are not made by themselves"),
        ("backups", "?", 11, "does not say whether copies"),
        ("backups", None, 11, "does not say whether copies"),
        ("backups", ["Yes"], 11, "does not say whether copies"),
        ("email", "N/A", 12, None),
        ("email", "❌", 11, "cannot send mail"),
        ("tests", 0, 11, "Nobody tests it"),
        ("tests", "❷💛", 12, None),
        ("sso", "No", 11, "one name and password"),
        ("healthcheck", "nothing yet", 11, "does not say"),
        ("image", {"source": "own"}, 11, "packed by others"),
        ("image", "x", 11, "does not say who packs"),
    ],
)
def test_what_is_lost_and_why(key, value, points, said):
    found = of(with_feature(key, value))
    assert found.points == points
    assert [said in str(why) for _, why in found.lost] == ([True] if said else [])


@pytest.mark.parametrize(
    ("tag", "points"),
    [("2.1", 12), ("latest", 11), ("", 11), ("main-alpine", 11), ("1.4-alpine", 12)],
)
def test_versions_that_are_not_fixed_are_told(tag, points):
    services = {"app": {"image": "registry:5000/x", "tag": tag}}
    assert of(FULL | {"versions": [{"1.0.0+1": services}]}).points == points


VALUES = st.one_of(
    st.none(),
    st.sampled_from(["Yes", "No", "N/A", "3", ""]),
    st.integers(-3, 9),
    st.text(max_size=4),
)


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.sampled_from(sorted(FULL["features"])), VALUES), st.data())
def test_missing_data_never_raise_it_and_the_sum_is_always_explained(features, data):
    meta = {"features": features, "versions": FULL["versions"]}
    found = of(meta)
    assert found.points + sum(points for points, _ in found.lost) == found.most == 12
    assert all(str(why) for _, why in found.lost)
    if features:
        gone = data.draw(st.sampled_from(sorted(features)))
        fewer = {key: value for key, value in features.items() if key != gone}
        assert of(meta | {"features": fewer}).points <= found.points
    assert of({"features": features}).points <= found.points


def test_leaving_out_the_versions_or_the_features_costs():
    assert of(without("versions")).points == 11
    assert of(without("features", "image")).points == 11
    assert of(without("features")).points == 1


def test_our_own_starters_are_measured_by_the_same_rule():
    found = {entry.name: trust(entry) for entry in Catalogue.shipped().entries}
    assert found["starter-wordpress"].level == "fair"
    assert found["starter-nextcloud"].points < found["starter-wordpress"].points
