"""Each decision by itself: its form, its fields, its days, its number, its one state."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from coophost_gui.federation.lint.folder import Decision, Edit, Finding, Folder
from coophost_gui.federation.record import DRAFTS
from coophost_gui.federation.resolution import NUMBERED, SIZES, Reading, Resolution, head
from coophost_gui.federation.rules import Ruleset
from coophost_gui.kit.text import N_, said

IN_FORCE_AFTER = date(2023, 3, 3)  # resolution 001 was voted live on that day
NEEDED = ("topic", "date", "deadline", "size")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the faults of each decision, then those between them."""
    by_number: dict[int, list[Decision]] = defaultdict(list)
    for decision in folder.decisions:
        if decision.number is not None:
            by_number[decision.number].append(decision)
        file = folder.named(decision.path)
        if decision.reading is None:
            yield Finding(
                file,
                1,
                "not-a-resolution",
                said(
                    N_("core", "This is no decision as we can read it: {why}."),
                    why=decision.trouble,
                ),
                N_("core", "Give it a title and lines such as “- Topic: …” and “- Deadline: …”."),
            )
            continue
        rules = folder.rules_of(decision.reading.resolution.id)
        yield from _form(file, decision, decision.reading)
        yield from _fields(file, decision, rules)
        yield from _days(file, decision.reading, rules)
    for number, same in by_number.items():
        if len(same) > 1:
            ids = [one.reading.resolution.id if one.reading else "" for one in same]
            if all(ids) and len(set(ids)) == len(ids):
                yield from _taken_twice(folder, number, same)
            else:
                yield from _in_two_states(folder, number, same)


def _form(file: str, decision: Decision, reading: Reading) -> Iterator[Finding]:
    bare = [one for one in reading.written.values() if not one.bullet]
    early = NUMBERED.match(_title(reading)) is not None and not bare
    if not reading.front_matter and not early:
        yield Finding(
            file,
            1,
            "no-front-matter",
            N_("core", "It does not begin with its title between two lines of “---”."),
            said(
                N_("core", "Put “title: …” between two lines of “---” at the top: {title}"),
                title=reading.resolution.name,
            ),
            (Edit(1, "", _head(decision, reading.resolution)),) if reading.resolution.name else (),
        )
        if reading.heading:
            yield Finding(
                file,
                reading.heading,
                "heading-as-title",
                N_("core", "A heading stands where the title belongs."),
                N_("core", "Move its words to the title at the top, and take the heading out."),
                (Edit(reading.heading, "", None),),
            )
    small = [one for one in reading.written.values() if one.key[0].islower()]
    if small:
        yield Finding(
            file,
            min(one.line for one in small),
            "lower-case-keys",
            said(
                N_("core", "These begin with a small letter: {keys}."),
                keys=", ".join(one.key for one in small),
            ),
            N_("core", "Write them as “Topic”, “Date”, “Deadline” and “Size”."),
            tuple(Edit(one.line, one.key, one.key[0].upper() + one.key[1:]) for one in small),
        )
    if bare:
        yield Finding(
            file,
            min(one.line for one in bare),
            "no-bullets",
            said(
                N_("core", "These are no points of a list: {keys}."),
                keys=", ".join(one.key for one in bare),
            ),
            N_("core", "Begin each of these lines with “- ”."),
            tuple(Edit(one.line, "", "- ") for one in bare),
        )


def _head(decision: Decision, resolution: Resolution) -> str:
    """Return the front matter with which the file should begin."""
    number = resolution.number or decision.number
    return head(replace(resolution, number=number, title=resolution.name))


def _title(reading: Reading) -> str:
    number = reading.resolution.number
    return "" if number is None else f"Resolution {number}"


