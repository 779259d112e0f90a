import string

import pytest

from coophost_gui.kit import log
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.peek import sample
from coophost_gui.recipes.secrets import (
    SecretNeed,
    SettingMissing,
    characters,
    make_secret,
    needed_secrets,
)
from coophost_gui.recipes.source import FolderTree, RecipeUnreadable
from coophost_gui.recipes.starters import starter

COMPOSE = """
version: "3.8"
services:
  app:
    image: a:1
    secrets: [one, {source: two, target: second}]
secrets:
  one: {external: true, name: "${STACK_NAME}_one_${SECRET_ONE_VERSION}"}
  two: {external: true, name: "${STACK_NAME}_two_${SECRET_TWO_VERSION:-v7}"}
  unused: {external: true, name: "${STACK_NAME}_unused_${SECRET_UNUSED_VERSION}"}
  ours: {file: ours.txt}
"""
OVERLAY = """
version: "3.8"
services:
  app:
    secrets: [unused]
"""
ENV = "SECRET_ONE_VERSION=v2 # length=12 charset=hex generate=false\n"


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "compose.yml").write_text(COMPOSE)
    (tmp_path / "compose.more.yml").write_text(OVERLAY)
    return FolderTree(tmp_path)


def need(**changes):
    return SecretNeed("a", "v1", "s_a_v1", changes.pop("length", 20), "default", True)


def test_secrets_that_services_use_are_needed_by_their_names_on_the_server(tree):
    assert needed_secrets(tree, EnvFile.parse(ENV), "wiki.example.org") == [
        SecretNeed("one", "v2", "wiki_example_org_one_v2", 12, "hex", False),
        SecretNeed("two", "v7", "wiki_example_org_two_v7", None, "default", True),
    ]


def test_an_overlay_can_need_one_more(tree):
    env = EnvFile.parse(
        f"{ENV}COMPOSE_FILE=compose.yml:compose.more.yml\nSECRET_UNUSED_VERSION=v1\nSTACK_NAME=s\n"
    )
    assert [found.remote for found in needed_secrets(tree, env, "x")] == [
        "s_one_v2",
        "s_two_v7",
        "s_unused_v1",
    ]


def test_a_missing_version_names_the_setting(tree):
    with pytest.raises(SettingMissing) as caught:
        needed_secrets(tree, EnvFile.parse(""), "wiki")
    assert caught.value.facts["key"] == "SECRET_ONE_VERSION"


def test_a_compose_file_that_is_not_there_is_said(tree):
    with pytest.raises(RecipeUnreadable):
        needed_secrets(tree, EnvFile.parse("COMPOSE_FILE=nothing.yml"), "wiki")


def test_the_starter_website_needs_its_two_database_passwords():
    tree = starter("starter-wordpress")
    found = needed_secrets(tree, sample(tree), "a.b")
    assert [(n.name, n.length, n.generate) for n in found] == [
        ("db_password", 40, True),
        ("db_root_password", 40, True),
    ]


@pytest.mark.parametrize(
    ("charset", "expected"),
    [
        ("default", string.ascii_letters + string.digits),
        ("hex", "0123456789abcdef"),
        ("safespecial", "!@#%^&*_-+="),
        ("Default,safespecial", string.ascii_letters + string.digits + "!@#%^&*_-+="),
        ("whatever", string.ascii_letters + string.digits),
        ("", string.ascii_letters + string.digits),
    ],
)
def test_charsets(charset, expected):
    assert set(characters(charset)) == set(expected)


def test_a_secret_has_the_length_that_was_asked_for_and_differs_each_time():
    one, other = make_secret(need(length=30)), make_secret(need(length=30))
    assert len(one) == len(other) == 30
    assert one != other


def test_without_a_length_it_is_words():
    words = make_secret(need(length=None)).split("-")
    assert len(words) == 8
    assert all(word.isalpha() and word.islower() for word in words)


def test_the_log_never_shows_a_secret_that_was_made():
    made = make_secret(need())
    assert made not in log.redact(f"the password is {made}.")
