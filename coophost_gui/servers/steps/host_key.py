"""The server shows a host key that it made itself, and nobody else knows.

The one that it introduced itself with stood in a text, and still does at the provider: it is
good for one contact.  Killed between any two lines of ``do``, the same step completes: until
the end ``introduced/NAME.yml`` vouches for both keys, and the server always has one of them.
"""

from pathlib import Path

from coophost_gui.hosts.base import CommandFailed, Host, must
from coophost_gui.hosts.introduced import Introduction, Introductions, pin
from coophost_gui.hosts.problems import HostUnreachable, NotASecureShell
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.secrets import Secrets
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.door import Door
from coophost_gui.servers.introduction import secret_name
from coophost_gui.servers.problems import HostKeyRefused

PUT_BACK = 3  # the script's exit code when sshd refused the new key
RELOAD_TRIES, RELOAD_PAUSE = 20, 0.5  # sshd answers again, with the new key, within a second


def host_key(door: Door, introductions: Introductions, secrets: Secrets, ssh_dir: Path) -> Step:
    """The key that the server behind *door* introduced itself with is worth nothing any more."""

    def is_done(job: Job) -> bool:
        return introductions.of(shown_by(door.host(job))) is None

    def do(job: Job) -> Words:
        host = door.host(job)
        found = introductions.of(shown_by(host))
        assert found is not None, "is_done was asked before"
        found = Introduction(found.name, found.public, found.made, _make(job, host, found))
        introductions.keep(found)
        _switch(job, host, found)
        _until_shown(job, door, found.own)
        pin(door.login, ssh_dir, found)
        secrets.forget(secret_name(found.name))
        introductions.drop(found.name)  # last: who runs this again begins with it
        return N_("core", "It has a key of its own, and the one in the text opens nothing any more")

    return Step(
        "host_key",
        N_("core", "Let the server make a key of its own"),
        is_done,
        do,
        why=N_("core", "The key in the text was for the first moment: your provider knows it too."),
        detail=(
            N_(
                "core",
                "Makes a new host key, and moves the old one to /etc/ssh/coophost-introduced.",
            ),
            N_(
                "core", "Adds two lines to ~/.ssh/known_hosts here: the new key, and never the old."
            ),
        ),
    )


def shown_by(host: Host) -> str:
    """Return the host key that *host* showed; a make-believe one has none."""
    return str(getattr(host, "host_key", ""))


def _make(job: Job, host: Host, found: Introduction) -> str:
    made = must(host, job, *_command("make", found), stdin=_script(), root=True).strip()
    type_, _, body = made.partition(" ")
    if type_ != "ssh-ed25519" or len(body) != len(found.public.split()[1]):
        raise CommandFailed(made, host=host.name, code=0)
    return made


def _switch(job: Job, host: Host, found: Introduction) -> None:
    result = host.run(job, *_command("switch", found), stdin=_script(), root=True)
    if result.code == PUT_BACK:
        raise HostKeyRefused(result.err, host=host.name)
    if not result.ok:
        raise CommandFailed(result.err or result.out, host=host.name, code=result.code)


def _until_shown(job: Job, door: Door, key: str) -> None:
    """Connect anew until the server shows *key*: it may take sshd a moment to read it."""
    shown = ""
    for _ in range(RELOAD_TRIES):
        try:
            shown = shown_by(door.renew(job))
        except (HostUnreachable, NotASecureShell) as error:
            shown = str(error)
        if shown == key:
            return
        job.wait(RELOAD_PAUSE)
    raise HostKeyRefused(shown, host=door.name)


def _command(what: str, found: Introduction) -> tuple[str, ...]:
    return ("sh", "-s", "host-key", what, found.public.split()[1])


def _script() -> bytes:
    return places.resource("server", "host-key.sh").read_bytes()
