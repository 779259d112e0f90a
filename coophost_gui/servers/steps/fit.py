"""The server is fit: what preflight asks for holds, before and after everything else."""

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said, size_in_words
from coophost_gui.servers.address import Kind, kind_of, words_on
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.preflight import preflight


def fit(door: Door, known: Facts | None = None, address: str = "") -> Step:
    """Look at the server once more; *known* and *address* are what the review page tells about."""

    def is_done(job: Job) -> bool:
        found = preflight(facts(job, door.host(job)), door.name)
        return not any(problem.blocks for problem in found)

    def do(job: Job) -> Words:
        for problem in preflight(facts(job, door.host(job)), door.name):
            if problem.blocks:
                raise problem
        return N_("core", "It is fit now.")

    return Step(
        "fit",
        N_("core", "Look whether the server is fit"),
        is_done,
        do,
        why=N_("core", "System, memory, disk, clock and the two web doors. This only looks."),
        detail=(*(_told(known, door.name) if known else ()), *_unreachable(address)),
    )


def _told(known: Facts, host: str) -> tuple[Words, ...]:
    warnings = [problem.words() for problem in preflight(known, host) if not problem.blocks]
    free = min((disk.free for disk in known.disks), default=0)
    seen = said(
        N_("core", "{system}, {memory} of memory, {disk} free on the disk"),
        system=known.system_name,
        memory=size_in_words(known.memory),
        disk=size_in_words(free),
    )
    return (seen, *warnings)


def _unreachable(address: str) -> tuple[Words, ...]:
    """Say it when people outside cannot reach *address*; they can reach most."""
    if not address or kind_of(address) in (Kind.PUBLIC, Kind.NOBODYS):
        return ()
    return words_on(address)
