"""Two people on one folder: nothing is lost, nothing is forced; git itself is the judge."""

import subprocess
from pathlib import Path

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net import git_bundle, git_share
from coophost_gui.net.git_folder import Folder, Who, begin, here, identity
from coophost_gui.net.git_guarded import Far
from coophost_gui.net.git_merge import by_file
from coophost_gui.net.pack import Most
from coophost_gui.net.problems import (
    FileOfAnotherKind,
    FileTooNew,
    FolderBusy,
    FolderChanged,
    HistoryUnrelated,
    RemoteMovedOn,
    RepositoryLocked,
    RepositoryMissing,
    RepositoryTooBig,
    SendRefused,
)
from tests.unit.net.peers import Authority, serving, smart_git
from tests.unit.net.test_git_guarded import Here

ADA, BEA = Who("Ada", "ada@example.org"), Who("Bea", "bea@example.org")
START = {"members/alder.yml": "name: Alder\n", "notes.md": "One.\n"}


def say(folder, *words):
    who = ("-c", "user.name=n", "-c", "user.email=n@example.org")
    done = subprocess.run(["git", "-C", folder, *who, *words], check=True, capture_output=True)
    return done.stdout.decode().strip()


class Person:
    """Somebody with a copy of the folder."""

    def __init__(self, path, who, url):
        self.who, self.path = who, path
        self.folder = Folder(path, by_file, lambda path: not path.startswith("private"))
        self.far = Far(url)
        begin(self.folder)

    def write(self, path, text):
        (self.path / path).parent.mkdir(exist_ok=True, parents=True)
        (self.path / path).write_text(text)

    def keep(self, message="Changed.", only=None):
        return git_share.keep(self.folder, self.who, message, only)

    def fetch(self):
        return git_share.fetch(Job(), self.folder, self.far, Settings())

    def bring(self):
        return git_share.bring(self.folder, self.fetch(), self.who, "Together.")

    def send(self):
        git_share.send(Job(), self.folder, self.far, Settings())

    def files(self):
        return {
            file.relative_to(self.path).as_posix(): file.read_text()
            for file in sorted(self.path.rglob("*"))
            if file.is_file() and ".git" not in file.parts
        }

    def well(self):
        assert say(self.path, "status", "--porcelain") == ""
        assert say(self.path, "fsck", "--strict", "--no-dangling") == ""


@pytest.fixture
def shared(tmp_path):
    say(tmp_path, "init", "-q", "--bare", "-b", "main", "shared.git")
    say(tmp_path / "shared.git", "config", "http.receivepack", "true")
    return tmp_path / "shared.git"


@pytest.fixture
def two(tmp_path, shared):
    """Return two people who have the same."""
    ada, bea = (Person(tmp_path / w.name, w, f"file://{shared}") for w in (ADA, BEA))
    for path, text in START.items():
        ada.write(path, text)
    assert ada.fetch() is None
    assert ada.keep("Begun.")
    ada.send()
    bea.bring()
    bea.well()
    assert bea.files() == START
    return ada, bea


def test_what_each_did_alone_comes_together(two, shared):
    ada, bea = two
    ada.write("votes/a.yml", "ada\n")
    (ada.path / "notes.md").unlink()
    bea.write("votes/b.yml", "bea\n")
    bea.write("members/alder.yml", "name: Alder Two\n")
    assert ada.keep()
    ada.send()
    assert bea.keep()
    with pytest.raises(RemoteMovedOn) as moved:
        bea.send()
    assert moved.value.plans_anew
    seen = git_share.coming(bea.folder, bea.fetch())
    assert seen.files == ("notes.md", "votes/a.yml")
    assert seen.back == ("members/alder.yml", "votes/b.yml")
    assert bea.bring() == seen
    bea.send()
    ada.bring()
    assert ada.files() == bea.files() == {
        "votes/a.yml": "ada\n", "votes/b.yml": "bea\n", "members/alder.yml": "name: Alder Two\n",
    }  # fmt: skip
    for one in two:
        one.well()
        assert one.keep() is False
    log = say(shared, "log", "--format=%an <%ae> %s", "main").splitlines()
    assert log[0] == "Bea <bea@example.org> Together."
    assert say(ada.path, "status", "-b", "--porcelain") == "## main...origin/main"


