"""The word test: short sentences and everyday words, in every language that we promise.

Outside are what stands in brackets (there the technical word has its place), what is quoted
(names of buttons, words of other programs), commands and file names, and what only the makers
of recipes read.
"""

import re
import unicodedata
from functools import cache

import pytest
from wordfreq import zipf_frequency

from coophost_gui.kit import places, po
from tests.marked import marked

LANGUAGES = ("en", "ca", "es")
MOST_WORDS = 20
RARE = 3.0  # Zipf: below it, a word is met less than once in a million words
FOR_MAKERS = ("coophost_gui/recipes/lint.py", "coophost_gui/recipes/compose/")
# Frequent enough, but words of the trade all the same.
TECHNICAL = {
    "en": "server domain certificate port docker swarm ssh dns recipe terminal fingerprint key",
    "ca": "servidor domini certificat port docker swarm ssh dns recepta terminal empremta clau",
    "es": "servidor dominio certificado puerto docker swarm ssh dns receta terminal huella llave",
}
NAMES = {"coophost", "traefik", "keygen", "aaaa", "yyyy"}  # and words of machines
# Everyday verbs of which the screens say a form that is met less often than the verb.
VERBS = {
    "en": "",
    "ca": "engegar canviar trucar comprovar provar llogar afegir rebre triar confiar apagar cuidar "
    "corregir barrejar reiniciar baixar",
    "es": "alquilar mostrar quedar añadir descargar apagar reiniciar corregir mezclar buscar",
}
WORD = re.compile(r"[^\W\d_]+(?:['’·-][^\W\d_]+)*")
OUTSIDE = re.compile(
    r"\{[^}]*\}|`[^`]*`|\([^)]*\)|“[^”]*”|«[^»]*»|\S*(?:[./~@:_]|--|\d)\S*(?=\S)\S|\S*[/~@_]\S*"
)
SENTENCE_ENDS = re.compile(r"(?<=[.!?…:])[”»*]*\s+|\n+|\s\|\s")


@cache
def texts(code):
    """Return every text of the language with where it stands: the screens, then the help."""
    found = []
    if code == "en":
        entries = marked()
    else:
        path = places.resource("translations", f"{code}.po")
        entries = po.read(path.read_text(encoding="utf-8")).entries
    for entry in entries:
        if all(where.startswith(FOR_MAKERS) for where in entry.where):
            continue
        forms = (entry.english, entry.many) if code == "en" else entry.forms
        found += [(entry.where[0], form.replace("&", "")) for form in forms]
    for page in sorted(places.resource("help", code).glob("*.md")):
        found.append((page.name, page.read_text(encoding="utf-8")))
    return found


@cache
def explained(code):
    """Return every word of the page "Our words", which explains what it says."""
    text = places.resource("help", code, "99-our-words.md").read_text(encoding="utf-8")
    return {word.casefold() for word in WORD.findall(text)}


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_sentence_is_longer_than_one_can_follow(code):
    long = []
    for where, text in texts(code):
        for sentence in SENTENCE_ENDS.split(re.sub(r"`[^`]*`|\{[^}]*\}", "X", text)):
            if len(sentence.split()) > MOST_WORDS:
                long.append((where, len(sentence.split()), sentence))
    assert long == []


@pytest.mark.parametrize("code", LANGUAGES)
def test_no_word_is_rare_unless_our_words_explain_it(code):
    rare = {}
    for where, text in texts(code):
        for word in WORD.findall(OUTSIDE.sub(" ", text)):
            parts = re.split(r"['’-]", word.casefold())
            if not all(is_plain(part, code) for part in parts):
                rare.setdefault(word, where)
    assert rare == {}


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_word_of_the_trade_that_is_used_is_explained(code):
    used = {word.casefold() for _, text in texts(code) for word in WORD.findall(text)}
    assert used & set(TECHNICAL[code].split()) - explained(code) == set()


@cache
def is_plain(part, code):
    """Say whether a word, or a form of it, is met often, or is explained, or is a name."""
    return (
        len(part) < 3
        or part in NAMES
        or part in explained(code)
        or any(zipf_frequency(form, code) >= RARE for form in forms(part, code))
    )


def forms(word, code):
    """Return *word* and the words that it may be a form of."""
    yield word
    yield from (verb for verb in VERBS[code].split() if is_form_of(word, verb))
    if code == "en":
        for end, instead in (
            ("s", ""),
            ("es", ""),
            ("ing", ""),
            ("ing", "e"),
            ("ed", ""),
            ("d", ""),
        ):
            if word.endswith(end):
                yield word[: -len(end)] + instead
        return
    plain = without_accents(word)
    yield plain
    for end in ("lo", "la", "los", "las", "le", "les", "me", "te", "nos", "s", "es"):
        if word.endswith(end) and len(word) > len(end) + 2:
            yield word[: -len(end)]
            yield plain[: -len(end)]
    if word.endswith("es"):
        yield word[:-2] + "a"


def is_form_of(word, verb):
    """Say whether *word* begins as the forms of *verb* do; before e and i some change a letter."""
    stem = without_accents(verb)[:-2]
    changed = re.sub(r"c$", "qu", re.sub(r"j$", "g", re.sub(r"g$", "gu", stem)))
    return without_accents(word).startswith((stem, changed))


def without_accents(word):
    split = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in split if not unicodedata.combining(letter))


@pytest.mark.parametrize(
    ("code", "rare", "plain"),
    [
        ("en", "idempotent", "restarting"),
        ("ca", "idempotent", "engegada"),
        ("es", "idempotente", "alquilaste"),
    ],
)
def test_a_rare_word_is_told_from_a_form_of_a_plain_one(code, rare, plain):
    assert not is_plain(rare, code)
    assert is_plain(plain, code)
