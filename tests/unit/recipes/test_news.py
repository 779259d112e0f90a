"""The list of apps is fetched from real servers on loopback, good ones and bad ones."""

import json
import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.store import Settings
from coophost_gui.net.problems import AddressRefused, AddressSilent, AnswerCut
from coophost_gui.recipes import news
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.news import ListNotThere, ListTooLong, NotAList, cached, refresh
from coophost_gui.recipes.starters import as_catalogue
from tests.unit.net.peers import Handler, QuietServer, listening, serving, web

SCRIPT = Path(__file__).parents[3] / "packaging" / "refresh-catalogue"
OLD = {"mastodon": {"versions": [{"1.0.0+4": {}}]}, "gone": {}}
NEW = {
    "mastodon": {"versions": [{"1.0.0+4": {}}, {"1.1.0+5": {}}], "odd": [1]},
    "zulip": None,
    "wekan": {},
}


def settings(port, path="/recipes.json"):
    return Settings(catalogue=f"http://127.0.0.1:{port}{path}")


def answering(body, status=200, **headers):
    return web({"/recipes.json": (status, headers, body)})


def have(folder, content=OLD):
    """Fetch *content* into *folder* first; return what the folder holds."""
    server, _ = answering(json.dumps(content).encode(), ETag='"old"')
    with serving(server) as port:
        refresh(Job(), settings(port), folder)
    return (folder / news.LIST).read_bytes()


def test_a_list_is_fetched_kept_and_found(tmp_path):
    have(tmp_path / "cache")
    found = cached(tmp_path / "cache")
    assert [entry.name for entry in found.entries] == ["gone", "mastodon"]
    both = Catalogue.find(AbraFolder(tmp_path), tmp_path / "cache")
    assert {"mastodon", "starter-wordpress"} <= {entry.name for entry in both.entries}
    assert str(both.source) == "the common list of Co-op Cloud"


def test_what_is_new_is_told(tmp_path):
    have(tmp_path)
    server, _ = answering(json.dumps(NEW).encode())
    with serving(server) as port:
        told = refresh(Job(), settings(port), tmp_path)
    assert (told.changed, told.apps) == (True, 2)
    assert (told.new, told.updated, told.gone) == (("wekan",), ("mastodon",), ("gone",))
    assert str(told.words) == "1 new apps, 1 with a newer version, 1 gone."


def test_the_same_list_is_not_sent_again(tmp_path):
    """The second question carries the ETag; 304 makes the copy young without touching it."""
    asked = []

    class Tagged(Handler):
        def do_GET(self):
            asked.append(self.headers.get("If-None-Match"))
            same = asked[-1] == '"7"'
            self.send_response(304 if same else 200)
            self.send_header("ETag", '"7"')
            body = b"" if same else json.dumps(OLD).encode()
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    with serving(QuietServer(("127.0.0.1", 0), Tagged)) as port:
        refresh(Job(), settings(port), tmp_path)
        first = (tmp_path / news.LIST).stat().st_mtime_ns
        told = refresh(Job(), settings(port), tmp_path)
        assert (told.changed, told.apps) == (False, 2)
        assert (tmp_path / news.LIST).stat().st_mtime_ns == first
        (tmp_path / news.LIST).write_text("{}")  # somebody broke the copy
        refresh(Job(), settings(port), tmp_path)
        refresh(Job(), settings(port, "/elsewhere"), tmp_path)
    assert asked == [None, '"7"', None, None]
    assert len(cached(tmp_path).entries) == 2


@pytest.mark.parametrize(
    ("body", "status", "problem"),
    [
        (b"nothing here", 404, ListNotThere),
        (b"", 500, ListNotThere),
        (b"", 304, ListNotThere),
        (b"<!doctype html><title>Sign in to the train's network</title>", 200, NotAList),
        (json.dumps(NEW).encode()[:-9], 200, NotAList),
        (b"{}", 200, NotAList),
        (b"null", 200, NotAList),
        (b"\xff\xfe{}", 200, NotAList),
        (b"[" * 100_000, 200, NotAList),
    ],
)
def test_what_is_no_list_leaves_the_old_one(tmp_path, body, status, problem):
    kept = have(tmp_path)
    (tmp_path / news.ORIGIN).rename(tmp_path / "aside") if status == 304 else None
    server, _ = answering(body, status)
    with serving(server) as port, pytest.raises(problem) as caught:
        refresh(Job(), settings(port), tmp_path)
    assert (tmp_path / news.LIST).read_bytes() == kept
    assert "still there" in str(caught.value.sentences()[1])