def test_the_same_file_changed_twice_is_data_and_nothing_is_written(two):
    ada, bea = two
    for one in two:
        one.write("notes.md", f"By {one.who.name}.\n")
        one.keep()
    ada.send()
    before, head = bea.files(), say(bea.path, "rev-parse", "HEAD")
    (conflict,) = bea.bring().conflicts
    assert (conflict.path, conflict.base) == ("notes.md", b"One.\n")
    assert (conflict.ours, conflict.theirs) == (b"By Bea.\n", b"By Ada.\n")
    assert (bea.files(), say(bea.path, "rev-parse", "HEAD")) == (before, head)
    with pytest.raises(RemoteMovedOn):
        bea.send()


def test_changes_by_hand_are_shown_and_left_alone_or_kept(two):
    ada, bea = two
    ada.write("votes/a.yml", "ada\n")
    ada.keep()
    ada.send()
    bea.write("notes.md", "By hand.\n")
    bea.write("private.txt", "not yours\n")
    assert here(bea.folder).changed == {"notes.md": b"By hand.\n"}
    with pytest.raises(FolderChanged, match="Bea") as left:
        bea.bring()
    assert left.value.detail == "notes.md"
    bea.write("more.md", "Unseen.\n")
    with pytest.raises(FolderChanged):
        bea.keep(only=["notes.md"])
    assert bea.keep(only=["notes.md", "more.md"])
    bea.bring()
    assert say(bea.path, "ls-files").split() == [
        "members/alder.yml", "more.md", "notes.md", "votes/a.yml",
    ]  # fmt: skip
    assert bea.files()["private.txt"] == "not yours\n"


def test_histories_that_never_were_one_are_refused(two, tmp_path):
    ada, _ = two
    other = Person(tmp_path / "other", BEA, ada.far.url)
    other.write("notes.md", "Mine.\n")
    with pytest.raises(HistoryUnrelated):
        git_share.coming(other.folder, other.fetch())
    other.keep()
    with pytest.raises(HistoryUnrelated):
        other.bring()
    assert other.files() == {"notes.md": "Mine.\n"}


def test_after_a_criss_cross_of_two_merges_it_still_goes_together(two, tmp_path):
    ada, bea = two
    for one in two:
        one.write(f"{one.who.name}.md", "1\n")
        one.keep()
    for one in two:
        git_bundle.write(one.folder, tmp_path / f"{one.who.name}.bundle")
    for one, other in ((ada, bea), (bea, ada)):
        tip = git_bundle.read(Job(), one.folder, tmp_path / f"{other.who.name}.bundle")
        git_share.bring(one.folder, tip, one.who, "Together.")
        one.write(f"{one.who.name}.md", "2\n")
        one.keep()
    ada.send()
    assert bea.bring().conflicts == ()
    bea.send()
    ada.bring()
    assert ada.files() == bea.files() == START | {"Ada.md": "2\n", "Bea.md": "2\n"}
    ada.well()


def test_an_odd_clock_changes_nothing(two, monkeypatch):
    ada, bea = two
    for number, seconds in enumerate((2_000_000_000, 1_000_000_000, 1_500_000_000)):
        monkeypatch.setattr("time.time", lambda seconds=seconds: seconds)
        ada.write("notes.md", f"{number}\n")
        ada.keep()
    ada.send()
    bea.bring()
    assert bea.files()["notes.md"] == "2\n"
    assert say(bea.path, "rev-list", "--count", "HEAD") == "4"


