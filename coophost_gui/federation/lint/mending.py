"""The mends that need no thought: shown as a difference first, then written."""

import difflib
import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from coophost_gui.federation.lint.folder import Edit, Finding
from coophost_gui.kit.store import write_bytes

BOM = "\ufeff"
LINES = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")


@dataclass(frozen=True)
class Mended:
    """A file as it is and as it would be; ``file`` is relative to the folder."""

    file: str
    path: Path
    before: str
    after: str

    def difference(self) -> str:
        """Return what would change, as ``diff -u`` and ``git apply`` have it."""
        lines = difflib.unified_diff(
            _lines(self.before), _lines(self.after), f"a/{self.file}", f"b/{self.file}"
        )
        return "".join(
            line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
            for line in lines
        )

    def write(self) -> None:
        """Write the file anew, all or nothing."""
        write_bytes(self.path, self.after.encode(), 0o644)


def mended(root: Path, findings: Iterable[Finding]) -> list[Mended]:
    """Return each file under *root* that some of the *findings* would mend, in order.

    A file that is no UTF-8, or that lies elsewhere behind a link, is left as it is.
    """
    edits: dict[str, list[Edit]] = defaultdict(list)
    for one in findings:
        edits[one.file] += one.edits
    changed = []
    for file, wanted in sorted(edits.items()):
        path = root / file
        if not wanted or not path.resolve().is_relative_to(root.resolve()):
            continue
        try:
            before = path.read_bytes().decode()
        except (OSError, UnicodeDecodeError):
            continue
        after = _after(before, wanted)
        if after != before:
            changed.append(Mended(file, path, before, after))
    return changed


def _after(text: str, edits: Iterable[Edit]) -> str:
    mark = text[: len(text) - len(text.removeprefix(BOM))]
    lines = _lines(text.removeprefix(BOM))
    ending = "\r\n" if "\r\n" in text else "\n"
    gone: set[int] = set()
    before: dict[int, str] = defaultdict(str)
    for one in edits:
        at = one.line - 1
        if at >= len(lines):
            continue
        if one.new is None:
            gone.add(at)
        elif not one.old:
            before[at] += one.new.replace("\n", ending)
        else:
            lines[at] = lines[at].replace(one.old, one.new.replace("\n", ending), 1)
    kept = ("" if at in gone else line for at, line in enumerate(lines))
    return mark + "".join(before[at] + line for at, line in enumerate(kept))


def _lines(text: str) -> list[str]:
    return LINES.findall(text)
