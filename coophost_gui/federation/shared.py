"""The folder of a record as something shared: what belongs to it, and what must not come in."""

import os
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from coophost_gui.federation.merge import Settled, merge_records
from coophost_gui.federation.record import Record
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import LONGEST
from coophost_gui.kit.text import N_
from coophost_gui.net.git_folder import Folder, Who
from coophost_gui.net.git_merge import Conflict
from coophost_gui.net.pack import Brought, Most, odd

FOLDERS = (
    "members",
    "resolutions",
    "votes",
    "dues",
    "agreements",
    "listing",
    "joining",
    "journal",
)
FILES = ("ruleset.yml", "profile.yml")
ENDS = (".yml", ".md", ".json", ".properties", ".csv", ".journal")
MOST = Most(sent=100_000_000, one=2 * LONGEST, all=1_000_000_000, objects=1_000_000, files=200_000)
OURS, THEIRS = "ours", "theirs"


class RecordRefused(Problem):
    text = N_("core", "Something in what the others sent does not belong there: {path}")
    means = N_("core", "Nothing of it was taken, and nothing was changed.")
    hint = N_("core", "Show the details to the person who looks after the shared folder.")


class InsideAnother(Problem):
    text = N_("core", "The folder {path} is a part of a bigger shared one.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Share the bigger one as its people do, or send a file of what changed.")


def folder_of(record: Record, settled: Settled | None = None) -> Folder:
    """Return the folder of *record*, with what persons *settled* (see ``settle``).

    Raises ``InsideAnother`` where it lies inside another repository.
    """
    folder = Folder(record.root, merge_records(settled or {}), belongs, accept, MOST)
    if not folder.begun():
        for parent in Path(os.path.realpath(record.root)).parents:
            if (parent / ".git").exists():
                raise InsideAnother(str(parent), path=record.root)
    return folder


def belongs(path: str) -> bool:
    """Say whether the file at *path* of a record is one to share, though git has it not yet.

    What a program left beside it (a hidden file, a picture of a folder) is not.
    """
    parts = path.split("/")
    if any(part.startswith((".", "~")) for part in parts):
        return False
    return path in FILES or (len(parts) > 1 and parts[0] in FOLDERS and path.endswith(ENDS))


def accept(files: Sequence[Brought]) -> None:
    """Raise ``RecordRefused`` when one of *files* must not be written to disk."""
    for file in files:
        if why := odd(file, MOST.one):
            shown = "".join(c if c.isprintable() else "?" for c in file.path)[:200]
            raise RecordRefused(why, path=shown)


def settle(conflict: Conflict, choice: str) -> bytes | None:
    """Return what the file of *conflict* becomes when a person chose *choice*.

    OURS or THEIRS: that version, with all changes of the other that do not clash with it;
    None: the file goes away.
    """
    return {OURS: conflict.ours, THEIRS: conflict.theirs}[choice]


def message(paths: Iterable[str], who: Who) -> str:
    """Return what git says of a commit with *paths*: how many files of each kind, by whom."""
    kinds = Counter(path.split("/")[0].removesuffix(".yml") for path in paths)
    said = ", ".join(f"{kind}: {count}" for kind, count in sorted(kinds.items()))
    return f"{said or 'nothing new'}\n\nAs recorded by {who.name}."