def test_a_power_cut_between_files_and_branch_is_no_harm(two, monkeypatch):
    ada, bea = two
    ada.write("votes/a.yml", "ada\n")
    (ada.path / "notes.md").unlink()
    ada.keep()
    ada.send()
    bea.write("votes/b.yml", "bea\n")
    bea.keep()
    with monkeypatch.context() as cut:
        cut.setattr(git_share, "move", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bea.bring()
    assert set(here(bea.folder).changed) == {"notes.md", "votes/a.yml"}
    bea.keep()
    bea.bring()
    assert bea.files() == {
        "votes/a.yml": "ada\n", "votes/b.yml": "bea\n", "members/alder.yml": "name: Alder\n",
    }  # fmt: skip
    bea.well()


def test_over_http_and_what_the_other_side_does_not_take(two, shared):
    ada, bea = two
    with serving(smart_git(shared.parent)) as port:
        ada.far = bea.far = Far(f"http://127.0.0.1:{port}/shared.git")
        ada.write("a", "a\n")
        ada.keep()
        ada.send()
        bea.bring()
        assert bea.files()["a"] == "a\n"
        hook = shared / "hooks" / "pre-receive"
        hook.write_text("#!/bin/sh\nexit 1\n")
        hook.chmod(0o755)
        ada.write("b", "b\n")
        ada.keep()
        with pytest.raises(SendRefused):
            ada.send()
        ada.far = Far(f"http://127.0.0.1:{port}/none.git")
        with pytest.raises(RepositoryMissing):
            ada.fetch()


def test_in_the_middle_of_something_nothing_is_touched(two):
    ada, _ = two
    (ada.path / ".git" / "MERGE_HEAD").write_text("0" * 40)
    with pytest.raises(FolderBusy, match="Ada"):
        ada.keep()
    (ada.path / ".git" / "MERGE_HEAD").unlink()
    say(ada.path, "checkout", "-q", "--detach")
    with pytest.raises(FolderBusy):
        here(ada.folder)


def test_no_hook_and_no_filter_of_git_runs(two, own_home, tmp_path):
    ada, bea = two
    ran = tmp_path / "ran"
    (own_home / ".gitconfig").write_text(
        f'[filter "x"]\n clean = touch {ran}; cat\n smudge = touch {ran}; cat\n'
    )
    for one in two:
        hook = one.path / ".git" / "hooks" / "pre-commit"
        hook.write_text(f"#!/bin/sh\ntouch {ran}\n")
        hook.chmod(0o755)
    ada.write(".gitattributes", "* filter=x\n")
    ada.write("notes.md", "Two.\n")
    ada.keep()
    ada.send()
    bea.bring()
    assert not ran.exists()


def test_who_one_is_comes_from_git_and_stays_on_one_line(two, own_home):
    ada, _ = two
    assert identity(ada.folder) is None
    (own_home / ".gitconfig").write_text("[user]\n name = Ada Lovelace\n email = ada@example.org\n")
    assert identity(ada.folder) == Who("Ada Lovelace", "ada@example.org")
    assert Who("A\n<b>", "x>\n").line() == b"Ab <x>"


def test_a_stick_carries_all_of_it_to_git_and_back(two, tmp_path):
    ada, bea = two
    ada.write("votes/a.yml", "ada\n")
    ada.keep()
    stick = tmp_path / "ours.bundle"
    git_bundle.write(ada.folder, stick)
    assert "The bundle records a complete history" in say(ada.path, "bundle", "verify", stick)
    say(tmp_path, "clone", "-q", str(stick), "by-git")
    assert (tmp_path / "by-git" / "votes" / "a.yml").read_text() == "ada\n"
    tip = git_bundle.read(Job(), bea.folder, stick)
    git_share.bring(bea.folder, tip, BEA, "From the stick.")
    assert bea.files() == ada.files()
    assert git_share.has(bea.folder, tip)
    new = tmp_path / "new"
    git_bundle.open_new(Job(), stick, new, lambda files: None, Most())
    assert say(new, "status", "--porcelain", "-b") == "## main"
    assert say(new, "rev-parse", "HEAD") == say(ada.path, "rev-parse", "HEAD")


def test_a_stick_that_git_wrote_is_read(two, tmp_path):
    ada, bea = two
    (ada.path / "notes.md").write_text("Two.\n")
    say(ada.path, "commit", "-q", "-a", "-m", "by git")
    part, whole = tmp_path / "part", tmp_path / "whole"
    say(ada.path, "bundle", "create", "-q", part, "HEAD~1..main")
    say(ada.path, "bundle", "create", "-q", whole, "--all")
    git_share.bring(bea.folder, git_bundle.read(Job(), bea.folder, part), BEA, "x")
    assert bea.files()["notes.md"] == "Two.\n"
    new = Person(tmp_path / "third", BEA, "")
    with pytest.raises(FileTooNew):
        git_bundle.read(Job(), new.folder, part)
    git_share.bring(new.folder, git_bundle.read(Job(), new.folder, whole), BEA, "x")
    assert new.files() == ada.files()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK\x03\x04",
        b"# v2 git bundle\n",
        b"# v2 git bundle\n\n",
        b"# v2 git bundle\nwhat\n\n",
        b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/main\n\nPACK\0\0\0\2\0\0\0\1\xb0\xff",
        b"# v2 git bundle\n" + b"1" * 40 + b" refs/heads/main\n\n",
        b"# v2 git bundle\n" + b"x" * 100_000,
    ],
)
def test_what_is_no_bundle_is_no_bundle(two, tmp_path, data):
    file = tmp_path / "stick"
    file.write_bytes(data)
    with pytest.raises(FileOfAnotherKind):
        git_bundle.read(Job(), two[0].folder, file)


