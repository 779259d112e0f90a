"""Take an app into the list that others made: with abra elsewhere, or by hand."""

from collections.abc import Sequence
from typing import Any

from coophost_gui.apps.adopt import adopt_step, adoption, strays_on
from coophost_gui.apps.problems import NothingToAdopt
from coophost_gui.apps.recipe import fetch_recipe, recipe_step
from coophost_gui.flows import Wizard
from coophost_gui.flows.new_app import server_field
from coophost_gui.health.judge import StackHealth
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Field
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.catalogue import Catalogue
from coophost_gui.recipes.meanings import shipped
from coophost_gui.servers.door import steady_host
from coophost_gui.servers.world import World

TITLE = N_("core", "Take in an app that runs")
WITH_ABRA = N_("core", "Made with abra on another computer.")
BY_HAND = N_("core", "Made by hand (docker stack deploy).")


def adopt_app(world: World[W]) -> Flow:
    """Return the wizard: on which server, which app, and what it is where nothing says so."""
    server = server_field(world)
    seen: dict[str, list[StackHealth]] = {}  # by server, as the first page found them

    def look(job: Job, answers: Answers) -> None:
        name = answers[server]
        seen[name] = strays_on(job, world, world.hosts.reach(job, name))
        if not seen[name]:
            raise NothingToAdopt(server=name)

    def stack(answers: Answers) -> Choice:
        found = seen.get(answers[server], [])
        names = {one.stack for one in found}

        def problem(value: str) -> Words:
            return "" if value in names else N_("core", "Choose one of the apps that run there.")

        return Choice(
            "stack",
            N_("core", "App"),
            next(iter(names)) if len(names) == 1 else "",
            problem=problem,
            options=tuple((one.stack, _called(one), made_by(one)) for one in found),
        )

    def chosen(answers: Answers) -> StackHealth | None:
        wanted = answers[stack(answers)]
        return next((one for one in seen.get(answers[server], []) if one.stack == wanted), None)

    def which(answers: Answers) -> str:
        found = chosen(answers)
        return (found.recipe if found else "") or answers[recipe]

    recipe = _recipe_field(world)

    def fetch(job: Job, answers: Answers) -> None:
        found = chosen(answers)
        if found is not None and which(answers):
            fetch_recipe(
                job, world, which(answers), found.chaos.removesuffix("+U") or found.version
            )

    def plan(job: Job, answers: Answers) -> list[Step]:
        if answers[server] not in seen:
            look(job, answers)
        found = chosen(answers)
        if found is None:  # taken in, or taken off, meanwhile
            raise NothingToAdopt(server=answers[server])
        host = steady_host(job, world.hosts, answers[server])
        made = adoption(job, world, host, found, which(answers))
        return [recipe_step(world, which(answers)), adopt_step(world, made)]

    def ending(job: Job, answers: Answers) -> Ending:
        return Ending(
            N_("core", "It is in your list now"),
            N_("core", "On the server nothing was changed. What you change next is shown before."),
            place="apps",
        )

    def stacks(answers: Answers) -> Sequence[Field[Any]]:
        return (stack(answers),)

    def nobody_says(answers: Answers) -> bool:
        found = chosen(answers)
        return found is not None and not found.recipe

    return Flow(
        "adopt_app",
        TITLE,
        (
            Page(
                "server",
                N_("core", "On which server does it run?"),
                N_("core", "We look for apps that are not in your list. Nothing is changed."),
                (server,),
                verify=look,
            ),
            Page(
                "stack",
                N_("core", "Which app should be in your list?"),
                N_("core", "Its settings are read back from what runs, and shown to you first."),
                stacks,
                verify=fetch,
            ),
            Page(
                "recipe",
                N_("core", "Which app is it?"),
                N_("core", "What runs does not say so. Choose the one that it was made of."),
                (recipe,),
                applies=nobody_says,
                verify=fetch,
            ),
        ),
        plan,
        ending,
        lane=lambda answers: answers[server],
        running=N_("core", "Taking it in"),
    )


def made_by(stray: StackHealth) -> Words:
    """Say who made *stray*, as far as its labels tell."""
    return WITH_ABRA if stray.recipe else BY_HAND


def _called(stray: StackHealth) -> Words:
    meaning = shipped().get(stray.recipe)
    name = meaning.name if meaning else stray.recipe
    address = stray.domain or stray.stack
    return said(N_("core", "{name} · {address}"), name=name, address=address) if name else address


def _recipe_field(world: World[W]) -> Choice:
    names = [entry.name for entry in Catalogue.find(world.abra, world.lists).entries]
    folder = world.abra.root / "recipes"
    names += [one.name for one in folder.iterdir() if one.is_dir()] if folder.is_dir() else []
    known = sorted(set(names))

    def problem(value: str) -> Words:
        return "" if value in known else N_("core", "Choose one of the apps in the list.")

    return Choice(
        "recipe",
        N_("core", "App"),
        "",
        problem=problem,
        options=tuple((name, name) for name in known),
    )


WIZARD = Wizard("adopt_app", TITLE, "apps", ("app", "adopt"), adopt_app)
