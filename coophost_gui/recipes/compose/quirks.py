"""Where Docker's tools do something else than a recipe's makers may have meant.

Each is kept as it is (an abra user must get the same result), and said as a warning.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coophost_gui.kit.text import N_, Said, said
from coophost_gui.recipes.compose.schema import UNSUPPORTED

# In the format, and without any effect; "restart" has one, though Docker says that it has not.
IGNORED = ("depends_on", "tmpfs", "oom_score_adj")
LEFT_OUT = (*IGNORED, *(key for key in UNSUPPORTED if key != "restart"))
OBJECTS = ("networks", "volumes", "secrets", "configs")
CLEARABLE = ("command", "entrypoint", "ports", "volumes", "secrets", "configs", "dns", "cap_add")
UNBRACED = re.compile(r"(?<!\$)\$[A-Za-z_][A-Za-z0-9_]*:?-")
MESSAGE_AS_DEFAULT = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?\?[^}]*-[^}]*\}")
NESTED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-[^}]*\$\{?[A-Za-z_]")


def quirks(files: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Said]]:
    """Return (rule, words) for each oddity in *files*: (name, document as it is written)."""
    return [*_in_texts(files), *_in_services(files), *_in_merging(files), *_in_overlays(files)]


def _in_texts(files: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Said]]:
    rules = (
        (
            UNBRACED,
            "unbraced-default",
            N_("core", "{file}: “{text}” takes what follows for a default; write braces."),
        ),
        (
            MESSAGE_AS_DEFAULT,
            "message-is-default",
            N_("core", "{file}: in “{text}” the dash makes the message a default."),
        ),
        (
            NESTED,
            "nested-default",
            N_("core", "{file}: in “{text}” the inner variable is not filled in."),
        ),
    )
    for name, document in files:
        for text in _texts(document):
            for pattern, rule, words in rules:
                if found := pattern.search(text):
                    yield rule, said(words, file=name, text=found[0])


def _in_services(files: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Said]]:
    for name, document in files:
        for service, body in _mapping(document.get("services")).items():
            keys = _mapping(body)
            for key in LEFT_OUT:
                if key in keys:
                    words = N_("core", "{file}: Docker leaves “{key}” of {service} out.")
                    yield "ignored-key", said(words, file=name, key=key, service=service)
            for mount in _list(keys.get("volumes")):
                if isinstance(mount, str) and re.match(r"[A-Za-z]:", mount):
                    words = N_(
                        "core", "{file}: “{text}” is taken for a Windows drive, not a volume."
                    )
                    yield "one-letter-volume", said(words, file=name, text=mount)


def _in_merging(files: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Said]]:
    times = Counter(
        service for _, document in files for service in _mapping(document.get("services"))
    )
    for name, document in files:
        for service, body in _mapping(document.get("services")).items():
            if times[service] < 2:
                continue
            numbers = Counter(_published(port) for port in _list(_mapping(body).get("ports")))
            for number, count in numbers.items():
                if count > 1:
                    words = N_(
                        "core", "{file}: of several ports {port} of {service} only the last stays."
                    )
                    yield "lost-port", said(words, file=name, port=number or "?", service=service)
            if name != files[0][0] and _mapping(_mapping(body).get("healthcheck")).get("test"):
                words = N_(
                    "core", "{file}: the health check of {service} is added to, not replaced."
                )
                yield "appended-healthcheck", said(words, file=name, service=service)


def _in_overlays(files: Sequence[tuple[str, Mapping[str, Any]]]) -> Iterator[tuple[str, Said]]:
    """Say what a later file takes away, or cannot take away, from the first."""
    base = files[0][1] if files else {}
    for name, document in files[1:]:
        for kind in OBJECTS:
            known = _mapping(base.get(kind))
            for key, body in _mapping(document.get(kind)).items():
                lost = sorted(_mapping(known.get(key)).keys() - _mapping(body).keys())
                if lost:
                    words = N_("core", "{file}: “{key}” ({kind}) is replaced, its {lost} is lost.")
                    what = ", ".join(lost)
                    yield "lost-object", said(words, file=name, key=key, kind=kind, lost=what)
        for service, body in _mapping(document.get("services")).items():
            known = _mapping(_mapping(base.get("services")).get(service))
            yield from _in_overlay(name, service, known, _mapping(body))


def _in_overlay(
    name: str, service: str, base: Mapping[str, Any], over: Mapping[str, Any]
) -> Iterator[tuple[str, Said]]:
    for key, value in over.items():
        plain = value is False or value == "" or (value == [] and key in CLEARABLE)
        if plain and base.get(key):
            words = N_("core", "{file}: an empty “{key}” of {service} takes nothing back.")
            yield "nothing-overrides", said(words, file=name, key=key, service=service)
    for kind in ("secrets", "configs"):
        known = {_source(one): one for one in _list(base.get(kind)) if isinstance(one, dict)}
        for one in _list(over.get(kind)):
            keys = one.keys() if isinstance(one, dict) else {"source"}
            lost = sorted(known.get(_source(one), {}).keys() - keys)
            if lost:
                words = N_("core", "{file}: “{key}” of {service} is replaced, its {lost} is lost.")
                yield (
                    "lost-reference",
                    said(
                        words,
                        file=name,
                        key=_source(one),
                        service=service,
                        lost=", ".join(lost),
                    ),
                )
    numbers = {_published(port): port for port in _list(base.get("ports"))}
    for port in _list(over.get("ports")):
        number = _published(port)
        if number in numbers and _protocol(port) != _protocol(numbers[number]):
            words = N_(
                "core", "{file}: port {port} of {service} replaces that of another protocol."
            )
            yield "lost-port", said(words, file=name, port=number or "?", service=service)


def _protocol(port: object) -> str:
    if isinstance(port, dict):
        return str(port.get("protocol") or "tcp").lower()
    return (str(port).partition("/")[2] or "tcp").lower()


def _published(port: object) -> str:
    if isinstance(port, dict):
        return str(port.get("published", ""))
    parts = str(port).partition("/")[0].split(":")
    return parts[-2] if len(parts) > 1 else ""


def _texts(thing: object) -> Iterator[str]:
    match thing:
        case str():
            yield thing
        case dict():
            for value in thing.values():
                yield from _texts(value)
        case list():
            for value in thing:
                yield from _texts(value)


def _mapping(thing: object) -> Mapping[str, Any]:
    return thing if isinstance(thing, dict) else {}


def _list(thing: object) -> list[Any]:
    return thing if isinstance(thing, list) else []


def _source(reference: object) -> str:
    return str(reference.get("source") if isinstance(reference, dict) else reference)