def _fields(file: str, decision: Decision, rules: Ruleset) -> Iterator[Finding]:
    reading = decision.reading
    assert reading is not None
    draft = decision.state == DRAFTS
    size = rules.sizes.get(reading.resolution.size)
    at_once = size is not None and not size.minimum_days and not size.needs
    for key in NEEDED:
        written = reading.written.get(key)
        if written is None or not written.value:
            if (draft and key in ("date", "deadline")) or (at_once and key == "deadline"):
                continue
            yield Finding(
                file,
                written.line if written else reading.title_line,
                "missing-field",
                said(N_("core", "“{field}” is missing."), field=key.capitalize()),
                said(N_("core", "Add a line “- {field}: …”."), field=key.capitalize()),
            )
    for key, value in (
        ("date", reading.resolution.proposed),
        ("deadline", reading.resolution.deadline),
    ):
        written = reading.written.get(key)
        if written and written.value and value is None and not draft:
            yield Finding(
                file,
                written.line,
                "no-such-day",
                said(N_("core", "“{value}” is no day."), value=written.value),
                N_("core", "Write it as year, month and day: 2026-02-26."),
            )
    if not draft and not any(reading.resolution.sections.values()):
        yield Finding(
            file,
            max(one.line for one in reading.written.values()),
            "no-summary",
            N_("core", "Nothing says what it is about."),
            N_("core", "Add “### Summary” and a few sentences."),
        )
    said_size = reading.resolution.size
    if said_size and said_size not in SIZES:
        yield Finding(
            file,
            reading.written["size"].line,
            "unknown-size",
            said(N_("core", "There is no size “{size}”."), size=said_size),
            said(N_("core", "Write one of these: {sizes}."), sizes=", ".join(SIZES)),
        )
    number = reading.resolution.number
    if None not in (number, decision.number) and number != decision.number:
        yield Finding(
            file,
            reading.title_line,
            "number-differs",
            said(
                N_("core", "Its title says {title}, and its file {file}."),
                title=number,
                file=decision.number,
            ),
            N_("core", "Give both the same number."),
        )


def _days(file: str, reading: Reading, rules: Ruleset) -> Iterator[Finding]:
    resolution = reading.resolution
    proposed, last = resolution.proposed, resolution.last_day
    if proposed and last and last < proposed:
        yield Finding(
            file,
            reading.written["deadline"].line,
            "deadline-before-date",
            said(
                N_("core", "It ends on {last}, before it was proposed on {proposed}."),
                last=last,
                proposed=proposed,
            ),
            N_("core", "Put both days right."),
        )
    elif proposed and last and proposed > IN_FORCE_AFTER and resolution.size in rules.sizes:
        size = rules.sizes[resolution.size]
        open_for, least = (last - proposed).days, size.minimum_days
        if open_for < least:
            yield Finding(
                file,
                reading.written["deadline"].line,
                "deadline-too-short",
                said(
                    N_(
                        "core",
                        "It is open for {days} days; {rule} asks for at least {least}.",
                    ),
                    days=open_for,
                    least=least,
                    rule=size.rule.name,
                ),
                said(
                    N_("core", "Move the deadline to {day} or later."),
                    day=date.fromordinal(proposed.toordinal() + least),
                ),
            )
    passed = resolution.passed_on
    if passed and last and not resolution.deadline_note and (proposed or passed) <= passed < last:
        yield Finding(
            file,
            reading.written["passed on"].line,
            "passed-too-early",
            said(
                N_("core", "It passed on {day}, before its last day, {last}."),
                day=passed,
                last=last,
            ),
            N_("core", "Put the day right, or ask the members again."),
        )
    if passed and proposed and passed < proposed:
        yield Finding(
            file,
            reading.written["passed on"].line,
            "passed-before-date",
            N_("core", "It passed before it was proposed."),
            N_("core", "Put both days right."),
        )


def _in_two_states(folder: Folder, number: int, same: list[Decision]) -> Iterator[Finding]:
    states = sorted({decision.state for decision in same})
    for decision in same:
        yield Finding(
            folder.named(decision.path),
            1,
            "two-states",
            said(
                N_("core", "Decision {number} lies in more than one state: {states}."),
                number=f"{number:03d}",
                states=", ".join(states),
            ),
            N_("core", "Keep the file in the state that is so, and take the other one out."),
        )


def _taken_twice(folder: Folder, number: int, same: list[Decision]) -> Iterator[Finding]:
    for decision in same:
        yield Finding(
            folder.named(decision.path),
            1,
            "number-taken-twice",
            said(
                N_("core", "{count} decisions took the number {number}."),
                count=len(same),
                number=f"{number:03d}",
            ),
            N_("core", "The one that was opened first keeps it; give the other a new one."),
        )
