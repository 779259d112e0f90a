"""The verdicts of health/judge.py: one test per row of the tables that it follows."""

import pytest

from coophost_gui.health.judge import LEVELS, WORDS, State, judge, level, word
from coophost_gui.health.look import Ended
from tests.unit.health.swarm import NOW, ended, service, snapshot, task


def verdict(one, tasks, before=None, **more):
    return judge(snapshot([one], tasks, **more), before)[0].services[0]


def starting(ago=1.0):
    return task("ready", "ready", ago)


def test_every_state_has_a_level_and_a_word():
    assert set(LEVELS) == set(WORDS) == set(State)
    assert level(State.WELL) == "good"
    assert word(State.RESTARTING) == "Restarting again and again"


def test_a_good_update_is_under_way_and_then_well():
    during = verdict(service(update="updating", running=2), [task(ago=1), task(ago=500)])
    after = verdict(service(update="completed"), [task(ago=30)])
    assert (during.state, after.state) == (State.UPDATING, State.WELL)


def test_a_rollback_under_way_is_said_as_such():
    found = verdict(service(update="rollback_started"), [task(ago=1)])
    assert found.state is State.UPDATING
    assert "brought back" in str(found.reason)


def test_a_bad_update_with_rollback_runs_the_version_before():
    found = verdict(service(update="rollback_completed"), [task(ago=500), ended(700)])
    assert found.state is State.ROLLED_BACK


def test_a_rollback_whose_old_version_does_not_run_either_is_worse_than_rolled_back():
    found = verdict(service(update="rollback_completed", running=0), [ended(2), ended(8)])
    assert found.state is State.GIVEN_UP


@pytest.mark.parametrize("update", ["paused", "rollback_paused"])
def test_a_paused_update_is_stuck_and_says_why(update):
    found = verdict(service(update=update, running=0), [ended(5)])
    assert found.state is State.STUCK
    assert str(found.reason) == "It ended by itself (code 3)."


def test_a_new_service_that_crashed_once_is_still_starting():
    found = verdict(service(running=0, changed=NOW - 20), [starting(), ended(2)])
    assert found.state is State.STARTING
    assert str(found.reason) == "It ended by itself (code 3). It is being started again."


def test_a_new_service_that_crashed_twice_restarts_again_and_again():
    found = verdict(service(running=0, changed=NOW - 20), [starting(), ended(2), ended(9)])
    assert found.state is State.RESTARTING


def test_a_server_that_was_just_switched_on_is_not_held_against_the_app():
    refused = "cannot create a swarm scoped network when swarm is not active"
    before = [ended(ago, refused, "rejected") for ago in (2, 7, 12, 17)]
    found = verdict(service(running=0, changed=NOW - 900), [starting(), *before])
    assert found.state is State.STARTING


def test_all_attempts_used_up_is_given_up():
    found = verdict(service(running=0), [ended(50), ended(60), ended(70)])
    assert found.state is State.GIVEN_UP
    assert "code 3" in str(found.reason)


def test_a_service_just_made_without_any_task_is_starting():
    assert verdict(service(running=0, changed=NOW - 2), []).state is State.STARTING
    assert verdict(service(running=0, changed=NOW - 200), []).state is State.GIVEN_UP


def test_a_service_that_did_its_work_and_ended_is_well():
    found = verdict(service(running=0), [task("complete", "shutdown", 100)])
    assert found.state is State.WELL


@pytest.mark.parametrize(
    ("err", "says"),
    [
        ("No such image: shop:9", "Its programs (shop:9) are not on the server."),
        (
            'invalid mount config for type "bind": bind source path does not exist: /nowhere',
            "It needs the folder /nowhere on the server, which is not there.",
        ),
        ("mkdir /var/lib/docker/overlay2/x-init: no space left on device", "disk is full"),
    ],
)
def test_a_rejected_task_is_stuck_for_the_reason_it_names(err, says):
    found = verdict(service(running=0), [starting(), ended(2, err, "rejected")])
    assert found.state is State.STUCK
    assert says in str(found.reason)


@pytest.mark.parametrize(
    ("err", "code", "says"),
    [
        (
            'starting container failed: … exec: "/x": stat /x: no such file or directory',
            127,
            "not among its programs",
        ),
        (
            "starting container failed: driver failed programming external connectivity on "
            "endpoint x: Error starting userland proxy: listen tcp4 0.0.0.0:80: bind: "
            "address already in use",
            128,
            "Another program on the server already uses its network port 80.",
        ),
    ],
)
def test_a_container_that_could_not_begin_is_stuck(err, code, says):
    found = verdict(service(running=0), [starting(), ended(2, err, code=code)])
    assert found.state is State.STUCK
    assert says in str(found.reason)


@pytest.mark.parametrize(
    ("err", "says"),
    [
        ("host-mode port already in use on 1 node", "Another app on the server"),
        ("scheduling constraints not satisfied on 1 node", "a kind of server"),
        ("insufficient resources on 1 node", "less free memory or processors"),
    ],
)
def test_a_pending_task_is_stuck_for_the_reason_it_names(err, says):
    waiting = task("pending", "running", 5, f"no suitable node ({err})")
    found = verdict(service(running=0), [waiting])
    assert found.state is State.STUCK
    assert says in str(found.reason)


