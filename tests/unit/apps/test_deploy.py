"""A deploy, step by step, on the Engine inside the program."""

from dataclasses import replace

import pytest

from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.apps.problems import (
    FrontDoorMissing,
    KeepsRestarting,
    NameNotRight,
    NameTaken,
    NoMemoryForIt,
    NotSeenOutside,
    RecipeFileChanged,
    SettingsChanged,
    SomeoneElseChanged,
)
from coophost_gui.apps.undeploy import undeploy_steps
from coophost_gui.hosts.base import Real, Result
from coophost_gui.hosts.fake import FakeHost
from coophost_gui.kit.jobs import Job, Progress, StepEnded
from coophost_gui.kit.plan import carry_out, unkept
from coophost_gui.kit.problems import Cancelled, WorldsMixed
from coophost_gui.recipes.secrets import SettingMissing
from tests.unit.apps.recipes import FILES, new_greeter, practice_world, write_recipe

QUICK = Patience(0.05, restarting=0.3, stuck=0.3, timeout=20, name=0, outside=0.2, stopping=5)


@pytest.fixture
def world(tmp_path):
    return practice_world(tmp_path)


@pytest.fixture
def host(world):
    return world.hosts.reach(Job(), "alpha")


@pytest.fixture
def greeter(world):
    return new_greeter(world)


def deploy(world, host, app, **more):
    job_events = []
    steps = deploy_steps(world, host, app, patience=QUICK, **more)
    carry_out(steps, Job(job_events.append))
    return {event.key: event.changed for event in job_events if isinstance(event, StepEnded)}


def services(host):
    return {one["Spec"]["Name"]: one for one in host.engine.get(Job(), "/services")}


def test_an_app_comes_to_life(world, host, greeter):
    changed = deploy(world, host, greeter)
    assert changed["services"]
    assert set(services(host)) == {"hello_example_org_app", "hello_example_org_side"}
    names = [one["Spec"]["Name"] for one in host.engine.get(Job(), "/secrets")]
    assert names == ["hello_example_org_admin_password_v1"]
    assert greeter.file.version == "1.0.0+1"


def test_deploying_again_changes_nothing(world, host, greeter):
    deploy(world, host, greeter)
    before = services(host)
    assert not any(deploy(world, host, greeter).values())
    assert services(host) == before


def test_a_changed_setting_changes_that_service_only(world, host, greeter):
    deploy(world, host, greeter)
    before = services(host)
    greeter.file.write(greeter.file.env().set("IMAGE", "hello:2"))
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    assert {change.name for change in plan.changes} <= {"app", "hello_example_org_app"}
    carry_out(planned_steps(plan), Job())
    after = services(host)
    side, main = "hello_example_org_side", "hello_example_org_app"
    assert after[side]["Version"] == before[side]["Version"]
    assert after[main]["Version"] != before[main]["Version"]


def test_a_plan_only_reads(world, host, greeter):
    before = host.engine.get(Job(), "/services"), host.engine.get(Job(), "/networks")
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    assert {change.what for change in plan.changes} >= {"secret", "network", "config", "service"}
    assert (host.engine.get(Job(), "/services"), host.engine.get(Job(), "/networks")) == before
    assert host.engine.get(Job(), "/secrets") == []


def test_somebody_elses_change_since_the_plan_is_not_overwritten(world, host, greeter):
    deploy(world, host, greeter)
    greeter.file.write(greeter.file.env().set("IMAGE", "hello:2"))
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    change_theirs(host)
    with pytest.raises(SomeoneElseChanged) as caught:
        carry_out(planned_steps(plan), Job())
    assert "Changed part: app (settings: THEIRS)" in str(caught.value)
    assert caught.value.plans_anew
    container = services(host)["hello_example_org_app"]["Spec"]["TaskTemplate"]["ContainerSpec"]
    assert "THEIRS=1" in container["Env"]
    again = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    assert "THEIRS" in str(again.changes[0].words)  # it would be taken back, and is shown
    carry_out(planned_steps(again), Job())


def change_theirs(host, name="hello_example_org_app"):
    """Change a service as somebody with another program does."""
    theirs = services(host)[name]
    theirs["Spec"]["TaskTemplate"]["ContainerSpec"].setdefault("Env", []).append("THEIRS=1")
    path = f"/services/{theirs['ID']}/update"
    host.engine.post(Job(), path, theirs["Spec"], version=theirs["Version"]["Index"])


