"""From a merged compose document to the Engine's create bodies (docker/cli ``compose/convert``).

Ids of secrets and configs are not known here: a reference carries its name, and whoever
creates the service adds ``SecretID`` and ``ConfigID``.
"""

import base64
import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from coophost_gui.recipes.compose.images import familiar
from coophost_gui.recipes.compose.load import Read
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.units import nano_cpus

NAMESPACE = "com.docker.stack.namespace"
IMAGE = "com.docker.stack.image"
DEFAULT_MODE = 0o444
POINTERS = ("Init", "StopGracePeriod")
MOUNT_OPTIONS: Mapping[str, tuple[str, ...]] = {
    "volume": ("volume",),
    "bind": ("bind",),
    "tmpfs": ("tmpfs",),
    "npipe": ("bind",),
    "cluster": (),
    "image": (),
}
RESTARTS = {"always": "any", "unless-stopped": "any", "on-failure": "on-failure"}
BUILT_IN = ("default", "bridge", "host", "none")

Body = dict[str, Any]


@dataclass(frozen=True)
class Converted:
    """Create bodies, and the names of what must be there already."""

    services: list[Body]
    networks: list[Body]
    secrets: list[Body]
    configs: list[Body]
    external_networks: tuple[str, ...]
    external_secrets: tuple[str, ...]
    external_configs: tuple[str, ...]


def convert(loaded: Mapping[str, Any], stack: str, folder: str, read: Read) -> Converted:
    """Return what ``docker stack deploy`` would create for *loaded* as the stack *stack*."""
    stage = _Stage(loaded, stack, folder, read)
    services = [stage.service(name, body) for name, body in sorted(loaded["services"].items())]
    networks, external = stage.networks()
    return Converted(
        services,
        networks,
        stage.files("secrets"),
        stage.files("configs"),
        external,
        stage.external("secrets"),
        stage.external("configs"),
    )


