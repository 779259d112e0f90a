"""An app as the Engine is to be given it: its recipe's files and its settings, put together.

What abra adds is added here too: labels and environment on the service ``app``
(reference: abra's deploy, step "expose all env").
"""

import posixpath
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from functools import partial
from typing import Any

from coophost_gui.kit.text import N_, Words, listing, said, whole
from coophost_gui.recipes import peek
from coophost_gui.recipes.abra import recipe_entry, split_recipe
from coophost_gui.recipes.compose import (
    ComposeProblem,
    ReachesOutside,
    document,
    load,
    unsupported,
)
from coophost_gui.recipes.compose.convert import convert
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.source import Tree

APP = "app"  # the one service that abra labels and reads
DEFAULT_TIMEOUT = 300  # seconds
FOLDER = "/recipe"  # where relative paths of a recipe are said to be; it has no place on a server
RECIPE_KEYS = ("RECIPE", "TYPE")


@dataclass(frozen=True)
class Bodies:
    """Create bodies of the Engine's API, and what must be there before they are sent."""

    stack: str
    document: dict[str, Any]  # as ``docker stack config`` gives it
    services: list[dict[str, Any]]
    networks: list[dict[str, Any]]
    secrets: list[dict[str, Any]]
    configs: list[dict[str, Any]]
    external_networks: tuple[str, ...]
    external_secrets: tuple[str, ...]
    external_configs: tuple[str, ...]
    images: tuple[str, ...]  # as the recipe names them, one per service
    timeout: int  # seconds that the app may take to come to life
    warnings: tuple[Words, ...]


@dataclass(frozen=True)
class Change:
    """One service that will be different: ``new``, ``changed`` or ``gone`` is in the words."""

    kind: str  # "service"
    name: str  # with the stack's name
    words: Words


def bodies(
    tree: Tree,
    env: EnvFile,
    app_name: str,
    *,
    plain: bool = False,
    version: str | None = None,
    chaos: str = "",
    folder: str = FOLDER,
) -> Bodies:
    """Return what the Engine is to be given for the app *app_name*.

    *plain* leaves out what abra adds; *version* is the one that will be deployed; *chaos*
    is the commit when files of no version are deployed.
    """
    values = {**peek.abra_exports(tree), **env.values()}
    stack = values.get("STACK_NAME") or stack_name(app_name)
    values["STACK_NAME"] = stack
    chosen = peek.compose_files(env)
    files = [(name, _read(tree, name)) for name in chosen]
    folder = posixpath.normpath(posixpath.join(folder, posixpath.dirname(chosen[0])))
    read = partial(_read_below, tree, posixpath.dirname(chosen[0]))
    loaded = load(files, values, read, folder)
    if not plain and APP in loaded["services"]:
        loaded = _as_abra_does(loaded, tree, env, values, stack, version, chaos)
    made = convert(loaded, stack, folder, read)
    return Bodies(
        stack=stack,
        document=document(loaded),
        services=made.services,
        networks=made.networks,
        secrets=made.secrets,
        configs=made.configs,
        external_networks=made.external_networks,
        external_secrets=made.external_secrets,
        external_configs=made.external_configs,
        images=tuple(str(one["Labels"]["com.docker.stack.image"]) for one in made.services),
        timeout=_timeout(loaded, stack),
        warnings=tuple(
            said(N_("core", "Docker leaves “{key}” of this recipe out."), key=key)
            for key in unsupported(loaded)
            if key != "restart"  # Docker says so, and uses it all the same
        ),
    )


