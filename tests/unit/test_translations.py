"""The languages that we promise are complete, and say what the English says."""

import re

import pytest

from coophost_gui.kit import languages, places, po
from coophost_gui.kit.po import Catalogue, Entry
from tests.marked import marked

PROMISED = ("ca", "es")
HELP = places.resource("help", "en")
MADE = "run: make translations"


@pytest.fixture(scope="module")
def said():
    return {entry.english: entry for entry in marked()}


@pytest.fixture(scope="module", params=PROMISED)
def catalogue(request):
    path = places.resource("translations", f"{request.param}.po")
    return po.read(path.read_text(encoding="utf-8"))


def test_what_we_promise_is_offered():
    assert tuple(languages.offered()) == ("en", *PROMISED)


def test_no_sentence_is_missing_and_none_is_left_over(said, catalogue):
    there = {entry.english for entry in catalogue.entries}
    assert said.keys() - there == set(), MADE
    assert there - said.keys() == set(), MADE
    assert [entry.english for entry in catalogue.entries if not entry.done] == [], MADE


def test_a_language_that_is_not_complete_does_not_say_so(said):
    for path in places.resource("translations").glob("*.po"):
        found = po.read(path.read_text(encoding="utf-8"))
        whole = {entry.english for entry in found.entries if entry.done} == said.keys()
        assert found.header[languages.COMPLETE] == ("yes" if whole else "no"), MADE


def test_translations_have_the_facts_and_the_forms_of_the_english(said, catalogue):
    assert [entry.english for entry in catalogue.entries if not entry.fits()] == []
    for entry in catalogue.entries:
        assert entry.many == said[entry.english].many
        assert len(entry.forms) == (2 if entry.many else 1)


def test_translations_keep_the_letter_that_presses_a_button(catalogue):
    letter = re.compile(r"&[^\W\d_]")
    for entry in catalogue.entries:
        for form in entry.forms:
            assert len(letter.findall(form)) == len(letter.findall(entry.english)), form


def test_translations_end_as_the_english_does(catalogue):
    for entry in catalogue.entries:
        for form in entry.forms:
            for end in (".", "?", ":", "…", "!"):
                assert form.endswith(end) == entry.english.endswith(end), form


def test_the_files_are_written_as_our_own_command_writes_them(catalogue):
    path = places.resource("translations", f"{catalogue.header['Language']}.po")
    assert po.write(catalogue) == path.read_text(encoding="utf-8"), MADE


@pytest.mark.parametrize("code", PROMISED)
@pytest.mark.parametrize("page", sorted(path.name for path in HELP.glob("*.md")))
def test_every_help_page_is_there_with_the_same_parts(code, page):
    """Headings, points of lists and rows of tables are as many in each language."""

    def shape(text):
        return [re.match(r"[#>|*-]*|\d\.", line)[0] for line in text.splitlines() if line.strip()]

    english = (HELP / page).read_text(encoding="utf-8")
    there = places.resource("help", code, page).read_text(encoding="utf-8")
    assert shape(there) == shape(english)


@pytest.mark.parametrize(
    ("english", "many", "forms", "fits"),
    [
        ("{name} is well", "", ("{name} va bé",), True),
        ("{name} is well", "", ("{nom} va bé",), False),
        ("{name} is well", "", ("va bé",), False),
        ("All is well", "", ("{name} va bé",), False),
        ("{name} is well", "", ("{name va bé",), False),
        ("one app", "{count} apps", ("una", "{count}"), True),
        ("one app of {name}", "{count} apps of {name}", ("una", "{count}"), False),
    ],
)
def test_a_translation_with_other_facts_does_not_fit(english, many, forms, fits):
    assert Entry(english, many, forms).fits() == fits


def test_a_translation_that_does_not_fit_is_not_shown(tmp_path, monkeypatch):
    entries = [Entry("{name} is well", "", ("{nom} va bé",)), Entry("Well", "", ("Bé",))]
    head = {"Plural-Forms": "nplurals=2; plural=(n != 1);", "X-Complete": "yes", "X-Name": "X"}
    (tmp_path / "xx.po").write_text(po.write(Catalogue(head, entries)), encoding="utf-8")
    monkeypatch.setattr(places, "resource", lambda *parts: tmp_path.joinpath(*parts[1:]))
    languages.offered.cache_clear()
    assert languages.load("xx").sentences == {"Well": ("Bé",)}
    assert languages.offered() == {"en": "English", "xx": "X"}
    languages.offered.cache_clear()


def test_what_is_written_is_read_as_it_was():
    entries = [
        Entry('“{a}” and "b" \\ {x}', "", ("c\nd\t",), ("one.py", "two.py"), notes=("# note",)),
        Entry("one", "{count} of them", ("un", "{count}"), unsure=True),
        Entry("not yet"),
    ]
    text = po.write(Catalogue({"Language": "xx"}, entries))
    again = po.read(text)
    assert again.header == {"Language": "xx"}
    assert again.entries[:2] == entries[:2]
    assert not again.entries[2].done
    assert po.write(again) == text
