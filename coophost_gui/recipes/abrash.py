"""A recipe's ``abra.sh``, read without running it: it is somebody else's program."""

import re
import shlex

_FUNCTION = re.compile(
    r"^(?:function[ \t]+)?([A-Za-z_][\w-]*)[ \t]*\([ \t]*\)|^function[ \t]+(\S+)"
)
_EXPORT = re.compile(r"^[ \t]*export[ \t]+(.+)$")
_NAME = re.compile(r"[A-Za-z_]\w*")


def exports(text: str) -> dict[str, str]:
    """Return what the ``export NAME=value`` lines of *text* set: the config versions.

    A value may use what was exported further up; one that would need a program to be
    run is left out (see ``unread``).
    """
    return _read(text)[0]


def unread(text: str) -> list[str]:
    """Return the ``export`` lines whose value only a shell could tell."""
    return _read(text)[1]


def functions(text: str) -> list[str]:
    """Return the names of the functions in *text*, in order."""
    found = [_FUNCTION.match(line) for line in text.splitlines()]
    return list(dict.fromkeys(match[1] or match[2] for match in found if match))


def _read(text: str) -> tuple[dict[str, str], list[str]]:
    known: dict[str, str] = {}
    odd: list[str] = []
    for line in text.splitlines():
        match = _EXPORT.match(line)
        if not match:
            continue
        if "$(" in line or "`" in line:
            odd.append(line.strip())
            continue
        try:
            words = shlex.split(match[1].partition(";")[0], comments=True)
        except ValueError:
            odd.append(line.strip())
            continue
        for word in words:
            name, equals, value = word.partition("=")
            if equals and _NAME.fullmatch(name):
                known[name] = _expanded(value, known)
    return known, odd


def _expanded(value: str, known: dict[str, str]) -> str:
    return re.sub(r"\$\{?([A-Za-z_]\w*)\}?", lambda found: known.get(found[1], ""), value)
