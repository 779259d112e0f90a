"""The rules by which members decide, as data: ``ruleset.yml`` of a record, and our presets.

The presets are ``resources/rulesets/*.yml``.  A file says for each size how long a
decision stays open and what it needs; each need cites the rule that it comes from::

    rules: {"001": {name: resolution 001, link: https://…}}
    choices: [favour, against, aside]      what may be said
    counts_as: {against: block}
    reason_for: [against]                  what asks for a reason
    older_text: counts                     or asks_again: after the text was changed
    sizes:
      large:
        minimum_days: 14
        needs:
          - {choice: favour, more_than: 1/2, of: members, rule: "001"}   a share: of the weight
          - {choice: block, at_most: 0, rule: "001"}                     a number: of members
          - {heard: all, rule: "001"}

Shares are written ``1/2``: they are fractions, never numbers with a point.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any

from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import parse_yaml, read_yaml, write_yaml
from coophost_gui.kit.text import N_, Told

MORE_THAN, AT_LEAST, AT_MOST, HEARD = "more_than", "at_least", "at_most", "heard"
MEMBERS, THOSE_HEARD = "members", "heard"  # what a share is a share of
COUNTS, ASKS_AGAIN = "counts", "asks_again"
ANEW, KEPT, REOPENED = "anew", "kept", "reopened"


class RulesContradict(Problem):
    text = N_("core", "The rules in {path} cannot be followed: look at “{place}”.")
    means = N_("core", "Nothing was counted, and nothing was changed.")
    hint = N_("core", "Mend that line, or begin again from rules that came with the program.")


class NoSuchSize(Problem):
    text = N_("core", "The rules do not say how a decision of the size “{size}” is taken.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Choose one of the sizes that the rules know.")


@dataclass(frozen=True)
class Rule:
    """Where something is written: what people call it, and its page."""

    name: Told
    link: str = ""


@dataclass(frozen=True)
class Need:
    """One thing that must be so for a decision to pass.

    ``kind`` is MORE_THAN, AT_LEAST, AT_MOST or HEARD.  With ``of`` the ``amount`` is a
    share of a weight (HEARD: of the number of members), without it a number of members.
    """

    kind: str
    amount: Fraction
    rule: Rule
    choice: str = ""
    of: str = ""


@dataclass(frozen=True)
class Size:
    """How decisions of one size are taken."""

    minimum_days: int
    rule: Rule
    needs: tuple[Need, ...] = ()


@dataclass(frozen=True)
class Escalation:
    """What becomes of a decision that any member calls bigger than it was proposed."""

    to: str
    rule: Rule
    deadline: str = ANEW  # or KEPT, where that is long enough
    ballots: str = KEPT  # or REOPENED: everybody is asked again


@dataclass(frozen=True)
class Due:
    """One way to pay: so many hundredths of a currency for so many months."""

    cents: int
    currency: str
    months: int


@dataclass(frozen=True)
class MemberClass:
    name: Told
    weight: Fraction


@dataclass(frozen=True)
class Ruleset:
    """How a federation or a collective decides.  ``hash``: SHA-256 (hex) of ``data``."""

    key: str
    name: Told
    about: Told
    persons: bool  # the members are persons, not organisations
    choices: tuple[str, ...]
    counts_as: Mapping[str, str]
    reason_for: frozenset[str]
    older_text: str
    sizes: Mapping[str, Size]
    escalation: Escalation | None
    admission: str  # the size of the decision that lets a member in
    admission_rule: Rule
    dues: tuple[Due, ...]
    waiver: bool
    dues_rule: Rule
    classes: Mapping[str, MemberClass]
    proxies: int  # for how many others one member may speak; 0: for none
    hash: str
    data: Mapping[str, Any] = field(repr=False, compare=False)

    def counted(self, choice: str) -> str:
        """Return what *choice* counts as."""
        return self.counts_as.get(choice, choice)

    def size(self, size: str) -> Size:
        """Return how a decision of this size is taken; raises ``NoSuchSize``."""
        try:
            return self.sizes[size]
        except KeyError:
            raise NoSuchSize(size=size) from None


def ruleset_hash(data: Mapping[str, Any]) -> str:
    """Return the SHA-256 (hex) of *data*: comments and the order of keys do not matter."""
    plain = json.dumps(_plain(data), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _plain(thing: Any) -> Any:
    if isinstance(thing, Mapping):
        return {str(key): _plain(one) for key, one in thing.items()}
    if isinstance(thing, list | tuple):
        return [_plain(one) for one in thing]
    return thing.isoformat() if isinstance(thing, date | datetime) else thing


@cache
def presets() -> tuple[Ruleset, ...]:
    """Return the rules that are shipped, those in force first."""
    files = sorted(places.resource("rulesets").glob("*.yml"))
    return tuple(sorted(map(read_ruleset, files), key=lambda one: one.key != "in-force"))


def preset(key: str) -> Ruleset:
    """Return the shipped rules with this *key*."""
    return next(one for one in presets() if one.key == key)


def read_ruleset(path: Path) -> Ruleset:
    """Return the rules in *path*; raises ``RulesContradict`` or ``FileUnreadable``."""
    return ruleset_of(read_yaml(path), path)


def parse_ruleset(text: str, path: Path) -> Ruleset:
    """Return the rules that *text* is; *path* only names it in a Problem."""
    return ruleset_of(parse_yaml(text, path), path)


def write_ruleset(ruleset: Ruleset, path: Path) -> None:
    """Write *ruleset* to *path* as it was read."""
    write_yaml(path, ruleset.data, 0o644)


def ruleset_of(data: Mapping[str, Any], path: Path) -> Ruleset:
    """Return the rules that *data* says; raises ``RulesContradict`` with the place."""
    from coophost_gui.federation.rules_reader import RulesReader  # which needs these types

    return RulesReader(path, data).ruleset()
