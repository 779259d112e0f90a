"""The server is in the list: a folder of its name in abra's folder, and what we know of it."""

from collections.abc import Callable
from dataclasses import replace

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.store import Collective
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AbraFolder

Change = Callable[[Collective], Collective]


def abra_folder(abra: AbraFolder, name: str, change: Change) -> Step:
    """The server's folder is there, and its ``coophost.yml`` says what *change* makes of it."""

    def is_done(job: Job) -> bool:
        if name not in abra.servers():
            return False
        told = abra.collective(name)
        return (abra.server_dir(name) / Collective.FILE).exists() and change(told) == told

    def do(job: Job) -> Words:
        abra.add_server(name)
        change(abra.collective(name)).write(abra.server_dir(name))
        return said(N_("core", "{name} is in your list of servers"), name=name)

    return Step(
        "abra_folder",
        N_("core", "Put it in your list of servers"),
        is_done,
        do,
        why=N_("core", "From now on it shows up here, and in abra."),
        detail=(said(N_("core", "The folder {path}"), path=abra.server_dir(name)),),
    )


def known_as(name: str, domain: str, compared: bool) -> Change:
    """Return the change that fills in what is not known yet; answers given before stay."""

    def change(told: Collective) -> Collective:
        return replace(
            told,
            name=told.name or name,
            domain=told.domain or domain,
            fingerprint_compared=told.fingerprint_compared and compared,
        )

    return change
