"""Security updates come by themselves; Docker waits until a person wants it.

The system's own daily update (``unattended-upgrades``) is switched on.  Docker and
containerd are left out of it, and ``needrestart`` is told to leave them running: a new
Docker stops every app for a moment, and nobody should be surprised by that.  ``runc`` is
not left out, since a new one needs no restart.
"""

from coophost_gui.hosts.base import must
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import LEFT_OUT, Facts, facts
from coophost_gui.servers.packages import install

PACKAGE = "unattended-upgrades"
FILE = "/etc/apt/apt.conf.d/60coophost"
ON = (
    "APT::Periodic::Enable",
    "APT::Periodic::Update-Package-Lists",
    "APT::Periodic::Unattended-Upgrade",
)
TIMERS = ("apt-daily.timer", "apt-daily-upgrade.timer")
DOCKERS = (
    *("docker.io", "docker-ce", "docker-engine", "moby-engine"),
    *("containerd", "containerd.io", "moby-containerd"),
)
TEXT = (
    "// Security updates come by themselves; coophost wrote this.\n"
    + "".join(f'{name} "1";\n' for name in ON)
    + "// A new Docker stops every app for a moment, so it waits for a person.\n"
    + "".join(f'{LEFT_OUT} "^{name.replace(".", "[.]")}$";\n' for name in DOCKERS)
)

NEEDRESTART = "needrestart"
NEEDRESTART_FILE = "/etc/needrestart/conf.d/coophost.conf"
NEEDRESTART_TEXT = (
    "# Restarting these stops every app, so a person does it; coophost wrote this.\n"
    "$nrconf{override_rc}{qr(^(docker|containerd)[.]service$)} = 0;\n"
)


def security_updates(door: Door, known: Facts | None = None) -> Step:
    """The server updates its own system each day, and leaves Docker alone meanwhile.

    A system with no apt has ways of its own, and is left to them.
    """

    def is_done(job: Job) -> bool:
        host = door.host(job)
        found = facts(job, host)
        if not has_apt(found):
            return True
        if not (switched_on(found) and docker_waits(found)):
            return False
        return not _there(found, NEEDRESTART) or host.get(job, NEEDRESTART_FILE) is not None

    def do(job: Job) -> Words:
        host = door.host(job)
        host.put(job, FILE, TEXT.encode(), root=True)  # before anything can be updated
        found = facts(job, host)
        if _there(found, NEEDRESTART):
            host.put(job, NEEDRESTART_FILE, NEEDRESTART_TEXT.encode(), root=True)
        install(job, host, () if _there(found, PACKAGE) else (PACKAGE,), found)
        if not _clock_runs(found):
            must(host, job, "systemctl", "unmask", *TIMERS, root=True)
            must(host, job, "systemctl", "enable", "--now", *TIMERS, root=True)
        return N_("core", "Security updates come each day; Docker waits for you")

    return Step(
        "security_updates",
        N_("core", "Switch on security updates"),
        is_done,
        do,
        why=N_("core", "Holes in the system are closed without anybody having to think of it."),
        detail=_detail(known),
    )


def has_apt(found: Facts) -> bool:
    return found.system in ("debian", "ubuntu")


def switched_on(found: Facts) -> bool:
    """Say whether the daily update is installed, set, and woken up by its clock."""
    updates = found.updates
    unset = {ON[0]: "1"}  # what apt takes for granted
    values = [updates.settings.get(name, unset.get(name, "0")) for name in ON]
    return _there(found, PACKAGE) and "0" not in values and _clock_runs(found)


def _clock_runs(found: Facts) -> bool:
    return found.init != "systemd" or set(TIMERS) <= set(found.updates.timers)


def docker_waits(found: Facts) -> bool:
    """Say whether no update touches the Docker that is there (or will be)."""
    there = [name for name in DOCKERS if _there(found, name)]
    return all(found.updates.leaves_out(name) for name in there or DOCKERS)


def _there(found: Facts, name: str) -> bool:
    package = found.package(name)
    return package is not None and package.installed


def _detail(known: Facts | None) -> tuple[Words, ...]:
    if known is None or not has_apt(known):
        return ()
    written = said(N_("core", "The file {path}"), path=FILE)
    waits = N_(
        "core",
        "Docker is left out: a new one stops every app for a moment, so a person decides when.",
    )
    if _there(known, PACKAGE):
        return (written, waits)
    return (said(N_("core", "Packages: {names}"), names=PACKAGE), written, waits)
