"""Docker keeps at most 30 MB of log per app part, so that logs never fill the disk.

What else stands in ``/etc/docker/daemon.json`` is kept.  If Docker does not start with
the new settings, the old ones are put back by the same script, in the same breath.
"""

import json
from typing import Any

from coophost_gui.hosts.base import CommandFailed, Host
from coophost_gui.hosts.problems import FileNotRead
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import Facts
from coophost_gui.servers.problems import ConfigRefused, ConfigUnreadable

FILE = "/etc/docker/daemon.json"
NEW_FILE = "/etc/docker/daemon.json.coophost-new"
RESTART_MARK = "/run/coophost-restart-docker"  # there while Docker runs on older settings
COMMAND = ("sh", "-s", "docker-settings")  # the script comes through stdin
PUT_BACK = 3  # its exit code when Docker refused the new settings

ROTATING = ("json-file", "local")  # drivers that write files and know max-size
OPTIONS = {"max-size": "10m", "max-file": "3"}


def log_rotation(door: Door, known: Facts | None = None) -> Step:
    """The settings of Docker limit its logs, and Docker runs with these settings."""

    def is_done(job: Job) -> bool:
        host = door.host(job)
        return rotates(_settings(job, host)) and host.get(job, RESTART_MARK) is None

    def do(job: Job) -> Words:
        host = door.host(job)
        text = json.dumps(with_rotation(_settings(job, host)), indent=2) + "\n"
        host.put(job, NEW_FILE, text.encode(), mode=0o644, root=True)
        script = places.resource("server", "docker-settings.sh").read_bytes()
        result = host.run(job, *COMMAND, stdin=script, root=True)
        if result.code == PUT_BACK:
            raise ConfigRefused(result.err, host=host.name)
        if not result.ok:
            raise CommandFailed(result.err or result.out, host=host.name, code=result.code)
        return N_("core", "Each part of an app keeps at most 30 MB of log")

    return Step(
        "log_rotation",
        N_("core", "Keep the logs from filling the disk"),
        is_done,
        do,
        why=N_("core", "Docker's own rule is to keep every line for ever."),
        detail=_detail(known),
    )


def rotates(settings: dict[str, Any]) -> bool:
    """Say whether *settings* limit the logs, with our numbers or somebody's own."""
    driver = settings.get("log-driver", "json-file")
    if driver not in ROTATING:
        return True  # journald, syslog and the like have rules of their own
    options = settings.get("log-opts", {})
    return driver == "local" or ("max-size" in options and "max-file" in options)


def with_rotation(settings: dict[str, Any]) -> dict[str, Any]:
    """Return *settings* with limited logs; everything else, and limits set before, stay."""
    if rotates(settings):
        return settings
    return settings | {
        "log-driver": "json-file",
        "log-opts": OPTIONS | settings.get("log-opts", {}),
    }


def _settings(job: Job, host: Host) -> dict[str, Any]:
    try:
        data = host.get(job, FILE)
    except FileNotRead:
        data = None
    if data is None:  # or only root sees it: what stands there must not be lost
        data = host.get(job, FILE, root=True)
    if data is None or not data.strip():
        return {}
    try:
        found = json.loads(data)
    except ValueError as error:
        raise ConfigUnreadable(str(error), host=host.name) from error
    if not isinstance(found, dict):
        raise ConfigUnreadable("not an object", host=host.name)
    return found


def _detail(known: Facts | None) -> tuple[Words, ...]:
    written = N_(
        "core",
        "Adds two settings to /etc/docker/daemon.json (log-driver and log-opts); keeps the rest.",
    )
    if known is not None and known.docker.running:
        pause = N_("core", "Docker restarts once: apps that run there pause for some seconds.")
        return (written, pause)
    return (written,)
