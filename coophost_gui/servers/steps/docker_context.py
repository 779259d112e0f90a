"""``docker --context NAME`` works: a context of the server's name, as docker and abra keep it."""

from pathlib import Path

from coophost_gui.hosts.contexts import add_context, docker_context
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said


def context_there(docker_dir: Path, name: str) -> Step:
    """Docker's list of contexts has one called *name*, whoever made it."""

    def is_done(job: Job) -> bool:
        return docker_context(docker_dir, name) is not None

    def do(job: Job) -> Words:
        add_context(docker_dir, name)
        return said(N_("core", "“docker --context {name}” works from this computer"), name=name)

    return Step(
        "docker_context",
        N_("core", "Tell this computer's Docker tools about it"),
        is_done,
        do,
        why=N_("core", "The docker and abra commands of a technical member use it."),
        detail=(said(N_("core", "A context called “{name}”, through ssh"), name=name),),
    )
