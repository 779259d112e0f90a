"""Words that people read: English here, translated only on the screen."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias


def N_(context: str, english: str) -> str:
    """Mark *english* for the translators and return it unchanged."""
    return english


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence with its facts kept apart, so that the screen can translate it."""

    text: str
    facts: Mapping[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return self.text.format_map(self.facts) if self.facts else self.text


Words: TypeAlias = str | Said  # a plain ``str`` was marked with ``N_`` and has no facts


def said(text: str, /, **facts: object) -> Said:
    """Return *text* (marked with ``N_``) together with the facts that fill its braces."""
    return Said(text, facts)


def size_in_words(count: float) -> str:
    """Say *count* bytes as people read it: ``118 MB``, ``1.9 GB`` (1 kB = 1000 bytes)."""
    for unit in ("bytes", "kB", "MB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} GB"