def test_a_list_cut_off_on_the_way_leaves_the_old_one(tmp_path):
    kept = have(tmp_path)
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"
    with listening(half, close=True) as port, pytest.raises(AnswerCut):
        refresh(Job(), settings(port), tmp_path)
    assert (tmp_path / news.LIST).read_bytes() == kept


def test_sixty_megabytes_are_not_read_to_the_end(tmp_path):
    kept, sent = have(tmp_path), []

    class Endless(Handler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Length", str(60_000_000))
            self.end_headers()
            for _ in range(60):
                self.wfile.write(b" " * 1_000_000)
                sent.append(1_000_000)

    with serving(QuietServer(("127.0.0.1", 0), Endless)) as port, pytest.raises(ListTooLong):
        refresh(Job(), settings(port), tmp_path)
    assert sum(sent) < 40_000_000
    assert (tmp_path / news.LIST).read_bytes() == kept


def test_a_server_that_drips_is_left_in_time(tmp_path, monkeypatch):
    kept = have(tmp_path)
    monkeypatch.setattr(news, "PATIENCE", 0.4)
    begin = time.monotonic()
    with listening(b"HTTP/1.1 200 OK\r\n\r\n{") as port, pytest.raises(AddressSilent):
        refresh(Job(), settings(port), tmp_path)
    assert time.monotonic() - begin < 5
    assert (tmp_path / news.LIST).read_bytes() == kept


def test_one_can_stop_while_it_waits(tmp_path):
    job = Job()
    with listening() as port:
        timer = threading.Timer(0.2, job.cancel)
        timer.start()
        with pytest.raises(Cancelled):
            refresh(job, settings(port), tmp_path)
        timer.join()
    assert cached(tmp_path) is None


def test_without_a_network_it_is_said(tmp_path):
    with listening() as port:
        pass
    with pytest.raises(AddressRefused):
        refresh(Job(), settings(port), tmp_path)


@pytest.mark.parametrize("origin", ["", "checked: yesterday", "checked: 3", "[1]", "\x00"])
def test_a_broken_copy_is_no_copy(tmp_path, origin):
    have(tmp_path)
    (tmp_path / news.ORIGIN).write_text(origin)
    assert cached(tmp_path) is None
    assert Catalogue.find(AbraFolder(tmp_path), tmp_path).get("starter-wordpress")


def test_the_newer_of_two_lists_counts(tmp_path):
    abra = AbraFolder(tmp_path)
    have(tmp_path / "cache")
    abra.catalogue_file().parent.mkdir(parents=True)
    abra.catalogue_file().write_text(json.dumps({"abras": {}}))
    os.utime(abra.catalogue_file(), (1, 1))
    assert Catalogue.find(abra, tmp_path / "cache").get("mastodon")
    later = time.time() + 60
    os.utime(abra.catalogue_file(), (later, later))
    assert Catalogue.find(abra, tmp_path / "cache").get("abras")


def test_the_script_refreshes_what_is_shipped(tmp_path):
    server, _ = answering(json.dumps(OLD).encode())
    with serving(server) as port:
        done = _script("--from", settings(port).catalogue, "--into", tmp_path)
    assert (done.returncode, done.stdout) == (0, "2 apps of the federation.\n")
    written = json.loads((tmp_path / "catalogue.json").read_text())
    assert written == as_catalogue() | OLD
    before = (tmp_path / "catalogue.json").read_bytes()
    gone = _script("--from", settings(port).catalogue, "--into", tmp_path)
    assert gone.returncode == 1
    assert (tmp_path / "catalogue.json").read_bytes() == before


def _script(*words):
    return subprocess.run(
        [sys.executable, SCRIPT, *words], capture_output=True, text=True, check=False
    )
