"""A quick look into compose files one by one, without merging or filling in anything."""

import re
from collections.abc import Mapping
from typing import Any

from coophost_gui.recipes.abrash import exports
from coophost_gui.recipes.compose import ComposeProblem, yaml
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.source import RecipeUnreadable, Tree

_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::?-([^}]*))?[^}]*\}|(\w+))")
COMPOSE = re.compile(r"(?:.*/)?compose(?:\..+)?\.ya?ml")
SAMPLE = ".env.sample"


def compose_files(env: EnvFile) -> list[str]:
    """Return the compose files that the settings choose, in the order of merging."""
    return [name for name in env.get("COMPOSE_FILE", "").split(":") if name] or ["compose.yml"]


def all_compose_files(tree: Tree) -> list[str]:
    """Return every compose file of the recipe, ``compose.yml`` first."""
    found = [path for path in tree.files() if COMPOSE.fullmatch(path)]
    return sorted(found, key=lambda path: (path != "compose.yml", path))


def document(tree: Tree, path: str) -> dict[str, Any]:
    """Return the compose file *path* as it is written."""
    try:
        return yaml.load(tree.read(path), path)
    except FileNotFoundError as error:
        raise RecipeUnreadable(f"{path}: {error}", recipe=tree.name, path=path) from error
    except ComposeProblem as problem:
        raise RecipeUnreadable(problem.detail, recipe=tree.name, path=path) from problem


def sample(tree: Tree) -> EnvFile:
    """Return the recipe's ``.env.sample``; empty when it has none."""
    return EnvFile.parse(text(tree, SAMPLE))


def abra_exports(tree: Tree) -> dict[str, str]:
    """Return the versions in the recipe's ``abra.sh``; empty when it has none."""
    return exports(text(tree, "abra.sh"))


def config_files(tree: Tree, env: EnvFile, stack: str) -> dict[str, tuple[str, str]]:
    """Return the recipe's file and the variable of its version, by the config's full name."""
    values = {**abra_exports(tree), **env.values(), "STACK_NAME": stack}
    found = {}
    for path in compose_files(env):
        for key, thing in mapping(document(tree, path).get("configs")).items():
            told = mapping(thing)
            name = str(told.get("name") or "")
            full = filled(name, values) or f"{stack}_{key}"
            found[full] = (str(told.get("file") or key), version_variable(name))
    return found


def filled(name: str, values: Mapping[str, str]) -> str:
    """Return *name* with its variables filled in."""

    def value(found: re.Match[str]) -> str:
        return values.get(found[1] or found[3], "") or found[2] or ""

    return _VARIABLE.sub(value, name)


def version_variable(name: str) -> str:
    """Return the variable in *name* that holds its version; ``""`` when there is none."""
    variables = [found[1] or found[3] for found in _VARIABLE.finditer(name)]
    return next((one for one in reversed(variables) if one != "STACK_NAME"), "")


def text(tree: Tree, path: str) -> str:
    """Return a text file; ``""`` when there is none."""
    try:
        return tree.read(path).decode("utf-8", "surrogateescape")
    except FileNotFoundError:
        return ""


def mapping(thing: object) -> dict[str, Any]:
    """Return *thing* when it is a mapping, else an empty one."""
    return thing if isinstance(thing, dict) else {}
