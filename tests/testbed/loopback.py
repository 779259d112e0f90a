"""An sshd on loopback, with throw-away keys and, where wanted, accounts of its own."""

import base64
import shutil
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.testbed.commands import end, greets, run, start, until

_CONFIG = """
Port {port}
ListenAddress 127.0.0.1
PidFile none
UsePAM no
UseDNS no
StrictModes no
PrintMotd no
LogLevel VERBOSE
AuthorizedKeysFile {folder}/authorized_keys
"""
# /etc is a copy, so that accounts, passwords and PAM of the machine stay as they are.
_APART = 'mount --make-rprivate / && mount --bind "$1" /etc && shift && exec "$@"'


class LoopbackSshd:
    """One sshd; ``with`` brings it up and down.  *more* goes before what we set ourselves."""

    def __init__(
        self,
        folder: Path,
        more: str = "",
        *,
        kinds: Sequence[str] = ("ed25519",),
        accounts: str = "",
    ) -> None:
        """Only remember: *accounts* is a shell script that makes them, run before sshd."""
        self.folder, self._more, self._kinds, self._accounts = folder, more, kinds, accounts
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir(parents=True, exist_ok=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = int(free.getsockname()[1])
        for kind in self._kinds:
            self.new_key(kind)
        (self.folder / "authorized_keys").touch(mode=0o644)
        self._write()
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it, even unused
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        command = ["/usr/sbin/sshd", "-D", "-e", "-f", str(self.folder / "sshd_config")]
        if self._accounts:
            etc = self.folder / "etc"
            if not etc.exists():
                shutil.copytree("/etc", etc, symlinks=True, ignore=_only_small)
                self._apart("sh", "-ec", self._accounts)
            command = ["unshare", "-m", "sh", "-c", _APART, "sh", str(etc), *command]
        self._process = start(*command, log=self.folder / "sshd.log")
        until(lambda: greets("127.0.0.1", self.port), "sshd")

    def down(self) -> None:
        if self._process is not None:
            end(self._process)
            self._process = None

    def new_key(self, kind: str) -> None:
        """Make a host key of *kind*, over the one that there may be."""
        for old in self.folder.glob(f"host_{kind}*"):
            old.unlink()
        run("ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "", "-f", self.folder / f"host_{kind}")

    def let_in(self, *publics: str) -> None:
        """Let the holders of these public keys log in, and nobody else."""
        (self.folder / "authorized_keys").write_text("".join(f"{line}\n" for line in publics))

    def key(self, kind: str = "ed25519") -> bytes:
        """Return the public half of a host key, as it goes over the wire."""
        return base64.b64decode((self.folder / f"host_{kind}.pub").read_text().split()[1])

    @property
    def known(self) -> str:
        """The line of known_hosts that makes its first key known."""
        public = (self.folder / f"host_{self._kinds[0]}.pub").read_text().split()[:2]
        return f"[127.0.0.1]:{self.port} {' '.join(public)}\n"

    @property
    def fingerprint(self) -> str:
        """The fingerprint of its first key: ``SHA256:…``."""
        return run("ssh-keygen", "-lf", self.folder / f"host_{self._kinds[0]}.pub").split()[1]

    @property
    def log(self) -> str:
        """Everything that it has written so far."""
        return (self.folder / "sshd.log").read_text(errors="replace")

    def account(self, script: str) -> None:
        """Change its accounts."""
        self._apart("sh", "-ec", script)

    def _apart(self, *argv: str) -> None:
        run("unshare", "-m", "sh", "-c", _APART, "sh", str(self.folder / "etc"), *argv)

    def _write(self) -> None:
        keys = "".join(f"HostKey {self.folder}/host_{kind}\n" for kind in self._kinds)
        text = self._more + keys + _CONFIG.format(port=self.port, folder=self.folder)
        (self.folder / "sshd_config").write_text(text)


def _only_small(folder: str, names: list[str]) -> list[str]:
    """Leave out of the copy of ``/etc`` what is large and what no login reads."""
    return [name for name in names if name in ("ssl", "alternatives", "apt", "fonts", "moduli")]
