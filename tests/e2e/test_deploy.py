"""Apps brought to life on a real Engine, over a real connection, with real faults."""

import json
import subprocess
import sys
import threading
import time

import pytest

from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.apps.logs import logs
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.apps.problems import (
    ImageMissing,
    ImagePrivate,
    KeepsRestarting,
    RegistryAway,
    RegistryBusy,
    RolledBack,
    SomeoneElseChanged,
)
from coophost_gui.apps.undeploy import undeploy_steps
from coophost_gui.health.judge import State, find, judge
from coophost_gui.health.look import look
from coophost_gui.hosts.base import HostProblem, Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Job, Progress, StepBegan, StepEnded
from coophost_gui.kit.plan import carry_out, unkept
from coophost_gui.kit.problems import AnswersMissing, Cancelled
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.door import steady_host
from coophost_gui.servers.world import World
from tests.unit.apps.recipes import Web, new_greeter

pytestmark = pytest.mark.testbed

STACK = "hello_example_org"
QUICK = Patience(0.2, restarting=6, stuck=4, timeout=60, stopping=60)
APP, SIDE = f"{STACK}_app", f"{STACK}_side"


def answering(server, heard=None):
    """Return a job that compares fingerprints as a person would, and remembers what it heard."""

    def listen(event):
        if heard is not None:
            heard.append(event)
        if isinstance(event, Asked):
            event.answer.set_result(server.fingerprint)

    return Job(listen)


@pytest.fixture
def world(tmp_path, swarm_server, registry):
    secrets = MemorySecrets()
    made = World(
        world=Real,
        abra=AbraFolder(tmp_path / "abra"),
        hosts=Connections(secrets, tmp_path / "ssh"),
        secrets=secrets,
        ssh_dir=tmp_path / "ssh",
        docker_dir=tmp_path / "docker",
        web=Web(swarm_server.address),
    )
    made.abra.add_server("alpha")
    login = Login("alpha", swarm_server.address, swarm_server.port, "root", swarm_server.password)
    made.hosts.first_contact(answering(swarm_server), login)
    yield made
    made.close()


@pytest.fixture
def host(world):
    return world.hosts.reach(Job(), "alpha")


@pytest.fixture
def greeter(world):
    return new_greeter(world, MONITOR="1s")


def deploy(world, host, app, patience=QUICK, heard=None):
    heard = [] if heard is None else heard
    carry_out(deploy_steps(world, host, app, patience=patience), Job(heard.append))
    return {event.key: event.changed for event in heard if isinstance(event, StepEnded)}


def change(app, **values):
    env = app.file.env()
    for key, value in values.items():
        env = env.set(key, value)
    app.file.write(env)


def versions(server):
    """Return what the server's own docker says about each service of the app."""
    names = server.docker("service", "ls", "-q").split()
    found = json.loads(server.docker("service", "inspect", *names)) if names else []
    return {one["Spec"]["Name"]: one["Version"]["Index"] for one in found}


def tasks(server):
    return set(server.docker("service", "ps", "-q", "--no-trunc", APP, SIDE).split())


def verdict(host):
    return find(judge(look(Job(), host)), STACK)


def wait_for(host, *states, part="app", patience=40):
    """Look until *part* is in one of *states*; return what was said about it."""
    deadline, before = time.monotonic() + patience, None
    while True:
        before = look(Job(), host, before)
        health = find(judge(before), STACK)
        found = next((one for one in health.services if one.name == part), None) if health else None
        if found is not None and found.state in states:
            return found
        assert time.monotonic() < deadline, found
        time.sleep(0.2)


def test_an_app_comes_to_life_and_a_second_deploy_changes_nothing(
    world, host, greeter, swarm_server
):
    heard = []
    changed = deploy(world, host, greeter, heard=heard)
    assert changed["images"]
    assert changed["services"]
    assert verdict(host).services[0].state is State.WELL
    fetched = [str(e.detail) for e in heard if isinstance(e, Progress) and "parts done" in str(e)]
    assert fetched[-1].endswith("2 of 2 parts done")
    assert greeter.file.version == "1.0.0+1"
    image = swarm_server.docker(
        "service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Image}}", APP
    )
    assert image.startswith("hello-checked:1@sha256:")

    before, running = versions(swarm_server), tasks(swarm_server)
    assert not any(deploy(world, host, greeter).values())
    assert versions(swarm_server) == before
    assert tasks(swarm_server) == running


def test_a_changed_setting_changes_only_that_service(world, host, greeter, swarm_server):
    deploy(world, host, greeter)
    before = versions(swarm_server)
    change(greeter, GREETING="good evening")
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    assert [found.change for found in plan.changes] == ["changed"]
    carry_out(planned_steps(plan), Job())
    after = versions(swarm_server)
    assert after[SIDE] == before[SIDE]
    assert after[APP] > before[APP]
    assert unkept(deploy_steps(world, host, greeter, patience=QUICK), Job()) == []