class _Stage:
    """One conversion: the document, the stack's name, and where files are read."""

    def __init__(self, loaded: Mapping[str, Any], stack: str, folder: str, read: Read) -> None:
        self._loaded, self._stack, self._folder, self._read = loaded, stack, folder, read

    def service(self, name: str, body: Mapping[str, Any]) -> Body:
        deploy = body.get("deploy") or {}
        image = body.get("image", "")
        if not image:
            raise ComposeProblem(f"invalid image reference for service {name}: no image specified")
        try:
            known = familiar(image)
        except ValueError as error:
            raise ComposeProblem(f"invalid image reference for service {name}: {error}") from error
        try:
            return _dropped(
                {
                    "Name": self.scoped(name),
                    "Labels": self._labels(deploy.get("labels")) | {IMAGE: image},
                    "TaskTemplate": self._task(name, body, deploy, known),
                    "EndpointSpec": _endpoint(body, deploy),
                    "Mode": _mode(deploy),
                    "UpdateConfig": _update(deploy.get("update_config")),
                    "RollbackConfig": _update(deploy.get("rollback_config")),
                }
            ) | {"EndpointSpec": _endpoint(body, deploy), "Mode": _mode(deploy)}
        except ValueError as error:
            raise ComposeProblem(f"service {name}: {error}") from error

    def networks(self) -> tuple[list[Body], tuple[str, ...]]:
        """Return bodies of the networks that some service uses, and external ones."""
        used = {
            net
            for body in self._loaded["services"].values()
            for net in (body.get("networks") or {"default": None})
        }
        bodies, external = [], []
        for key in sorted(used):
            network = self._network(key)
            if network.get("external"):
                if _is_made_by_people(network["name"]):
                    external.append(network["name"])
                continue
            ipam = network.get("ipam") or {}
            body: Body = {
                "Name": network.get("name") or self.scoped(key),
                "Driver": network.get("driver") or "overlay",
                "Labels": self._labels(network.get("labels")),
                "Options": network.get("driver_opts"),
                "Internal": network.get("internal"),
                "Attachable": network.get("attachable"),
            }
            if ipam.get("driver") or ipam.get("config"):
                body["IPAM"] = {
                    "Driver": ipam.get("driver", ""),
                    "Config": [{"Subnet": one.get("subnet")} for one in ipam.get("config", [])],
                }
            bodies.append({k: v for k, v in body.items() if v not in (None, False, {})})
        return bodies, tuple(external)

    def files(self, kind: str) -> list[Body]:
        """Return the bodies of the secrets or configs that come with the recipe."""
        bodies = []
        for key, thing in sorted(self._loaded[kind].items()):
            if thing.get("external"):
                continue
            body: Body = {
                "Name": thing.get("name") or self.scoped(key),
                "Labels": self._labels(thing.get("labels")),
            }
            if thing.get("driver"):
                body["Driver"] = {"Name": thing["driver"], "Options": thing.get("driver_opts")}
                body["Data"] = ""
            else:
                body["Data"] = base64.b64encode(self._content(thing.get("file", ""))).decode()
            if thing.get("template_driver"):
                body["Templating"] = {"Name": thing["template_driver"]}
            bodies.append(body)
        return bodies

    def external(self, kind: str) -> tuple[str, ...]:
        """Return the names of external secrets or configs that some service uses."""
        used = {
            one["source"]
            for body in self._loaded["services"].values()
            for one in body.get(kind) or []
        }
        things = self._loaded[kind]
        return tuple(
            things[key]["name"]
            for key in sorted(used)
            if key in things and things[key].get("external")
        )

    def scoped(self, name: str) -> str:
        return f"{self._stack}_{name}"

    def _labels(self, labels: Mapping[str, str] | None) -> dict[str, str]:
        return {**(labels or {}), NAMESPACE: self._stack}

    def _content(self, path: str) -> bytes:
        try:
            return self._read(posixpath.relpath(path, self._folder))
        except FileNotFoundError as error:
            raise ComposeProblem(f"open {path}: no such file or directory") from error
        except IsADirectoryError as error:
            raise ComposeProblem(f"read {path}: is a directory") from error

    def _network(self, key: str) -> dict[str, Any]:
        found: dict[str, Any] | None = self._loaded["networks"].get(key)
        if found is None and key != "default":
            raise ValueError(f'undefined network "{key}"')
        return found or {}

    def _task(
        self, name: str, body: Mapping[str, Any], deploy: Mapping[str, Any], image: str
    ) -> Body:
        logging = body.get("logging")
        return {
            "ContainerSpec": _dropped(self._container(name, body, image)),
            "LogDriver": logging
            and {"Name": logging.get("driver", ""), "Options": logging.get("options")},
            "Resources": _resources(deploy.get("resources") or {}),
            "RestartPolicy": _restart(body.get("restart", ""), deploy.get("restart_policy")),
            "Placement": _placement(deploy.get("placement") or {}),
            "Networks": self._attachments(name, body),
            "ForceUpdate": 0,
        }

    def _attachments(self, name: str, body: Mapping[str, Any]) -> list[Body]:
        attached = []
        for key, options in (body.get("networks") or {"default": None}).items():
            network, options = self._network(key), options or {}
            target = network.get("name") or self.scoped(key)
            aliases = [*options.get("aliases", ())]
            if _is_made_by_people(target):
                aliases.append(name)
            attached.append(
                {
                    "Target": target,
                    "Aliases": aliases,
                    "DriverOpts": options.get("driver_opts"),
                }
            )
        attached.sort(key=lambda one: str(one["Target"]))
        return [{k: v for k, v in one.items() if v} for one in attached]

    def _container(self, name: str, body: Mapping[str, Any], image: str) -> Body:
        added, dropped = _capabilities(body.get("cap_add") or [], body.get("cap_drop") or [])
        dns = {"Nameservers": body.get("dns"), "Search": body.get("dns_search")}
        return {
            "Image": image,
            "Command": body.get("entrypoint"),
            "Args": body.get("command"),
            "Hostname": body.get("hostname"),
            "Hosts": [_host(line) for line in body.get("extra_hosts") or [] if ":" in line],
            "DNSConfig": {key: value for key, value in dns.items() if value},
            "Healthcheck": _healthcheck(body.get("healthcheck")),
            "Env": sorted(
                key if value is None else f"{key}={value}"
                for key, value in (body.get("environment") or {}).items()
            ),
            "Labels": self._labels(body.get("labels")),
            "Dir": body.get("working_dir"),
            "User": body.get("user"),
            "Mounts": [self._mount(one) for one in body.get("volumes") or []],
            "StopGracePeriod": _number(body.get("stop_grace_period")),
            "StopSignal": body.get("stop_signal"),
            "TTY": body.get("tty"),
            "OpenStdin": body.get("stdin_open"),
            "Secrets": self._file_references("secrets", body),
            "Configs": self._file_references("configs", body),
            "ReadOnly": body.get("read_only"),
            "Isolation": body.get("isolation"),
            "Init": body.get("init"),
            "Sysctls": body.get("sysctls"),
            "CapabilityAdd": added,
            "CapabilityDrop": dropped,
            "Ulimits": [
                _ulimit(key, one) for key, one in sorted((body.get("ulimits") or {}).items())
            ],
            "Privileges": _privileges(body.get("credential_spec") or {}),
        }

    def _file_references(self, kind: str, body: Mapping[str, Any]) -> list[Body]:
        word = {"secrets": "Secret", "configs": "Config"}[kind]
        found: list[Body] = []
        for one in body.get(kind) or []:
            source = one.get("source", "")
            thing = self._loaded[kind].get(source)
            if thing is None:
                raise ValueError(f'undefined {word.lower()} "{source}"')
            found.append(
                {
                    "File": {
                        "Name": one.get("target") or source,
                        "UID": one.get("uid") or "0",
                        "GID": one.get("gid") or "0",
                        "Mode": one.get("mode", DEFAULT_MODE),
                    },
                    f"{word}Name": thing.get("name") or self.scoped(source),
                }
            )
        targets = [reference["File"]["Name"] for reference in found]
        for reference in found:
            if targets.count(reference["File"]["Name"]) > 1:
                raise ValueError(
                    f"duplicate {word.lower()} target for {reference[f'{word}Name']} not allowed"
                )
        return sorted(found, key=lambda reference: str(reference[f"{word}Name"]))

    def _mount(self, mount: Mapping[str, Any]) -> Body:
        kind, source = mount.get("type") or "volume", mount.get("source", "")
        body: Body = {"Type": mount.get("type", ""), "Target": mount.get("target", "")}
        body |= {"Source": source} if source else {}
        body |= {"ReadOnly": True} if mount.get("read_only") else {}
        body |= {"Consistency": mount["consistency"]} if mount.get("consistency") else {}
        if kind not in MOUNT_OPTIONS:
            raise ValueError("volume type must be volume, bind, tmpfs, npipe, or cluster")
        for options in ("tmpfs", "bind", "volume"):
            if options in mount and options not in MOUNT_OPTIONS[kind]:
                raise ValueError(f"{options} options are incompatible with type {kind}")
        if kind == "tmpfs" and source:
            raise ValueError("invalid tmpfs source, source must be empty")
        if kind in ("bind", "npipe", "cluster", "image") and not source:
            raise ValueError(f"invalid {kind} source, source cannot be empty")
        if "bind" in mount:
            body["BindOptions"] = {"Propagation": mount["bind"].get("propagation", "")}
        if "tmpfs" in mount:
            body["TmpfsOptions"] = {"SizeBytes": mount["tmpfs"].get("size", 0)}
        if kind == "volume" and source:
            body |= self._volume(mount, source)
        if kind == "cluster":
            body["ClusterOptions"] = {}
            if not source.startswith("group:"):
                body["Source"] = self._stack_volume(source).get("name") or self.scoped(source)
        return body

    def _volume(self, mount: Mapping[str, Any], source: str) -> Body:
        volume = self._stack_volume(source)
        given = mount.get("volume", {})
        options: Body = {
            name: given[key]
            for name, key in (("NoCopy", "nocopy"), ("Subpath", "subpath"))
            if given.get(key)
        }
        if volume.get("external"):
            return {"Source": volume["name"], "VolumeOptions": options}
        options["Labels"] = self._labels(volume.get("labels"))
        if volume.get("driver") or "driver_opts" in volume:
            driver = {"Name": volume.get("driver"), "Options": volume.get("driver_opts")}
            options["DriverConfig"] = {key: value for key, value in driver.items() if value}
        return {"Source": volume.get("name") or self.scoped(source), "VolumeOptions": options}

    def _stack_volume(self, source: str) -> dict[str, Any]:
        volume: dict[str, Any] | None = self._loaded["volumes"].get(source)
        if volume is None:
            raise ValueError(f'undefined volume "{source}"')
        return volume


