"""Whom to call first about an app: kept with the server, for everybody in the collective."""

from dataclasses import replace

from coophost_gui.apps.app import App
from coophost_gui.hosts.base import W, same_world
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.store import Collective
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.world import World


def contact(world: World[W], app: App[W]) -> str:
    """Return whom to call first about *app*; ``""`` when nobody said."""
    return str(world.abra.collective(app.server).contacts.get(app.name, ""))


def whom_to_call(world: World[W], app: App[W], who: str) -> Step:
    """*who* is called first about *app*; ``""`` for nobody in particular."""
    same_world(world, app)
    who = who.strip()
    folder = world.abra.server_dir(app.server)

    def is_done(job: Job) -> bool:
        return contact(world, app) == who

    def do(job: Job) -> Words:
        told = world.abra.collective(app.server)
        contacts = {name: one for name, one in told.contacts.items() if name != app.name}
        replace(told, contacts=contacts | ({app.name: who} if who else {})).write(folder)
        if not who:
            return said(N_("core", "Nobody in particular is called about {app}"), app=app.name)
        return said(N_("core", "{who} is called first about {app}"), who=who, app=app.name)

    return Step(
        "whom_to_call",
        N_("core", "Write down whom to call first"),
        is_done,
        do,
        why=N_("core", "Whoever finds the app in trouble sees it here, and in the shared folder."),
        detail=(said(N_("core", "The file {path}"), path=folder / Collective.FILE),),
    )
