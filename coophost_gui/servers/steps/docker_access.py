"""The person we log in as may use Docker without a password, as ssh, docker and abra need it."""

from coophost_gui.hosts.base import must
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.door import Door
from coophost_gui.servers.facts import facts

GROUP = "docker"


def docker_access(door: Door, user: str) -> Step:
    """*user* is in the group ``docker``, and the connection we hold knows it."""

    def is_done(job: Job) -> bool:
        found = facts(job, door.host(job))
        return found.is_root or GROUP in found.groups

    def do(job: Job) -> Words:
        must(door.host(job), job, "usermod", "--append", "--groups", GROUP, user, root=True)
        door.renew(job)  # groups are given out at login
        return said(N_("core", "{user} may use Docker"), user=user)

    return Step(
        "docker_access",
        said(N_("core", "Let {user} use Docker"), user=user),
        is_done,
        do,
        why=N_(
            "core",
            "Without it, every look at your apps would ask for the administrator password.",
        ),
        detail=(
            said(
                N_("core", "{user} joins the group “docker”, which may do everything there."),
                user=user,
            ),
        ),
    )
