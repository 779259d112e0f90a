"""Ask to join a federation: who we are, told once, and what its members are asked."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from coophost_gui.federation.application import (
    Application,
    begin,
    mail_link,
    problems,
    read_application,
    resolution_for,
    write,
    write_step,
)
from coophost_gui.federation.contacts import contacts
from coophost_gui.federation.cycle import draft
from coophost_gui.federation.decisions import find
from coophost_gui.federation.listing.stand import files, write_files
from coophost_gui.federation.ours import need_record, our_record
from coophost_gui.federation.profile import Profile, read_profile, write_profile
from coophost_gui.federation.profile import problems as profile_problems
from coophost_gui.federation.record import Record
from coophost_gui.federation.rules import preset
from coophost_gui.flows import Wizard
from coophost_gui.flows.start_record import LANE
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Field, Lines, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Page, Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.world import World

TITLE = N_("core", "Ask to join the federation")
SOLIDARITY = YesNo(
    "solidarity",
    N_("core", "We would like to join without paying"),
    False,
    N_("core", "Nobody asks why. Otherwise it is 10 euros a month, or 60 a year."),
)


def join(world: World[W]) -> Flow:
    """Return the wizard."""

    def known() -> Profile:
        record = _record(world)
        found = read_profile(record) if record else None
        return found or Profile("")

    def asked() -> Application:
        record = _record(world)
        return (read_application(record) if record else None) or begin(known(), _today())

    def who_we_are(answers: Answers) -> Sequence[Field[Any]]:
        there = known()
        return (
            _about("name", N_("core", "What is your collective called?"), there.name),
            _about("home_url", N_("core", "Its page on the web"), there.home_url),
            _about("mail", N_("core", "Its mail address"), there.mail),
            _about("place", N_("core", "Where are you at home?"), there.place),
            _about("country", N_("core", "Country"), there.country),
        )

    def what_we_ask(answers: Answers) -> Sequence[Field[Any]]:
        there = asked()
        return (
            Lines(
                "summary",
                N_("core", "Who are you, in two sentences?"),
                there.summary,
                problem=lambda value: _missing("summary", value),
            ),
            Lines(
                "details",
                N_("core", "What do you use already, and how would you take part?"),
                there.details,
                problem=lambda value: _missing("details", value),
            ),
        )

    def who_speaks(answers: Answers) -> Sequence[Field[Any]]:
        there = asked()
        return (
            Text(
                "representative",
                N_("core", "Who speaks for you?"),
                there.representative,
                problem=lambda value: _missing("representative", value),
            ),
            Text(
                "contact",
                N_("core", "How can one write to that person?"),
                there.contact or answers[who_we_are(answers)[2]],
                problem=lambda value: _missing("contact", value),
            ),
            Text(
                "sponsor",
                N_("core", "Which member speaks up for you?"),
                there.sponsor,
                N_("core", "Leave it empty if you know none yet."),
            ),
            SOLIDARITY,
        )

    def profile(answers: Answers) -> Profile:
        told: dict[str, Any] = {field.key: answers[field].strip() for field in who_we_are(answers)}
        there = known()
        now = datetime.now(UTC).replace(microsecond=0)
        said_now = replace(there, **told)
        if said_now == there:
            return there
        return replace(said_now, created=there.created or now, modified=now)

    def application(answers: Answers) -> Application:
        fields = (*what_we_ask(answers), *who_speaks(answers)[:3])
        told: dict[str, Any] = {field.key: answers[field].strip() for field in fields}
        return replace(
            asked(),
            organisation=answers[who_we_are(answers)[0]].strip(),
            website=answers[who_we_are(answers)[1]].strip(),
            solidarity=answers[SOLIDARITY],
            **told,
        )

    def plan(job: Job, answers: Answers) -> list[Step]:
        record = need_record(world.data_dir())
        ours, asks = profile(answers), application(answers)
        return [
            _profile_step(record, ours),
            write_step(record, asks),
            _draft_step(record, asks),
            write_files(record, files(ours, (), datetime.now(UTC), waiver=asks.solidarity)),
        ]

    def ending(job: Job, answers: Answers) -> Ending:
        asks = application(answers)
        link = mail_link(asks, contacts().mail)
        return Ending(
            N_("core", "What you ask is written down"),
            said(N_("core", "Send it to {address}, or give it to your sponsor."),
                 address=contacts().mail),
            shown=(Shown(N_("core", "The text"), write(asks, to_send=True)),),
            todo=(
                N_("core", "Come to an open call, or ask in a room: see “I need help”."),
                N_("core", "Your sponsor finds the proposal ready among your decisions."),
                N_("core", "Members answer within two weeks."),
            ),
            address=link.address,
            place="federation",
        )  # fmt: skip

    return Flow(
        "join",
        TITLE,
        (
            Page(
                "who",
                N_("core", "Who are you?"),
                N_("core", "Told once: every list of collectives is filled from it."),
                who_we_are,
            ),
            Page(
                "what",
                N_("core", "What would you like to tell the members?"),
                N_("core", "They pay dues or ask not to, keep a code, and decide together."),
                what_we_ask,
            ),
            Page("speaks", N_("core", "Who speaks for you, and who knows you?"), fields=who_speaks),
        ),
        plan,
        ending,
        lane=lambda answers: LANE,
        running=N_("core", "Writing it down"),
    )


def _record(world: World[W]) -> Record | None:
    try:
        return our_record(world.data_dir())
    except Problem:  # the plan says it
        return None


def _today() -> date:
    return datetime.now(UTC).date()


def _about(key: str, label: Words, value: str) -> Text:
    def problem(value: str) -> Words:
        given: dict[str, Any] = {key: value.strip()}
        told = replace(Profile("x", mail="x@example.org"), **given)
        return profile_problems(told, _today()).get(key, "")

    return Text(key, label, value, problem=problem)


def _missing(key: str, value: str) -> Words:
    given: dict[str, Any] = {key: value}
    return problems(replace(Application("", "x"), **given)).get(key, "")


def _profile_step(record: Record, profile: Profile) -> Step:
    def is_done(job: Job) -> bool:
        return read_profile(record) == profile

    def do(job: Job) -> Words:
        write_profile(record, profile, profile.modified or datetime.now(UTC))
        return N_("core", "It is written down.")

    return Step(
        "profile",
        N_("core", "Write down who you are"),
        is_done,
        do,
        detail=(profile.name, profile.home_url, profile.mail),
    )


def _draft_step(record: Record, application: Application) -> Step:
    """Return the step that lays the sponsor's proposal among the drafts."""
    proposal = resolution_for(application, preset("in-force"))

    def is_done(job: Job) -> bool:
        there = find(record, application.id)
        return there is not None and there.resolution == proposal

    def do(job: Job) -> Words:
        draft(record, proposal)
        return N_("core", "The proposal is ready for your sponsor.")

    return Step(
        "draft",
        N_("core", "Make the proposal that a member brings in"),
        is_done,
        do,
        detail=(proposal.title,),
    )


WIZARD = Wizard("join", TITLE, "federation", ("federation", "join"), join)
