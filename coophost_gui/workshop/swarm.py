"""What runs on the practice server, told in the shapes of the Engine's API 1.41.

Looking is all that is done here; what changes it is in ``engine.py``.
"""

import hashlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, TypeAlias

from coophost_gui.hosts.base import EngineProblem, NotThere
from coophost_gui.kit.jobs import Job
from coophost_gui.workshop.events import Seen

Json: TypeAlias = dict[str, Any]

ASSIGNED, PREPARING, STARTING, HEALTHY = 0.2, 0.6, 1.5, 6.0  # seconds after a task is made
CRASHES_AFTER, HISTORY = 5.0, 5  # seconds a broken app lives; finished tasks that are kept
LAYER_SIZES = (31_400_000, 12_700_000, 74_900_000)  # bytes of the parts of every image


def identity(*parts: object) -> str:
    """Return an id of 25 characters as Swarm gives them, always the same for the same parts."""
    return hashlib.sha256(repr(parts).encode()).hexdigest()[:25]


def stamp(seconds: float) -> str:
    """Write *seconds* since 1970 as the Engine writes times."""
    return datetime.fromtimestamp(seconds, UTC).isoformat().replace("+00:00", "Z")


def bare(image: str) -> str:
    """Return *image* without its digest and without the parts that Docker adds to short names."""
    name = image.partition("@")[0].removeprefix("docker.io/").removeprefix("library/")
    return name if ":" in name.rpartition("/")[2] else f"{name}:latest"


@dataclass
class Task:
    """One try to run a service."""

    id: str
    service: str
    template: Json
    began: float
    ended: float | None = None  # when it was told to stop, or stopped by itself
    error: str = ""
    code: int = 0


@dataclass
class Service:
    id: str
    spec: Json
    version: int
    created: float
    updated: float
    previous: Json | None = None
    tasks: list[Task] = field(default_factory=list)


