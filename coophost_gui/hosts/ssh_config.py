"""What ``ssh NAME`` would do: asked from OpenSSH itself, and entries appended for our servers."""

import os
import pwd
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import write_bytes
from coophost_gui.kit.text import N_


class SshMissing(Problem):
    text = N_("core", "This computer has no ssh program (OpenSSH client).")
    hint = N_("core", "Install it (on Debian and Ubuntu: openssh-client), then try again.")


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
    identities_only: bool = False
    identity_agent: str = ""  # "" = SSH_AUTH_SOCK, "none" = no agent
    host_key_alias: str = ""
    user_known_hosts: tuple[Path, ...] = ()
    global_known_hosts: tuple[Path, ...] = ()
    hash_known_hosts: bool = False
    connect_timeout: int = 10
    proxied: bool = False  # ProxyJump or ProxyCommand is set


def settings_for(name: str, ssh_dir: Path) -> SshSettings:
    """Return what ``ssh -G NAME`` says, with the configuration of *ssh_dir*.

    OpenSSH resolves Include and Match itself; ``~`` and ``%`` of file names are left to us.
    """
    command, config = ["ssh", "-G"], ssh_dir / "config"
    if ssh_dir != _openssh_dir():
        command += ["-F", str(config) if config.exists() else os.devnull]
    try:
        done = subprocess.run(
            [*command, "--", name],
            capture_output=True,
            text=True,
            errors="replace",
            timeout=20,
            check=False,
        )
    except subprocess.TimeoutExpired as error:  # a "Match exec" of the person's that hangs
        raise ConfigUnreadable(str(error), path=config) from error
    except FileNotFoundError as error:
        raise SshMissing from error
    if done.returncode:
        raise ConfigUnreadable(done.stderr, path=config)
    return parse(done.stdout, ssh_dir)


def parse(text: str, ssh_dir: Path) -> SshSettings:
    """Read the output of ``ssh -G``."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, _, value = line.partition(" ")
        found.setdefault(key, []).append(value)

    def one(key: str, default: str = "") -> str:
        return found.get(key, [default])[0]

    hostname, port, user = one("hostname"), int(one("port", "22")), one("user")
    tokens = {"%": "%", "d": str(places.home()), "h": hostname, "p": str(port), "r": user}

    def paths(values: list[str]) -> tuple[Path, ...]:
        return tuple(_path(value, tokens, ssh_dir) for value in values if value != "none")

    timeout = one("connecttimeout", "none")
    agent = one("identityagent")
    return SshSettings(
        hostname=hostname,
        port=port,
        user=user,
        identity_files=paths(found.get("identityfile", [])),
        identities_only=one("identitiesonly") == "yes",
        identity_agent="" if agent == "SSH_AUTH_SOCK" else agent,
        host_key_alias=one("hostkeyalias"),
        user_known_hosts=paths(one("userknownhostsfile").split()),
        global_known_hosts=paths(one("globalknownhostsfile").split()),
        hash_known_hosts=one("hashknownhosts") == "yes",
        connect_timeout=int(timeout) if timeout.isdigit() and int(timeout) else 10,
        proxied=any(one(key, "none") != "none" for key in ("proxyjump", "proxycommand")),
    )


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
    return Path(pwd.getpwuid(os.getuid()).pw_dir) / ".ssh"


def _quoted(path: Path) -> str:
    return f'"{path}"' if " " in str(path) else str(path)


def _path(value: str, tokens: dict[str, str], ssh_dir: Path) -> Path:
    text = re.sub(r"%(.)", lambda match: tokens.get(match[1], match[0]), value.strip('"'))
    if text.startswith("~/.ssh/"):
        return ssh_dir / text.removeprefix("~/.ssh/")
    if text.startswith("~/"):
        text = str(places.home() / text[2:])
    elif Path(text).is_relative_to(_openssh_dir()):
        return ssh_dir / Path(text).relative_to(_openssh_dir())
    return Path(text)
