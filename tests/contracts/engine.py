"""What every Engine promises, make-believe or real. A file of tests only adds a fixture."""

import base64
import threading
import time

import pytest

from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Cancelled

STACK = "com.docker.stack.namespace"


def until(look, seconds=30):
    """Return the first true answer of *look*."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(0.1)
    pytest.fail("it did not happen in time")


class EngineContract:
    """Fixtures wanted: ``engine`` (a swarm of one node) and ``image`` (one it can pull)."""

    def pull(self, engine, image):
        name, _, tag = image.rpartition(":")
        return list(engine.stream(Job(), "POST", "/images/create", fromImage=name, tag=tag))

    def spec(self, image, name="contract_app", **container):
        body = {"Image": image, "Command": ["sleep", "600"], **container}
        return {
            "Name": name,
            "Labels": {STACK: "contract"},
            "TaskTemplate": {"ContainerSpec": body},
            "Mode": {"Replicated": {"Replicas": 1}},
            "EndpointSpec": {"Mode": "dnsrr"},
        }

    @pytest.fixture
    def service(self, engine, image):
        self.pull(engine, image)
        made = engine.post(Job(), "/services/create", self.spec(image))["ID"]
        yield made
        try:
            engine.delete(Job(), f"/services/{made}")
        except NotThere:
            return

    def test_the_version_is_known(self, engine):
        assert engine.get(Job(), "/version")["ApiVersion"]

    def test_what_is_not_there_is_said_to_be_not_there(self, engine):
        for path in ("/services/nope", "/secrets/nope", "/configs/nope", "/networks/nope"):
            with pytest.raises(NotThere):
                engine.get(Job(), path)
        with pytest.raises(NotThere):
            engine.delete(Job(), "/services/nope")

    @pytest.mark.parametrize("kind", ["secrets", "configs"])
    def test_a_name_is_taken_once(self, engine, kind):
        data = base64.b64encode(b"something").decode()
        body = {"Name": "contract_x_v1", "Labels": {STACK: "contract"}, "Data": data}
        made = engine.post(Job(), f"/{kind}/create", body)["ID"]
        try:
            with pytest.raises(AlreadyThere):
                engine.post(Job(), f"/{kind}/create", body)
            found = engine.get(Job(), f"/{kind}", filters={"label": [f"{STACK}=contract"]})
            assert [thing["Spec"]["Name"] for thing in found] == ["contract_x_v1"]
            assert engine.get(Job(), f"/{kind}", filters={"label": [f"{STACK}=other"]}) == []
            assert engine.get(Job(), f"/{kind}/{made}")["Spec"].get("Data") == (
                data if kind == "configs" else None
            )
        finally:
            engine.delete(Job(), f"/{kind}/{made}")

    def test_a_network_is_made_found_and_removed(self, engine):
        body = {"Name": "contract_internal", "Driver": "overlay", "Labels": {STACK: "contract"}}
        engine.post(Job(), "/networks/create", body)

        def seen():
            try:
                return engine.get(Job(), "/networks/contract_internal")
            except NotThere:
                return None

        def allocated():
            network = seen()
            return network is not None and (network["Scope"], network["Driver"]) == (
                "swarm",
                "overlay",
            )

        try:
            until(allocated)
        finally:
            engine.delete(Job(), "/networks/contract_internal")
        until(lambda: seen() is None)

    def test_a_pull_says_how_far_it_is(self, engine, image):
        events = self.pull(engine, image)
        assert events[0]["status"].startswith("Pulling from")
        assert events[-1]["status"].startswith("Status: ")
        assert engine.get(Job(), f"/images/{image}/json")["Id"].startswith("sha256:")

    def test_a_service_comes_to_life(self, engine, service):
        def running():
            shown = engine.get(Job(), "/services", status="true", filters={"id": [service]})
            return shown[0]["ServiceStatus"] == {
                "RunningTasks": 1,
                "DesiredTasks": 1,
                "CompletedTasks": 0,
            }

        until(running)
        tasks = engine.get(Job(), "/tasks", filters={"service": [service]})
        assert [(t["DesiredState"], t["Status"]["State"]) for t in tasks] == [
            ("running", "running")
        ]

    def test_what_happens_is_told_until_the_job_is_cancelled(self, engine, image, service):
        job, heard = Job(), []
        wanted = {"type": ["service", "container"], "event": ["update", "start", "remove"]}

        def listen():
            try:
                for event in engine.stream(job, "GET", "/events", filters=wanted):
                    heard.append((event["Type"], event["Action"]))
            except Cancelled:
                heard.append("stopped")

        listening = threading.Thread(target=listen)
        listening.start()
        try:
            time.sleep(0.5)
            known = engine.get(Job(), f"/services/{service}")["Version"]["Index"]
            changed = self.spec(image, Env=["A=1"])
            engine.post(Job(), f"/services/{service}/update", changed, version=known)
            until(lambda: {("service", "update"), ("container", "start")} <= set(heard))
            engine.delete(Job(), f"/services/{service}")
            until(lambda: ("service", "remove") in heard)
        finally:
            job.cancel()
            listening.join(10)
        assert heard[-1] == "stopped"

    def test_a_change_made_on_old_knowledge_is_refused(self, engine, image, service):
        known = engine.get(Job(), f"/services/{service}")["Version"]["Index"]
        changed = self.spec(image, Env=["A=1"])
        engine.post(Job(), f"/services/{service}/update", changed, version=known)
        with pytest.raises(EngineProblem, match="out of sequence"):
            engine.post(Job(), f"/services/{service}/update", changed, version=known)
        found = engine.get(Job(), f"/services/{service}")
        assert found["Spec"]["TaskTemplate"]["ContainerSpec"]["Env"] == ["A=1"]
        assert "Env" not in found["PreviousSpec"]["TaskTemplate"]["ContainerSpec"]

    def test_a_missing_image_is_a_rejected_task(self, engine):
        made = engine.post(Job(), "/services/create", self.spec("nothing.invalid/none:1"))["ID"]
        try:

            def rejected():
                tasks = engine.get(Job(), "/tasks", filters={"service": [made]})
                return [t for t in tasks if t["Status"]["State"] == "rejected"]

            assert "No such image" in until(rejected)[0]["Status"]["Err"]
        finally:
            engine.delete(Job(), f"/services/{made}")

    def test_a_secret_in_use_stays(self, engine, image):
        data = base64.b64encode(b"something").decode()
        secret = engine.post(Job(), "/secrets/create", {"Name": "contract_s_v1", "Data": data})[
            "ID"
        ]
        reference = {
            "File": {"Name": "s", "UID": "0", "GID": "0", "Mode": 292},
            "SecretID": secret,
            "SecretName": "contract_s_v1",
        }
        made = engine.post(
            Job(), "/services/create", self.spec(image, "contract_user", Secrets=[reference])
        )["ID"]
        try:
            with pytest.raises(EngineProblem, match="in use by"):
                engine.delete(Job(), f"/secrets/{secret}")
        finally:
            engine.delete(Job(), f"/services/{made}")
        engine.delete(Job(), f"/secrets/{secret}")