class Meddling:
    """An Engine to which somebody else does *deed* right after our first post to *path*."""

    def __init__(self, engine, path, deed):
        self._engine, self._path, self._deed = engine, path, deed

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def post(self, job, path, *args, **kwargs):
        answer = self._engine.post(job, path, *args, **kwargs)
        if self._path in path and self._deed:
            deed, self._deed = self._deed, None
            deed()
        return answer


@pytest.mark.parametrize("part", ["side", "app"])
def test_somebody_elses_change_while_it_runs_is_noticed(world, host, greeter, part):
    """The first service is just done: the other one changes under us, or the same again."""
    deploy(world, host, greeter)
    greeter.file.write(greeter.file.env().set("IMAGE", "hello:2"))
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    engine = host.engine
    name = f"hello_example_org_{part}"
    deed = lambda: change_theirs(FakeHost(engine=engine), name)  # noqa: E731
    host.engine = Meddling(engine, "/update", deed)
    with pytest.raises(SomeoneElseChanged) as caught:
        carry_out(planned_steps(plan), Job())
    assert f"Changed part: {part} (settings: THEIRS)" in str(caught.value)


def test_a_part_that_somebody_took_away_since_the_plan_is_not_brought_back_unasked(
    world, host, greeter
):
    deploy(world, host, greeter)
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    host.engine.delete(Job(), f"/services/{services(host)['hello_example_org_side']['ID']}")
    with pytest.raises(SomeoneElseChanged, match="Gone: side"):
        carry_out(planned_steps(plan), Job())
    assert set(services(host)) == {"hello_example_org_app"}


def test_settings_that_changed_since_the_plan_are_shown_before_they_are_applied(
    world, host, greeter
):
    plan = plan_deploy(Job(), world, host, greeter, patience=QUICK)
    greeter.file.write(greeter.file.env().set("GREETING", "good evening"))
    with pytest.raises(SettingsChanged) as caught:
        carry_out(planned_steps(plan), Job())
    assert caught.value.plans_anew
    assert services(host) == {}
    carry_out(planned_steps(plan_deploy(Job(), world, host, greeter, patience=QUICK)), Job())


def test_a_service_of_that_name_that_is_not_ours_is_left_alone(world, host, greeter):
    foreign = {"Name": "hello_example_org_side", "Labels": {}, "TaskTemplate": {}}
    host.engine.post(Job(), "/services/create", foreign)
    with pytest.raises(NameTaken):
        deploy(world, host, greeter)


def test_a_changed_file_of_the_recipe_under_the_same_number_is_found_in_the_plan(
    world, host, greeter
):
    deploy(world, host, greeter)
    write_recipe(world.abra, {"settings.txt": b"colour = red\n"}, "1.0.1+1")
    with pytest.raises(RecipeFileChanged) as caught:
        plan_deploy(Job(), world, host, greeter, version="1.0.1+1")
    told = " ".join(map(str, caught.value.sentences()))
    assert "“settings.txt” has changed" in told
    assert "“SETTINGS_VERSION” in abra.sh" in told
    assert "“v1”" in told
    fixed = {"settings.txt": b"colour = red\n", "abra.sh": b"export SETTINGS_VERSION=v2\n"}
    write_recipe(world.abra, fixed, "1.0.2+1")
    plan = plan_deploy(Job(), world, host, greeter, version="1.0.2+1")
    assert any(found.name.endswith("settings_v2") for found in plan.changes)


ROOM = """\
/dev/sda 40000000000 1 {disk} 1% /
MemTotal: 2000000 kB
MemAvailable: {memory} kB
"""


@pytest.mark.parametrize(
    ("asks", "memory", "disk", "words"),
    [
        ("600M", 900_000, 30_000_000_000, []),
        ("600M", 500_000, 30_000_000_000, ["Memory is tight: it asks for 629 MB", "512 MB left"]),
        ("1M", 900_000, 3_000_000_000, ["The disk is tight: alpha has 3.0 GB left"]),
    ],
)
def test_little_room_is_said_in_the_plan_with_its_figures(
    world, host, greeter, asks, memory, disk, words
):
    asking(world, asks)
    host.answers["sh -s room"] = Result(0, ROOM.format(memory=memory, disk=disk), "")
    plan = plan_deploy(Job(), world, host, greeter, version="1.1.0+1")
    shown = next(step for step in planned_steps(plan) if step.key == "services").detail
    assert all(any(word in str(line) for line in shown) for word in words)
    assert len(plan.tight) == len(words[:1])
    assert len(plan.data()["warnings"]) == len(plan.warnings) + len(plan.tight)


