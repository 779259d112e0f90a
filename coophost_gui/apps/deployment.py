"""One deploy of one app: what its steps share, read when first needed."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Generic

from coophost_gui.apps.ahead import Ahead
from coophost_gui.apps.app import App
from coophost_gui.apps.images import Pin, about
from coophost_gui.apps.logins import Logins
from coophost_gui.apps.problems import RecipeFileChanged, RecipeFileHasNoNumber, SettingsChanged
from coophost_gui.apps.recipe import tree_of
from coophost_gui.health.look import NAMESPACE, Question, questions
from coophost_gui.hosts.base import Host, W, same_world
from coophost_gui.kit.jobs import Job
from coophost_gui.recipes.abra import recipe_entry, split_recipe
from coophost_gui.recipes.bodies import Bodies, bodies, normal
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.peek import abra_exports, config_files
from coophost_gui.recipes.secrets import SettingMissing
from coophost_gui.recipes.source import Tree
from coophost_gui.servers.world import World

WEB_PORTS = {80, 443}
REQUIRED = re.compile(r"required variable (\w+) is missing a value")  # ${NAME:?…}


@dataclass(frozen=True, slots=True)
class Patience:
    """How many seconds a deploy bears something before it says so. Tests bear less."""

    between_looks: float = 1.0
    restarting: float = 60.0  # an app may wait for its database this way
    stuck: float = 15.0
    timeout: float | None = None  # None: what the recipe says, and at least:
    least: float = 180.0  # a server that was just switched on needs two minutes for itself
    name: float = 300.0  # until the records of its name are right
    outside: float = 120.0  # the certificate may take a minute
    stopping: float = 120.0


class Deployment(Generic[W]):
    """The app's settings, its recipe's files and what they mean for the Engine.

    *planned* stands in for the app's file until that is written.
    """

    def __init__(
        self,
        world: World[W],
        host: Host[W],
        app: App[W],
        *,
        planned: EnvFile | None = None,
        version: str = "",
        patience: Patience | None = None,
        given: Mapping[str, str] | None = None,
    ) -> None:
        """Only remember; *given* are secrets that nobody needs to be asked for."""
        same_world(world, host, app)
        self.world = world
        self.host = host
        self.looked = Ahead(host.engine)
        self.app = app
        self.patience = patience or Patience()
        self.given = dict(given or {})
        self.logins = Logins(world.secrets)
        self.pins: dict[str, Pin] = {}
        self.seen: dict[str, Any] | None = None  # what ran when the plan was made
        self.shown: Bodies | None = None  # what the plan that was shown is to make of it
        self._planned = planned
        self._version = version
        self._made: tuple[tuple[str, str], Bodies] | None = None

    @property
    def env(self) -> EnvFile:
        """Return the app's settings as they are now."""
        if self._planned is not None and not self.app.file.path.exists():
            return self._planned
        return self.app.file.env()

    @property
    def recipe(self) -> str:
        return split_recipe(recipe_entry(self.env))[0]

    @property
    def version(self) -> str:
        """Return the version to deploy: the one asked for, the file's, else the newest."""
        named = self._version or split_recipe(recipe_entry(self.env))[1].removesuffix("+U")
        return named or self.tree.version

    @property
    def stack(self) -> str:
        return self.env.get("STACK_NAME") or stack_name(self.app.name)

    @property
    def domain(self) -> str:
        return self.env.get("DOMAIN")

    @property
    def tree(self) -> Tree:
        """Return the recipe's files; raises when they are not on this computer."""
        named = self._version or split_recipe(recipe_entry(self.env))[1].removesuffix("+U")
        return tree_of(self.world.abra, self.recipe, named)

    @property
    def bodies(self) -> Bodies:
        """Return what the Engine is to be given, made again when the settings changed.

        Raises when that is not what was shown before the run.
        """
        env = self.env
        mark = (env.text, self._version)
        if self._made is None or self._made[0] != mark:
            made = bodies_of(self.tree, env, self.app.name)
            if self.shown is not None and made != self.shown:
                raise SettingsChanged(name=self.app.name)
            self._made = (mark, made)
        return self._made[1]

    @property
    def _up_to_date(self) -> Question:
        mine = f"{NAMESPACE}={self.stack}"
        return "/tasks", {"filters": {"label": [mine], "_up-to-date": ["true"]}}

    @property
    def is_front_door(self) -> bool:
        """Say whether the app itself takes what comes from outside (a gateway)."""
        return any(
            port.get("PublishedPort") in WEB_PORTS
            for service in self.bodies.services
            for port in (service.get("EndpointSpec") or {}).get("Ports") or ()
        )

    @property
    def has_address(self) -> bool:
        """Say whether people open the app at its domain, through the front door."""
        labels = [service.get("Labels") or {} for service in self.bodies.services]
        behind = any(str(found.get("traefik.enable", "")).lower() == "true" for found in labels)
        return bool(self.domain) and behind and not self.is_front_door

    def file_changed(self, name: str) -> RecipeFileChanged:
        """Return the problem that the config *name* there has another content than is planned."""
        tree, env = self.tree, self.env
        file, variable = config_files(tree, env, self.stack).get(name, (name, ""))
        value = {**abra_exports(tree), **env.values()}.get(variable, "")
        kind = RecipeFileChanged if variable else RecipeFileHasNoNumber
        return kind(name, file=file, name=name, variable=variable, value=value)

    def listed(self, job: Job, kind: str) -> list[dict[str, Any]]:
        """Return what the Engine lists of *kind*: networks, secrets, configs."""
        found: list[dict[str, Any]] = self.looked.get(job, f"/{kind}")
        return found

    def up_to_date(self, job: Job) -> list[dict[str, Any]]:
        """Return the tasks that were made from the newest version of their service."""
        path, query = self._up_to_date
        found: list[dict[str, Any]] = self.looked.get(job, path, **query)
        return found

    def look_ahead(self, job: Job, *, images: bool = True) -> None:
        """Ask at once what the steps ask to see that nothing is to be done."""
        asked = [one for image in self.bodies.images for one in about(image)] if images else []
        asked += questions(self.stack)
        asked += [(f"/{kind}", {}) for kind in ("networks", "secrets", "configs")]
        self.looked.ask(job, [*asked, self._up_to_date])

    def running(self, job: Job) -> dict[str, dict[str, Any]]:
        """Return the services of this stack, by name."""
        path, query = questions(self.stack)[0]
        return {str(found["Spec"]["Name"]): found for found in self.looked.get(job, path, **query)}

    def network_names(self, job: Job) -> dict[str, str]:
        return {str(net["Id"]): str(net["Name"]) for net in self.listed(job, "networks")}


