"""A new app: its name and its settings, checked against everything that is there already."""

from collections.abc import Mapping

from coophost_gui.apps.app import App, apps
from coophost_gui.apps.deployment import bodies_of, labels_of
from coophost_gui.apps.problems import NameTaken, StackNameTaken
from coophost_gui.hosts.base import Host, W, same_world
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AppFile, AppNameTaken
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.names import check_app_name, stack_name
from coophost_gui.recipes.secrets import needed_secrets
from coophost_gui.recipes.source import Tree
from coophost_gui.servers.world import World

SAMPLE = ".env.sample"


def new_env(tree: Tree, domain: str, values: Mapping[str, str]) -> EnvFile:
    """Return the settings of a new app: the recipe's sample with only some lines touched."""
    try:
        env = EnvFile.parse(tree.read(SAMPLE).decode("utf-8", "surrogateescape"))
    except FileNotFoundError:
        env = EnvFile.parse("")
    entry = f"{tree.name}:{tree.version}" if tree.version else tree.name
    env = env.set("RECIPE" if env.get("RECIPE") else "TYPE", entry)
    for key, value in {"DOMAIN": domain, **values}.items():
        env = env.set(key, value)
    return env


def new_app(world: World[W], server: str, name: str) -> App[W]:
    """Return the app that will be called *name*; its file need not be there yet."""
    path = world.abra.server_dir(server) / f"{name}.env"
    return App(world.world, AppFile(server, name, path))


def check_new(
    job: Job, world: World[W], host: Host[W], app: App[W], tree: Tree, env: EnvFile
) -> None:
    """Refuse a name that is taken, or too long for what the app is called on the server.

    An app that was begun with the same settings and interrupted is not refused.
    """
    same_world(world, host, app)
    others = [other for other in apps(world) if other.name == app.name]
    if any(other.server != app.server for other in others):
        raise AppNameTaken(name=app.name, server=others[0].server)
    stack = env.get("STACK_NAME") or stack_name(app.name)
    for other in apps(world, app.server):
        if other.name != app.name and other.file.stack == stack:
            raise StackNameTaken(name=app.name, other=other.name)
    running = [
        service
        for service in host.engine.get(job, "/services")
        if str(service["Spec"]["Name"]).startswith(f"{stack}_")
        or labels_of(service).get("com.docker.stack.namespace") == stack
    ]
    if others and not _begun(others[0].file.env(), env, bool(running)):
        raise AppNameTaken(name=app.name, server=app.server)
    if running and not others:
        raise NameTaken(name=app.name, server=host.name)
    _check_lengths(world, host, app, tree, env, stack)


def settings_step(app: App[W], world: World[W], env: EnvFile, keys: tuple[str, ...]) -> Step:
    """The app's settings file is there, with the answers in it (*keys*)."""

    def is_done(job: Job) -> bool:
        if not app.file.path.exists():
            return False
        there = app.file.env()
        return all(there.get(key) == env.get(key) for key in keys)

    def do(job: Job) -> Words:
        if not app.file.path.exists():
            world.abra.new_app(app.server, app.name, env.text)
            return said(
                N_("core", "{name}.env, in the folder of {server}."),
                name=app.name,
                server=app.server,
            )
        there = app.file.env()
        for key in keys:
            there = there.set(key, env.get(key))
        app.file.write(there)
        return N_("core", "Your answers are in its settings file.")

    return Step(
        "settings",
        N_("core", "Write its settings"),
        is_done,
        do,
        why=N_("core", "A file that you, your group and abra can read and change."),
        detail=tuple(f"{key}={env.get(key)}" for key in keys),
    )


def _begun(there: EnvFile, planned: EnvFile, running: bool) -> bool:
    """Say whether *there* is an unfinished try of *planned*: its answers are the same."""
    changed = {key for key, value in planned.values().items() if there.get(key) != value}
    only_version = changed <= {"TYPE", "RECIPE"}
    same_recipe = there.get("TYPE").partition(":")[0] == planned.get("TYPE").partition(":")[0]
    if running:
        return same_recipe and only_version
    return same_recipe and there.get("DOMAIN") == planned.get("DOMAIN")


def _check_lengths(
    world: World[W], host: Host[W], app: App[W], tree: Tree, env: EnvFile, stack: str
) -> None:
    prefix = f"{stack}_"
    needs = needed_secrets(tree, env, app.name)
    made = bodies_of(tree, env, app.name)
    check_app_name(
        app.name,
        [str(body["Name"]).removeprefix(prefix) for body in made.services],
        [need.remote.removeprefix(prefix) for need in needs],
        [str(body["Name"]).removeprefix(prefix) for body in made.configs],
        stack=stack,
    )
