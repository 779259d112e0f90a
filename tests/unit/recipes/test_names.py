import pytest

from coophost_gui.recipes.names import (
    NameHasOddCharacters,
    NameTooLong,
    NameTooLongByOne,
    check_app_name,
    stack_name,
)


@pytest.mark.parametrize(
    ("name", "stack"),
    [
        ("traefik.example.com", "traefik_example_com"),
        ("cust-e084bd.ci.commoninternet.net", "cust-e084bd_ci_commoninternet_net"),
        ("plain", "plain"),
        ("a" * 46, "a" * 45),
        (f"{'a' * 40}.example.org", f"{'a' * 40}_exam"),
    ],
)
def test_a_stack_is_called_like_its_app_without_dots_and_cut(name, stack):
    assert stack_name(name) == stack


def test_a_name_that_fits_exactly_is_fine():
    check_app_name("a" * 44, ["app", "db"], ["db_root_password_v1"], ["entrypoint_v1"])


def test_one_character_too_many_is_said_as_such():
    with pytest.raises(NameTooLongByOne) as caught:
        check_app_name("a" * 45, ["app"], ["db_root_password_v1"])
    assert caught.value.facts["too_long"] == 1
    assert "one character" in str(caught.value)


def test_the_worst_of_several_counts():
    with pytest.raises(NameTooLong) as caught:
        check_app_name("a" * 45, ["s" * 20], ["x" * 19], ["y" * 22])
    assert caught.value.facts["too_long"] == 4
    assert caught.value.facts["full"].endswith("y" * 22)


def test_characters_that_were_cut_off_count_too():
    with pytest.raises(NameTooLong) as caught:
        check_app_name("a" * 50, [], ["x" * 19])
    assert caught.value.facts["too_long"] == 6


@pytest.mark.parametrize("name", ["", "küche.org", "-a", "a b", "a/b", "a."])
def test_odd_characters_are_refused(name):
    with pytest.raises(NameHasOddCharacters):
        check_app_name(name, ["app"])


def test_a_stack_name_of_its_own_is_what_counts():
    check_app_name("a" * 80, ["app"], ["x" * 19], stack="short")