def _is_made_by_people(network: str) -> bool:
    """Say whether *network* is none of those that every Engine has."""
    return network not in BUILT_IN and not network.startswith("container:")


def _ulimit(name: str, limit: Mapping[str, Any] | None) -> Body:
    if limit is None:
        raise ValueError(f"ulimits.{name}: invalid type <nil> for ulimits")
    return {
        "Name": name,
        "Soft": limit.get("single") or limit.get("soft", 0),
        "Hard": limit.get("single") or limit.get("hard", 0),
    }


def _dropped(body: Body) -> Body:
    """Return *body* without what is not set; some may be set to false or zero."""
    return {
        key: value
        for key, value in body.items()
        if value is not None and (key in POINTERS or value not in ("", [], {}, False))
    }


def _number(value: Any) -> int | None:
    return None if value is None else int(value)


def _host(line: str) -> str:
    name, _, address = line.partition(":")
    return f"{address} {name}"


def _healthcheck(check: Mapping[str, Any] | None) -> Body | None:
    if check is None:
        return None
    if check.get("disable"):
        if check.get("test"):
            raise ValueError("test and disable can't be set at the same time")
        return {"Test": ["NONE"]}
    body = {
        "Test": check.get("test"),
        "Interval": _number(check.get("interval")),
        "Timeout": _number(check.get("timeout")),
        "StartPeriod": _number(check.get("start_period")),
        "StartInterval": _number(check.get("start_interval")),
        "Retries": _number(check.get("retries")),
    }
    return {key: value for key, value in body.items() if value}


