"""What every server made of namespaces has: an enclosure, a plug, and ways to break them."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path
from typing import Self

from tests.testbed.commands import CommandRefused, descendants, end, run, start, until
from tests.testbed.network import Number

ROOT_PASSWORD = "correct horse battery"
HELPER_PASSWORD = "staple of the helper"


class Enclosed:
    """Processes in namespaces of their own, all of which end with the first.

    The first one reads from us and waits; when we end, however that happens, it reads
    the end, ends too, and the kernel takes everything inside with it.
    """

    user = "root"
    password = ROOT_PASSWORD
    helper_password = HELPER_PASSWORD
    port = 22
    kind = "server"

    _process: "subprocess.Popen[bytes] | None" = None

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        """Make a fresh server and wait until it can be used."""
        self._number = Number.take(f"{self.kind} server")
        try:
            self._prepare()
            self.start()
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """End everything that runs in the server, and leave nothing behind."""
        self.kill()
        self._number.give_back()

    def kill(self) -> None:
        """Cut the power: everything ends at once, the disk stays as it is."""
        if self._process is not None:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._init, signal.SIGKILL)
            end(self._process)
            self._process = None
            self._number.unplug()

    def start(self) -> None:
        """Switch the server on and wait until it can be used."""
        raise NotImplementedError

    # what tests need to know

    @property
    def number(self) -> int:
        return self._number.value

    @property
    def address(self) -> str:
        return self._number.server

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.number}"

    @property
    def folder(self) -> Path:
        """The folder with this server's files and logs."""
        return self._number.folder

    @property
    def host_key(self) -> str:
        """The public host key: ``ssh-ed25519 AAAA…``."""
        return " ".join((self.folder / "host_key.pub").read_text().split()[:2])

    @property
    def fingerprint(self) -> str:
        """The host key's fingerprint: ``SHA256:…``."""
        return run("ssh-keygen", "-lf", self.folder / "host_key.pub").split()[1]

    def run(self, *argv: str, stdin: str | bytes = b"", timeout: float = 120) -> str:
        """Run *argv* inside as root, past SSH; return what it printed."""
        leader = str(self._leader())
        return run("nsenter", "-t", leader, "-a", *argv, stdin=stdin, timeout=timeout)

    def docker(self, *argv: str, stdin: str | bytes = b"", timeout: float = 120) -> str:
        """Run a docker command inside."""
        return self.run("docker", *argv, stdin=stdin, timeout=timeout)

    def write(self, path: str, data: str | bytes) -> None:
        """Write a file inside."""
        self.run("sh", "-c", 'mkdir -p "${1%/*}" && cat > "$1"', "sh", path, stdin=data)

    def authorize(self, public_key: str, user: str = "root") -> None:
        """Let *public_key* log in as *user*, without a password."""
        script = (
            'home=$(getent passwd "$1" | cut -d: -f6); mkdir -p "$home/.ssh"; '
            'cat >> "$home/.ssh/authorized_keys"; chown -R "$1:" "$home/.ssh"; '
            'chmod 700 "$home/.ssh"; chmod 600 "$home/.ssh/authorized_keys"'
        )
        self.run("sh", "-c", script, "sh", user, stdin=public_key.strip() + "\n")

    # faults

    def cut(self) -> None:
        """Cut the link: packets are lost without a word, both ways."""
        for chain, way in (("PREROUTING", "-i"), ("OUTPUT", "-o")):
            self._in_network("iptables", "-t", "raw", "-I", chain, way, "eth0", "-j", "DROP")

    def mend(self) -> None:
        """Undo ``cut``; nothing when it was not cut."""
        with contextlib.suppress(CommandRefused):
            while True:
                for chain, way in (("PREROUTING", "-i"), ("OUTPUT", "-o")):
                    rule = ("-D", chain, way, "eth0", "-j", "DROP")
                    self._in_network("iptables", "-t", "raw", *rule)

    def freeze(self) -> None:
        """Stop every process inside: the kernel still takes connections, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo ``freeze``."""
        self._signal(signal.SIGCONT)

    # for the kinds of server

    def _prepare(self) -> None:
        """Write the files that the server starts from."""

    def _leader(self) -> int:
        """Return the process whose namespaces are the inside of the server."""
        return self._init

    def _enclose(self, script: str) -> None:
        """Begin *script* in new namespaces; come back when it has reached ``exec cat``."""
        self._process = start(
            "unshare",
            *("--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"),
            *("--mount-proc", "--", "sh", "-c", f"set -eu\ncd /\n{script}\nexec cat\n"),
            log=self.folder / "init.log",
            stdin=subprocess.PIPE,
        )
        self._init = 0
        until(self._born, "namespaces", every=0.005)
        self._number.plug_in(self._init)
        until(self._in_place, "the server's own files", every=0.01)

    def _born(self) -> bool:
        self._alive()
        assert self._process is not None
        children = descendants(self._process.pid)[1:]
        ours = os.readlink("/proc/self/ns/net")
        if children and os.readlink(f"/proc/{children[0]}/ns/net") != ours:
            self._init = children[0]
        return self._init != 0

    def _in_place(self) -> bool:
        self._alive()
        return Path(f"/proc/{self._init}/cmdline").read_bytes() == b"cat\0"

    def _alive(self) -> None:
        if self._process is None or self._process.poll() is not None:
            raise CommandRefused((self.folder / "init.log").read_text())

    def _in_network(self, *argv: str) -> None:
        run("nsenter", f"--net=/proc/{self._init}/ns/net", *argv)

    def _signal(self, number: signal.Signals) -> None:
        for pid in descendants(self._init):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _kill_all(self, *names: str) -> None:
        """Kill every process inside that the kernel knows by one of *names*."""

        def left() -> list[int]:
            short = {name[:15] for name in names}
            return [pid for pid in descendants(self._init) if _comm(pid) in short]

        def none_left() -> bool:
            for pid in left():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not left()

        until(none_left, "the end of " + ", ".join(names))


def make_host_key(folder: Path) -> None:
    """Make the key pair ``host_key`` in *folder*."""
    run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / "host_key")


def _comm(pid: int) -> str:
    """Return the kernel's name of a process; empty when it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return "" if rest.split()[0] == "Z" else name