class Swarm:
    """A swarm of one node. Safe to look at from several threads."""

    def __init__(self, speed: float = 1.0, name: str = "practice") -> None:
        self.host = name
        self.installed = False
        self.swarm = False
        self._speed = speed
        self._lock = threading.RLock()
        self._count = 10
        self._services: dict[str, Service] = {}
        self._things: dict[str, dict[str, Json]] = {"networks": {}, "secrets": {}, "configs": {}}
        self._volumes: dict[str, Json] = {}
        self._images: set[str] = set()
        self._broken: set[str] = set()

    def get(self, job: Job, path: str, **query: object) -> Any:
        job.checkpoint()
        with self._lock:
            self._awake(path)
            for pattern, answer in self._reads():
                if match := re.fullmatch(pattern, path):
                    return deepcopy(answer(*match.groups(), **query))
        raise self._no(NotThere, 404, f"page not found: {path}")

    def lines(self, job: Job, path: str, **query: object) -> Iterator[tuple[int, str]]:
        match = re.fullmatch(r"/(services|tasks)/([^/]+)/logs", path)
        if not match:
            raise self._no(NotThere, 404, f"page not found: {path}")
        with self._lock:
            if match[1] == "services":
                service = self._service(match[2])
            else:
                task = next((t for t in self._all_tasks() if t.id == match[2]), None)
                if task is None:
                    raise self._no(NotThere, 404, f"task {match[2]} not found")
                service = self._services[task.service]
            name = service.spec["Name"]
            broken = self._stack(service) in self._broken
        job.checkpoint()
        yield 1, f"{name}: starting on the practice server"
        if broken:
            yield 2, f"{name}: cannot allocate memory"
        else:
            yield 1, f"{name}: ready"

    def _reads(self) -> tuple[tuple[str, Callable[..., Any]], ...]:
        return (
            (r"/version", lambda: {"Version": "20.10.24", "ApiVersion": "1.41"}),
            (r"/_ping", lambda: "OK"),
            (r"/info", self._info),
            (r"/nodes", lambda **query: [self._node()]),
            (r"/services", self._list_services),
            (r"/services/([^/]+)", lambda name, **query: self._show(self._service(name), query)),
            (r"/tasks", self._list_tasks),
            (r"/(networks|secrets|configs)", self._list_things),
            (r"/(networks|secrets|configs)/([^/]+)", lambda kind, name: self._thing(kind, name)),
            (r"/volumes", lambda **query: {"Volumes": list(self._volumes.values())}),
            (r"/images/(.+)/json", self._image),
            (r"/distribution/(.+)/json", self._distribution),
        )

    def _info(self) -> Json:
        state = "active" if self.swarm else "inactive"
        return {
            "Name": self.host,
            "ServerVersion": "20.10.24",
            "OSType": "linux",
            "NCPU": 2,
            "MemTotal": 4_000_000_000,
            "DockerRootDir": "/var/lib/docker",
            "Swarm": {
                "LocalNodeState": state,
                "ControlAvailable": self.swarm,
                "NodeAddr": "192.0.2.10" if self.swarm else "",
            },
        }

    def _node(self) -> Json:
        return {
            "ID": identity("node"),
            "Spec": {"Role": "manager", "Availability": "active"},
            "Description": {"Hostname": self.host},
            "Status": {"State": "ready", "Addr": "192.0.2.10"},
            "ManagerStatus": {"Leader": True, "Reachability": "reachable"},
        }

    def _list_services(self, **query: object) -> list[Json]:
        wanted = filters_of(query)
        return [
            self._show(service, query)
            for service in self._services.values()
            if fits(wanted, service.id, service.spec["Name"], service.spec.get("Labels"))
        ]

    def _show(self, service: Service, query: Mapping[str, object]) -> Json:
        shown: Json = {
            "ID": service.id,
            "Version": {"Index": service.version},
            "CreatedAt": stamp(service.created),
            "UpdatedAt": stamp(service.updated),
            "Spec": service.spec,
            "Endpoint": {"Spec": {}},
        }
        if service.previous is not None:
            shown["PreviousSpec"] = service.previous
        if is_true(query.get("status")):
            states = [self._state(task)[0] for task in self._tasks(service)]
            shown["ServiceStatus"] = {
                "RunningTasks": states.count("running"),
                "DesiredTasks": replicas(service.spec),
                "CompletedTasks": 0,
            }
        return shown

    def _list_tasks(self, **query: object) -> list[Json]:
        wanted = filters_of(query)
        services = wanted.pop("service", [])
        desired = wanted.pop("desired-state", [])
        labels = wanted.pop("label", [])
        shown = []
        for service in self._services.values():
            if services and not {service.id, service.spec["Name"]} & set(services):
                continue
            if labels and not fits({"label": labels}, "", "", service.spec.get("Labels")):
                continue
            for task in self._tasks(service):
                one = self._show_task(service, task)
                if not desired or one["DesiredState"] in desired:
                    shown.append(one)
        return shown

    def _show_task(self, service: Service, task: Task) -> Json:
        state, since, error = self._state(task)
        status: Json = {"Timestamp": stamp(since), "State": state, "Message": state}
        if error:
            status["Err"] = error
        status["ContainerStatus"] = {"ContainerID": task.id * 2, "ExitCode": task.code}
        return {
            "ID": task.id,
            "Version": {"Index": service.version},
            "CreatedAt": stamp(task.began),
            "UpdatedAt": stamp(since),
            "Labels": {},
            "Spec": task.template,
            "ServiceID": service.id,
            "Slot": 1,
            "NodeID": identity("node"),
            "Status": status,
            "DesiredState": "shutdown"
            if task.ended is not None
            else "ready"
            if state == "ready"
            else "running",
        }

    def _state(self, task: Task) -> tuple[str, float, str]:
        """Return a task's state, since when (seconds since 1970), and what went wrong."""
        if task.ended is not None:
            state = "failed" if task.code else "rejected" if task.error else "shutdown"
            return state, task.ended, task.error
        passed = time.time() - task.began
        age = passed * self._speed
        checked = task.template.get("ContainerSpec", {}).get("Healthcheck")
        running_at = HEALTHY if checked else STARTING
        if age < 0:  # it waits for the pause between two tries to end
            return "ready", task.began, ""
        for state, until in (("assigned", ASSIGNED), ("preparing", PREPARING)):
            if age < until:
                return state, task.began, ""
        if age < running_at:
            return "starting", task.began + PREPARING / self._speed, ""
        # So long ago that it has held for as long as a server of this speed would have seen it.
        return "running", task.began + running_at - passed * (self._speed - 1), ""

    def _tasks(self, service: Service) -> list[Task]:
        """Bring the tasks of *service* up to now, newest first, and return them."""
        now = time.time()
        while service.tasks and service.tasks[0].ended is None:
            task = service.tasks[0]
            image = bare(str(task.template.get("ContainerSpec", {}).get("Image", "")))
            rejected_at = task.began + PREPARING / self._speed
            crashes_at = task.began + CRASHES_AFTER / self._speed
            if image not in self._images and now >= rejected_at:
                task.ended, task.error = rejected_at, f"No such image: {image}"
            elif self._stack(service) in self._broken and now >= crashes_at:
                task.ended, task.code = crashes_at, 137
                task.error = "task: non-zero exit (137)"
            else:
                break
            again = Task(self._new_id(), service.id, task.template, task.ended + 5 / self._speed)
            service.tasks.insert(0, again)
        running = service.tasks[:1] if replicas(service.spec) else []
        ended = [task for task in service.tasks if task.ended is not None]
        del ended[HISTORY:]
        service.tasks = ([t for t in running if t.ended is None]) + ended
        return service.tasks

    def _seen(self) -> Seen:
        """Return every service with its version and every task with its state."""
        with self._lock:
            services = {("service", s.id): str(s.version) for s in self._services.values()}
            tasks = {("container", t.id): self._state(t)[0] for t in self._all_tasks()}
        return services | tasks

    def _all_tasks(self) -> list[Task]:
        return [task for service in self._services.values() for task in self._tasks(service)]

    def _list_things(self, kind: str, **query: object) -> list[Json]:
        wanted = filters_of(query)
        return [
            thing
            for thing in self._things[kind].values()
            if fits(wanted, id_of(thing), name_of(thing), labels_of(thing))
        ]

    def _thing(self, kind: str, name: str) -> Json:
        for thing in self._things[kind].values():
            if name in (id_of(thing), name_of(thing)):
                return thing
        raise self._no(NotThere, 404, f"{kind[:-1]} {name} not found")

    def _service(self, name: str) -> Service:
        for service in self._services.values():
            if name in (service.id, service.spec["Name"]):
                return service
        raise self._no(NotThere, 404, f"service {name} not found")

    def _known(self, name: str) -> str:
        """Return the image with a tag that *name* means, which may say its digest instead."""
        wanted = name.partition("@")[2]
        found = next((one for one in self._images if digest_of(one) == wanted), None)
        return found or bare(name)

    def _image(self, name: str) -> Json:
        known = self._known(name)
        if known not in self._images:
            raise self._no(NotThere, 404, f"No such image: {name}")
        digest = digest_of(known)
        return {
            "Id": digest,
            "RepoTags": [known],
            "RepoDigests": [f"{known.rpartition(':')[0]}@{digest}"],
            "Size": sum(LAYER_SIZES),
            "Os": "linux",
            "Architecture": "amd64",
        }

    def _distribution(self, name: str) -> Json:
        return {
            "Descriptor": {"digest": digest_of(bare(name)), "size": 1234, "mediaType": ""},
            "Platforms": [{"architecture": "amd64", "os": "linux"}],
        }

    def _stack(self, service: Service) -> str:
        return str(service.spec.get("Labels", {}).get("com.docker.stack.namespace", ""))

    def _new_id(self) -> str:
        self._count += 1
        return identity(self.host, self._count)

    def _awake(self, path: str) -> None:
        if not self.installed:
            raise self._no(EngineProblem, 503, "Docker is not installed on this server yet")
        needs_swarm = re.match(r"/(services|tasks|secrets|configs|nodes)\b", path)
        if needs_swarm and not self.swarm:
            raise self._no(EngineProblem, 503, "This node is not a swarm manager.")

    def _no(self, kind: type[EngineProblem], status: int, message: str) -> EngineProblem:
        return kind(message, host=self.host, status=status, message=message)