def test_a_memory_loop_that_looks_fine_in_a_snapshot_is_seen_over_time():
    limits = {"Resources": {"Limits": {"MemoryBytes": 256_000_000}}}
    killed = [
        ended(ago, "task: non-zero exit (137)", code=137, Spec=limits) for ago in (170, 340, 510)
    ]
    found = verdict(service(running=1), [task(ago=169), *killed])
    assert found.state is State.RESTARTING
    assert "more memory than 256 MB" in str(found.reason)


def test_ends_that_the_engine_forgot_still_count_from_the_look_before():
    one = service(running=1)
    before = snapshot([one], [ended(300), ended(450)], at=NOW - 200)
    assert verdict(one, [task(ago=140), ended(150)]).state is State.WELL
    assert verdict(one, [task(ago=140), ended(150)], before).state is State.RESTARTING


def test_ends_remembered_from_long_before_count_too():
    one = service(running=1)
    kept = tuple(Ended(f"old{n}", one["ID"], 1, NOW - 150 * n) for n in (2, 3))
    seen = snapshot([one], [task(ago=140), ended(150)])
    seen = type(seen)("alpha", NOW, seen.services, seen.tasks, ended=kept)
    assert judge(seen)[0].state is State.RESTARTING


def test_an_app_that_waited_for_its_database_and_then_held_has_settled():
    tasks = [task(ago=90), ended(92), ended(100), ended(108)]
    assert verdict(service(running=1, changed=NOW - 120), tasks).state is State.WELL


def test_an_app_that_just_came_back_after_one_end_is_starting_not_looping():
    found = verdict(service(running=1), [task(ago=20), ended(25, "task: non-zero exit (255)")])
    assert found.state is State.STARTING
    assert "when the server stopped" in str(found.reason)


def test_ends_from_before_the_last_change_no_longer_count():
    tasks = [task(ago=30), ended(100), ended(110), ended(120)]
    assert verdict(service(running=1, changed=NOW - 60), tasks).state is State.WELL


def test_a_health_check_that_fails_is_named():
    err = "task: non-zero exit (137): dockerexec: unhealthy container"
    found = verdict(service(running=0), [starting(), ended(2, err), ended(9, err)])
    assert found.state is State.RESTARTING
    assert str(found.reason) == "It runs, but does not pass its own health check."


def test_waiting_for_the_health_check_is_starting():
    found = verdict(service(running=0, changed=NOW - 10), [task("starting", ago=9)])
    assert found.state is State.STARTING
    assert "checks itself" in str(found.reason)


def test_starting_for_longer_than_the_recipe_says_is_slow():
    one = service(running=0, changed=NOW - 400)
    found = verdict(one, [task("starting", ago=390)])
    assert found.state is State.SLOW
    assert "7 minutes" in str(found.reason)


def test_running_for_less_than_the_monitor_time_is_not_yet_well():
    assert verdict(service(), [task(ago=3)]).state is State.STARTING
    assert verdict(service(), [task(ago=6)]).state is State.WELL


def test_running_without_a_health_check_says_so():
    assert verdict(service(check=False), [task()]).state is State.RUNNING
    none = service(check=False)
    none["Spec"]["TaskTemplate"]["ContainerSpec"]["Healthcheck"] = {"Test": ["NONE"]}
    assert verdict(none, [task()]).state is State.RUNNING


def test_no_replicas_wanted_is_stopped():
    assert verdict(service(running=0, desired=0), []).state is State.STOPPED


def test_a_job_is_well_when_it_completed():
    job = service(running=0, Mode={"ReplicatedJob": {"TotalCompletions": 1}})
    assert verdict(job, [task("running", "complete")]).state is State.STARTING
    job["ServiceStatus"]["CompletedTasks"] = 1
    assert verdict(job, [task("complete", "complete")]).state is State.WELL


@pytest.mark.parametrize(
    ("node", "state"), [("down", State.UNREACHABLE), ("unknown", State.STARTING)]
)
def test_a_node_that_is_away_overrides_all(node, state):
    nodes = ({"ID": "node1", "Status": {"State": node}},)
    assert verdict(service(), [task()], nodes=nodes).state is state


def test_a_server_whose_clock_is_behind_does_not_make_a_fresh_task_look_old():
    behind = snapshot([service()], [task(ago=3)], at=NOW + 240, skew=-240.0)
    assert judge(behind)[0].state is State.STARTING


def test_a_stack_is_as_its_worst_part_and_names_it():
    services = [service("shop_app"), service("shop_db", running=0)]
    tasks = [task(), *(ended(ago, name="shop_db") for ago in (50, 60))]
    found = judge(snapshot(services, tasks))[0]
    assert found.state is State.GIVEN_UP
    assert str(found.reason) == "db: It ended by itself (code 3)."
    assert [part.name for part in found.services] == ["app", "db"]


def test_a_stack_says_its_recipe_version_and_domain():
    found = judge(snapshot([service()], [task()]))[0]
    assert (found.stack, found.recipe, found.version) == ("shop", "shop", "1.0.0+1")
    assert found.domain == "shop.example.org"


def test_services_of_nobodys_stack_are_left_out():
    alone = service()
    alone["Spec"]["Labels"] = {}
    assert judge(snapshot([alone], [task()])) == []
