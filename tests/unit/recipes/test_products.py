"""People type the product that they know; ``products.yml`` was written before the meanings."""

import json
from pathlib import Path

import pytest
import yaml

from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.meanings import KINDS, parse, shipped

PRODUCTS = yaml.safe_load(Path(__file__).with_name("products.yml").read_text())
NOTHING = "Nothing yet, because"
LANGUAGES = ("en", "ca", "es")


@pytest.fixture(scope="module")
def everything():
    """The starters and every recipe of the federation whose name was seen somewhere."""
    names = [name for name, meaning in shipped().items() if meaning.seen not in ("", "nowhere")]
    theirs = Catalogue.parse(json.dumps({name: {} for name in names}).encode())
    return Catalogue((*Catalogue.shipped().entries, *theirs.entries))


def answered(catalogue, row, typed):
    """Say whether the first hit is right, or it is said that there is nothing."""
    found = catalogue.search(typed, shipped())
    if not row["right"]:
        return not found and str(catalogue.why_nothing(typed, shipped())).startswith(NOTHING)
    return bool(found) and found[0].entry.name.removeprefix("starter-") in row["right"]


def test_there_are_fifty_and_some_of_them_nothing_replaces():
    assert len(PRODUCTS) == 50
    assert 5 <= sum(not row["right"] for row in PRODUCTS) <= 10


@pytest.mark.parametrize("how", [*LANGUAGES, "wrong"])
def test_the_right_app_comes_first_for_at_least_48_of_50(everything, how):
    missed = [row[how] for row in PRODUCTS if not answered(everything, row, row[how])]
    assert len(missed) <= 2, missed


def test_with_the_starters_alone_nothing_wrong_comes_first():
    """What the short list does not have is said, and never something else instead."""
    ours = Catalogue.shipped()
    for row in PRODUCTS:
        for how in LANGUAGES:
            found = ours.search(row[how], shipped())
            if found and row["right"]:
                assert found[0].entry.name.removeprefix("starter-") in row["right"], row[how]
            else:
                assert not found, row[how]
                assert str(ours.why_nothing(row[how], shipped())).startswith(NOTHING), row[how]


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("PayPal", "moving money between people needs a bank behind it."),
        ("Spotify", "What comes nearest: Funkwhale, Navidrome."),
        ("Zoom", "The common list is said to have Jitsi Meet: look for news."),
        ("whatsap", "The common list is said to have Matrix, Snikket: look for news."),
        ("Google My Maps", "uMap would do it, and nobody wrote a recipe that we know of."),
        ("Google Ads", "Matomo does not: it places no advertising."),
        ("xyzzy", "we do not know “xyzzy”."),
    ],
)
def test_nothing_yet_says_why(typed, answer):
    ours = Catalogue.shipped()
    words = str(ours.why_nothing(typed, shipped()))
    assert words.startswith(NOTHING)
    assert answer in words


def test_where_there_is_something_nothing_is_said():
    assert Catalogue.shipped().why_nothing("Google Drive", shipped()) == ""


def test_the_answer_comes_in_the_language_of_the_meanings():
    words = Catalogue.shipped().why_nothing("Bizum", shipped("ca"))
    assert words.facts["reason"] == "per moure diners entre persones cal un banc al darrere"


def test_what_is_typed_letter_by_letter_keeps_the_app_in_sight(everything):
    for end in range(3, len("google photos") + 1):
        names = [m.entry.name for m in everything.search("google photos"[:end], shipped())]
        assert "immich" in names


def test_at_least_sixty_recipes_of_the_federation_mean_something():
    theirs = {name: m for name, m in shipped().items() if not name.startswith("starter-")}
    assert sum(meaning.seen != "nowhere" for meaning in theirs.values()) >= 60
    assert all(meaning.seen in ("catalogue", "pages", "nowhere") for meaning in theirs.values())
    assert {m.seen for name, m in shipped().items() if name.startswith("starter-")} == {""}


@pytest.mark.parametrize("meaning", shipped().values(), ids=lambda meaning: meaning.recipe)
def test_every_meaning_is_whole(meaning):
    spoken = [shipped(language)[meaning.recipe] for language in LANGUAGES]
    assert len({m.sentence for m in spoken}) == 3
    assert all(2 < len(m.sentence.split()) <= 20 for m in spoken)
    assert all((meaning.licence, meaning.name, meaning.also))
    assert meaning.kind in KINDS
    if meaning.kind != "For the server":
        assert meaning.replaces or meaning.not_replaces
        assert all(set(m.not_replaces) == set(meaning.not_replaces) for m in spoken)
    assert not {*meaning.replaces} & {*meaning.not_replaces}
    assert bool(meaning.memory_mb) == bool(meaning.memory_source) == bool(meaning.memory_date)
    if meaning.seen:
        assert not meaning.for_real, "only our own recipes were ever run"
        assert meaning.sign_in.kind != "secret", "nobody knows what theirs is called"


def test_a_product_that_nothing_replaces_is_replaced_by_nothing():
    nothing = {product for row in shipped().nothing_yet for product in row.products}
    assert not nothing & {product for m in shipped().values() for product in m.replaces}
    assert all(recipe in shipped() for row in shipped().nothing_yet for recipe in row.near)
    assert set(shipped().called) <= set(shipped().products)


def test_what_has_no_words_in_a_language_is_read_in_english():
    book = b"recipes: {x: {name: X, sentence: {en: So, ca: S\xc3\xad}, licence: MIT}}"
    assert parse(book, "ca")["x"].sentence == "Sí"
    assert parse(book, "es")["x"].sentence == "So"


def test_a_licence_that_keeps_rights_back_is_not_called_free():
    assert shipped()["vikunja"].free
    assert not shipped()["outline"].free
