"""A folder that several people work on, each in a copy of her own: kept, put together, sent.

No branch is ever forced.  The files of the folder are written before the branch moves: when
power is lost in between, what was written counts as a change of our own, which goes together
with theirs anew.
"""

from collections.abc import Callable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from dulwich.errors import SendPackError
from dulwich.objects import ObjectID
from dulwich.pack import UnpackedObject
from dulwich.refs import Ref
from dulwich.repo import Repo

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.kit.text import Words
from coophost_gui.net.git import HEADS, opened, remember, tracking
from coophost_gui.net.git_folder import (
    Folder,
    Here,
    Who,
    branch_of,
    clean,
    commit_of,
    differ,
    index,
    lay_out,
    move,
    state,
    with_changes,
)
from coophost_gui.net.git_guarded import Far, fetch_tip
from coophost_gui.net.git_merge import Conflict, Contents, History, Outcome, Tree, merge
from coophost_gui.net.git_ways import hearing, reached
from coophost_gui.net.problems import FolderChanged, HistoryUnrelated, RemoteMovedOn, SendRefused

Change = Callable[[Repo, Tree], Outcome]  # what becomes of a tree


@dataclass(frozen=True)
class Coming:
    """What putting the folder and a commit of others together would do.

    ``files`` are those of the folder that would change; ``back`` those of ours that the
    others do not have yet.
    """

    files: tuple[str, ...]
    back: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    told: tuple[Words, ...]


def keep(folder: Folder, who: Who, message: str, only: Sequence[str] | None = None) -> bool:
    """Put what was changed in *folder* into a commit of *who*; return False when nothing was.

    *only*: the paths that the person saw and said yes to; ``FolderChanged`` when it is more.
    """
    with opened(folder.path) as repo:
        now = state(folder, repo)
        if not now.changed:
            return False
        if only is not None and not now.changed.keys() <= set(only):
            raise FolderChanged(", ".join(sorted(now.changed.keys() - set(only))), path=folder.path)
        tree = with_changes(repo, History(repo).tree(now.head), now.changed)
        commit = commit_of(repo, tree, who, message, [now.head] if now.head else [])
        move(folder, repo, now, commit)
        index(folder, repo, tree)
        return True


def fetch(job: Job, folder: Folder, far: Far, settings: Settings) -> ObjectID | None:
    """Bring what is new at *far* into the store of *folder*, and return its newest commit.

    None: there is nothing yet.  Neither the branch nor a file of the folder moves.
    """
    with opened(folder.path) as repo:
        branch = branch_of(folder, repo)
        seen = tracking(far.name, branch)
        known = repo.refs[seen] if seen in repo.refs.allkeys() else None
        found = fetch_tip(job, repo, far, settings, folder.accept, folder.most, branch, known)
        _remember(repo, far, branch)
        if found is None:
            return None
        repo.refs[seen] = found.commit
        return found.commit


def coming(folder: Folder, tip: ObjectID) -> Coming:
    """Return what ``bring`` would do after ``keep``; changes nothing in the folder.

    Raises ``HistoryUnrelated``.
    """
    with opened(folder.path) as repo:
        now = state(folder, repo)
        ours = with_changes(repo, History(repo).tree(now.head), now.changed)
        return _together(folder, repo, now, tip, ours if now.changed else None)[0]


def to_send(folder: Folder, tip: ObjectID | None) -> tuple[dict[str, bytes], dict[str, bytes]]:
    """Return the files that others would get who have *tip* now, and what they have of them."""
    with opened(folder.path) as repo:
        now, history = state(folder, repo), History(repo)
        ours = Contents(repo, with_changes(repo, history.tree(now.head), now.changed))
        theirs = Contents(repo, history.tree(tip))
        new = {p: ours[p] for p in ours if p not in theirs or not ours.same(theirs, p)}
        return new, {path: theirs[path] for path in new if path in theirs}


def has(folder: Folder, tip: ObjectID) -> bool:
    """Say whether *tip* went into *folder* already."""
    with opened(folder.path) as repo:
        now = state(folder, repo)
        return bool(now.head) and tip in History(repo).before(now.head)  # type: ignore[arg-type]