def normal(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a service spec as it is compared: without the Engine's defaults, ids and pins."""
    copied = deepcopy(dict(spec))
    task = copied.get("TaskTemplate") or {}
    container = task.get("ContainerSpec") or {}
    container["Image"] = str(container.get("Image", "")).partition("@")[0]
    for kind in ("Secrets", "Configs"):
        for reference in container.get(kind) or []:
            reference.pop(f"{kind[:-1]}ID", None)
    if container.get("Isolation") == "default":
        del container["Isolation"]
    if task.get("Runtime") == "container":
        del task["Runtime"]
    task.pop("ForceUpdate", None)
    (task.get("Placement") or {}).pop("Platforms", None)
    replicated = (copied.get("Mode") or {}).get("Replicated")
    if replicated is not None and replicated.get("Replicas") is None:
        replicated["Replicas"] = 1
    for key in ("UpdateConfig", "RollbackConfig"):
        for part, default in (("FailureAction", "pause"), ("Order", "stop-first")):
            if (copied.get(key) or {}).get(part) == default:
                del copied[key][part]
    endpoint = copied.get("EndpointSpec") or {}
    if endpoint.get("Mode") == "vip":
        del endpoint["Mode"]
    found: dict[str, Any] = _tidy(copied)
    if "Global" in (copied.get("Mode") or {}):
        found.setdefault("Mode", {}).setdefault("Global", {})
    return found


def differences(planned: Bodies, running: Sequence[Mapping[str, Any]]) -> list[Change]:
    """Say which services *planned* makes, changes or leaves behind, in words.

    *running* is what the Engine lists of the stack's services.
    """
    there = {str(one["Spec"]["Name"]): one["Spec"] for one in running}
    changes = changes_between(planned.stack, there, planned.services)
    for name in sorted(there.keys() - {str(body["Name"]) for body in planned.services}):
        short = name.removeprefix(f"{planned.stack}_")
        words = said(N_("core", "No longer part of it, but left running: {part}"), part=short)
        changes.append(Change("service", name, words))
    return changes


def changes_between(
    stack: str, before: Mapping[str, Mapping[str, Any]], after: Sequence[Mapping[str, Any]]
) -> list[Change]:
    """Say in words which of the service specs *after* are not as they were *before* (by name)."""
    changes = []
    for body in after:
        name = str(body["Name"])
        short = name.removeprefix(f"{stack}_")
        if name not in before:
            image = str((body.get("Labels") or {}).get("com.docker.stack.image", ""))
            words = said(N_("core", "New part: {part} ({image})"), part=short, image=image)
            changes.append(Change("service", name, words))
        elif parts := _changed_parts(normal(before[name]), normal(body)):
            words = said(
                N_("core", "Changed part: {part} ({what})"), part=short, what=listing(parts)
            )
            changes.append(Change("service", name, words))
    return changes


def pinned(
    body: Mapping[str, Any], digest: str, platforms: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    """Return the service *body* with its image pinned, as the CLI's "resolve image" does."""
    copied = deepcopy(dict(body))
    container = copied["TaskTemplate"]["ContainerSpec"]
    if digest and "@" not in container["Image"]:
        container["Image"] = f"{container['Image']}@{digest}"
    if platforms:
        copied["TaskTemplate"].setdefault("Placement", {})["Platforms"] = [
            dict(one) for one in platforms
        ]
    return copied


def _read_below(tree: Tree, folder: str, path: str) -> bytes:
    """Return the file at *path*, seen from *folder* of the recipe; never one outside of it."""
    inside = posixpath.normpath(posixpath.join(folder, path))
    if inside.startswith("../"):
        raise ReachesOutside(path=path)
    return tree.read(inside)


def _read(tree: Tree, path: str) -> bytes:
    try:
        return tree.read(posixpath.normpath(path))
    except FileNotFoundError as error:
        raise ComposeProblem(f"open {path}: no such file or directory") from error


def _as_abra_does(
    loaded: dict[str, Any],
    tree: Tree,
    env: EnvFile,
    values: Mapping[str, str],
    stack: str,
    version: str | None,
    chaos: str,
) -> dict[str, Any]:
    """Return *loaded* with abra's labels and environment on the service ``app``."""
    recipe = split_recipe(recipe_entry(env))[0] or tree.name
    shown = version or tree.version
    app = dict(loaded["services"][APP])
    deploy = dict(app.get("deploy") or {})
    prefix = f"coop-cloud.{stack}"
    labels = {**(deploy.get("labels") or {}), f"{prefix}.recipe": recipe}
    labels[f"{prefix}.chaos"] = "true" if chaos else "false"
    if chaos:
        labels[f"{prefix}.chaos-version"] = chaos
    elif shown:
        labels[f"{prefix}.version"] = shown
    deploy["labels"] = labels
    exposed = dict(values)
    for key in RECIPE_KEYS:
        if key in exposed:
            exposed[key] = f"{recipe}:{chaos or shown}" if chaos or shown else recipe
    own = app.get("environment") or {}
    app |= {"deploy": deploy, "environment": {**exposed, **own}}
    return {**loaded, "services": {**loaded["services"], APP: app}}


def _timeout(loaded: Mapping[str, Any], stack: str) -> int:
    for body in loaded["services"].values():
        text = ((body.get("deploy") or {}).get("labels") or {}).get(f"coop-cloud.{stack}.timeout")
        if seconds := whole(str(text)):
            return seconds
    return DEFAULT_TIMEOUT


# Where zero or false is an answer: none at all, at once, without a limit.
TOLD = ("Replicas", "Init", "StopGracePeriod", "Parallelism")
TOLD_OF_RESTARTS = ("Delay", "Window")


def _tidy(thing: Any, told: tuple[str, ...] = TOLD) -> Any:
    """Return *thing* without what says nothing; zero of a key in *told* says something."""
    if isinstance(thing, list):
        return [_tidy(one, told) for one in thing]
    if not isinstance(thing, dict):
        return thing
    found = {
        key: _tidy(value, TOLD_OF_RESTARTS if key == "RestartPolicy" else told)
        for key, value in thing.items()
    }
    return {
        key: value
        for key, value in found.items()
        if value not in (None, "", 0, False, [], {}) or (key in told and value == 0)
    }


NAMED_AT_MOST = 8
# What people would call the parts of a service spec.
PARTS = {
    ("TaskTemplate", "ContainerSpec", "Image"): N_("core", "another program version"),
    ("TaskTemplate", "ContainerSpec", "Env"): N_("core", "settings"),
    ("TaskTemplate", "ContainerSpec", "Secrets"): N_("core", "passwords"),
    ("TaskTemplate", "ContainerSpec", "Configs"): N_("core", "configuration files"),
    ("TaskTemplate", "ContainerSpec", "Mounts"): N_("core", "where it keeps its data"),
    ("TaskTemplate", "ContainerSpec", "Healthcheck"): N_("core", "how its health is checked"),
    ("TaskTemplate", "Networks"): N_("core", "networks"),
    ("TaskTemplate", "Resources"): N_("core", "how much it may use"),
    ("Labels",): N_("core", "labels"),
    ("EndpointSpec",): N_("core", "doors (ports)"),
    ("Mode",): N_("core", "how many of it run"),
    ("UpdateConfig",): N_("core", "how it is updated"),
}


def _changed_parts(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Words]:
    """Name what differs; networks are only counted: one side has ids and the other names.

    Settings and labels are named one by one, without their values: some are secret.
    """
    found: list[Words] = []
    left, right = deepcopy(dict(before)), deepcopy(dict(after))
    for path, words in PARTS.items():
        one, two = _take(left, path), _take(right, path)
        if path == ("TaskTemplate", "Networks"):
            one, two = len(one or []), len(two or [])
        if one == two:
            continue
        names = _changed_names(one, two)
        found.append(
            said(N_("core", "{what}: {names}"), what=words, names=names) if names else words
        )
    if _tidy(left) != _tidy(right):
        found.append(N_("core", "other settings"))
    return found


def _changed_names(before: Any, after: Any) -> str:
    """Name the labels or settings that differ; ``""`` for what is neither."""

    def pairs(thing: Any) -> dict[str, str] | None:
        if isinstance(thing, Mapping) and all(isinstance(one, str) for one in thing.values()):
            return dict(thing)
        if isinstance(thing, list) and all(isinstance(one, str) for one in thing):
            return dict((*one.split("=", 1), "")[:2] for one in thing)
        return None

    one, two = pairs(before or {}), pairs(after or {})
    if one is None or two is None:
        return ""
    names = sorted(key for key in one.keys() | two.keys() if one.get(key) != two.get(key))
    more = ["…"] if len(names) > NAMED_AT_MOST else []
    return ", ".join(names[:NAMED_AT_MOST] + more)


def _take(spec: dict[str, Any], path: tuple[str, ...]) -> Any:
    for key in path[:-1]:
        spec = spec.get(key) or {}
    return spec.pop(path[-1], None)
