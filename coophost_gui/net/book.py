"""The address book of the internet (DNS), asked from the top down.

Whoever vouches for an address (Let's Encrypt) asks the name's own servers, whom the zone
above names.  So do we; a resolver is asked for what the rest of the world still remembers.
"""

import time
from collections.abc import Callable, Collection
from dataclasses import replace
from typing import TypeAlias

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.rrset

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.answers import Answer, Caa, NameSeen, State
from coophost_gui.net.dns import PORT, resolvers
from coophost_gui.net.messages import KINDS, addresses, caa_rules, chain, of_kind, text, with_reply
from coophost_gui.net.problems import NameUnknown

PATIENCE = 1.2  # seconds for one answer
TRIES = 2  # a packet may get lost
MOST_SERVERS = 6  # of one zone
DEEPEST = 12  # zones under zones

Zone: TypeAlias = tuple[dns.name.Name, tuple[str, ...]]  # and the names of its servers


class Book:
    """The address book as it is now; what one look found out about zones serves the next name.

    Make a new one for every look.  *port* is where the zones' own servers listen.
    """

    def __init__(self, settings: Settings, port: int = PORT) -> None:
        self._resolvers = resolvers(settings)
        self._port = port
        self._zones: dict[dns.name.Name, tuple[str, ...]] = {}
        self._where: dict[str, str] = {}  # the addresses of name servers; "" where there is none
        self._silent: set[tuple[str, int]] = set()

    def look(self, job: Job, name: str, wanted: Collection[str]) -> NameSeen:
        """Return what is said of *name*, which should lead to *wanted* and nowhere else.

        The resolver is asked only once the name's own servers say nothing but *wanted*
        (or none of them could be asked): it would keep what is wrong for an hour.
        """
        try:
            full = dns.name.from_text(name)
        except dns.exception.DNSException as error:
            raise NameUnknown(str(error), name=name) from error
        if full == dns.name.root:
            raise NameUnknown(name=name)
        zone, servers = self._own_servers(job, full)
        own = tuple(
            job.side_by_side([_each(self._said_by, server, full) for server in servers], limit=8)
        )
        seen = NameSeen(name, time.time(), text(zone), own)
        knowing = [server for server, said in zip(servers, own, strict=True) if said.knows]
        first = knowing[0] if knowing else None
        settled = all(_only(said, wanted) for said in seen.knowing)
        if settled:
            seen = replace(seen, public=self._remembered(job, full))
        if first is not None:
            beside = self._beside(job, full, first, seen.knowing[0])
            star, starred = self._star(job, full, zone, first)
            seen = replace(seen, beside=beside, wildcard=star, starred=starred)
            if not star and not seen.knowing[0].direct:
                seen = replace(seen, doubled=self._doubled(job, full, zone, first))
        if settled:
            where, rules = self._caa(job, full, zone, first)
            seen = replace(seen, caa_at=where, caa=rules)
        return seen

    # Whose name it is

    def _own_servers(self, job: Job, name: dns.name.Name) -> Zone:
        """Return the deepest zone that *name* is in, and the servers that the one above names."""
        known = [zone for zone in self._zones if name.is_subdomain(zone)]
        if known:
            zone = max(known, key=len)
            servers = self._zones[zone]
        else:
            zone = dns.name.Name(name.labels[-2:])
            servers = self._named_by_resolver(job, zone)
        for _ in range(DEEPEST):
            self._zones[zone] = servers
            below = self._below(job, name, zone, servers)
            if below is None:
                return zone, servers
            zone, servers = below
        return zone, servers

    def _named_by_resolver(self, job: Job, zone: dns.name.Name) -> tuple[str, ...]:
        reply = self._resolve(job, zone, "NS")
        return self._servers(reply.answer if reply is not None else [], reply)

    def _below(
        self, job: Job, name: dns.name.Name, zone: dns.name.Name, servers: tuple[str, ...]
    ) -> Zone | None:
        """Ask the servers of *zone* in turn; return the zone under it that *name* is in."""
        for server in servers[:3]:
            reply = self._ask(job, server, name, "A")
            if reply is None:
                continue
            for rrset in reply.authority:
                deeper = name.is_subdomain(rrset.name) and len(rrset.name) > len(zone)
                if not deeper:
                    continue
                if reply.flags & dns.flags.AA:  # this one serves both of them
                    return rrset.name, servers
                if rrset.rdtype == dns.rdatatype.NS:
                    return rrset.name, self._servers([rrset], reply)
            if reply.flags & dns.flags.AA:
                return None
        return None

    def _servers(
        self, rrsets: list[dns.rrset.RRset], reply: dns.message.Message | None
    ) -> tuple[str, ...]:
        """Return the names of the servers in *rrsets*; keep the addresses that came along."""
        found: list[str] = []
        for record in list(of_kind(rrsets, "NS"))[:MOST_SERVERS]:
            found.append(text(record.target))
            if beside := addresses(reply.additional if reply else [], record.target):
                self._where[found[-1]] = beside[0]
        return tuple(sorted(found))

    # What is said

    def _said_by(self, job: Job, server: str, name: dns.name.Name) -> Answer:
        """Return what one of the zone's own servers says of *name*."""
        if not self._address(job, server):
            return Answer(server, State.LAME)
        said = Answer(server, State.ABSENT)
        for kind in KINDS:
            reply = self._ask(job, server, name, kind)
            if reply is None:
                return Answer(server, State.SILENT)
            known = reply.rcode() in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN)
            if not known or not reply.flags & dns.flags.AA:
                return Answer(server, State.LAME)
            said = with_reply(said, reply, name, kind)
        return self._followed(job, said)

    def _followed(self, job: Job, said: Answer) -> Answer:
        """Return *said* with the addresses of a name elsewhere that it leads to."""
        if not said.alias or said.four or said.six:
            return said
        end = dns.name.from_text(said.alias[-1])
        found = self._addresses_of(job, end)
        four = tuple(address for address in found if ":" not in address)
        return replace(said, four=four, six=tuple(a for a in found if ":" in a))

    def _remembered(self, job: Job, name: dns.name.Name) -> Answer:
        """Return what the resolver says of *name*, and how long it will go on saying so."""
        where = self._resolvers[0][0] if self._resolvers else ""
        said = Answer(where, State.ABSENT)
        for kind in KINDS:
            reply = self._resolve(job, name, kind)
            if reply is None:
                return Answer(where, State.SILENT)
            if reply.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
                unchecked = self._resolve(job, name, kind, dns.flags.CD)
                fits = unchecked is None or unchecked.rcode() == dns.rcode.SERVFAIL
                return Answer(where, State.FAILING if fits else State.BOGUS)
            said = with_reply(said, reply, name, kind)
        return said

    def _beside(self, job: Job, name: dns.name.Name, server: str, said: Answer) -> str:
        """Return where a CNAME leads that stands beside addresses: the two do not go together."""
        if not said.direct:
            return ""
        reply = self._ask(job, server, name, "CNAME")
        aliases = chain(reply.answer, name) if reply is not None else ()
        return aliases[0] if aliases else ""

    def _star(
        self, job: Job, name: dns.name.Name, zone: dns.name.Name, server: str
    ) -> tuple[str, tuple[str, ...]]:
        """Return the nearest row with a star above *name*, and where it leads."""
        above = name.parent()
        while not name.is_wild() and len(above) >= len(zone):
            star = dns.name.Name((b"*", *above.labels))
            said = self._said_by(job, server, star)
            if said.state is State.HERE:
                return text(star), said.four + said.six
            above = above.parent()
        return "", ()

    def _doubled(self, job: Job, name: dns.name.Name, zone: dns.name.Name, server: str) -> str:
        """Return *name* with the zone behind it twice, if that is what somebody entered."""
        try:
            twice = name.relativize(dns.name.root) + zone
        except dns.exception.DNSException:  # too long to be one
            return ""
        return text(twice) if self._said_by(job, server, twice).state is State.HERE else ""

    def _caa(
        self, job: Job, name: dns.name.Name, zone: dns.name.Name, server: str | None
    ) -> tuple[str, tuple[Caa, ...]]:
        """Return who may vouch for *name*: the nearest name above that says anything of it."""
        while len(name) > 2:
            mine = server is not None and name.is_subdomain(zone)
            reply = self._ask(job, server, name, "CAA") if mine and server else None
            aliases = chain(reply.answer, name) if reply is not None else ()
            if reply is None or (aliases and not of_kind(reply.answer, "CAA")):
                asked = dns.name.from_text(aliases[-1]) if aliases else name
                reply = self._resolve(job, asked, "CAA")
            rules = caa_rules(reply.answer if reply is not None else [])
            if rules:
                return text(name), rules
            name = name.parent()
        return "", ()

    # One question

    def _addresses_of(self, job: Job, name: dns.name.Name) -> tuple[str, ...]:
        found: list[str] = []
        for kind in KINDS:
            reply = self._resolve(job, name, kind)
            found += [r.to_text() for r in of_kind(reply.answer if reply else [], kind)]
        return tuple(found)

    def _resolve(
        self, job: Job, name: dns.name.Name, kind: str, flags: int = 0
    ) -> dns.message.Message | None:
        for where in self._resolvers:
            reply = self._exchange(job, name, kind, dns.flags.RD | flags, where)
            if reply is not None:
                return reply
        return None

    def _ask(
        self, job: Job, server: str, name: dns.name.Name, kind: str
    ) -> dns.message.Message | None:
        where = self._address(job, server)
        return self._exchange(job, name, kind, 0, (where, self._port)) if where else None

    def _exchange(
        self, job: Job, name: dns.name.Name, kind: str, flags: int, where: tuple[str, int]
    ) -> dns.message.Message | None:
        """Ask one server one thing, over TCP where the answer is long; None when it is silent.

        Whoever was silent once is not asked again in this look.
        """
        query = dns.message.make_query(name, kind, flags=flags)
        for _ in range(0 if where in self._silent else TRIES):
            job.checkpoint()
            try:
                return dns.query.udp_with_fallback(query, where[0], PATIENCE, where[1])[0]
            except dns.exception.Timeout:
                continue
            except (dns.exception.DNSException, OSError, EOFError, ValueError):
                break
        self._silent.add(where)
        return None

    def _address(self, job: Job, server: str) -> str:
        if server not in self._where:
            found = self._addresses_of(job, dns.name.from_text(server))
            self._where[server] = next(iter(found), "")
        return self._where[server]


def _each(
    work: Callable[[Job, str, dns.name.Name], Answer], server: str, name: dns.name.Name
) -> Callable[[Job], Answer]:
    return lambda job: work(job, server, name)


def _only(said: Answer, wanted: Collection[str]) -> bool:
    """Say whether a name leads to some of *wanted*, and nowhere else."""
    found = {*said.four, *said.six}
    return bool(found) and found <= set(wanted)
