"""``docker --context NAME`` works: a context of the server's name, as docker and abra keep it."""

from pathlib import Path
from urllib.parse import urlsplit

from coophost_gui.hosts.contexts import add_context, docker_context
from coophost_gui.hosts.ssh_config import settings_for
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.problems import ContextTaken


def context_there(docker_dir: Path, ssh_dir: Path, name: str) -> Step:
    """Docker's list of contexts has one called *name* that leads to the server."""

    def is_done(job: Job) -> bool:
        found = docker_context(docker_dir, name)
        return found is not None and _leads_there(found, name, ssh_dir)

    def do(job: Job) -> Words:
        found = docker_context(docker_dir, name)
        if found is not None and not _leads_there(found, name, ssh_dir):
            raise ContextTaken(name=name, address=found)
        add_context(docker_dir, name)
        return said(N_("core", "“docker --context {name}” works from this computer"), name=name)

    return Step(
        "docker_context",
        N_("core", "Tell this computer's Docker tools about it"),
        is_done,
        do,
        why=N_("core", "The docker and abra commands of a technical member use it."),
        detail=(said(N_("core", "A context called “{name}”, through ssh"), name=name),),
    )


def _leads_there(found: str, name: str, ssh_dir: Path) -> bool:
    """Say whether the address *found* is that of the machine that ``ssh NAME`` goes to."""
    if found == f"ssh://{name}":
        return True
    try:
        parts = urlsplit(found)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if parts.scheme != "ssh" or not host:
        return False
    there, ours = settings_for(host, ssh_dir), settings_for(name, ssh_dir)
    return (there.hostname, port or there.port) == (ours.hostname, ours.port)
