"""The dashboard: servers side by side, a dead one never holds up the rest, ages everywhere."""

import time
from dataclasses import replace

import pytest

from coophost_gui.health.board import as_data
from coophost_gui.health.judge import State
from coophost_gui.health.room import parse_room
from coophost_gui.health.rounds import look_at_all
from coophost_gui.hosts.base import FINGERPRINT, HostProblem, Real, Result
from coophost_gui.hosts.fake import FakeEngine, FakeHost
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.net.http import Reply
from coophost_gui.recipes.abra import AbraFolder
from tests.unit.health.swarm import service, task, text

ROOM = (
    "Filesystem 1-blocks Used Available Capacity Mounted\n"
    "/dev/vda 40000000000 20000000000 15000000000 62% /\n"
    "MemTotal:        4000000 kB\nMemAvailable:    1000000 kB\n"
)


class Dead(HostProblem):
    text = "{host} does not answer."


class FakeHosts:
    world = Real

    def __init__(self, **hosts):
        self.hosts = hosts

    def reach(self, job, server):
        if server == "never_compared":
            job.ask(FINGERPRINT, host=server, fingerprint="SHA256:…")
        if server not in self.hosts:
            raise Dead(host=server)
        return self.hosts[server]


class FakeWeb:
    def __init__(self):
        self.asked = []
        self.status = 200

    def fetch(self, job, url):
        self.asked.append(url)
        return Reply(self.status, {}, b"", url, time.time() + 90 * 86400)


class FakeWorld:
    def __init__(self, folder, world=Real, **hosts):
        self.world = world
        self.abra = AbraFolder(folder)
        self.hosts = FakeHosts(**hosts)
        self.web = FakeWeb()
        self.data_dir = places.data_dir


def fresh(tasks=None):
    now = time.time()
    one = service("shop_app", changed=now - 3600)
    running = task() | {"CreatedAt": text(now - 600)}
    running["Status"]["Timestamp"] = text(now - 600)
    return FakeEngine({"/services": [one], "/tasks": [running] if tasks is None else tasks})


@pytest.fixture
def world(tmp_path):
    made = FakeWorld(tmp_path)
    made.abra.new_app("alpha", "shop", "TYPE=shop:1.0.0+1\n")
    made.hosts.hosts["alpha"] = FakeHost({"sh -s room": Result(0, ROOM, "")}, fresh(), name="alpha")
    return made


def test_an_app_that_runs_is_well_and_says_when_it_was_seen(world):
    seen = look_at_all(world, Job())
    (card,) = seen.cards
    assert (card.app, card.state, card.level) == ("shop", State.WELL, "good")
    assert abs(card.at - time.time()) < 5
    assert seen.servers[0].room.disk_total == 40_000_000_000
    assert seen.servers[0].room.memory_used == 3_072_000_000


def test_a_dead_server_gives_cards_and_never_holds_up_the_rest(world):
    world.abra.new_app("beta", "wiki", "TYPE=wiki\n")
    seen = look_at_all(world, Job())
    by_app = {card.app: card for card in seen.cards}
    assert by_app["shop"].level == "good"
    assert by_app["wiki"].state is State.UNREACHABLE
    assert "beta does not answer" in str(by_app["wiki"].reason)
    assert by_app["wiki"].at == 0.0
    assert seen.loudest[0].app == "wiki"


def test_a_server_that_asks_something_first_says_so_and_never_holds_up_the_rest(world):
    world.abra.new_app("never_compared", "wiki", "TYPE=wiki:1.0.0+1\n")
    asked = []
    seen = look_at_all(world, Job(asked.append))
    wiki, shop = (
        next(card for card in seen.cards if card.app == name) for name in ("wiki", "shop")
    )
    assert (shop.state, wiki.state) == (State.WELL, State.UNREACHABLE)
    assert str(wiki.reason) == (
        "We cannot see it: It asks something first: Is this really your server?"
    )
    assert str(wiki.next) == "Choose “Check it” among your servers, and answer there."
    assert not [event for event in asked if isinstance(event, Asked)]


