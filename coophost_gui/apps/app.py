"""An app on a server: its file, and the world it belongs to."""

from dataclasses import dataclass
from typing import Generic

from coophost_gui.apps.problems import AppUnknown
from coophost_gui.hosts.base import W
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AppFile
from coophost_gui.recipes.meanings import shipped
from coophost_gui.servers.world import World


@dataclass(frozen=True)
class App(Generic[W]):
    """One app; its ``.env`` file is its identity, and is read anew whenever asked."""

    world: type[W]
    file: AppFile

    @property
    def name(self) -> str:
        return self.file.name

    @property
    def server(self) -> str:
        return self.file.server


def apps(world: World[W], server: str | None = None) -> list[App[W]]:
    """Return the apps of *server*, or of every server."""
    return [App(world.world, file) for file in world.abra.apps(server)]


def app(world: World[W], name: str) -> App[W]:
    """Return the app called *name*."""
    file = world.abra.app(name)
    if file is None:
        raise AppUnknown(name=name)
    return App(world.world, file)


def everyday(world: World[W], app: App[W]) -> str:
    """Return what the collective calls *app*; else what its recipe means; else its address."""
    given = world.abra.collective(app.server).app_names.get(app.name)
    if given:
        return given
    meaning = shipped().get(app.file.recipe)
    return meaning.name if meaning else app.file.domain or app.name


def called(world: World[W], app: App[W]) -> Words:
    """Return how *app* is shown in a list: its everyday name, then the address."""
    name = everyday(world, app)
    if name == app.name:
        return name
    return said(N_("core", "{name} · {address}"), name=name, address=app.name)
