"""Laying one compose file over another, as the docker CLI does (docker/cli ``loader/merge.go``).

Its oddities are kept, since an abra user must get the same from the same files: an empty
value never overrides, a healthcheck's test is appended, ports are told apart by their
published number only, and all of that begins when a service stands in a second file.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from coophost_gui.recipes.compose.problems import ComposeProblem

Service = dict[str, Any]

# Held by a pointer in the CLI, so that zero counts as an answer (a false "init" does not).
POINTERS = ("replicas", "retries", "parallelism", "max_attempts")


def merged(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return *files* laid over each other, left to right."""
    base = {**files[0], "services": dict(files[0]["services"])}
    for over in files[1:]:
        if over["version"] != base["version"]:
            raise ComposeProblem(
                "version mismatched between two composefiles : "
                f"{base['version']} and {over['version']}"
            )
        for name, service in over["services"].items():
            known = base["services"].get(name)
            base["services"][name] = service if known is None else _service(known, service)
        for kind in ("networks", "volumes", "secrets", "configs"):
            base[kind] = {**base[kind], **over[kind]}
    return base


def _service(base: Service, over: Service) -> Service:
    found = dict(base)
    for key in (*SPECIAL, *(key for key in over if key not in SPECIAL)):
        if key in SPECIAL:
            if key in base or key in over:
                found[key] = SPECIAL[key](base.get(key), over.get(key))
        else:
            found[key] = over[key] if key in POINTERS else _value(base.get(key), over.get(key))
    return found


def _value(base: Any, over: Any) -> Any:
    """Merge as mergo does with its options "override" and "append slices"."""
    if isinstance(base, dict) and isinstance(over, dict):
        return _mapping(base, over)
    if isinstance(base, list) and isinstance(over, list):
        return [*base, *over]
    return base if _empty(over) and base is not None else over


def _mapping(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    return base | {
        key: value if key in POINTERS else _value(base.get(key), value)
        for key, value in over.items()
    }


def _empty(value: Any) -> bool:
    return value in (None, "", False, [], {}) or (value == 0 and not isinstance(value, bool))


def _replaced(base: Any, over: Any) -> Any:
    return over or base


def _pairs(base: Any, over: Any) -> Any:
    """Merge two mappings of texts, key by key."""
    return {**(base or {}), **(over or {})}


def _environment(base: Any, over: Any) -> Any:
    """Merge environments: a variable without a value, or an empty one, overrides nothing."""
    found = dict(base or {})
    for key, value in (over or {}).items():
        if value or found.get(key) is None:
            found[key] = value if value is not None else found.get(key)
    return found


def _keyed(key: Callable[[dict[str, Any]], Any]) -> Callable[[Any, Any], Any]:
    """Return a merge of two lists whose entries are told apart by *key*, sorted by it.

    Where the base has none, the other list is taken as it is.
    """

    def merge(base: Any, over: Any) -> list[dict[str, Any]] | None:
        if base is None:
            return over or None
        by_key = {key(one): one for one in base or []}
        by_key.update({key(one): one for one in over or []})
        return [by_key[known] for known in sorted(by_key)]

    return merge


def _networks(base: Any, over: Any) -> Any:
    found = dict(base or {})
    for name, body in (over or {}).items():
        known = found.get(name)
        if body is None:
            found.setdefault(name, None)
        elif known is None:
            found[name] = body
        else:
            aliases = body.get("aliases") or known.get("aliases")
            found[name] = {**known, **({"aliases": aliases} if aliases else {})}
    return found


def _ulimits(base: Any, over: Any) -> Any:
    return {**(base or {}), **(over or {})}


def _logging(base: Any, over: Any) -> Any:
    """Merge the options of one driver; where the base has none, the other's are lost."""
    if base is None or over is None:
        return base if over is None else over
    drivers = base.get("driver", ""), over.get("driver", "")
    if all(drivers) and drivers[0] != drivers[1]:
        return over
    found = {"driver": drivers[0] or drivers[1]} if any(drivers) else {}
    if "options" in base:
        found["options"] = _pairs(base["options"], over.get("options"))
    return found


def _deploy(base: Any, over: Any) -> Any:
    base, over = base or {}, over or {}
    found = _mapping(base, over)
    if "labels" in base or "labels" in over:
        found["labels"] = _pairs(base.get("labels"), over.get("labels"))
    return found


SPECIAL: Mapping[str, Callable[[Any, Any], Any]] = {
    "command": _replaced,
    "entrypoint": _replaced,
    "environment": _environment,
    "labels": _pairs,
    "sysctls": _pairs,
    "ports": _keyed(lambda port: port.get("published", 0)),
    "volumes": _keyed(lambda mount: mount.get("target", "")),
    "secrets": _keyed(lambda one: one.get("source", "")),
    "configs": _keyed(lambda one: one.get("source", "")),
    "networks": _networks,
    "ulimits": _ulimits,
    "logging": _logging,
    "deploy": _deploy,
}
