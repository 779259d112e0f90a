"""``ssh NAME`` works: an entry in ``~/.ssh/config``, which docker and abra use as well."""

from pathlib import Path

from coophost_gui.hosts.base import Login
from coophost_gui.hosts.keys import NAME, own_key
from coophost_gui.hosts.ssh_config import add_entry, settings_for
from coophost_gui.kit.alone import alone
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.problems import NameTaken


def ssh_entry(ssh_dir: Path, login: Login) -> Step:
    """The person's ssh knows the server by its name, with the login key."""

    def is_done(job: Job) -> bool:
        return leads_there(ssh_dir, login)

    def do(job: Job) -> Words:
        if elsewhere := leads_elsewhere(ssh_dir, login):
            raise NameTaken(name=login.name, address=elsewhere)
        key = own_key(ssh_dir)
        with alone(job, "~/.ssh/config"):
            add_entry(ssh_dir, login.name, login.address, login.port or 22, login.user, key.path)
        return said(N_("core", "“ssh {name}” works from this computer"), name=login.name)

    return Step(
        "ssh_entry",
        said(N_("core", "Remember the way to {name}"), name=login.name),
        is_done,
        do,
        why=N_("core", "So that this computer's own tools (ssh, docker, abra) find it too."),
        detail=(N_("core", "Adds one entry to ~/.ssh/config; other entries stay as they are."),),
    )


def leads_there(ssh_dir: Path, login: Login) -> bool:
    """Say whether ``ssh NAME`` goes where *login* goes, with the login key."""
    found = settings_for(login.name, ssh_dir)
    wanted = (login.user or "root", login.address, login.port or 22)
    there = (found.user, found.hostname, found.port) == wanted
    return there and ssh_dir / NAME in found.identity_files


def leads_elsewhere(ssh_dir: Path, login: Login) -> str:
    """Return where ``ssh NAME`` goes now, if that is another machine; else ""."""
    found = settings_for(login.name, ssh_dir)
    if found.hostname == login.address:
        same = login.name == login.address or found.port == (login.port or 22)
        return "" if same else f"{found.hostname}:{found.port}"
    return "" if found.hostname == login.name.lower() else found.hostname
