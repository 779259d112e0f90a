"""Debian's packages on a server (Ubuntu's too): fetched, set up, finished after an interruption."""

import re

from coophost_gui.hosts.base import Host, Result
from coophost_gui.kit.hearing import hearing
from coophost_gui.kit.jobs import Event, Job, Listener, Output, Progress
from coophost_gui.kit.text import N_
from coophost_gui.servers.facts import Facts
from coophost_gui.servers.problems import InstallerBusy, InstallStopped, PackagesUnreachable

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

MEND = (*INSTALL, "--fix-broken")
PATIENCE = 600  # seconds to wait for another program that is installing
AN_HOUR = 3600
LISTS_LAST = 3600  # seconds for which Debian need not be asked again what it has
YES = Result(0, "", "")
NO_LOCK = "Could not get lock"
TORN = ("unmet dependencies", "dependency problems", "held broken packages")
UNREACHABLE = re.compile(r"Failed to fetch|Could not resolve|Unable to fetch")
FETCHING = N_("core", "Fetching what is needed")
SETTING_UP = N_("core", "Setting it up")


def install(job: Job, host: Host, packages: tuple[str, ...], found: Facts) -> None:
    """Have *packages* on the server, which said *found* a moment ago.

    What an earlier installation left half done is completed first, even without *packages*.
    """
    if found.unfinished or found.installing or packages:
        _finish_what_was_begun(job, host)
    if packages:
        _install(job, host, packages, fresh=found.lists_age < LISTS_LAST)


def _finish_what_was_begun(job: Job, host: Host) -> None:
    """Complete an installation that was interrupted, once nobody else is installing."""
    result = _once_nobody_else_does(job, host, FINISH, "lock")
    if _torn(result):
        _mend(job, host)
    elif not result.ok:
        raise InstallStopped(_last_words(result), host=host.name)


def _once_nobody_else_does(job: Job, host: Host, command: tuple[str, ...], lock: str) -> Result:
    """Run *command* until it does not complain of a *lock* that another program holds."""
    waited = 0
    while True:
        result = host.run(job, *command, root=True, timeout=AN_HOUR)
        if result.ok or lock not in result.err:
            return result
        if waited >= PATIENCE:
            raise InstallerBusy(result.err, host=host.name, minutes=waited // 60)
        job.progress(None, N_("core", "Another program is installing something there. We wait."))
        job.wait(5)
        waited += 5


def _torn(result: Result) -> bool:
    """Say whether packages that belong together are there in different versions.

    An upgrade that was cut short leaves them so: the system's own, or ours.
    """
    return any(words in result.out + result.err for words in TORN)


def _mend(job: Job, host: Host) -> None:
    """Bring packages that belong together to one version again."""
    _update(job, host)
    job.progress(None, N_("core", "Completing an installation that was cut short"))
    done = host.run(job, *MEND, root=True, timeout=AN_HOUR)
    if NO_LOCK in done.err:
        raise InstallerBusy(_last_words(done), host=host.name, minutes=5)
    if not done.ok:
        raise InstallStopped(_last_words(done), host=host.name)


def _install(job: Job, host: Host, packages: tuple[str, ...], *, fresh: bool) -> None:
    """Install *packages*; *fresh* says that Debian was asked for its lists minutes ago."""
    listed = YES if fresh else _update(job, host)
    done = _fetch(job, host, packages)
    if fresh and not done.ok and NO_LOCK not in done.err:  # something newer came in between
        listed = _update(job, host)
        done = _fetch(job, host, packages)
    if not done.ok and _torn(done):
        _mend(job, host)
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
    job.progress(None, N_("core", "Asking for the list of programs"))
    return _once_nobody_else_does(job, host, UPDATE, NO_LOCK)  # apt waits for no lock of lists


def _fetch(job: Job, host: Host, packages: tuple[str, ...]) -> Result:
    job.progress(None, FETCHING)
    with hearing(job, _telling_progress(job)) as heard:
        return host.run(heard, *INSTALL, *packages, root=True, timeout=AN_HOUR)


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
        words = FETCHING if fetching else SETTING_UP
        job.tell(Progress(min(float(status[3]) / 100, 1.0), words))

    return listen
