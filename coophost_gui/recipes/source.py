"""Where a recipe's files come from: a folder, or a tag read from the git objects.

A tag is never checked out: the folder below ``recipes/`` is shared with abra, and
moving it under somebody's feet would deploy the wrong files.
"""

import posixpath
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_
from coophost_gui.recipes.versions import newest_first

if TYPE_CHECKING:
    from dulwich.repo import Repo

TAGS = b"refs/tags/"
HOPS = 8  # links that a link may lead through
MOST_FILES, DEEPEST = 5000, 50  # of a recipe; a few folders can mean millions of files
LARGEST = 5_000_000  # bytes of one file; the Engine takes no configuration file of half that


class RecipeMissing(Problem):
    text = N_("core", "The files of the app “{recipe}” are not on this computer yet.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Open it once under “Find an app”: that fetches them.")


class RecipeUnreadable(Problem):
    text = N_("core", "The files of the app “{recipe}” cannot be read.")
    means = N_("core", "Nothing was changed; apps that run are not touched by this.")
    hint = N_("core", "Move the folder {path} away and fetch the app again.")


class VersionMissing(Problem):
    text = N_("core", "The app “{recipe}” has no version {version} on this computer.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Fetch the newest files of the app, or choose another version.")


class VersionOnlyMarked(Problem):
    text = N_("core", "The version {version} of “{recipe}” is marked, but was never released.")
    means = N_("core", "Nothing was changed; apps that run are not touched by this.")
    hint = N_(
        "core",
        "Choose another version. Or tell whoever looks after the recipe: a release is made with "
        "“git tag -a”.",
    )


class Tree(Protocol):
    """The files of one version of a recipe."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str:
        """The tag, or ``""`` for files of no version."""

    @property
    def commit(self) -> str:
        """The commit in hex, or ``""`` when there is none."""

    def read(self, path: str) -> bytes:
        """Return a file's content; raises FileNotFoundError."""

    def files(self) -> list[str]:
        """Return the paths of all files, sorted."""


@dataclass(frozen=True)
class FolderTree:
    """The files of a folder as they lie there."""

    path: Path
    version: str = ""
    commit: str = ""

    @property
    def name(self) -> str:
        return self.path.resolve().name

    def read(self, path: str) -> bytes:
        root = self.path.resolve()
        target = (root / path).resolve()
        if not target.is_relative_to(root) or not target.is_file():
            raise FileNotFoundError(path)
        try:
            with target.open("rb") as file:
                data = file.read(LARGEST + 1)
        except OSError as error:
            raise RecipeUnreadable(str(error), recipe=self.name, path=root) from error
        if len(data) > LARGEST:
            raise RecipeUnreadable(f"{path}: too big", recipe=self.name, path=root)
        return data

    def files(self) -> list[str]:
        return sorted(
            found.relative_to(self.path).as_posix()
            for found in self.path.rglob("*")
            if found.is_file() and ".git" not in found.relative_to(self.path).parts
        )


@dataclass(frozen=True)
class TagTree:
    """The files of one commit, read from the git objects when asked for."""

    path: Path
    name: str
    version: str
    commit: str
    entries: dict[str, tuple[int, bytes]] = field(repr=False)  # path -> mode, object id

    def read(self, path: str) -> bytes:
        with _opened(self.path) as repo:
            return self._read(repo, path, HOPS)

    def files(self) -> list[str]:
        return sorted(self.entries)

    def _read(self, repo: "Repo", path: str, hops: int) -> bytes:
        found = self.entries.get(posixpath.normpath(path))
        if found is None or not hops:
            raise FileNotFoundError(path)
        mode, sha = found
        data: bytes = repo[sha].as_raw_string()
        if len(data) > LARGEST:
            raise ValueError(f"{path} has {len(data)} bytes")
        if stat.S_ISLNK(mode):
            to = posixpath.join(posixpath.dirname(path), data.decode("utf-8", "replace"))
            return self._read(repo, to, hops - 1)
        return data


@dataclass(frozen=True)
class Tag:
    """One tag; only an annotated one is a release for abra."""

    name: str
    commit: str
    annotated: bool


