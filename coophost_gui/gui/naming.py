"""What to call an app on a screen, and which apps are the people's."""

from typing import TYPE_CHECKING

from coophost_gui.recipes.meanings import Meaning, shipped

if TYPE_CHECKING:
    from coophost_gui.apps.app import App
    from coophost_gui.servers.world import World

FOR_THE_SERVER = "For the server"  # the kind of the front door and its like


def everyday(world: "World", app: "App") -> str:
    """Return what people call *app*."""
    from coophost_gui.apps.app import everyday

    return everyday(world, app)


def for_people(world: "World") -> list["App"]:
    """Return the apps that people open; the front door is not one of them."""
    from coophost_gui.apps.app import apps

    return [app for app in apps(world) if not serves_the_server(shipped().get(app.file.recipe))]


def serves_the_server(meaning: Meaning | None) -> bool:
    """Say whether an app is there for the server and not for people."""
    return meaning is not None and meaning.kind == FOR_THE_SERVER


def sign_of(recipe: str) -> str:
    """Return the sign of the app that *recipe* makes."""
    meaning = shipped().get(recipe)
    return meaning.sign if meaning else "apps"
