"""What others send is measured before it is unpacked, and looked at before it is used."""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any

from dulwich.objects import ObjectID
from dulwich.refs import Ref
from dulwich.repo import Repo

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.git_ways import Login, Ssh, hearing, reached
from coophost_gui.net.pack import Accept, Most, TooMuch, check_pack, newest_files
from coophost_gui.net.problems import RepositoryTooBig

HEAD = Ref(b"HEAD")


@dataclass(frozen=True)
class Far:
    """A repository somewhere else, and how one gets there.

    ``name`` is what git calls it here; ``login`` is a name and a password for https,
    which are written nowhere.
    """

    url: str
    name: str = "origin"
    ssh: Ssh | None = None
    login: Login | None = None


@dataclass(frozen=True)
class Tip:
    """The newest commit of a branch."""

    commit: ObjectID
    branch: Ref


def fetch_tip(
    job: Job,
    repo: Repo,
    far: Far,
    settings: Settings,
    accept: Accept,
    most: Most,
    branch: Ref | None = None,
    known: ObjectID | None = None,
) -> Tip | None:
    """Bring the newest of *branch* at *far* into the store of *repo*; no branch here moves.

    Where *far* has no such branch, it is the one that others work on; None: it is empty.
    *known* is what came last time, and was looked at then.
    Raises ``RepositoryTooBig``, what *accept* raises, and what ``reached`` raises.
    """
    wanted: list[Ref] = [HEAD, *([branch] if branch else [])]

    def want(refs: Any, depth: int | None = None) -> list[ObjectID]:
        found = [refs[name] for name in wanted if refs.get(name)][-1:]
        return [sha for sha in found if sha not in repo.object_store]

    with (
        tempfile.TemporaryFile(dir=repo.path) as pack,
        reached(job, far.url, settings, far.ssh, far.login) as (client, place),
    ):
        found = client.fetch_pack(
            place,
            want,
            repo.get_graph_walker(),
            limited(job, pack.write, most.sent, far.url),
            progress=hearing(job),
        )
        name = next((ref for ref in reversed(wanted) if found.refs.get(ref)), None)
        sha = found.refs.get(name) if name else None
        if name is None or sha is None:
            return None
        if sha != known:
            take(repo, pack, sha, accept, most, far.url)
    return Tip(sha, found.symrefs.get(HEAD, HEAD) if name == HEAD else name)


def take(
    repo: Repo, pack: IO[bytes], tip: ObjectID, accept: Accept, most: Most, source: object
) -> None:
    """Put what is in the file *pack* (it may be empty) into *repo*, when all of it may come."""
    try:
        if pack.seek(0, 2):
            pack.seek(0)
            check_pack(pack, most)
            pack.seek(0)
            repo.object_store.add_thin_pack(pack.read, None)
        accept(newest_files(repo, tip, most))
    except TooMuch as error:
        raise RepositoryTooBig(str(error), url=source) from error


def limited(
    job: Job, write: Callable[[bytes], int], most: int, source: object
) -> Callable[[bytes], int]:
    """Return a *write* that takes at most *most* bytes and stops with *job*."""
    sent = 0

    def count(data: bytes) -> int:
        nonlocal sent
        job.checkpoint()
        sent += len(data)
        if sent > most:
            raise RepositoryTooBig(f"more than {most} bytes sent", url=source)
        return write(data)

    return count
