"""The metadata block in a recipe's ``README.md``."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_BEGIN = re.compile(r"<!--[ \t\r\n]{0,9}metadata[ \t\r\n]{0,9}-->")
_END = re.compile(r"<!--[ \t\r\n]{0,9}endmetadata[ \t\r\n]{0,9}-->")
_LINE = re.compile(r"^[ \t]*[*-][ \t]*\*\*(.+?)\*\*[ \t]*:?[ \t]*(.*)$", re.MULTILINE)
_IMAGE = re.compile(r"\[`?([^`\]]*)`?\]\(([^)]*)\)\s*(.*)")


@dataclass(frozen=True)
class Facts:
    """What the block says, in the names of the catalogue; empty when it says nothing."""

    category: str = ""
    description: str = ""
    features: Mapping[str, object] = field(default_factory=dict)

    @property
    def complete(self) -> bool:
        """Say whether every line that the block should have is filled in."""
        wanted = ("backups", "email", "healthcheck", "image", "status", "tests", "sso")
        return bool(self.category) and all(self.features.get(key, "") != "" for key in wanted)


def metadata(text: str) -> Facts:
    """Read the block of *text*, and the sentence behind ``>`` at its top."""
    begin = _BEGIN.search(text)
    end = _END.search(text, begin.end()) if begin else None
    if not begin or not end:
        return Facts()
    told = _LINE.findall(text[begin.end() : end.start()])
    lines = {key.strip().lower().rstrip(":"): value.strip() for key, value in told}
    quote = re.search(r"^> *(.+)$", text[: begin.start()], re.MULTILINE)
    features: dict[str, object] = {
        key: lines.get(key, "") for key in ("backups", "email", "healthcheck", "tests", "sso")
    }
    status = re.match(r"\d", lines.get("status", ""))
    features["status"] = int(status[0]) if status else ""
    features["image"] = _image(lines.get("image", ""))
    return Facts(lines.get("category", ""), quote[1].strip() if quote else "", features)


def _image(line: str) -> object:
    found = _IMAGE.match(line)
    if not found:
        return ""
    rating, _, source = found[3].lstrip(", ").partition(",")
    return {
        "image": found[1],
        "rating": rating.strip(),
        "source": source.strip(),
        "url": found[2],
    }
