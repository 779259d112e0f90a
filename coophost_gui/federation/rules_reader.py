"""How a file of rules is read: every value is looked at, and what is wrong has its place."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import Any

from coophost_gui.federation.ballots import AGAINST, BLOCK, CHOICES, FAVOUR
from coophost_gui.federation.resolution import SIZES
from coophost_gui.federation.rules import (
    ANEW,
    ASKS_AGAIN,
    AT_LEAST,
    AT_MOST,
    COUNTS,
    HEARD,
    KEPT,
    MEMBERS,
    MORE_THAN,
    REOPENED,
    THOSE_HEARD,
    Due,
    Escalation,
    MemberClass,
    Need,
    Rule,
    RulesContradict,
    Ruleset,
    Size,
    ruleset_hash,
)
from coophost_gui.kit.text import Told


class RulesReader:
    """Reads one file of rules, and refuses what contradicts itself at its place."""

    def __init__(self, path: Path, data: Mapping[str, Any]) -> None:
        self.path = path
        self.data = data
        self.rules: dict[str, Rule] = {}

    def ruleset(self) -> Ruleset:
        data = self.data
        for key, one in self.mapping(data, "rules", "rules").items():
            where = f"rules: {key}"
            self.demand(isinstance(one, dict) and one.get("name"), where, "it needs a name")
            self.rules[str(key)] = Rule(
                self.told(one["name"], where), self.text(one.get("link", ""), where)
            )
        choices = self.choices(data.get("choices"), "choices")
        self.demand(FAVOUR in choices, "choices", "nobody could be in favour")
        counts_as = self.mapping(data, "counts_as", "counts_as")
        for one, other in counts_as.items():
            self.demand(
                one in choices and one != FAVOUR and other in CHOICES and other not in counts_as,
                f"counts_as: {one}",
                f"{one!r} cannot count as {other!r}",
            )
        countable = {counts_as.get(one, one) for one in choices}
        reasons = self.choices(data.get("reason_for", []), "reason_for")
        self.demand(set(reasons) <= set(choices), "reason_for", "a choice that is not offered")
        sizes = {
            str(key): self.size(one, f"sizes: {key}", countable)
            for key, one in self.mapping(data, "sizes", "sizes").items()
        }
        self.demand(sizes and set(sizes) <= set(SIZES), "sizes", f"they are {', '.join(SIZES)}")
        admission = self.mapping(data, "admission", "admission")
        self.demand(admission.get("size") in sizes, "admission: size", "not among the sizes")
        dues = self.mapping(data, "dues", "dues")
        options = self.rows(dues.get("options", []), "dues: options")
        return Ruleset(
            key=self.text(data.get("key"), "key"),
            name=self.told(data.get("name"), "name"),
            about=self.told(data.get("about", ""), "about"),
            persons=self.one_of(data, "members", ("organisations", "persons")) == "persons",
            choices=choices,
            counts_as=dict(counts_as),
            reason_for=frozenset(reasons),
            older_text=self.one_of(data, "older_text", (COUNTS, ASKS_AGAIN)),
            sizes=sizes,
            escalation=self.escalation(sizes),
            admission=admission["size"],
            admission_rule=self.rule(admission, "admission"),
            dues=tuple(self.due(one, f"dues: options: {n}") for n, one in enumerate(options, 1)),
            waiver=self.flag(dues.get("waiver", False), "dues: waiver"),
            dues_rule=self.rule(dues, "dues") if dues else Rule(Told("")),
            classes=dict(self.classes()),
            proxies=self.proxies(),
            hash=ruleset_hash(data),
            data=data,
        )

    def size(self, data: Any, where: str, countable: set[str]) -> Size:
        self.demand(isinstance(data, dict), where, "not a size")
        rows = self.rows(data.get("needs", []), f"{where}: needs")
        needs = tuple(
            self.need(one, f"{where}: needs: {number}", countable)
            for number, one in enumerate(rows, 1)
        )
        days = self.number(data.get("minimum_days"), 0, f"{where}: minimum_days")
        return Size(days, self.rule(data, where), needs)

    def need(self, data: Any, where: str, countable: set[str]) -> Need:
        self.demand(isinstance(data, dict), where, "not a need")
        kinds = [kind for kind in (MORE_THAN, AT_LEAST, AT_MOST, HEARD) if kind in data]
        self.demand(len(kinds) == 1, where, "one of more_than, at_least, at_most, heard")
        kind = kinds[0]
        rule = self.rule(data, where)
        if kind == HEARD:
            share = self.fraction("1" if data[kind] == "all" else data[kind], where)
            self.demand(0 < share <= 1, where, "a share between 0 and 1")
            return Need(kind, share, rule, of=MEMBERS)
        choice = data.get("choice")
        fitting = (BLOCK, AGAINST) if kind == AT_MOST else (FAVOUR,)
        self.demand(choice in fitting, where, f"{kind} goes with {' or '.join(fitting)}")
        self.demand(choice in countable, where, f"nobody can say what counts as {choice}")
        of = data.get("of", "")
        if not of:
            self.demand(kind != MORE_THAN, where, "more_than is a share: of what?")
            amount = self.number(data[kind], int(kind == AT_LEAST), where)
            return Need(kind, Fraction(amount), rule, choice)
        self.demand(of in (MEMBERS, THOSE_HEARD), where, f"of is {MEMBERS} or {THOSE_HEARD}")
        self.demand(kind != AT_MOST, where, "at_most is a number of members")
        share = self.fraction(data[kind], where)
        reached = kind == AT_LEAST and of == MEMBERS
        self.demand(0 <= share < 1 or (reached and share == 1), where, "nobody could reach it")
        return Need(kind, share, rule, choice, of)

    def escalation(self, sizes: Mapping[str, Size]) -> Escalation | None:
        data = self.mapping(self.data, "escalation", "escalation")
        if not data:
            return None
        self.demand(data.get("to") in sizes, "escalation: to", "not among the sizes")
        deadline = self.one_of(data, "deadline", (ANEW, KEPT), "escalation: ")
        ballots = self.one_of(data, "ballots", (KEPT, REOPENED), "escalation: ")
        return Escalation(data["to"], self.rule(data, "escalation"), deadline, ballots)

    def due(self, data: Any, where: str) -> Due:
        self.demand(isinstance(data, dict), where, "not a way to pay")
        currency = data.get("currency")
        plain = isinstance(currency, str) and len(currency) == 3 and currency.isupper()
        self.demand(plain, where, "the currency has three capital letters")
        cents = self.number(data.get("cents"), 1, where)
        return Due(cents, str(currency), self.number(data.get("months"), 1, where))

    def classes(self) -> Iterator[tuple[str, MemberClass]]:
        for key, one in self.mapping(self.data, "classes", "classes").items():
            where = f"classes: {key}"
            self.demand(isinstance(one, dict), where, "not a class")
            weight = self.fraction(one.get("weight"), where)
            self.demand(weight > 0, where, "a weight above 0")
            yield str(key), MemberClass(self.told(one.get("name"), where), weight)

    def proxies(self) -> int:
        data = self.mapping(self.data, "proxies", "proxies")
        return self.number(data.get("limit", 0), 0, "proxies: limit")

    def demand(self, holds: object, place: str, why: str) -> None:
        if not holds:
            raise RulesContradict(f"{place}: {why}", path=self.path, place=place)

    def rule(self, data: Mapping[str, Any], where: str) -> Rule:
        key = str(data.get("rule", ""))
        self.demand(key in self.rules, where, f"it cites the rule {key!r}, which is not listed")
        return self.rules[key]

    def mapping(self, data: Mapping[str, Any], key: str, where: str) -> dict[Any, Any]:
        found = data.get(key) or {}
        self.demand(isinstance(found, dict), where, "not a mapping")
        return dict(found)

    def rows(self, found: Any, where: str) -> list[Any]:
        self.demand(isinstance(found, list), where, "not a list")
        return list(found)

    def choices(self, found: Any, where: str) -> tuple[str, ...]:
        names = tuple(str(one) for one in self.rows(found, where))
        self.demand(set(names) <= set(CHOICES), where, f"they are {', '.join(CHOICES)}")
        self.demand(len(set(names)) == len(names), where, "one of them stands there twice")
        return names

    def one_of(
        self, data: Mapping[str, Any], key: str, known: tuple[str, ...], where: str = ""
    ) -> str:
        found = data.get(key, known[0])
        self.demand(found in known, f"{where}{key}", f"{' or '.join(known)}")
        return str(found)

    def flag(self, found: Any, where: str) -> bool:
        self.demand(isinstance(found, bool), where, "true or false")
        return bool(found)

    def number(self, found: Any, least: int, where: str) -> int:
        whole = isinstance(found, int) and not isinstance(found, bool)
        self.demand(whole and least <= found <= 10**9, where, f"a whole number from {least} on")
        return int(found)

    def fraction(self, found: Any, where: str) -> Fraction:
        if isinstance(found, int | str) and not isinstance(found, bool) and len(str(found)) < 20:
            try:
                return Fraction(found)
            except (ValueError, ZeroDivisionError):
                pass
        raise RulesContradict(f"{where}: a share is written 1/2", path=self.path, place=where)

    def text(self, found: Any, where: str) -> str:
        self.demand(isinstance(found, str), where, "not a text")
        return str(found)

    def told(self, found: Any, where: str) -> Told:
        texts = found if isinstance(found, dict) else {"en": found}
        plain = all(isinstance(one, str) for one in texts.values())
        self.demand(plain and "en" in texts, where, "a text, or one for each language")
        return Told.of(texts)