def bring(folder: Folder, tip: ObjectID, who: Who, message: str) -> Coming:
    """Put *folder* and the commit *tip* of others together, and return what that changed.

    With a conflict, or with changes that are in no commit yet (``FolderChanged``), nothing
    is written.
    """
    with opened(folder.path) as repo:
        now = clean(folder, repo)
        history = History(repo)
        result, found, ours = _together(folder, repo, now, tip)
        before = history.before(now.head) if now.head else set()
        if found.conflicts or tip in before:
            return result
        if now.head is None or now.head in history.before(tip):
            commit = tip
        else:
            commit = commit_of(repo, found.tree, who, message, [now.head, tip])
        lay_out(folder, repo, ours, found.tree)
        move(folder, repo, now, commit)
        index(folder, repo, found.tree)
        return result


def try_out(folder: Folder, change: Change) -> Coming:
    """Return what ``take`` would do; changes nothing in the folder."""
    with opened(folder.path) as repo:
        now = state(folder, repo)
        ours = History(repo).tree(now.head)
        found = change(repo, ours)
        return Coming(differ(ours, found.tree), (), found.conflicts, found.told)


def take(
    folder: Folder, change: Change, who: Who, message: str, author: Who | None = None
) -> Coming:
    """Put into *folder* what *change* makes of its newest tree, as a commit of *who*.

    With a conflict, or with changes that are in no commit yet (``FolderChanged``), nothing
    is written.
    """
    with opened(folder.path) as repo:
        now = clean(folder, repo)
        ours = History(repo).tree(now.head)
        found = change(repo, ours)
        result = Coming(differ(ours, found.tree), (), found.conflicts, found.told)
        if found.conflicts or not result.files:
            return result
        parents = [now.head] if now.head else []
        commit = commit_of(repo, found.tree, who, message, parents, author)
        lay_out(folder, repo, ours, found.tree)
        move(folder, repo, now, commit)
        index(folder, repo, found.tree)
        return result


def last_seen(folder: Folder) -> ObjectID | None:
    """Return the newest commit that the others had when we last fetched or sent."""
    with opened(folder.path) as repo:
        branch = state(folder, repo).branch
        try:
            name = repo.get_config().get((b"branch", branch.removeprefix(HEADS)), b"remote")
            return repo.refs[tracking(name.decode(), branch)]
        except KeyError:
            return None


def send(job: Job, folder: Folder, far: Far, settings: Settings) -> None:
    """Send our commits to *far*, where nothing is ever overwritten.

    Raises ``RemoteMovedOn`` when there is something there that we do not have yet.
    """
    with opened(folder.path) as repo:
        now = state(folder, repo)
        head = now.head
        if head is None:
            return
        ours = History(repo).before(head)

        def update(refs: dict[Ref, ObjectID]) -> dict[Ref, ObjectID]:
            there = refs.get(now.branch)
            if there is not None and there not in ours:
                raise RemoteMovedOn(url=far.url)
            return {now.branch: head}

        def pack(
            have: AbstractSet[ObjectID],
            want: AbstractSet[ObjectID],
            *,
            ofs_delta: bool = False,
            progress: Callable[[bytes], None] | None = None,
        ) -> tuple[int, Iterator[UnpackedObject]]:
            known = {one for one in have if one in repo.object_store}
            return repo.generate_pack_data(known, set(want), ofs_delta=ofs_delta)

        with reached(job, far.url, settings, far.ssh, far.login) as (client, place):
            try:
                done = client.send_pack(place.encode(), update, pack, progress=hearing(job))
            except SendPackError as error:
                raise SendRefused(str(error), url=far.url) from error
        refused = [str(why) for why in (done.ref_status or {}).values() if why]
        if any("fetch first" in why or "non-fast-forward" in why for why in refused):
            raise RemoteMovedOn("; ".join(refused), url=far.url)
        if refused:
            raise SendRefused("; ".join(refused), url=far.url)
        _remember(repo, far, now.branch)
        repo.refs[tracking(far.name, now.branch)] = head


def _together(
    folder: Folder, repo: Repo, now: Here, tip: ObjectID, mine: Tree | None = None
) -> tuple[Coming, Outcome, Tree]:
    """Return what is to be told, what the folder becomes, and what it is."""
    history = History(repo)
    ours, theirs = history.tree(now.head) if mine is None else mine, history.tree(tip)
    if now.head is not None:
        found = merge(repo, now.head, tip, folder.rule, mine)
    elif mine:
        raise HistoryUnrelated()
    else:
        found = Outcome(theirs)
    changed = differ(ours, found.tree), differ(theirs, found.tree)
    return Coming(*changed, found.conflicts, found.told), found, ours


def _remember(repo: Repo, far: Far, branch: Ref) -> None:
    config, section = repo.get_config(), (b"remote", far.name.encode())
    if section not in config or config.get(section, b"url") != far.url.encode():
        remember(repo, far.name, far.url, branch)
