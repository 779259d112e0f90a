"""Git without a git program: fetch recipes, and write our own as repositories."""

import errno
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager, suppress
from pathlib import Path

from dulwich import errors
from dulwich.index import commit_tree
from dulwich.objects import Blob, Commit, ObjectID, Tag
from dulwich.porcelain import status
from dulwich.refs import Ref, SymrefLoop
from dulwich.repo import Repo, UnsupportedExtension, UnsupportedVersion

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.git_guarded import HEAD, Far, fetch_tip
from coophost_gui.net.git_ways import Login, Ssh, hearing, reached
from coophost_gui.net.pack import Accept, Most
from coophost_gui.net.problems import (
    FolderChanged,
    FolderTaken,
    RepositoryEmpty,
    RepositoryOdd,
)

AUTHOR = b"coophost <coophost@localhost>"
MAIN = Ref(b"refs/heads/main")
TAGS, HEADS, REMOTES = b"refs/tags/", b"refs/heads/", b"refs/remotes/origin/"
PLAIN_BRANCH = re.compile(rb"refs/heads/\w[\w-]*(?:[./]\w[\w-]*)*")
LEFT_BEHIND = 3600.0  # seconds after which a half-made folder belongs to nobody
# What dulwich says of a repository that is damaged, or made to look like one.
DAMAGED = (
    errors.ChecksumMismatch,
    errors.FileFormatException,
    SymrefLoop,
    UnsupportedExtension,
    UnsupportedVersion,
    AssertionError,
    KeyError,
    ValueError,
    OSError,
    RecursionError,
    zlib.error,
)
NO_ROOM = (errno.ENOSPC, errno.EDQUOT)
FILE_MODE, PROGRAM_MODE = 0o100644, 0o100755


def clone(job: Job, url: str, path: Path, settings: Settings) -> None:
    """Fetch the repository at *url* into the new folder *path*, all or nothing."""
    if path.exists() and any(path.iterdir()):
        raise FolderTaken(path=path)
    with reached(job, url, settings) as (client, remote), new_folder(path) as folder:
        client.clone(
            remote, str(folder), mkdir=False, progress=hearing(job), origin_url=url
        ).close()
        job.checkpoint()


def clone_guarded(
    job: Job,
    url: str,
    path: Path,
    settings: Settings,
    *,
    remote: str,
    ssh: Ssh | None,
    accept: Accept,
    most: Most | None = None,
    login: Login | None = None,
) -> None:
    """Fetch the branch that others work on into the new folder *path*, all or nothing.

    For what is no recipe and was written by we do not know whom: sizes are known before
    anything is unpacked, and *accept* sees every file before one of them is written.
    """
    if path.exists() and any(path.iterdir()):
        raise FolderTaken(path=path)
    with new_folder(path) as folder, Repo.init(str(folder)) as repo:
        tip = fetch_tip(job, repo, Far(url, remote, ssh, login), settings, accept, most or Most())
        if tip is None:
            raise RepositoryEmpty(url=url)
        branch = tip.branch if PLAIN_BRANCH.fullmatch(tip.branch) else MAIN
        remember(repo, remote, url, branch)
        repo.refs[tracking(remote, branch)] = tip.commit
        settle(repo, branch, tip.commit)


def settle(repo: Repo, branch: Ref, tip: ObjectID) -> None:
    """Check *branch* out at *tip* in the new *repo*; no setting of the person's has a say."""
    repo.refs[branch] = tip
    repo.refs.set_symbolic_ref(HEAD, branch)
    repo.get_worktree().reset_index(config=repo.get_config())


def remember(repo: Repo, name: str, url: str, branch: Ref) -> None:
    """Write down that *branch* is shared at *url*, as ``git clone -o NAME`` does."""
    config, remote, short = repo.get_config(), name.encode(), branch.removeprefix(HEADS)
    config.set((b"remote", remote), b"url", url.encode())
    config.set((b"remote", remote), b"fetch", b"+refs/heads/*:" + tracking(name, Ref(b"*")))
    config.set((b"branch", short), b"remote", remote)
    config.set((b"branch", short), b"merge", branch)
    config.write_to_path()


def tracking(name: str, branch: Ref) -> Ref:
    """Return what git calls *branch* as it was last seen at the remote *name*."""
    return Ref(b"refs/remotes/" + name.encode() + b"/" + branch.removeprefix(HEADS))


