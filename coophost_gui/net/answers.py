"""What name servers say of a name, as data: for the rooms that judge it without asking anybody."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Caa: TypeAlias = tuple[int, str, str]  # flags, tag and value: 0, "issue", "letsencrypt.org"


class State(StrEnum):
    HERE = "here"  # it has addresses, or is another word for a name (CNAME)
    EMPTY = "empty"  # the name is there, without an address
    ABSENT = "absent"  # there is no such name
    LAME = "lame"  # a server that should know the zone does not
    BOGUS = "bogus"  # its signatures (DNSSEC) do not fit, so a resolver keeps it back
    FAILING = "failing"  # a resolver that answers could not find out
    SILENT = "silent"


@dataclass(frozen=True, slots=True)
class Answer:
    """What one name server, or one resolver, says of one name."""

    server: str  # its name; of a resolver the address
    state: State
    four: tuple[str, ...] = ()
    six: tuple[str, ...] = ()
    alias: tuple[str, ...] = ()  # the names that it leads through; the last has the addresses
    direct: bool = False  # it has an address of its own
    four_ttl: int = 0  # seconds that this may still be remembered
    six_ttl: int = 0

    def addresses(self, kind: str) -> tuple[str, ...]:
        return self.six if kind == "AAAA" else self.four

    def ttl(self, kind: str) -> int:
        return self.six_ttl if kind == "AAAA" else self.four_ttl

    @property
    def knows(self) -> bool:
        """Say whether this is an answer about the name, be it that there is none."""
        return self.state in (State.HERE, State.EMPTY, State.ABSENT)


@dataclass(frozen=True, slots=True)
class NameSeen:
    """One look at one name: what its own servers say, and what a resolver remembers.

    ``public`` is None where it was not asked: see ``book.Book.look``.
    """

    name: str
    at: float  # when it was asked, in seconds since 1970
    zone: str = ""  # "" when nobody could say whose name it is
    own: tuple[Answer, ...] = ()
    public: Answer | None = None
    wildcard: str = ""  # the row with a star that would reach the name, like *.example.org
    starred: tuple[str, ...] = ()  # where that row leads
    doubled: str = ""  # a name of somebody who wrote the zone behind it once too often
    beside: str = ""  # a name that the name is another word for, beside rows of its own
    caa_at: str = ""  # the name that says who may vouch for it
    caa: tuple[Caa, ...] = ()

    @property
    def knowing(self) -> tuple[Answer, ...]:
        """Return the answers of those of its own servers that know the zone."""
        return tuple(answer for answer in self.own if answer.knows)
