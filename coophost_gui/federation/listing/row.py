"""The federation's own list: a row of its members' table, see ``member_rows``."""

from coophost_gui.federation.member_rows import MemberRow, RowIncomplete, parse_row, write_row
from coophost_gui.federation.profile import Profile

NAME = "membership-row.md"


def tells(profile: Profile, *, paid: bool = False, waiver: bool = False) -> MemberRow:
    """Return the row of *profile*; whether dues were paid or waived, the record knows."""
    name = " ".join(profile.name.split())
    return MemberRow(name, profile.home_url, paid, waiver, profile.contact)


def write(row: MemberRow) -> str:
    """Return *row* as a line of the table."""
    return write_row(row) + "\n"


def found_in(table: str, name: str) -> MemberRow | None:
    """Return the row of the member called *name* in the page *table*; None without one."""
    for line in table.splitlines():
        if line.strip().startswith("|"):
            try:
                row = parse_row(line)
            except RowIncomplete:
                continue
            if row.name.casefold() == " ".join(name.split()).casefold():
                return row
    return None
