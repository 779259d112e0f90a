"""The members' table (``membership.md``): whole rows, each member once, a way to reach it."""

import re
from collections.abc import Iterator

from coophost_gui.federation.lint.folder import Edit, Finding, Folder, lines_of
from coophost_gui.federation.member_rows import BarMissing, RowIncomplete, parse_row
from coophost_gui.kit.text import N_, said

RULE = re.compile(r"\|?[\s:|-]+\|?")


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
        if not row.startswith("|") and not (in_table and row.count("|") > 1):
            in_table = False
            continue
        if RULE.fullmatch(row):
            in_table = True
            continue
        if not in_table:
            continue
        try:
            member = parse_row(row)
        except RowIncomplete as problem:
            says, _means, mend = problem.sentences()
            bars = (Edit(number, row, f"| {row.strip('| ')} |"),)
            edits = bars if isinstance(problem, BarMissing) else ()
            yield Finding(file, number, "member-row", says, mend, edits)
            continue
        name = member.name
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
        if member.contact and not member.can_be_written_to:
            yield Finding(
                file,
                number,
                "member-contact",
                said(
                    N_("core", "“{contact}” is neither a mail address nor a Matrix name."),
                    contact=member.contact,
                ),
                N_("core", "Write it as name@example.org or @name:example.org."),
            )
