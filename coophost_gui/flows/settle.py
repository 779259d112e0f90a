"""End a decision, give it more time, call it bigger, or take it back."""

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

from coophost_gui.federation import cycle
from coophost_gui.federation.cycle import outcome
from coophost_gui.federation.deadlines import in_words
from coophost_gui.federation.decisions import Entry, find
from coophost_gui.federation.ours import need_record
from coophost_gui.federation.record import IN_PROGRESS, Record
from coophost_gui.federation.tally_words import STATES
from coophost_gui.flows import Wizard
from coophost_gui.flows.propose import AUTHOR
from coophost_gui.flows.start_record import LANE
from coophost_gui.flows.vote import decision_field, open_ones
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Field, Text
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.world import World

TITLE = N_("core", "End a decision, or change its course")
CLOSE, EXTEND, ESCALATE, WITHDRAW = "close", "extend", "escalate", "withdraw"
ACTS: tuple[tuple[str, Words, Words], ...] = (
    (CLOSE, N_("core", "Write down the result"), N_("core", "Once its last day is over.")),
    (EXTEND, N_("core", "Give it more time"), N_("core", "Answers that were given stay.")),
    (ESCALATE, N_("core", "Call it large"), N_("core", "Any member may: then all have a say.")),
    (WITHDRAW, N_("core", "Take it back"), N_("core", "It stays readable among the others.")),
)


def settle_flow(world: World[W]) -> Flow:
    """Return the wizard."""
    decision = decision_field(world, open_ones(world))
    act = Choice("act", N_("core", "What should happen?"), CLOSE, options=ACTS)
    until = Text(
        "until",
        N_("core", "New last day"),
        (datetime.now(UTC).date() + timedelta(days=14)).isoformat(),
        problem=_no_day,
    )

    def more(answers: Answers) -> Sequence[Field[Any]]:
        return (until, AUTHOR) if answers[act] == EXTEND else (AUTHOR,)

    def plan(job: Job, answers: Answers) -> list[Step]:
        record = need_record(world.data_dir())
        entry = find(record, answers[decision])
        assert entry is not None, "it was chosen among those that are there"
        day = date.fromisoformat(answers[until].strip())
        return [_step(record, entry, answers[act], answers[AUTHOR].strip(), day)]

    def ending(job: Job, answers: Answers) -> Ending:
        record = need_record(world.data_dir())
        entry = find(record, answers[decision])
        assert entry is not None, "nothing here removes a decision"
        result = outcome(record, entry, datetime.now(UTC))
        open_still = entry.state == IN_PROGRESS
        words: Words = N_("core", "It was taken back. It stays readable.")
        if open_still:
            day = in_words(entry.resolution.deadline or datetime.now(UTC))
            words = said(N_("core", "Members may answer until {day}."), day=day)
        elif answers[act] == CLOSE and result is not None:
            words = STATES[result.state]
        return Ending(
            said(N_("core", "“{title}” is up to date"), title=entry.resolution.name),
            words,
            todo=(N_("core", "Tell the others: nobody is told by this program itself."),),
            place="federation",
        )

    return Flow(
        "settle",
        TITLE,
        (
            Page("decision", N_("core", "Which decision is it about?"), fields=(decision, act)),
            Page("more", N_("core", "Who says so?"), fields=more),
        ),
        plan,
        ending,
        lane=lambda answers: LANE,
        running=N_("core", "Writing it down"),
    )


def _step(record: Record, entry: Entry, act: str, author: str, day: date) -> Step:
    now = datetime.now(UTC)
    acts: dict[str, Callable[[], object]] = {
        CLOSE: lambda: cycle.close(record, entry, author, now),
        EXTEND: lambda: cycle.extend(record, entry, day, author, now),
        ESCALATE: lambda: cycle.escalate(record, entry, author, now),
        WITHDRAW: lambda: cycle.withdraw(record, entry, author, now),
    }
    before = entry.state, entry.resolution.size, entry.resolution.deadline

    def is_done(job: Job) -> bool:
        there = find(record, entry.resolution.id)
        return there is None or before != (
            there.state,
            there.resolution.size,
            there.resolution.deadline,
        )

    def do(job: Job) -> Words:
        acts[act]()
        return N_("core", "It is written down, with who did it and when.")

    result = outcome(record, entry, now)
    return Step(
        act,
        next(words for key, words, _ in ACTS if key == act),
        is_done,
        do,
        detail=(entry.resolution.name, *(result.explanation if result else ())),
    )


def _no_day(value: str) -> Words:
    try:
        date.fromisoformat(value.strip())
    except ValueError:
        return N_("core", "Write it as year, month and day: 2026-02-26.")
    return ""


WIZARD = Wizard("settle", TITLE, "federation", ("federation", "settle"), settle_flow)
