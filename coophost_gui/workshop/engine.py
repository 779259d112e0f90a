"""A Docker Engine inside the program: a swarm of one node, with realistic timing, no network.

It answers the API paths that this program uses, in the shapes of API 1.41, and passes
the same contract tests as the engines of real servers.
"""

import json
import re
import time
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any

from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere, Practice
from coophost_gui.kit.jobs import Job
from coophost_gui.workshop.events import happenings
from coophost_gui.workshop.swarm import (
    LAYER_SIZES,
    Json,
    Service,
    Swarm,
    Task,
    bare,
    digest_of,
    filters_of,
    id_of,
    identity,
    name_of,
    replicas,
    stamp,
)

LAYER_SECONDS = 1.4


class PracticeEngine(Swarm):
    """The Engine of the practice server. Safe to use from several threads."""

    world = Practice

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
        if path not in ("/images/create", "/events"):
            raise self._no(NotThere, 404, f"page not found: {path}")
        with self._lock:
            self._awake(path)
        if path == "/events":
            yield from happenings(job, self._seen, filters_of(query))
            return
        image, tag = str(query["fromImage"]), str(query.get("tag") or "")
        if tag.startswith("sha256:"):
            image = self._known(f"{image}@{tag}")
        elif tag:
            image = f"{image}:{tag}"
        yield from self._pull(job, image)

    # Changing.

    def _swarm_init(self) -> str:
        if self.swarm:
            raise self._no(EngineProblem, 503, "This node is already part of a swarm.")
        self.swarm = True
        self._create("networks", {"Name": "ingress", "Driver": "overlay", "Ingress": True})
        return identity("node")

    def _create(self, kind: str, body: Json) -> Json:
        name = str(body["Name"])
        if any(name_of(thing) == name for thing in self._things[kind].values()):
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
            if id_of(thing) in json.dumps(service.spec)
        ]
        if users and kind != "networks":
            message = f"{kind[:-1]} '{name}' is in use by the following services: "
            raise self._no(EngineProblem, 400, message + ", ".join(users))
        del self._things[kind][id_of(thing)]

    def _start(self, service: Service) -> None:
        if replicas(service.spec):
            template = service.spec.get("TaskTemplate", {})
            service.tasks.insert(0, Task(self._new_id(), service.id, template, time.time()))

    def _settle(self, service: Service) -> None:
        """End the tasks of *service* that are under way."""
        for task in service.tasks:
            if task.ended is None:
                task.ended = time.time()

    def _pull(self, job: Job, image: str) -> Iterator[Json]:
        name = bare(image)
        digest = digest_of(name)
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