class RecipeRepository:
    """A recipe's git repository; only ever read here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.name

    def all_tags(self) -> list[Tag]:
        """Return every tag, whatever its name, sorted by name."""
        from dulwich.objects import Commit
        from dulwich.objects import Tag as TagObject

        found = []
        with _opened(self.path) as repo:
            for ref, sha in sorted(repo.refs.as_dict(TAGS.rstrip(b"/")).items()):  # type: ignore[arg-type]
                thing = repo[sha]
                annotated = isinstance(thing, TagObject)
                while isinstance(thing, TagObject):
                    thing = repo[thing.object[1]]
                if isinstance(thing, Commit):
                    found.append(Tag(ref.decode(errors="replace"), thing.id.decode(), annotated))
        return found

    def tags(self) -> list[str]:
        """Return the tags that are versions, newest first."""
        return newest_first(tag.name for tag in self.all_tags())

    def latest(self) -> str:
        """Return the newest version, or ``""`` when there is none."""
        return next(iter(self.tags()), "")

    def tree(self, tag: str) -> TagTree:
        """Return the files of *tag*, or of the commit with that (short) hex name."""
        for known in self.all_tags():
            if known.name == tag:
                return self._tree(known.commit, tag)
        commit = self._commit(tag)
        if commit is None:
            raise VersionMissing(recipe=self.name, version=tag)
        return self._tree(commit, "")

    def release(self, tag: str) -> TagTree:
        """Return the files of *tag*, which must be an annotated one: abra deploys no other."""
        if any(known.name == tag and not known.annotated for known in self.all_tags()):
            raise VersionOnlyMarked(recipe=self.name, version=tag)
        return self.tree(tag)

    def head(self) -> TagTree:
        """Return the files of the last commit of the branch that is checked out."""
        with _opened(self.path) as repo:
            commit = repo.head().decode()
        return self._tree(commit, "")

    def _commit(self, hexadecimal: str) -> str | None:
        from dulwich.objects import Commit

        if not 7 <= len(hexadecimal) <= 40 or set(hexadecimal) - set("0123456789abcdef"):
            return None
        with _opened(self.path) as repo:
            shas = [s for s in repo.object_store if s.decode().startswith(hexadecimal)]
            found = [s.decode() for s in shas if isinstance(repo[s], Commit)]
        return found[0] if len(found) == 1 else None

    def _tree(self, commit: str, version: str) -> TagTree:
        from dulwich.objects import Commit

        with _opened(self.path) as repo:
            thing = repo[commit.encode()]
            if not isinstance(thing, Commit):
                raise ValueError(f"{commit} is no commit")
            entries = dict(islice(_walk(repo, thing.tree, "", DEEPEST), MOST_FILES + 1))
            if len(entries) > MOST_FILES:
                raise ValueError(f"more than {MOST_FILES} files")
        return TagTree(self.path, self.name, version, commit, entries)


def _walk(
    repo: "Repo", tree: bytes, folder: str, deeper: int
) -> Iterator[tuple[str, tuple[int, bytes]]]:
    from dulwich.objects import Tree as TreeObject

    thing = repo[tree]
    if not isinstance(thing, TreeObject) or not deeper:
        raise ValueError(f"{folder}: no folder, or too deep")
    for name, mode, sha in thing.iteritems():
        assert name is not None
        assert mode is not None
        path = folder + name.decode("utf-8", "replace")
        if stat.S_ISDIR(mode):
            yield from _walk(repo, sha, f"{path}/", deeper - 1)
        elif stat.S_ISREG(mode) or stat.S_ISLNK(mode):
            yield path, (mode, sha)


@contextmanager
def _opened(path: Path) -> "Iterator[Repo]":
    """Open the repository at *path* for reading, and close its files again."""
    from dulwich.errors import NotGitRepository
    from dulwich.repo import Repo

    from coophost_gui.net.git import DAMAGED

    try:
        with closing(Repo(str(path))) as repo:
            yield repo
    except NotGitRepository as error:
        problem = RecipeUnreadable if path.is_dir() else RecipeMissing
        raise problem(str(error), recipe=path.name, path=path) from error
    except FileNotFoundError:
        raise
    except DAMAGED as error:
        raise RecipeUnreadable(repr(error), recipe=path.name, path=path) from error
