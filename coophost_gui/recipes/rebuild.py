"""The settings of an app that runs, read back from what the Engine was given.

abra puts every setting into the environment of the service ``app``.  Where that was not done
(``docker stack deploy``), the recipe's texts are laid over what runs: ``${GREETING}`` over
``hello`` says what the setting was.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from coophost_gui.recipes.bodies import APP, RECIPE_KEYS
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.peek import abra_exports, compose_files, document, mapping, sample
from coophost_gui.recipes.source import Tree

_VARIABLE = re.compile(r"\$(?:(\$)|\{(\w+)(?::?([-?])([^}]*))?\}|(\w+))")


@dataclass(frozen=True)
class Rebuilt:
    """The file, and the keys of what could not be read back: the recipe's example stands there."""

    env: EnvFile
    unknown: tuple[str, ...]


def rebuilt(
    tree: Tree, entry: str, stack: str, app_name: str, running: Mapping[str, Mapping[str, Any]]
) -> Rebuilt:
    """Return the settings that make *running* (specs by the service's short name) of *tree*.

    The recipe's own example is kept, comments and all; only values are changed in it.
    *entry* is what is written down as the recipe: ``name:version``.
    """
    env = sample(tree)
    exposed = environment(running.get(APP, {}))
    told = all_told(exposed)
    known = dict(exposed) if told else {}
    files = EnvFile.parse("")  # abra without that setting takes compose.yml
    if chosen := (known if told else env.values()).get("COMPOSE_FILE"):
        files = files.set("COMPOSE_FILE", chosen)
    own = set(_own_settings(tree, files))
    known = {key: value for key, value in known.items() if key not in own}
    known |= _laid_over(tree, files, stack, running, env)
    if not told and "DOMAIN" in env.values():
        known.setdefault("DOMAIN", app_name)  # an app is called by its address
    exports = abra_exports(tree)
    kept = {
        key: value
        for key, value in known.items()
        if exports.get(key) != value and key not in (*RECIPE_KEYS, "STACK_NAME")
    }
    # A setting of the example that abra did not hand over was not in the file.
    gone = [key for key in env.values() if told and key not in known and key not in own]
    unknown = [key for key in env.values() if key not in known and key not in RECIPE_KEYS]
    for key in gone:
        env = env.without(key) if key not in RECIPE_KEYS else env
    env = env.set("RECIPE" if env.get("RECIPE") else "TYPE", entry)
    env = _over(env, kept)
    if stack_name(app_name) != stack:
        env = env.set("STACK_NAME", stack)
    return Rebuilt(env, tuple(key for key in unknown if key not in gone))


def environment(spec: Mapping[str, Any]) -> dict[str, str]:
    """Return the environment of the service *spec*."""
    lines = mapping(mapping(spec.get("TaskTemplate")).get("ContainerSpec")).get("Env") or ()
    return {name: value for name, _, value in (str(line).partition("=") for line in lines)}


def all_told(exposed: Mapping[str, str]) -> bool:
    """Say whether a service's environment holds all settings, as abra puts them there."""
    return "STACK_NAME" in exposed and any(key in exposed for key in RECIPE_KEYS)


def _over(env: EnvFile, values: Mapping[str, str]) -> EnvFile:
    there = env.values()
    for key, value in values.items():
        if there.get(key, "") != value:
            env = env.set(key, value)
    return env


def _own_settings(tree: Tree, files: EnvFile) -> Iterator[str]:
    """Yield what the recipe itself gives the service ``app``; that hides a setting so called."""
    for path in compose_files(files):
        service = mapping(mapping(document(tree, path).get("services")).get(APP))
        yield from _pairs(service.get("environment"))


def _laid_over(
    tree: Tree,
    files: EnvFile,
    stack: str,
    running: Mapping[str, Mapping[str, Any]],
    example: EnvFile,
) -> dict[str, str]:
    """Return what the variables in the recipe's texts were, by what came of them.

    One that has the value which the recipe gives it anyway is as good as not set.
    """
    known = {"STACK_NAME": stack}
    for text, value in _texts(tree, files, stack, running):
        name, found, default = _solved(text, value, known)
        if name and name not in known and (found != default or name in example.values()):
            known[name] = found
    return {key: value for key, value in known.items() if key != "STACK_NAME"}


def _texts(
    tree: Tree, files: EnvFile, stack: str, running: Mapping[str, Mapping[str, Any]]
) -> Iterator[tuple[str, str]]:
    """Yield each text of the recipe with what runs in its place."""
    for path in compose_files(files):
        written = document(tree, path)
        for name, body in mapping(written.get("services")).items():
            spec = running.get(name, {})
            labels = mapping(spec.get("Labels"))
            yield from _both(mapping(body).get("environment"), environment(spec), stack)
            deploy = mapping(mapping(body).get("deploy"))
            yield from _both(deploy.get("labels"), labels, stack)
            image = labels.get("com.docker.stack.image")
            if image:
                yield str(mapping(body).get("image") or ""), str(image)
        secrets = mapping(written.get("secrets"))
        for target, remote in _secrets(running).items():
            yield str(mapping(secrets.get(target)).get("name") or ""), remote


def _both(written: object, there: Mapping[str, Any], stack: str) -> Iterator[tuple[str, str]]:
    for key, text in _pairs(written).items():
        key = re.sub(r"\$\{?STACK_NAME\}?", stack, key)
        if key in there:
            yield text, str(there[key])


def _secrets(running: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    """Return the full name of each secret that is used, by the name in the recipe."""
    found = {}
    for spec in running.values():
        container = mapping(mapping(spec.get("TaskTemplate")).get("ContainerSpec"))
        for one in container.get("Secrets") or ():
            target = str(mapping(mapping(one).get("File")).get("Name", ""))
            found[target.rpartition("/")[2]] = str(mapping(one).get("SecretName", ""))
    return found


def _pairs(written: object) -> dict[str, str]:
    """Return ``environment`` or ``labels`` of a compose file, whichever way it is written."""
    if isinstance(written, list):
        parts = (str(line).partition("=") for line in written)
        return {key: value for key, equals, value in parts if equals}
    return {str(k): str(v) for k, v in mapping(written).items() if v is not None}


def _solved(text: str, value: str, known: Mapping[str, str]) -> tuple[str, str, str]:
    """Return the one variable in *text* that is not *known*, what it was, and its default.

    All are ``""`` where there is none, or more than one.
    """
    pattern, at, name, default = "", 0, "", ""
    for found in _VARIABLE.finditer(text):
        pattern += re.escape(text[at : found.start()])
        at = found.end()
        variable = found[2] or found[5] or ""
        if found[1]:
            pattern += re.escape("$")
        elif variable in known:
            pattern += re.escape(known[variable])
        elif not name:
            name, default = variable, found[4] or "" if found[3] == "-" else ""
            pattern += "(.*)"
        elif variable == name:
            pattern += r"\1"
        else:
            return "", "", ""
    match = re.fullmatch(pattern + re.escape(text[at:]), value, re.DOTALL) if name else None
    return (name, match[1], default) if match else ("", "", "")