def bodies_of(tree: Tree, env: EnvFile, app: str) -> Bodies:
    """Return what the recipe and the settings make of *app*; name a setting that is missing."""
    try:
        return bodies(tree, env, app, version=tree.version or None)
    except ComposeProblem as problem:
        if missing := REQUIRED.search(problem.detail):  # not the recipe's mistake
            raise SettingMissing(problem.detail, app=app, key=missing[1]) from problem
        raise


def plain(spec: Mapping[str, Any], networks: Mapping[str, str]) -> dict[str, Any]:
    """Return *spec* as it is compared: names for ids, no defaults, no pinned image."""
    copied = {**spec}
    task = dict(spec.get("TaskTemplate") or {})
    task["Networks"] = [
        {**net, "Target": networks.get(str(net.get("Target")), net.get("Target"))}
        for net in task.get("Networks") or ()
    ]
    copied["TaskTemplate"] = task
    compared: dict[str, Any] = normal(copied)
    return compared


def changed(stored: object, planned: object) -> bool:
    """Say whether two base64 texts hold different content; one that is none differs."""
    return _content(stored) != _content(planned)


def _content(text: object) -> bytes | str:
    try:
        return base64.b64decode(str(text or ""))
    except ValueError:  # no Engine stores such a thing
        return str(text)


def name_of(thing: Mapping[str, Any]) -> str:
    """Return the name of a network, secret or config as the Engine lists it."""
    return str(thing.get("Name") or (thing.get("Spec") or {}).get("Name") or "")


def labels_of(thing: Mapping[str, Any]) -> Mapping[str, str]:
    found: Mapping[str, str] = thing.get("Labels") or (thing.get("Spec") or {}).get("Labels") or {}
    return found
