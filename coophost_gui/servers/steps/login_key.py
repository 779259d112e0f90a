"""The login key is on the server and opens it, so that no password is needed any more."""

from pathlib import Path

from coophost_gui.hosts.base import Host
from coophost_gui.hosts.keys import install_key, own_key, public_line
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.door import Door

AUTHORIZED = ".ssh/authorized_keys"  # in the home folder of whoever logs in


def login_key(door: Door, ssh_dir: Path) -> Step:
    """The server knows this computer's key, and a connection made with that key alone works.

    From then on the connection in use is that second one; the password is not used again.
    """

    def is_done(job: Job) -> bool:
        host = door.host(job)
        if not _knows_our_key(job, host, ssh_dir):
            return False
        return bool(getattr(host, "by_key", True)) or door.opens_with_key(job)

    def do(job: Job) -> Words:
        key = own_key(ssh_dir)
        install_key(job, door.host(job), key.public)
        door.renew(job)
        return N_("core", "This computer's key opens the server; the password is forgotten")

    return Step(
        "login_key",
        N_("core", "Use a key instead of the password"),
        is_done,
        do,
        why=N_("core", "A key cannot be guessed, and nobody needs to type anything."),
        detail=(
            N_("core", "Adds one line to ~/.ssh/authorized_keys on the server."),
            N_("core", "The key stays in ~/.ssh on this computer, without a password of its own."),
        ),
    )


def _knows_our_key(job: Job, host: Host, ssh_dir: Path) -> bool:
    line = public_line(ssh_dir)
    if not line:
        return False
    body = line.split()[1].encode()
    there = (host.get(job, AUTHORIZED) or b"").splitlines()
    return any(body in one.split() for one in there if not one.lstrip().startswith(b"#"))
