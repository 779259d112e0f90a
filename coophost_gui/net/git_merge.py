"""Three-way merging: file by file, or by a rule that knows what the files mean.

dulwich's own merge goes line by line and writes marks of conflicts into the files; a record
in which every file is one small thing needs neither, so only the history is its.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from dulwich.object_store import iter_tree_contents
from dulwich.objects import Blob, Commit, ObjectID
from dulwich.repo import Repo

from coophost_gui.kit.text import Words
from coophost_gui.net.pack import DEEPEST
from coophost_gui.net.problems import HistoryUnrelated, RepositoryOdd

PLAIN_FILES = (0o100644, 0o100755, 0o100664)
NEW_MODE = 0o100644
MOST_BASES, MOST_DEEP = 8, 50

T = TypeVar("T")
CommitId = ObjectID
Files = Mapping[str, bytes]
Tree = dict[str, tuple[int, ObjectID]]  # path -> mode, id of the content


@dataclass(frozen=True)
class Conflict:
    """One file that was changed in two ways; None where it is not there.

    ``where`` names the parts that clash, when the rest of the file goes together.
    """

    path: str
    base: bytes | None
    ours: bytes | None
    theirs: bytes | None
    where: tuple[str, ...] = ()


@dataclass(frozen=True)
class Merged:
    """What became of the files that a rule was given.

    ``files`` holds those that remain; it may hold others, which change too, and ``gone`` are
    others that vanish.  A file with a conflict is not among them.  ``told`` says what a
    person should know of it.
    """

    files: dict[str, bytes]
    conflicts: tuple[Conflict, ...] = ()
    told: tuple[Words, ...] = ()
    gone: frozenset[str] = frozenset()


# Base, ours, theirs: the files that are not the same on all three sides; then all the others.
Rule = Callable[[Files, Files, Files, Files], Merged]


def by_file(base: Files, ours: Files, theirs: Files, rest: Files) -> Merged:
    """Merge whole files: who changed one alone has her way."""
    files: dict[str, bytes] = {}
    conflicts = []
    for path in sorted({*base, *ours, *theirs}):
        sides = base.get(path), ours.get(path), theirs.get(path)
        sure, found = one_way(*sides)
        if not sure:
            conflicts.append(Conflict(path, *sides))
        elif found is not None:
            files[path] = found
    return Merged(files, tuple(conflicts))


def one_way(base: T, ours: T, theirs: T) -> tuple[bool, T]:
    """Return whether at most one side changed *base* (or both alike), and then what it became."""
    if ours in (base, theirs):
        return True, theirs
    return theirs == base, ours


@dataclass
class History:
    """The commits of one repository, read once."""

    repo: Repo
    _parents: dict[ObjectID, tuple[ObjectID, ...]] = field(default_factory=dict)

    def before(self, *tips: ObjectID) -> set[ObjectID]:
        """Return *tips* and every commit before them; no clock has a say."""
        found: set[ObjectID] = set()
        todo = list(tips)
        while todo:
            if (one := todo.pop()) not in found:
                found.add(one)
                todo += self.parents(one)
        return found

    def parents(self, commit: ObjectID) -> tuple[ObjectID, ...]:
        if commit not in self._parents:
            self._parents[commit] = tuple(self.commit(commit).parents)
        return self._parents[commit]

    def bases(self, one: ObjectID, other: ObjectID) -> list[ObjectID]:
        """Return the last commits that both have: one, or more after a criss-cross."""
        common = self.before(one) & self.before(other)
        passed = {parent for commit in common for parent in self.parents(commit)}
        return sorted(common - passed)

    def commit(self, name: ObjectID) -> Commit:
        found = self.repo[name]
        if not isinstance(found, Commit):
            raise ValueError(f"{name!r} is not a commit")
        return found

    def tree(self, commit: ObjectID | None) -> Tree:
        """Return what *commit* holds; nothing for None."""
        if commit is None:
            return {}
        found = iter_tree_contents(
            self.repo.object_store, self.commit(commit).tree, max_depth=DEEPEST
        )
        return {
            entry.path.decode("utf-8", "surrogateescape"): (entry.mode, entry.sha)
            for entry in found
            if entry.path is not None and entry.mode is not None and entry.sha is not None
        }


class Contents(Mapping[str, bytes]):
    """The plain files of a tree, each read when it is asked for."""

    def __init__(self, repo: Repo, tree: Tree) -> None:
        self._repo = repo
        self._tree = {path: sha for path, (mode, sha) in tree.items() if mode in PLAIN_FILES}

    def __getitem__(self, path: str) -> bytes:
        data: bytes = self._repo[self._tree[path]].as_raw_string()
        return data

    def same(self, other: "Contents", path: str) -> bool:
        """Say whether *other* has the same at *path*; nothing is read for that."""
        return self._tree.get(path) == other._tree.get(path)

    def __iter__(self) -> Iterator[str]:
        return iter(self._tree)

    def __contains__(self, path: object) -> bool:
        return path in self._tree

    def __len__(self) -> int:
        return len(self._tree)


@dataclass(frozen=True)
class Outcome:
    """What a merge of two commits would give; nothing but the store was written."""

    tree: Tree
    conflicts: tuple[Conflict, ...] = ()
    told: tuple[Words, ...] = ()


def merge(
    repo: Repo, ours: ObjectID, theirs: ObjectID, rule: Rule, mine: Tree | None = None
) -> Outcome:
    """Return what *ours* and *theirs* are together.

    *mine* is what *ours* is with changes that are in no commit yet.  Raises
    ``HistoryUnrelated`` where the two never were one.
    """
    history = History(repo)
    bases = history.bases(ours, theirs)
    if not bases:
        raise HistoryUnrelated()
    tree = history.tree(ours) if mine is None else mine
    if bases == [theirs]:
        return Outcome(tree)
    if bases == [ours] and mine is None:
        return Outcome(history.tree(theirs))
    base = _base(history, bases, rule, MOST_DEEP)
    return trees(repo, base, tree, history.tree(theirs), rule)


def _base(history: History, bases: list[ObjectID], rule: Rule, deep: int) -> Tree:
    """Return the one tree that stands for *bases*: what they are together themselves.

    A file on which they do not agree is left out, so that it counts as new on both sides.
    """
    found = [history.tree(one) for one in bases]
    if all(tree == found[0] for tree in found):
        return found[0] if found else {}
    if deep == 0 or len(bases) > MOST_BASES:
        raise RepositoryOdd(f"{len(bases)} last common commits", url=history.repo.path)
    together = found[0]
    for number, one in enumerate(bases[1:], start=1):
        older = history.bases(bases[number - 1], one)
        base = _base(history, older, rule, deep - 1)
        together = trees(history.repo, base, together, found[number], rule).tree
    return together


def trees(repo: Repo, base: Tree, ours: Tree, theirs: Tree, rule: Rule) -> Outcome:
    """Merge three trees by *rule*; what is no plain file stays as it is on our side."""
    sides = base, ours, theirs
    every = {path for side in sides for path in side}
    same = {path for path in every if base.get(path) == ours.get(path) == theirs.get(path)}
    read = [Contents(repo, {p: at for p, at in side.items() if p not in same}) for side in sides]
    rest = Contents(repo, {path: ours[path] for path in same})
    before, mine, other = (dict(side) for side in read)
    merged = rule(before, mine, other, rest)
    plain = {*before, *mine, *other, *merged.gone}
    tree = {path: at for path, at in ours.items() if path not in plain}
    for path, data in merged.files.items():
        mode = max((side[path][0] for side in (ours, theirs) if path in side), default=NEW_MODE)
        tree[path] = mode, stored(repo, data)
    return Outcome(tree, merged.conflicts, merged.told)


def stored(repo: Repo, data: bytes) -> ObjectID:
    """Put *data* into the store of *repo*, and return its name there."""
    blob = Blob.from_string(data)
    if blob.id not in repo.object_store:
        repo.object_store.add_object(blob)
    return blob.id
