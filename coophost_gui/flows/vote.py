"""Say what a member thinks of an open decision: from the window, a terminal, or a meeting."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from coophost_gui.federation.ballots import Ballot
from coophost_gui.federation.cycle import outcome
from coophost_gui.federation.decisions import Entry, decisions, find
from coophost_gui.federation.electorate import cast, check, read_votes, rules_of
from coophost_gui.federation.ours import need_record, our_record
from coophost_gui.federation.record import IN_PROGRESS
from coophost_gui.federation.resolution import text_hash
from coophost_gui.federation.tally_words import ANSWERS
from coophost_gui.flows import Wizard
from coophost_gui.flows.propose import AUTHOR
from coophost_gui.flows.start_record import LANE
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Field, Lines
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.world import World

TITLE = N_("core", "Say what you think")


def open_ones(world: World[W]) -> list[Entry]:
    """Return the decisions that may be voted on."""
    record = our_record(world.data_dir())
    return [one for one in decisions(record) if one.state == IN_PROGRESS] if record else []


def decision_field(world: World[W], entries: Sequence[Entry]) -> Choice:
    """Return the question which of *entries* it is about."""
    options = [
        (one.resolution.id, f"{one.resolution.number or 0:03d}: {one.resolution.name}")
        for one in entries
        if one.resolution.id
    ]
    return Choice(
        "decision",
        N_("core", "Which decision?"),
        options[0][0] if options else "",
        problem=lambda value: (
            "" if value in dict(options) else N_("core", "No decision like that is open now.")
        ),
        options=tuple(options),
    )


def vote_flow(world: World[W]) -> Flow:
    """Return the wizard."""
    decision = decision_field(world, open_ones(world))
    reason = Lines(
        "reason",
        N_("core", "Why?"),
        "",
        N_("core", "Whoever is against it, or stops it, tells the others why."),
    )

    def voters(answers: Answers) -> Choice:
        record = our_record(world.data_dir())
        electorate = read_votes(record, answers[decision])[0] if record else None
        known = electorate.voters.values() if electorate else ()
        options = tuple((one.member, one.name) for one in known)
        return Choice(
            "member",
            N_("core", "For whom do you speak?"),
            options[0][0] if options else "",
            problem=lambda value: (
                "" if value in dict(options) else N_("core", "Nobody like that may vote on it.")
            ),
            options=options,
        )

    def answer(answers: Answers) -> Choice:
        record = our_record(world.data_dir())
        choices = rules_of(record, answers[decision]).choices if record else tuple(ANSWERS)
        return Choice(
            "answer",
            N_("core", "What do you say?"),
            choices[0],
            options=tuple((one, ANSWERS[one]) for one in choices),
        )

    def who(answers: Answers) -> Sequence[Field[Any]]:
        return (voters(answers), AUTHOR)

    def what(answers: Answers) -> Sequence[Field[Any]]:
        return (answer(answers), reason)

    def ballot(answers: Answers, entry: Entry) -> Ballot:
        return Ballot(
            entry.resolution.id,
            answers[voters(answers)],
            answers[answer(answers)],
            answers[AUTHOR].strip(),
            datetime.now(UTC).replace(microsecond=0),
            answers[reason].strip(),
            text_hash=text_hash(entry.resolution),
        )

    def plan(job: Job, answers: Answers) -> list[Step]:
        record = need_record(world.data_dir())
        entry = find(record, answers[decision])
        assert entry is not None, "it was chosen among those that are there"
        said_now = ballot(answers, entry)
        rules, closes_at = rules_of(record, said_now.decision), entry.resolution.closes_at()
        electorate, _ = read_votes(record, said_now.decision)
        check(electorate, rules, said_now, deadline=closes_at, now=datetime.now(UTC))

        def is_done(job: Job) -> bool:
            known = {one.member: one for one in read_votes(record, said_now.decision)[1]}
            last = known.get(said_now.member)
            return last is not None and (last.choice, last.reason, last.cast_by) == (
                said_now.choice,
                said_now.reason,
                said_now.cast_by,
            )

        def do(job: Job) -> Words:
            now = datetime.now(UTC)
            cast(record, electorate, rules, said_now, deadline=closes_at, now=now)
            return N_("core", "It is written down. You may change your mind until the last day.")

        name = electorate.voters[said_now.member].name if electorate else said_now.member
        return [
            Step(
                "vote",
                said(N_("core", "Write down what {member} says"), member=name),
                is_done,
                do,
                detail=(ANSWERS[said_now.choice], *([said_now.reason] if said_now.reason else ())),
            )
        ]

    def ending(job: Job, answers: Answers) -> Ending:
        record = need_record(world.data_dir())
        entry = find(record, answers[decision])
        result = outcome(record, entry, datetime.now(UTC)) if entry else None
        return Ending(
            N_("core", "Your answer is written down"),
            todo=result.explanation if result else (),
            place="federation",
        )

    return Flow(
        "vote",
        TITLE,
        (
            Page("decision", N_("core", "Which decision is it about?"), fields=(decision,)),
            Page("who", N_("core", "Who speaks?"), fields=who),
            Page("answer", N_("core", "What do you think of it?"), fields=what),
        ),
        plan,
        ending,
        lane=lambda answers: LANE,
        running=N_("core", "Writing down your answer"),
    )


WIZARD = Wizard("vote", TITLE, "federation", ("federation", "vote"), vote_flow)
