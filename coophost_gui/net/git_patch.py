"""What changed, as a mail that ``git am`` takes; and such mails of ``git format-patch`` read.

A patch is put together with what is here by the same rule as everything else: it says how a
file looked before, and the version of our history that looked so is the one that both had.
"""

import email
import email.policy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from email.header import Header
from email.message import Message
from email.utils import formatdate, parseaddr
from io import BytesIO
from pathlib import Path

from dulwich.objects import ObjectID
from dulwich.patch import FilePatch, PatchHunk, apply_patch_hunks, parse_unified_diff
from dulwich.patch import write_tree_diff as write_diff
from dulwich.repo import Repo

from coophost_gui.kit.store import write_bytes
from coophost_gui.net.git import opened
from coophost_gui.net.git_folder import Folder, Who, here, plain
from coophost_gui.net.git_merge import (
    NEW_MODE,
    PLAIN_FILES,
    Contents,
    History,
    Outcome,
    Tree,
    stored,
    trees,
)
from coophost_gui.net.pack import Brought
from coophost_gui.net.problems import FileDoesNotFit, FileOfAnotherKind

BEGINS = re.compile(rb"^From [0-9a-f]{40} Mon Sep 17 00:00:00 2001\r?$", re.MULTILINE)
BEGIN = "From {commit} Mon Sep 17 00:00:00 2001"
LONGEST = 20_000_000
MOST_VERSIONS = 2_000  # of one file, among which the one before the patch is looked for


@dataclass(frozen=True)
class Patch:
    """What a file of mails wants to change, and what its first mail says."""

    file: Path
    author: Who
    message: str
    changes: tuple[FilePatch, ...]


def written(folder: Folder, since: ObjectID | None, who: Who, message: str) -> bytes:
    """Return the mail with all that *folder* has committed since *since* (None: everything)."""
    now = here(folder)
    with opened(folder.path) as repo:
        history = History(repo)
        if now.head is None:
            return b""
        diff = BytesIO()
        old = history.commit(since).tree if since else None
        write_diff(diff, repo.object_store, old, history.commit(now.head).tree)
        at = history.commit(now.head).commit_time
    subject, _, body = message.partition("\n")
    head = (
        BEGIN.format(commit=now.head.decode()),
        f"From: {Header(plain(who.name)).encode()} <{plain(who.mail)}>",
        f"Date: {formatdate(at)}",
        f"Subject: {Header('[PATCH] ' + subject).encode()}",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=UTF-8",
        "Content-Transfer-Encoding: 8bit",
        "",
        *([body.strip(), ""] if body.strip() else []),
        "---",
        "",
    )
    return "\n".join(head).encode() + diff.getvalue() + b"-- \ncoophost\n\n"


def write(file: Path, mail: bytes) -> None:
    """Write *mail* (see ``written``) to *file*, all or nothing."""
    write_bytes(file, mail, 0o644)


def read(folder: Folder, file: Path) -> Patch:
    """Return what *file* wants to change; nothing is changed.  Raises ``FileOfAnotherKind``."""
    with file.open("rb") as mails:
        data = mails.read(LONGEST + 1)
    begins = [found.start() for found in BEGINS.finditer(data)]
    if len(data) > LONGEST or not begins:
        raise FileOfAnotherKind("no mails of git format-patch", path=file)
    ends = [*begins[1:], len(data)]
    changes: list[FilePatch] = []
    first = None
    try:
        for begin, end in zip(begins, ends, strict=True):
            message = email.message_from_bytes(data[begin:end], policy=email.policy.default)
            body = _body(message)
            changes += parse_unified_diff(body[body.find(b"\ndiff --git ") + 1 :])
            first = first or (message, body)
    except (ValueError, LookupError, IndexError) as error:
        raise FileOfAnotherKind(repr(error), path=file) from error
    assert first
    name, mail = parseaddr(str(first[0]["From"] or ""))
    subject = re.sub(r"^\[PATCH[^\]]*\]\s*", "", " ".join(str(first[0]["Subject"] or "").split()))
    text = first[1].split(b"\n---\n", 1)[0].decode("utf-8", "replace").strip()
    brought = [_brought(change, file) for change in changes]
    if not changes:
        raise FileOfAnotherKind("no change in it", path=file)
    folder.accept([one for one in brought if one])
    message_of_it = f"{subject}\n\n{text}" if text and not text.startswith("---") else subject
    return Patch(file, Who(name, mail), message_of_it, tuple(changes))


