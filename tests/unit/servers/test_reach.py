"""Who can reach an address, and what a phone should open."""

import pytest

from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.address import Kind, kind_of
from coophost_gui.servers.reach import address_to_open
from coophost_gui.servers.steps.fit import fit
from tests.unit.servers.house import House
from tests.unit.servers.said import BLANK


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("8.8.8.8", Kind.PUBLIC),
        ("172.32.0.1", Kind.PUBLIC),
        ("100.128.0.1", Kind.PUBLIC),
        ("2a01:4f8::1", Kind.PUBLIC),
        ("::ffff:8.8.8.8", Kind.PUBLIC),
        ("10.0.0.5", Kind.PRIVATE),
        ("172.16.0.1", Kind.PRIVATE),
        ("172.31.255.254", Kind.PRIVATE),
        ("192.168.1.20", Kind.PRIVATE),
        ("::ffff:192.168.1.20", Kind.PRIVATE),
        ("fd12:3456::1", Kind.PRIVATE),
        ("100.64.0.1", Kind.CARRIER),
        ("100.127.255.254", Kind.CARRIER),
        ("169.254.3.4", Kind.MAKESHIFT),
        ("fe80::1%eth0", Kind.MAKESHIFT),
        ("127.0.0.1", Kind.ITSELF),
        ("127.0.30.1", Kind.ITSELF),
        ("::1", Kind.ITSELF),
        ("192.0.2.10", Kind.NOBODYS),
        ("203.0.113.5", Kind.NOBODYS),
        ("2001:db8::5", Kind.NOBODYS),
        ("kitchen.inside", Kind.BEHIND),
    ],
)
def test_an_address_says_who_can_reach_it(address, kind):
    assert kind_of(address) is kind


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_its_meaning_and_what_to_do(kind):
    assert "{address}" in kind.meaning
    assert kind.advice


@pytest.mark.parametrize(
    ("address", "app", "url"),
    [
        ("203.0.113.5", "", "http://203.0.113.5/"),
        ("2001:db8::5", "", "http://[2001:db8::5]/"),
        ("203.0.113.5", "DOMAIN=notes.example.org\n", "https://notes.example.org/"),
        ("203.0.113.5", "NAME=no domain\n", "http://203.0.113.5/"),
    ],
)
def test_a_phone_opens_an_app_where_there_is_one(tmp_path, address, app, url):
    abra = AbraFolder(tmp_path)
    abra.add_server("alpha")
    if app:
        abra.new_app("alpha", "app", f"TYPE=greeter\n{app}")
    assert address_to_open(abra, "alpha", address) == url


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("192.168.1.20", ["The address 192.168.1.20 is known only inside", "router"]),
        ("100.64.3.4", ["shared by many customers", "public address"]),
        ("8.8.8.8", []),
        ("203.0.113.5", []),
        ("", []),
    ],
)
def test_the_plan_says_it_when_people_outside_cannot_reach_the_server(address, words):
    detail = " ".join(map(str, fit(House(BLANK).door, address=address).detail))
    assert all(word in detail for word in words)
    assert bool(detail) is bool(words)
