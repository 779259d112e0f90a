"""One compose file as it is meant: every short form written out, every value in its type.

A service is a dict with the keys of the compose format.  Durations are ``Ns`` and sizes
``Size``, so that they can be written as the docker CLI writes them.
"""

import posixpath
import re
import shlex
from collections.abc import Callable, Mapping
from typing import Any

from coophost_gui.recipes.compose import schema, template, yaml
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.units import duration, nanoseconds, size

Read = Callable[[str], bytes]
TOP_OBJECTS = ("networks", "volumes", "secrets", "configs")
PROPAGATIONS = ("private", "rprivate", "shared", "rshared", "slave", "rslave")


class Ns(int):
    """A duration in nanoseconds."""

    def __str__(self) -> str:
        return duration(int(self))


class Size(int):
    """A size in bytes."""

    def __str__(self) -> str:
        return str(int(self))


def load_file(
    name: str, data: bytes, env: Mapping[str, str], folder: str, read: Read
) -> dict[str, Any]:
    """Return one file with everything written out; paths are below *folder*."""
    document = template.filled(yaml.load(data, name), env)
    schema.check(document)
    services = {
        service: _service(service, body or {}, env, folder, read)
        for service, body in (document.get("services") or {}).items()
    }
    loaded: dict[str, Any] = {"version": document.get("version", "3.13"), "services": services}
    if loaded["version"] == "3":
        loaded["version"] = "3.13"
    for kind in TOP_OBJECTS:
        loaded[kind] = {
            key: _top_object(kind, key, body or {}, folder)
            for key, body in (document.get(kind) or {}).items()
        }
    loaded |= {key: value for key, value in document.items() if key.startswith("x-")}
    return loaded


def inside(folder: str, path: str) -> str:
    """Return *path* as an absolute one, below *folder* when it is relative."""
    return posixpath.normpath(posixpath.join(folder, path))


def _service(
    name: str, body: dict[str, Any], env: Mapping[str, str], folder: str, read: Read
) -> dict[str, Any]:
    service: dict[str, Any] = {}
    for key, value in body.items():
        try:
            service[key] = SERVICE_FIELDS[key](value) if key in SERVICE_FIELDS else value
        except ValueError as error:
            raise ComposeProblem(f"services.{name}.{key}: {error}") from error
    if "volumes" in service:
        service["volumes"] = [_bound(mount, folder, env) for mount in service["volumes"]]
    service["environment"] = _environment(service, env, folder, read)
    return service


def _words(value: Any) -> list[str]:
    return shlex.split(value) if isinstance(value, str) else list(value or [])


def _strings(value: Any) -> list[str]:
    return [value] if isinstance(value, str) else [yaml.written(one) for one in value or []]


def _pairs(value: Any) -> dict[str, str]:
    return {key: found or "" for key, found in _optional_pairs(value).items()}


def _optional_pairs(value: Any) -> dict[str, str | None]:
    """Return ``["A=1", "B"]`` or a mapping as one mapping; None for what has no value."""
    if isinstance(value, dict):
        return {key: None if one is None else yaml.written(one) for key, one in value.items()}
    pairs: dict[str, str | None] = {}
    for one in value or []:
        key, given, rest = one.partition("=")
        pairs[key] = rest if given else None
    return pairs


def _hosts(value: Any) -> list[str]:
    if isinstance(value, dict):
        return sorted(f"{key}:{yaml.written(one)}" for key, one in value.items())
    return [one.replace("=", ":", 1) if "=" in one.split(":")[0] else one for one in value]


def _ports(value: list[Any]) -> list[dict[str, Any]]:
    ports: list[dict[str, Any]] = []
    for one in value:
        ports += [_without_zeros(one)] if isinstance(one, dict) else _short_port(str(one))
    return ports


def _short_port(text: str) -> list[dict[str, Any]]:
    found = re.fullmatch(
        r"(?:(?P<ip>\[[^]]+\]|[\d.]+):)??(?:(?P<published>\d*(?:-\d+)?):)?"
        r"(?P<target>\d+(?:-\d+)?)(?:/(?P<protocol>\w+))?",
        text,
    )
    if not found:
        raise ValueError(f"invalid containerPort: {text}")
    protocol = (found["protocol"] or "tcp").lower()
    if protocol not in ("tcp", "udp", "sctp"):
        raise ValueError(f"invalid proto: {found['protocol']}")
    targets = _range(found["target"])
    published = _range(found["published"]) if found["published"] else []
    if published and len(published) != len(targets):
        raise ValueError(f"invalid ranges specified for container and host Ports: {text}")
    pairs = list(zip(targets, published or [0] * len(targets), strict=True))
    pairs.sort(key=lambda pair: f"{pair[0]}/{protocol}")
    return [
        _without_zeros(
            {"mode": "ingress", "target": target, "published": outside, "protocol": protocol}
        )
        for target, outside in pairs
    ]


