"""What a linter looks at: a record of ours, or a checkout of the documentation."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from coophost_gui.federation.electorate import RULES
from coophost_gui.federation.resolution import Reading, read
from coophost_gui.federation.rules import Ruleset, preset, read_ruleset
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import LONGEST
from coophost_gui.kit.text import N_, Words, said

DOCS = Path("docs", "federation")
NUMBER = re.compile(r"0*(\d{1,6})(?:-[0-9a-f]{12})?\.md")  # two that took one number: with Id
DRAFT = re.compile(r"[0-9a-f]{12}\.md")  # a draft is called by its Id until it has a number
LINE_END = re.compile(r"\r\n|\r|\n")  # as editors count lines; a page break is none
IDENTITY = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what may be the name of a folder of votes
AT_LINE = re.compile(r"\bline (\d+)")
MOST_FILES = 20_000
LONGEST_LINE = 2_000  # letters: patterns that look for a pair take long on longer ones


class NoRecordFolder(Problem):
    text = N_("core", "In {folder} there is no record of decisions.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Give the folder that holds “resolutions”, or “docs/federation”.")


@dataclass(frozen=True)
class Edit:
    """One mend that needs no thought: in *line* (from 1) ``old`` becomes ``new``.

    *old* "" puts *new* before the line; *new* None takes the whole line out.
    """

    line: int
    old: str
    new: str | None


@dataclass(frozen=True)
class Finding:
    """A fault: *file* is relative to the folder that was given, *line* counts from 1."""

    file: str
    line: int
    rule: str
    says: Words
    mend: Words
    edits: tuple[Edit, ...] = ()  # none: a person has to decide

    def data(self) -> dict[str, object]:
        """Return it as ``--json`` prints it."""
        return {
            "file": self.file,
            "line": self.line,
            "rule": self.rule,
            "says": str(self.says),
            "mend": str(self.mend),
        }


@dataclass(frozen=True)
class Decision:
    """A file that should be a resolution: where it lies, and what it says if it is one."""

    path: Path
    state: str  # the name of its folder
    number: int | None  # None: a draft that took none yet
    reading: Reading | None
    trouble: str = ""  # why it could not be read


@dataclass(frozen=True)
class Folder:
    """*base* holds ``resolutions``, ``minutes`` and the rest; *nav* is ``mkdocs.yml``."""

    root: Path
    base: Path
    nav: Path | None = None

    @classmethod
    def open(cls, root: Path) -> "Folder":
        """Return the folder in either layout."""
        if (root / DOCS).is_dir():
            nav = root / "mkdocs.yml"
            return cls(root, root / DOCS, nav if nav.is_file() else None)
        parts = ("ruleset.yml", "resolutions", "votes", "members")
        if any((root / name).exists() for name in parts):
            return cls(root, root)
        raise NoRecordFolder(folder=root)

    @property
    def ours(self) -> bool:
        """Say whether this program keeps it, alone or within the documentation."""
        kept = self.path("ruleset.yml").is_file() or self.path("votes").is_dir()
        return kept or self.base == self.root

    def named(self, path: Path) -> str:
        """Return *path* as a finding names it."""
        return path.relative_to(self.root).as_posix()

    def path(self, *parts: str) -> Path:
        """Return the place of a file of the record."""
        return self.base.joinpath(*parts)

    def unreadable(self, path: Path, problem: Problem, line: int = 0) -> Finding:
        """Return the finding that *path* cannot be read; *line* 0: what the details say."""
        said_in = AT_LINE.search(problem.detail)
        return Finding(
            self.named(path),
            line or (int(said_in[1]) if said_in else 1),
            "unreadable",
            said(
                N_("core", "This file cannot be read as it is: {why}."),
                why=" ".join(problem.detail.split()),
            ),
            N_("core", "Put right what is named, or bring back the file as it was."),
        )

    def line_of(self, path: Path, word: str) -> int:
        """Return the first line of *path* that begins with *word*; 1 where none does."""
        lines = lines_of(text_of(path) or "")
        return next((n for n, line in enumerate(lines, 1) if line.strip().startswith(word)), 1)

    @cached_property
    def _own_rules(self) -> tuple[Ruleset, Problem | None]:
        path = self.path("ruleset.yml")
        if not self.ours or path.is_symlink() or not path.is_file():
            return preset("in-force"), None
        try:
            return read_ruleset(path), None
        except Problem as problem:
            return preset("in-force"), problem

    @property
    def rules(self) -> Ruleset:
        """Return the rules of the record; those in force in the federation where it has none."""
        return self._own_rules[0]

    @property
    def rules_trouble(self) -> Problem | None:
        """Return why the record's own rules cannot be read."""
        return self._own_rules[1]

    def rules_of(self, identity: str) -> Ruleset:
        """Return the rules under which the decision with this Id was opened."""
        path = self.path("votes", identity, RULES)
        if not self.ours or not IDENTITY.fullmatch(identity) or path.is_symlink():
            return self.rules
        try:
            return read_ruleset(path) if path.is_file() else self.rules
        except Problem:
            return self.rules

    @cached_property
    def texts(self) -> dict[Path, str]:
        """Return every Markdown file under *base*; none behind a link, none that is no text."""
        found: dict[Path, str] = {}
        for path in self.files(".md"):
            text = text_of(path)
            if text is not None:
                found[path] = text
        return found

    def files(self, ending: str) -> Iterator[Path]:
        """Yield the files under *base* whose names end so, in order, without following links."""
        count = 0
        for here, folders, names in os.walk(self.base):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            for name in sorted(names):
                path = Path(here, name)
                if name.endswith(ending) and not path.is_symlink() and count < MOST_FILES:
                    count += 1
                    yield path

    @cached_property
    def decisions(self) -> list[Decision]:
        """Return what lies in ``resolutions/<state>``, read where it can be."""
        found = []
        for path, text in self.texts.items():
            place = path.relative_to(self.base).parts
            number = NUMBER.fullmatch(path.name)
            named = number or DRAFT.fullmatch(path.name)
            if len(place) != 3 or place[0] != "resolutions" or not named:
                continue
            try:
                reading, trouble = read(text, path), ""
            except Problem as problem:
                reading, trouble = None, problem.detail
            taken = int(number[1]) if number else None
            found.append(Decision(path, place[1], taken, reading, trouble))
        return found


def lines_of(text: str) -> list[str]:
    """Return the lines of *text*, of each at most what a person would write in one."""
    return [line[:LONGEST_LINE] for line in LINE_END.split(text)]


def text_of(path: Path) -> str | None:
    """Return the text of a file; None when it is no text, too long, or cannot be read."""
    try:
        data = path.read_bytes() if path.stat().st_size <= 4 * LONGEST else b"\0"
        return None if b"\0" in data else data.decode("utf-8", "replace")
    except OSError:
        return None
