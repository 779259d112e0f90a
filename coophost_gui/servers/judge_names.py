"""What the records of a name are like, and what to do about each: facts in, verdicts out."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from coophost_gui.kit.text import Words, said
from coophost_gui.net.answers import Answer, Caa, NameSeen, State
from coophost_gui.servers import name_words as say
from coophost_gui.servers.name_words import Verdict, lasting
from coophost_gui.servers.rows import Addresses, Row

LETS_ENCRYPT = "letsencrypt.org"
HTTP = "http-01"  # how the front door lets itself be vouched for
KNOWN_TAGS = ("issue", "issuewild", "iodef", "issuemail")
CRITICAL = 128
MOST_SHOWN = 4  # addresses in one sentence
# Second names that are rented out below, as .uk does with org.uk.
SECONDS = ("ac", "co", "com", "edu", "gob", "gov", "net", "nom", "org")

Level: TypeAlias = Literal["good", "note", "wait", "bad"]


@dataclass(frozen=True, slots=True)
class RowFound:
    """One record as it should be, as it is now, and one or two sentences of what to do.

    ``own`` is what the name's own servers say; ``public`` what a resolver remembers, None
    where it was not asked.
    """

    row: Row
    verdict: Verdict
    level: Level
    words: Words
    own: tuple[str, ...] = ()
    public: tuple[str, ...] | None = None

    @property
    def settled(self) -> bool:
        """Say whether nothing has to be done or waited for."""
        return self.level in ("good", "note")


Said: TypeAlias = tuple[Verdict, Level, Words]


def judge(
    rows: Sequence[Row], seen: NameSeen, ours: Addresses, voucher: str = LETS_ENCRYPT
) -> tuple[RowFound, ...]:
    """Return what is to be said of each of *rows*, which are of one name.

    *voucher* is who vouches for the addresses of the apps, "" when nobody knows its name.
    """
    if whole := _whole(seen):
        return tuple(RowFound(row, *whole) for row in rows if row.value)
    found = []
    lived = any(row.needed for row in rows)
    for row in rows:
        if verdict := _Judge(row, seen, ours, lived=lived).verdict():
            now = _values(seen.knowing, row.kind)
            public = None if seen.public is None else seen.public.addresses(row.kind)
            found.append(RowFound(row, *verdict, now, public))
    return (*found, *_vouching(rows, seen, voucher), *_servers(seen))


def unsettled(found: Iterable[RowFound]) -> list[RowFound]:
    """Return what has to be put right or waited for, the worst first."""
    return sorted((one for one in found if not one.settled), key=lambda one: one.level != "bad")


def _whole(seen: NameSeen) -> Said | None:
    """Return what makes every other question idle; None when there is an answer to judge."""
    public = seen.public.state if seen.public is not None else None
    servers = ", ".join(answer.server for answer in seen.own)
    if public is State.BOGUS:
        return Verdict.BOGUS, "bad", said(say.BOGUS, zone=seen.zone)
    if seen.knowing:
        absent = all(answer.state is State.ABSENT for answer in seen.knowing)
        if absent and _rented_below(seen.zone):
            domain = _below(seen.name, seen.zone)
            return Verdict.UNRENTED, "bad", said(say.UNRENTED, domain=domain)
        return None
    if seen.public is not None and seen.public.knows:
        return None
    if seen.own and all(answer.state is State.LAME for answer in seen.own):
        return Verdict.LAME, "bad", said(say.LAME, zone=seen.zone, servers=servers)
    if seen.own and public is State.FAILING:
        return Verdict.UNHEARD, "bad", said(say.UNHEARD, servers=servers)
    return Verdict.SILENT, "wait", say.SILENT


class _Judge:
    """What one row is like, by what is said of its name; *lived*: an app of ours lives there."""

    def __init__(self, row: Row, seen: NameSeen, ours: Addresses, *, lived: bool) -> None:
        self.row, self.seen, self.ours, self.lived = row, seen, ours, lived
        self.answers = seen.knowing or ((seen.public,) if seen.public is not None else ())
        self.have = _values(self.answers, row.kind)
        self.strange = self._strange(self.have)

    def verdict(self) -> Said | None:
        """Return None when nothing is there, and nothing should be."""
        if not self.row.value and not self.strange:
            return None
        if self.strange and not self.lived:
            return Verdict.ELSEWHERE, "note", said(say.ELSEWHERE, found=_few(self.strange))
        if self.seen.beside and self.row.kind == "A":
            return Verdict.ALIAS_BESIDE, "bad", said(say.ALIAS_BESIDE, target=self.seen.beside)
        if (uneven := self._uneven()) is not None:
            return uneven
        if self.strange:
            return self._wrong()
        if not self.have:
            return self._missing()
        return self._spread()

    def _strange(self, addresses: Iterable[str]) -> tuple[str, ...]:
        return tuple(one for one in addresses if one not in self.ours.all)

    def _uneven(self) -> Said | None:
        each = [answer.addresses(self.row.kind) for answer in self.answers]
        right = [bool(found) and not self._strange(found) for found in each]
        if all(right) or not any(right):
            return None
        late = [a.server for a, is_right in zip(self.answers, right, strict=True) if not is_right]
        return Verdict.UNEVEN, "wait", said(say.UNEVEN, servers=", ".join(late))

    def _wrong(self) -> Said:
        found = _few(self.strange)
        alias = next((a.alias[0] for a in self.answers if a.alias), "")
        if not self.row.value:
            return Verdict.UNWANTED, "bad", said(say.UNWANTED, found=found, kind=self.row.kind)
        if alias:
            return Verdict.ALIAS_WRONG, "bad", said(say.ALIAS_WRONG, target=alias, found=found)
        if len(self.strange) < len(self.have):
            return Verdict.EXTRA, "bad", said(say.EXTRA, found=found)
        if self.seen.starred and set(self.strange) <= set(self.seen.starred):
            star = self.seen.wildcard
            return Verdict.WRONG, "bad", said(say.STAR_WRONG, star=star, found=found)
        return Verdict.WRONG, "bad", said(say.WRONG, found=found)

    def _missing(self) -> Said:
        alias = next((a.alias[0] for a in self.answers if a.alias), "")
        if not self.row.needed:
            words = say.NEWER if self.row.kind == "AAAA" else say.NOT_NEEDED
            return Verdict.OPTIONAL, "note", words
        if alias:
            return Verdict.ALIAS_WRONG, "bad", said(say.ALIAS_NOWHERE, target=alias)
        if self.seen.starred:
            return Verdict.HIDDEN, "bad", said(say.HIDDEN, star=self.seen.wildcard)
        if self.seen.doubled:
            first = self.row.name.removesuffix(self.seen.zone).rstrip(".") or "@"
            doubled = said(say.DOUBLED, found=self.seen.doubled, first=first)
            return Verdict.MISSING, "bad", doubled
        return Verdict.MISSING, "bad", say.MISSING

    def _spread(self) -> Said:
        public = self.seen.public
        if public is None or not self.seen.knowing:
            return Verdict.RIGHT, "good", self._right()
        if not public.knows:
            return Verdict.UNSEEN, "wait", said(say.UNSEEN, server=public.server)
        remembered, time = public.addresses(self.row.kind), lasting(public.ttl(self.row.kind))
        if strange := self._strange(remembered):
            words = said(say.SPREADING, found=_few(strange), time=time)
            return Verdict.SPREADING, "wait", words
        if not remembered and self.row.needed:
            return Verdict.SPREADING, "wait", said(say.STILL_NOTHING, time=time)
        return Verdict.RIGHT, "good", self._right()

    def _right(self) -> Words:
        alias = next((a.alias[-1] for a in self.answers if a.alias), "")
        return said(say.RIGHT_BY_ALIAS, target=alias) if alias else say.RIGHT


def may_vouch(rules: Collection[Caa], voucher: str) -> bool:
    """Say whether *rules* (CAA) let *voucher* vouch for a name without a star."""
    if any(flags & CRITICAL and tag.lower() not in KNOWN_TAGS for flags, tag, _ in rules):
        return False
    issuers = [value for _, tag, value in rules if tag.lower() == "issue"]
    return not issuers or any(_lets(value, voucher) for value in issuers)


def _lets(value: str, voucher: str) -> bool:
    who, *more = (part.strip() for part in value.split(";"))
    methods = [p.partition("=")[2].split(",") for p in more if p.startswith("validationmethods")]
    ways = {way.strip() for listed in methods for way in listed}
    return who.lower() == voucher and (not ways or HTTP in ways)


def _vouching(rows: Sequence[Row], seen: NameSeen, voucher: str) -> list[RowFound]:
    if not voucher or may_vouch(seen.caa, voucher) or not any(row.needed for row in rows):
        return []
    now = tuple(f'{flags} {tag} "{value}"' for flags, tag, value in seen.caa)
    row = Row(seen.caa_at, "CAA", f'0 issue "{voucher}"')
    words = said(say.FORBIDDEN, name=seen.caa_at, voucher=voucher)
    return [RowFound(row, Verdict.FORBIDDEN, "bad", words, now)]


def _servers(seen: NameSeen) -> list[RowFound]:
    lame = tuple(answer.server for answer in seen.own if answer.state is State.LAME)
    if not lame or not seen.knowing:
        return []
    row = Row(seen.zone, "NS", ", ".join(answer.server for answer in seen.knowing))
    words = said(say.PARTLY_LAME, zone=seen.zone, servers=", ".join(lame))
    return [RowFound(row, Verdict.PARTLY_LAME, "note", words, lame)]


def _values(answers: Iterable[Answer], kind: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(v for answer in answers for v in answer.addresses(kind)))


def _few(addresses: Sequence[str]) -> str:
    shown = ", ".join(addresses[:MOST_SHOWN])
    return shown if len(addresses) <= MOST_SHOWN else f"{shown}, …"


def _rented_below(zone: str) -> bool:
    """Say whether the names below *zone* are rented out: .org, and .org.uk."""
    labels = zone.split(".")
    return len(labels) == 1 or (len(labels) == 2 and len(labels[1]) == 2 and labels[0] in SECONDS)


def _below(name: str, zone: str) -> str:
    """Return the name directly below *zone* that *name* is in."""
    first = name.removesuffix(zone).rstrip(".").rpartition(".")[2]
    return f"{first}.{zone}"
