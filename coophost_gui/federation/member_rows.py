"""A row of the federation's own members' table (``docs/federation/membership.md``).

``| [Name](address) | ✅ | - | `contact` |``: who it is, whether dues were paid, whether it
has a waiver, and a Matrix name or mail address.  There is no link where a member has no page,
and some rows lack the space before the last bar.
"""

import re
from dataclasses import dataclass

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

COLUMNS = 4
TICK, NONE = "✅", "-"
LINKED = re.compile(r"\[(.+)\]\(([^()\s]+)\)")
CELL = re.compile(r"(?<!\\)\|")
CONTACT = re.compile(
    r"@[^\s:@|`]+:[^\s:@|`]+\.[^\s:@|`]+(?::\d+)?|[^\s@:|`]+@[^\s@:|`]+\.[^\s@:|`]+"
)


class RowIncomplete(Problem):
    text = N_("core", "A row has four cells, and this one has {cells}.")
    means = N_("core", "It was left untouched, and nothing else was changed.")
    hint = N_("core", "Write it as “| Name | ✅ | - | `contact` |”.")


class BarMissing(RowIncomplete):
    text = N_("core", "The bar at one end of this row is missing.")


class NameMissing(RowIncomplete):
    text = N_("core", "This row names no member.")


@dataclass(frozen=True)
class MemberRow:
    """One member as the table says it; "" where it says nothing."""

    name: str
    website: str = ""
    paid: bool = False
    waiver: bool = False
    contact: str = ""  # as it stands there, see ``can_be_written_to``

    @property
    def can_be_written_to(self) -> bool:
        """Say whether the contact is a Matrix name or a mail address."""
        return CONTACT.fullmatch(self.contact) is not None


def parse_row(line: str) -> MemberRow:
    """Return the row that *line* is.

    Raises ``RowIncomplete``, ``BarMissing`` or ``NameMissing``.
    """
    row = line.strip()
    cells = [_plain(cell) for cell in CELL.split(row)]
    inside = cells[1 if not cells[0] else 0 : -1 if not cells[-1] else None]
    if len(inside) != COLUMNS:
        raise RowIncomplete(row, cells=len(inside))
    if cells[0] or cells[-1]:
        raise BarMissing(row)
    name, paid, waiver, contact = inside
    if not name:
        raise NameMissing(row)
    linked = LINKED.fullmatch(name)
    return MemberRow(
        linked[1] if linked else name,
        linked[2] if linked else "",
        _ticked(paid),
        _ticked(waiver),
        "" if contact == NONE else contact.strip("`").strip(),
    )


def write_row(row: MemberRow) -> str:
    """Return *row* as a line of the table; ``parse_row(write_row(x)) == x``."""
    name = row.name.replace("|", "\\|")
    cells = (
        f"[{name}]({row.website})" if row.website else name,
        TICK if row.paid else NONE,
        TICK if row.waiver else NONE,
        f"`{row.contact}`" if row.contact else NONE,
    )
    return f"| {' | '.join(cells)} |"


def _plain(cell: str) -> str:
    return cell.strip().replace("\\|", "|")


def _ticked(cell: str) -> bool:
    return cell not in ("", NONE, "–", "—", "❌")
