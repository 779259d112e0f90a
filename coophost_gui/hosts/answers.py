"""What the Engine answers, checked where it comes in: as much of it as this program reads.

A server may be broken, or somebody else's program may answer in the Engine's place.  What
has passed here has the types that are written down below, so that nobody behind it has to
doubt them; what is not written down is handed on as it came, if it is not nested too deep.
"""

import json
import re
from typing import Any

from coophost_gui.hosts.problems import EngineOdd
from coophost_gui.hosts.shapes import Check, Odd, Shape, anything, check_of, too_deep

SHOWN = 500  # letters of an odd answer in the details
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")  # half a letter: no UTF-8 can hold it
VERSION = re.compile(r"\d{1,4}\.\d{1,4}")

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

CHECKS = tuple((re.compile(known), check_of(shape)) for known, shape in ANSWERS)
NEWS_CHECK = check_of(NEWS)


def answer(host: str, path: str, data: bytes) -> Any:
    """Return what the Engine of *host* answered to a GET of *path*; raises ``EngineOdd``."""
    check = next((check for known, check in CHECKS if known.fullmatch(path)), anything)
    return _read(host, path, data, check)


def done(host: str, path: str, data: bytes) -> Any:
    """Return what the Engine of *host* said to a change, or None when it said nothing."""
    return _read(host, path, data, anything) if data.strip() else None


def news(host: str, path: str, line: bytes) -> dict[str, Any]:
    """Return one line of a long answer; raises ``EngineOdd``."""
    found: dict[str, Any] = _read(host, path, line, NEWS_CHECK)
    return found


def _read(host: str, path: str, data: bytes, check: Check) -> Any:
    try:
        found = json.loads(data)
        if SURROGATE.search(data):
            found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
        if too_deep(found):
            raise Odd("is nested too deep")
        return check(found)
    except (ValueError, RecursionError) as error:
        said = data[:SHOWN].decode("utf-8", "replace")
        raise EngineOdd(f"{path}: {error}\n{said}", host=host) from error