def test_a_tag_that_moved_is_fetched_and_started_anew(world, host, greeter, swarm_server, registry):
    change(greeter, IMAGE="hello:1", CHECK="true")
    deploy(world, host, greeter)
    before = versions(swarm_server)
    registry.push(moved())
    try:
        changed = deploy(world, host, greeter)
        assert changed["images"]
        assert versions(swarm_server)[APP] > before[APP]
        assert versions(swarm_server)[SIDE] == before[SIDE]
    finally:
        registry.move("library/hello:1", "2")


def moved():
    from tests.testbed.images import Image, tiny

    hello = next(image for image in tiny() if "library/hello:1" in image.names)
    return Image(("library/hello:1",), hello.layers, {**hello.run, "Labels": {"moved": "yes"}})


def test_a_crashing_image_is_said_with_its_last_words_and_can_be_corrected(
    world, host, greeter, swarm_server
):
    change(greeter, IMAGE="crash:1")
    with pytest.raises(KeepsRestarting) as caught:
        deploy(world, host, greeter)
    assert "cannot find my settings" in caught.value.detail
    assert "code 3" in str(caught.value)
    change(greeter, IMAGE="hello-checked:1")
    deploy(world, host, greeter)
    assert verdict(host).services[0].state is State.WELL


def test_a_health_check_that_never_turns_green_is_said_with_what_it_printed(world, host, greeter):
    change(greeter, CHECK="echo the database does not answer; exit 1")
    with pytest.raises(KeepsRestarting) as caught:
        deploy(world, host, greeter)
    assert "does not pass its own health check" in str(caught.value)
    assert "the database does not answer" in caught.value.detail


def test_a_bad_change_is_rolled_back_and_said_as_such(world, host, greeter, swarm_server):
    deploy(world, host, greeter)
    change(greeter, IMAGE="crash:1")
    with pytest.raises(RolledBack) as caught:
        deploy(world, host, greeter)
    assert "cannot find my settings" in caught.value.detail
    wait_for(host, State.ROLLED_BACK)
    change(greeter, IMAGE="hello-checked:1")
    deploy(world, host, greeter)


def test_a_missing_tag_is_said_before_anything_is_started(world, host, greeter, swarm_server):
    change(greeter, IMAGE="hello:9")
    with pytest.raises(ImageMissing):
        deploy(world, host, greeter)
    assert versions(swarm_server) == {}


def test_a_registry_that_is_down_is_said_and_passes(world, host, greeter, swarm_server, registry):
    with registry.away(), pytest.raises(RegistryAway):
        deploy(world, host, greeter)
    assert versions(swarm_server) == {}
    with registry.refusing(429), pytest.raises(RegistryBusy):
        deploy(world, host, greeter)
    deploy(world, host, greeter)
    before = versions(swarm_server)
    with registry.away():
        assert not any(deploy(world, host, greeter).values())
    assert versions(swarm_server) == before


def test_a_registry_that_wants_a_login_gets_the_one_that_a_person_gives(
    world, host, greeter, swarm_server, registry
):
    """Nobody there to ask: the problem. A person: asked once, kept, and never shown."""

    def absent(event):
        if isinstance(event, Asked):
            event.answer.set_exception(AnswersMissing(keys=event.field.key))

    heard = []

    def person(event):
        heard.append(event)
        if isinstance(event, Asked):
            told = {"registry_login": True, "registry_user": "ada"}
            event.answer.set_result(told.get(event.field.key, "a good horse"))

    with registry.wanting("ada", "a good horse"):
        with pytest.raises(ImagePrivate):
            carry_out(deploy_steps(world, host, greeter, patience=QUICK), Job(absent))
        assert versions(swarm_server) == {}
        carry_out(deploy_steps(world, host, greeter, patience=QUICK), Job(person))
        asked = [event.field.key for event in heard if isinstance(event, Asked)]
        assert asked == ["registry_login", "registry_user", "registry_password"]
        assert sorted(versions(swarm_server)) == [APP, SIDE]
        change(greeter, IMAGE="hello:1", CHECK="true")
        carry_out(deploy_steps(world, host, greeter, patience=QUICK), Job(absent))
    told = [str(event) for event in heard if not isinstance(event, Asked)]
    assert not [line for line in told if "good horse" in line]


def test_somebody_elses_change_since_the_plan_is_not_overwritten(
    world, host, greeter, swarm_server
):
    deploy(world, host, greeter)
    change(greeter, GREETING="good evening")
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    swarm_server.docker("service", "update", "-d", "--env-add", "THEIRS=1", APP)
    with pytest.raises(SomeoneElseChanged, match=r"Changed part: app \(settings: THEIRS\)"):
        carry_out(planned_steps(plan), Job())
    assert "THEIRS=1" in environment(swarm_server)
    again = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    assert "settings: GREETING, THEIRS" in str(again.changes[0].words)

    def meddle(event):
        if isinstance(event, StepBegan) and event.key == "healthy":
            swarm_server.docker("service", "update", "-d", "--label-add", "theirs=2", SIDE)

    with pytest.raises(SomeoneElseChanged, match=r"Changed part: side \(labels: theirs\)"):
        carry_out(planned_steps(again), Job(meddle))
    assert "GREETING=good evening" in environment(swarm_server)
    last = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    carry_out(planned_steps(last), Job())
    labels = swarm_server.docker("service", "inspect", "-f", "{{.Spec.Labels}}", SIDE)
    assert "theirs" not in labels


