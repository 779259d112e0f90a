"""What is said of a name's records: asked of real name servers on loopback, zone by zone."""

from dataclasses import dataclass, field

import dns.name
import dns.rdatatype
import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net import book
from coophost_gui.net.book import Book
from coophost_gui.net.problems import NameUnknown
from coophost_gui.servers.judge_names import judge, may_vouch, unsettled
from coophost_gui.servers.name_words import Verdict as V
from coophost_gui.servers.rows import addresses, rows_for
from tests.testbed.internet import Internet

OURS, OURS_SIX = "203.0.113.5", "2001:db8::5"
OLD, PROXY, OLD_SIX = "198.51.100.7", "192.0.2.104", "2001:db8:bad::7"
NAME, STAR = "cloud.example.org", "*.example.org"
FOUR = addresses(OURS, [])
BOTH = addresses(OURS, [OURS_SIX])


@pytest.fixture(scope="module")
def internet():
    with Internet() as internet:
        yield internet


@pytest.fixture(autouse=True)
def fresh(internet, monkeypatch):
    internet.forget()
    monkeypatch.setattr(book, "PATIENCE", 5.0)


def impatient(monkeypatch):
    """Take who does not answer soon for silent."""
    monkeypatch.setattr(book, "PATIENCE", 0.2)
    monkeypatch.setattr(book, "TRIES", 1)


@dataclass
class Case:
    """A zone, and what is to be said of each record of a name in it, in order."""

    zone: str
    said: dict
    words: str = ""
    name: str = NAME
    ours: object = FOUR
    needed: bool = True
    other: str | None = None  # the zone on the second of its servers
    memory: dict = field(default_factory=dict)  # what the resolver remembers
    change: object = lambda net: None


def unrented(net):
    net.rent("other.org")


def lame(net):
    net.own[0].zones = net.own[1].zones = []


def one_lame(net):
    net.own[1].zones = []


def own_silent(net):
    net.own[0].silent = net.own[1].silent = True


def one_silent(net):
    net.own[1].silent = True


def resolver_silent(net):
    net.resolver.silent = True


def everything_silent(net):
    own_silent(net)
    net.top.silent = net.resolver.silent = True


def bogus(net):
    net.resolver.keeps_back.add(dns.name.from_text("example.org"))


def ports_closed(net):
    """Only the resolver can be asked from here, as in some networks."""
    net.top.silent = True
    net.resolver.remembers[dns.name.from_text(NAME)] = {dns.rdatatype.A: (60, [OURS])}


def org_uk(net):
    net.rent("other.org.uk")


def elsewhere(net):
    """The name stands for one in a zone of somebody else's, which leads to our server."""
    net.rent("example.org", "pages NS ns1.example.org.")
    net.serve("pages.org", f"box A {OURS}")