def filters_of(query: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the ``filters`` of a query as lists: the Engine takes lists and maps of true."""
    given = query.get("filters") or {}
    if isinstance(given, str):
        given = json.loads(given)
    assert isinstance(given, Mapping)
    return {str(key): list(value) for key, value in given.items()}


def fits(
    wanted: Mapping[str, list[str]], thing: str, name: str, labels: Mapping[str, str] | None
) -> bool:
    """Say whether a thing passes the filters id, name (from its beginning) and label."""
    if ids := wanted.get("id"):
        return any(thing.startswith(one) for one in ids)
    if (names := wanted.get("name")) and not any(name.startswith(one) for one in names):
        return False
    for label in wanted.get("label", []):
        key, given, value = label.partition("=")
        if key not in (labels or {}) or (given and (labels or {})[key] != value):
            return False
    return True


def id_of(thing: Json) -> str:
    return str(thing.get("ID") or thing.get("Id"))


def name_of(thing: Json) -> str:
    return str(thing.get("Name") or thing.get("Spec", {}).get("Name"))


def labels_of(thing: Json) -> Mapping[str, str]:
    found: Mapping[str, str] = thing.get("Labels") or thing.get("Spec", {}).get("Labels") or {}
    return found


def replicas(spec: Json) -> int:
    mode = spec.get("Mode") or {}
    if "Global" in mode:
        return 1
    return int((mode.get("Replicated") or {}).get("Replicas", 1))


def is_true(value: object) -> bool:
    return str(value).lower() in ("true", "1")


def digest_of(name: str) -> str:
    return "sha256:" + hashlib.sha256(name.encode()).hexdigest()
