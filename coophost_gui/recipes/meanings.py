"""What a recipe means to a person who knows product names: ``recipes_cache/meanings.yml``."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import Any, Literal

import yaml

from coophost_gui.kit import places
from coophost_gui.kit.text import N_, Told
from coophost_gui.recipes.likeness import Names, Term, Terms, term

NEVER, STAND_IN, UPSTREAM = "never", "stand-in", "upstream"
IN_CATALOGUE, ON_PAGES, NOWHERE = "catalogue", "pages", "nowhere"
ENGLISH = "en"
TEXTS = ("kind", "sign", "licence", "seen", "ran")
# Licences of apps whose code can be read but whose authors keep rights that free software gives.
NOT_FREE = ("BUSL-1.1", "Elastic-2.0")
KINDS = (
    N_("core", "Website"),
    N_("core", "Files"),
    N_("core", "Working together"),
    N_("core", "Calendar and events"),
    N_("core", "Talking"),
    N_("core", "Forms"),
    N_("core", "Social network"),
    N_("core", "Music and video"),
    N_("core", "Passwords"),
    N_("core", "Reading"),
    N_("core", "Members and money"),
    N_("core", "For technical people"),
    N_("core", "For the server"),
)


# The one in C, where PyYAML has it: ten times as fast, and the first screen waits for it.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True)
class SignIn:
    """How somebody gets in for the first time.

    ``secret``: with the name in *user* (a setting of the app when it is one, else the name
    itself) and the secret called *secret*.  ``installer``: the first who opens *path* sets it
    up; until then *claimed_when* leads there, afterwards it does not ("": nobody can tell).
    """

    kind: Literal["secret", "installer", "none"] = "none"
    secret: str = ""
    user: str = ""
    path: str = ""
    claimed_when: str = ""


@dataclass(frozen=True)
class Ask:
    """A setting worth a question, in everyday words."""

    key: str
    label: str
    help: str = ""
    default: str = ""  # "" = what the recipe's example says


@dataclass(frozen=True)
class Meaning:
    """One recipe in everyday words; all of it was checked, or is left out."""

    recipe: str
    name: str
    sentence: str = ""
    kind: str = ""
    sign: str = "apps"
    licence: str = ""
    replaces: tuple[str, ...] = ()  # what it does best first
    not_replaces: Mapping[str, str] = field(default_factory=dict)  # product -> why not
    also: tuple[str, ...] = ()
    seen: str = ""  # where the name was seen; "" for our own
    sign_in: SignIn = field(default_factory=SignIn)
    memory_mb: int | None = None
    memory_source: str = ""
    memory_date: date | None = None
    ran: str = NEVER
    ask: tuple[Ask, ...] = ()

    @cached_property
    def terms(self) -> Terms:
        """Return the words by which it is found, and how much each counts."""
        also = (term(name) for name in self.also)
        named = ((5, term(self.name)), *((4, name) for name in also))
        return (*named, (3, term(self.kind)), (2, term(self.sentence)))

    @cached_property
    def texts(self) -> frozenset[str]:
        """Return the texts of ``terms``, and the products that it replaces."""
        return frozenset((*(word.text for _, word in self.terms), *self.replaces))

    @property
    def for_real(self) -> bool:
        """Say whether we ever ran it; what we never ran is offered in practice only."""
        return self.ran != NEVER

    @property
    def free(self) -> bool:
        """Say whether its licence is known to be one of free software."""
        return bool(self.licence) and self.licence not in NOT_FREE


@dataclass(frozen=True)
class NothingYet:
    """Products that no recipe replaces."""

    products: tuple[str, ...]
    because: str
    near: tuple[str, ...] = ()  # recipes that come nearest


@dataclass(frozen=True, eq=False)
class Meanings(Mapping[str, Meaning]):
    """The meanings by recipe, and what is known of products, in one language."""

    by_recipe: Mapping[str, Meaning]
    called: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # other names of products
    nothing_yet: tuple[NothingYet, ...] = ()

    def __getitem__(self, recipe: str) -> Meaning:
        return self.by_recipe[recipe]

    def __iter__(self) -> Iterator[str]:
        return iter(self.by_recipe)

    def __len__(self) -> int:
        return len(self.by_recipe)

    @cached_property
    def names(self) -> Names:
        """Return the words by which the recipes are found, ready to be searched."""
        return Names(name for meaning in self.by_recipe.values() for _, name in meaning.terms)

    @cached_property
    def products(self) -> Mapping[str, tuple[Term, ...]]:
        """Return every product that is known, with all its names."""
        found: dict[str, None] = {}
        for meaning in self.by_recipe.values():
            found |= dict.fromkeys((*meaning.replaces, *meaning.not_replaces))
        for nothing in self.nothing_yet:
            found |= dict.fromkeys(nothing.products)
        return {
            product: tuple(term(name) for name in (product, *self.called.get(product, ())))
            for product in found
        }


@cache
def shipped(language: str = ENGLISH) -> Meanings:
    """Return the meanings that come with the program, in *language* as far as it goes."""
    return parse(places.shipped_recipes("meanings.yml").read_bytes(), language)


def parse(data: bytes, language: str = ENGLISH) -> Meanings:
    """Read ``meanings.yml``; what has no words in *language* is read in English."""
    found = yaml.load(data, Loader=_LOADER)
    reasons = {key: _in(text, language) for key, text in found.get("reasons", {}).items()}
    return Meanings(
        {
            recipe: _meaning(recipe, values, reasons, language)
            for recipe, values in found["recipes"].items()
        },
        {product: tuple(names) for product, names in found.get("called", {}).items()},
        tuple(
            NothingYet(
                tuple(values["products"]),
                _in(values["because"], language),
                tuple(values.get("near", ())),
            )
            for values in found.get("nothing_yet", ())
        ),
    )


def _meaning(
    recipe: str, values: Mapping[str, Any], reasons: Mapping[str, str], language: str
) -> Meaning:
    memory = values.get("memory") or {}
    texts = {
        key: values[key] for key in ("kind", "sign", "licence", "seen", "ran") if key in values
    }
    return Meaning(
        recipe=recipe,
        name=_in(values["name"], language),
        sentence=_in(values["sentence"], language),
        sign_in=SignIn(**values.get("sign_in", {})),
        memory_mb=memory.get("mb"),
        memory_source=memory.get("source", ""),
        memory_date=memory.get("date"),
        ask=tuple(_ask(question, language) for question in values.get("ask", ())),
        replaces=tuple(values.get("replaces", ())),
        not_replaces={
            product: reasons[why] for product, why in values.get("not_replaces", {}).items()
        },
        also=tuple(values.get("also", ())),
        **texts,
    )


def _ask(question: Mapping[str, Any], language: str) -> Ask:
    return Ask(**{key: _in(value, language) for key, value in question.items()})


def _in(text: str | Mapping[str, str], language: str) -> str:
    """Return *text* in *language*; a text that is the same in all of them stands alone."""
    if isinstance(text, str):
        return text
    # The screen reads the person's language out of what stands in English everywhere else.
    return Told.of(text) if language == ENGLISH else text.get(language) or text[ENGLISH]
