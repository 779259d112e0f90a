"""Patches: ours are taken by ``git am``, git's are read; both go together with what is here."""

import pytest

from coophost_gui.net import git_patch, git_share
from coophost_gui.net.git_folder import Who
from coophost_gui.net.problems import FileDoesNotFit, FileOfAnotherKind
from tests.unit.net.test_git_share import BEA, say, shared, two  # noqa: F401


def put(person, file, who=None):
    patch = git_patch.read(person.folder, file)
    return git_share.take(
        person.folder,
        lambda repo, tree: git_patch.put_in(person.folder, patch, repo, tree),
        who or person.who,
        patch.message,
        patch.author,
    )


def change(person):
    person.write("votes/a.yml", "by: Núria\nchoice: favour\n")
    person.write("notes.md", "One.\nTwo, without an end")
    (person.path / "members" / "alder.yml").rename(person.path / "members" / "birch.yml")
    person.keep("What I did.")


def test_git_takes_ours(two, tmp_path):  # noqa: F811
    ada, bea = two
    since = say(ada.path, "rev-parse", "HEAD").encode()
    change(ada)
    who = Who("Núria <x>", "nuria@example.org")
    mail = git_patch.written(ada.folder, since, who, "Què hem fet\n\nAs recorded by Núria.")
    assert mail == git_patch.written(ada.folder, since, who, "Què hem fet\n\nAs recorded by Núria.")
    git_patch.write(tmp_path / "mine.patch", mail)
    say(bea.path, "am", "-q", tmp_path / "mine.patch")
    assert bea.files() == ada.files()
    assert say(bea.path, "log", "-1", "--format=%an|%ae|%B") == (
        "Núria x|nuria@example.org|Què hem fet\n\nAs recorded by Núria."
    )


@pytest.mark.parametrize(
    "way", [(), ("-M",), ("--no-renames",), ("--full-index", "-U1"), ("--attach",)]
)
def test_we_take_gits(two, tmp_path, way):  # noqa: F811
    ada, bea = two
    change(ada)
    ada.write("notes.md", "Three.\n")
    ada.keep("Another thing.")
    mails = tmp_path / "mails"
    mails.write_text(say(ada.path, "format-patch", "--stdout", *way, "origin/main") + "\n")
    bea.write("votes/b.yml", "mine\n")
    bea.keep()
    put(bea, mails)
    assert bea.files() == ada.files() | {"votes/b.yml": "mine\n"}
    assert say(bea.path, "log", "-1", "--format=%an|%cn|%s") == "Ada|Bea|What I did."
    bea.well()
    assert put(bea, mails).conflicts == ()  # again: nothing happens
    assert say(bea.path, "rev-list", "--count", "HEAD") == "3"


def test_ours_comes_back_to_us(two, tmp_path):  # noqa: F811
    ada, bea = two
    since = say(ada.path, "rev-parse", "HEAD").encode()
    change(ada)
    git_patch.write(tmp_path / "p", git_patch.written(ada.folder, since, ada.who, "What I did."))
    bea.write("notes.md", "By Bea.\n")
    bea.keep()
    before = bea.files()
    (conflict,) = put(bea, tmp_path / "p").conflicts
    assert (conflict.path, conflict.base, conflict.ours) == ("notes.md", b"One.\n", b"By Bea.\n")
    assert conflict.theirs == b"One.\nTwo, without an end"
    assert bea.files() == before


def test_what_fits_nowhere_is_left(two, tmp_path):  # noqa: F811
    ada, bea = two
    ada.write("later.md", "1\n")
    ada.keep()
    ada.write("later.md", "2\n")
    ada.keep()
    (tmp_path / "p").write_text(say(ada.path, "format-patch", "--stdout", "-1") + "\n")
    with pytest.raises(FileDoesNotFit):
        put(bea, tmp_path / "p")


def test_what_must_not_come_is_asked_about_first(two, tmp_path):  # noqa: F811
    _, bea = two
    seen = []

    def accept(files):
        seen.extend((file.path, file.plain) for file in files)
        raise FileOfAnotherKind(path="x")

    folder = bea.folder.__class__(bea.path, bea.folder.rule, accept=accept)
    (tmp_path / "p").write_text(
        "From " + "1" * 40 + " Mon Sep 17 00:00:00 2001\nFrom: M <m@example.org>\n"
        "Subject: [PATCH] x\n\n---\ndiff --git a/../out b/../out\nnew file mode 120000\n"
        "--- /dev/null\n+++ b/../out\n@@ -0,0 +1 @@\n+/etc\n-- \n2.39\n"
    )
    with pytest.raises(FileOfAnotherKind):
        git_patch.read(folder, tmp_path / "p")
    assert seen == [("../out", False)]


@pytest.mark.parametrize("text", ["", "Hello\n", "From " + "1" * 40 + " Mon Sep 17 00:00:00 2001\n",
    "From " + "1" * 40 + " Mon Sep 17 00:00:00 2001\nSubject: x\n\n"
    "diff --git a/x b/x\nBinary files a/x and b/x differ\n"])  # fmt: skip
def test_what_is_no_patch_is_no_patch(two, tmp_path, text):  # noqa: F811
    (tmp_path / "p").write_text(text)
    with pytest.raises(FileOfAnotherKind):
        git_patch.read(two[1].folder, tmp_path / "p")
    assert BEA.line() == b"Bea <bea@example.org>"
