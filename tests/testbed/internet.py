"""Name servers as the internet has them: zones on servers of their own, and one resolver.

They listen on loopback addresses, all on one port, in one thread of the test's.  A zone is
written as lines of ``name TYPE value``, with ``@`` for its own name and ``*`` for a star;
wildcards, names between names, delegations and aliases are answered as RFC 1034 says.
"""

import selectors
import socket
import threading
from dataclasses import dataclass, field
from typing import Self

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

TTL, NEGATIVE_TTL = 300, 900
NS, CNAME, SOA = dns.rdatatype.NS, dns.rdatatype.CNAME, dns.rdatatype.SOA


@dataclass
class Zone:
    """The records of one zone: name -> type -> values."""

    origin: dns.name.Name
    records: dict = field(default_factory=dict)

    @classmethod
    def read(cls, origin: str, lines: str) -> Self:
        zone = cls(dns.name.from_text(origin))
        for line in filter(None, map(str.strip, lines.splitlines())):
            name, kind, value = line.split(maxsplit=2)
            where = dns.name.from_text(name, zone.origin) if name != "@" else zone.origin
            there = zone.records.setdefault(where, {})
            there.setdefault(dns.rdatatype.from_text(kind), []).append(value)
        return zone

    def rrset(self, name, kind, found):
        values = [value.replace("@", self.origin.to_text()) for value in found[kind]]
        return dns.rrset.from_text(name, TTL, "IN", dns.rdatatype.to_text(kind), *values)

    def soa(self):
        words = f"ns.invalid. hostmaster.invalid. 1 3600 600 86400 {NEGATIVE_TTL}"
        return dns.rrset.from_text(self.origin, NEGATIVE_TTL, "IN", "SOA", words)

    def answer(self, reply, name, kind):
        """Fill *reply* with what this zone says of *name*."""
        for depth in range(len(self.origin) + 1, len(name) + 1):
            cut = name.split(depth)[1]
            if NS in self.records.get(cut, {}):
                reply.authority.append(self.rrset(cut, NS, self.records[cut]))
                self._glue(reply, reply.authority[-1])
                return
        reply.flags |= dns.flags.AA
        found = self._at(name)
        if found is None:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        elif kind in found:
            reply.answer.append(self.rrset(name, kind, found))
            return
        elif CNAME in found:
            reply.answer.append(self.rrset(name, CNAME, found))
            target = reply.answer[-1][0].target
            if target.is_subdomain(self.origin) and len(reply.answer) < 9:
                self.answer(reply, target, kind)
            return
        reply.authority.append(self.soa())

    def _at(self, name):
        """Return the records at *name*, be they those of a star; None: there is no such name."""
        there = (self.origin, *self.records)
        if name in there or any(one.is_subdomain(name) for one in self.records):
            return self.records.get(name, {})
        above = name.parent()
        while above != self.origin and not any(o.is_subdomain(above) for o in self.records):
            above = above.parent()
        return self.records.get(dns.name.Name((b"*", *above.labels)))

    def _glue(self, reply, servers):
        for record in servers:
            found = self.records.get(record.target, {})
            for kind in (dns.rdatatype.A, dns.rdatatype.AAAA):
                if kind in found:
                    reply.additional.append(self.rrset(record.target, kind, found))


@dataclass
class Server:
    """An authoritative server, on *address*."""

    address: str
    zones: list = field(default_factory=list)
    silent: bool = False
    asked: list = field(default_factory=list)

    def answer(self, query):
        question = query.question[0]
        self.asked.append((question.name, question.rdtype))
        if self.silent:
            return None
        reply = dns.message.make_response(query)
        fitting = [zone for zone in self.zones if question.name.is_subdomain(zone.origin)]
        if not fitting:
            reply.set_rcode(dns.rcode.REFUSED)
            return reply
        max(fitting, key=lambda zone: len(zone.origin)).answer(
            reply, question.name, question.rdtype
        )
        return reply