def _resources(resources: Mapping[str, Any]) -> Body:
    body: Body = {}
    for key, name in (("limits", "Limits"), ("reservations", "Reservations")):
        part = resources.get(key)
        if part is None:
            continue
        found = {
            "NanoCPUs": nano_cpus(part["cpus"]) if part.get("cpus") else None,
            "MemoryBytes": _number(part.get("memory")),
            "Pids": part.get("pids"),
            "GenericResources": [
                {
                    "DiscreteResourceSpec": {
                        "Kind": one["discrete_resource_spec"].get("kind", ""),
                        "Value": one["discrete_resource_spec"].get("value", 0),
                    }
                }
                if "discrete_resource_spec" in one
                else {}
                for one in part.get("generic_resources") or []
            ],
        }
        body[name] = {inner: value for inner, value in found.items() if value}
    return body


def _restart(restart: str, policy: Mapping[str, Any] | None) -> Body | None:
    if policy is not None:
        body = {
            "Condition": policy.get("condition"),
            "Delay": _number(policy.get("delay")),
            "MaxAttempts": policy.get("max_attempts"),
            "Window": _number(policy.get("window")),
        }
        return {key: value for key, value in body.items() if value is not None}
    word, _, count = restart.partition(":")
    if count and not re.fullmatch(r"[-+]?[0-9]+", count):
        raise ValueError("invalid restart policy format: maximum retry count must be an integer")
    if restart and not word:
        raise ValueError("invalid restart policy format: no policy provided before colon")
    attempts = int(count or 0)
    if attempts < 0:
        raise ValueError("invalid restart policy: maximum retry count cannot be negative")
    if word in ("", "no"):
        return None
    if word not in RESTARTS:
        raise ValueError(f"unknown restart policy: {word}")
    counted = {"MaxAttempts": attempts} if word == "on-failure" else {}
    return {"Condition": RESTARTS[word], **counted}


