"""What may stand in a compose file of version 3 for a swarm: an own, reduced check.

It knows every key and the shapes of its value, and speaks as the docker CLI does
("services.app Additional property x is not allowed").  Each file is checked alone.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias

from coophost_gui.recipes.compose.problems import ComposeProblem

Check: TypeAlias = Callable[[str, Any], None]

FORBIDDEN = {
    "extends": "Support for `extends` is not implemented yet. Use `docker-compose config` to "
    "generate a configuration with all `extends` options resolved, and deploy from that.",
    "volume_driver": "Instead of setting the volume driver on the service, define a volume using "
    "the top-level `volumes` option and specify the driver there.",
    "volumes_from": "To share a volume between services, define it using the top-level `volumes` "
    "option and reference it from each service that shares it using the service-level "
    "`volumes` option.",
    "cpu_quota": "Set resource limits using deploy.resources",
    "cpu_shares": "Set resource limits using deploy.resources",
    "cpuset": "Set resource limits using deploy.resources",
    "mem_limit": "Set resource limits using deploy.resources",
    "memswap_limit": "Set resource limits using deploy.resources",
}
UNSUPPORTED = (
    "build",
    "cgroupns_mode",
    "cgroup_parent",
    "devices",
    "domainname",
    "external_links",
    "ipc",
    "links",
    "mac_address",
    "network_mode",
    "pid",
    "privileged",
    "restart",
    "security_opt",
    "shm_size",
    "userns_mode",
)
NAME = re.compile(r"[a-zA-Z0-9._-]+")


def check(document: Mapping[str, Any]) -> None:
    """Raise a ComposeProblem for the first thing that does not belong in *document*."""
    for name, service in _mapping(document.get("services")).items():
        for key in _mapping(service):
            if key in FORBIDDEN:
                raise ComposeProblem(f"services.{name}: forbidden key {key}: {FORBIDDEN[key]}")
    _check_version(document.get("version", "3"))
    TOP("", dict(document))


def _check_version(version: object) -> None:
    if not isinstance(version, str):
        raise ComposeProblem("version must be a string")
    if not re.fullmatch(r"3(\.\d+)?", version) or int(version.partition(".")[2] or 0) > 13:
        raise ComposeProblem(f'unsupported Compose file version: "{version}"')


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}


def _no(path: str, wanted: str) -> ComposeProblem:
    return ComposeProblem(f"{path.lstrip('.') or '(root)'} must be {wanted}")


def a(*kinds: str) -> Check:
    """Accept scalars of *kinds*: string, number, integer, boolean, null."""

    def check(path: str, value: Any) -> None:
        if not any(_is(value, kind) for kind in kinds):
            wanted = kinds[0] if len(kinds) == 1 else ", ".join(kinds[:-1]) + f" or {kinds[-1]}"
            raise _no(path, f"a {wanted}")

    return check


def _is(value: Any, kind: str) -> bool:
    match kind:
        case "string":
            return isinstance(value, str)
        case "integer":
            return isinstance(value, int) and not isinstance(value, bool)
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case "boolean":
            return isinstance(value, bool)
        case _:
            return value is None


def list_of(inner: Check, *, unique: bool = True) -> Check:
    """Accept a list of *inner*."""

    def check(path: str, value: Any) -> None:
        if not isinstance(value, list):
            raise _no(path, "a list")
        for number, one in enumerate(value):
            inner(f"{path}.{number}", one)
        if unique and len({repr(one) for one in value}) < len(value):
            raise ComposeProblem(f"{path.lstrip('.')} array items[0,1] must be unique")

    return check


def map_of(inner: Check) -> Check:
    """Accept a mapping from any name to *inner*."""

    def check(path: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise _no(path, "a mapping")
        for key, one in value.items():
            inner(f"{path}.{key}", one)

    return check


def either(*choices: Check) -> Check:
    """Accept what one of *choices* accepts."""

    def check(path: str, value: Any) -> None:
        first: ComposeProblem | None = None
        for choice in choices:
            try:
                choice(path, value)
            except ComposeProblem as problem:
                first = first or problem
            else:
                return
        assert first is not None
        raise first

    return check


def thing(
    fields: Mapping[str, Check], *, extra: str = r"x-.*", needs: tuple[str, ...] = ()
) -> Check:
    """Accept a mapping with these *fields* only, and keys that match *extra*."""

    def check(path: str, value: Any) -> None:
        if not isinstance(value, dict):
            raise _no(path, "a mapping")
        for key, one in value.items():
            if key in fields:
                fields[key](f"{path}.{key}", one)
            elif not re.fullmatch(extra, key):
                where = path.lstrip(".") or "(root)"
                raise ComposeProblem(f"{where} Additional property {key} is not allowed")
        for key in needs:
            if key not in value:
                raise ComposeProblem(f"{path.lstrip('.')} {key} is required")

    return check


def null_or(inner: Check) -> Check:
    """Accept nothing, or *inner*."""
    return either(inner, a("null"))


STRING, NUMBER, INTEGER, BOOL = a("string"), a("number"), a("integer"), a("boolean")
STRINGS = list_of(STRING)
STRING_OR_LIST = either(STRING, STRINGS)
SCALAR = a("string", "number", "null")
LIST_OR_MAP = either(map_of(SCALAR), STRINGS)
COMMAND = either(STRING, list_of(STRING, unique=False), a("null"))
NOTHING_ELSE = r"(?!)"

FILE_REFERENCE = list_of(
    either(
        STRING,
        thing(
            {"source": STRING, "target": STRING, "uid": STRING, "gid": STRING, "mode": NUMBER},
            extra=NOTHING_ELSE,
        ),
    )
)
UPDATE = thing(
    {
        "parallelism": INTEGER,
        "delay": STRING,
        "failure_action": STRING,
        "monitor": STRING,
        "max_failure_ratio": NUMBER,
        "order": STRING,
    },
    extra=NOTHING_ELSE,
)
RESOURCE = {"cpus": STRING, "memory": STRING, "pids": INTEGER}
GENERIC = list_of(
    thing({"discrete_resource_spec": thing({"kind": STRING, "value": NUMBER}, extra=NOTHING_ELSE)})
)
DEPLOY = thing(
    {
        "mode": STRING,
        "endpoint_mode": STRING,
        "replicas": INTEGER,
        "labels": LIST_OR_MAP,
        "update_config": UPDATE,
        "rollback_config": UPDATE,
        "resources": thing(
            {
                "limits": thing(RESOURCE, extra=NOTHING_ELSE),
                "reservations": thing(
                    {"cpus": STRING, "memory": STRING, "generic_resources": GENERIC},
                    extra=NOTHING_ELSE,
                ),
            },
            extra=NOTHING_ELSE,
        ),
        "restart_policy": thing(
            {"condition": STRING, "delay": STRING, "max_attempts": INTEGER, "window": STRING},
            extra=NOTHING_ELSE,
        ),
        "placement": thing(
            {
                "constraints": list_of(STRING, unique=False),
                "preferences": list_of(thing({"spread": STRING}, extra=NOTHING_ELSE), unique=False),
                "max_replicas_per_node": INTEGER,
            },
            extra=NOTHING_ELSE,
        ),
    },
    extra=NOTHING_ELSE,
)
PORT = either(
    NUMBER,
    STRING,
    thing(
        {"mode": STRING, "target": INTEGER, "published": INTEGER, "protocol": STRING},
        extra=NOTHING_ELSE,
    ),
)
MOUNT = either(
    STRING,
    thing(
        {
            "type": STRING,
            "source": STRING,
            "target": STRING,
            "read_only": BOOL,
            "consistency": STRING,
            "bind": thing({"propagation": STRING}),
            "volume": thing({"nocopy": BOOL, "subpath": STRING}),
            "image": thing({"subpath": STRING}),
            "tmpfs": thing({"size": INTEGER}),
            "cluster": a("null"),
        },
        extra=NOTHING_ELSE,
        needs=("type",),
    ),
)
SERVICE = thing(
    {
        "build": either(STRING, map_of(lambda path, value: None)),
        "cap_add": STRINGS,
        "cap_drop": STRINGS,
        "cgroupns_mode": STRING,
        "cgroup_parent": STRING,
        "command": COMMAND,
        "configs": FILE_REFERENCE,
        "container_name": STRING,
        "credential_spec": thing({"config": STRING, "file": STRING, "registry": STRING}),
        "depends_on": STRINGS,
        "deploy": null_or(DEPLOY),
        "devices": STRINGS,
        "dns": STRING_OR_LIST,
        "dns_search": STRING_OR_LIST,
        "domainname": STRING,
        "entrypoint": COMMAND,
        "env_file": STRING_OR_LIST,
        "environment": LIST_OR_MAP,
        "expose": list_of(a("string", "number")),
        "external_links": STRINGS,
        "extra_hosts": LIST_OR_MAP,
        "healthcheck": thing(
            {
                "disable": BOOL,
                "interval": STRING,
                "retries": NUMBER,
                "test": either(STRING, list_of(STRING, unique=False)),
                "timeout": STRING,
                "start_period": STRING,
                "start_interval": STRING,
            },
            extra=NOTHING_ELSE,
        ),
        "hostname": STRING,
        "image": STRING,
        "init": BOOL,
        "ipc": STRING,
        "isolation": STRING,
        "labels": LIST_OR_MAP,
        "links": STRINGS,
        "logging": thing(
            {"driver": STRING, "options": map_of(SCALAR)},
            extra=NOTHING_ELSE,
        ),
        "mac_address": STRING,
        "network_mode": STRING,
        "networks": either(
            STRINGS,
            map_of(
                null_or(
                    thing(
                        {
                            "aliases": STRINGS,
                            "driver_opts": map_of(a("string", "number")),
                            "ipv4_address": STRING,
                            "ipv6_address": STRING,
                        },
                        extra=NOTHING_ELSE,
                    )
                )
            ),
        ),
        "oom_score_adj": INTEGER,
        "pid": a("string", "null"),
        "ports": list_of(PORT),
        "privileged": BOOL,
        "read_only": BOOL,
        "restart": STRING,
        "secrets": FILE_REFERENCE,
        "security_opt": STRINGS,
        "shm_size": a("number", "string"),
        "stdin_open": BOOL,
        "stop_grace_period": STRING,
        "stop_signal": STRING,
        "sysctls": LIST_OR_MAP,
        "tmpfs": STRING_OR_LIST,
        "tty": BOOL,
        "ulimits": map_of(
            either(
                INTEGER,
                thing(
                    {"hard": INTEGER, "soft": INTEGER}, extra=NOTHING_ELSE, needs=("soft", "hard")
                ),
            )
        ),
        "user": STRING,
        "userns_mode": STRING,
        "volumes": list_of(MOUNT),
        "working_dir": STRING,
    }
)
EXTERNAL = either(BOOL, thing({"name": STRING}))
DRIVER_OPTIONS = map_of(a("string", "number"))
NETWORK = thing(
    {
        "name": STRING,
        "driver": STRING,
        "driver_opts": DRIVER_OPTIONS,
        "ipam": thing(
            {
                "driver": STRING,
                "config": list_of(thing({"subnet": STRING}, extra=NOTHING_ELSE)),
            },
            extra=NOTHING_ELSE,
        ),
        "external": EXTERNAL,
        "internal": BOOL,
        "attachable": BOOL,
        "labels": LIST_OR_MAP,
    }
)
VOLUME = thing(
    {
        "name": STRING,
        "driver": STRING,
        "driver_opts": DRIVER_OPTIONS,
        "external": EXTERNAL,
        "labels": LIST_OR_MAP,
    }
)
FILE_OBJECT = {
    "name": STRING,
    "file": STRING,
    "external": EXTERNAL,
    "labels": LIST_OR_MAP,
    "template_driver": STRING,
}
SECRET = thing({**FILE_OBJECT, "driver": STRING, "driver_opts": DRIVER_OPTIONS})
CONFIG = thing(FILE_OBJECT)


def _named(inner: Check) -> Check:
    every = map_of(inner)

    def check(path: str, value: Any) -> None:
        every(path, value)
        for key in value:
            if not NAME.fullmatch(key):
                raise ComposeProblem(f"{path.lstrip('.')} Additional property {key} is not allowed")

    return check


TOP = thing(
    {
        "version": STRING,
        "services": _named(SERVICE),
        "networks": null_or(_named(null_or(NETWORK))),
        "volumes": null_or(_named(null_or(VOLUME))),
        "secrets": null_or(_named(SECRET)),
        "configs": null_or(_named(CONFIG)),
    }
)