@dataclass
class Resolver:
    """Finds out by itself what it does not remember.

    ``remembers``: name -> type -> (seconds left, values); no values: there is no such name.
    ``keeps_back``: zones whose signatures do not fit.
    """

    address: str
    internet: "Internet"
    remembers: dict = field(default_factory=dict)
    keeps_back: set = field(default_factory=set)
    silent: bool = False
    asked: list = field(default_factory=list)

    def answer(self, query):
        question = query.question[0]
        self.asked.append((question.name, question.rdtype))
        if self.silent:
            return None
        reply = dns.message.make_response(query, recursion_available=True)
        bogus = any(question.name.is_subdomain(zone) for zone in self.keeps_back)
        if bogus and not query.flags & dns.flags.CD:
            reply.set_rcode(dns.rcode.SERVFAIL)
        else:
            self._resolve(reply, question.name, question.rdtype, query)
        return reply

    def _resolve(self, reply, name, kind, query):
        if name in self.remembers:
            left, values = self.remembers[name].get(kind, (NEGATIVE_TTL, None))
            if values:
                kind = dns.rdatatype.to_text(kind)
                reply.answer.append(dns.rrset.from_text(name, left, "IN", kind, *values))
            else:
                reply.set_rcode(dns.rcode.NOERROR if values is None else dns.rcode.NXDOMAIN)
                soa = Zone(name.parent()).soa()
                soa.ttl = left
                reply.authority.append(soa)
            return
        servers = [self.internet.top]
        for _ in range(9):
            said = self._first(servers, name, kind)
            if said is None:
                reply.set_rcode(dns.rcode.SERVFAIL)
                return
            if said.flags & dns.flags.AA:
                reply.answer += said.answer
                reply.authority += said.authority
                reply.set_rcode(said.rcode())
                end = said.answer[-1] if said.answer else None
                if end is not None and end.rdtype == CNAME != kind:
                    self._resolve(reply, end[0].target, kind, query)
                return
            glue = [record.to_text() for rrset in said.additional for record in rrset]
            servers = [s for s in self.internet.servers if s.address in glue]

    def _first(self, servers, name, kind):
        for server in servers:
            said = server.answer(dns.message.make_query(name, kind, flags=0))
            if said is not None and (said.flags & dns.flags.AA or said.authority):
                return said
        return None


class Internet:
    """The servers of one test: ``top`` for what is above, ``own`` for a name's own, a resolver.

    *place* is the third number of their addresses, *port* 0 a free one.
    """

    def __init__(self, place: int = 77, port: int = 0, own: int = 2) -> None:
        self.top = Server(f"127.0.{place}.1")
        self.own = [Server(f"127.0.{place}.{number + 2}") for number in range(own)]
        self.servers = [self.top, *self.own]
        self.resolver = Resolver(f"127.0.{place}.250", self)
        self.port = port

    def __enter__(self) -> Self:
        self._selector = selectors.DefaultSelector()
        for server in (*self.servers, self.resolver):
            listener = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
            listener.bind((server.address, self.port))
            self.port = listener.getsockname()[1]
            self._selector.register(listener, selectors.EVENT_READ, server)
        self._bell, ring = socket.socketpair()
        self._selector.register(ring, selectors.EVENT_READ, None)
        self._thread = threading.Thread(target=self._serve)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._bell.close()
        self._thread.join()
        for key in list(self._selector.get_map().values()):
            key.fileobj.close()
        self._selector.close()

    def forget(self) -> None:
        """Let every server be as it was in the beginning."""
        for server in self.servers:
            server.zones, server.silent, server.asked = [], False, []
        self.resolver.__init__(self.resolver.address, self)

    def rent(self, domain: str, *more: str) -> None:
        """Have the zone above name ``own`` for *domain*; *more* lines stand there, too."""
        above = domain.partition(".")[2]
        lines = [f"@ NS top.{above}.", f"top A {self.top.address}", *more]
        for number, server in enumerate(self.own, start=1):
            name = f"ns{number}.{domain}."
            lines += [f"{domain}. NS {name}", f"{name} A {server.address}"]
        self.top.zones = [Zone.read(above, "\n".join(lines))]
        if parent := above.partition(".")[2]:
            lines = [f"@ NS top.{above}.", f"{above}. NS top.{above}."]
            self.top.zones.append(Zone.read(parent, "\n".join(lines)))

    def serve(self, domain: str, lines: str, *servers: Server) -> None:
        """Let *servers* (every one of ``own`` where none is named) have a zone."""
        for server in servers or self.own:
            mine = [zone for zone in server.zones if zone.origin != dns.name.from_text(domain)]
            server.zones = [*mine, Zone.read(domain, lines)]

    def _serve(self) -> None:
        while True:
            for key, _ in self._selector.select():
                if key.data is None:
                    return
                data, client = key.fileobj.recvfrom(4096)
                try:
                    reply = key.data.answer(dns.message.from_wire(data))
                except dns.exception.DNSException:
                    continue
                if reply is not None:
                    key.fileobj.sendto(reply.to_wire(), client)
