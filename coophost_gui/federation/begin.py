"""A new record: its rules and its first members, step by step."""

from collections.abc import Sequence
from pathlib import Path

from coophost_gui.federation.members import Member, members, slug_of, write_member
from coophost_gui.federation.record import Record
from coophost_gui.federation.rules import Ruleset, read_ruleset, write_ruleset
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Words, listing, said, several

WRITTEN_DOWN = N_n("core", "{count} member is written down.", "{count} members are written down.")
DOCS = Path("docs", "federation")  # where the federation's documentation keeps its record


def found_in(folder: Path) -> Record | None:
    """Return the record in *folder*: one of ours, or the documentation's; None for neither."""
    for root in (folder / DOCS, folder):
        if (root / "ruleset.yml").is_file() or (root / "resolutions").is_dir():
            return Record(root.resolve())
    return None


def begin_steps(record: Record, ruleset: Ruleset, names: Sequence[str]) -> list[Step]:
    """Return what makes *record*, with these rules and members."""

    def has_rules(job: Job) -> bool:
        return record.ruleset.is_file() and read_ruleset(record.ruleset).hash == ruleset.hash

    def write_rules(job: Job) -> Words:
        write_ruleset(ruleset, record.ruleset)
        return said(N_("core", "The rules are written down: {name}."), name=ruleset.name)

    def missing() -> list[str]:
        there = {member.name for member in members(record)}
        return [name for name in names if name not in there]

    def write_members(job: Job) -> Words:
        added = missing()
        for name in added:
            taken = [member.slug for member in members(record)]
            write_member(record, Member(slug_of(name, taken), name))
        return several(len(added), WRITTEN_DOWN)

    return [
        Step(
            "rules",
            N_("core", "Write down the rules"),
            has_rules,
            write_rules,
            why=ruleset.about,
            detail=(said(N_("core", "The file {path}"), path=record.ruleset),),
        ),
        Step(
            "members",
            N_("core", "Write down who may vote"),
            lambda job: not missing(),
            write_members,
            detail=(listing(names),),
        ),
    ]
