"""Every screen in another language, changed while it stands there: nothing stays English."""

import re
from datetime import date
from functools import cache

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QTextBrowser, QWidget

from coophost_gui.gui.chips import Chip
from coophost_gui.gui.help import topics
from coophost_gui.gui.labels import Label
from coophost_gui.gui.lines import LineList
from coophost_gui.gui.places.find.model import ChoiceModel
from coophost_gui.gui.saying import number, number_first
from coophost_gui.gui.words import speak, speaking, spoken, tr
from coophost_gui.kit.languages import Language, best, offered
from coophost_gui.kit.po import PLURAL_RULES
from coophost_gui.kit.store import Settings
from coophost_gui.kit.text import N_, Day, N_n, Told, said, several, size_in_words
from coophost_gui.recipes.meanings import shipped
from tests.gui import staged
from tests.gui.made_up import SEAL
from tests.gui.made_up_languages import PSEUDO
from tests.gui.screens import SCREENS

FACT = re.compile(r"[^\W_]*[aeiounAEIOUN][\w'’&-]*")
# What is no sentence of ours: names, addresses, what machines say, what people wrote.
MACHINES = re.compile(
    r"\S*(?:[./@:=~_+]|\d|--)\S*"  # addresses, numbers, files, options
    r"|SHA256|GB|MB|AAAA|⟦|⟧|•+|●+"
)


@pytest.fixture(autouse=True)
def english_again(qapp):
    yield
    speak("en")


@pytest.fixture(autouse=True)
def data_speaks_it_too(monkeypatch):
    """Give texts of data files a pseudo-translation, where they have the real ones."""

    real = Told.in_language

    def in_language(told, code):
        if code == PSEUDO.code and {"en", "ca", "es"} <= set(told.others):
            return PSEUDO.sentences.get(str(told))[0]
        return real(told, code)

    monkeypatch.setattr(Told, "in_language", in_language)


@cache
def names():
    """Return the words of everything on the screens that is a name, or data of a recipe."""
    texts = [
        "Coophost",
        "Quarter's Kitchen",
        "ada",
        "zoom",
        "Notes",
        "doorbell",
        "the Tuesday volunteers",
        *(title for title, _, _ in staged.PROPOSALS),
        *staged.OUR_MEMBERS,
        staged.SERVER,
        SEAL,
        *offered().values(),
    ]
    for meaning in shipped().values():
        texts += [meaning.name, meaning.sentence, meaning.kind, meaning.licence, meaning.recipe]
        texts += [*meaning.replaces, *(ask.label for ask in meaning.ask)]
        texts += [*meaning.not_replaces, *meaning.not_replaces.values()]
    texts += [topic.title for topic in topics()]
    texts += [QLocale("en").monthName(month) for month in range(1, 13)]
    return {word for text in texts for word in FACT.findall(text)}


def texts_of(widget):
    """Return every text that *widget* shows, or tells a screen reader."""
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    yield widget.toolTip()
    if isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    elif isinstance(widget, Label | Chip | QAbstractButton):
        yield widget.text()
    if isinstance(widget, LineList):
        yield from (line.spoken() for line in widget.lines())
    if hasattr(widget, "model") and isinstance(widget.model(), ChoiceModel):
        for choice in widget.model().choices():
            yield choice.spoken()
            yield choice.refused


