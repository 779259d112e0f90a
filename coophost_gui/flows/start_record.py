"""Begin a record of decisions, or open one that is there: rules, members, a folder."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from coophost_gui.federation.begin import begin_steps, found_in
from coophost_gui.federation.ours import RecordGone, need_record, our_record, remember_record
from coophost_gui.federation.record import Record
from coophost_gui.federation.rules import preset, presets
from coophost_gui.federation.share import join_steps
from coophost_gui.flows import Wizard
from coophost_gui.hosts.base import W
from coophost_gui.kit import places
from coophost_gui.kit.fields import Choice, Field, Folder, Text
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.net.git_guarded import Far
from coophost_gui.servers.shared import is_address
from coophost_gui.servers.world import World

TITLE = N_("core", "Decide together")
LANE = "the record"  # what is changed by everything here; no server has that name


def start_record(world: World[W]) -> Flow:
    """Return the wizard."""
    folder = Folder(
        "folder",
        N_("core", "In which folder?"),
        str(_usual(world)),
        N_("core", "A new one, or one that is there. Or the address where you share it (git)."),
        lambda value: "" if value.strip() else N_("core", "Choose a folder."),
    )
    rules = Choice(
        "rules",
        N_("core", "How do you decide?"),
        "consent",
        N_("core", "You can change it later; open decisions keep the rules they began with."),
        options=tuple((one.key, one.name, one.about) for one in _by_size()),
    )
    names = Text(
        "members",
        N_("core", "Who may vote?"),
        "",
        N_("core", "Their names, with commas between. More can be added later."),
        lambda value: "" if _names(value) else N_("core", "Write down at least one name."),
        N_("core", "Ada, Maria, Tom"),
    )

    def root(answers: Answers) -> Path:
        return Path(answers[folder].strip()).expanduser()

    def is_new(answers: Answers) -> bool:
        return not is_address(answers[folder].strip()) and found_in(root(answers)) is None

    def plan(job: Job, answers: Answers) -> list[Step]:
        if is_address(address := answers[folder].strip()):
            from coophost_gui.hosts.git_ssh import git_over_ssh

            far = Far(address, ssh=git_over_ssh(world.ssh_dir, world.secrets))
            copy = _usual(world)
            return [*join_steps(far, copy, world.settings()), _remember(world, Record(copy))]
        there = found_in(root(answers))
        record = there or Record(root(answers).resolve())
        begin = [] if there else begin_steps(record, preset(answers[rules]), _names(answers[names]))
        return [*begin, _remember(world, record)]

    def ending(job: Job, answers: Answers) -> Ending:
        return Ending(
            N_("core", "Your decisions have a place"),
            said(
                N_("core", "Everything is plain text in {folder}. You can read it without us."),
                folder=need_record(world.data_dir()).root,
            ),
            place="federation",
        )

    def new_only(answers: Answers) -> Sequence[Field[Any]]:
        return (rules, names)

    return Flow(
        "start_record",
        TITLE,
        (
            Page(
                "folder",
                N_("core", "Where shall your decisions be written down?"),
                N_("core", "In a folder of plain text files. Nothing leaves this computer."),
                (folder,),
            ),
            Page(
                "rules",
                N_("core", "How do you decide, and who may vote?"),
                N_("core", "The rules are written beside the decisions, for all to read."),
                new_only,
                applies=is_new,
            ),
        ),
        plan,
        ending,
        lane=lambda answers: LANE,
        running=N_("core", "Making a place for your decisions"),
    )


def _remember(world: World[W], record: Record) -> Step:
    def is_done(job: Job) -> bool:
        try:
            return our_record(world.data_dir()) == record
        except RecordGone:
            return False

    def do(job: Job) -> Words:
        remember_record(world.data_dir(), record.root)
        return N_("core", "This program shows it from now on.")

    return Step(
        "remember",
        N_("core", "Show it in this program"),
        is_done,
        do,
        detail=(said(N_("core", "The folder {path}"), path=record.root),),
    )


def _usual(world: World[W]) -> Path:
    own = world.data_dir() == places.data_dir()
    return (places.home() if own else world.data_dir()) / "decisions"


def _by_size() -> list[Any]:
    """Return the rules that come with us, those for one collective by itself first."""
    return sorted(presets(), key=lambda one: not one.persons)


def _names(text: str) -> list[str]:
    return [name for part in text.split(",") if (name := " ".join(part.split()))]


WIZARD = Wizard("start_record", TITLE, "federation", ("federation", "start"), start_record)
