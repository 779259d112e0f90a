"""What was done in the record, by whom and when: one small file for each act.

``journal/YYYY-MM/<UTC>-<author>-<random>.md``: no two people ever write the same file.
"""

import json
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from coophost_gui.federation.record import Record
from coophost_gui.kit.store import LONGEST, parse_yaml, write_text

NAME = re.compile(r"(\d{8}T\d{6}Z)-(.*)-([0-9a-f]{8})\.md")


@dataclass(frozen=True)
class Noted:
    """One act: ``did`` is a short word such as ``opened``, ``text`` a sentence for readers."""

    at: datetime  # UTC
    author: str
    did: str
    decision: str = ""
    text: str = ""


def note(record: Record, noted: Noted) -> Path:
    """Write *noted* down and return its file."""
    at = noted.at.astimezone(UTC)
    author = re.sub(r"[^a-z0-9]+", "-", noted.author.lower()).strip("-")[:40] or "somebody"
    path = record.root / place(at, author, secrets.token_hex(4))
    write_text(path, written(noted), 0o644)
    return path


def place(at: datetime, author: str, eight: str) -> str:
    """Return the path of a note within the record; *eight* are letters that nobody else has."""
    return f"journal/{at:%Y-%m}/{at:%Y%m%dT%H%M%SZ}-{author}-{eight}.md"


def written(noted: Noted) -> str:
    """Return *noted* as its file says it."""
    at = noted.at.astimezone(UTC)
    head = {"at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "by": noted.author, "did": noted.did}
    if noted.decision:
        head["decision"] = noted.decision
    front = "\n".join(f"{key}: {json.dumps(value)}" for key, value in head.items())
    return f"---\n{front}\n---\n\n{noted.text.strip()}\n"


def journal(record: Record) -> list[Noted]:
    """Return all that was noted, the oldest first; files that are no notes are left out."""
    files = sorted(record.journal.glob("*/*.md"), key=lambda path: path.name)
    return [_read(path) for path in files if NAME.fullmatch(path.name)]


def _read(path: Path) -> Noted:
    """Return the note in *path*: its time is that of its name, whatever its head says."""
    with path.open(encoding="utf-8", errors="replace") as file:
        return noted_in(file.read(LONGEST), path)


def noted_in(text: str, path: Path) -> Noted:
    """Return the note that *text*, the file *path* with the name of one, is."""
    found = NAME.fullmatch(path.name)
    assert found
    at = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    head: dict[str, object] = {}
    if text.startswith("---\n") and "\n---\n" in text:
        front, text = text[4:].split("\n---\n", 1)
        head = parse_yaml(front, path)
    return Noted(
        at,
        str(head.get("by", found[2])),
        str(head.get("did", "")),
        str(head.get("decision", "")),
        text.strip(),
    )
