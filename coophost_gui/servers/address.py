"""What the address of a server says about who can reach it."""

import ipaddress
from enum import Enum

from coophost_gui.kit.text import N_, Said, said

CARRIER = ipaddress.ip_network("100.64.0.0/10")  # RFC 6598: many customers behind one address
HOME = tuple(
    map(ipaddress.ip_network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"))
)


class Kind(Enum):
    """Who can reach an address: its words for people, and what they may do about it."""

    PUBLIC = "public"
    PRIVATE = "private"
    CARRIER = "carrier"
    MAKESHIFT = "makeshift"  # link-local
    ITSELF = "itself"  # loopback
    NOBODYS = "nobodys"  # kept for examples and the like
    BEHIND = "behind"  # only another machine, through which we go, knows it by this name

    @property
    def meaning(self) -> str:
        return _MEANINGS[self][0]

    @property
    def advice(self) -> str:
        return _MEANINGS[self][1]


_MEANINGS = {
    Kind.PUBLIC: (
        N_("core", "The address {address} is a public one."),
        N_("core", "Everybody can find the way there, unless a firewall is in between."),
    ),
    Kind.PRIVATE: (
        N_("core", "The address {address} is known only inside one home, office or data centre."),
        N_(
            "core",
            "People outside come through a router, which has a public address of its own. Give "
            "that one to your domain. Have the router pass ports 80 and 443 on to this server.",
        ),
    ),
    Kind.CARRIER: (
        N_("core", "The address {address} is shared by many customers of an internet company."),
        N_(
            "core",
            "Nobody outside can reach it. Ask the company for a public address of your own, or "
            "rent a server elsewhere.",
        ),
    ),
    Kind.MAKESHIFT: (
        N_("core", "The address {address} is a makeshift one that the server gave itself."),
        N_("core", "It got none from its network. Look at its cable and at the router."),
    ),
    Kind.ITSELF: (
        N_("core", "The address {address} leads every computer to itself."),
        N_("core", "Nobody else can reach it. Add the server by the address that others see."),
    ),
    Kind.BEHIND: (
        N_("core", "{address} is reached through another machine."),
        N_("core", "From here it cannot be told who else gets there. Try it with a phone."),
    ),
    Kind.NOBODYS: (
        N_("core", "The address {address} belongs to nobody: it is for examples and practice."),
        N_("core", "A real server has an address from its provider."),
    ),
}


def kind_of(address: str) -> Kind:
    """Return who can reach *address*, in numbers unless another machine leads there."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return Kind.BEHIND
    mapped = getattr(found, "ipv4_mapped", None)
    found = mapped or found
    if found.is_loopback:
        return Kind.ITSELF
    if found.is_link_local:
        return Kind.MAKESHIFT
    if found.version == CARRIER.version and found in CARRIER:
        return Kind.CARRIER
    if any(found.version == home.version and found in home for home in HOME):
        return Kind.PRIVATE
    return Kind.PUBLIC if found.is_global else Kind.NOBODYS


def words_on(address: str) -> tuple[Said, str]:
    """Return what *address* means and what to do about it."""
    kind = kind_of(address)
    return said(kind.meaning, address=address), kind.advice
