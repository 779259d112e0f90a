"""Repositories of others: fetched whole or not at all, whatever they hold."""

import io
import os
import subprocess
import threading
import zlib

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Cancelled, Problem
from coophost_gui.kit.store import Settings
from coophost_gui.net import git
from coophost_gui.net.git_ways import ssh_place
from coophost_gui.net.pack import Most, TooMuch, check_pack
from coophost_gui.net.problems import (
    RepositoryEmpty,
    RepositoryMissing,
    RepositoryOdd,
    RepositoryTooBig,
    WayNotKnown,
)
from tests.unit.net.peers import serving, smart_git

SMALL = Most(sent=50_000, one=10_000, all=40_000, objects=60, files=20)
FILES = {"kitchen/notes.env": b"TYPE=hedgedoc\n", "README.md": b"Ours.\n"}


def say(folder, *words, data=None):
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "protocol.version=2")
    done = subprocess.run(
        ["git", "-C", folder, *who, *words], check=True, capture_output=True, input=data
    )
    return done.stdout.decode().strip()


class Here:
    """What ssh would start there, started here."""

    def __init__(self, command):
        self._git = subprocess.Popen(
            ["sh", "-c", command],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        self.errors = self._git.stderr

    def read(self, count):
        return self._git.stdout.read(count)

    def write(self, data):
        self._git.stdin.write(data)
        self._git.stdin.flush()
        return len(data)

    def ready(self):
        return True

    def close(self):
        self._git.kill()
        self._git.wait()
        for stream in (self._git.stdin, self._git.stdout, self._git.stderr):
            stream.close()


@pytest.fixture
def fetch(tmp_path):
    """Fetch by a connector that starts commands here; return the new folder."""
    reached = []

    def ssh(job, user, host, port, command):
        reached.append((user, host, port))
        return Here(command)

    def fetch(url, accept=lambda files: None, most=SMALL):
        into = tmp_path / "new" / "list"
        try:
            git.clone_guarded(
                Job(), url, into, Settings(), remote="operator-sync", ssh=ssh,
                accept=accept, most=most,
            )  # fmt: skip
        except Problem:
            assert list(into.parent.iterdir()) == []  # all or nothing
            raise
        return into

    fetch.reached = reached
    return fetch


@pytest.fixture
def theirs(tmp_path):
    """Return a repository with a server's folder, as others made it with git itself."""
    folder = tmp_path / "theirs"
    folder.mkdir()
    say(folder, "init", "-q", "-b", "trunk")
    for path, data in FILES.items():
        (folder / path).parent.mkdir(exist_ok=True)
        (folder / path).write_bytes(data)
    say(folder, "add", "-A")
    say(folder, "commit", "-q", "-m", "First.")
    return folder


def test_over_ssh_it_becomes_what_git_itself_would_make(fetch, theirs):
    say(theirs, "branch", "other")
    seen = []
    folder = fetch(f"ssh://git@example.org:2222{theirs}", seen.extend)
    assert fetch.reached == [("git", "example.org", 2222)]
    assert {file.path: file.size for file in seen} == {k: len(v) for k, v in FILES.items()}
    assert (folder / "kitchen" / "notes.env").read_bytes() == FILES["kitchen/notes.env"]
    assert say(folder, "status", "--porcelain", "-b") == "## trunk...operator-sync/trunk"
    assert git.origin(folder, "operator-sync") == f"ssh://git@example.org:2222{theirs}"
    assert git.origin(folder) == ""
    assert say(folder, "fsck", "--strict") == ""
    say(folder, "remote", "set-url", "operator-sync", str(theirs))
    (theirs / "README.md").write_text("Ours too.\n")
    say(theirs, "commit", "-q", "-a", "-m", "Second.")
    say(folder, "pull", "-q", "--rebase")  # as issue 809 of abra describes it
    assert (folder / "README.md").read_text() == "Ours too.\n"


def test_over_http_too(fetch, theirs):
    with serving(smart_git(theirs.parent)) as port:
        folder = fetch(f"http://127.0.0.1:{port}/theirs")
    assert (folder / "README.md").read_bytes() == FILES["README.md"]


def test_the_persons_git_settings_run_nothing(fetch, theirs, own_home, tmp_path):
    (own_home / ".gitconfig").write_text(f'[filter "x"]\n smudge = touch {tmp_path}/ran\n')
    (theirs / ".gitattributes").write_text("* filter=x\n")
    (theirs / ".git" / "config").write_text("[core]\n bare = false\n")
    say(theirs, "add", ".gitattributes")
    say(theirs, "commit", "-q", "-m", "x")
    fetch(f"there:{theirs}")
    assert not (tmp_path / "ran").exists()


def test_what_is_refused_is_not_written(fetch, theirs):
    (theirs / "out").symlink_to("/etc")
    say(theirs, "add", "-A")
    say(theirs, "update-index", "--add", "--cacheinfo", f"160000,{'1' * 40},module")
    say(theirs, "commit", "-q", "-m", "x")

    class NotThis(Problem):
        pass

    def accept(files):
        odd = [file.path for file in files if not file.plain]
        assert odd == ["module", "out"]
        raise NotThis

    with pytest.raises(NotThis):
        fetch(f"there:{theirs}", accept)


def zeros(folder):
    (folder / "zeros").write_bytes(bytes(1_000_000))  # which is a kilobyte on the way


def noise(folder):
    (folder / "noise").write_bytes(os.urandom(60_000))


def versions(folder):
    for number in range(6):
        (folder / "log").write_bytes(os.urandom(4500) * 2)
        say(folder, "add", "-A")
        say(folder, "commit", "-q", "-m", str(number))
    (folder / "log").unlink()


def many(folder):
    for number in range(30):
        (folder / f"{number}.env").touch()


def a_tree_of_itself(folder):
    """Two folders in each of two folders …: few objects, and a million paths."""
    tree = say(folder, "write-tree")
    for _ in range(15):
        entries = f"040000 tree {tree}\ta\n040000 tree {tree}\tb\n"
        tree = say(folder, "mktree", data=entries.encode())
    say(folder, "update-ref", "HEAD", say(folder, "commit-tree", "-m", "x", tree))


@pytest.mark.parametrize("grow", [zeros, noise, versions, many])
def test_what_is_too_much_is_not_unpacked(fetch, theirs, grow):
    grow(theirs)
    say(theirs, "add", "-A")
    say(theirs, "commit", "-q", "-m", "x")
    with pytest.raises(RepositoryTooBig):
        fetch(f"there:{theirs}")


def test_a_tree_that_holds_itself_again_and_again_is_left_in_time(fetch, theirs):
    a_tree_of_itself(theirs)
    with pytest.raises(RepositoryTooBig):
        fetch(f"there:{theirs}")


def test_a_long_result_of_a_short_delta_is_seen(theirs):
    (theirs / "log").write_bytes(os.urandom(200) * 50)
    say(theirs, "add", "-A")
    say(theirs, "commit", "-q", "-m", "x")
    (theirs / "log").write_bytes((theirs / "log").read_bytes() + b"more")
    say(theirs, "commit", "-q", "-a", "-m", "y")
    packed = subprocess.run(
        ["git", "-C", theirs, "pack-objects", "--stdout", "--revs", "-q"],
        input=b"HEAD\n", check=True, capture_output=True,
    ).stdout  # fmt: skip
    check_pack(io.BytesIO(packed), Most(one=10_004))
    with pytest.raises(TooMuch):
        check_pack(io.BytesIO(packed), Most(one=10_003))


EMPTY = zlib.compress(b"")
HEAD = b"PACK\0\0\0\2\0\0\0\1"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        HEAD,
        HEAD + b"\xb0" + b"\xff" * 40,  # a length without end
        HEAD + b"\x30not zlib",
        HEAD + b"\x30" + EMPTY[:-3],
        HEAD + b"\x60\x81",  # a delta without its base
        HEAD + b"\x60\x01" + EMPTY,  # a delta without lengths
    ],
)
def test_what_is_no_pack_is_no_pack(data):
    with pytest.raises(ValueError, match=r"pack|end|delta|Error|zlib"):
        check_pack(io.BytesIO(data), SMALL)