def test_what_can_never_fit_is_refused_in_the_plan(world, host, greeter):
    asking(world, "4G")
    host.answers["sh -s room"] = Result(0, ROOM.format(memory=900_000, disk=10**11), "")
    with pytest.raises(NoMemoryForIt, match=r"asks for 4.3 GB of memory, and alpha has 2.0 GB"):
        plan_deploy(Job(), world, host, greeter, version="1.1.0+1")


def asking(world, memory):
    """Write a version of the recipe whose app asks the Engine to keep *memory* free for it."""
    resources = f"    deploy:\n      resources: {{reservations: {{memory: {memory}}}}}\n"
    compose = FILES["compose.yml"].replace(b"    deploy:\n", resources.encode(), 1)
    write_recipe(world.abra, {"compose.yml": compose}, "1.1.0+1")


def test_another_number_of_a_password_is_told_from_a_first_one(world, host, greeter):
    plan = plan_deploy(Job(), world, host, greeter)
    assert str(plan.changes[0].words) == "New password: admin_password"
    deploy(world, host, greeter)
    greeter.file.write(greeter.file.env().set("SECRET_ADMIN_PASSWORD_VERSION", "v2"))
    plan = plan_deploy(Job(), world, host, greeter)
    assert "number v2. The one before stays" in str(plan.changes[0].words)


def test_an_app_that_crashes_again_and_again_is_said_with_its_last_words(world, host, greeter):
    host.engine.break_app("hello_example_org")
    with pytest.raises(KeepsRestarting) as caught:
        deploy(world, host, greeter)
    assert "cannot allocate memory" in caught.value.detail
    host.engine.heal_app("hello_example_org")
    deploy(world, host, greeter)
    assert unkept(deploy_steps(world, host, greeter, patience=QUICK), Job()) == []


def test_a_missing_front_door_stops_before_anything_is_made(world, host, greeter):
    front = b"networks:\n  internal:\n  front:\n    external: true\n    name: proxy\n"
    compose = FILES["compose.yml"].replace(b"networks:\n  internal:\n", front)
    compose = compose.replace(b"[internal]\n    volumes", b"[internal, front]\n    volumes")
    write_recipe(world.abra, {"compose.yml": compose}, "2.0.0+1")
    network = next(n for n in host.engine.get(Job(), "/networks") if n["Name"] == "proxy")
    host.engine.delete(Job(), f"/networks/{network['Id']}")
    with pytest.raises(FrontDoorMissing):
        deploy(world, host, greeter, version="2.0.0+1")
    assert services(host) == {}


@pytest.mark.parametrize(
    ("address", "words"), [("192.0.2.99", "leads to 192.0.2.99"), ("", "Nothing is there yet")]
)
def test_a_name_that_is_not_right_in_time_stops_before_anything_is_made(
    world, host, address, words
):
    app = new_greeter(world, TRAEFIK="true")
    world.web.address = address
    with pytest.raises(NameNotRight, match=words) as caught:
        deploy(world, host, app)
    assert "hello.example.org A 127.0.0.1" in str(caught.value.sentences()[-1])
    assert services(host) == {}
    deploy(world, host, app, skip_name_check=True)


def test_a_deploy_waits_for_the_name_and_goes_on_by_itself(world, host):
    app = new_greeter(world, TRAEFIK="true")
    world.web.address = "192.0.2.99"
    said = []

    def listen(event):
        if isinstance(event, Progress) and "192.0.2.99" in str(event.detail):
            said.append(str(event.detail))
            assert services(host) == {}
            if len(said) == 3:
                world.web.address = "127.0.0.1"

    patience = replace(QUICK, name=600.0, between_looks=0.002)
    carry_out(deploy_steps(world, host, app, patience=patience), Job(listen))
    assert len(said) == 3
    assert "we go on looking" in said[0]
    assert services(host)


def test_waiting_for_a_name_can_be_stopped(world, host):
    app = new_greeter(world, TRAEFIK="true")
    world.web.address = ""
    job = Job(lambda event: job.cancel() if isinstance(event, Progress) else None)
    patience = replace(QUICK, name=600.0, between_looks=60.0)
    with pytest.raises(Cancelled):
        carry_out(deploy_steps(world, host, app, patience=patience), job)
    assert services(host) == {}