def _range(text: str) -> list[int]:
    first, _, last = text.partition("-")
    low, high = int(first), int(last or first)
    if high < low or high > 65535:
        raise ValueError(f"invalid port range: {text}")
    return list(range(low, high + 1))


def _mounts(value: list[Any]) -> list[dict[str, Any]]:
    return [_tidy_mount(one) if isinstance(one, dict) else _short_mount(one) for one in value]


def _tidy_mount(mount: dict[str, Any]) -> dict[str, Any]:
    tidy = _without_zeros(mount)
    for part in ("bind", "volume", "tmpfs", "image"):
        if part in mount:
            tidy[part] = _without_zeros(mount[part])
    return tidy


def _short_mount(text: str) -> dict[str, Any]:
    """Read ``source:target:options``, as docker/cli ``internal/volumespec`` does."""
    if not text:
        raise ValueError("invalid empty volume spec")
    mount: dict[str, Any] = {"type": "volume", "source": "", "target": ""}
    if len(text) <= 2:
        return {"type": "volume", "target": text}
    sections = _sections(text)
    for number, section in enumerate(sections):
        last = number == len(sections) - 1
        if not section:
            raise ValueError(f"invalid spec: {text}: empty section between colons")
        if not mount["source"] and last:
            mount["target"] = section
        elif not mount["source"]:
            mount["source"] = section
        elif not mount["target"]:
            mount["target"] = section
        elif not last:
            raise ValueError(f"invalid spec: {text}: too many colons")
        else:
            _options(mount, section)
    if re.match(r"[./~]|[A-Za-z]:", mount["source"]):
        mount["type"] = "bind"
    return _without_zeros(mount)


def _sections(text: str) -> list[str]:
    """Split at colons; a single letter before one is taken for a Windows drive."""
    sections, part = [], ""
    for char in text:
        if char == ":" and not (len(part) == 1 and part.isalpha()):
            sections.append(part)
            part = ""
        else:
            part += char
    return [*sections, part]


def _options(mount: dict[str, Any], text: str) -> None:
    for option in text.split(","):
        if option in ("ro", "rw"):
            mount["read_only"] = option == "ro"
        elif option == "nocopy":
            mount["volume"] = {"nocopy": True}
        elif option in PROPAGATIONS:
            mount["bind"] = {"propagation": option}


def _bound(mount: dict[str, Any], folder: str, env: Mapping[str, str]) -> dict[str, Any]:
    """Return *mount* with the path of a bind made absolute."""
    if mount.get("type") != "bind":
        return mount
    source = mount.get("source", "")
    if not source:
        raise ComposeProblem('invalid mount config for type "bind": field Source must not be empty')
    if source.startswith("~") and "HOME" in env:
        source = env["HOME"] + source[1:]
    if re.match(r"[A-Za-z]:[/\\]", source):  # taken for a path of Windows
        return {**mount, "source": source}
    return {**mount, "source": inside(folder, source)}


def _references(value: list[Any]) -> list[dict[str, Any]]:
    return [{"source": one} if isinstance(one, str) else _without_zeros(one) for one in value]


def _networks(value: Any) -> dict[str, Any]:
    if isinstance(value, list):
        return dict.fromkeys(value)
    found: dict[str, Any] = {}
    for key, body in value.items():
        tidy = _without_zeros(body or {})
        if "driver_opts" in tidy:
            tidy["driver_opts"] = _pairs(tidy["driver_opts"])
        found[key] = tidy if body is not None else None
    return found


def _healthcheck(value: dict[str, Any]) -> dict[str, Any]:
    check = dict(value)
    if isinstance(check.get("test"), str):
        check["test"] = ["CMD-SHELL", check["test"]]
    for key in ("interval", "timeout", "start_period", "start_interval"):
        if key in check:
            check[key] = Ns(nanoseconds(check[key]))
    if "retries" in check:
        check["retries"] = int(check["retries"])
    if not check.get("disable"):
        check.pop("disable", None)
    return check


