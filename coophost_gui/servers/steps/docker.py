"""Docker from Debian's own packages, complete, started, and started again after a reboot.

Debian's package is signed by the system that the server already trusts and gets its
security updates.  A sane Docker of another origin is kept as it is.  Where the kernel
has AppArmor, its tools are part of the promise: without them Docker starts, makes a
swarm, and then no app ever starts.
"""

import re

from coophost_gui.hosts.base import Host, Result
from coophost_gui.kit.hearing import hearing
from coophost_gui.kit.jobs import Event, Job, Listener, Output, Progress
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.preflight import DOCKERS
from coophost_gui.servers.problems import (
    DockerDoesNotStart,
    InstallerBusy,
    InstallStopped,
    PackagesUnreachable,
)

PLAIN = ("env", "LC_ALL=C", "DEBIAN_FRONTEND=noninteractive")
FINISH = (*PLAIN, "dpkg", "--force-confold", "--configure", "-a")
APT = (*PLAIN, "apt-get", "-q", "-o", "DPkg::Lock::Timeout=300")
LISTS_MARK = "/run/coophost-debian-lists"  # as old as the last update that fetched everything
UPDATE = (
    *APT,
    *("-o", "APT::Update::Error-Mode=any"),
    *("-o", f"APT::Update::Post-Invoke-Success::=touch {LISTS_MARK}"),
    "update",
)
INSTALL = (
    *APT,
    *("-o", "Dpkg::Options::=--force-confold", "-o", "APT::Status-Fd=1"),
    *("--yes", "--no-install-recommends", "install"),
)
START = ("systemctl", "enable", "--now", "docker.service")
LAST_WORDS = ("journalctl", "--unit", "docker.service", "--lines", "20", "--no-pager")

DOCKER = ("docker.io", "ca-certificates")
APPARMOR_TOOLS = "apparmor"
PATIENCE = 600  # seconds to wait for another program that is installing
AN_HOUR = 3600
LISTS_LAST = 3600  # seconds for which Debian need not be asked again what it has
YES = Result(0, "", "")
NO_LOCK = "Could not get lock"
UNREACHABLE = re.compile(r"Failed to fetch|Could not resolve|Unable to fetch")
FETCHING = N_("core", "Fetching Docker from Debian")


def docker_installed(door: Door, known: Facts | None = None) -> Step:
    """Docker is installed completely, runs, and will run after a reboot."""

    def is_done(job: Job) -> bool:
        return complete(facts(job, door.host(job)))

    def do(job: Job) -> Words:
        host = door.host(job)
        found = facts(job, host)
        missing = missing_packages(found)
        if found.unfinished or found.installing or missing:
            _finish_what_was_begun(job, host)
        if missing:
            _install(job, host, missing, fresh=found.lists_age < LISTS_LAST)
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
    """Return the Debian packages that are still to be installed."""
    there = any((package := found.package(name)) and package.installed for name in DOCKERS)
    wanted = () if there or found.docker.answers else DOCKER
    tools = (APPARMOR_TOOLS,) if found.apparmor and not found.apparmor_tools else ()
    return (*wanted, *tools)


def _detail(known: Facts | None) -> tuple[Words, ...]:
    if known is None or complete(known):
        return ()
    if missing := missing_packages(known):
        return (
            said(N_("core", "Debian packages: {names}"), names=", ".join(missing)),
            N_("core", "About 100 MB are fetched. This takes one to five minutes."),
        )
    return (N_("core", "Docker is there already; it is completed and started."),)


def _finish_what_was_begun(job: Job, host: Host) -> None:
    """Complete an installation that was interrupted, once nobody else is installing."""
    waited = 0
    while not (result := host.run(job, *FINISH, root=True, timeout=AN_HOUR)).ok:
        if "lock" not in result.err:
            raise InstallStopped(_last_words(result), host=host.name)
        if waited >= PATIENCE:
            raise InstallerBusy(result.err, host=host.name, minutes=waited // 60)
        job.progress(None, N_("core", "Another program is installing something there. We wait."))
        job.wait(5)
        waited += 5


def _install(job: Job, host: Host, packages: tuple[str, ...], *, fresh: bool) -> None:
    """Install *packages*; *fresh* says that Debian was asked for its lists minutes ago."""
    listed = YES if fresh else _update(job, host)
    done = _fetch(job, host, packages)
    if fresh and not done.ok and NO_LOCK not in done.err:  # something newer came in between
        listed = _update(job, host)
        done = _fetch(job, host, packages)
    if done.ok:
        return  # an older list will do when a part of the new one could not be fetched
    words = _last_words(done)
    if NO_LOCK in done.err:
        raise InstallerBusy(words, host=host.name, minutes=5)
    if not listed.ok or UNREACHABLE.search(done.err):
        raise PackagesUnreachable(f"{_last_words(listed)}\n{words}", host=host.name)
    raise InstallStopped(words, host=host.name)


def _update(job: Job, host: Host) -> Result:
    job.progress(None, N_("core", "Asking Debian for its list of programs"))
    listed = host.run(job, *UPDATE, root=True, timeout=AN_HOUR)
    if NO_LOCK in listed.err:
        raise InstallerBusy(listed.err, host=host.name, minutes=5)
    return listed


def _fetch(job: Job, host: Host, packages: tuple[str, ...]) -> Result:
    job.progress(None, FETCHING)
    with hearing(job, _telling_progress(job)) as heard:
        return host.run(heard, *INSTALL, *packages, root=True, timeout=AN_HOUR)


def _start(job: Job, host: Host) -> None:
    result = host.run(job, *START, root=True)
    if not result.ok:
        said_last = host.run(job, *LAST_WORDS, root=True)
        raise DockerDoesNotStart(result.err + said_last.out, host=host.name)


def _last_words(result: Result) -> str:
    lines = [line for line in result.out.splitlines() if not STATUS.match(line)]
    return "\n".join([*lines[-15:], *result.err.splitlines()[-15:]])


# What apt says on its status descriptor: kind, package, percent of this half, words.
STATUS = re.compile(r"(dlstatus|pmstatus|media-change|pmerror|pmconffile):([^:]*):([\d.]+):(.*)")


def _telling_progress(job: Job) -> Listener:
    """Turn apt's status lines into true progress, and pass everything else on to *job*."""

    def listen(event: Event) -> None:
        status = STATUS.match(event.line) if isinstance(event, Output) else None
        if status is None:
            job.tell(event)
            return
        fetching = status[1] == "dlstatus"
        words = FETCHING if fetching else N_("core", "Setting Docker up")
        job.tell(Progress(min(float(status[3]) / 100, 1.0), words))

    return listen


def _version(found: Facts) -> str:
    if found.docker.version:
        return found.docker.version
    packages = [package for name in DOCKERS if (package := found.package(name))]
    return packages[0].version.partition("+")[0] if packages else ""
