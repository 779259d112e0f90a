"""Git over ssh: the same check of host keys and the same keys as for every server."""

from pathlib import Path
from typing import IO, Any

import paramiko

from coophost_gui.hosts.base import Login
from coophost_gui.hosts.connect import connect
from coophost_gui.hosts.keys import own_key
from coophost_gui.hosts.problems import KeyRefused, NotLetInYet
from coophost_gui.hosts.remembered import Remembered
from coophost_gui.hosts.ssh import SshHost
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.secrets import Secrets
from coophost_gui.net.git_ways import SILENCE, Ssh


def git_over_ssh(ssh_dir: Path, secrets: Secrets) -> Ssh:
    """Return what reaches git servers with the configuration and the keys of *ssh_dir*."""
    remembered = Remembered(secrets)

    def start(job: Job, user: str, address: str, port: int | None, command: str) -> "_Talk":
        try:
            host = connect(job, Login(address, address, port, user), ssh_dir, remembered)
        except KeyRefused as error:
            raise not_let_in(error, ssh_dir) from error
        return _Talk(host, command)

    return start


def not_let_in(error: KeyRefused, ssh_dir: Path) -> NotLetInYet:
    """Return the problem that names the key to hand on, so that somebody can let us in."""
    key = own_key(ssh_dir).public
    return NotLetInYet(f"{key}\n\n{error.detail}".strip(), **error.facts)


class _Talk:
    """One command, with the connection that it runs over in its care."""

    def __init__(self, host: SshHost, command: str) -> None:
        self._host = host
        try:
            self._channel = host.open_command(command)
        except (paramiko.SSHException, EOFError) as error:
            host.close()
            raise ConnectionError(str(error)) from error
        self._channel.settimeout(SILENCE)
        self._said = self._channel.makefile("rb")
        errors: Any = self._channel.makefile_stderr("rb")
        self.errors: IO[bytes] = errors

    def read(self, count: int) -> bytes:
        return self._said.read(count)

    def write(self, data: bytes) -> int:
        self._channel.sendall(data)
        return len(data)

    def ready(self) -> bool:
        return self._channel.recv_ready()

    def close(self) -> None:
        self._host.close()
