"""Docker from the system's own packages, complete, started, and again after a reboot.

Debian's package (Ubuntu's too) is signed by the system that the server already trusts and gets its
security updates.  A sane Docker of another origin is kept as it is.  Where the kernel
has AppArmor, its tools are part of the promise: without them Docker starts, makes a
swarm, and then no app ever starts.
"""

from coophost_gui.hosts.base import Host
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.docker_fit import DOCKERS
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.packages import install
from coophost_gui.servers.problems import DockerDoesNotStart

START = ("systemctl", "enable", "--now", "docker.service")
LAST_WORDS = ("journalctl", "--unit", "docker.service", "--lines", "20", "--no-pager")

DOCKER = ("docker.io", "ca-certificates")
COMMAND = "docker-cli"  # a package of its own since Debian 13; before, a part of docker.io
COMMAND_APART = {("debian", "13")}
APPARMOR_TOOLS = "apparmor"


def docker_installed(door: Door, known: Facts | None = None) -> Step:
    """Docker is installed completely, runs, and will run after a reboot."""

    def is_done(job: Job) -> bool:
        return complete(facts(job, door.host(job)))

    def do(job: Job) -> Words:
        host = door.host(job)
        found = facts(job, host)
        missing = missing_packages(found)
        install(job, host, missing, found)
        if not running(facts(job, host)):
            _start(job, host)
        now = facts(job, host)
        if missing:
            return said(N_("core", "Docker {version} installed"), version=_version(now))
        return said(N_("core", "Docker {version} made complete and started"), version=_version(now))

    return Step(
        "docker",
        N_("core", "Install Docker"),
        is_done,
        do,
        why=N_("core", "Docker keeps every app in a box of its own, so that apps can't mix."),
        detail=_detail(known),
    )


def complete(found: Facts) -> bool:
    return running(found) and not missing_packages(found) and not found.unfinished


def running(found: Facts) -> bool:
    """Say whether Docker runs now, and (where systemd decides that) after a reboot."""
    lasting = found.init != "systemd" or found.docker.enabled not in ("disabled", "masked")
    return found.docker.answers and lasting


def missing_packages(found: Facts) -> tuple[str, ...]:
    """Return the packages that are still to be installed."""
    there = any((package := found.package(name)) and package.installed for name in DOCKERS)
    wanted = () if there or found.docker.answers else DOCKER
    apart = (found.system, found.version) in COMMAND_APART and not found.docker.program
    command = (COMMAND,) if apart else ()
    tools = (APPARMOR_TOOLS,) if found.apparmor and not found.apparmor_tools else ()
    return (*wanted, *command, *tools)


def _detail(known: Facts | None) -> tuple[Words, ...]:
    if known is None or complete(known):
        return ()
    if missing := missing_packages(known):
        return (
            said(N_("core", "Packages: {names}"), names=", ".join(missing)),
            N_("core", "About 100 MB are fetched. This takes one to five minutes."),
        )
    return (N_("core", "Docker is there already; it is completed and started."),)


def _start(job: Job, host: Host) -> None:
    result = host.run(job, *START, root=True)
    if not result.ok:
        said_last = host.run(job, *LAST_WORDS, root=True)
        raise DockerDoesNotStart(result.err + said_last.out, host=host.name)


def _version(found: Facts) -> str:
    if found.docker.version:
        return found.docker.version
    packages = [package for name in DOCKERS if (package := found.package(name))]
    return packages[0].version.partition("+")[0] if packages else ""
