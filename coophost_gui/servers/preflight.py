"""What must be so before anything is changed on a server, as problems that a person can act on."""

import time
from collections.abc import Iterator
from typing import ClassVar

from coophost_gui.hosts.base import HostProblem
from coophost_gui.hosts.problems import NoSudo
from coophost_gui.kit.text import N_, Said, said, size_in_words
from coophost_gui.servers.facts import Disk, Facts

SUPPORTED = {("debian", "12")}  # where we can install Docker; where it runs already, any will do
ARCHITECTURES = ("x86_64", "aarch64")
DISK_NEEDED = 1_000_000_000
DISK_COMFORTABLE = 5_000_000_000
FILES_NEEDED = 20_000
MEMORY_COMFORTABLE = 950_000_000  # a server sold as "1 GB" has a little less
CLOCK_TOLERANCE = 30  # seconds; beyond it, certificates and the swarm stop working
WEB_PORTS = (80, 443)
DOCKERS_OWN = ("dockerd", "docker-proxy")
DOCKERS = ("docker.io", "docker-ce", "moby-engine")


class Unfit(HostProblem):
    """Something about the server stands in the way; facts: ``host``."""

    means = N_("core", "Nothing was changed on the server.")
    blocks: ClassVar[bool] = True  # False: worth saying, but one may go on

    def words(self) -> Said:
        return said(self.text, **self.facts)


class UnsupportedSystem(Unfit):
    text = N_("core", "{host} runs {system}, and coophost cannot set that up yet.")
    hint = N_(
        "core",
        "Order the server again with Debian 12 (the provider calls it “reinstall” or “image”), "
        "then press the same button.",
    )
    who = N_("core", "A person who can install Docker on it by hand can also make it ready.")


class ArchitectureUnsupported(Unfit):
    text = N_("core", "{host} has a processor of a kind ({arch}) that the apps do not run on.")
    hint = N_("core", "Rent a server with an ordinary 64-bit processor (x86-64 or ARM64).")


class NoServiceManager(Unfit):
    text = N_("core", "{host} does not start programs by itself after a restart (no systemd).")
    hint = N_("core", "Rent a full virtual server with Debian 12, not a container.")


class LittleMemory(Unfit):
    text = N_("core", "{host} has {size} of memory. That carries a small website, not much more.")
    hint = N_("core", "You may go on. For a cloud or a chat, choose 2 GB or more.")
    blocks = False


class DiskFull(Unfit):
    text = N_("core", "{host} has {free} of {total} left on its disk, and setting up needs {need}.")
    hint = N_(
        "core",
        "Delete what is not needed there, or order a bigger disk, then press the same button.",
    )


class DiskSmall(Unfit):
    text = N_("core", "{host} has {free} left on its disk. One small app fits; more will not.")
    hint = N_("core", "You may go on. Ask your provider for a bigger disk before you add more.")
    blocks = False


class TooManyFiles(Unfit):
    text = N_("core", "The disk of {host} can hold no more files (inodes), however small.")
    hint = N_(
        "core",
        "Delete folders with very many small files there (old mail, caches), "
        "then press the same button.",
    )


class ClockWrong(Unfit):
    text = N_("core", "The clock of {host} shows {there}; here it is {here} (UTC).")
    means = N_(
        "core",
        "Secure connections and the app control need the right time. "
        "Nothing was changed on the server.",
    )
    hint = N_(
        "core",
        "Set the server's clock (in a terminal there: “timedatectl set-ntp true”). Check the "
        "clock of this computer too, then press the same button.",
    )


class PortTaken(Unfit):
    text = N_("core", "Another program ({program}) is using the web door (port {port}) of {host}.")
    hint = N_(
        "core",
        "If nobody needs it, have it switched off on the server (“systemctl disable --now "
        "{program}”), then press the same button. If it serves a website, use another server.",
    )
    who = N_("core", "The person who set up {program} there knows what it is for.")


class PortTakenUnseen(Unfit):
    text = N_("core", "Another program is using the web door (port {port}) of {host}.")
    hint = N_(
        "core",
        "Use the administrator's name (often “root”) to see which one it is. Have it switched "
        "off if nobody needs it, then press the same button.",
    )


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


