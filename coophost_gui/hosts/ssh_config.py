"""What ``ssh NAME`` would do: asked from OpenSSH itself, and entries appended for our servers."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from coophost_gui.hosts.known_hosts import SSH_PORT
from coophost_gui.hosts.problems import HopsWithoutEnd
from coophost_gui.hosts.ssh_config_file import (
    KNOWN,
    LOOP,
    SYSTEM,
    BadLine,
    Found,
    last_hop,
    resolve,
)
from coophost_gui.hosts.tokens import BadToken, expand, system_home, tilde, tokens
from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import write_bytes
from coophost_gui.kit.text import N_


class ConfigUnreadable(Problem):
    text = N_("core", "ssh does not understand your settings in {path}.")
    hint = N_("core", "The details say which line. Mend it in a text editor, then try again.")


@dataclass(frozen=True)
class SshSettings:
    """How OpenSSH would reach a name. Paths are expanded."""

    hostname: str
    port: int
    user: str
    identity_files: tuple[Path, ...] = ()
    certificate_files: tuple[Path, ...] = ()
    identities_only: bool = False
    identity_agent: str = ""  # "" = SSH_AUTH_SOCK, "none" = no agent, else where it listens
    host_key_alias: str = ""
    user_known_hosts: tuple[Path, ...] = ()
    global_known_hosts: tuple[Path, ...] = ()
    hash_known_hosts: bool = False
    connect_timeout: int = 10
    proxy_jump: str = ""  # hops, the nearest first: "ada@one:22,two"
    proxy_command: str = ""  # whole, for a shell

    def key_place(self, port: int | None) -> tuple[str, int]:
        """Return under which name and port the host key stands: an alias, without a port, first."""
        if self.host_key_alias:
            return self.host_key_alias, SSH_PORT
        return self.hostname, port or self.port


def settings_for(name: str, ssh_dir: Path) -> SshSettings:
    """Return how ``ssh NAME`` would get there, with the configuration of *ssh_dir*.

    OpenSSH itself is asked; where this computer has no such client, its files are read here.
    ``~`` and ``%`` of file names are left to us in both cases.
    """
    config = ssh_dir / "config"
    with _mistakes_named(name, config):
        ask = _ask_openssh if shutil.which("ssh") else _read_files
        return _settings(ask(name, config, alone=ssh_dir != _openssh_dir()), ssh_dir)


def parse(text: str) -> Found:
    """Read the output of ``ssh -G``."""
    found: Found = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).extend(value.split() if key in KNOWN else [value])
    return found


def _ask_openssh(name: str, config: Path, *, alone: bool) -> Found:
    where = ["-F", str(config) if config.exists() else os.devnull] if alone else []
    try:
        done = subprocess.run(
            ["ssh", "-G", *where, "--", name],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired as error:  # a "Match exec" of the person's that hangs
        raise BadLine(str(error)) from error
    if done.returncode:
        raise BadLine(done.stderr)
    return parse(done.stdout)


def _read_files(name: str, config: Path, *, alone: bool) -> Found:
    return resolve(name, config, None if alone else SYSTEM)


def _settings(found: Found, ssh_dir: Path) -> SshSettings:
    def one(key: str, default: str = "") -> str:
        return found.get(key, [default])[0]

    hostname, port, user = one("hostname"), int(one("port", "22")), one("user")
    alias, jump = one("hostkeyalias"), one("proxyjump")
    known = tokens(one("host"), hostname, port, user, alias, last_hop(jump))

    def paths(key: str) -> tuple[Path, ...]:
        values = (value for value in found.get(key, []) if value != "none")
        return tuple(_path(value, known, ssh_dir) for value in values)

    timeout = one("connecttimeout", "none")
    agent = one("identityagent")
    return SshSettings(
        hostname=hostname,
        port=port,
        user=user,
        identity_files=paths("identityfile"),
        certificate_files=paths("certificatefile"),
        identities_only=one("identitiesonly") == "yes",
        identity_agent="" if agent == "SSH_AUTH_SOCK" else _agent(agent),
        host_key_alias=alias,
        user_known_hosts=paths("userknownhostsfile"),
        global_known_hosts=paths("globalknownhostsfile"),
        hash_known_hosts=one("hashknownhosts") == "yes",
        connect_timeout=int(timeout) if timeout.isdigit() and int(timeout) else 10,
        proxy_jump=jump,
        proxy_command=_command(one("proxycommand"), known),
    )


@contextmanager
def _mistakes_named(name: str, config: Path) -> Iterator[None]:
    try:
        yield
    except (BadLine, BadToken) as error:
        if LOOP in str(error):
            raise HopsWithoutEnd(str(error), host=name) from error
        raise ConfigUnreadable(str(error), path=config) from error


def _agent(value: str) -> str:
    """Return where the agent listens: ``$NAME`` is looked up, as ssh still does."""
    return os.environ.get(value[1:], "none") if value.startswith("$") else value


def _command(value: str, known: dict[str, str]) -> str:
    return expand(value, known, variables=False)


def add_entry(ssh_dir: Path, name: str, address: str, port: int, user: str, identity: Path) -> None:
    """Put a ``Host`` block for *name* before the others, which stay as they are.

    In this file the first value wins, so an entry behind somebody's ``Host *`` could lose.
    """
    config = ssh_dir / "config"
    before = config.read_bytes().decode("utf-8", "surrogateescape") if config.exists() else ""
    shown = identity
    if identity.is_relative_to(places.home()):
        shown = Path("~") / identity.relative_to(places.home())
    block = [
        f"Host {name}",
        f"    HostName {address}",
        f"    Port {port}",
        f"    User {user}",
        f"    IdentityFile {_quoted(shown)}",
        "    IdentitiesOnly yes",  # an agent full of other keys would use up the server's patience
    ]
    if before and not re.match(r"\s*(host|match)\s", before, re.IGNORECASE):
        block += ["", "Host *"]  # what stood outside any block was for every host
    text = "\n".join(block) + "\n" + ("\n" if before else "") + before
    write_bytes(config, text.encode("utf-8", "surrogateescape"), 0o600)


def _openssh_dir() -> Path:
    """Return where OpenSSH looks by itself: it asks the system for the home, not ``HOME``."""
    return Path(system_home()) / ".ssh"


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


def _path(value: str, known: dict[str, str], ssh_dir: Path) -> Path:
    text = expand(value, known)
    if text.startswith("~/.ssh/"):
        return ssh_dir / text.removeprefix("~/.ssh/")
    if text.startswith("~/"):
        return places.home() / text[2:]
    if Path(text).is_relative_to(_openssh_dir()):
        return ssh_dir / Path(text).relative_to(_openssh_dir())
    return Path(tilde(text))
