"""Which secrets an app needs, what they are called on the server, and how they are made."""

import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coophost_gui.kit import log, places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, whole
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.peek import (
    abra_exports,
    compose_files,
    document,
    filled,
    mapping,
    version_variable,
)
from coophost_gui.recipes.source import Tree

LETTERS_AND_DIGITS = string.ascii_letters + string.digits
CHARSETS = {
    "default": LETTERS_AND_DIGITS,
    "special": "!#$%&()*+,-./:;<=>?@[]^_{|}~",
    "safespecial": "!@#%^&*_-+=",
    "hex": "0123456789abcdef",
}
LONGEST = 10_000  # characters; the Engine takes no secret of more than 500 kB
WORDS_IN_PASSPHRASE = 8  # of about 500: more than 70 bits


class SettingMissing(Problem):
    text = N_("core", "The settings of {app} do not say {key}.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Add the line to the app's settings; the recipe's own example has it.")


@dataclass(frozen=True)
class SecretNeed:
    """One secret that has to be on the server before the app starts."""

    name: str  # as the recipe calls it: db_password
    version: str  # v1
    remote: str  # as the server knows it: wiki_example_org_db_password_v1
    length: int | None  # None: words instead of characters
    charset: str
    generate: bool  # False: nobody can make it up, a person has to give it


def needed_secrets(tree: Tree, env: EnvFile, app_name: str) -> list[SecretNeed]:
    """Return what the services of the chosen compose files use, in the files' order."""
    declared: dict[str, Any] = {}
    used: list[str] = []
    for path in compose_files(env):
        content = document(tree, path)
        declared.update(mapping(content.get("secrets")))
        for service in mapping(content.get("services")).values():
            used += _sources(mapping(service).get("secrets"))
    values = {**abra_exports(tree), **env.values()}
    values.setdefault("STACK_NAME", stack_name(app_name))
    return [
        _need(key, str(mapping(thing).get("name") or key), env, values, app_name)
        for key, thing in declared.items()
        if key in used and mapping(thing).get("external")
    ]


def make_secret(need: SecretNeed) -> str:
    """Return a new secret as *need* wants it; the log never shows it."""
    if need.length is None:
        words = places.resource("words.txt").read_text(encoding="utf-8").split()
        made = "-".join(secrets.choice(words) for _ in range(WORDS_IN_PASSPHRASE))
    else:
        alphabet = characters(need.charset)
        made = "".join(secrets.choice(alphabet) for _ in range(need.length))
    log.hide(made)
    return made


def characters(charset: str) -> str:
    """Return the characters of *charset*: one name or several with commas between them."""
    chosen = [CHARSETS.get(part.strip().lower(), "") for part in charset.split(",")]
    return "".join(dict.fromkeys("".join(chosen))) or LETTERS_AND_DIGITS


def _need(key: str, name: str, env: EnvFile, values: Mapping[str, str], app: str) -> SecretNeed:
    remote = filled(name, values)
    version = remote.rpartition("_")[2]
    setting = version_variable(name)
    if not version:
        raise SettingMissing(app=app, key=setting or name)
    modifiers = env.modifiers(setting) if setting else {}
    length = modifiers.get("length", "")
    return SecretNeed(
        name=key,
        version=version,
        remote=remote,
        length=min(whole(length), LONGEST) or None,
        charset=modifiers.get("charset", "default"),
        generate=modifiers.get("generate", "true").lower() != "false",
    )


def _sources(entries: object) -> list[str]:
    if not isinstance(entries, list):
        return []
    return [str(e.get("source", "")) if isinstance(e, dict) else str(e) for e in entries]
