"""Where Docker's tools do something else than a recipe's makers may have meant.

Each is kept as it is (an abra user must get the same result), and said as a warning.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from coophost_gui.kit.text import N_, Said, said
from coophost_gui.recipes.compose.schema import UNSUPPORTED

IGNORED = ("depends_on", "tmpfs")  # in the format, and without any effect
UNBRACED = re.compile(r"(?<!\$)\$[A-Za-z_][A-Za-z0-9_]*:?-")
MESSAGE_AS_DEFAULT = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?\?[^}]*-[^}]*\}")
NESTED = re.compile(r"\$\{[A-Za-z_][A-Za-z0-9_]*:?-[^}]*\$\{?[A-Za-z_]")


def quirks(files: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, Said]]:
    """Return (rule, words) for each oddity in *files*: (name, document as it is written)."""
    return [*_in_texts(files), *_in_services(files), *_in_merging(files)]


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
            N_("core", "{file}: in “{text}” the hyphen makes the message a default."),
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
            for key in (*IGNORED, *UNSUPPORTED):
                if key in keys:
                    words = N_("core", "{file}: Docker leaves “{key}” of {service} out.")
                    yield "ignored-key", said(words, file=name, key=key, service=service)
            for mount in keys.get("volumes") or []:
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
            numbers = Counter(_published(port) for port in _mapping(body).get("ports") or [])
            for number, count in numbers.items():
                if count > 1:
                    words = N_(
                        "core", "{file}: of several ports {port} of {service} only the last stays."
                    )
                    yield "lost-port", said(words, file=name, port=number or "?", service=service)
            if name != files[0][0] and _mapping(_mapping(body).get("healthcheck")).get("test"):
                words = N_(
                    "core", "{file}: the health check of {service} is appended, not replaced."
                )
                yield "appended-healthcheck", said(words, file=name, service=service)


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
