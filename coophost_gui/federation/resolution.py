"""Resolutions in the federation's own form: Markdown with a title, bullets, sections.

The form is that of ``docs/federation/resolutions`` in the federation's documentation:
front matter with ``title``, then ``- Topic:``, ``- Date:``, ``- Deadline:``, ``- Size:``,
then ``### Summary`` and ``### Details``.  Earlier files look otherwise (a heading instead
of the front matter, bare ``topic:`` lines, ``Passed on`` without a colon); all are read.
"""

import hashlib
import json
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import lru_cache
from pathlib import Path

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import LONGEST, FileUnreadable, parse_yaml
from coophost_gui.kit.text import N_

SMALL, MEDIUM, LARGE = "small", "medium", "large"
SIZES = (SMALL, MEDIUM, LARGE)

NUMBERED = re.compile(r"(?:resolution|decision)\s+#?0*(\d{1,6})\b\s*[:.-]?\s*(.*)", re.I)
HEADING = re.compile(r"(#{1,6})\s+(.*?)\s*#*$")
DATED = re.compile(r"\s+-\s+\d{4}-\d{2}-\d{2}$")  # "… - 2023-07-03" at the end of a heading
FIELD = re.compile(
    r"(?P<bullet>[-*+]\s+)?\**(?P<key>[^\W\d_][\w /'-]{0,40}?)\**\s*:\**(?:\s+|$)(?P<value>.*)"
)
PASSED = re.compile(r"(?P<bullet>[-*+]\s+)?(?P<key>passed on)\s*:?\s+(?P<value>.*)", re.I)
DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MOMENT = re.compile(r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(?: ?UTC|Z)")
PLAIN_TITLE = re.compile(
    r"""title:\s+(?:"([^"\\]*)"|'([^'\\]*)'|([^\s"'&*!|>%@`\[\]{}#][^"'#]*?))\s*"""
)
KNOWN = ("topic", "date", "deadline", "size", "passed on", "id")
FENCE = ("```", "~~~", ":::")
TURNS = ("#", *FENCE)  # what a line begins with that may be more than text of its section


class NoResolution(Problem):
    text = N_("core", "{path} is not a decision in the form that the federation uses.")
    means = N_("core", "It was left untouched, and nothing else was changed.")
    hint = N_("core", "It needs a title, and lines such as “- Topic: …” and “- Deadline: …”.")


@dataclass(frozen=True)
class Resolution:
    """One proposal or decision.

    ``deadline`` is a day (its end, UTC) or a moment in UTC; ``deadline_note`` is what
    stands behind it in brackets.  ``sections`` are the headings under the bullets with
    their Markdown, in order; what stands before the first one has the heading "".
    ``more`` are bullets that this version does not know, kept as they are.
    """

    number: int | None  # None: a draft that took no number yet
    title: str
    topic: str = ""
    id: str = ""  # random, never changes; "" in files that others wrote
    proposed: date | None = None
    deadline: date | datetime | None = None
    deadline_note: str = ""
    size: str = ""
    passed_on: date | None = None
    sections: Mapping[str, str] = field(default_factory=dict)
    more: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """Return what it is called: its topic where its title is only a number."""
        return self.title or self.topic

    @property
    def last_day(self) -> date | None:
        """Return the day on which it closes."""
        return self.deadline.date() if isinstance(self.deadline, datetime) else self.deadline

    def closes_at(self) -> datetime | None:
        """Return the moment (UTC) from which no ballot counts any more."""
        if isinstance(self.deadline, datetime) or self.deadline is None:
            return self.deadline
        return datetime.combine(self.deadline, datetime.max.time(), UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Written:
    """A field as somebody wrote it: in which line (from 1), and whether it is a bullet."""

    key: str
    value: str
    line: int
    bullet: bool


@dataclass(frozen=True)
class Reading:
    """A resolution, and how its file says it."""

    resolution: Resolution
    front_matter: bool
    heading: int  # line of the heading that stands for a title; 0 for none
    written: Mapping[str, Written]  # by the key in small letters
    title_line: int


def parse(text: str, path: Path) -> Resolution:
    """Return the resolution that *text* is; *path* only names it in a Problem."""
    return read(text, path).resolution


def read(text: str, path: Path) -> Reading:
    """Return the resolution and how it is written.

    Raises ``NoResolution``, or ``FileUnreadable`` for a head that is no YAML.
    """
    if len(text) > LONGEST:
        raise FileUnreadable(f"longer than {LONGEST} letters", path=path)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").removeprefix("\ufeff").split("\n")
    title, start = _head(lines, path)
    front_matter = start > 0
    heading = 0
    written: dict[str, Written] = {}
    more: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    level, current, fenced = 0, "", False
    title_line = 2 if front_matter else 1
    for number, line in enumerate(lines[start:], start=start + 1):
        bare = line.strip()
        if sections and not bare.startswith(TURNS):
            sections[current].append(line.rstrip())
            continue
        if bare.startswith(FENCE) and current:
            fenced = not fenced
        found = None if fenced else HEADING.fullmatch(bare)
        if found and not written and not sections:
            if not title and not heading:
                title, heading, title_line = found[2], number, number
            continue
        if found and (level == 0 or len(found[1]) <= level):
            level, current = len(found[1]), found[2]
            sections.setdefault(current, [])
            continue
        if not sections and bare:
            if one := _field(line, number):
                if one.key.lower() in KNOWN:
                    written.setdefault(one.key.lower(), one)
                    continue
                if one.bullet and written:
                    more.setdefault(one.key, one.value)
                    continue
            sections.setdefault("", [])
            current = ""
        if sections:
            sections[current].append(line.rstrip())
    if not written or not ({"topic", "deadline", "size", "date"} & written.keys()):
        raise NoResolution(f"line {start + 1}: no line such as “- Topic: …”", path=path)
    return Reading(
        _resolution(title, written, sections, more), front_matter, heading, written, title_line
    )


def _head(lines: list[str], path: Path) -> tuple[str, int]:
    """Return the title of the front matter, and how many lines that takes (0: there is none)."""
    if lines[0].rstrip() != "---":
        return "", 0
    try:
        end = next(n for n, line in enumerate(lines[1:200], start=1) if line.rstrip() == "---")
    except StopIteration:
        raise NoResolution("line 1: the head that begins here never ends", path=path) from None
    if end == 2 and (plain := PLAIN_TITLE.fullmatch(lines[1])):
        return next(group for group in plain.groups() if group is not None), 3
    values = parse_yaml("\n".join(lines[1:end]), path)
    return " ".join(str(values.get("title") or "").split()), end + 1


def _field(line: str, number: int) -> Written | None:
    found = PASSED.fullmatch(line.strip()) or FIELD.fullmatch(line.strip())
    if found is None:
        return None
    return Written(found["key"].strip(), found["value"].strip(), number, bool(found["bullet"]))


def _resolution(
    title: str,
    written: Mapping[str, Written],
    sections: Mapping[str, list[str]],
    more: Mapping[str, str],
) -> Resolution:
    def said(key: str) -> str:
        return written[key].value if key in written else ""

    numbered = NUMBERED.fullmatch(title)
    name = DATED.sub("", numbered[2] if numbered else title).strip()
    if not numbered:
        name = "" if name == "Draft" else name.removeprefix("Draft: ")
    deadline, note = deadline_of(said("deadline"))
    return Resolution(
        number=int(numbered[1]) if numbered else None,
        title=name,
        topic=said("topic"),
        id=said("id"),
        proposed=day_of(said("date")),
        deadline=deadline,
        deadline_note=note,
        size=said("size").lower(),
        passed_on=day_of(said("passed on")),
        sections={name: "\n".join(text).strip() for name, text in sections.items()},
        more=dict(more),
    )


def inside_a_section(text: str) -> str:
    """Return *text* as it may stand in a section: its headings are below that of the section."""
    return re.sub(r"(?m)^#{1,3}(?=\s)", "####", text.strip())


@lru_cache(4096)  # thousands of decisions share their days
def day_of(text: str) -> date | None:
    """Return the day that *text* begins with (``YYYY-MM-DD``); None where there is none."""
    found = DAY.match(text)
    try:
        return date(*(int(part) for part in found.groups())) if found else None
    except ValueError:
        return None


def deadline_of(text: str) -> tuple[date | datetime | None, str]:
    """Return the day or the moment (UTC) that *text* says, and the note in brackets."""
    found = MOMENT.match(text)
    if found:
        try:
            at = datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00")
        except ValueError:
            return None, ""
        return at, _note(text[found.end() :])
    day = day_of(text)
    return day, _note(text[10:]) if day else ""


def _note(text: str) -> str:
    return text.strip().removeprefix("(").removesuffix(")")


def write(resolution: Resolution) -> str:
    """Return *resolution* in the federation's form; ``parse(write(x)) == x``."""
    return "\n".join((head(resolution), *_bullets(resolution), *_sections(resolution)))


def head(resolution: Resolution) -> str:
    """Return the front matter of *resolution*: its title, with its number."""
    number = "Draft" if resolution.number is None else f"Resolution {resolution.number:03d}"
    title = f"{number}: {resolution.title}" if resolution.title else number
    return f"---\ntitle: {json.dumps(title, ensure_ascii=False)}\n---\n"


def _bullets(resolution: Resolution) -> Iterator[str]:
    yield f"- Topic: {resolution.topic}"
    if resolution.proposed:
        yield f"- Date: {resolution.proposed.isoformat()}"
    if resolution.deadline:
        note = f" ({resolution.deadline_note})" if resolution.deadline_note else ""
        yield f"- Deadline: {written_deadline(resolution.deadline)}{note}"
    if resolution.size:
        yield f"- Size: {resolution.size.capitalize()}"
    if resolution.passed_on:
        yield f"- Passed on {resolution.passed_on.isoformat()}"
    if resolution.id:
        yield f"- Id: {resolution.id}"
    for key, value in resolution.more.items():
        yield f"- {key}: {value}"


def written_deadline(deadline: date | datetime) -> str:
    """Return *deadline* as a file says it: a day, or a moment in UTC to the minute."""
    if isinstance(deadline, datetime):
        return deadline.astimezone(UTC).strftime("%Y-%m-%d %H:%M UTC")
    return deadline.isoformat()


def _sections(resolution: Resolution) -> Iterator[str]:
    for heading, text in resolution.sections.items():
        yield ""
        if heading:
            yield f"### {heading}"
            yield ""
        if text:
            yield text
    yield ""


def text_hash(resolution: Resolution) -> str:
    """Return the SHA-256 (hex) of what is voted on: title, topic and sections.

    Days, size and state may change without a ballot becoming one on an older text.
    """
    parts = [resolution.title, resolution.topic]
    for heading, text in resolution.sections.items():
        parts += [heading, "\n".join(line.rstrip() for line in text.strip().splitlines())]
    plain = unicodedata.normalize("NFC", "\0".join(part.strip() for part in parts))
    return hashlib.sha256(plain.encode()).hexdigest()
