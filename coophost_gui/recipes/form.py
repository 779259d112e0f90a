"""The few questions that an app needs answered before it can start."""

import re
from collections.abc import Callable, Mapping, Sequence

from coophost_gui.kit.fields import Field, Text
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.meanings import Ask, Meaning
from coophost_gui.recipes.peek import sample
from coophost_gui.recipes.source import Tree

MOST = 5  # questions for one of our own recipes in all, its address among them
FLOW_ASKS = ("DOMAIN", "TYPE", "RECIPE", "STACK_NAME", "COMPOSE_FILE")
_PLACEHOLDER = re.compile(
    r"\bexample\.(?:com|org|net)\b|^(?:changeme|foo|bar|xxx+)$", re.IGNORECASE
)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s.]+")


def questions(
    tree: Tree, meaning: Meaning | None, domain: str, known: Mapping[str, str] | None = None
) -> list[Field[str]]:
    """Return what to ask beside the address, keyed by the setting's name.

    What is *known* already is not asked.  Of a recipe that is not ours everything is asked
    that its example leaves open, however much that is: without it the app would not start.
    """
    known = known or {}
    env = sample(tree)
    open_asks = [ask for ask in _asks(tree, meaning) if not known.get(ask.key)]
    return [_field(ask, ask.default or _default(env.get(ask.key), domain)) for ask in open_asks]


def from_known(
    tree: Tree, meaning: Meaning | None, domain: str, known: Mapping[str, str]
) -> dict[str, str]:
    """Return the settings that need no question, since the answer is *known*."""
    asked = {ask.key for ask in _asks(tree, meaning)}
    keys = set(sample(tree).keys()) | asked
    return {key: value for key, value in known.items() if key in keys and value}


def _asks(tree: Tree, meaning: Meaning | None) -> Sequence[Ask]:
    return meaning.ask if meaning and not meaning.seen else _open_settings(tree)


def _open_settings(tree: Tree) -> list[Ask]:
    env = sample(tree)
    values = env.values()
    left_open = [
        key
        for key, value in values.items()
        if key not in FLOW_ASKS
        and not key.startswith("SECRET_")
        and (not value or _PLACEHOLDER.search(value))
        and key not in ("EXTRA_DOMAINS", "LETS_ENCRYPT_ENV")
    ]
    return [Ask(key, _label(key), " ".join(env.notes(key))) for key in left_open]


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _default(value: str, domain: str) -> str:
    """Return the example's value, unless it is only there to be replaced."""
    return "" if _PLACEHOLDER.search(value) else value


def _field(ask: Ask, default: str) -> Text:
    return Text(ask.key, ask.label, default, ask.help, _problem(ask))


def _problem(ask: Ask) -> Callable[[str], Words]:
    def problem(value: str) -> Words:
        if not value.strip():
            return said(N_("core", "Fill in: {label}."), label=ask.label)
        if "EMAIL" in ask.key and not _EMAIL.fullmatch(value.strip()):
            return N_("core", "An e-mail address looks like name@example.org.")
        if "\n" in value:
            return N_("core", "One line is all that fits here.")
        return ""

    return problem
