"""What must be so before anything is changed on a server, as problems that a person can act on."""

import time
from collections.abc import Iterator

from coophost_gui.hosts.problems import NoSudo
from coophost_gui.kit.text import N_, size_in_words
from coophost_gui.servers.docker_fit import docker_unfit
from coophost_gui.servers.facts import Disk, Facts
from coophost_gui.servers.problems import Unfit

# Where we can install Docker; where it runs already, any will do.
SUPPORTED = {("debian", "12"), ("debian", "13"), ("ubuntu", "22.04"), ("ubuntu", "24.04")}
ARCHITECTURES = ("x86_64", "aarch64")
DISK_NEEDED = 1_000_000_000
DISK_COMFORTABLE = 5_000_000_000
FILES_NEEDED = 20_000
MEMORY_COMFORTABLE = 950_000_000  # a server sold as "1 GB" has a little less
CLOCK_TOLERANCE = 30  # seconds; beyond it, certificates and the swarm stop working
WEB_PORTS = (80, 443)
DOCKERS_OWN = ("dockerd", "docker-proxy")


class UnsupportedSystem(Unfit):
    text = N_("core", "{host} runs {system}, and coophost cannot set that up yet.")
    hint = N_(
        "core",
        "Order the server again with Debian 12 or 13 (“reinstall” or “image” at the provider). "
        "Then press the same button.",
    )
    who = N_("core", "A person who can install Docker on it by hand can also make it ready.")


class ArchitectureUnsupported(Unfit):
    text = N_("core", "{host} has a processor of a kind ({arch}) that the apps do not run on.")
    hint = N_("core", "Rent a server with an ordinary 64-bit processor (x86-64 or ARM64).")


class NoServiceManager(Unfit):
    text = N_("core", "{host} does not start programs by itself after a restart (no systemd).")
    hint = N_("core", "Rent a full virtual server with Debian 12 or 13, not a container.")


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


class NoAdministrator(Unfit):
    text = NoSudo.text
    hint = NoSudo.hint


class DockerOnly(Unfit):
    text = N_("core", "{user} may run apps on {host}, but not look after its system.")
    means = N_("core", "Security updates and the size of logs are left to who set it up.")
    hint = N_("core", "You may go on. Or use the administrator's name (often “root”).")
    blocks = False


def docker_only(facts: Facts) -> bool:
    """Say whether we may use a Docker that is ready for apps there, and nothing else."""
    ready = facts.docker.swarm == "active" and facts.docker.manager
    return facts.sudo == "none" and "docker" in facts.groups and ready


def preflight(facts: Facts, host: str) -> list[Unfit]:
    """Return what stands in the way (``blocks``) or is worth saying, most basic first."""
    return list(_all(facts, host))


def _all(facts: Facts, host: str) -> Iterator[Unfit]:
    yield from _system(facts, host)
    yield from _room(facts, host)
    yield from _clock(facts, host)
    yield from docker_unfit(facts, host)
    yield from _ports(facts, host)


def _system(facts: Facts, host: str) -> Iterator[Unfit]:
    if not facts.docker.answers and (facts.system, facts.version) not in SUPPORTED:
        name = facts.system_name or f"{facts.system} {facts.version}".strip() or "?"
        yield UnsupportedSystem(host=host, system=name)
    if facts.arch not in ARCHITECTURES:
        yield ArchitectureUnsupported(host=host, arch=facts.arch or "?")
    if not facts.docker.answers and facts.init != "systemd":
        yield NoServiceManager(host=host)
    if docker_only(facts):
        yield DockerOnly(host=host, user=facts.user)
    elif facts.sudo == "none":
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
