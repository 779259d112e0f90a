"""Finding an app by the product that somebody would like to leave, and saying why there is none."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.likeness import CONTAINS, Names, Term, fuzzy, likeness, plain, term, whole
from coophost_gui.recipes.meanings import NOWHERE, Meaning, Meanings, NothingYet

if TYPE_CHECKING:
    from coophost_gui.recipes.catalogue import Entry

PRODUCT = 5  # the weight of what an app replaces
NAMED = 3  # apps that an answer names


@dataclass(frozen=True)
class Match:
    """An app that was found, and why."""

    entry: "Entry"
    meaning: Meaning | None
    because: Words = ""
    score: int = 0
    like: int = 0  # how well the words fit, whatever they fit

    @property
    def title(self) -> str:
        """Return what to call it on a screen."""
        return self.meaning.name if self.meaning else self.entry.name


def search(entries: Sequence["Entry"], names: Names, text: str, meanings: Meanings) -> list[Match]:
    """Return which of *entries* fit *text*, best first; all of them when *text* is empty.

    *names* are the words that the entries have of their own.
    """
    wanted = term(text)
    if not wanted.text:
        found = [Match(entry, meanings.get(entry.name)) for entry in entries]
        return sorted(found, key=lambda match: plain(match.title))
    known = _products(wanted, meanings)
    likely = names.like(wanted) | meanings.names.like(wanted)
    meant = meanings.by_recipe
    fit = frozenset((*likely, *known))
    pairs = [(entry, meant.get(entry.name)) for entry in entries]
    tries = [_match(likely, *pair, known) for pair in pairs if _may_match(fit, *pair)]
    found = _sort_out([match for match in tries if match is not None], known)
    return sorted(found, key=lambda match: (-match.score, plain(match.title)))


def why_nothing(entries: Sequence["Entry"], names: Names, text: str, meanings: Meanings) -> Words:
    """Say why none of *entries* does what *text* asks for; "" when one does."""
    if search(entries, names, text, meanings):
        return ""
    meant = _best(_products(term(text), meanings))
    for nothing in meanings.nothing_yet:
        if meant & {*nothing.products}:
            return _none_replaces(nothing, meanings)
    elsewhere = [m for m in meanings.values() if m.seen and meant & {*m.replaces}]
    if elsewhere:
        return _not_in_this_list(meant, elsewhere)
    for meaning in meanings.values():
        for product in sorted(meant & meaning.not_replaces.keys()):
            return _no_substitute(product, meaning)
    words = N_(
        "core",
        "Nothing yet, because we do not know “{name}”. Try the name of a product, or a single "
        "word such as files.",
    )
    return said(words, name=text.strip())


def _may_match(fit: frozenset[str], entry: "Entry", meaning: Meaning | None) -> bool:
    """Say quickly whether one of the texts that *fit* is among those of the app."""
    return not (fit.isdisjoint(entry.texts) and (not meaning or fit.isdisjoint(meaning.texts)))


def _match(
    likely: Mapping[str, int], entry: "Entry", meaning: Meaning | None, known: Mapping[str, int]
) -> Match | None:
    best = like = 0
    because: Words = ""
    for weight, name in (*meaning.terms, *entry.terms) if meaning else entry.terms:
        fits = likely.get(name.text, 0)
        if weight * fits > best:
            best, like = weight * fits, fits
    for rank, product in enumerate(meaning.replaces if meaning else ()):
        fits = known.get(product, 0)
        if fits and PRODUCT * fits - rank > best:
            best, like = PRODUCT * fits - rank, fits
            because = said(N_("core", "instead of {term}"), term=product)
    return Match(entry, meaning, because, best, like) if best else None


def _products(wanted: Term, meanings: Meanings) -> dict[str, int]:
    """Return the products that *wanted* may mean, and how well each fits."""
    found = {
        product: max(likeness(wanted, name) for name in names)
        for product, names in meanings.products.items()
    }
    return {product: like for product, like in found.items() if like}


def _meant(known: Mapping[str, int]) -> tuple[set[str], int]:
    """Return the products that fit best, and how well, when a whole name was typed."""
    best = max(known.values(), default=0)
    if not whole(best):
        return set(), 0
    return _best(known), best


def _best(known: Mapping[str, int]) -> set[str]:
    best = max(known.values(), default=0)
    return {product for product, like in known.items() if like == best}


def _sort_out(found: list[Match], known: Mapping[str, int]) -> list[Match]:
    """Leave out what only looks like the product that was typed, or is no substitute for it."""
    meant, like = _meant(known)
    nearest = max(known.values(), default=0)
    replaced = any(_replaces(match, meant) for match in found)

    def stays(match: Match) -> bool:
        if _replaces(match, meant) or match.like > max(like, CONTAINS):
            return True
        if match.meaning and meant & match.meaning.not_replaces.keys():
            return False
        guessed = fuzzy(match.like) and match.like < nearest
        return not guessed and (replaced or match.like > like)

    return [match for match in found if stays(match)]


def _replaces(match: Match, products: set[str]) -> bool:
    return match.meaning is not None and bool(products & {*match.meaning.replaces})


def _none_replaces(nothing: NothingYet, meanings: Meanings) -> Words:
    near = [meanings[recipe].name for recipe in nothing.near if recipe in meanings]
    if not near:
        return said(N_("core", "Nothing yet, because {reason}."), reason=nothing.because)
    return said(
        N_("core", "Nothing yet, because {reason}. What comes nearest: {apps}."),
        reason=nothing.because,
        apps=", ".join(near),
    )


def _not_in_this_list(meant: set[str], elsewhere: Sequence[Meaning]) -> Words:
    products = {*meant}
    best = sorted(elsewhere, key=lambda m: (m.seen == NOWHERE, _rank(m, products), m.name))
    surely = [m for m in best if m.seen != NOWHERE]
    words = N_(
        "core",
        "Nothing yet, because the list on this computer has no app instead of {product}. "
        "The common list is said to have {apps}: look for news.",
    )
    if not surely:
        words = N_(
            "core",
            "Nothing yet, because no list that we saw has an app instead of {product}. "
            "{apps} would do it, and nobody wrote a recipe that we know of.",
        )
    names = list(dict.fromkeys(m.name for m in surely or best))
    return said(words, product=min(meant), apps=", ".join(names[:NAMED]))


def _no_substitute(product: str, meaning: Meaning) -> Words:
    words = N_(
        "core",
        "Nothing yet, because no app that we know replaces {product}. {app} does not: {reason}.",
    )
    reason = meaning.not_replaces[product]
    return said(words, product=product, app=meaning.name, reason=reason)


def _rank(meaning: Meaning, products: set[str]) -> int:
    return min(i for i, product in enumerate(meaning.replaces) if product in products)