def test_a_server_that_dies_keeps_the_time_of_its_last_look(world):
    before = look_at_all(world, Job())
    del world.hosts.hosts["alpha"]
    seen = look_at_all(world, Job(), before)
    (card,) = seen.cards
    assert card.state is State.UNREACHABLE
    assert card.at == before.cards[0].at
    assert seen.servers[0].room == before.servers[0].room


def test_a_program_that_is_started_in_an_outage_knows_how_old_it_is(world):
    seen = look_at_all(world, Job())
    world.hosts.hosts.clear()
    (card,) = look_at_all(world, Job()).cards
    assert (card.state, card.at) == (State.UNREACHABLE, seen.cards[0].at)
    (places.data_dir() / "history.sqlite").write_text("{")
    (card,) = look_at_all(world, Job()).cards
    assert (card.state, card.at) == (State.UNREACHABLE, 0.0)


def test_a_server_that_comes_back_is_asked_how_its_machines_are(world):
    before = look_at_all(world, Job())
    host = world.hosts.hosts.pop("alpha")
    during = look_at_all(world, Job(), before)
    host.engine.answers["/nodes"] = [{"ID": "node1", "Status": {"State": "unknown"}}]
    world.hosts.hosts["alpha"] = host
    (card,) = look_at_all(world, Job(), during).cards
    assert card.state is State.STARTING
    assert "come back" in str(card.reason)


def test_an_app_that_was_never_started_is_stopped(world):
    world.hosts.hosts["alpha"].engine.answers["/services"] = []
    (card,) = look_at_all(world, Job()).cards
    assert card.state is State.STOPPED


def test_an_app_that_runs_is_looked_at_from_outside_but_not_at_every_look(world):
    world.abra.app("shop").path.write_text("TYPE=shop:1.0.0+1\nDOMAIN=shop.example.org\n")
    first = look_at_all(world, Job())
    assert world.web.asked == ["https://shop.example.org/"]
    assert "secure connection" in str(first.cards[0].reason)
    assert first.cards[0].certificate_until
    look_at_all(world, Job(), first)
    assert len(world.web.asked) == 1


def test_a_part_that_was_started_anew_is_a_reason_to_look_from_outside_again(world):
    world.abra.app("shop").path.write_text("TYPE=shop:1.0.0+1\nDOMAIN=shop.example.org\n")
    first = look_at_all(world, Job())
    first = replace(first, outsides={"shop": replace(first.outsides["shop"], at=time.time() - 20)})
    (running,) = world.hosts.hosts["alpha"].engine.answers["/tasks"]
    running["Status"]["Timestamp"] = text(time.time() - 10)
    look_at_all(world, Job(), first)
    assert len(world.web.asked) == 2


def test_an_app_that_runs_but_does_not_answer_outside_is_not_well(world):
    world.abra.app("shop").path.write_text("TYPE=shop:1.0.0+1\nDOMAIN=shop.example.org\n")
    world.web.status = 404
    (card,) = look_at_all(world, Job()).cards
    assert card.level == "bad"
    assert str(card.reason) == (
        "It runs, but not for people outside: The front door does not know this address."
    )


def test_a_server_without_apps_has_a_card_of_its_own(world):
    world.abra.add_server("gamma")
    world.hosts.hosts["gamma"] = FakeHost(engine=FakeEngine({"/services": [], "/tasks": []}))
    assert [one.server for one in look_at_all(world, Job()).servers] == ["alpha", "gamma"]


def test_a_card_as_data_has_its_time_in_utc(world):
    (card,) = look_at_all(world, Job()).cards
    data = as_data(card)
    assert data["at"].endswith("Z")
    assert data["state"] == "well"


def test_room_that_makes_no_sense_is_left_out():
    assert parse_room("df: no such thing", 1.0) is None
