"""Git without a git program: fetch recipes, and write our own as repositories."""

import errno
import re
import shutil
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping
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
from coophost_gui.net.git_ways import Ssh, reached
from coophost_gui.net.pack import Accept, Most, TooMuch, check_pack, newest_files
from coophost_gui.net.problems import (
    FolderChanged,
    FolderTaken,
    RepositoryEmpty,
    RepositoryOdd,
    RepositoryTooBig,
)

AUTHOR = b"coophost <coophost@localhost>"
MAIN = Ref(b"refs/heads/main")
HEAD = Ref(b"HEAD")
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
    with reached(job, url, settings) as (client, remote), _new_folder(path) as folder:
        client.clone(
            remote, str(folder), mkdir=False, progress=_progress(job), origin_url=url
        ).close()
        job.checkpoint()


def clone_guarded(
    job: Job,
    url: str,
    path: Path,
    settings: Settings,
    *,
    remote: str,
    ssh: Ssh,
    accept: Accept,
    most: Most | None = None,
) -> None:
    """Fetch the branch that others work on into the new folder *path*, all or nothing.

    For what is no recipe and was written by we do not know whom: sizes are known before
    anything is unpacked, and *accept* sees every file before one of them is written.
    """
    most = most or Most()
    if path.exists() and any(path.iterdir()):
        raise FolderTaken(path=path)
    try:
        with (
            _new_folder(path) as folder,
            Repo.init(str(folder)) as repo,
            tempfile.TemporaryFile(dir=folder) as pack,
        ):
            with reached(job, url, settings, ssh) as (client, place):
                found = client.fetch_pack(
                    place,
                    lambda refs, depth=None: [refs[HEAD]] if HEAD in refs else [],
                    repo.get_graph_walker(),
                    _limited(job, pack.write, most.sent),
                    progress=_progress(job),
                )
                tip = found.refs.get(HEAD)
                if tip is None:
                    raise RepositoryEmpty(url=url)
                pack.seek(0)
                check_pack(pack, most)
                pack.seek(0)
                repo.object_store.add_thin_pack(pack.read, None)
                accept(newest_files(repo, tip, most))
            branch = found.symrefs.get(HEAD, MAIN)
            _settle(repo, remote, url, branch if PLAIN_BRANCH.fullmatch(branch) else MAIN, tip)
    except TooMuch as error:
        raise RepositoryTooBig(str(error), url=url) from error


def _limited(job: Job, write: Callable[[bytes], int], most: int) -> Callable[[bytes], int]:
    sent = 0

    def count(data: bytes) -> int:
        nonlocal sent
        job.checkpoint()
        sent += len(data)
        if sent > most:
            raise TooMuch(f"more than {most} bytes sent")
        return write(data)

    return count


def _settle(repo: Repo, remote: str, url: str, branch: Ref, tip: ObjectID) -> None:
    """Make *repo* what ``git clone -o REMOTE`` makes; no setting of the person's has a say."""
    name, short = remote.encode(), branch.removeprefix(HEADS)
    theirs = b"refs/remotes/" + name + b"/"
    config = repo.get_config()
    config.set((b"remote", name), b"url", url.encode())
    config.set((b"remote", name), b"fetch", b"+refs/heads/*:" + theirs + b"*")
    config.set((b"branch", short), b"remote", name)
    config.set((b"branch", short), b"merge", branch)
    config.write_to_path()
    repo.refs[Ref(theirs + short)] = tip
    repo.refs[branch] = tip
    repo.refs.set_symbolic_ref(HEAD, branch)
    repo.get_worktree().reset_index(config=config)


def update(job: Job, path: Path, settings: Settings) -> list[str]:
    """Fetch what is new at the repository's origin; return the tags that came.

    Only ``refs/remotes/origin`` and new tags are written: neither a branch nor the
    files of the folder move, since abra works in the same folder.
    """
    with _opened(path) as repo:
        url = origin(path)
        with reached(job, url, settings) as (client, remote):
            found = client.fetch(remote, repo, progress=_progress(job))
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
        with _opened(path) as repo:
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
    with _new_folder(path) as folder:
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
    with _opened(path) as repo:
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
def _opened(path: Path) -> Iterator[Repo]:
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
def _new_folder(path: Path) -> Iterator[Path]:
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


def _progress(job: Job) -> Callable[[bytes], None]:
    def hear(line: bytes) -> None:
        job.checkpoint()
        if found := re.search(rb"(\d+)%", line):
            job.progress(int(found[1]) / 100)

    return hear
