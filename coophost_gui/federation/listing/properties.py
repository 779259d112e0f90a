"""Files of ``key = value`` lines (Java's ``.properties``, in UTF-8), as StatoolInfos reads them.

Only what would break a line is written with a backslash, so that a reader that knows no
backslashes sees what was meant, too.
"""

import re
from collections.abc import Mapping

SHORT = {"\n": "\\n", "\r": "\\r", "\t": "\\t", "\f": "\\f", "\\": "\\\\"}
LONG = {"n": "\n", "r": "\r", "t": "\t", "f": "\f"}
ODD = re.compile(r"[\\\x00-\x1f\x7f-\x9f\u2028\u2029]|^[ \u00a0]|[ \u00a0]$")
ESCAPED = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(.))", re.S)
KEY = re.compile(r"((?:\\.|[^\\=:\s])+)\s*[=:]?\s*(.*)", re.S)
CONTINUED = re.compile(r"(?<!\\)(?:\\\\)*\\$")


def write_properties(sections: Mapping[str, Mapping[str, str]]) -> str:
    """Return *sections* (heading -> key -> value); keys without a value are left out."""
    parts = []
    for heading, values in sections.items():
        lines = [f"{key} = {ODD.sub(_away, value)}" for key, value in values.items() if value]
        if lines:
            parts.append("\n".join((f"# [{heading}]", *lines)))
    return "\n\n".join(parts) + "\n"


def parse_properties(text: str) -> dict[str, str]:
    """Return the values of *text* by their keys; of two with one key, the later."""
    found: dict[str, str] = {}
    lines = iter(re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")))
    for line in lines:
        whole = line.lstrip(" \t\f")
        if not whole or whole.startswith(("#", "!")):
            continue
        while CONTINUED.search(whole):
            whole = whole[:-1] + next(lines, "").lstrip(" \t\f")
        match = KEY.fullmatch(whole)
        if match:
            found[_back(match[1])] = _back(match[2].strip(" \t"))
    return found


def _away(match: re.Match[str]) -> str:
    letter = match[0]
    return SHORT.get(letter, f"\\u{ord(letter):04x}")


def _back(text: str) -> str:
    return ESCAPED.sub(
        lambda found: chr(int(found[1], 16)) if found[1] else LONG.get(found[2], found[2]), text
    )
