"""Propose something: what it is, how big it is, and until when one may answer."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

from coophost_gui.federation.cycle import propose
from coophost_gui.federation.deadlines import check_deadline, earliest, in_words
from coophost_gui.federation.decisions import decisions, find
from coophost_gui.federation.members import members
from coophost_gui.federation.ours import need_record, our_record
from coophost_gui.federation.record import DRAFTS, Record
from coophost_gui.federation.resolution import LARGE, MEDIUM, SMALL, Resolution, inside_a_section
from coophost_gui.federation.rules import Ruleset, preset, read_ruleset
from coophost_gui.flows import Wizard
from coophost_gui.flows.start_record import LANE
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Field, Lines, Text
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, N_n, Words, said, several
from coophost_gui.servers.world import World

TITLE = N_("core", "Propose something")
SIZES = {
    SMALL: (N_("core", "Small"), N_("core", "Get on and do it; the others are told.")),
    MEDIUM: (N_("core", "Medium"), N_("core", "It goes ahead unless somebody is against it.")),
    LARGE: (
        N_("core", "Large"),
        N_("core", "It is about direction, work or money: all have a say."),
    ),
}
DAYS_OPEN = N_n("core", "Open for at least {count} day.", "Open for at least {count} days.")


def _filled(value: str) -> Words:
    return "" if value.strip() else N_("core", "Write a few words.")


AUTHOR = Text(
    "author",
    N_("core", "Your name"),
    "",
    N_("core", "It stands in the record beside what you did."),
    _filled,
)
SUBJECT = Text("title", N_("core", "In a few words"), "", "", _filled)
SUMMARY = Lines(
    "summary",
    N_("core", "What should change, and whom does it concern?"),
    "",
    N_("core", "Two or three sentences that everybody understands."),
    _filled,
)
DETAILS = Lines(
    "details", N_("core", "More about it"), "", N_("core", "Leave it empty if not needed.")
)


def rules_now(record: Record | None) -> Ruleset:
    """Return the rules of *record*; those in force where it has none of its own."""
    there = record is not None and record.ruleset.is_file()
    return read_ruleset(record.ruleset) if record and there else preset("in-force")


def propose_flow(world: World[W]) -> Flow:
    """Return the wizard."""

    def rules() -> Ruleset:
        return rules_now(our_record(world.data_dir()))

    size = Choice(
        "size",
        N_("core", "How big is it?"),
        MEDIUM,
        N_("core", "Choose the smallest that seems fair to those whom it concerns."),
        options=tuple((key, words, about) for key, (words, about) in SIZES.items()),
    )

    def until(answers: Answers) -> Text:
        now = datetime.now(UTC)
        first = earliest(rules(), answers[size], now)

        def problem(value: str) -> Words:
            try:
                check_deadline(rules(), answers[size], now, date.fromisoformat(value.strip()))
            except ValueError:
                return N_("core", "Write it as year, month and day: 2026-02-26.")
            except Problem as found:
                return said(found.text, **found.facts)
            return ""

        return Text(
            "deadline",
            N_("core", "Last day to answer"),
            first.isoformat(),
            said(N_("core", "The first day that fits is {day}."), day=in_words(first)),
            problem,
        )

    def when(answers: Answers) -> Sequence[Field[Any]]:
        return (until(answers), AUTHOR)

    def resolution(answers: Answers) -> Resolution:
        title, summary = answers[SUBJECT].strip(), inside_a_section(answers[SUMMARY])
        sections = {"Summary": summary}
        if details := inside_a_section(answers[DETAILS]):
            sections["Details"] = details
        deadline = date.fromisoformat(answers[until(answers)].strip())
        told = "\0".join((title, summary, details, answers[AUTHOR], deadline.isoformat()))
        return Resolution(
            None,
            title,
            title,
            hashlib.sha256(told.encode()).hexdigest()[:12],
            deadline=deadline,
            size=answers[size],
            sections=sections,
        )

    def plan(job: Job, answers: Answers) -> list[Step]:
        record = need_record(world.data_dir())
        return [propose_step(record, rules(), resolution(answers), answers[AUTHOR].strip())]

    def ending(job: Job, answers: Answers) -> Ending:
        found = find(need_record(world.data_dir()), resolution(answers).id)
        assert found is not None, "the step has just opened it"
        return Ending(
            said(N_("core", "Decision {number} is open"), number=f"{found.resolution.number:03d}"),
            said(
                N_("core", "Members may answer until {day}."),
                day=in_words(found.resolution.deadline or datetime.now(UTC)),
            ),
            todo=(N_("core", "Tell the others: nobody is told by this program itself."),),
            place="federation",
        )

    return Flow(
        "propose",
        TITLE,
        (
            Page(
                "what",
                N_("core", "What would you like to propose?"),
                fields=(SUBJECT, SUMMARY, DETAILS),
            ),
            Page("size", N_("core", "How big a question is it?"), fields=(size,)),
            Page("when", N_("core", "Until when may one answer?"), fields=when),
        ),
        plan,
        ending,
        lane=lambda answers: LANE,
        running=N_("core", "Opening it for answers"),
    )


def propose_step(record: Record, ruleset: Ruleset, resolution: Resolution, author: str) -> Step:
    """Return the step that opens *resolution*, which has its Id already."""

    def is_done(job: Job) -> bool:
        there = find(record, resolution.id)
        return there is not None and there.state != DRAFTS

    def do(job: Job) -> Words:
        entry = propose(record, ruleset, members(record), resolution, author, datetime.now(UTC))
        return said(
            N_("core", "It has the number {number}."), number=f"{entry.resolution.number:03d}"
        )

    voters = [one for one in members(record) if one.votes_on(datetime.now(UTC).date())]
    days = ruleset.size(resolution.size).minimum_days
    number = max((one.resolution.number or 0 for one in decisions(record)), default=0) + 1
    return Step(
        "open",
        said(N_("core", "Open “{title}”"), title=resolution.name),
        is_done,
        do,
        detail=(
            said(N_("core", "Number {number}"), number=f"{number:03d}"),
            several(
                len(voters),
                N_n("core", "{count} member may vote.", "{count} members may vote."),
            ),
            several(days, DAYS_OPEN),
        ),
    )


WIZARD = Wizard("propose", TITLE, "federation", ("federation", "propose"), propose_flow)