def _deploy(value: dict[str, Any] | None) -> dict[str, Any]:
    deploy = dict(value or {})
    if "labels" in deploy:
        deploy["labels"] = _pairs(deploy["labels"])
    for part in ("update_config", "rollback_config"):
        if part in deploy:
            deploy[part] = _durations(deploy[part], ("delay", "monitor"))
    if "restart_policy" in deploy:
        deploy["restart_policy"] = _durations(deploy["restart_policy"], ("delay", "window"))
    if "resources" in deploy:
        deploy["resources"] = {
            key: {
                inner: Size(size(one)) if inner == "memory" else one for inner, one in part.items()
            }
            for key, part in deploy["resources"].items()
        }
    return deploy


def _durations(part: dict[str, Any], keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: Ns(nanoseconds(one)) if key in keys else one for key, one in part.items()}


def _ulimits(value: dict[str, Any]) -> dict[str, Any]:
    return {
        key: {"soft": one["soft"], "hard": one["hard"]} if isinstance(one, dict) else one
        for key, one in value.items()
    }


def _logging(value: dict[str, Any]) -> dict[str, Any]:
    tidy = dict(value)
    if "options" in tidy:
        tidy["options"] = _pairs(tidy["options"])
    return tidy


SERVICE_FIELDS: Mapping[str, Callable[[Any], Any]] = {
    "build": lambda value: {"context": value} if isinstance(value, str) else value,
    "command": _words,
    "entrypoint": _words,
    "environment": _optional_pairs,
    "env_file": _strings,
    "labels": _pairs,
    "sysctls": _pairs,
    "dns": _strings,
    "dns_search": _strings,
    "tmpfs": _strings,
    "expose": _strings,
    "extra_hosts": _hosts,
    "ports": _ports,
    "volumes": _mounts,
    "secrets": _references,
    "configs": _references,
    "networks": _networks,
    "healthcheck": _healthcheck,
    "deploy": _deploy,
    "ulimits": _ulimits,
    "logging": _logging,
    "stop_grace_period": lambda value: Ns(nanoseconds(value)),
    "shm_size": yaml.written,
}


def _environment(
    service: dict[str, Any], env: Mapping[str, str], folder: str, read: Read
) -> dict[str, str | None]:
    """Merge ``env_file`` and ``environment``; what has no value takes it from *env*."""
    found: dict[str, str | None] = {}
    for path in service.get("env_file", []):
        found |= _env_file(read(path).decode("utf-8-sig"), path, env)
    own: dict[str, str | None] = service.get("environment") or {}
    found |= {key: value or env.get(key, value) for key, value in own.items()}
    return found


def _env_file(text: str, path: str, env: Mapping[str, str]) -> dict[str, str | None]:
    """Read the lines of an ``env_file``: no quotes, nothing filled in (docker/cli ``kvfile``)."""
    found: dict[str, str | None] = {}
    for line in text.splitlines():
        line = line.lstrip()
        if not line or line.startswith("#"):
            continue
        key, given, value = line.partition("=")
        if not key or re.search(r"\s", key):
            raise ComposeProblem(
                f"invalid env file ({path}): variable '{key}' contains whitespaces"
            )
        if given:
            found[key] = value
        elif key in env:
            found[key] = env[key]
    return found


def _top_object(kind: str, key: str, body: dict[str, Any], folder: str) -> dict[str, Any]:
    thing = _without_zeros(body)
    for part in ("driver_opts", "labels"):
        if part in body:
            thing[part] = _pairs(body[part])
    external = body.get("external")
    if isinstance(external, dict):
        if external.get("name") and body.get("name"):
            raise ComposeProblem(
                f"{kind[:-1]}.external.name and {kind[:-1]}.name conflict; "
                f"only use {kind[:-1]}.name"
            )
        thing["name"] = external.get("name") or body.get("name") or key
        thing["external"] = True
    elif external:
        if others := [one for one in body if one not in ("external", "name")]:
            raise ComposeProblem(
                f'conflicting parameters "external" and "{others[0]}" specified for '
                f'{kind[:-1]} "{key}"'
            )
        thing["name"] = body.get("name") or key
    if kind in ("secrets", "configs") and "file" in body and not body.get("driver"):
        thing["file"] = inside(folder, body["file"])
    if "ipam" in body:
        thing["ipam"] = _without_zeros(body["ipam"])
    return thing


def _without_zeros(thing: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in thing.items() if value not in (None, "", 0, False, [], {})}
