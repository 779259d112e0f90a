"""One compose file as it is meant: filled in, checked, every short form written out."""

import posixpath
import re
from collections.abc import Callable, Mapping
from typing import Any

from coophost_gui.recipes.compose import fields, schema, short, template
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.shapes import Fields

CLUSTER = "x-cluster-spec"  # the one extension that is a field
Read = Callable[[str], bytes]


def load_file(
    document: Mapping[str, Any],
    version: str,
    env: Mapping[str, str],
    folder: str,
    read: Read,
) -> dict[str, Any]:
    """Return the parsed *document* of *version* with everything written out.

    Paths are below *folder*; what an external object is called outside is its ``name``.
    """
    schema.check_forbidden(document)
    document = template.filled(document, env)
    schema.check(document, version)
    loaded: dict[str, Any] = {"version": schema.version_of(document)}
    loaded["services"] = {
        name: _service(name, body, env, folder, read)
        for name, body in document.get("services", {}).items()
    }
    for kind in fields.TOP:
        loaded[kind] = {
            key: _top_object(kind, key, body or {}, folder)
            for key, body in document.get(kind, {}).items()
        }
    return loaded | {key: value for key, value in document.items() if key.startswith("x-")}


def inside(folder: str, path: str) -> str:
    """Return *path* as an absolute one, below *folder* when it is relative."""
    return path if path.startswith("/") else posixpath.normpath(posixpath.join(folder, path))


def _read(shape: Fields, where: str, body: Mapping[str, Any]) -> dict[str, Any]:
    try:
        found: dict[str, Any] = shape.read(body)
    except ValueError as error:
        raise ComposeProblem(f"{where}.{error}") from error
    return found


def _service(
    name: str, body: Mapping[str, Any], env: Mapping[str, str], folder: str, read: Read
) -> dict[str, Any]:
    service = _read(fields.SERVICE, f"services.{name}", body)
    service["environment"] = _environment(service, env, folder, read)
    for mount in service.get("volumes", ()):
        if mount.get("type") == "bind":
            mount["source"] = _bound(mount.get("source", ""), folder, env)
    return service


def _bound(source: str, folder: str, env: Mapping[str, str]) -> str:
    """Return the path of a bind mount as an absolute one."""
    if not source:
        raise ComposeProblem('invalid mount config for type "bind": field Source must not be empty')
    if source.startswith("~") and "HOME" in env:
        source = env["HOME"] + source[1:]
    return source if short.WINDOWS_PATH.match(source) else inside(folder, source)


def _environment(
    service: Mapping[str, Any], env: Mapping[str, str], folder: str, read: Read
) -> dict[str, str | None]:
    """Merge ``env_file`` and ``environment``; what has no value takes it from *env*."""
    said: dict[str, str | None] = {}
    for path in service.get("env_file", ()):
        said |= _env_file(inside(folder, path), folder, env, read)
    said |= service.get("environment", {})
    return {key: value or env.get(key, value) for key, value in said.items()}


def _env_file(path: str, folder: str, env: Mapping[str, str], read: Read) -> dict[str, str | None]:
    """Read the lines of an ``env_file``: no quotes, nothing filled in (docker/cli ``kvfile``)."""
    try:
        text = read(posixpath.relpath(path, folder)).decode("utf-8-sig")
    except FileNotFoundError as error:
        raise ComposeProblem(f"open {path}: no such file or directory") from error
    except UnicodeDecodeError as error:
        raise ComposeProblem(f"invalid env file ({path}): invalid utf8 bytes") from error
    found: dict[str, str | None] = {}
    for line in re.split(r"\r?\n", text):
        line = line.lstrip()
        if not line or line.startswith("#"):
            continue
        key, given, value = line.partition("=")
        if not key:
            raise ComposeProblem(f"invalid env file ({path}): no variable name on line '{line}'")
        if re.search(r"[ \t]", key):
            raise ComposeProblem(
                f"invalid env file ({path}): variable '{key}' contains whitespaces"
            )
        if given:
            found[key] = value
        elif key in env:
            found[key] = env[key]
    return found


def _top_object(kind: str, key: str, body: Mapping[str, Any], folder: str) -> dict[str, Any]:
    found = _read(fields.TOP[kind], f"{kind}.{key}", body)
    word = kind[:-1]
    external = found.pop("external", {})
    if external.get("external"):
        if kind == "volumes":
            _only_external(key, found)
        if external.get("name") and found.get("name"):
            raise ComposeProblem(
                f"{word} {key}: {word}.external.name and {word}.name conflict; only use {word}.name"
            )
        found["external"] = {"external": True}
        found["name"] = external.get("name") or found.get("name") or key
        return found
    if kind in ("networks", "volumes"):
        lost = [field for field in found if field.startswith("x-") and field != CLUSTER]
        return {field: value for field, value in found.items() if field not in lost}
    if not found.get("driver"):
        found["file"] = inside(folder, found.get("file", ""))
    elif found.get("file"):
        raise ComposeProblem(
            f"{word} {key}: {word}.driver and {word}.file conflict; only use {word}.driver"
        )
    return found


def _only_external(key: str, volume: Mapping[str, Any]) -> None:
    for field in ("driver", "driver_opts", "labels"):
        if volume.get(field):
            raise ComposeProblem(
                f'conflicting parameters "external" and "{field}" specified for volume "{key}"'
            )