def _body(message: Message) -> bytes:
    """Return the text of *message* and of its attachments, as it was before it was sent."""
    parts = (part.get_payload(decode=True) for part in message.walk() if not part.is_multipart())
    return b"\n".join(part for part in parts if isinstance(part, bytes))


def _brought(change: FilePatch, file: Path) -> Brought | None:
    path = _paths(change)[1]
    if change.binary:
        raise FileOfAnotherKind(f"{path!r} is no text", path=file)
    size = sum(len(line) for hunk in change.hunks for line in hunk.lines)
    if path is None:
        return None
    return Brought(path, change.new_mode or NEW_MODE, size)


def put_in(folder: Folder, patch: Patch, repo: Repo, ours: Tree) -> Outcome:
    """Return what *ours*, the newest tree of *folder*, is with *patch*.

    Raises ``FileDoesNotFit`` where no version of a file that was ever here looks as the
    patch says it did.
    """
    versions = _Versions(repo, here(folder).head)
    before, after = dict(ours), dict(ours)
    known: dict[str, bytes | None] = {}  # the files that the patch names, as it leaves them
    for change in patch.changes:
        old, new = _paths(change)
        if old is None or old in known:
            data = _changed(change, known[old] or b"" if old else b"")
        else:
            found = ((one, _changed(change, one)) for one in versions.of(old))
            version, data = next((pair for pair in found if pair[1] is not None), (b"", None))
            before[old] = after[old] = NEW_MODE, stored(repo, version)
        if data is None:
            raise FileDoesNotFit(old or new or "", path=patch.file)
        if old is not None and old != new and not change.copy_from:
            known[old] = None
            after.pop(old, None)
        if new is not None:
            if new != old and new not in known:
                before.pop(new, None)
            known[new] = data
            after[new] = NEW_MODE, stored(repo, data)
    return trees(repo, before, ours, after, folder.rule)


def _paths(change: FilePatch) -> tuple[str | None, str | None]:
    """Return the path before and after *change*; None where it is not there."""
    sides = (
        (change.rename_from or change.copy_from, change.old_path, b"a/"),
        (change.rename_to or change.copy_to, change.new_path, b"b/"),
    )
    old, new = (
        moved or (path.removeprefix(prefix) if path is not None else None)
        for moved, path, prefix in sides
    )
    return (
        None if old is None else old.decode("utf-8", "surrogateescape"),
        None if new is None else new.decode("utf-8", "surrogateescape"),
    )


def _changed(change: FilePatch, data: bytes) -> bytes | None:
    """Return *data* with *change*; None where it does not look as the change says it did."""
    hunks = [_cut(hunk) for hunk in change.hunks]
    exact = FilePatch(None, None, None, None, hunks)
    lines = apply_patch_hunks(exact, data.splitlines(keepends=True))
    return None if lines is None else b"".join(lines)


def _cut(hunk: PatchHunk) -> PatchHunk:
    """Return *hunk* without what follows it in the mail: the line of two dashes is none of it."""
    old, new, lines = hunk.old_count, hunk.new_count, []
    for line in hunk.lines:
        if old <= 0 and new <= 0 and not line.startswith(b"\\"):
            break
        lines.append(line)
        old -= line[:1] in (b" ", b"-")
        new -= line[:1] in (b" ", b"+")
    return PatchHunk(hunk.old_start, hunk.old_count, hunk.new_start, hunk.new_count, lines)


class _Versions:
    """The versions that files had in our history, the newest first."""

    def __init__(self, repo: Repo, head: ObjectID | None) -> None:
        self._repo, self._history, self._head = repo, History(repo), head
        self._trees: list[Tree] | None = None

    def of(self, path: str) -> Iterator[bytes]:
        known = set()
        for tree in self._every():
            if path in tree and tree[path][0] in PLAIN_FILES and tree[path][1] not in known:
                known.add(tree[path][1])
                yield Contents(self._repo, {path: tree[path]})[path]

    def _every(self) -> list[Tree]:
        if self._trees is None:
            commits = self._history.before(self._head) if self._head else set()
            by_time = sorted(commits, key=lambda one: self._history.commit(one).commit_time)
            newest = [self._head, *reversed(by_time)] if self._head else []
            self._trees = [self._history.tree(one) for one in newest[:MOST_VERSIONS]]
        return self._trees
