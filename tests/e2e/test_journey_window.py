"""The whole main job through the real window, with a real mouse and a real keyboard."""

import shutil
import ssl
import time

import pytest

from coophost_gui.kit import places
from coophost_gui.kit.store import Settings
from coophost_gui.workshop.host import LETTER
from tests.e2e.test_journey_cli import (
    HER_PASSWORD,
    LOGIN_KEY,
    SERVER,
    SITE,
    TITLE,
    fill_in,
    in_container,
    visit,
)
from tests.e2e.window import Person, Screen

WELL = "Website is well"
AWAY = f"{SERVER} is not reached"


@pytest.fixture
def screen():
    with Screen() as screen:
        yield screen


@pytest.fixture
def sit_down(screen, own_home, tmp_path):
    """Let somebody sit down at a fresh computer; whatever she started is ended after."""
    people = []

    def sit_down(pictures):
        people.append(Person(screen, own_home, tmp_path, pictures))
        return people[-1]

    yield sit_down
    for person in people:
        person.end()


def test_somebody_tries_it_out_with_mouse_and_keyboard(sit_down):
    person = sit_down("practice")
    person.start()
    person.picture("first-start")
    person.click("door:practice")
    person.click("door:server")
    person.picture("which-server")
    person.click("next")
    person.see("FingerprintPage")
    person.picture("fingerprint")
    assert not person.find("they_match")["enabled"]
    person.type("fingerprint", LETTER.fingerprint)
    person.picture("compared")
    person.click("they_match")
    person.type("collective", "Quarter's Kitchen")
    person.picture("name")
    person.click("next")
    person.see("ReviewPage")
    person.picture("review")
    person.click("begin")
    person.see("RunPage")
    person.picture("run")
    person.see("EndingPage")
    person.picture("ready")
    person.click("go_to_place")
    person.type("search", "Blogger")
    person.until(lambda: person.reads("Website"), "the card of the website")
    person.picture("find")
    person.click("choose:starter-wordpress")
    person.until(lambda: person.find("domain"), "the question of the address")
    person.type("domain", f"www.{LETTER.name}")
    person.picture("address")
    person.click("next")
    person.see("ReviewPage")
    person.picture("review-app")
    person.click("begin")
    person.see("RunPage")
    person.picture("run-app")
    person.see("EndingPage")
    person.picture("app-is-there")
    person.click("open")
    person.picture("take-over")
    person.click("pretend")
    person.click("rail:health")
    person.until(lambda: person.headline() == "Website is well", "Health to be green", 60)
    person.picture("health")
    assert person.visited() == []  # nothing real is opened in practice
    assert person.close() == 0


@pytest.mark.timeout(1800)
def test_from_a_blank_server_to_a_website_through_the_real_window(
    services, journey_server, stand_ins, names, authority, git_server, sit_down, own_home
):
    person = sit_down("real")
    trusted = services.visitors_trust()
    Settings(
        palette="light",
        resolver=names.resolver,
        certificates=str(trusted),
        acme_server=authority.directory,
        acme_root=str(services.trusted),
    ).write()
    (own_home / ".abra" / "catalogue").mkdir(parents=True)
    shutil.copy(git_server.catalogue, own_home / ".abra" / "catalogue" / "recipes.json")
    with journey_server() as machine:
        person.say("the blank server is on")
        names.point("*.coop.test", machine.address)
        add_the_server(person, machine)
        person.kill()
        person.say("killed in the middle")
        go_on_from_home(person)
        bring_the_website_to_life(person)
        claim(person, machine, trusted)
        planted = [
            machine.password,
            in_container(machine, "db", "cat", "/run/secrets/db_password").strip(),
            in_container(machine, "db", "cat", "/run/secrets/db_root_password").strip(),
            (own_home / LOGIN_KEY).read_text().splitlines()[1],
        ]
        power_cut(person, machine, trusted)
        person.click("rail:home")
        person.until(lambda: person.headline() == "Everything is well", "Home to be green", 60)
        person.picture("home")
        for place in ("servers", "apps"):
            person.click(f"rail:{place}")
            person.picture(place)
        assert person.close() == 0
    told_nobody(person, own_home, planted)


def add_the_server(person, machine):
    """Go from the first screen to the longest step of the run."""
    person.start()
    assert person.headline() == "How would you like to begin?"
    person.picture("first-start")
    person.click("door:server")
    person.type("address", machine.address)
    assert person.find("user")["text"] == "root"
    person.type("password", machine.password)
    person.picture("which-server")
    person.click("next")
    person.see("FingerprintPage")
    person.picture("fingerprint")
    assert not person.find("they_match")["enabled"]
    person.type("fingerprint", machine.fingerprint)
    person.picture("compared")
    person.click("they_match")
    person.until(lambda: person.find("collective"), "the questions about the name", 200)
    person.type("name", SERVER)
    person.type("collective", "Quarter's Kitchen")
    person.type("email", "hello@coop.test")
    person.picture("name")
    person.click("next")
    person.see("ReviewPage")
    person.picture("review")
    person.click("begin")
    person.see("RunPage")
    moments = ("Fetching what", "Unpacking", "Setting up")
    person.until(lambda: any(map(person.reads, moments)), "the middle of installing Docker", 400)
    person.picture("run")


