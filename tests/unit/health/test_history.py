"""The history of 90 days: only what was seen, whatever happens to the file."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from coophost_gui.health import history
from coophost_gui.health.history import DAY, SERVER, Past, Span, note_look, past, set_aside
from coophost_gui.health.judge import State

NOW = 1_800_000_000.0
WELL, STUCK, AWAY = State.WELL, State.STUCK, State.UNREACHABLE


class Place:
    """As much of a world as a history needs."""

    def __init__(self, folder):
        self.folder = Path(folder)

    def data_dir(self):
        return self.folder


@pytest.fixture
def world(tmp_path):
    return Place(tmp_path)


def watch(world, state, begin, end, every=30.0, app="shop"):
    at = begin
    while at <= end:
        note_look(world, "alpha", {SERVER: WELL, app: state}, at)
        at += every


def shop(world):
    return past(world, "alpha").get("shop", Past())


def test_changes_are_remembered_with_when_they_began_and_ended(world):
    watch(world, WELL, NOW, NOW + 300)
    watch(world, STUCK, NOW + 330, NOW + 480)
    watch(world, WELL, NOW + 510, NOW + 810)
    found = shop(world)
    assert found.spans == (
        Span(WELL, NOW, NOW + 330),
        Span(STUCK, NOW + 330, NOW + 510),
        Span(WELL, NOW + 510, NOW + 810),
    )
    assert (found.since, found.unbroken, found.watched_since) == (NOW + 510, True, NOW)


def test_nothing_is_claimed_for_time_in_which_nobody_looked(world):
    watch(world, WELL, NOW, NOW + 300)
    watch(world, WELL, NOW + 7200, NOW + 7500)
    found = shop(world)
    assert found.spans == (
        Span(WELL, NOW, NOW + 300),
        Span(WELL, NOW + 7200, NOW + 7500),
    )
    assert (found.since, found.unbroken, found.watched_since) == (NOW, False, NOW + 7200)


def test_a_change_seen_after_a_break_does_not_reach_back_into_it(world):
    watch(world, WELL, NOW, NOW + 300)
    watch(world, STUCK, NOW + 7200, NOW + 7500)
    assert shop(world).spans == (
        Span(WELL, NOW, NOW + 300),
        Span(STUCK, NOW + 7200, NOW + 7500),
    )


def test_what_was_seen_just_now_counts_before_it_is_written_down(world):
    watch(world, WELL, NOW, NOW + 300)
    now = past(world, "alpha", {SERVER: WELL, "wiki": STUCK}, NOW + 360)
    assert now["shop"].spans == (Span(WELL, NOW, NOW + 360),)
    assert now["wiki"].spans == (Span(STUCK, NOW + 360, NOW + 360),)
    later = past(world, "alpha", {SERVER: WELL, "shop": WELL}, NOW + 7200)
    assert later["shop"].spans == (Span(WELL, NOW, NOW + 300), Span(WELL, NOW + 7200, NOW + 7200))
    assert "wiki" not in past(world, "alpha")


def test_looks_far_apart_are_moments_and_no_stretch(world):
    watch(world, WELL, NOW, NOW + 1800, every=600)
    assert [(span.begins, span.ends) for span in shop(world).spans] == [
        (NOW + 600 * n, NOW + 600 * n) for n in range(4)
    ]


def test_an_app_that_is_gone_is_no_longer_spoken_of_until_it_comes_back(world):
    watch(world, WELL, NOW, NOW + 300)
    watch(world, WELL, NOW + 330, NOW + 510, app="wiki")
    watch(world, WELL, NOW + 540, NOW + 840)
    assert [(span.begins, span.ends) for span in shop(world).spans] == [
        (NOW, NOW + 330),
        (NOW + 540, NOW + 840),
    ]


def test_a_look_at_what_is_unchanged_writes_once_a_minute(world):
    note_look(world, "alpha", {"shop": WELL}, NOW)
    file = world.data_dir() / history.FILE
    before = file.read_bytes()
    note_look(world, "alpha", {"shop": WELL}, NOW + 30)
    assert file.read_bytes() == before
    note_look(world, "alpha", {"shop": WELL}, NOW + 60)
    assert file.read_bytes() != before


def test_ninety_days_are_kept_and_no_more(world):
    watch(world, STUCK, NOW - 200 * DAY, NOW - 200 * DAY + 60)
    watch(world, WELL, NOW - 199 * DAY, NOW - 199 * DAY + 60)
    watch(world, WELL, NOW - 50 * DAY, NOW - 50 * DAY + 60)
    note_look(world, "alpha", {SERVER: WELL, "shop": WELL}, NOW)
    assert [span.begins for span in shop(world).spans] == [NOW - 50 * DAY, NOW]
    assert shop(world).spans[0].state is WELL  # what it changed to before is still known


def test_an_app_that_changes_all_the_time_does_not_fill_the_disk(world, monkeypatch):
    monkeypatch.setattr(history, "MOST_CHANGES", 10)
    monkeypatch.setattr(history, "MOST_LOOKS", 5)
    for number in range(40):
        at = NOW + 1000 * number
        note_look(world, "alpha", {"shop": (WELL, STUCK)[number % 2]}, at)
    with history._journal(world).reading() as opened:
        assert opened.execute("SELECT count(*) FROM changes").fetchone() == (10,)
        assert opened.execute("SELECT count(*) FROM looks").fetchone() == (5,)
    assert len(shop(world).spans) == 5


def test_a_clock_that_was_wrong_is_forgotten(world):
    note_look(world, "alpha", {"shop": STUCK}, NOW + 400 * DAY)
    watch(world, WELL, NOW, NOW + 300)
    assert shop(world).spans == (Span(WELL, NOW, NOW + 300),)


def test_when_a_server_answered_last_is_known_after_an_outage(world):
    note_look(world, "alpha", {SERVER: WELL}, NOW, NOW)
    note_look(world, "alpha", {SERVER: WELL}, NOW + 20, NOW + 20)  # nothing new: not written
    note_look(world, "alpha", {SERVER: AWAY}, NOW + 30, NOW + 20)
    note_look(world, "alpha", {SERVER: AWAY}, NOW + 90, NOW + 20)
    assert history.answered(world, "alpha") == NOW + 20
    assert history.answered(world, "beta") == 0


@pytest.mark.parametrize("damage", [b"", b"not a database at all " * 400, None])
def test_a_damaged_file_is_set_aside_with_a_sentence_and_begun_anew(world, damage):
    note_look(world, "alpha", {f"app{number}": WELL for number in range(200)}, NOW)
    file = world.data_dir() / history.FILE
    if damage is None:  # pages in the middle are lost
        whole = file.read_bytes()
        damage = whole[:4096] + os.urandom(len(whole) - 4096)
    file.write_bytes(damage)
    watch(world, WELL, NOW + 300, NOW + 540)
    assert shop(world).spans[-1].ends >= NOW + 480
    if damage:
        assert str(file) + ".damaged" in str(set_aside(world))
    else:  # an empty file is a new one
        assert set_aside(world) == ""


def test_where_nothing_can_be_written_looking_goes_on(tmp_path):
    world = Place(tmp_path)
    (tmp_path / history.FILE).mkdir()
    note_look(world, "alpha", {"shop": WELL}, NOW)
    assert past(world, "alpha") == {}
    assert past(world, "alpha", {"shop": WELL}, NOW)["shop"].since == NOW


WRITER = """
import sys
from coophost_gui.health.judge import State
from coophost_gui.health.history import note_look
from tests.unit.health.test_history import NOW, Place

world, app, step = Place(sys.argv[1]), sys.argv[2], 0
print("begun", flush=True)
while step < int(sys.argv[3]):
    step += 1
    note_look(world, app, {app: (State.WELL, State.STUCK)[step % 2]}, NOW + step)
"""


def writer(world, app, steps):
    argv = [sys.executable, "-c", WRITER, str(world.folder), app, str(steps)]
    return subprocess.Popen(argv, stdout=subprocess.PIPE, text=True)


def test_two_processes_write_at_once_and_one_that_is_killed_loses_its_last_look_at_most(world):
    with writer(world, "one", 100_000) as killed, writer(world, "two", 20) as other:
        assert killed.stdout.readline() == "begun\n"
        assert other.wait(200) == 0
        killed.send_signal(signal.SIGKILL)
    assert len(past(world, "two")["two"].spans) == 20
    before = past(world, "one")["one"].spans
    assert len(before) > 1
    note_look(world, "one", {"one": State.SLOW}, before[-1].begins + 10)
    assert past(world, "one")["one"].spans[-1].state is State.SLOW
    assert set_aside(world) == ""
