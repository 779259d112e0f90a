"""The whole plan of "add a server", its check and its forgetting, with no server at all."""

import json

import pytest

from coophost_gui.hosts.base import Login, Practice, Result
from coophost_gui.hosts.contexts import add_context
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out, unkept
from coophost_gui.kit.problems import WorldsMixed
from coophost_gui.kit.store import Collective
from coophost_gui.servers.add import add_server_steps
from coophost_gui.servers.check import check
from coophost_gui.servers.facts import parse
from coophost_gui.servers.forget import forget_steps
from coophost_gui.servers.problems import AppsStillHere, ContextTaken, NameTaken
from coophost_gui.servers.steps.abra_folder import known_as
from coophost_gui.servers.steps.docker_context import context_there
from tests.unit.servers.machine import ADDRESS, PASSWORD

LOGIN = Login("kitchen.example.org", ADDRESS, None, "root", PASSWORD)


def plan(world, machine, login=LOGIN):
    host = world.hosts.first_contact(Job(), login)
    change = known_as("Quarter's Kitchen", "kitchen.example.org", compared=True)
    return add_server_steps(world, host, login, parse(machine.facts(), 0), change)


def test_showing_the_plan_only_reads(world, machine):
    steps = plan(world, machine)
    assert [step.key for step in steps] == [
        "fit",
        "login_key",
        "ssh_entry",
        "abra_folder",
        "docker",
        "security_updates",
        "log_rotation",
        "swarm",
        "proxy_network",
        "docker_context",
    ]
    assert all(step.title for step in steps)
    assert machine.changes == []
    assert not world.abra.root.exists()


def test_afterwards_everything_holds_and_a_second_run_changes_nothing(world, machine):
    assert carry_out(plan(world, machine), Job()) == 9
    changes = list(machine.changes)
    assert unkept(plan(world, machine), Job()) == []
    assert carry_out(plan(world, machine), Job()) == 0
    assert machine.changes == changes


def test_the_password_is_used_once_and_then_the_key(world, machine):
    steps = plan(world, machine)
    assert machine.opened_with == ["password"]
    carry_out(steps, Job())
    assert machine.opened_with[-1] == "key"
    assert machine.opened_with.count("password") == 1


def test_what_other_tools_read_is_written(world, machine, own_home):
    carry_out(plan(world, machine), Job())
    config = (own_home / ".ssh" / "config").read_text()
    assert "Host kitchen.example.org" in config
    assert ADDRESS in config
    metas = list((own_home / ".docker" / "contexts" / "meta").glob("*/meta.json"))
    assert [json.loads(meta.read_text())["Name"] for meta in metas] == ["kitchen.example.org"]
    told = Collective.read(own_home / ".abra" / "servers" / "kitchen.example.org")
    assert (told.name, told.domain) == ("Quarter's Kitchen", "kitchen.example.org")


def test_nothing_that_was_written_holds_the_password(world, machine, own_home):
    carry_out(plan(world, machine), Job())
    files = [path for path in own_home.rglob("*") if path.is_file()]
    assert files
    assert not [path for path in files if PASSWORD.encode() in path.read_bytes()]
    assert PASSWORD not in repr(LOGIN)


@pytest.mark.parametrize("number", range(10))
def test_stopped_before_any_step_it_goes_on_from_there(world, machine, number):
    carry_out(plan(world, machine)[:number], Job())
    carry_out(plan(world, machine), Job())
    assert unkept(plan(world, machine), Job()) == []
    assert len(machine.changes) == len(set(machine.changes)), "nothing was done twice"


def test_an_installation_that_broke_in_the_middle_is_finished(world, machine):
    machine.breaks = True
    with pytest.raises(ConnectionError):
        carry_out(plan(world, machine), Job())
    assert machine.half_installed
    carry_out(plan(world, machine), Job())
    assert unkept(plan(world, machine), Job()) == []


def test_somebody_else_than_root_also_joins_the_docker_group(world, machine):
    machine.user = "deploy"
    login = Login("kitchen.example.org", ADDRESS, None, "deploy", PASSWORD)
    steps = plan(world, machine, login)
    assert "docker_access" in [step.key for step in steps]
    carry_out(steps, Job())
    assert unkept(plan(world, machine, login), Job()) == []


