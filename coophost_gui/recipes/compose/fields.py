"""The fields of a compose file: which there are, and the shape of each."""

from collections.abc import Mapping
from typing import Any

from coophost_gui.recipes.compose import short
from coophost_gui.recipes.compose.shapes import (
    BYTES,
    COUNT,
    FLAG,
    NUMBER,
    RATIO,
    SMALL_NUMBER,
    SPAN,
    TEXT,
    Fields,
    Many,
    Named,
    Pointer,
    Shape,
)


def _lay_variable(base: str | None, value: str | None) -> str | None:
    """An empty variable overrides only another empty one."""
    return (value or base) if base else value


def _lay_network(base: dict[str, Any] | None, value: dict[str, Any] | None) -> Any:
    """Aliases are replaced, by none too; options of the driver are not looked at."""
    if base is None or value is None:
        return value if base is None else base
    told = {key: value[key] for key in ("ipv4_address", "ipv6_address") if value.get(key)}
    rest = {key: one for key, one in base.items() if key != "aliases"}
    return {**rest, **({"aliases": value["aliases"]} if "aliases" in value else {}), **told}


def _lay_logging(base: dict[str, Any], value: dict[str, Any]) -> dict[str, Any]:
    """Another driver replaces all; options for the same are lost where the base has none."""
    drivers = base.get("driver"), value.get("driver")
    if all(drivers) and drivers[0] != drivers[1]:
        return value
    found = {**base, "driver": drivers[0] or drivers[1] or ""}
    if "options" in base:
        found["options"] = {**base["options"], **value.get("options", {})}
    return found


TEXTS = Many(TEXT)
ONE_OR_MANY = Many(TEXT, spread=short.one_or_many)
COMMAND = Many(TEXT, whole=True, spread=short.command)
PAIRS = Named(TEXT, pairs=short.pairs)
VARIABLES = Named(TEXT, _lay_variable, short.optional_pairs)
HOSTS = Many(TEXT, spread=short.hosts)
SPAN_OR_NOT = Pointer(SPAN)
COUNT_OR_NOT = Pointer(COUNT, whole=True)

