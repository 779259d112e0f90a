"""Starter recipes on a real server, each used as its people would, through the front door."""

import base64
import shutil

import pytest

from coophost_gui.kit.store import Settings
from coophost_gui.recipes.abra import AbraFolder
from tests.e2e.person import Person
from tests.e2e.test_journey_cli import SERVER, Diary, Terminal, by_app, visit
from tests.testbed.commands import until

pytestmark = [pytest.mark.testbed, pytest.mark.timeout(900)]

PAGES = f"pages.{SERVER}"
DATES = f"dates.{SERVER}"
EVENT = """BEGIN:VCALENDAR\r
VERSION:2.0\r
PRODID:-//kitchen//EN\r
BEGIN:VEVENT\r
UID:soup@kitchen\r
DTSTAMP:20261127T100000Z\r
DTSTART:20261201T180000Z\r
SUMMARY:Soup for everybody\r
END:VEVENT\r
END:VCALENDAR\r
"""


class Visitor:
    """Somebody with a browser or a phone, with a name and a password or without."""

    def __init__(self, machine, trusted, site, name="", password=""):
        self._where = (machine.address, trusted)
        self._site = site
        word = base64.b64encode(f"{name}:{password}".encode()).decode()
        self._headers = {"Authorization": f"Basic {word}"} if name else {}

    def asks(self, path, method="GET", body=None, **headers):
        return visit(
            *self._where,
            path,
            site=self._site,
            method=method,
            body=body,
            headers=self._headers | headers,
        )


@pytest.fixture
def kitchen(services, stand_ins, names, authority, own_home, pytestconfig, tmp_path):
    """A server with its front door, and somebody at a terminal of her own."""
    Settings(
        resolver=names.resolver, certificates=str(shutil.copy(services.visitors_trust(), tmp_path))
    ).write()
    with services.docker_server() as machine:
        names.point("*.coop.test", machine.address)
        person = Person(own_home, machine, name=SERVER)
        person.answers = {
            "fingerprint": machine.fingerprint,
            "collective": "The kitchen",
            "acme_server": authority.directory,
            "secret_acme_ca": authority.service_root,
        }
        terminal = Terminal(person, Diary(pytestconfig))
        where = f"root@{machine.address}"
        terminal.run(
            *("server", "add", where, "--name", SERVER, "--email", "hello@coop.test", "--yes")
        )
        person.secrets, person.answers = {}, {}
        yield terminal


def in_app(machine, site, *argv):
    """Run *argv* in the running container of the app at *site*."""
    label = f"label=com.docker.swarm.service.name={site.replace('.', '_')}_app"
    found = machine.docker("ps", "-q", "--filter", label)
    return machine.docker("exec", found.split()[0], *argv)


def test_pages_and_dates_are_used_through_the_front_door(kitchen, services):
    machine, trusted = kitchen.person.server, services.visitors_trust()
    kitchen.run("app", "new", "starter-static", "--domain", PAGES, "--yes")
    kitchen.run("app", "new", "starter-radicale", "--domain", DATES, "--yes")
    cards = by_app(kitchen.run("health", "--json"))
    assert {cards[site]["level"] for site in (PAGES, DATES)} == {"good"}, cards

    page = "echo '<h1>Soup on Tuesdays</h1>' > /usr/share/nginx/html/index.html"
    in_app(machine, PAGES, "sh", "-c", page)
    anybody = Visitor(machine, trusted, PAGES)
    assert anybody.asks("/") == (200, "", "<h1>Soup on Tuesdays</h1>\n")
    assert anybody.asks("/nothing")[0] == 404

    password = in_app(machine, DATES, "cat", "/run/secrets/admin_password").strip()
    phone = Visitor(machine, trusted, DATES, "admin", password)
    assert phone.asks("/admin/shared/", "MKCALENDAR")[0] == 201
    kind = {"Content-Type": "text/calendar"}
    assert phone.asks("/admin/shared/soup.ics", "PUT", EVENT, **kind)[0] == 201
    status, _, event = phone.asks("/admin/shared/soup.ics")
    assert (status, "SUMMARY:Soup for everybody" in event) == (200, True)
    stranger = Visitor(machine, trusted, DATES, "admin", "guessed")
    assert stranger.asks("/admin/shared/soup.ics")[0] == 401

    the_pages_for_friends_only(kitchen, machine, trusted)


def the_pages_for_friends_only(kitchen, machine, trusted):
    """Choose the overlay in the .env file, as its comments say, and deploy again."""
    file = AbraFolder(kitchen.person.home / ".abra").app(PAGES)
    text = file.path.read_text()
    for line in (
        'COMPOSE_FILE="$COMPOSE_FILE:compose.password.yml',
        "VISITOR_NAME",
        "SECRET_VISITOR",
    ):
        assert f"#{line}" in text
        text = text.replace(f"#{line}", line)
    file.path.write_text(text)
    kitchen.run("app", "deploy", PAGES, "--yes")
    until(lambda: Visitor(machine, trusted, PAGES).asks("/")[0] == 401, "the lock", 60)
    password = in_app(machine, PAGES, "cat", "/run/secrets/visitor_password").strip()
    friend = Visitor(machine, trusted, PAGES, "friends", password)
    assert friend.asks("/") == (200, "", "<h1>Soup on Tuesdays</h1>\n")
    assert Visitor(machine, trusted, PAGES, "friends", "guessed").asks("/")[0] == 401
