import json
import subprocess
import sys
import time
from datetime import UTC, datetime

import pytest

from coophost_gui.kit import places
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.catalogue import Catalogue, CatalogueUnreadable
from coophost_gui.recipes.likeness import likeness, term
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.starters import as_catalogue

ODD = {
    "wordpress": {
        "category": "Apps",
        "default_branch": "main",
        "description": "A website",
        "features": {"status": 4, "backups": "Yes", "image": {"image": "wordpress"}},
        "icon": "",
        "name": "wordpress",
        "repository": "https://git.example.org/coop-cloud/wordpress.git",
        "ssh_url": "ssh://git@git.example.org:2222/coop-cloud/wordpress.git",
        "versions": [
            {"1.0.0+5": {"app": {"image": "wordpress", "tag": "5", "digest": "ab"}}},
            {"2.0.0+6": {"app": {"image": "wordpress", "tag": "6"}, "db": None}},
        ],
        "website": "https://wordpress.org",
        "something_new": [1],
    },
    "bare": {},
    "nulls": {"versions": None, "features": None, "description": None, "category": 3},
    "texts": {"features": {"status": "3, alpha"}, "versions": ["1.0.0+1", {"1.1.0+1": None}]},
    "broken": None,
}


def parsed():
    return Catalogue.parse(json.dumps(ODD).encode())


def test_a_full_entry_is_read():
    entry = parsed().get("wordpress")
    assert entry.versions == ("1.0.0+5", "2.0.0+6")
    assert entry.latest == "2.0.0+6"
    assert entry.images == {"app": "wordpress:6", "db": ""}
    assert (entry.status, entry.category, entry.starter) == (4, "Apps", False)
    assert entry.repository.endswith("wordpress.git")


def test_what_is_missing_null_or_unknown_does_not_matter():
    found = parsed()
    assert [entry.name for entry in found.entries] == ["bare", "nulls", "texts", "wordpress"]
    assert found.get("nulls").versions == ()
    assert found.get("nulls").status is None
    assert found.get("texts").status == 3
    assert found.get("texts").versions == ("1.1.0+1",)


def test_the_shipped_list_is_exactly_our_starter_recipes():
    written = json.loads(places.shipped_recipes("catalogue.json").read_text())
    assert written == as_catalogue()
    found = Catalogue.shipped()
    assert all(entry.starter and entry.name.startswith("starter-") for entry in found.entries)
    assert found.date.tzinfo is UTC


def test_abras_list_is_used_when_there_is_one_and_the_starters_stay(tmp_path):
    abra = AbraFolder(tmp_path)
    assert Catalogue.find(abra).get("wordpress") is None
    abra.catalogue_file().parent.mkdir(parents=True)
    abra.catalogue_file().write_text(json.dumps(ODD))
    found = Catalogue.find(abra)
    assert found.get("wordpress").repository
    assert found.get("starter-wordpress").starter
    assert (datetime.now(UTC) - found.date).total_seconds() < 60


def test_a_starter_that_abras_list_has_is_theirs_to_clone(tmp_path):
    abra = AbraFolder(tmp_path)
    abra.catalogue_file().parent.mkdir(parents=True)
    theirs = {"starter-wordpress": {"repository": "https://git.example.org/x.git"}}
    abra.catalogue_file().write_text(json.dumps(theirs))
    entry = Catalogue.find(abra).get("starter-wordpress")
    assert (entry.starter, entry.repository) == (False, "https://git.example.org/x.git")


@pytest.mark.parametrize("content", [b"", b"{", b"3", b"\xff\xfe"])
def test_a_broken_list_is_said(tmp_path, content):
    abra = AbraFolder(tmp_path)
    abra.catalogue_file().parent.mkdir(parents=True)
    abra.catalogue_file().write_bytes(content)
    with pytest.raises(CatalogueUnreadable):
        Catalogue.find(abra)


@pytest.mark.parametrize(
    ("typed", "recipe"),
    [
        ("Google Drive", "starter-nextcloud"),
        ("google drive", "starter-nextcloud"),
        ("gogle driv", "starter-nextcloud"),
        ("gdrive google", "starter-nextcloud"),
        ("dropbox", "starter-nextcloud"),
        ("one drive", "starter-nextcloud"),
        ("calendar", "starter-radicale"),
        ("calendari", "starter-radicale"),
        ("WordPress.com", "starter-wordpress"),
        ("wordpress", "starter-wordpress"),
        ("wordpres", "starter-wordpress"),
        ("Blogger", "starter-wordpress"),
        ("bloger", "starter-wordpress"),
        ("pagina web", "starter-wordpress"),
        ("PÀGINA WEB", "starter-wordpress"),
        ("starter-gateway", "starter-gateway"),
        ("Gmail", None),
        ("Google Docs", "starter-hedgedoc"),
        ("Shopify", None),
        ("xyzzy", None),
        ("¿?", None),
    ],
)
def test_searching_by_what_people_type(typed, recipe):
    found = Catalogue.shipped().search(typed, shipped())
    if typed == "¿?":
        assert len(found) == 8  # nothing to search for: everything
    else:
        assert [match.entry.name for match in found][:1] == ([recipe] if recipe else [])


def test_a_product_says_what_it_is_found_instead_of():
    match = Catalogue.shipped().search("google drive", shipped())[0]
    assert str(match.because) == "instead of Google Drive"
    assert match.title == "Files, calendar and contacts"


def test_a_recipe_of_the_federation_is_found_by_products_but_nothing_is_claimed_of_it():
    match = parsed().search("Blogger", shipped())[0]
    assert match.entry.name == "wordpress"
    assert not match.meaning.for_real
    assert match.meaning.ask == ()
    assert match.meaning.sign_in.kind == "installer"  # WordPress's own, whoever made the recipe
    assert shipped()["nextcloud"].sign_in.kind == "none"


def test_recipes_without_a_meaning_are_found_by_their_own_words():
    assert [m.entry.name for m in parsed().search("texts", shipped())] == ["texts"]
    assert parsed().search("texts", shipped())[0].title == "texts"


def test_two_hundred_and_fifty_recipes_are_searched_between_two_keystrokes():
    words = "A description of this thing with several more or less telling words, number"
    many = {f"recipe-{i}": {"description": f"{words} {i}", "category": "Apps"} for i in range(250)}
    found = Catalogue.parse(json.dumps(many).encode())
    began = time.process_time()  # what others do on this machine meanwhile is not counted
    found.search("google drive", shipped())
    assert time.process_time() - began < 0.3  # a hundredth on an idle machine


def test_the_recipe_layer_loads_neither_git_nor_the_network():
    code = (
        "import importlib, pkgutil, sys, coophost_gui.recipes as room\n"
        "for m in pkgutil.iter_modules(room.__path__):\n"
        "    importlib.import_module(f'{room.__name__}.{m.name}')\n"
        "sys.exit(', '.join({'dulwich', 'dns', 'urllib3', 'requests', 'ssl'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stderr.strip() == ""


def test_all_names_at_once_say_what_each_says_by_itself():
    meanings = shipped()
    names = [name for meaning in meanings.values() for _, name in meaning.terms]
    typed = ("google drive", "zom", "files and calendar", "nexcloud", "Pass words", "doodel", "a")
    for text in [one[:end] for one in typed for end in range(1, len(one) + 1)]:
        wanted = term(text)
        alone = {name.text: fits for name in names if (fits := likeness(wanted, name))}
        assert meanings.names.like(wanted) == alone, text