def environment(server):
    return server.docker(
        "service", "inspect", "-f", "{{.Spec.TaskTemplate.ContainerSpec.Env}}", APP
    )


def test_undeploying_keeps_volume_and_secret_and_deploying_brings_all_back(
    world, host, greeter, swarm_server
):
    deploy(world, host, greeter)
    first = swarm_server.docker("secret", "ls", "-q")
    carry_out(undeploy_steps(world, host, greeter, patience=QUICK), Job())
    assert versions(swarm_server) == {}
    assert swarm_server.docker("secret", "ls", "-q") == first
    assert f"{STACK}_data" in swarm_server.docker("volume", "ls", "-q")
    assert f"{STACK}_internal" not in swarm_server.docker("network", "ls", "--format", "{{.Name}}")
    assert greeter.file.path.exists()
    deploy(world, host, greeter)
    assert swarm_server.docker("secret", "ls", "-q") == first


def test_logs_are_read_part_by_part(world, host, greeter):
    change(greeter, IMAGE="hello:1")
    deploy(world, host, greeter)
    lines = list(logs(Job(), host, greeter, "app"))
    assert all(line.part == "app" for line in lines)


def test_a_link_that_is_cut_in_the_middle_is_said_and_the_same_steps_complete(
    world, greeter, swarm_server
):
    steps = deploy_steps(world, steady_host(Job(), world.hosts, "alpha"), greeter, patience=QUICK)

    def cut_at_start(event):
        if isinstance(event, StepBegan) and event.key == "services":
            swarm_server.cut()

    with pytest.raises(HostProblem):
        carry_out(steps, Job(cut_at_start))
    swarm_server.mend()
    carry_out(steps, Job())
    assert sorted(versions(swarm_server)) == [APP, SIDE]


def test_a_stop_while_programs_are_fetched_leaves_nothing_half_done(
    world, host, greeter, swarm_server
):
    job = Job()
    steps = deploy_steps(world, host, greeter, patience=QUICK)
    threading.Timer(0.2, job.cancel).start()
    with pytest.raises(Cancelled):
        carry_out(steps, job)
    deploy(world, host, greeter)
    assert sorted(versions(swarm_server)) == [APP, SIDE]


DEPLOY_STEPS = ("around", "secrets", "networks", "files", "images", "services", "healthy")


class Deploying:
    """Deploys in a process of its own, which is interrupted as a step begins."""

    def __init__(self, server, folder, app, after=0.05):
        self.server, self.after = server, after
        self.story = folder / "deploying.err"  # what the process wrote before it ended
        self.argv = [sys.executable, "-m", "tests.e2e.deploying", str(folder), app.name]
        known = {name: getattr(server, name) for name in ("address", "port", "password")}
        self.known = json.dumps({**known, "fingerprint": server.fingerprint})

    def run(self, fault="", until=None):
        """Return what the process said; it suffers *fault* as the step *until* begins."""
        with (
            self.story.open("w") as story,
            subprocess.Popen(
                self.argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=story,
                text=True,
            ) as process,
        ):
            process.stdin.write(f"{self.known}\n")
            process.stdin.flush()
            said = []
            for line in process.stdout:
                said.append(line.strip())
                if said[-1] == until:
                    time.sleep(self.after)
                    if fault == "killed":
                        process.kill()
                    elif fault == "reset":
                        self.server.kill()
                        self.server.start()
                    else:
                        self.server.kill_sshd()
            if fault == "cut":
                self.server.start_sshd()
        print(f"{fault} at {until}: {said}\n{self.story.read_text()[-2000:]}")
        return said


@pytest.mark.parametrize("fault", ["killed", "cut"])
def test_interrupted_in_the_middle_of_every_step_it_completes_when_run_again(
    world, greeter, swarm_server, tmp_path, fault
):
    """Each run is interrupted one step later than the one before, just after it began."""
    deploying = Deploying(swarm_server, tmp_path, greeter)
    for key in DEPLOY_STEPS:
        assert key in deploying.run(fault, key)
    assert deploying.run()[-1] == "done"
    everything_is_there_once(swarm_server, greeter)


def everything_is_there_once(server, app):
    assert sorted(versions(server)) == [APP, SIDE]
    assert len(server.docker("secret", "ls", "-q").split()) == 1
    assert len(server.docker("config", "ls", "-q").split()) == 1
    assert app.file.version == "1.0.0+1"
