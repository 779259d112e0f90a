import pytest

from coophost_gui.recipes.versions import Version, change, newer, newest_first


def test_versions_are_sorted_by_the_recipes_number_then_by_the_apps():
    tags = ["1.0.0+6.9", "1.0.0+6.10", "0.9.0+7", "10.0.0+1", "2.0.0-rc1+1", "2.0.0+1", "v1.2+x"]
    assert newest_first(tags) == [
        "10.0.0+1",
        "2.0.0+1",
        "2.0.0-rc1+1",
        "v1.2+x",
        "1.0.0+6.10",
        "1.0.0+6.9",
        "0.9.0+7",
    ]


@pytest.mark.parametrize("tag", ["", "main", "release-1", "1.0.0.0.0+1", "+1"])
def test_other_tags_are_passed_over(tag):
    assert Version.parse(tag) is None
    assert newest_first([tag, "1.0.0+1"]) == ["1.0.0+1"]


def test_newer_ones_are_those_behind():
    assert newer(["1.0.0+1", "1.1.0+1", "2.0.0+2"], "1.0.0+1") == ["2.0.0+2", "1.1.0+1"]
    assert newer(["1.0.0+1"], "nonsense") == []


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("1.0.0+1", "2.0.0+1", "major"),
        ("1.0.0+1", "1.1.0+9", "minor"),
        ("1.0.0+1", "1.0.1+1", "patch"),
        ("1.0.0+1", "1.0.0+2", "patch"),
        ("1.0.0+1", "1.0.0+1", "same"),
        ("1.1.0+1", "1.0.0+1", "back"),
        ("what", "1.0.0+1", "major"),
    ],
)
def test_the_kind_of_change(old, new, kind):
    assert change(old, new) == kind
