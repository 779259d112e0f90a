"""What may stand in a compose file of version 3 for a swarm: an own, reduced check.

It knows every key, the version of the format that brought it, and the form of its value,
and speaks as the docker CLI does ("services.app Additional property x is not allowed").
Each file is checked alone.
"""

import json
import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.units import nanoseconds
from coophost_gui.recipes.compose.yaml import written

NEWEST = 13  # of the versions "3.x"
RESOURCES = "Set resource limits using deploy.resources"
FORBIDDEN = {
    "extends": "Support for `extends` is not implemented yet.",
    "volume_driver": "Instead of setting the volume driver on the service, define a volume using "
    "the top-level `volumes` option and specify the driver there.",
    "volumes_from": "To share a volume between services, define it using the top-level `volumes` "
    "option and reference it from each service that shares it using the service-level "
    "`volumes` option.",
    "cpu_quota": RESOURCES,
    "cpu_shares": RESOURCES,
    "cpuset": RESOURCES,
    "mem_limit": RESOURCES,
    "memswap_limit": RESOURCES,
}
UNSUPPORTED = (
    *("build", "cgroupns_mode", "cgroup_parent", "devices", "domainname", "external_links"),
    *("ipc", "links", "mac_address", "network_mode", "pid", "privileged", "restart"),
    *("security_opt", "shm_size", "userns_mode"),
)


@dataclass(frozen=True)
class Wrong:
    """One thing that does not fit: where, what is so, and whether it is of another type."""

    path: str
    words: str
    type: bool = False


# Yields what is wrong with the value at the path, for version 3.x of the format.
Check: TypeAlias = Callable[[str, Any, int], Iterator[Wrong]]


def version_of(document: Mapping[str, Any]) -> str:
    """Return the version that *document* is read by."""
    version = written(document.get("version", ""))
    return f"3.{NEWEST}" if version in ("", "3") else version


def unsupported(document: Mapping[str, Any]) -> set[str]:
    """Return the options in *document* that Docker leaves out with a warning."""
    return {key for one in _services(document) for key in UNSUPPORTED if key in one}


def check_forbidden(document: Mapping[str, Any]) -> None:
    """Raise a ComposeProblem for options that Docker refuses by name."""
    found = {key for one in _services(document) for key in FORBIDDEN if key in one}
    if found:
        lines = "\n\n".join(f"{key}: {FORBIDDEN[key]}" for key in sorted(found))
        raise ComposeProblem(f"Compose file contains unsupported options:\n\n{lines}")


def check(document: Mapping[str, Any], version: str) -> None:
    """Raise a ComposeProblem when something does not belong in *document*."""
    minor = re.fullmatch(r"3\.(\d|1\d)", version)
    if not minor or int(minor[1]) > NEWEST:
        raise ComposeProblem(f"unsupported Compose file version: {version}")
    _check_numbers(document)
    wrong = list(TOP("", document, int(minor[1])))
    if wrong:
        # The deepest one is said; of equals the first, but another type before all else.
        deepest = max(one.path.count(".") for one in wrong)
        known = [one for one in wrong if one.path.count(".") == deepest]
        worst = next((one for one in known if one.type), known[0])
        raise ComposeProblem(f"{worst.path.removeprefix('.') or '(root)'} {worst.words}")


def _check_numbers(thing: Any) -> None:
    """Refuse numbers that are none: the CLI writes the document as JSON before it looks."""
    match thing:
        case dict():
            for one in thing.values():
                _check_numbers(one)
        case list():
            for one in thing:
                _check_numbers(one)
        case float() if not math.isfinite(thing):
            raise ComposeProblem(f"json: unsupported value: {written(thing)}")


