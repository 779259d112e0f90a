"""Take in an app that others made: its settings are rebuilt from what runs, and written down."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coophost_gui.apps.app import App
from coophost_gui.apps.deployment import labels_of
from coophost_gui.apps.new import new_app
from coophost_gui.apps.plan import DeployPlan, plan_deploy
from coophost_gui.apps.recipe import tree_of
from coophost_gui.health.judge import StackHealth, judge
from coophost_gui.health.look import NAMESPACE, look
from coophost_gui.health.rounds import strays
from coophost_gui.hosts.base import Host, W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.rebuild import Rebuilt, rebuilt
from coophost_gui.servers.world import World

SECRET_WORDS = ("PASSWORD", "PASSWD", "TOKEN", "SECRET", "_KEY", "_PASS")
HIDDEN = N_("core", "(hidden)")


@dataclass(frozen=True)
class Adoption:
    """An app as it will be in the list, and what starting it again would then change."""

    app: App
    rebuilt: Rebuilt
    plan: DeployPlan


def strays_on(job: Job, world: World[W], host: Host[W]) -> list[StackHealth]:
    """Return the stacks on *host* that no settings file of ours is about."""
    known = {file.stack for file in world.abra.apps(host.name)}
    return strays(known, judge(look(job, host)))


def adoption(job: Job, world: World[W], host: Host[W], stray: StackHealth, recipe: str) -> Adoption:
    """Rebuild the settings of *stray*, and compare what they make with what runs. Only reads."""
    version = stray.chaos.removesuffix("+U") or stray.version
    tree = tree_of(world.abra, recipe, version)
    running = _specs(job, host, stray.stack)
    app = new_app(world, host.name, name_for(stray))
    entry = f"{recipe}:{version}" if version else recipe
    found = rebuilt(tree, entry, stray.stack, app.name, running)
    return Adoption(app, found, plan_deploy(job, world, host, app, planned=found.env))


def name_for(stray: StackHealth) -> str:
    """Return what the file is called: by the address, where that makes the same stack."""
    if stray.domain and stack_name(stray.domain) == stray.stack:
        return stray.domain
    return stray.stack.replace("_", ".")


def adopt_step(world: World[W], found: Adoption) -> Step:
    """The settings file is there, and says what runs."""
    app, env = found.app, found.rebuilt.env

    def is_done(job: Job) -> bool:
        return app.file.path.exists() and app.file.env().text == env.text

    def do(job: Job) -> Words:
        world.abra.new_app(app.server, app.name, env.text, 0o600)
        return said(
            N_("core", "{name}.env, in the folder of {server}."), name=app.name, server=app.server
        )

    return Step(
        "adopted",
        N_("core", "Write its settings"),
        is_done,
        do,
        why=N_("core", "They were read back from what runs. On the server nothing changes."),
        detail=(*_lines(found), *_left_open(found), *_afterwards(found)),
    )


def _lines(found: Adoption) -> list[Words]:
    lines: list[Words] = []
    for key, value in found.rebuilt.env.values().items():
        if value and any(word in key for word in SECRET_WORDS) and not key.endswith("_VERSION"):
            lines.append(said("{key}={value}", key=key, value=HIDDEN))
        else:
            lines.append(f"{key}={value}")
    return lines


def _left_open(found: Adoption) -> list[Words]:
    if not found.rebuilt.unknown:
        return []
    names = ", ".join(found.rebuilt.unknown)
    words = N_("core", "Nobody can read these back, so the example stands there: {names}")
    return [said(words, names=names)]


def _afterwards(found: Adoption) -> list[Words]:
    if not found.plan.changes:
        return [N_("core", "Starting it again would change nothing.")]
    words = N_("core", "Starting it again would change this: {what}")
    return [said(words, what=one.words) for one in found.plan.changes]


def _specs(job: Job, host: Host, stack: str) -> Mapping[str, Mapping[str, Any]]:
    return {
        str(one["Spec"]["Name"]).removeprefix(f"{stack}_"): one["Spec"]
        for one in host.engine.get(job, "/services")
        if labels_of(one).get(NAMESPACE) == stack
    }
