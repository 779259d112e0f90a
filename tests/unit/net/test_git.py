import os
import shutil
import socket
import subprocess
import threading
import time
from pathlib import Path

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.store import Settings
from coophost_gui.net import git
from coophost_gui.net.problems import (
    AddressRefused,
    FolderChanged,
    FolderTaken,
    RepositoryLocked,
    RepositoryMissing,
    RepositoryOdd,
    WayNotKnown,
)
from coophost_gui.recipes.source import RecipeRepository
from tests.unit.net.peers import Authority, listening, names, serving, smart_git, web

PLAIN = Settings()
FILES = {"compose.yml": b"version: '3.8'\n", "release/1.0.0+1": b"First.\n", "run": b"#!/bin/sh\n"}


def say(folder, *words):
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "tag.gpgsign=false"]
    done = subprocess.run(
        ["git", "-C", folder, *identity, *words], check=True, capture_output=True, text=True
    )
    return done.stdout


@pytest.fixture
def origin(tmp_path):
    folder = tmp_path / "origin" / "wiki"
    git.make_repository(folder, FILES, "1.0.0+1", "First.")
    return folder


def dumb_web(folder, context=None):
    """Serve the repository as plain files, as any web server can."""
    say(folder, "update-server-info")
    answers = {
        f"/wiki.git/{path.relative_to(folder / '.git').as_posix()}": (200, {}, path.read_bytes())
        for path in (folder / ".git").rglob("*")
        if path.is_file()
    }
    info = answers["/wiki.git/info/refs"][2]
    answers["/wiki.git/info/refs?service=git-upload-pack"] = (
        200,
        {"Content-Type": "text/plain"},
        info,
    )
    return web(answers, context)[0]


def test_what_we_write_git_accepts(origin):
    assert say(origin, "status", "--porcelain") == ""
    assert say(origin, "cat-file", "-t", "1.0.0+1") == "tag\n"
    assert say(origin, "log", "--format=%s%n%an", "main") == "First.\ncoophost\n"
    assert say(origin, "fsck", "--strict") == ""
    assert os.access(origin / "run", os.X_OK)
    assert not os.access(origin / "compose.yml", os.X_OK)
    assert origin.stat().st_mode & 0o777 == 0o755


def test_a_person_can_commit_on_top_and_gets_no_second_release(origin):
    (origin / "compose.yml").write_text("changed\n")
    with pytest.raises(FolderChanged):
        git.add_release(origin, FILES, "2.0.0+1", "Second.")
    say(origin, "commit", "-q", "-a", "-m", "mine")
    assert git.add_release(origin, FILES, "2.0.0+1", "Second.") is True
    assert git.add_release(origin, FILES, "2.0.0+1", "Second.") is False
    assert (origin / "compose.yml").read_bytes() == FILES["compose.yml"]
    assert say(origin, "log", "--format=%s", "main").split() == ["Second.", "mine", "First."]


def test_a_folder_that_somebody_moved_to_a_tag_is_not_moved(origin):
    say(origin, "checkout", "-q", "1.0.0+1")
    git.add_release(origin, {"compose.yml": b"new\n"}, "2.0.0+1", "Second.")
    assert (origin / "compose.yml").read_bytes() == FILES["compose.yml"]
    assert say(origin, "status", "--porcelain") == ""
    assert RecipeRepository(origin).tree("2.0.0+1").read("compose.yml") == b"new\n"


def test_a_folder_with_something_else_is_not_touched(tmp_path):
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "mine").write_text("1")
    for work in (
        lambda: git.make_repository(tmp_path / "x", FILES, "1.0.0+1", "m"),
        lambda: git.add_release(tmp_path / "x", FILES, "1.0.0+1", "m"),
        lambda: git.clone(Job(), "https://example.org/x", tmp_path / "x", PLAIN),
    ):
        with pytest.raises(FolderTaken):
            work()
    assert [path.name for path in (tmp_path / "x").iterdir()] == ["mine"]


def check_clone(clone, url, origin):
    assert (clone / "compose.yml").read_bytes() == FILES["compose.yml"]
    assert say(clone, "status", "--porcelain", "-b") == "## main...origin/main\n"
    assert say(clone, "remote", "get-url", "origin") == f"{url}\n"
    assert [tag.annotated for tag in RecipeRepository(clone).all_tags()] == [True]
    assert say(clone, "rev-parse", "main") == say(origin, "rev-parse", "main")
    assert git.origin(clone) == url


def test_cloning_from_a_folder(origin, tmp_path):
    url = f"file://{origin}"
    git.clone(Job(), url, tmp_path / "recipes" / "wiki", PLAIN)
    check_clone(tmp_path / "recipes" / "wiki", url, origin)


def test_cloning_over_https_with_own_names_and_own_authority(origin, tmp_path):
    authority = Authority(tmp_path)
    server = dumb_web(origin, authority.context("git.example.org"))
    with serving(server) as port, serving(names({"git.example.org": ["127.0.0.1"]})) as book:
        settings = Settings(resolver=f"127.0.0.1:{book}", certificates=str(authority.path))
        url = f"https://git.example.org:{port}/wiki.git"
        git.clone(Job(), url, tmp_path / "clone", settings)
    check_clone(tmp_path / "clone", url, origin)


def test_cloning_and_updating_over_http_from_gits_own_server(origin, tmp_path):
    with serving(smart_git(origin.parent)) as port:
        url = f"http://127.0.0.1:{port}/wiki"
        git.clone(Job(), url, tmp_path / "clone", PLAIN)
        check_clone(tmp_path / "clone", url, origin)
        git.add_release(origin, FILES, "2.0.0+1", "Second.")
        assert git.update(Job(), tmp_path / "clone", PLAIN) == ["2.0.0+1"]
        with pytest.raises(RepositoryMissing):
            git.clone(Job(), f"http://127.0.0.1:{port}/nothing", tmp_path / "no", PLAIN)