def _placement(placement: Mapping[str, Any]) -> Body:
    body = {
        "Constraints": placement.get("constraints"),
        "Preferences": [
            {"Spread": {"SpreadDescriptor": one.get("spread", "")}}
            for one in placement.get("preferences") or []
        ],
        "MaxReplicas": placement.get("max_replicas_per_node"),
    }
    return {key: value for key, value in body.items() if value}


def _endpoint(body: Mapping[str, Any], deploy: Mapping[str, Any]) -> Body:
    ports = [
        {
            key: value
            for key, value in (
                ("Protocol", port.get("protocol")),
                ("TargetPort", port.get("target")),
                ("PublishedPort", port.get("published")),
                ("PublishMode", port.get("mode")),
            )
            if value
        }
        for port in body.get("ports") or []
    ]
    ports.sort(key=lambda port: int(port.get("PublishedPort") or 0))
    found: Body = {"Mode": str(deploy.get("endpoint_mode", "")).lower(), "Ports": ports}
    return {key: value for key, value in found.items() if value}


def _mode(deploy: Mapping[str, Any]) -> Body:
    mode, replicas = deploy.get("mode", ""), deploy.get("replicas")
    if mode in ("global", "global-job"):
        if replicas is not None:
            raise ValueError("replicas can only be used with replicated or replicated-job mode")
        return {"Global": {}} if mode == "global" else {"GlobalJob": {}}
    if mode in ("", "replicated"):
        return {"Replicated": {} if replicas is None else {"Replicas": replicas}}
    if mode == "replicated-job":
        count = (
            {} if replicas is None else {"MaxConcurrent": replicas, "TotalCompletions": replicas}
        )
        return {"ReplicatedJob": count}
    raise ValueError(f"Unknown mode: {mode}")


def _update(config: Mapping[str, Any] | None) -> Body | None:
    if config is None:
        return None
    parallelism = config.get("parallelism")
    body = {
        "Parallelism": 1 if parallelism is None else parallelism,
        "Delay": _number(config.get("delay")),
        "FailureAction": config.get("failure_action"),
        "Monitor": _number(config.get("monitor")),
        "MaxFailureRatio": config.get("max_failure_ratio") or 0,
        "Order": config.get("order"),
    }
    return {key: value for key, value in body.items() if value is not None}


def _capabilities(add: list[str], drop: list[str]) -> tuple[list[str], list[str]]:
    """Return the effective lists, as docker/cli ``opts.EffectiveCapAddCapDrop``."""
    added, dropped = ({_capability(one) for one in part} for part in (add, drop))
    if "ALL" in added:
        added = {"ALL"}
    if "ALL" in dropped:
        dropped = {"ALL"}
    return sorted(added - {"RESET"}), sorted(dropped - added - {"RESET"})


def _privileges(credentials: Mapping[str, str]) -> Body:
    """Return what only Windows asks for; a config for it has no meaning elsewhere."""
    given = [name for name in ("config", "file", "registry") if credentials.get(name)]
    if len(given) > 1:
        both = " and ".join(f'"{name.title()}"' for name in given)
        raise ValueError(f"invalid credential spec: cannot specify both {both}")
    if given == ["config"]:
        raise ValueError("credential_spec.config: only for Windows, which is not supported")
    return {"CredentialSpec": {given[0].title(): credentials[given[0]]}} if given else {}


def _capability(name: str) -> str:
    upper = name.strip().upper()
    if upper == "ALL" or upper == "RESET" or upper.startswith("CAP_"):
        return upper
    return f"CAP_{upper}"