class KeepsRunning(Unfit):
    text = N_("core", "Docker on {host} is set to “live-restore”, which excludes the app control.")
    hint = N_(
        "core",
        "Have the line “live-restore” taken out of /etc/docker/daemon.json and Docker "
        "restarted, then press the same button.",
    )


class NoAdministrator(Unfit):
    text = NoSudo.text
    hint = NoSudo.hint


def preflight(facts: Facts, host: str) -> list[Unfit]:
    """Return what stands in the way (``blocks``) or is worth saying, most basic first."""
    return list(_all(facts, host))


def _all(facts: Facts, host: str) -> Iterator[Unfit]:
    yield from _system(facts, host)
    yield from _room(facts, host)
    yield from _clock(facts, host)
    yield from _docker(facts, host)
    yield from _ports(facts, host)


def _system(facts: Facts, host: str) -> Iterator[Unfit]:
    if not facts.docker.answers and (facts.system, facts.version) not in SUPPORTED:
        name = facts.system_name or f"{facts.system} {facts.version}".strip() or "?"
        yield UnsupportedSystem(host=host, system=name)
    if facts.arch not in ARCHITECTURES:
        yield ArchitectureUnsupported(host=host, arch=facts.arch or "?")
    if not facts.docker.answers and facts.init != "systemd":
        yield NoServiceManager(host=host)
    if facts.sudo == "none":
        yield NoAdministrator(host=host, user=facts.user)


def _room(facts: Facts, host: str) -> Iterator[Unfit]:
    if 0 < facts.memory + facts.swap < MEMORY_COMFORTABLE:
        yield LittleMemory(host=host, size=size_in_words(facts.memory))
    if facts.disks:
        disk = min(facts.disks, key=lambda disk: disk.free)
        yield from _disk(disk, host)
    if any(disk.files_total and disk.files_free < FILES_NEEDED for disk in facts.disks):
        yield TooManyFiles(host=host)


def _disk(disk: Disk, host: str) -> Iterator[Unfit]:
    sizes = {
        "free": size_in_words(disk.free),
        "total": size_in_words(disk.total),
        "need": size_in_words(DISK_NEEDED),
    }
    if disk.free < DISK_NEEDED:
        yield DiskFull(f"the folder {disk.folder}", host=host, **sizes)
    elif disk.free < DISK_COMFORTABLE:
        yield DiskSmall(f"the folder {disk.folder}", host=host, **sizes)


def _clock(facts: Facts, host: str) -> Iterator[Unfit]:
    if abs(facts.clock_ahead) > CLOCK_TOLERANCE:
        here = time.time()
        yield ClockWrong(
            f"{facts.clock_ahead:+.0f} seconds",
            host=host,
            there=_clock_time(here + facts.clock_ahead),
            here=_clock_time(here),
        )


def _docker(facts: Facts, host: str) -> Iterator[Unfit]:
    docker = facts.docker
    podman = facts.package("podman-docker")
    ours = any((found := facts.package(name)) and found.installed for name in DOCKERS)
    if docker.snap and not ours:
        yield OtherDocker(host=host, flavour="snap", remove="snap remove docker")
    elif podman and podman.installed:
        yield OtherDocker(host=host, flavour="Podman", remove="apt remove podman-docker")
    if docker.swarm == "active" and not docker.manager:
        yield NotInCharge(host=host)
    elif docker.swarm in ("locked", "error"):
        yield SwarmUnwell(host=host, state=docker.swarm)
    elif docker.live_restore and docker.swarm != "active":
        yield KeepsRunning(host=host)


def _ports(facts: Facts, host: str) -> Iterator[Unfit]:
    for port in WEB_PORTS:
        found = facts.on_port(port)
        if found is None or found.owner in DOCKERS_OWN:
            continue
        if not found.owner and facts.docker.answers:
            continue  # not root: owners are hidden from us, and Docker's own look the same
        if found.owner:
            yield PortTaken(host=host, port=port, program=found.owner)
        else:
            yield PortTakenUnseen(host=host, port=port)


def _clock_time(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(seconds))
