"""The order of recipe versions: ``X.Y.Z+upstream``, as abra sorts them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

_LEFT = re.compile(r"v?(\d+)(?:\.(\d+))?(?:\.(\d+))?(?:-([0-9A-Za-z.-]+))?")
Change = Literal["major", "minor", "patch", "same", "back"]


@dataclass(frozen=True)
class Version:
    """A recipe's own number (left of the ``+``) and the app's version (right of it)."""

    text: str
    number: tuple[int, int, int]
    early: str  # "rc1" in 1.0.0-rc1
    upstream: str

    @classmethod
    def parse(cls, text: str) -> "Version | None":
        """Return the version that *text* says, or None when it is none."""
        left, _, upstream = text.partition("+")
        found = _LEFT.fullmatch(left)
        if not found:
            return None
        major, minor, patch = (int(part or 0) for part in found.groups()[:3])
        return cls(text, (major, minor, patch), found[4] or "", upstream)

    @property
    def order(self) -> tuple[object, ...]:
        """Return what versions are compared by; an early one comes before its release."""
        return (self.number, not self.early, _natural(self.early), _natural(self.upstream))


def newest_first(tags: Iterable[str]) -> list[str]:
    """Return the tags that are versions, newest first; others are left out."""
    found = [version for tag in tags if (version := Version.parse(tag))]
    return [v.text for v in sorted(found, key=lambda v: (v.order, v.text), reverse=True)]


def newer(tags: Iterable[str], than: str) -> list[str]:
    """Return the tags that come after *than*, newest first."""
    here = Version.parse(than)
    if here is None:
        return []
    order = here.order
    return [tag for tag in newest_first(tags) if _order(tag) > order]


def change(old: str, new: str) -> Change:
    """Say what going from *old* to *new* is, by the recipe's own numbers."""
    before, after = Version.parse(old), Version.parse(new)
    if before is None or after is None:
        return "major"  # nobody can tell: expect the most
    if after.order == before.order:
        return "same"
    if after.order < before.order:
        return "back"
    if after.number[0] != before.number[0]:
        return "major"
    return "minor" if after.number[1] != before.number[1] else "patch"


def _order(tag: str) -> tuple[object, ...]:
    version = Version.parse(tag)
    assert version is not None, tag
    return version.order


def _natural(text: str) -> tuple[tuple[int, int, str], ...]:
    """Return a key that puts ``10`` behind ``9``."""
    return tuple(
        (1, int(part), "") if part.isdigit() else (0, 0, part)
        for part in re.findall(r"\d+|[A-Za-z]+", text)
    )