RIGHT = f"cloud A {OURS}"
SITUATIONS = {
    "nothing there": Case("www A 192.0.2.1", {"A": V.MISSING}, "Add this record"),
    "an empty zone": Case("", {"A": V.MISSING}),
    "written with the zone behind it twice": Case(
        f"cloud.example.org A {OURS}", {"A": V.MISSING}, "Write only “cloud”"
    ),
    "right everywhere": Case(RIGHT, {"A": V.RIGHT}),
    "both kinds right": Case(
        f"{RIGHT}\ncloud AAAA {OURS_SIX}", {"A": V.RIGHT, "AAAA": V.RIGHT}, ours=BOTH
    ),
    "without the newer kind": Case(RIGHT, {"A": V.RIGHT, "AAAA": V.OPTIONAL}, "IPv6", ours=BOTH),
    "the resolver has the old": Case(
        RIGHT, {"A": V.SPREADING}, f"{OLD}, for up to one hour", memory={"A": (3400, [OLD])}
    ),
    "the resolver has nothing": Case(
        RIGHT, {"A": V.SPREADING}, "nothing is there, for up to 8 minutes", memory={"A": (450, [])}
    ),
    "the resolver has an old newer kind": Case(
        RIGHT, {"A": V.RIGHT}, memory={"A": (9, [OURS]), "AAAA": (9, [])}
    ),
    "a wrong address": Case(f"cloud A {OLD}", {"A": V.WRONG}, f"leads to {OLD}, an address that"),
    "a service in front": Case(
        f"cloud A {PROXY}\ncloud A 192.0.2.105", {"A": V.WRONG}, "(proxy), switch it off"
    ),
    "an old one beside the right one": Case(
        f"{RIGHT}\ncloud A {OLD}", {"A": V.EXTRA}, f"stands {OLD}"
    ),
    "the newer kind leads elsewhere": Case(
        f"{RIGHT}\ncloud AAAA {OLD_SIX}", {"A": V.RIGHT, "AAAA": V.WRONG}, OLD_SIX, ours=BOTH
    ),
    "a newer kind that the server has not": Case(
        f"{RIGHT}\ncloud AAAA {OLD_SIX}", {"A": V.RIGHT, "AAAA": V.UNWANTED}, "type AAAA"
    ),
    "only the star": Case(f"* A {OURS}", {"A": V.RIGHT}),
    "a star that leads elsewhere": Case(f"* A {OLD}", {"A": V.WRONG}, f"The record {STAR} leads"),
    "the star is hidden by another record": Case(
        f'* A {OURS}\ncloud TXT "hello"', {"A": V.HIDDEN}, f"The record {STAR} does not reach"
    ),
    "the star is hidden by a name below": Case(
        f'* A {OURS}\n_dmarc.cloud TXT "v=DMARC1"', {"A": V.HIDDEN}, STAR
    ),
    "the star is hidden by a name above": Case(
        f'* A {OURS}\ncloud TXT "hello"', {"A": V.HIDDEN}, STAR, name="new.cloud.example.org"
    ),
    "the star is covered by an address of its own": Case(
        f"* A {OURS}\ncloud A {OLD}", {"A": V.WRONG}, "Change this record"
    ),
    "stands for the right one": Case(
        f"cloud CNAME box.@\nbox A {OURS}", {"A": V.RIGHT}, "by way of box.example.org"
    ),
    "stands for a right one elsewhere": Case(
        "cloud CNAME box.pages.org.", {"A": V.RIGHT}, "box.pages.org", change=elsewhere
    ),
    "stands for a wrong one": Case(
        f"cloud CNAME shop.@\nshop A {OLD}", {"A": V.ALIAS_WRONG}, "stands for shop.example.org"
    ),
    "stands for nothing": Case("cloud CNAME gone.@", {"A": V.ALIAS_WRONG}, "leads nowhere"),
    "stands for the root of all names": Case(
        "cloud CNAME .", {"A": V.ALIAS_WRONG}, "leads nowhere"
    ),
    "a crowd of addresses": Case(
        "\n".join(f"cloud A 198.51.100.{last}" for last in range(9)),
        {"A": V.WRONG},
        "198.51.100.3, …, an",
    ),
    "stands for something beside an address": Case(
        f"{RIGHT}\ncloud CNAME shop.@\nshop A {OLD}", {"A": V.ALIAS_BESIDE}, "(CNAME). The two"
    ),
    "another authority alone may vouch": Case(
        f'{RIGHT}\n@ CAA 0 issue "example.net"',
        {"A": V.RIGHT, "CAA": V.FORBIDDEN},
        "example.org does not let letsencrypt.org",
    ),
    "an authority for stars only": Case(
        f'{RIGHT}\n@ CAA 0 issuewild "example.net"', {"A": V.RIGHT}
    ),
    "the nearest says who may vouch": Case(
        f'{RIGHT}\n@ CAA 0 issue "example.net"\ncloud CAA 0 issue "letsencrypt.org"',
        {"A": V.RIGHT},
    ),
    "its servers do not agree": Case(
        RIGHT, {"A": V.UNEVEN}, "ns2.example.org", other=f"cloud A {OLD}"
    ),
    "one of its servers has not heard": Case(RIGHT, {"A": V.UNEVEN}, "ns2.example.org", other=""),
    "one of its servers is silent": Case(RIGHT, {"A": V.RIGHT}, change=one_silent),
    "one of its servers is lame": Case(
        RIGHT, {"A": V.RIGHT, "NS": V.PARTLY_LAME}, "ns2.example.org", change=one_lame
    ),
    "all its servers are lame": Case(RIGHT, {"A": V.LAME}, "ns1.example.org, ns2", change=lame),
    "its servers are silent": Case(RIGHT, {"A": V.UNHEARD}, "ns1.example.org", change=own_silent),
    "nobody rented it": Case("", {"A": V.UNRENTED}, "rented example.org,", change=unrented),
    "nobody rented it below a country": Case(
        "",
        {"A": V.UNRENTED},
        "rented kitchen.org.uk,",
        name="a.b.kitchen.org.uk",
        change=org_uk,
    ),
    "its signatures do not fit": Case(RIGHT, {"A": V.BOGUS}, "DNSSEC", change=bogus),
    "nobody answers": Case(RIGHT, {"A": V.SILENT}, "does not answer", change=everything_silent),
    "the resolver is silent": Case(RIGHT, {"A": V.SILENT}, change=resolver_silent),
    "only the resolver can be asked": Case(RIGHT, {"A": V.RIGHT}, change=ports_closed),
    "no app lives at the star": Case(
        RIGHT, {"A": V.OPTIONAL}, "not needed", name=STAR, needed=False
    ),
    "the star itself": Case(f"* A {OURS}", {"A": V.RIGHT}, name=STAR, needed=False),
    "their website lives elsewhere in both kinds": Case(
        f"@ A {OLD}\n@ AAAA {OLD_SIX}",
        {"A": V.ELSEWHERE, "AAAA": V.ELSEWHERE},
        "Leave it so",
        name="example.org",
        needed=False,
    ),
    "their website stands for another name": Case(
        f"www CNAME shop.@\nshop A {OLD}\nshop AAAA {OLD_SIX}",
        {"A": V.ELSEWHERE, "AAAA": V.ELSEWHERE},
        name="www.example.org",
        ours=BOTH,
        needed=False,
    ),
    "their website lives elsewhere": Case(
        f"@ A {OLD}", {"A": V.ELSEWHERE}, "Leave it so", name="example.org", needed=False
    ),
}