def left_in_english(window, allowed):
    """Return the texts that can be seen on *window* and hold a word that is no name."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or isinstance(widget, QTextBrowser):
            continue
        for text in texts_of(widget):
            words = FACT.findall(MACHINES.sub(" ", text))
            if words := [word for word in words if word not in allowed]:
                found.append((type(widget).__name__, text, words))
    return found


@pytest.mark.parametrize("name", SCREENS)
def test_no_text_stays_in_english_when_the_language_changes(qtbot, dressed, tmp_path, name):
    allowed = names()
    window = SCREENS[name](tmp_path / "world")
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    speak(PSEUDO)
    qtbot.waitUntil(lambda: window._language == PSEUDO.code)
    try:
        assert left_in_english(window, allowed) == []
    finally:
        window.end()


def press(qtbot, window, name):
    button = next(b for b in window.findChildren(QAbstractButton, name) if b.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


@pytest.fixture
def window(qtbot, dressed, tmp_path):
    window = SCREENS["home-first-start"](tmp_path / "world")
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.end()


def test_the_first_screen_offers_the_languages_and_the_choice_is_kept(qtbot, window):
    press(qtbot, window, "language:ca")
    qtbot.waitUntil(lambda: window.side.page("home").front.headline.text() == "Com vols començar?")
    assert window.rail.help_button.text() == "Necessito ajuda"
    assert Settings.read().language == "ca"
    assert QLocale().name() == "ca_ES"
    shown = [b for b in window.findChildren(QAbstractButton, "language:ca") if b.isVisible()]
    assert [button.isChecked() for button in shown] == [True]
    press(qtbot, window, "language:en")
    qtbot.waitUntil(lambda: window.rail.help_button.text() == "I need help")
    assert Settings.read().language == "en"


def test_the_language_can_be_changed_by_the_keyboard_and_the_keyboard_stays_there(qtbot, window):
    button = next(b for b in window.findChildren(QAbstractButton, "language:es") if b.isVisible())
    button.setFocus()
    qtbot.keyClick(button, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.rail.help_button.text() == "Necesito ayuda")
    qtbot.waitUntil(lambda: window.focusWidget().objectName() == "language:es")
    assert window.focusWidget().accessibleName() == "Idioma: Castellano"


def test_the_help_corner_changes_the_language_too_and_shows_its_pages_in_it(qtbot, window):
    window.help()
    press(qtbot, window, "language:es")
    qtbot.waitUntil(
        lambda: window._over.currentWidget().headline.text() == "¿Cómo te podemos ayudar?"
    )
    window.help("the-fingerprint")
    assert window._over.currentWidget().headline.text() == "¿De verdad es tu servidor?"
    speak("ca")
    qtbot.waitUntil(
        lambda: window._over.currentWidget().headline.text() == "De debò és el teu servidor?"
    )


def test_the_answers_of_an_open_wizard_survive(qtbot, window):
    press(qtbot, window, "door:server")
    view = window.side.flow_in("servers")
    view.findChild(QLineEdit, "address").setText("kitchen.example.org")
    speak("ca")
    qtbot.waitUntil(lambda: view.stage.headline.text() == "Quin servidor és?")
    assert window.side.flow_in("servers") is view
    assert view.findChild(QLineEdit, "address").text() == "kitchen.example.org"
    assert view.stage.crumb.text().startswith("Afegeix un servidor")


@pytest.mark.parametrize(
    ("screen", "title"),
    [
        ("home-first-start", "How this works"),
        ("servers-well", "What a server of your own needs"),
        ("health-well", "When something is wrong"),
        ("wizard-add-server", "What a server of your own needs"),
        ("practice-door", "Try it out"),
    ],
)
def test_f1_opens_the_page_that_fits_the_screen(qtbot, dressed, tmp_path, screen, title):
    window = SCREENS[screen](tmp_path / "world")
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    window._help_here()
    assert window._over.currentWidget().headline.text() == title
    window.end()


def test_qt_says_its_own_words_in_the_language_too(qtbot, dressed):
    def undo():
        line = QLineEdit()
        qtbot.addWidget(line)
        menu = line.createStandardContextMenu()
        return menu.actions()[0].text().partition("\t")[0].replace("&", "")

    assert undo() == "Undo"
    speak("es")
    assert undo() == "Deshacer"
    speak("en")
    assert undo() == "Undo"


def test_the_languages_of_the_system_are_asked_in_their_order():
    assert best(["ca-ES", "es-ES"]) == "ca"
    assert best(["fr-FR", "es_MX"]) == "es"
    assert best(["fr-FR", "C"]) == "en"


def test_numbers_and_days_follow_the_language(qapp):
    day = said("{day}", day=Day(date(2027, 1, 19)))
    assert str(day) == "19 January 2027"
    size = said(N_("core", "{size} fetched."), size=size_in_words(1.9e9))
    assert (tr(size), tr(day)) == ("1.9 GB fetched.", "19 January 2027")
    with speaking("ca"):
        assert (tr(size), tr(day)) == ("1,9 GB baixats.", "19 de gener de 2027")
    with speaking("es"):
        assert (tr(size), tr(day)) == ("1,9 GB descargados.", "19 de enero de 2027")


def test_what_is_counted_takes_the_form_of_its_number(qapp):
    words = N_n("core", "{well} of {all} apps is well", "{well} of {all} apps are well")
    with speaking("ca"):
        said_so = [tr(several(n, words, well=number_first(n), all=number(3))) for n in (1, 2)]
    assert said_so == ["Una de tres aplicacions va bé", "Dues de tres aplicacions van bé"]


def test_a_language_with_other_rules_has_its_own_forms(qapp):
    french = Language("fr", {"one app": ("une", "{count} de plus")}, PLURAL_RULES["n > 1"])
    words = N_n("core", "one app", "{count} apps")
    with speaking(french):
        assert [tr(several(n, words)) for n in (0, 1, 2)] == ["une", "une", "2 de plus"]


def test_a_text_with_its_own_translations_is_read_in_the_language_that_is_spoken(qapp):
    website = Told.of({"en": "Website", "ca": "Lloc web"})
    opened = said(N_("core", "{name} is well"), name=website)
    assert tr(opened) == "Website is well"
    with speaking("ca"):
        assert (tr(website), tr(opened)) == ("Lloc web", "Lloc web va bé")
    with speaking("es"):
        assert tr(website) == "Website"
    assert spoken() == "en"
