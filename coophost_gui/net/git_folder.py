"""One folder and its repository: what was changed by hand, how a commit is laid out in it.

Nothing of git's own settings runs here: no hook, no filter.
"""

import os
import stat
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dulwich.index import Index, commit_tree, index_entry_from_stat
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from coophost_gui.kit.store import write_bytes
from coophost_gui.net.git import PLAIN_BRANCH, opened
from coophost_gui.net.git_guarded import HEAD
from coophost_gui.net.git_merge import NEW_MODE, Contents, History, Rule, Tree, stored
from coophost_gui.net.pack import Accept, Most
from coophost_gui.net.problems import FolderBusy, FolderChanged

GIT = ".git"
UNDER_WAY = ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REVERT_HEAD", "rebase-merge", "rebase-apply")
NOTHING = ObjectID(b"0" * 40)  # what git calls a branch that is not there

Belongs = Callable[[str], bool]  # says whether the file at this path is one to share


@dataclass(frozen=True)
class Who:
    """Who is named in what is sent."""

    name: str
    mail: str

    def line(self) -> bytes:
        """Return it as git writes it."""
        return f"{plain(self.name) or 'somebody'} <{plain(self.mail)}>".encode()


@dataclass(frozen=True)
class Folder:
    """A shared folder, which is the top of its repository.

    ``rule`` puts two versions together; ``belongs`` tells the files that are shared.
    """

    path: Path
    rule: Rule
    belongs: Belongs = lambda path: True
    accept: Accept = lambda files: None
    most: Most = field(default_factory=Most)

    def begun(self) -> bool:
        """Say whether it is a repository already."""
        return (self.path / GIT).exists()


@dataclass(frozen=True)
class Here:
    """How a folder is now: its branch, its newest commit, what was changed since by hand.

    ``changed`` has None for a file that was removed.
    """

    branch: Ref
    head: ObjectID | None
    changed: dict[str, bytes | None]


def plain(text: str) -> str:
    """Return *text* without what has a meaning in a line about a person."""
    return "".join(c for c in text if c.isprintable() and c not in "<>").strip()


def begin(folder: Folder) -> None:
    """Make *folder* a repository, still without a commit."""
    if not folder.begun():
        Repo.init(str(folder.path), mkdir=not folder.path.exists(), default_branch=b"main").close()


def identity(folder: Folder) -> Who | None:
    """Return who the person is by her git settings; None where they do not say."""
    with opened(folder.path) as repo:
        config = repo.get_config_stack()
        found = []
        for key in (b"name", b"email"):
            try:
                found.append(config.get((b"user",), key).decode("utf-8", "replace").strip())
            except KeyError:
                return None
    return Who(*found) if all(found) else None


def here(folder: Folder) -> Here:
    """Return how *folder* is; changes nothing.  Raises ``FolderBusy``."""
    with opened(folder.path) as repo:
        return state(folder, repo)


def loose(folder: Folder) -> dict[str, bytes]:
    """Return the files to share of a *folder* that is no repository yet."""
    return {path: f.read_bytes() for path, f in _files(folder.path) if folder.belongs(path)}


def branch_of(folder: Folder, repo: Repo) -> Ref:
    """Return the branch that is checked out.  Raises ``FolderBusy``."""
    control = Path(repo.controldir())
    busy = [name for name in UNDER_WAY if (control / name).exists()]
    branch = repo.refs.get_symrefs().get(HEAD)
    if busy or branch is None or not PLAIN_BRANCH.fullmatch(branch):
        raise FolderBusy(", ".join(busy) or "no branch is checked out", path=folder.path)
    return branch


def state(folder: Folder, repo: Repo) -> Here:
    """Return how *folder* is."""
    branch = branch_of(folder, repo)
    head = repo.refs[branch] if branch in repo.refs.allkeys() else None
    tree = History(repo).tree(head)
    plain = {path: at for path, at in tree.items() if stat.S_ISREG(at[0])}
    changed: dict[str, bytes | None] = {}
    seen = set()
    for path, file in _files(folder.path):
        if path not in plain and not folder.belongs(path):
            continue
        data = file.read_bytes()
        seen.add(path)
        if path not in plain or Blob.from_string(data).id != plain[path][1]:
            changed[path] = data
    changed |= {path: None for path in plain if path not in seen}
    return Here(branch, head, dict(sorted(changed.items())))


def with_changes(repo: Repo, tree: Tree, changed: Mapping[str, bytes | None]) -> Tree:
    """Return *tree* with what was *changed*; only the store is written."""
    found = dict(tree)
    for path, data in changed.items():
        if data is None:
            del found[path]
        else:
            found[path] = found[path][0] if path in found else NEW_MODE, stored(repo, data)
    return found


def clean(folder: Folder, repo: Repo) -> Here:
    """Return how *folder* is.  Raises ``FolderChanged`` for changes that are in no commit."""
    now = state(folder, repo)
    if now.changed:
        raise FolderChanged(", ".join(now.changed), path=folder.path)
    return now


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    """Give each plain file under *root* that git could have, with its path in there."""
    for parent, folders, names in os.walk(root):
        folders[:] = sorted(name for name in folders if name.casefold() != GIT)
        for name in names:
            file = Path(parent, name)
            if not file.is_symlink() and file.is_file():
                yield file.relative_to(root).as_posix(), file


def commit_of(
    repo: Repo,
    tree: Tree,
    who: Who,
    message: str,
    parents: Sequence[ObjectID],
    author: Who | None = None,
) -> ObjectID:
    """Return a new commit, which is only in the store, by *who*; *author*: whose work it is."""
    blobs = [
        (path.encode("utf-8", "surrogateescape"), sha, mode)
        for path, (mode, sha) in sorted(tree.items())
    ]
    commit = Commit()
    commit.tree = commit_tree(repo.object_store, blobs)
    commit.parents = list(parents)
    commit.author, commit.committer = (author or who).line(), who.line()
    commit.author_time = commit.commit_time = int(time.time())
    commit.author_timezone = commit.commit_timezone = 0
    commit.encoding = b"UTF-8"
    commit.message = message.encode()
    repo.object_store.add_object(commit)
    return commit.id


def move(folder: Folder, repo: Repo, now: Here, commit: ObjectID) -> None:
    """Let the branch be at *commit*, unless somebody else moved it meanwhile."""
    if not repo.refs.set_if_equals(now.branch, now.head or NOTHING, commit):
        raise FolderBusy(f"{now.branch!r} moved meanwhile", path=folder.path)


def lay_out(folder: Folder, repo: Repo, before: Tree, after: Tree) -> None:
    """Write what changed between two trees into the folder: new files first, then removals."""
    files = Contents(repo, after)
    for path in differ(before, after):
        if path in files:
            write_bytes(folder.path / path, files[path], 0o644)
    for path in before.keys() - after.keys():
        file = folder.path / path
        file.unlink(missing_ok=True)
        for parent in file.parents:
            if parent == folder.path or any(parent.iterdir()):
                break
            parent.rmdir()


def index(folder: Folder, repo: Repo, tree: Tree) -> None:
    """Let git know that the files of the folder are those of *tree*."""
    index = Index(repo.index_path(), read=False)
    for path, (mode, sha) in tree.items():
        file = folder.path / path
        if file.exists():
            name = path.encode("utf-8", "surrogateescape")
            index[name] = index_entry_from_stat(file.lstat(), sha, mode)
    index.write()


def differ(one: Tree, other: Tree) -> tuple[str, ...]:
    """Return the paths at which two trees are not the same."""
    return tuple(sorted(p for p in {*one, *other} if one.get(p) != other.get(p)))
