"""What a recipe means to a person who knows product names: ``recipes_cache/meanings.yml``."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from typing import Any, Literal

import yaml

from coophost_gui.kit import places

NEVER, STAND_IN, UPSTREAM = "never", "stand-in", "upstream"
TEXTS = ("sentence", "kind", "sign", "licence", "ran")


@dataclass(frozen=True)
class SignIn:
    """How somebody gets in for the first time.

    ``secret``: with the name in *user* (a setting of the app when it is one, else the name
    itself) and the secret called *secret*.  ``installer``: the first who opens *path* sets it
    up; until then *claimed_when* leads there, afterwards it does not.
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
    replaces: tuple[str, ...] = ()
    not_replaces: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    sign_in: SignIn = field(default_factory=SignIn)
    memory_mb: int | None = None
    memory_source: str = ""
    memory_date: date | None = None
    ran: str = NEVER
    ask: tuple[Ask, ...] = ()

    @property
    def for_real(self) -> bool:
        """Say whether we ever ran it; what we never ran is offered in practice only."""
        return self.ran != NEVER


@cache
def shipped() -> Mapping[str, Meaning]:
    """Return the meanings that come with the program, by recipe."""
    return parse(places.shipped_recipes("meanings.yml").read_bytes())


def parse(data: bytes) -> dict[str, Meaning]:
    """Read ``meanings.yml``.

    A recipe that is ``like`` one of ours gets its words, but nothing that we know only of
    ours: the secret one signs in with, what it needs, whether it ran.  An installer is the
    app's own, whoever wrote the recipe, and whether it waits is seen at the address.
    """
    found: dict[str, Meaning] = {}
    alike: dict[str, Meaning] = {}
    for recipe, values in yaml.safe_load(data).items():
        meaning = found[recipe] = _meaning(recipe, values)
        for other in values.get("like", ()):
            alike[other] = replace(
                meaning,
                recipe=other,
                sign_in=meaning.sign_in if meaning.sign_in.kind == "installer" else SignIn(),
                memory_mb=None,
                memory_source="",
                memory_date=None,
                ran=NEVER,
                ask=(),
            )
    return alike | found


def _meaning(recipe: str, values: Mapping[str, Any]) -> Meaning:
    memory = values.get("memory") or {}
    texts = {key: values[key] for key in TEXTS if key in values}
    return Meaning(
        recipe=recipe,
        name=values["name"],
        sign_in=SignIn(**values.get("sign_in", {})),
        memory_mb=memory.get("mb"),
        memory_source=memory.get("source", ""),
        memory_date=memory.get("date"),
        ask=tuple(Ask(**question) for question in values.get("ask", ())),
        replaces=tuple(values.get("replaces", ())),
        not_replaces=tuple(values.get("not_replaces", ())),
        also=tuple(values.get("also", ())),
        **texts,
    )
