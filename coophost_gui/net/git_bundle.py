"""A whole history in one file, for a stick: git's own bundles (version 2), both ways."""

import re
import tempfile
from pathlib import Path
from typing import BinaryIO

from dulwich.bundle import create_bundle_from_repo, write_bundle
from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from coophost_gui.kit.jobs import Job
from coophost_gui.net.git import HEADS, MAIN, PLAIN_BRANCH, new_folder, opened, settle
from coophost_gui.net.git_folder import Folder, here
from coophost_gui.net.git_guarded import HEAD, Tip, limited, take
from coophost_gui.net.pack import Accept, Most
from coophost_gui.net.problems import FileOfAnotherKind, FileTooNew, FolderTaken

SIGNED = (b"# v2 git bundle\n", b"# v3 git bundle\n")
NEEDS = re.compile(rb"-([0-9a-f]{40})(?: .*)?\n")
HOLDS = re.compile(rb"([0-9a-f]{40}) (\S+)\n")
LONGEST_LINE, MOST_LINES = 4096, 10_000
CHUNK = 65536


def write(folder: Folder, file: Path) -> None:
    """Write all that *folder* has committed, from its beginning, into *file*; all or nothing."""
    now = here(folder)
    passing = file.with_name(f".{file.name}.new")
    try:
        with (
            opened(folder.path) as repo,
            create_bundle_from_repo(repo, [now.branch, HEAD], version=2) as bundle,
            passing.open("wb") as out,
        ):
            write_bundle(out, bundle)
        passing.replace(file)
    finally:
        passing.unlink(missing_ok=True)


def read(job: Job, folder: Folder, file: Path) -> ObjectID:
    """Bring what *file* holds into the store of *folder*, and return its newest commit.

    Raises ``FileOfAnotherKind``, or ``FileTooNew`` for one that only goes on from a commit
    which is not here.
    """
    with opened(folder.path) as repo:
        return _taken(job, repo, file, folder.accept, folder.most, here(folder).branch).commit


def holds(file: Path) -> list[ObjectID]:
    """Return the newest commits that *file* says it holds; nothing when there is no such file."""
    try:
        with file.open("rb") as bundle:
            return list(_head(bundle, file)[1].values())
    except FileNotFoundError:
        return []


def open_new(job: Job, file: Path, path: Path, accept: Accept, most: Most) -> None:
    """Make the new folder *path* of what *file* holds, all or nothing."""
    if path.exists() and any(path.iterdir()):
        raise FolderTaken(path=path)
    with new_folder(path) as folder, Repo.init(str(folder)) as repo:
        tip = _taken(job, repo, file, accept, most, MAIN)
        branch = tip.branch if PLAIN_BRANCH.fullmatch(tip.branch) else MAIN
        settle(repo, branch, tip.commit)


def _taken(job: Job, repo: Repo, file: Path, accept: Accept, most: Most, branch: Ref) -> Tip:
    with file.open("rb") as bundle, tempfile.TemporaryFile(dir=repo.path) as pack:
        needs, tips = _head(bundle, file)
        missing = [sha for sha in needs if sha not in repo.object_store]
        if missing:
            raise FileTooNew(", ".join(sha.decode() for sha in missing), path=file)
        name = next((ref for ref in (branch, HEAD, *sorted(tips)) if ref in tips), None)
        if name is None:
            raise FileOfAnotherKind("it holds no branch", path=file)
        write = limited(job, pack.write, most.sent, file)
        while piece := bundle.read(CHUNK):
            write(piece)
        try:
            take(repo, pack, tips[name], accept, most, file)
        except (ValueError, KeyError) as error:
            raise FileOfAnotherKind(repr(error), path=file) from error
    known = sorted(ref for ref, sha in tips.items() if ref.startswith(HEADS) and sha == tips[name])
    return Tip(tips[name], known[0] if name == HEAD and known else name)


def _head(bundle: BinaryIO, file: Path) -> tuple[list[ObjectID], dict[Ref, ObjectID]]:
    """Read up to where the pack begins: the commits that it needs, and those that it holds."""
    needs: list[ObjectID] = []
    tips: dict[Ref, ObjectID] = {}
    if bundle.readline(LONGEST_LINE) not in SIGNED:
        raise FileOfAnotherKind("no bundle of git", path=file)
    for _ in range(MOST_LINES):
        line = bundle.readline(LONGEST_LINE)
        if line == b"\n":
            return needs, tips
        if found := NEEDS.fullmatch(line):
            needs.append(ObjectID(found[1]))
        elif found := HOLDS.fullmatch(line):
            tips[Ref(found[2])] = ObjectID(found[1])
        elif line != b"@object-format=sha1\n":
            raise FileOfAnotherKind(f"{line[:80]!r}", path=file)
    raise FileOfAnotherKind(f"more than {MOST_LINES} lines before what it holds", path=file)
