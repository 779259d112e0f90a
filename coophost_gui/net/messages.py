"""What stands in the messages of name servers, read without asking anybody."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any

import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset

from coophost_gui.net.answers import Answer, Caa, State

KINDS = ("A", "AAAA")
LONGEST_CHAIN = 12  # names that lead to names


def with_reply(said: Answer, reply: dns.message.Message, name: dns.name.Name, kind: str) -> Answer:
    """Return *said* with what *reply* adds about *kind*."""
    led = chain(reply.answer, name)
    end = dns.name.from_text(led[-1]) if led else name
    found = addresses(reply.answer, end, (kind,))
    state = said.state
    if found or led:
        state = State.HERE
    elif reply.rcode() == dns.rcode.NOERROR and state is State.ABSENT:
        state = State.EMPTY
    ttl = max((rrset.ttl for rrset in reply.answer), default=0) if found or led else _nothing(reply)
    direct = said.direct or bool(found and not led)
    said = replace(said, state=state, alias=led or said.alias, direct=direct)
    if kind == "A":
        return replace(said, four=found, four_ttl=ttl)
    return replace(said, six=found, six_ttl=ttl)


def chain(answer: list[dns.rrset.RRset], name: dns.name.Name) -> tuple[str, ...]:
    """Return the names that *name* leads through, by its CNAMEs in *answer*."""
    leads = {r.name: r[0].target for r in answer if r.rdtype == dns.rdatatype.CNAME}
    led: list[str] = []
    while name in leads and len(led) < LONGEST_CHAIN:
        name = leads[name]
        led.append(text(name))
    return tuple(led)


def addresses(
    rrsets: list[dns.rrset.RRset], name: dns.name.Name, kinds: Collection[str] = KINDS
) -> tuple[str, ...]:
    """Return the addresses that *rrsets* have for *name*, IPv4 first, always in the same order."""
    return tuple(
        address
        for kind in kinds
        for rrset in rrsets
        if rrset.name == name and rrset.rdtype == dns.rdatatype.from_text(kind)
        for address in sorted(record.to_text() for record in rrset)
    )


def of_kind(rrsets: list[dns.rrset.RRset], kind: str) -> list[Any]:
    """Return the records of one kind, whatever name they are of."""
    wanted = dns.rdatatype.from_text(kind)
    return [record for rrset in rrsets if rrset.rdtype == wanted for record in rrset]


def caa_rules(answer: list[dns.rrset.RRset]) -> tuple[Caa, ...]:
    """Return what *answer* says of who may vouch for a name."""
    return tuple(
        (record.flags, record.tag.decode(errors="replace"), record.value.decode(errors="replace"))
        for record in of_kind(answer, "CAA")
    )


def text(name: dns.name.Name) -> str:
    """Return *name* as people write it."""
    return name.to_text(omit_final_dot=True).lower()


def _nothing(reply: dns.message.Message) -> int:
    """Return for how many seconds it may be remembered that nothing is there."""
    soas = [rrset for rrset in reply.authority if rrset.rdtype == dns.rdatatype.SOA]
    return max((min(rrset.ttl, rrset[0].minimum) for rrset in soas), default=0)