def go_on_from_home(person):
    """Start the program again and let the unfinished run complete."""
    person.start()
    person.until(lambda: person.find("continue:add_server"), "the card of what is unfinished")
    person.picture("unfinished")
    person.click("continue:add_server")
    person.see("ReviewPage")
    person.picture("what-is-left")
    person.click("begin")
    person.see("RunPage")
    person.until(lambda: person.reads("Fetching"), "images to be fetched", 600)
    person.picture("run-again")
    person.see("EndingPage", 900)
    person.picture("server-ready")


def bring_the_website_to_life(person):
    """Go from the ending of the server to the ending of the app, and open the browser."""
    person.click("go_to_place")
    person.type("search", "WordPress.com")
    person.until(lambda: person.find("choose:wordpress"), "the app that takes its place")
    person.picture("find")
    person.click("choose:wordpress")
    person.until(lambda: person.find("domain"), "the question of the address", 100)
    person.type("domain", SITE)
    person.picture("address")
    person.click("next")
    person.see("ReviewPage")
    person.picture("review-app")
    person.click("begin")
    person.see("RunPage")
    person.until(lambda: person.reads("parts done"), "the programs to be fetched", 200)
    person.picture("run-app")
    person.see("EndingPage", 900)
    person.picture("app-is-there")
    person.click("open")
    person.until(person.visited, "the browser")
    assert person.visited() == [f"https://{SITE}/wp-admin/install.php"]


def claim(person, machine, trusted):
    """See that nobody claimed the website, do what the browser would do, and see it green."""
    person.click("rail:health")
    person.until(lambda: person.reads("Waits to be claimed"), "that nobody claimed it", 120)
    person.picture("unclaimed")
    assert "WordPress" in visit(machine.address, trusted, "/wp-admin/install.php")[2]
    form = {
        "weblog_title": TITLE,
        "user_name": "ana",
        "admin_password": HER_PASSWORD,
        "admin_password2": HER_PASSWORD,
        "admin_email": "ana@coop.test",
        "pw_weak": "on",
    }
    page = fill_in(machine.address, trusted, "/wp-admin/install.php?step=2", **form)[2]
    assert "Success" in page
    person.say("the website is claimed")
    person.until(lambda: person.headline() == WELL, "Health to be green without a click", 120)
    person.picture("health")


def power_cut(person, machine, trusted):
    """Press the reset button; watch what Health says, with hands off mouse and keyboard."""
    machine.reset()
    cut, said, answered = time.monotonic(), [], None

    def well_again():
        nonlocal answered
        headline = person.headline()
        if not said or said[-1] != headline:
            said.append(headline)
            seconds = time.monotonic() - cut
            person.say(f"{seconds:.0f} s after the power cut: {headline}")
            person.picture(f"after-{seconds:03.0f}-s")
        if answered is None and AWAY in said and answers(machine, trusted):
            answered = time.monotonic() - cut
            person.say(f"{answered:.0f} s after the power cut: the website answers again")
        return AWAY in said and headline == WELL

    person.until(well_again, "Health to be green again", 600)
    assert answers(machine, trusted)
    assert said[0] == WELL  # as it was last seen, with its age beside it
    assert TITLE in visit(machine.address, trusted, "/")[2]


def answers(machine, trusted):
    """Return whether the website shows its first page."""
    try:
        status, _, page = visit(machine.address, trusted, "/")
    except (OSError, ssl.SSLError):
        return False
    return status == 200 and TITLE in page


def told_nobody(person, home, planted):
    """Assert that no secret was on the screen, on a command line, or in a file of hers."""
    assert [len(word) > 15 for word in planted] == [True] * 4
    shown = "\n".join(person.seen)
    assert "Quarter's Kitchen" in shown
    assert [word for word in planted if word in shown] == []
    commands = "\n".join(person.commands)
    assert "window_runner" in commands
    assert [word for word in planted if word in commands] == []
    files = [path for path in home.rglob("*") if path.is_file() and not path.is_symlink()]
    assert places.log_dir() / "coophost.log" in files
    files.append(person.words)
    telling = {
        path
        for path in files
        if any(word in path.read_bytes().decode(errors="replace") for word in planted)
    }
    assert telling == {home / LOGIN_KEY}
    assert "Traceback" not in person.words.read_text()