def update(job: Job, path: Path, settings: Settings) -> list[str]:
    """Fetch what is new at the repository's origin; return the tags that came.

    Only ``refs/remotes/origin`` and new tags are written: neither a branch nor the
    files of the folder move, since abra works in the same folder.
    """
    with opened(path) as repo:
        url = origin(path)
        with reached(job, url, settings) as (client, remote):
            found = client.fetch(remote, repo, progress=hearing(job))
            job.checkpoint()
        known = set(repo.refs.allkeys())
        came = []
        for name, sha in found.refs.items():
            if sha is None or name.endswith(b"^{}"):
                continue
            if name.startswith(HEADS):
                repo.refs[Ref(REMOTES + name.removeprefix(HEADS))] = sha
            elif name.startswith(TAGS) and name not in known:
                repo.refs[Ref(name)] = sha
                came.append(name.removeprefix(TAGS).decode("utf-8", "replace"))
        return sorted(came)


def origin(path: Path, remote: str = "origin") -> str:
    """Return where the repository at *path* came from; ``""`` when it says nothing."""
    try:
        with opened(path) as repo:
            found: bytes = dict(repo.get_config().items((b"remote", remote.encode()))).get(
                b"url", b""
            )
            return found.decode()
    except FolderTaken:  # it is no repository at all
        return ""


def make_repository(path: Path, files: Mapping[str, bytes], tag: str, message: str) -> None:
    """Write *files* as a new repository with one commit and the annotated *tag* on it."""
    if path.exists() and any(path.iterdir()):
        raise FolderTaken(path=path)
    with new_folder(path) as folder:
        repo = Repo.init(str(folder), default_branch=b"main")
        try:
            _commit(repo, files, tag, message, [])
            repo.get_worktree().reset_index(config=repo.get_config())
        finally:
            repo.close()


def add_release(path: Path, files: Mapping[str, bytes], tag: str, message: str) -> bool:
    """Make sure that the repository at *path* has *tag*; return False when it had.

    A repository that is there gets a commit on its branch ``main``; its files follow
    only when that branch is checked out, and are not overwritten when somebody changed them.
    """
    if not path.exists() or not any(path.iterdir()):
        make_repository(path, files, tag, message)
        return True
    with opened(path) as repo:
        if Ref(TAGS + tag.encode()) in repo.refs.allkeys():
            return False
        checked_out = repo.refs.get_symrefs().get(HEAD) == MAIN
        if checked_out and _changed(repo):
            raise FolderChanged(path=path)
        parents = [repo.refs[MAIN]] if MAIN in repo.refs.allkeys() else []
        _commit(repo, files, tag, message, parents)
        if checked_out:
            repo.get_worktree().reset_index(config=repo.get_config())
        return True


@contextmanager
def opened(path: Path) -> Iterator[Repo]:
    """Open the repository at *path* and close its files again."""
    try:
        with closing(Repo(str(path))) as repo:
            yield repo
    except errors.NotGitRepository as error:
        raise FolderTaken(str(error), path=path) from error
    except DAMAGED as error:
        if isinstance(error, OSError) and error.errno in NO_ROOM:
            raise  # it is this computer's disk, and nothing of the repository's
        raise RepositoryOdd(repr(error), url=path) from error


def _changed(repo: Repo) -> bool:
    found = status(repo)
    return bool(found.unstaged or any(found.staged.values()))


def _commit(
    repo: Repo, files: Mapping[str, bytes], tag: str, message: str, parents: list[ObjectID]
) -> None:
    """Add a commit with exactly *files* to ``main``; no hook and no setting of git's has a say."""
    blobs = []
    for name, data in sorted(files.items()):
        blob = Blob.from_string(data)
        repo.object_store.add_object(blob)
        blobs.append((name.encode(), blob.id, PROGRAM_MODE if data[:2] == b"#!" else FILE_MODE))
    now = int(time.time())
    commit = Commit()
    commit.tree = commit_tree(repo.object_store, blobs)
    commit.parents = parents
    commit.author = commit.committer = AUTHOR
    commit.author_time = commit.commit_time = now
    commit.author_timezone = commit.commit_timezone = 0
    commit.message = message.encode()
    repo.object_store.add_object(commit)
    release = Tag()
    release.name = tag.encode()
    release.object = (Commit, commit.id)
    release.tagger = AUTHOR
    release.tag_time = now
    release.tag_timezone = 0
    release.message = message.encode()
    repo.object_store.add_object(release)
    repo.refs[MAIN] = commit.id
    repo.refs[Ref(TAGS + tag.encode())] = release.id


@contextmanager
def new_folder(path: Path) -> Iterator[Path]:
    """Give an empty folder that becomes *path* when the block went through, and else goes away."""
    path.parent.mkdir(parents=True, exist_ok=True)
    prefix = f".{path.name}.new-"
    for old in path.parent.glob(f"{prefix}*"):
        with suppress(OSError):
            if time.time() - old.stat().st_mtime > LEFT_BEHIND:
                shutil.rmtree(old)
    folder = Path(tempfile.mkdtemp(prefix=prefix, dir=path.parent))
    try:
        yield folder
        folder.chmod(0o755)
        try:
            folder.rename(path)
        except OSError as error:  # somebody else was faster
            raise FolderTaken(str(error), path=path) from error
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