@pytest.mark.parametrize("case", SITUATIONS.values(), ids=SITUATIONS)
def test_a_situation_gets_its_verdict_and_a_sentence(internet, case, monkeypatch):
    if case.change in (own_silent, one_silent, resolver_silent, everything_silent, ports_closed):
        impatient(monkeypatch)
    found = look(internet, case)
    assert {one.row.kind: one.verdict for one in found} == case.said
    assert case.words in " ".join(str(one.words) for one in found)
    well = {V.RIGHT, V.OPTIONAL, V.ELSEWHERE, V.PARTLY_LAME}
    assert (not unsettled(found)) == (set(case.said.values()) <= well)


def look(internet, case):
    internet.rent("example.org")
    internet.serve("example.org", case.zone)
    if case.other is not None:
        internet.serve("example.org", case.other, internet.own[1])
    if case.memory:
        kinds = {dns.rdatatype.from_text(kind): what for kind, what in case.memory.items()}
        internet.resolver.remembers[dns.name.from_text(case.name)] = kinds
    case.change(internet)
    seen = ask(internet, case.name, case.ours)
    return judge(rows_for(case.name, case.ours, needed=case.needed), seen, case.ours)


def ask(internet, name, ours=FOUR):
    settings = Settings(resolver=f"{internet.resolver.address}:{internet.port}")
    return Book(settings, internet.port).look(Job(), name, ours.all)


@pytest.mark.parametrize("zone", ["", f"cloud A {OLD}", f"{RIGHT}\ncloud A {OLD}"])
def test_the_resolver_does_not_hear_of_a_name_before_it_is_right(internet, zone):
    internet.rent("example.org")
    internet.serve("example.org", zone)
    assert ask(internet, NAME).public is None
    name = dns.name.from_text(NAME)
    assert name in [asked for asked, _ in internet.own[0].asked]
    assert name not in [asked for asked, _ in internet.resolver.asked]
    internet.serve("example.org", RIGHT)
    assert ask(internet, NAME).public.four == (OURS,)


def test_many_names_of_one_zone_ask_those_above_once(internet):
    internet.rent("example.org")
    internet.serve("example.org", f"* A {OURS}")
    settings = Settings(resolver=f"{internet.resolver.address}:{internet.port}")
    one = Book(settings, internet.port)
    for name in ("a.example.org", "b.example.org", "c.example.org"):
        assert one.look(Job(), name, FOUR.all).knowing
    ours = [name for name, kind in internet.resolver.asked if kind == dns.rdatatype.NS]
    assert len(ours) == 1


@pytest.mark.parametrize("name", ["a..example.org", "a" * 64 + ".org", ".", "\\"])
def test_a_name_that_cannot_be_is_said_as_such(internet, name):
    with pytest.raises(NameUnknown):
        ask(internet, name)


@pytest.mark.parametrize(
    ("rules", "may"),
    [
        ([], True),
        ([(0, "issue", "letsencrypt.org")], True),
        ([(0, "Issue", " LetsEncrypt.org ; accounturi=https://x/1")], True),
        ([(0, "issue", ";")], False),
        ([(0, "issue", "example.net"), (0, "issue", "letsencrypt.org")], True),
        ([(0, "issue", "letsencrypt.org; validationmethods=dns-01")], False),
        ([(0, "issue", "letsencrypt.org; validationmethods=dns-01,http-01")], True),
        ([(0, "issuewild", ";")], True),
        ([(0, "iodef", "mailto:a@example.org")], True),
        ([(128, "tomorrow", "x")], False),
        ([(0, "tomorrow", "x")], True),
    ],
)
def test_who_may_vouch_is_read_as_the_authorities_read_it(rules, may):
    assert may_vouch(rules, "letsencrypt.org") is may


@pytest.mark.parametrize(
    ("reached", "said", "four", "six", "inside"),
    [
        (OURS, ["127.0.0.1", "::1", OURS, "172.17.0.1", "fe80::1"], OURS, "", False),
        (OURS, [OURS_SIX, "fd00::5"], OURS, OURS_SIX, False),
        ("10.0.0.5", [OURS, "10.0.0.5"], OURS, "", False),  # reached through a network of theirs
        ("192.168.1.5", ["192.168.1.5"], "192.168.1.5", "", True),
        (OURS_SIX, [OURS_SIX], "", OURS_SIX, False),
        ("kitchen", ["10.0.0.5"], "", "", True),
    ],
)
def test_the_addresses_for_the_records_are_those_that_work_outside(
    reached, said, four, six, inside
):
    found = addresses(reached, said)
    assert (found.four, found.six, found.inside) == (four, six, inside)
    assert "172.17.0.1" not in found.all


def test_a_server_with_the_newer_kind_alone_needs_that_record():
    [first, second] = rows_for(NAME, addresses(OURS_SIX, []))
    assert (first.value, second.value, second.needed) == ("", OURS_SIX, True)
