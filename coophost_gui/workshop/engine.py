"""A Docker Engine inside the program: a swarm of one node, with realistic timing, no network.

It answers the API paths that this program uses, in the shapes of API 1.41, and passes
the same contract tests as the engines of real servers.
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

from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere, Practice
from coophost_gui.kit.jobs import Job

Json: TypeAlias = dict[str, Any]

ASSIGNED, PREPARING, STARTING, HEALTHY = 0.2, 0.6, 1.5, 6.0  # seconds after a task is made
CRASHES_AFTER, HISTORY = 5.0, 5  # seconds a broken app lives; finished tasks that are kept
LAYER_SIZES = (31_400_000, 12_700_000, 74_900_000)  # bytes of the parts of every image
LAYER_SECONDS = 1.4


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


class PracticeEngine:
    """The Engine of the practice server. Safe to use from several threads."""

    world = Practice

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

    # What the screens of "Try it out" can do to it.

    def break_app(self, stack: str) -> None:
        """Make the app *stack* crash again and again, as when its memory is too small."""
        with self._lock:
            self._broken.add(stack)

    def heal_app(self, stack: str) -> None:
        with self._lock:
            self._broken.discard(stack)
            for service in self._services.values():
                if self._stack(service) == stack:
                    service.updated = time.time()  # as after a change of its memory limit
                    self._settle(service)
                    self._start(service)

    # The Engine, as ``hosts.base`` describes it.

    def get(self, job: Job, path: str, **query: object) -> Any:
        job.checkpoint()
        with self._lock:
            self._awake(path)
            for pattern, answer in self._reads():
                if match := re.fullmatch(pattern, path):
                    return deepcopy(answer(*match.groups(), **query))
        raise self._no(NotThere, 404, f"page not found: {path}")

    def post(
        self,
        job: Job,
        path: str,
        body: object = None,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Any:
        job.checkpoint()
        given: Json = deepcopy(body) if isinstance(body, dict) else {}
        with self._lock:
            self._awake(path)
            if path == "/swarm/init":
                return self._swarm_init()
            if match := re.fullmatch(r"/(networks|secrets|configs)/create", path):
                return self._create(match[1], given)
            if path == "/services/create":
                return self._create_service(given)
            if match := re.fullmatch(r"/services/([^/]+)/update", path):
                return self._update_service(match[1], given, int(str(query.get("version", 0))))
        raise self._no(NotThere, 404, f"page not found: {path}")

    def delete(self, job: Job, path: str, **query: object) -> None:
        job.checkpoint()
        with self._lock:
            self._awake(path)
            if match := re.fullmatch(r"/services/([^/]+)", path):
                service = self._service(match[1])
                del self._services[service.id]
                return
            if match := re.fullmatch(r"/(networks|secrets|configs|volumes)/([^/]+)", path):
                self._delete(match[1], match[2])
                return
        raise self._no(NotThere, 404, f"page not found: {path}")

    def stream(
        self,
        job: Job,
        method: str,
        path: str,
        *,
        headers: Mapping[str, str] | None = None,
        **query: object,
    ) -> Iterator[Json]:
        if path != "/images/create":
            raise self._no(NotThere, 404, f"page not found: {path}")
        with self._lock:
            self._awake(path)
        image, tag = str(query["fromImage"]), str(query.get("tag") or "")
        if tag.startswith("sha256:"):
            image = self._known(f"{image}@{tag}")
        elif tag:
            image = f"{image}:{tag}"
        yield from self._pull(job, image)

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

    # Reading.

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
        wanted = _filters(query)
        return [
            self._show(service, query)
            for service in self._services.values()
            if _fits(wanted, service.id, service.spec["Name"], service.spec.get("Labels"))
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
        if _true(query.get("status")):
            states = [self._state(task)[0] for task in self._tasks(service)]
            shown["ServiceStatus"] = {
                "RunningTasks": states.count("running"),
                "DesiredTasks": _replicas(service.spec),
                "CompletedTasks": 0,
            }
        return shown

    def _list_tasks(self, **query: object) -> list[Json]:
        wanted = _filters(query)
        services = wanted.pop("service", [])
        desired = wanted.pop("desired-state", [])
        labels = wanted.pop("label", [])
        shown = []
        for service in self._services.values():
            if services and not {service.id, service.spec["Name"]} & set(services):
                continue
            if labels and not _fits({"label": labels}, "", "", service.spec.get("Labels")):
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
        age = (time.time() - task.began) * self._speed
        checked = task.template.get("ContainerSpec", {}).get("Healthcheck")
        running_at = HEALTHY if checked else STARTING
        if age < 0:  # it waits for the pause between two tries to end
            return "ready", task.began, ""
        for state, until in (("assigned", ASSIGNED), ("preparing", PREPARING)):
            if age < until:
                return state, task.began, ""
        if age < running_at:
            return "starting", task.began + PREPARING / self._speed, ""
        return "running", task.began + running_at / self._speed, ""

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
        running = service.tasks[:1] if _replicas(service.spec) else []
        ended = [task for task in service.tasks if task.ended is not None]
        del ended[HISTORY:]
        service.tasks = ([t for t in running if t.ended is None]) + ended
        return service.tasks

    def _all_tasks(self) -> list[Task]:
        return [task for service in self._services.values() for task in self._tasks(service)]

    def _list_things(self, kind: str, **query: object) -> list[Json]:
        wanted = _filters(query)
        return [
            thing
            for thing in self._things[kind].values()
            if _fits(wanted, _id(thing), _name(thing), _labels(thing))
        ]

    def _thing(self, kind: str, name: str) -> Json:
        for thing in self._things[kind].values():
            if name in (_id(thing), _name(thing)):
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
        found = next((one for one in self._images if _digest(one) == wanted), None)
        return found or bare(name)

    def _image(self, name: str) -> Json:
        known = self._known(name)
        if known not in self._images:
            raise self._no(NotThere, 404, f"No such image: {name}")
        digest = _digest(known)
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
            "Descriptor": {"digest": _digest(bare(name)), "size": 1234, "mediaType": ""},
            "Platforms": [{"architecture": "amd64", "os": "linux"}],
        }

    # Changing.

    def _swarm_init(self) -> str:
        if self.swarm:
            raise self._no(EngineProblem, 503, "This node is already part of a swarm.")
        self.swarm = True
        self._create("networks", {"Name": "ingress", "Driver": "overlay", "Ingress": True})
        return identity("node")

    def _create(self, kind: str, body: Json) -> Json:
        name = str(body["Name"])
        if any(_name(thing) == name for thing in self._things[kind].values()):
            message = f"rpc error: code = AlreadyExists desc = {kind[:-1]} {name} already exists"
            raise self._no(AlreadyThere, 409, message)
        self._check_name(kind, name)
        new, now = self._new_id(), stamp(time.time())
        if kind == "networks":
            thing: Json = {"Id": new, "Created": now, "Scope": "swarm", "Driver": "overlay"} | body
        else:
            spec = {key: value for key, value in body.items() if key != "Data"}
            if kind == "configs":
                spec["Data"] = body.get("Data", "")
            self._count += 1
            thing = {
                "ID": new,
                "Version": {"Index": self._count},
                "CreatedAt": now,
                "UpdatedAt": now,
                "Spec": spec,
            }
        self._things[kind][new] = thing
        return {"ID": new, "Id": new}

    def _check_name(self, kind: str, name: str) -> None:
        if kind != "networks" and (len(name) > 64 or not re.fullmatch(r"[\w.-]+", name)):
            raise self._no(EngineProblem, 400, "invalid name, only 64 [a-zA-Z0-9-_.] characters")

    def _create_service(self, spec: Json) -> Json:
        name = str(spec["Name"])
        if any(service.spec["Name"] == name for service in self._services.values()):
            message = f"rpc error: code = AlreadyExists desc = name conflicts: {name}"
            raise self._no(AlreadyThere, 409, message)
        if len(name) > 63:
            raise self._no(EngineProblem, 400, "name must be 63 characters or fewer")
        self._check_references(spec)
        now = time.time()
        self._count += 1
        service = Service(self._new_id(), spec, self._count, now, now)
        self._services[service.id] = service
        self._start(service)
        return {"ID": service.id}

    def _update_service(self, name: str, spec: Json, version: int) -> Json:
        service = self._service(name)
        if version != service.version:
            message = "rpc error: code = Unknown desc = update out of sequence"
            raise self._no(EngineProblem, 500, message)
        self._check_references(spec)
        before, service.previous, service.spec = service.spec, service.spec, spec
        self._count += 1
        service.version, service.updated = self._count, time.time()
        if before.get("TaskTemplate") != spec.get("TaskTemplate") or before.get("Mode") != spec.get(
            "Mode"
        ):
            self._settle(service)
            self._start(service)
        return {"Warnings": None}

    def _check_references(self, spec: Json) -> None:
        container = spec.get("TaskTemplate", {}).get("ContainerSpec", {})
        for kind, key in (("secrets", "SecretID"), ("configs", "ConfigID")):
            for reference in container.get(kind.title()) or []:
                if reference.get(key) not in self._things[kind]:
                    message = f"{kind[:-1]} not found: {reference.get(key[:-2] + 'Name')}"
                    raise self._no(EngineProblem, 400, message)
        for network in spec.get("TaskTemplate", {}).get("Networks") or []:
            self._thing("networks", str(network["Target"]))
        for mount in container.get("Mounts") or []:
            if mount.get("Type") == "volume" and mount.get("Source"):
                self._volumes.setdefault(mount["Source"], {"Name": mount["Source"]})

    def _delete(self, kind: str, name: str) -> None:
        if kind == "volumes":
            if self._volumes.pop(name, None) is None:
                raise self._no(NotThere, 404, f"get {name}: no such volume")
            return
        thing = self._thing(kind, name)
        users = [
            service.spec["Name"]
            for service in self._services.values()
            if _id(thing) in json.dumps(service.spec)
        ]
        if users and kind != "networks":
            message = f"{kind[:-1]} '{name}' is in use by the following services: "
            raise self._no(EngineProblem, 400, message + ", ".join(users))
        del self._things[kind][_id(thing)]

    def _start(self, service: Service) -> None:
        if _replicas(service.spec):
            template = service.spec.get("TaskTemplate", {})
            service.tasks.insert(0, Task(self._new_id(), service.id, template, time.time()))

    def _settle(self, service: Service) -> None:
        """End the tasks of *service* that are under way."""
        for task in service.tasks:
            if task.ended is None:
                task.ended = time.time()

    def _pull(self, job: Job, image: str) -> Iterator[Json]:
        name = bare(image)
        digest = _digest(name)
        yield {"status": f"Pulling from {name.rpartition(':')[0]}", "id": name.rpartition(":")[2]}
        layers = [(identity(name, number)[:12], size) for number, size in enumerate(LAYER_SIZES)]
        for layer, _ in layers:
            yield {"status": "Pulling fs layer", "progressDetail": {}, "id": layer}
        pieces = 10
        for layer, size in layers:
            for piece in range(1, pieces + 1):
                job.wait(LAYER_SECONDS / pieces / self._speed)
                detail = {"current": size * piece // pieces, "total": size}
                yield {"status": "Downloading", "progressDetail": detail, "id": layer}
            yield {"status": "Pull complete", "progressDetail": {}, "id": layer}
        with self._lock:
            self._images.add(name)
        yield {"status": f"Digest: {digest}"}
        yield {"status": f"Status: Downloaded newer image for {name}"}

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


def _filters(query: Mapping[str, object]) -> dict[str, list[str]]:
    """Return the ``filters`` of a query as lists: the Engine takes lists and maps of true."""
    given = query.get("filters") or {}
    if isinstance(given, str):
        given = json.loads(given)
    assert isinstance(given, Mapping)
    return {str(key): list(value) for key, value in given.items()}


def _fits(
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


def _id(thing: Json) -> str:
    return str(thing.get("ID") or thing.get("Id"))


def _name(thing: Json) -> str:
    return str(thing.get("Name") or thing.get("Spec", {}).get("Name"))


def _labels(thing: Json) -> Mapping[str, str]:
    found: Mapping[str, str] = thing.get("Labels") or thing.get("Spec", {}).get("Labels") or {}
    return found


def _replicas(spec: Json) -> int:
    mode = spec.get("Mode") or {}
    if "Global" in mode:
        return 1
    return int((mode.get("Replicated") or {}).get("Replicas", 1))


def _true(value: object) -> bool:
    return str(value).lower() in ("true", "1")


def _digest(name: str) -> str:
    return "sha256:" + hashlib.sha256(name.encode()).hexdigest()
