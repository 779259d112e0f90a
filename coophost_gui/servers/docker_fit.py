"""Whether the Docker of a server, or what was left of one, will carry apps."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from coophost_gui.kit.text import N_
from coophost_gui.servers.facts import Docker, Facts
from coophost_gui.servers.problems import ConfigUnreadable, Unfit

DOCKERS = ("docker.io", "docker-ce", "moby-engine")
OLDEST = (1, 40)  # the API of Docker 19.03, the first with everything that we send to a swarm
# What Docker 23 and 24 took out; a server that had an older one may still have it written down.
GONE = ("graph", "cluster-store", "cluster-advertise", "cluster-store-opts")
DRIVERS_GONE = ("aufs", "devicemapper", "overlay")


class OtherDocker(Unfit):
    text = N_("core", "{host} has another kind of Docker ({flavour}) that apps cannot run on.")
    hint = N_(
        "core",
        "Have it removed on the server (“{remove}”) if nothing runs in it, "
        "then press the same button.",
    )


class NotInCharge(Unfit):
    text = N_("core", "{host} takes its orders from another server (it is a worker of a swarm).")
    hint = N_("core", "Add the server that gives the orders instead, or take this one out first.")


class SwarmUnwell(Unfit):
    text = N_("core", "The app control (swarm) on {host} is there but does not work: {state}.")
    means = N_("core", "Nothing was changed on the server. What apps keep there is untouched.")
    hint = N_("core", "Open the report and send it to the person who helps you.")


class DockerAged(Unfit):
    text = N_("core", "Docker on {host} is of an old kind ({version}) that apps cannot run on.")
    hint = N_(
        "core",
        "Have it renewed on the server, or order the server again with Debian 12 or 13. "
        "Then press the same button.",
    )


class SettingsBroken(Unfit):
    text = ConfigUnreadable.text
    hint = ConfigUnreadable.hint


class SettingsAged(Unfit):
    text = N_("core", "The settings of Docker on {host} are from an old Docker ({setting}).")
    hint = N_(
        "core",
        "A new Docker would not start with them. Have “{setting}” taken out of "
        "/etc/docker/daemon.json, then press the same button.",
    )


class KeepsRunning(Unfit):
    text = N_("core", "Docker on {host} is set to “live-restore”, which excludes the app control.")
    hint = N_(
        "core",
        "Have the line “live-restore” taken out of /etc/docker/daemon.json and Docker "
        "restarted, then press the same button.",
    )


def docker_unfit(facts: Facts, host: str) -> Iterator[Unfit]:
    """Yield what about Docker stands in the way of apps on *host*."""
    docker = facts.docker
    if flavour := _other_flavour(facts):
        yield OtherDocker(host=host, flavour=flavour, remove=REMOVE[flavour])
        return
    if docker.version and _api(docker) < OLDEST:
        yield DockerAged(host=host, version=docker.version)
    if docker.swarm == "active" and not docker.manager:
        yield NotInCharge(host=host)
    elif docker.swarm in ("locked", "error"):
        yield SwarmUnwell(host=host, state=docker.swarm)
    yield from _settings_unfit(docker, host)


def _settings_unfit(docker: Docker, host: str) -> Iterator[Unfit]:
    try:
        settings = json.loads(docker.config) if docker.config.strip() else {}
    except (ValueError, RecursionError) as error:
        settings = str(error)
    if not isinstance(settings, dict):
        yield SettingsBroken(str(settings), host=host)
        return
    if settings.get("live-restore") is True or (docker.live_restore and docker.swarm != "active"):
        yield KeepsRunning(host=host)
    if not docker.answers and (setting := _gone(settings)):
        yield SettingsAged(host=host, setting=setting)


def _gone(settings: Mapping[str, Any]) -> str:
    driver = settings.get("storage-driver")
    found = [name for name in GONE if name in settings]
    found += ["storage-driver"] if driver in DRIVERS_GONE else []
    return ", ".join(found)


REMOVE = {
    "snap": "snap remove docker",
    "Podman": "apt remove podman-docker",
    "rootless": "dockerd-rootless-setuptool.sh uninstall",
    "Docker Desktop": "apt remove docker-desktop",
}


def _other_flavour(facts: Facts) -> str:
    """Return which other kind of Docker answers to its name; "" when it is the ordinary one."""
    ours = any((found := facts.package(name)) and found.installed for name in DOCKERS)
    podman = facts.package("podman-docker")
    if facts.docker.snap and not ours:
        return "snap"
    if podman and podman.installed:
        return "Podman"
    return facts.docker.flavour if facts.docker.flavour in REMOVE else ""


def _api(docker: Docker) -> tuple[int, ...]:
    """Return the version of the Engine's API; what cannot be read is taken for new."""
    if not re.fullmatch(r"[0-9]{1,4}[.][0-9]{1,4}", docker.api):
        return OLDEST
    return tuple(map(int, docker.api.split(".")))
