"""The members' table (``membership.md``): whole rows, each member once, a way to reach it."""

import re
from collections.abc import Iterator

from coophost_gui.federation.lint.folder import Edit, Finding, Folder, lines_of
from coophost_gui.kit.text import N_, said

COLUMNS = 4  # name, two ticks, contact
LINKED = re.compile(r"\[([^\]]+)\]\([^)]*\)")
RULE = re.compile(r"\|?[\s:|-]+\|?")
CONTACT = re.compile(r"@[^\s:@]+:[^\s:@]+\.[^\s:@]+(?::\d+)?|[^\s@:]+@[^\s@:]+\.[^\s@:]+")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the faults of the table, row by row."""
    path = folder.base / "membership.md"
    text = folder.texts.get(path)
    if text is None:
        return
    file, seen = folder.named(path), dict[str, int]()
    in_table = False
    for number, line in enumerate(lines_of(text), start=1):
        row = line.strip()
        if not row.startswith("|"):
            in_table = False
            continue
        if RULE.fullmatch(row):
            in_table = True
            continue
        if not in_table:
            continue
        cells = [cell.strip() for cell in row.strip("|").split("|")]
        if len(cells) != COLUMNS or not row.endswith("|"):
            yield Finding(
                file,
                number,
                "member-row",
                said(N_("core", "This row has {count} cells, not four."), count=len(cells))
                if len(cells) != COLUMNS
                else N_("core", "The bar at the end of this row is missing."),
                N_("core", "Write it as “| Name | ✅ | - | `contact` |”."),
                (Edit(number, row, f"{row} |"),) if len(cells) == COLUMNS else (),
            )
            continue
        name = LINKED.sub(r"\1", cells[0]).strip()
        if first := seen.get(name.casefold()):
            yield Finding(
                file,
                number,
                "member-twice",
                said(
                    N_("core", "{name} is in the table twice; first in line {line}."),
                    name=name,
                    line=first,
                ),
                N_("core", "Keep one of the two rows."),
            )
        seen.setdefault(name.casefold(), number)
        contact = cells[-1].strip("`").strip()
        if contact not in ("", "-") and not CONTACT.fullmatch(contact):
            yield Finding(
                file,
                number,
                "member-contact",
                said(
                    N_("core", "“{contact}” is neither a mail address nor a Matrix name."),
                    contact=contact,
                ),
                N_("core", "Write it as name@example.org or @name:example.org."),
            )
