"""Share the record of decisions: with the collective's own repository, or on a stick."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coophost_gui.federation.merge import Settled
from coophost_gui.federation.ours import need_record
from coophost_gui.federation.personal import KINDS
from coophost_gui.federation.share import Look, Stick, Way, look, share_steps
from coophost_gui.federation.shared import OURS, THEIRS, settle
from coophost_gui.flows import Wizard
from coophost_gui.flows.start_record import LANE
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Field, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Words, listing, said, several
from coophost_gui.net.git_folder import Who
from coophost_gui.net.git_guarded import Far
from coophost_gui.servers.shared import is_address
from coophost_gui.servers.world import World

TITLE = N_("core", "Share with the others")
REPOSITORY, GIVE, TAKE = "repository", "give", "take"
WAYS: tuple[tuple[str, Words, Words], ...] = (
    (
        REPOSITORY,
        N_("core", "At an address that we share"),
        N_("core", "Bring in what the others did, and send yours (git)."),
    ),
    (GIVE, N_("core", "Write a file for a stick"), N_("core", "With everything in it.")),
    (TAKE, N_("core", "Read a file from a stick"), N_("core", "That one of the others wrote.")),
)
SHOWN = 8  # pieces of personal data that are named; the details have all


@dataclass
class _Seen:
    """What one walk through the wizard has looked at so far."""

    look: Look | None = None


def share_record(world: World[W]) -> Flow:
    """Return the wizard."""
    seen = _Seen()
    how = Choice("way", N_("core", "How do you share?"), REPOSITORY, options=WAYS)
    url = Text(
        "url",
        N_("core", "Its address"),
        "",
        N_("core", "A repository (git) that your collective made for this."),
        lambda value: (
            "" if is_address(value.strip()) else N_("core", "Use https:// or ssh:// or git@…")
        ),
        "git@example.org:kitchen/decisions.git",
    )
    file = Text(
        "file",
        N_("core", "Which file?"),
        str(Path.home() / "decisions.bundle"),
        N_("core", "On the stick, or wherever you can find it again."),
        lambda value: "" if value.strip() else N_("core", "Fill in the name of a file."),
    )
    name = Text(
        "author",
        N_("core", "Your name"),
        "",
        N_("core", "It stands beside what you send."),
        lambda value: "" if value.strip() else N_("core", "Fill in the name."),
    )
    mail = Text(
        "mail", N_("core", "Your mail address"), "", N_("core", "Leave it empty to send none.")
    )

    def where(answers: Answers) -> Sequence[Field[Any]]:
        return (url if answers[how] == REPOSITORY else file, name, mail)

    def way(answers: Answers) -> Way:
        if answers[how] == REPOSITORY:
            from coophost_gui.hosts.git_ssh import git_over_ssh

            return Far(answers[url].strip(), ssh=git_over_ssh(world.ssh_dir, world.secrets))
        return Stick(Path(answers[file].strip()).expanduser(), answers[how] == GIVE)

    def who(answers: Answers) -> Who:
        return Who(answers[name].strip(), answers[mail].strip())

    def look_now(job: Job, answers: Answers) -> None:
        job.progress(None, N_("core", "Looking at what the others did"))
        seen.look = looked(job, answers)

    def looked(job: Job, answers: Answers) -> Look:
        record = need_record(world.data_dir())
        return look(job, record, way(answers), who(answers), world.settings(), settled(answers))

    def questions(answers: Answers) -> Sequence[Field[Any]]:
        clashes = seen.look.conflicts if seen.look else ()
        return [
            Choice(
                f"keep_{number}",
                one.path,
                "",
                problem=lambda value: "" if value else N_("core", "Choose one of the two."),
                options=(
                    (OURS, N_("core", "Keep mine"), _text(one.ours)),
                    (THEIRS, N_("core", "Take theirs"), _text(one.theirs)),
                ),
            )
            for number, one in enumerate(clashes)
        ]

    def settled(answers: Answers) -> Settled:
        clashes = seen.look.conflicts if seen.look else ()
        chosen = zip(clashes, questions(answers), strict=True)
        return {one: settle(one, answers[asked]) for one, asked in chosen if answers[asked]}

    def plan(job: Job, answers: Answers) -> list[Step]:
        now = looked(job, answers)
        return share_steps(
            need_record(world.data_dir()),
            way(answers),
            now,
            who(answers),
            world.settings(),
            settled=settled(answers),
            agreed=now.found if answers[_agreed(now)] else (),
        )

    def ending(job: Job, answers: Answers) -> Ending:
        words: Words = N_("core", "You and the others have the same now.")
        if answers[how] != REPOSITORY:
            words = said(N_("core", "The file is {file}."), file=answers[file])
        return Ending(N_("core", "Your decisions are shared"), words, place="federation")

    return Flow(
        "share_record",
        TITLE,
        (
            Page("way", N_("core", "How do you share your decisions?"), fields=(how,)),
            Page(
                "where",
                N_("core", "Where, and who are you?"),
                N_("core", "Nothing of the others is touched, and nothing is forced."),
                where,
                verify=look_now,
            ),
            Page(
                "clashes",
                N_("core", "You and somebody else changed the same thing"),
                N_("core", "Say for each which shall stay. The other is kept among the versions."),
                questions,
                applies=lambda answers: bool(seen.look and seen.look.conflicts),
            ),
            Page(
                "personal",
                N_("core", "What you send tells of people"),
                fields=lambda answers: (_agreed(seen.look),),
                applies=lambda answers: bool(seen.look and seen.look.found),
            ),
        ),
        plan,
        ending,
        lane=lambda answers: LANE,
        running=N_("core", "Sharing your decisions"),
    )


def _agreed(seen: Look | None) -> YesNo:
    """Return the question whether what is found of people may be sent."""
    found = seen.found if seen else ()
    named: list[Words] = [
        said(N_("core", "{what} ({kind})"), what=one.text, kind=KINDS[one.kind])
        for one in found[:SHOWN]
    ]
    if len(found) > SHOWN:
        named.append(several(len(found) - SHOWN, N_n("core", "{count} more", "{count} more")))
    return YesNo(
        "agreed",
        N_("core", "All of them agree that this is sent"),
        False,
        listing(named),
        lambda value: "" if value else N_("core", "Nothing is sent without their yes."),
    )


def _text(data: bytes | None) -> Words:
    if data is None:
        return N_("core", "It is taken out.")
    return data.decode("utf-8", "replace").strip()[:400]


WIZARD = Wizard("share_record", TITLE, "federation", ("federation", "share"), share_record)
