"""Members of a federation or of one collective: ``members/<slug>.yml``."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Delegate:
    """A person who may speak for a member; ``address`` is a Matrix id or a mail address."""

    name: str
    address: str = ""
    language: str = ""  # in which she is written to


@dataclass(frozen=True)
class Span:
    """From one day to another, both included; ``until`` None: until further notice."""

    start: date
    until: date | None = None
    decided_by: str = ""

    def holds(self, day: date) -> bool:
        """Say whether *day* lies in it."""
        return self.start <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True)
class Member:
    """An organisation or a person that belongs to the federation, or to the collective."""

    slug: str
    name: str
    website: str = ""
    member_class: str = ""  # where the rules know classes
    delegates: tuple[Delegate, ...] = ()
    joined: date | None = None
    left: date | None = None
    paused: tuple[Span, ...] = ()
    waivers: tuple[Span, ...] = ()
    proxy: str = ""  # slug of the member who speaks for this one

    def votes_on(self, day: date) -> bool:
        """Say whether it belongs to the electorate of a decision that is opened on *day*."""
        here = (self.joined is None or self.joined <= day) and (
            self.left is None or day < self.left
        )
        return here and not any(span.holds(day) for span in self.paused)
