"""Services and tasks as an Engine lists them, in as few words as a test needs."""

from datetime import UTC, datetime

from coophost_gui.health.look import Snapshot, _ended

NOW = 1_800_000_000.0


def text(at):
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%S.%f") + "000Z"


def service(
    name="shop_app", *, running=1, desired=1, update="", check=True, changed=NOW - 3600, **spec
):
    stack = name.split("_")[0]
    container = {"Image": "shop:1", "Env": ["DOMAIN=shop.example.org"]}
    if check:
        container["Healthcheck"] = {"Test": ["CMD", "true"]}
    made = {
        "ID": f"id-{name}",
        "Version": {"Index": 7},
        "CreatedAt": text(changed),
        "UpdatedAt": text(changed),
        "Spec": {
            "Name": name,
            "Labels": {
                "com.docker.stack.namespace": stack,
                f"coop-cloud.{stack}.recipe": "shop",
                f"coop-cloud.{stack}.version": "1.0.0+1",
                f"coop-cloud.{stack}.timeout": "120",
            },
            "TaskTemplate": {"ContainerSpec": container},
            "Mode": {"Replicated": {"Replicas": desired}},
            "UpdateConfig": {"Monitor": 5_000_000_000},
            **spec,
        },
        "ServiceStatus": {"RunningTasks": running, "DesiredTasks": desired, "CompletedTasks": 0},
    }
    if update:
        made["UpdateStatus"] = {"State": update, "Message": update}
    return made


_count = iter(range(1, 10**6))


def task(state="running", wanted="running", ago=600.0, err="", code=0, name="shop_app", **more):
    number = next(_count)
    return {
        "ID": f"task{number}",
        "Version": {"Index": number},
        "ServiceID": f"id-{name}",
        "Slot": 1,
        "NodeID": "node1",
        "CreatedAt": text(NOW - ago - 1),
        "DesiredState": wanted,
        "Status": {
            "State": state,
            "Timestamp": text(NOW - ago),
            "Err": err,
            "ContainerStatus": {"ExitCode": code},
        },
        **more,
    }


def ended(ago, err="task: non-zero exit (3)", state="failed", **more):
    return task(state, "shutdown", ago, err, **more)


def snapshot(services, tasks=(), at=NOW, **more):
    tasks = tuple(tasks)
    return Snapshot("alpha", at, tuple(services), tasks, ended=tuple(_ended(tasks)), **more)
