"""Words that were marked as data, as this person reads them on the screen."""

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent, QLocale

from coophost_gui.kit.languages import ENGLISH, Language, load
from coophost_gui.kit.text import N_, Amount, Day, Marked, Said, Told, Words


class _Facts(dict[str, object]):
    """A fact that nobody gave leaves a gap in its sentence; the sentence is still read."""

    def __missing__(self, name: str) -> str:
        return "…"


class _Now:
    """The language that is spoken now, and how it writes a number."""

    language: Language = ENGLISH
    point = "."


def spoken() -> str:
    """Return the code of the language that is spoken now."""
    return _Now.language.code


def speak(language: Language | str) -> None:
    """Say everything in *language* from now on, what is on the screen too."""
    _Now.language = load(language) if isinstance(language, str) else language
    code = _Now.language.code
    system = QLocale.system()
    # Somebody's own country writes dates in its own way: en_GB, es_MX.
    same = system.name().partition("_")[0] == code
    locale = system if same else QLocale(code)
    QLocale.setDefault(locale)
    _Now.point = locale.decimalPoint()
    application = QCoreApplication.instance()
    if application is not None:
        _say_what_qt_says(application, code)
        QCoreApplication.postEvent(application, QEvent(QEvent.Type.LanguageChange))


@contextmanager
def speaking(language: Language | str) -> Iterator[None]:
    """Speak *language* for a while."""
    before = _Now.language
    speak(language)
    try:
        yield
    finally:
        speak(before)


def _say_what_qt_says(application: QCoreApplication, code: str) -> None:
    """Load Qt's own words ("Copy", "Select All") too; they come with Qt."""
    before = application.property("translator")
    if before is not None:
        application.removeTranslator(before)
        application.setProperty("translator", None)
    if code == "en":
        return
    from PySide6.QtCore import QLibraryInfo, QTranslator  # English needs none

    translator = QTranslator(application)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{code}", folder):
        application.installTranslator(translator)
        application.setProperty("translator", translator)


def tr(words: Words) -> str:
    """Translate *words* and fill in their facts, which may be words themselves."""
    if isinstance(words, Told):
        return words.in_language(spoken())
    if not isinstance(words, Said):
        return _sentence(words, 0) if words else ""
    if words.counted is None:
        text = _sentence(words.text, 0)
    else:
        plural, count = words.counted
        known = plural.one in _Now.language.sentences
        form = _Now.language.plural(count) if known else 0
        text = _sentence(plural.one if known else words.text, form)
    if not words.facts:
        return text
    return text.format_map(_Facts({name: _fact(fact) for name, fact in words.facts.items()}))


def _sentence(english: str, form: int) -> str:
    forms = _Now.language.sentences.get(english)
    return forms[form] if forms else english


def _fact(fact: object) -> object:
    if isinstance(fact, Said | Marked | Told):
        return tr(fact)
    if isinstance(fact, Amount):
        return fact.replace(".", _Now.point)
    if isinstance(fact, Day):
        from PySide6.QtCore import QDate  # no first window says a day

        day = QDate(fact.date.year, fact.date.month, fact.date.day)
        return QLocale().toString(day, tr(N_("core", "d MMMM yyyy")))
    return fact