def test_a_stick_that_is_far_too_full_is_not_unpacked(two, tmp_path):
    ada, bea = two
    (ada.path / "zeros").write_bytes(bytes(300_000))
    ada.keep()
    git_bundle.write(ada.folder, tmp_path / "stick")
    small = Folder(bea.path, by_file, most=Most(one=100_000))
    with pytest.raises(RepositoryTooBig):
        git_bundle.read(Job(), small, Path(tmp_path / "stick"))


def test_over_ssh_by_a_connector_of_hosts(two, shared):
    ada, bea = two
    asked = []

    def ssh(job, user, host, port, command):
        asked.append((user, host, command.split()[0]))
        return Here(command)

    ada.far = bea.far = Far(f"git@example.org:{shared}", ssh=ssh)
    ada.write("votes/a.yml", "ada\n")
    ada.keep()
    ada.fetch()
    ada.send()
    bea.bring()
    assert bea.files() == ada.files()
    assert asked == [
        ("git", "example.org", "git-upload-pack"),
        ("git", "example.org", "git-receive-pack"),
        ("git", "example.org", "git-upload-pack"),
    ]
    bea.write("votes/b.yml", "bea\n")
    bea.keep()
    bea.send()
    ada.write("votes/c.yml", "ada\n")
    ada.keep()
    with pytest.raises(RemoteMovedOn):
        ada.send()


def test_a_password_goes_over_https_only_and_is_written_nowhere(two, shared, tmp_path):
    ada, _ = two
    authority, heard = Authority(tmp_path), []

    def locked(context=None):
        server = smart_git(shared.parent, context)

        class Locked(server.RequestHandlerClass):
            def do_GET(self):
                heard.append(self.headers.get("Authorization"))
                if heard[-1] is None:
                    self.rfile.read(int(self.headers.get("Content-Length") or 0))
                    self.send_response(401)
                    self.send_header("WWW-Authenticate", "Basic")
                    self.send_header("Content-Length", "0")
                    self.end_headers()
                else:
                    super().do_GET()

            do_POST = do_GET

        server.RequestHandlerClass = Locked
        return server

    ada.write("votes/a.yml", "ada\n")
    ada.keep()
    settings = Settings(certificates=str(authority.path))
    with serving(locked(authority.context("localhost"))) as port:
        far = Far(f"https://localhost:{port}/shared.git", login=("ada", "so secret"))
        git_share.fetch(Job(), ada.folder, far, settings)
        git_share.send(Job(), ada.folder, far, settings)
    assert all(heard)
    assert say(shared, "rev-parse", "main") == say(ada.path, "rev-parse", "HEAD")
    assert "secret" not in (ada.path / ".git" / "config").read_text()
    heard.clear()
    with serving(locked()) as port:
        far = Far(f"http://localhost:{port}/shared.git", login=("ada", "so secret"))
        with pytest.raises(RepositoryLocked):
            git_share.fetch(Job(), ada.folder, far, settings)
    assert heard == [None]