def test_who_may_only_use_docker_is_not_asked_to_look_after_the_system(world, machine):
    machine.user = "deploy"
    machine.groups.append("docker")
    machine.more_facts = "sudo=none\ndocker.version=27\ndocker.swarm=active\ndocker.manager=true\n"
    login = Login("kitchen.example.org", ADDRESS, None, "deploy", PASSWORD)
    keys = [step.key for step in plan(world, machine, login)]
    assert "swarm" in keys
    assert not {"security_updates", "log_rotation"} & set(keys)


def test_a_name_that_stands_for_another_machine_is_not_overwritten(world, machine, own_home):
    carry_out(plan(world, machine), Job())
    before = (own_home / ".ssh" / "config").read_text()
    other = Login("kitchen.example.org", "198.51.100.7", None, "root", PASSWORD)
    with pytest.raises(NameTaken, match=ADDRESS):
        carry_out(plan(world, machine, other)[2:3], Job())
    assert (own_home / ".ssh" / "config").read_text() == before


@pytest.mark.parametrize("there", ["ssh://root@203.0.113.9", "tcp://192.0.2.1:2376", "unix:///x"])
def test_a_docker_context_of_another_machine_is_not_taken_for_ours(tmp_path, there):
    step = context_there(tmp_path, tmp_path, "kitchen")
    add_context(tmp_path, "kitchen")
    file = next(tmp_path.rglob("meta.json"))
    file.write_text(file.read_text().replace("ssh://kitchen", there))
    before = file.read_text()
    assert not step.is_done(Job())
    with pytest.raises(ContextTaken, match=there):
        step.do(Job())
    assert file.read_text() == before


def test_a_docker_context_in_other_words_for_the_same_machine_will_do(tmp_path):
    (tmp_path / "config").write_text("Host kitchen\n    HostName 203.0.113.5\n    Port 2222\n")
    add_context(tmp_path, "kitchen")
    file = next(tmp_path.rglob("meta.json"))
    file.write_text(file.read_text().replace("ssh://kitchen", "ssh://root@203.0.113.5:2222"))
    assert context_there(tmp_path, tmp_path, "kitchen").is_done(Job())


def test_what_the_collective_wrote_about_itself_is_never_overwritten(world, machine):
    folder = world.abra.server_dir(LOGIN.name)
    world.abra.add_server(LOGIN.name)
    Collective(name="The Kitchen", more={"colour": "green"}).write(folder)
    carry_out(plan(world, machine), Job())
    told = Collective.read(folder)
    assert (told.name, told.domain, told.more["colour"]) == (
        "The Kitchen",
        "kitchen.example.org",
        "green",
    )


def test_practice_and_real_never_meet(world, machine):
    host = world.hosts.first_contact(Job(), LOGIN)
    host.world = Practice
    with pytest.raises(WorldsMixed):
        add_server_steps(world, host, LOGIN, parse(machine.facts(), 0))


def test_check_asks_the_same_promises_and_says_which_hold(world, machine):
    carry_out(plan(world, machine), Job())
    asked = check(Job(), world, LOGIN.name)
    assert [step.key for step, _ in asked] == [step.key for step in plan(world, machine)]
    assert all(holds for _, holds in asked)

    machine.services["docker"] = "inactive"
    broken = [step.key for step, holds in check(Job(), world, LOGIN.name) if not holds]
    assert broken == ["docker"]


def test_forgetting_touches_this_computer_only(world, machine, own_home):
    carry_out(plan(world, machine), Job())
    changes = list(machine.changes)
    carry_out(forget_steps(world, LOGIN.name), Job())
    assert world.abra.servers() == []
    assert not list((own_home / ".docker" / "contexts" / "meta").glob("*"))
    assert "Host kitchen.example.org" in (own_home / ".ssh" / "config").read_text()
    assert machine.changes == changes
    assert carry_out(forget_steps(world, LOGIN.name), Job()) == 0


def test_a_server_with_apps_is_not_forgotten(world, machine):
    carry_out(plan(world, machine), Job())
    world.abra.new_app(LOGIN.name, "cloud.example.org", "TYPE=nextcloud\n")
    with pytest.raises(AppsStillHere, match="1 apps"):
        forget_steps(world, LOGIN.name)
    assert world.abra.servers() == [LOGIN.name]


def test_a_machine_that_refuses_commands_says_so(machine):
    assert machine.host.run(Job(), "rm", "-rf", "/") == Result(127, "", "rm: not found")