def test_a_setting_that_the_recipe_requires_is_named_and_then_the_same_deploy_goes_on(
    world, host, greeter
):
    compose = FILES["compose.yml"].replace(b"${GREETING}", b"${NEEDED:?say it}")
    write_recipe(world.abra, {"compose.yml": compose}, "1.1.0+1")
    with pytest.raises(SettingMissing, match="NEEDED"):
        deploy(world, host, greeter, version="1.1.0+1")
    assert services(host) == {}
    greeter.file.write(greeter.file.env().set("NEEDED", "now"))
    deploy(world, host, greeter, version="1.1.0+1")
    assert services(host)


def test_an_app_that_does_not_answer_outside_is_said_as_such(world, host):
    app = new_greeter(world, TRAEFIK="true")
    world.web.status = 404
    with pytest.raises(NotSeenOutside):
        deploy(world, host, app)
    world.web.status = 200
    deploy(world, host, app)


def test_undeploying_keeps_the_data_the_passwords_and_the_settings(world, host, greeter):
    deploy(world, host, greeter)
    carry_out(undeploy_steps(world, host, greeter, patience=QUICK), Job())
    assert services(host) == {}
    assert len(host.engine.get(Job(), "/secrets")) == 1
    assert host.engine.get(Job(), "/configs") == []
    assert {n["Name"] for n in host.engine.get(Job(), "/networks")} == {"ingress", "proxy"}
    assert [v["Name"] for v in host.engine.get(Job(), "/volumes")["Volumes"]] == [
        "hello_example_org_data"
    ]
    assert greeter.file.path.exists()
    assert unkept(undeploy_steps(world, host, greeter, patience=QUICK), Job()) == []
    deploy(world, host, greeter)


def test_a_real_host_and_a_practice_app_never_meet(world, greeter):
    real = FakeHost(name="alpha")
    assert real.world is Real
    with pytest.raises(WorldsMixed):
        deploy_steps(world, real, greeter)
    with pytest.raises(WorldsMixed):
        undeploy_steps(world, real, greeter)


class Killed(BaseException):
    """The process ends here, as by a power cut."""


class Dying:
    """An Engine whose *number*th change is the last that this process makes.

    With *lost*, the change still happens, but its answer never arrives.
    """

    def __init__(self, engine, number, lost):
        self._engine, self._left, self._lost = engine, number, lost

    def __getattr__(self, name):
        return getattr(self._engine, name)

    def post(self, *args, **kwargs):
        return self._change(self._engine.post, *args, **kwargs)

    def delete(self, *args, **kwargs):
        return self._change(self._engine.delete, *args, **kwargs)

    def stream(self, *args, **kwargs):
        yield from self._change(lambda *a, **k: list(self._engine.stream(*a, **k)), *args, **kwargs)

    def _change(self, change, *args, **kwargs):
        self._left -= 1
        if self._left == 0:
            if self._lost:
                change(*args, **kwargs)
            raise Killed
        return change(*args, **kwargs)


@pytest.mark.parametrize("lost", [False, True], ids=["before", "after"])
def test_a_deploy_killed_at_any_change_and_run_again_completes(tmp_path, lost):
    killed_at = 0
    while True:
        folder = tmp_path / str(killed_at)
        folder.mkdir()
        world = practice_world(folder)
        host = world.hosts.reach(Job(), "alpha")
        app = new_greeter(world)
        engine = host.engine
        host.engine = Dying(engine, killed_at + 1, lost)
        try:
            deploy(world, host, app)
            break
        except Killed:
            killed_at += 1
        host.engine = engine
        deploy(world, host, app)
        names = [one["Spec"]["Name"] for one in engine.get(Job(), "/services")]
        assert sorted(names) == ["hello_example_org_app", "hello_example_org_side"]
        assert len(engine.get(Job(), "/secrets")) == 1
    assert killed_at >= 6


@pytest.mark.parametrize("lost", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_an_undeploy_killed_at_any_change_and_run_again_completes(world, host, number, lost):
    app = new_greeter(world)
    deploy(world, host, app)
    engine = host.engine
    host.engine = Dying(engine, number, lost)
    with pytest.raises(Killed):
        carry_out(undeploy_steps(world, host, app, patience=QUICK), Job())
    host.engine = engine
    carry_out(undeploy_steps(world, host, app, patience=QUICK), Job())
    assert services(host) == {}