@pytest.fixture
def daemon(origin):
    """Serve the folder of *origin* with git's own daemon."""
    with listening() as port:
        pass  # a port that was free a moment ago
    process = subprocess.Popen(
        [
            shutil.which("git"),
            "daemon",
            "--export-all",
            "--reuseaddr",
            f"--base-path={origin.parent}",
            "--listen=127.0.0.1",
            f"--port={port}",
        ],
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    for _ in range(100):
        try:
            with socket.create_connection(("127.0.0.1", port), 1):
                break
        except OSError:
            time.sleep(0.05)
    yield port
    os.killpg(process.pid, 15)
    process.wait()


def test_cloning_and_updating_over_git(daemon, origin, tmp_path):
    url = f"git://localhost:{daemon}/wiki"
    clone = tmp_path / "clone"
    git.clone(Job(), url, clone, PLAIN)
    check_clone(clone, url, origin)
    (clone / "compose.yml").write_text("somebody works here\n")
    git.add_release(origin, FILES, "2.0.0+1", "Second.")
    assert git.update(Job(), clone, PLAIN) == ["2.0.0+1"]
    assert git.update(Job(), clone, PLAIN) == []
    assert RecipeRepository(clone).tags() == ["2.0.0+1", "1.0.0+1"]
    assert (clone / "compose.yml").read_text() == "somebody works here\n"
    assert say(clone, "rev-list", "--count", "main") == "1\n"
    assert say(clone, "rev-list", "--count", "origin/main") == "2\n"
    with pytest.raises(RepositoryMissing):
        git.clone(Job(), f"git://localhost:{daemon}/nothing", tmp_path / "no", PLAIN)


def test_a_tag_that_was_moved_away_there_stays_here(origin, tmp_path):
    clone = tmp_path / "clone"
    git.clone(Job(), f"file://{origin}", clone, PLAIN)
    before = say(clone, "rev-parse", "1.0.0+1")
    say(origin, "commit", "-q", "--allow-empty", "-m", "x")
    say(origin, "tag", "-f", "-a", "1.0.0+1", "-m", "moved")
    assert git.update(Job(), clone, PLAIN) == []
    assert say(clone, "rev-parse", "1.0.0+1") == before


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        ("ssh://git@example.org/x", WayNotKnown),
        ("git@example.org:x/y.git", WayNotKnown),
        ("ext::sh -c true", WayNotKnown),
        ("/some/folder", WayNotKnown),
        ("http://[", WayNotKnown),
        ("file:///nothing/here", RepositoryMissing),
    ],
)
def test_ways_that_do_not_lead_anywhere(tmp_path, url, problem):
    with pytest.raises(problem):
        git.clone(Job(), url, tmp_path / "x", PLAIN)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("status", "body", "problem"),
    [
        (404, b"", RepositoryMissing),
        (401, b"", RepositoryLocked),
        (500, b"", RepositoryOdd),
        (200, b"<html>hello</html>", RepositoryOdd),
    ],
)
def test_answers_of_a_web_server_that_is_no_git_server(tmp_path, status, body, problem):
    refs = "/wiki.git/info/refs?service=git-upload-pack"
    server, _ = web({refs: (status, {"Content-Type": "text/html"}, body)})
    with serving(server) as port, pytest.raises(problem):
        git.clone(Job(), f"http://127.0.0.1:{port}/wiki.git", tmp_path / "x", PLAIN)
    assert list(tmp_path.iterdir()) == []


def test_a_server_that_is_down_leaves_nothing_behind(tmp_path):
    with listening() as port:
        pass
    for scheme in ("http", "git"):
        with pytest.raises(AddressRefused):
            git.clone(Job(), f"{scheme}://127.0.0.1:{port}/x", tmp_path / "x", PLAIN)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("scheme", ["http", "git"])
def test_cancel_leaves_a_git_server_that_never_answers(tmp_path, scheme):
    job = Job()
    with listening() as port:
        timer = threading.Timer(0.2, job.cancel)
        timer.start()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            git.clone(job, f"{scheme}://127.0.0.1:{port}/x", tmp_path / "x", PLAIN)
        assert time.monotonic() - begin < 3
        timer.join()
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_program_left_is_cleared_away_later(origin, tmp_path):
    for name, age in ((".wiki.new-old", 7200), (".wiki.new-busy", 0)):
        (tmp_path / "r" / name).mkdir(parents=True)
        os.utime(tmp_path / "r" / name, (time.time() - age,) * 2)
    git.clone(Job(), f"file://{origin}", tmp_path / "r" / "wiki", PLAIN)
    assert sorted(path.name for path in (tmp_path / "r").iterdir()) == [".wiki.new-busy", "wiki"]


def test_the_persons_git_settings_have_no_say(own_home, tmp_path):
    (own_home / ".gitconfig").write_text(
        "[commit]\n gpgsign = true\n[tag]\n gpgsign = true\n[core]\n autocrlf = true\n"
        "[init]\n defaultBranch = other\n"
    )
    git.make_repository(tmp_path / "x", FILES, "1.0.0+1", "m")
    assert (tmp_path / "x" / "compose.yml").read_bytes() == FILES["compose.yml"]
    assert Path(tmp_path / "x" / ".git" / "HEAD").read_text() == "ref: refs/heads/main\n"