UPDATE = Pointer(
    Fields(
        {
            "parallelism": COUNT_OR_NOT,
            "delay": SPAN,
            "failure_action": TEXT,
            "monitor": SPAN,
            "max_failure_ratio": RATIO,
            "order": TEXT,
        }
    )
)
RESOURCE: Mapping[str, Shape] = {"cpus": TEXT, "memory": BYTES}
GENERIC = Fields({"discrete_resource_spec": Pointer(Fields({"kind": TEXT, "value": NUMBER}))})
DEPLOY = Fields(
    {
        "mode": TEXT,
        "replicas": COUNT_OR_NOT,
        "labels": PAIRS,
        "update_config": UPDATE,
        "rollback_config": UPDATE,
        "resources": Fields(
            {
                "limits": Pointer(Fields({**RESOURCE, "pids": NUMBER})),
                "reservations": Pointer(Fields({**RESOURCE, "generic_resources": Many(GENERIC)})),
            }
        ),
        "restart_policy": Pointer(
            Fields(
                {
                    "condition": TEXT,
                    "delay": SPAN_OR_NOT,
                    "max_attempts": COUNT_OR_NOT,
                    "window": SPAN_OR_NOT,
                }
            )
        ),
        "placement": Fields(
            {
                "constraints": TEXTS,
                "preferences": Many(Fields({"spread": TEXT})),
                "max_replicas_per_node": COUNT,
            }
        ),
        "endpoint_mode": TEXT,
    }
)
HEALTHCHECK = Fields(
    {
        "test": Many(TEXT, spread=short.health_test),
        "timeout": SPAN_OR_NOT,
        "interval": SPAN_OR_NOT,
        "retries": COUNT_OR_NOT,
        "start_period": SPAN_OR_NOT,
        "start_interval": SPAN_OR_NOT,
        "disable": FLAG,
    }
)
BUILD = Fields(
    {
        "context": TEXT,
        "dockerfile": TEXT,
        "args": VARIABLES,
        "labels": PAIRS,
        "cache_from": ONE_OR_MANY,
        "extra_hosts": HOSTS,
        "network": TEXT,
        "target": TEXT,
    },
    short.context,
)
REFERENCES = Many(
    Fields(
        {"source": TEXT, "target": TEXT, "uid": TEXT, "gid": TEXT, "mode": Pointer(SMALL_NUMBER)},
        short.source,
    ),
    key="source",
)
PORTS = Many(
    Fields({"mode": TEXT, "target": SMALL_NUMBER, "published": SMALL_NUMBER, "protocol": TEXT}),
    key="published",
    zero=0,
    spread=short.ports,
)
MOUNTS = Many(
    Fields(
        {
            "type": TEXT,
            "source": TEXT,
            "target": TEXT,
            "read_only": FLAG,
            "consistency": TEXT,
            "bind": Pointer(Fields({"propagation": TEXT})),
            "volume": Pointer(Fields({"nocopy": FLAG, "subpath": TEXT})),
            "tmpfs": Pointer(Fields({"size": NUMBER})),
        },
        short.mount,
    ),
    key="target",
)
SERVICE_NETWORK = Fields(
    {"aliases": TEXTS, "driver_opts": PAIRS, "ipv4_address": TEXT, "ipv6_address": TEXT}
)
ULIMIT = Fields(
    {"single": NUMBER, "soft": NUMBER, "hard": NUMBER},
    short.ulimit,
    write=lambda limit: limit.get("single", limit),
)
SERVICE = Fields(
    {
        "build": BUILD,
        "cap_add": TEXTS,
        "cap_drop": TEXTS,
        "cgroupns_mode": TEXT,
        "cgroup_parent": TEXT,
        "command": COMMAND,
        "configs": REFERENCES,
        "container_name": TEXT,
        "credential_spec": Fields({"config": TEXT, "file": TEXT, "registry": TEXT}),
        "depends_on": TEXTS,
        "deploy": DEPLOY,
        "devices": TEXTS,
        "dns": ONE_OR_MANY,
        "dns_search": ONE_OR_MANY,
        "domainname": TEXT,
        "entrypoint": COMMAND,
        "environment": VARIABLES,
        "env_file": ONE_OR_MANY,
        "expose": Many(TEXT, spread=short.written),
        "external_links": TEXTS,
        "extra_hosts": HOSTS,
        "hostname": TEXT,
        "healthcheck": Pointer(HEALTHCHECK),
        "image": TEXT,
        "init": Pointer(FLAG),
        "ipc": TEXT,
        "isolation": TEXT,
        "labels": PAIRS,
        "links": TEXTS,
        "logging": Pointer(Fields({"driver": TEXT, "options": PAIRS}, lay=_lay_logging)),
        "mac_address": TEXT,
        "network_mode": TEXT,
        "networks": Named(SERVICE_NETWORK, _lay_network, short.networks),
        "pid": TEXT,
        "ports": PORTS,
        "privileged": FLAG,
        "read_only": FLAG,
        "restart": TEXT,
        "secrets": REFERENCES,
        "security_opt": TEXTS,
        "shm_size": TEXT,
        "stdin_open": FLAG,
        "stop_grace_period": SPAN_OR_NOT,
        "stop_signal": TEXT,
        "sysctls": PAIRS,
        "tmpfs": ONE_OR_MANY,
        "tty": FLAG,
        "ulimits": Named(ULIMIT),
        "user": TEXT,
        "userns_mode": TEXT,
        "volumes": MOUNTS,
        "working_dir": TEXT,
    },
    extras=True,
)

EXTERNAL = Fields({"external": FLAG, "name": TEXT}, short.external, write=lambda found: True)
NETWORK = Fields(
    {
        "name": TEXT,
        "driver": TEXT,
        "driver_opts": PAIRS,
        "ipam": Fields({"driver": TEXT, "config": Many(Fields({"subnet": TEXT}))}),
        "external": EXTERNAL,
        "internal": FLAG,
        "attachable": FLAG,
        "labels": PAIRS,
    },
    extras=True,
)
VOLUME = Fields(
    {"name": TEXT, "driver": TEXT, "driver_opts": PAIRS, "external": EXTERNAL, "labels": PAIRS},
    extras=True,
)
FILE_OBJECT = Fields(
    {
        "name": TEXT,
        "file": TEXT,
        "external": EXTERNAL,
        "labels": PAIRS,
        "driver": TEXT,
        "driver_opts": PAIRS,
        "template_driver": TEXT,
    },
    extras=True,
)
TOP: Mapping[str, Fields] = {
    "networks": NETWORK,
    "volumes": VOLUME,
    "secrets": FILE_OBJECT,
    "configs": FILE_OBJECT,
}
