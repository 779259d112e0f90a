"""Bring an app to life on a server: every promise of a deploy, in order."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeAlias

from coophost_gui.apps.address import address_step, outside_step
from coophost_gui.apps.app import App
from coophost_gui.apps.apply import services_step
from coophost_gui.apps.deployment import (
    Deployment,
    Patience,
    changed,
    labels_of,
    name_of,
)
from coophost_gui.apps.images import fetch, is_there, pin
from coophost_gui.apps.problems import (
    FrontDoorMissing,
    ImagePrivate,
    NameTaken,
    PartMissing,
)
from coophost_gui.apps.recipe import recipe_step
from coophost_gui.apps.secrets import secrets_step
from coophost_gui.apps.watch import healthy_step
from coophost_gui.health.look import NAMESPACE
from coophost_gui.hosts.base import AlreadyThere, Host, W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Plural, Words, said, several
from coophost_gui.recipes.abra import recipe_entry, split_recipe
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.servers.world import World

Missing: TypeAlias = list[tuple[str, Mapping[str, object]]]  # the Engine's word for it, the body


def deploy_steps(
    world: World[W],
    host: Host[W],
    app: App[W],
    *,
    planned: EnvFile | None = None,
    version: str = "",
    skip_name_check: bool = False,
    patience: Patience | None = None,
    deployment: Deployment[W] | None = None,
    given: Mapping[str, str] | None = None,
) -> list[Step]:
    """Return the promises of deploying *app* on *host*, in order.

    What they look at is asked all at once before the first of them that needs it, and again
    by each of them once something is changed.
    *planned* are the settings of an app whose file is not written yet.  *deployment*
    is one that was planned with (``plan.plan_deploy``): a change that somebody else
    made since then stops the run.  *given* are secrets that nobody needs to be asked for.
    """
    work = deployment or Deployment(
        world, host, app, planned=planned, version=version, patience=patience, given=given
    )
    steps = [recipe_step(world, work.recipe, _named_version(work))]
    if not skip_name_check:
        steps.append(address_step(work))
    steps += [
        around_step(work),
        secrets_step(work),
        networks_step(work),
        files_step(work),
        images_step(work),
        services_step(work),
        healthy_step(work),
    ]
    if not skip_name_check:
        steps.append(outside_step(work))
    return [_looking_anew(work, step) for step in (*steps, version_step(work))]


def around_step(work: Deployment[W]) -> Step:
    """The server has what the app expects to find there: the front door, foreign parts."""

    def missing(job: Job) -> list[tuple[str, str]]:
        planned = work.bodies
        wanted = (
            ("networks", planned.external_networks),
            ("configs", planned.external_configs),
        )
        absent = []
        for kind, names in wanted:
            there = {name_of(found) for found in work.listed(job, kind)} if names else set()
            absent += [(kind, name) for name in names if name not in there]
        return absent

    def is_done(job: Job) -> bool:
        work.look_ahead(job)
        return not missing(job)

    def do(job: Job) -> Words:
        for kind, name in missing(job):
            if kind == "networks" and name == "proxy":
                raise FrontDoorMissing(server=work.host.name, network=name)
            raise PartMissing(server=work.host.name, name=name)
        return ""

    return Step(
        "around",
        N_("core", "Find the front door"),
        is_done,
        do,
        why=N_("core", "People reach the app through it."),
    )


def networks_step(work: Deployment[W]) -> Step:
    """The networks between the parts of the app are there."""

    def missing(job: Job) -> Missing:
        there = {name_of(found): labels_of(found) for found in work.listed(job, "networks")}
        for body in work.bodies.networks:
            labels = there.get(str(body["Name"]))
            if labels is not None and labels.get(NAMESPACE) != work.stack:
                raise NameTaken(name=body["Name"], server=work.host.name)
        return [("networks", b) for b in work.bodies.networks if str(b["Name"]) not in there]

    return Step(
        "networks",
        N_("core", "Connect its parts"),
        lambda job: not missing(job),
        _making(work, missing, N_n("core", "One made.", "{count} made.")),
        why=N_("core", "Its parts speak to each other on a network of their own."),
    )


def files_step(work: Deployment[W]) -> Step:
    """The app's own configuration files are on the server, with the content planned."""

    def missing(job: Job) -> Missing:
        found: Missing = []
        for kind, bodies in (("configs", work.bodies.configs), ("secrets", work.bodies.secrets)):
            there = {name_of(one): one for one in work.listed(job, kind)} if bodies else {}
            for body in bodies:
                stored = there.get(str(body["Name"]))
                if stored is None:
                    found.append((kind, body))
                elif kind == "configs" and changed(stored["Spec"].get("Data"), body.get("Data")):
                    raise work.file_changed(str(body["Name"]))
        return found

    return Step(
        "files",
        N_("core", "Put its settings there"),
        lambda job: not missing(job),
        _making(
            work,
            missing,
            N_n("core", "One stored on the server.", "{count} stored on the server."),
        ),
        why=N_("core", "The files that tell its programs how to work together."),
    )


def images_step(work: Deployment[W]) -> Step:
    """The programs are on the server: fetched first, so that nothing waits for them later."""

    def absent(job: Job) -> list[str]:
        images = list(dict.fromkeys(work.bodies.images))
        for image in images:
            if image not in work.pins:
                work.pins[image] = pin(job, work.looked, image)
        return [image for image in images if not is_there(job, work.looked, work.pins[image])]

    def do(job: Job) -> Words:
        while True:
            todo = [work.pins[image] for image in absent(job)]
            try:
                return fetch(job, work.host, todo, work.logins.headers)
            except ImagePrivate as problem:
                if not work.logins.ask(job, str(problem.facts["image"])):
                    raise

    return Step(
        "images",
        N_("core", "Fetch the programs"),
        lambda job: not absent(job),
        do,
        why=N_("core", "The server fetches them before anything is started or changed."),
    )


def version_step(work: Deployment[W]) -> Step:
    """The version that runs is written into the app's file, for everybody and for abra."""

    def entry() -> str:
        return f"{work.recipe}:{work.version}" if work.version else work.recipe

    def is_done(job: Job) -> bool:
        return recipe_entry(work.app.file.env()) == entry()

    def do(job: Job) -> Words:
        env = work.app.file.env()
        work.app.file.write(env.set("RECIPE" if env.get("RECIPE") else "TYPE", entry()))
        return said(N_("core", "Version {version}."), version=work.version)

    return Step(
        "version",
        N_("core", "Write down the version"),
        is_done,
        do,
        why=N_("core", "So that everybody who looks after the app knows what runs."),
    )


def _looking_anew(work: Deployment[W], step: Step) -> Step:
    """Return *step*, which sees the server as it is then when it has something to do."""

    def do(job: Job) -> Words:
        work.looked.forget()
        return step.do(job)

    return replace(step, do=do)


def _named_version(work: Deployment[W]) -> str:
    return work._version or split_recipe(recipe_entry(work.env))[1].removesuffix("+U")


def _making(
    work: Deployment[W], missing: Callable[[Job], Missing], told: Plural
) -> Callable[[Job], Words]:
    """Return what makes the Engine's things that *missing* names, and says how many (*told*)."""

    def do(job: Job) -> Words:
        todo = missing(job)
        for kind, body in todo:
            try:
                work.host.engine.post(job, f"/{kind}/create", body)
            except AlreadyThere:  # an answer got lost on the way
                continue
        return several(len(todo), told)

    return do
