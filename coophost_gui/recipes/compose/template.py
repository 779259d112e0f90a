"""Filling ``${NAME}`` in, exactly as Docker's tools do (docker/cli ``compose/template``).

Three of its rules surprise, and are kept so that an abra user gets the same result:
``$NAME-x`` without braces takes the ``-x`` for a default, a ``-`` anywhere in the message
of ``${NAME:?…}`` turns that message into one, and of several variables in one text only the
last can be wrong.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.yaml import GoTime

INSIDE = r"[_a-z][_a-z0-9]*(?::?[-?][^}]*)?"
PATTERN = re.compile(
    rf"\$(?:(?P<escaped>\$)|(?P<named>{INSIDE})|{{(?P<braced>{INSIDE})}}|(?P<invalid>))",
    re.IGNORECASE | re.ASCII,
)

INTS = (
    "services.*.configs.[].mode",
    "services.*.secrets.[].mode",
    "services.*.healthcheck.retries",
    "services.*.deploy.replicas",
    "services.*.deploy.update_config.parallelism",
    "services.*.deploy.rollback_config.parallelism",
    "services.*.deploy.restart_policy.max_attempts",
    "services.*.deploy.placement.max_replicas_per_node",
    "services.*.ports.[].target",
    "services.*.ports.[].published",
    "services.*.ulimits.*",
    "services.*.ulimits.*.hard",
    "services.*.ulimits.*.soft",
)
FLOATS = (
    "services.*.deploy.update_config.max_failure_ratio",
    "services.*.deploy.rollback_config.max_failure_ratio",
)
BOOLS = (
    "services.*.healthcheck.disable",
    "services.*.privileged",
    "services.*.read_only",
    "services.*.stdin_open",
    "services.*.tty",
    "services.*.volumes.[].read_only",
    "services.*.volumes.[].volume.nocopy",
    "networks.*.external",
    "networks.*.internal",
    "networks.*.attachable",
    "volumes.*.external",
    "secrets.*.external",
    "configs.*.external",
)
TRUE, FALSE = ("true", "y", "yes", "on"), ("false", "n", "no", "off")


def filled(document: Mapping[str, Any], env: Mapping[str, str]) -> dict[str, Any]:
    """Return *document* with every value filled in from *env*; keys are left alone."""
    return {key: _fill(value, (key,), env) for key, value in document.items()}


def substitute(text: str, env: Mapping[str, str]) -> str:
    """Fill *text* in; raises ValueError with the words of the docker CLI."""

    wrong = ""  # what the last variable says: an earlier one that is wrong is forgiven

    def one(found: re.Match[str]) -> str:
        nonlocal wrong
        if found["escaped"]:
            return "$"
        try:
            value = _value(found["named"] or found["braced"] or "", env, text)
        except ValueError as error:
            wrong = str(error)
            return ""
        wrong = ""
        return value

    filled_in = PATTERN.sub(one, text)
    if wrong:
        raise ValueError(wrong)
    return filled_in


def _value(inside: str, env: Mapping[str, str], text: str) -> str:
    if not inside:
        raise ValueError(json.dumps(text, ensure_ascii=False))
    if ":-" in inside:
        name, _, default = inside.partition(":-")
        return env.get(name) or default
    if "-" in inside:
        name, _, default = inside.partition("-")
        return env.get(name, default)
    for mark, needs_content in ((":?", True), ("?", False)):
        if mark in inside:
            name, _, message = inside.partition(mark)
            value = env.get(name)
            if value is None or (needs_content and not value):
                words = f"required variable {name} is missing a value: {message}"
                raise ValueError(json.dumps(words, ensure_ascii=False))
            return value
    return env.get(inside, "")


def _fill(value: Any, path: tuple[str, ...], env: Mapping[str, str]) -> Any:
    match value:
        case GoTime():
            return value
        case str():
            return _fill_text(value, path, env)
        case dict():
            return {key: _fill(inner, (*path, key), env) for key, inner in value.items()}
        case list():
            return [_fill(inner, (*path, "[]"), env) for inner in value]
        case _:
            return value


def _fill_text(text: str, path: tuple[str, ...], env: Mapping[str, str]) -> Any:
    where = ".".join(path)
    try:
        new = substitute(text, env)
    except ValueError as error:
        raise ComposeProblem(
            f"invalid interpolation format for {where}: {error}; "
            "you may need to escape any $ with another $"
        ) from error
    if new == text:
        return text
    try:
        return _cast(new, where)
    except ValueError as error:
        raise ComposeProblem(
            f"error while interpolating {where}: failed to cast to expected type: {error}"
        ) from error


def _cast(text: str, where: str) -> Any:
    """Return *text* in the type of its place; a name with a dot in it moves the place."""
    if _one_of(where, INTS):
        if not re.fullmatch(r"[-+]?[0-9]+", text):
            raise ValueError(f'strconv.Atoi: parsing "{text}": invalid syntax')
        return int(text)
    if _one_of(where, FLOATS):
        if not re.fullmatch(r"[-+]?(?:\.[0-9]+|[0-9]+\.?[0-9]*)(?:[eE][-+]?[0-9]+)?", text):
            raise ValueError(f'strconv.ParseFloat: parsing "{text}": invalid syntax')
        return float(text)
    if _one_of(where, BOOLS):
        lower = text.lower()
        if lower not in TRUE + FALSE:
            raise ValueError(f"invalid boolean: {text}")
        return lower in TRUE
    return text


def _one_of(where: str, patterns: tuple[str, ...]) -> bool:
    path = where.split(".")
    return any(_fits(path, pattern.split(".")) for pattern in patterns)


def _fits(path: list[str], pattern: list[str]) -> bool:
    return len(path) == len(pattern) and all(
        wanted in ("*", part) for part, wanted in zip(path, pattern, strict=True)
    )