def _services(document: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    services = document.get("services")
    found = services.values() if isinstance(services, dict) else ()
    return [one for one in found if isinstance(one, dict)]


def a(*kinds: str) -> Check:
    """Accept *kinds*: string, number, integer, boolean, null, object, array."""
    names = [{"object": "mapping", "array": "list"}.get(kind, kind) for kind in kinds]
    wanted = " or ".join(one for one in (", ".join(names[:-1]), names[-1]) if one)

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if not any(is_a(value, kind) for kind in kinds):
            yield Wrong(path, f"must be a {wanted}", type=True)

    return check


def is_a(value: Any, kind: str) -> bool:
    """Say whether *value* is of the JSON type *kind*."""
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            whole = isinstance(value, int) or (isinstance(value, float) and value.is_integer())
            return whole and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case "object":
            return isinstance(value, dict)
        case "array":
            return isinstance(value, list)
        case _:
            return value is None


def list_of(inner: Check, *, unique: bool = False) -> Check:
    """Accept a list of *inner*."""

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if not isinstance(value, list):
            yield Wrong(path, "must be a list", type=True)
            return
        for number, one in enumerate(value):
            yield from inner(f"{path}.{number}", one, minor)
        seen: dict[str, int] = {}
        for number, one in enumerate(value):
            first = seen.setdefault(_canonical(one), number)
            if unique and first != number:
                yield Wrong(path, f"array items[{first},{number}] must be unique")
                return

    return check


def _canonical(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return json.dumps(value, sort_keys=True, default=str)


def map_of(inner: Check, names: str = r".+", *, others: bool = True) -> Check:
    """Accept a mapping from *names* to *inner*; *others* may have any value."""

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield Wrong(path, "must be a mapping", type=True)
            return
        for key, one in value.items():
            if re.fullmatch(names, key):
                yield from inner(f"{path}.{key}", one, minor)
            elif not others:
                yield Wrong(path, f"Additional property {key} is not allowed")

    return check


def either(*choices: Check) -> Check:
    """Accept what one of *choices* accepts; what it says is of the one that fits the type."""

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        tried = [list(choice(path, value, minor)) for choice in choices]
        if not all(tried):
            return
        fitting = (one for one in tried if not any(w.type and w.path == path for w in one))
        yield from next(fitting, tried[0])

    return check


def format_of(read: Callable[[str], object], name: str) -> Check:
    """Accept a text that *read* can read."""

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if not isinstance(value, str):
            yield Wrong(path, "must be a string", type=True)
            return
        try:
            read(value)
        except ValueError:
            yield Wrong(path, f"Does not match format '{name}'")

    return check


def one_of(*values: str) -> Check:
    """Accept one of these texts."""
    shown = ", ".join(f'"{value}"' for value in values)

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if not isinstance(value, str):
            yield Wrong(path, "must be a string", type=True)
        elif value not in values:
            where = path.removeprefix(".")
            yield Wrong(path, f"{where} must be one of the following: {shown}")

    return check


def since(minor_wanted: int, check: Check) -> tuple[int, Check]:
    """Return *check* for a key that version 3.*minor_wanted* brought."""
    return minor_wanted, check


def thing(
    fields: Mapping[str, Check | tuple[int, Check]],
    *,
    open_since: int | None = None,
    extensions: int | None = None,
    needs: tuple[str, ...] = (),
) -> Check:
    """Accept a mapping with these *fields*.

    Others may stand there from version 3.*open_since* on, and those that begin with ``x-``
    from 3.*extensions* on.
    """

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if not isinstance(value, dict):
            yield Wrong(path, "must be a mapping", type=True)
            return
        for key in needs:
            if key not in value:
                yield Wrong(path, f"{key} is required")
        for key, one in value.items():
            known = fields.get(key)
            first, inner = known if isinstance(known, tuple) else (0, known)
            if inner is not None and minor >= first:
                yield from inner(f"{path}.{key}", one, minor)
            elif open_since is not None and minor >= open_since:
                continue
            elif extensions is None or minor < extensions or not key.startswith("x-"):
                yield Wrong(path, f"Additional property {key} is not allowed")

    return check


def from_version(minor_wanted: int, before: Check, after: Check) -> Check:
    """Accept *before* in versions below 3.*minor_wanted*, else *after*."""

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        yield from (after if minor >= minor_wanted else before)(path, value, minor)

    return check


def null_or(inner: Check) -> Check:
    """Accept nothing, or *inner*, which is a mapping."""

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if isinstance(value, dict):
            yield from inner(path, value, minor)
        elif value is not None:
            yield Wrong(path, "must be a mapping or null", type=True)

    return check


NAME = r"[a-zA-Z0-9._-]+"
STRING, NUMBER, INTEGER, BOOL = a("string"), a("number"), a("integer"), a("boolean")
STRINGS = list_of(STRING, unique=True)
STRING_OR_LIST = either(STRING, STRINGS)
LIST_OR_MAP = either(map_of(a("string", "number", "null"), others=False), STRINGS)
COMMAND = either(STRING, list_of(STRING))
DURATION = format_of(nanoseconds, "duration")
OPTIONS = map_of(a("string", "number"))
ORDER = one_of("start-first", "stop-first")

FILE_REFERENCES = list_of(
    either(
        STRING,
        thing(
            {"source": STRING, "target": STRING, "uid": STRING, "gid": STRING, "mode": NUMBER},
            open_since=0,
        ),
    )
)
UPDATE: Mapping[str, Check | tuple[int, Check]] = {
    "parallelism": INTEGER,
    "delay": DURATION,
    "failure_action": STRING,
    "monitor": DURATION,
    "max_failure_ratio": NUMBER,
}
GENERIC = list_of(thing({"discrete_resource_spec": thing({"kind": STRING, "value": NUMBER})}))
DEPLOY = thing(
    {
        "mode": STRING,
        "endpoint_mode": since(2, STRING),
        "replicas": INTEGER,
        "labels": LIST_OR_MAP,
        "rollback_config": since(7, thing({**UPDATE, "order": ORDER})),
        "update_config": thing({**UPDATE, "order": since(4, ORDER)}),
        "resources": thing(
            {
                "limits": thing({"cpus": STRING, "memory": STRING, "pids": since(9, INTEGER)}),
                "reservations": thing(
                    {"cpus": STRING, "memory": STRING, "generic_resources": since(5, GENERIC)}
                ),
            }
        ),
        "restart_policy": thing(
            {"condition": STRING, "delay": DURATION, "max_attempts": INTEGER, "window": DURATION}
        ),
        "placement": thing(
            {
                "constraints": list_of(STRING),
                "preferences": since(3, list_of(thing({"spread": STRING}))),
                "max_replicas_per_node": since(8, INTEGER),
            }
        ),
    }
)
PORTS = list_of(
    from_version(
        2,
        a("string", "number"),
        either(
            NUMBER,
            STRING,
            thing({"mode": STRING, "target": INTEGER, "published": INTEGER, "protocol": STRING}),
        ),
    ),
    unique=True,
)


def _size(path: str, value: Any, minor: int) -> Iterator[Wrong]:
    if not is_a(value, "integer"):
        yield Wrong(path, "must be a integer", type=True)
    elif value < 0:
        yield Wrong(path, "Must be greater than or equal to 0")


MOUNT = either(
    STRING,
    thing(
        {
            "type": STRING,
            "source": STRING,
            "target": STRING,
            "read_only": BOOL,
            "consistency": STRING,
            "bind": thing({"propagation": STRING}, open_since=0),
            "volume": thing({"nocopy": BOOL}, open_since=0),
            "tmpfs": since(6, thing({"size": _size}, open_since=0)),
        },
        needs=("type",),
    ),
)
SERVICE_NETWORK = thing(
    {
        "aliases": STRINGS,
        "driver_opts": since(13, OPTIONS),
        "ipv4_address": STRING,
        "ipv6_address": STRING,
    }
)
HEALTHCHECK = thing(
    {
        "disable": BOOL,
        "interval": from_version(4, STRING, DURATION),
        "retries": NUMBER,
        "test": COMMAND,
        "timeout": from_version(4, STRING, DURATION),
        "start_period": since(4, DURATION),
        "start_interval": since(12, DURATION),
    }
)
BUILD = thing(
    {
        "context": STRING,
        "dockerfile": STRING,
        "args": LIST_OR_MAP,
        "labels": since(3, LIST_OR_MAP),
        "cache_from": since(2, STRINGS),
        "network": since(4, STRING),
        "target": since(4, STRING),
        "shm_size": since(5, a("integer", "string")),
        "extra_hosts": since(9, LIST_OR_MAP),
    },
    open_since=11,
)
ULIMIT = either(
    INTEGER,
    thing({"hard": INTEGER, "soft": INTEGER}, needs=("soft", "hard")),
)
SERVICE = thing(
    {
        "build": either(STRING, BUILD),
        "cap_add": STRINGS,
        "cap_drop": STRINGS,
        "cgroupns_mode": since(9, STRING),
        "cgroup_parent": STRING,
        "command": COMMAND,
        "configs": since(3, FILE_REFERENCES),
        "container_name": STRING,
        "credential_spec": since(
            3, thing({"config": since(8, STRING), "file": STRING, "registry": STRING})
        ),
        "depends_on": STRINGS,
        "deploy": null_or(DEPLOY),
        "devices": STRINGS,
        "dns": STRING_OR_LIST,
        "dns_search": STRING_OR_LIST,
        "domainname": STRING,
        "entrypoint": COMMAND,
        "env_file": STRING_OR_LIST,
        "environment": LIST_OR_MAP,
        "expose": list_of(a("string", "number"), unique=True),
        "external_links": STRINGS,
        "extra_hosts": LIST_OR_MAP,
        "healthcheck": HEALTHCHECK,
        "hostname": STRING,
        "image": STRING,
        "init": since(7, BOOL),
        "ipc": STRING,
        "isolation": since(5, STRING),
        "labels": LIST_OR_MAP,
        "links": STRINGS,
        "logging": thing({"driver": STRING, "options": map_of(a("string", "number", "null"))}),
        "mac_address": STRING,
        "network_mode": STRING,
        "networks": either(STRINGS, map_of(null_or(SERVICE_NETWORK), NAME, others=False)),
        "oom_score_adj": since(13, INTEGER),
        "pid": a("string", "null"),
        "ports": PORTS,
        "privileged": BOOL,
        "read_only": BOOL,
        "restart": STRING,
        "secrets": since(1, FILE_REFERENCES),
        "security_opt": STRINGS,
        "shm_size": a("number", "string"),
        "stdin_open": BOOL,
        "stop_grace_period": DURATION,
        "stop_signal": STRING,
        "sysctls": LIST_OR_MAP,
        "tmpfs": STRING_OR_LIST,
        "tty": BOOL,
        "ulimits": map_of(ULIMIT, r"[a-z]+"),
        "user": STRING,
        "userns_mode": STRING,
        "volumes": from_version(2, STRINGS, list_of(MOUNT)),
        "working_dir": STRING,
    },
    extensions=7,
)


def _external(*, more: bool) -> Check:
    """Accept ``external``: yes, no, or the outside name; *more* may stand beside it."""
    named = thing({"name": STRING}, open_since=0 if more else None)

    def check(path: str, value: Any, minor: int) -> Iterator[Wrong]:
        if isinstance(value, dict):
            yield from named(path, value, minor)
        elif not isinstance(value, bool):
            yield Wrong(path, "must be a boolean or mapping", type=True)

    return check


NETWORK = thing(
    {
        "name": since(5, STRING),
        "driver": STRING,
        "driver_opts": OPTIONS,
        "ipam": thing({"driver": STRING, "config": list_of(thing({"subnet": STRING}))}),
        "external": _external(more=False),
        "internal": BOOL,
        "attachable": since(2, BOOL),
        "labels": LIST_OR_MAP,
    },
    extensions=7,
)
VOLUME = thing(
    {
        "name": since(4, STRING),
        "driver": STRING,
        "driver_opts": OPTIONS,
        "external": _external(more=False),
        "labels": LIST_OR_MAP,
        "x-cluster-spec": since(10, a("object")),
    },
    extensions=7,
)
CONFIG_FIELDS: Mapping[str, Check | tuple[int, Check]] = {
    "name": since(5, STRING),
    "file": STRING,
    "external": _external(more=True),
    "labels": LIST_OR_MAP,
    "template_driver": since(8, STRING),
}
SECRET = thing(
    {**CONFIG_FIELDS, "driver": since(8, STRING), "driver_opts": since(8, OPTIONS)},
    extensions=7,
)
CONFIG = thing(CONFIG_FIELDS, extensions=7)
TOP = thing(
    {
        "version": STRING,
        "services": map_of(SERVICE, NAME, others=False),
        "networks": map_of(null_or(NETWORK), NAME),
        "volumes": map_of(null_or(VOLUME), NAME, others=False),
        "secrets": since(1, map_of(SECRET, NAME, others=False)),
        "configs": since(3, map_of(CONFIG, NAME, others=False)),
    },
    extensions=4,
)