def test_an_empty_a_missing_and_an_odd_one_are_told_apart(fetch, tmp_path):
    say(tmp_path, "init", "-q", "empty")
    with pytest.raises(RepositoryEmpty):
        fetch(f"there:{tmp_path}/empty")
    with pytest.raises(RepositoryMissing):
        fetch(f"there:{tmp_path}/nothing")
    with pytest.raises(WayNotKnown):
        fetch("ext::sh -c true")


def test_what_is_not_a_repository_at_the_other_end_is_odd(tmp_path, fetch):
    def answer(job, user, host, port, command):
        return Here("printf 'welcome to our shop\\n'; cat >/dev/null")

    with pytest.raises(RepositoryOdd):
        git.clone_guarded(
            Job(), "there:y", tmp_path / "n", Settings(), remote="o", ssh=answer,
            accept=lambda files: None,
        )  # fmt: skip


def test_cancel_leaves_a_shell_that_never_answers(tmp_path):
    job, talks = Job(), []

    def ssh(job, user, host, port, command):
        talks.append(Here("exec sleep 60"))
        timer.start()
        return talks[0]

    timer = threading.Timer(0.1, job.cancel)
    with pytest.raises(Cancelled):
        git.clone_guarded(
            job, "there:y", tmp_path / "n", Settings(), remote="o", ssh=ssh,
            accept=lambda files: None,
        )  # fmt: skip
    timer.join()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("url", "place"),
    [
        ("git@example.org:kitchen/list.git", ("git", "example.org", None, "kitchen/list.git")),
        ("example.org:list", ("", "example.org", None, "list")),
        ("ssh://ada@example.org:2222/srv/l", ("ada", "example.org", 2222, "/srv/l")),
        ("ssh://example.org/~ada/l", ("", "example.org", None, "~ada/l")),
        ("https://example.org/l", None),
        ("/some/folder", None),
        ("C:/folder", None),
    ],
)
def test_what_ssh_is_meant_by(url, place):
    assert ssh_place(url) == place
