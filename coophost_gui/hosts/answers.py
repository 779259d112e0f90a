"""What the Engine answers, checked where it comes in: as much of it as this program reads.

A server may be broken, or somebody else's program may answer in the Engine's place.  What
has passed here has the types that are written down below, so that nobody behind it has to
doubt them; what is not written down is handed on as it came, if it is not nested too deep.
"""

import json
import re
from typing import Any, TypeAlias

from coophost_gui.hosts.problems import EngineOdd

DEEPEST = 60  # lists and mappings within each other; the Engine's own reach about twelve
BIGGEST = 2**64  # the Engine's numbers have 64 bits
SHOWN = 500  # letters of an odd answer in the details
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # half a letter: no UTF-8 can hold it
VERSION = re.compile(r"\d{1,4}\.\d{1,4}")

# str, int, bool; a pattern for a text; [shape] for a list; {str: shape} for any names;
# {"Name": shape} for known ones, which may be missing unless they end in "!".
Shape: TypeAlias = Any

LABELS: Shape = {str: str}
NAMED: Shape = {"Name": str, "Labels": LABELS}
CONTAINER: Shape = {
    "Image": str,
    "Env": [str],
    "Healthcheck": {"Test": [str]},
    "Secrets": [{}],
    "Configs": [{}],
}
SERVICE: Shape = {
    "ID!": str,
    "Version!": {"Index!": int},
    "CreatedAt": str,
    "UpdatedAt": str,
    "Spec!": {
        "Name!": str,
        "Labels": LABELS,
        "TaskTemplate!": {
            "ContainerSpec": CONTAINER,
            "Networks": [{"Target": str}],
            "Placement": {"Platforms": [{}]},
            "ForceUpdate": int,
        },
        "Mode": {"Replicated": {"Replicas": int}, "ReplicatedJob": {"TotalCompletions": int}},
        "UpdateConfig": {"Monitor": int},
        "RollbackConfig": {},
        "EndpointSpec": {"Ports": [{}]},
    },
    "UpdateStatus": {"State": str},
    "ServiceStatus": {"RunningTasks": int, "DesiredTasks": int, "CompletedTasks": int},
}
TASK: Shape = {
    "ID!": str,
    "Version": {"Index": int},
    "ServiceID": str,
    "Slot": int,
    "NodeID": str,
    "CreatedAt": str,
    "DesiredState": str,
    "Spec": {"Resources": {"Limits": {"MemoryBytes": int}}},
    "Status": {
        "State": str,
        "Timestamp": str,
        "Err": str,
        "ContainerStatus": {"ExitCode": int, "ContainerID": str},
    },
}
NETWORK: Shape = {"Id!": str, "Name!": str, "Driver": str, "Scope": str, "Labels": LABELS}
STORED: Shape = {"ID!": str, "Spec!": {**NAMED, "Data": str}}
CHECKED: Shape = {"State": {"Health": {"Log": [{"Output": str}]}}}
IMAGE: Shape = {"RepoDigests": [str]}
OFFERED: Shape = {
    "Descriptor": {"digest": str},
    "Platforms": [{"architecture": str, "os": str}],
}
INFO: Shape = {"SystemTime": str, "Swarm": {"LocalNodeState": str, "ControlAvailable": bool}}

# The answers to what is asked, by path; the first that fits counts.
ANSWERS: tuple[tuple[str, Shape], ...] = (
    (r"/version", {"ApiVersion!": VERSION, "MinAPIVersion": VERSION}),
    (r"/info", INFO),
    (r"/services", [SERVICE]),
    (r"/services/[^/]+", SERVICE),
    (r"/tasks", [TASK]),
    (r"/nodes", [{"ID": str, "Status": {"State": str}}]),
    (r"/networks", [NETWORK]),
    (r"/networks/[^/]+", NETWORK),
    (r"/(?:secrets|configs)", [STORED]),
    (r"/(?:secrets|configs)/[^/]+", STORED),
    (r"/containers/[^/]+/json", CHECKED),
    (r"/images/.+/json", IMAGE),
    (r"/distribution/.+/json", OFFERED),
)
# What is told while an image is fetched; of other news only that there are some.
NEWS: Shape = {
    "status": str,
    "id": str,
    "error": str,
    "errorDetail": {"message": str},
    "progressDetail": {"current": int, "total": int},
}


class _Odd(ValueError):
    """Says where an answer is not what it should be."""


def answer(host: str, path: str, data: bytes) -> Any:
    """Return what the Engine of *host* answered to a GET of *path*; raises ``EngineOdd``."""
    shape = next((shape for known, shape in ANSWERS if re.fullmatch(known, path)), None)
    return _checked(host, path, data, shape)


def done(host: str, path: str, data: bytes) -> Any:
    """Return what the Engine of *host* said to a change, or None when it said nothing."""
    return _checked(host, path, data, None) if data.strip() else None


def news(host: str, path: str, line: bytes) -> dict[str, Any]:
    """Return one line of a long answer; raises ``EngineOdd``."""
    found: dict[str, Any] = _checked(host, path, line, NEWS)
    return found


def _checked(host: str, path: str, data: bytes, shape: Shape) -> Any:
    try:
        found = json.loads(data)
        if SURROGATE.search(data):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        if _too_deep(found):
            raise _Odd("nested too deep")
        return found if shape is None else _shaped(found, shape, path)
    except (ValueError, RecursionError) as error:
        said = data[:SHOWN].decode("utf-8", "replace")
        raise EngineOdd(f"{path}: {error}\n{said}", host=host) from error


def _too_deep(found: Any) -> bool:
    level = [found]
    for _ in range(DEEPEST):
        level = [
            inner
            for one in level
            if isinstance(one, dict | list)
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True


def _shaped(found: Any, shape: Shape, where: str) -> Any:
    """Return *found* when it is of *shape*; what is null in a mapping is left out."""
    if isinstance(shape, list):
        things = _kind([] if found is None else found, list, where)
        for thing in things:
            _shaped(thing, shape[0], where)
        return things
    if isinstance(shape, dict):
        _mapping(_kind(found, dict, where), shape, where)
        return found
    if isinstance(shape, re.Pattern):
        if not shape.fullmatch(_kind(found, str, where)):
            raise _Odd(f"{where} is {found!r:.80}")
        return found
    _kind(found, shape, where)
    if shape is int and not -BIGGEST < found < BIGGEST:
        raise _Odd(f"{where} is too big a number")
    return found


def _mapping(found: dict[str, Any], shape: dict[Any, Shape], where: str) -> None:
    if str in shape:
        for key, value in found.items():
            _shaped(value, shape[str], f"{where}.{key}")
        return
    for name, inner in shape.items():
        key = name.removesuffix("!")
        if found.get(key) is not None:
            _shaped(found[key], inner, f"{where}.{key}")
        elif key != name:
            raise _Odd(f"{where} has no {key}")
        else:
            found.pop(key, None)


def _kind(found: Any, kind: type, where: str) -> Any:
    if type(found) is not kind:
        raise _Odd(f"{where} is {type(found).__name__}, not {kind.__name__}")
    return found
