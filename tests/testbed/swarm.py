"""A server in a second: namespaces, an sshd, an Engine of its own, a swarm.

The kernel of these machines need not have IPVS, so the routing mesh and virtual
addresses may be missing: publish ports with ``mode: host`` and let services find each
other with ``endpoint_mode: dnsrr`` or ``tasks.SERVICE``.
"""

import contextlib
import json
import os
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.testbed.commands import CommandRefused, descendants, end, run, start, until
from tests.testbed.network import GATEWAY, Number

ROOT_PASSWORD = "correct horse battery"
HELPER_PASSWORD = "staple of the helper"

_INSIDE = """
set -eu
cd /
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/lock /run/home/root/.ssh /run/home/helper/.ssh /run/home/deploy/.ssh
mount -t overlay overlay -o lowerdir=/etc,upperdir={d}/etc,workdir={d}/etc-work /etc
mount -t overlay overlay -o lowerdir=/var/lib,upperdir={d}/lib,workdir={d}/lib-work /var/lib
mkdir -p /var/lib/docker
{docker}
mount -t tmpfs tmpfs /var/log
mount --bind {d}/resolv.conf /etc/resolv.conf
hostname {name}
sed -i 's#^root:.*#root:x:0:0:root:/run/home/root:/bin/bash#' /etc/passwd
getent group docker >/dev/null || groupadd -r docker
useradd -M -d /run/home/helper -s /bin/bash helper
useradd -M -d /run/home/deploy -s /bin/bash -G docker deploy
printf '%s\\n' 'helper ALL=(ALL) ALL' 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/testbed
chmod 440 /etc/sudoers.d/testbed
chpasswd -c SHA256 -s 1000 < {d}/passwords
chown -R helper: /run/home/helper; chown -R deploy: /run/home/deploy
chmod 700 /run/home/*/.ssh /run/home/*
{sshd}
{dockerd}
exec cat
"""
# The last line waits until our end of its input is closed, which also happens when the
# process that started the server dies: then everything in this pid namespace goes too.

_SSHD = """
Port 22
ListenAddress {address}
HostKey {d}/host_key
PidFile /run/sshd.pid
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication no
UsePAM no
UseDNS no
StrictModes yes
PrintMotd no
AllowStreamLocalForwarding yes
Subsystem sftp internal-sftp
"""

_START_SSHD = "/usr/sbin/sshd -f {d}/sshd_config -E {d}/sshd.log"
_START_DOCKERD = (
    "setsid dockerd --cgroup-parent /coophost-{n} >> {d}/dockerd.log 2>&1 < /dev/null &"
)


class SwarmServer:
    """One such server; ``with SwarmServer() as server:`` brings it up and down."""

    user = "root"
    password = ROOT_PASSWORD
    helper_password = HELPER_PASSWORD
    port = 22

    def __init__(
        self,
        *,
        name_server: str = GATEWAY,
        mirror: str = "",
        certificates: Path | None = None,
        swarm: bool = True,
        disk_mb: int = 0,
    ) -> None:
        """Only remember: *name_server* an address; *mirror* a URL of our registry.

        *certificates*: a PEM file that this server's Engine trusts instead of the
        machine's own; *disk_mb*: give ``/var/lib/docker`` a small disk of its own.
        """
        self._name_server = name_server
        self._mirror = mirror
        self._certificates = certificates
        self._swarm = swarm
        self._disk_mb = disk_mb
        self._filled = False

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        """Bring the server up, to a swarm manager with the overlay network ``proxy``."""
        self._number = Number.take("swarm server")
        try:
            self._begin()
        except BaseException:
            self.down()
            raise

    def down(self) -> None:
        """End everything that runs in the server, and leave nothing behind."""
        if hasattr(self, "_process"):
            self.thaw()
            with contextlib.suppress(ProcessLookupError):
                os.kill(self._init, signal.SIGKILL)
            end(self._process)
            del self._process
        self._number.give_back()

    # what tests need to know

    @property
    def address(self) -> str:
        return self._number.server

    @property
    def name(self) -> str:
        return f"swarm-{self._number.value}"

    @property
    def folder(self) -> Path:
        """The folder with this server's logs (``sshd.log``, ``dockerd.log``)."""
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
        return run("nsenter", "-t", str(self._init), "-a", *argv, stdin=stdin, timeout=timeout)

    def docker(self, *argv: str, stdin: str | bytes = b"", timeout: float = 120) -> str:
        """Run a docker command inside."""
        return self.run("docker", *argv, stdin=stdin, timeout=timeout)

    def write(self, path: str, data: str | bytes) -> None:
        """Write a file inside."""
        self.run("sh", "-c", 'mkdir -p "${1%/*}" && cat > "$1"', "sh", path, stdin=data)

    def authorize(self, public_key: str, user: str = "root") -> None:
        """Let *public_key* log in as *user*, without a password."""
        script = 'cat >> "$1"; chown "$2": "$1" "${1%/*}"; chmod 600 "$1"'
        path = f"/run/home/{user}/.ssh/authorized_keys"
        self.run("sh", "-c", script, "sh", path, user, stdin=public_key.strip() + "\n")

    # faults

    def cut(self) -> None:
        """Cut the link: packets are lost without a word, both ways."""
        for chain, way in (("PREROUTING", "-i"), ("OUTPUT", "-o")):
            self.run("iptables", "-t", "raw", "-I", chain, way, "eth0", "-j", "DROP")

    def mend(self) -> None:
        """Undo ``cut``; nothing when it was not cut."""
        with contextlib.suppress(CommandRefused):
            while True:
                for chain, way in (("PREROUTING", "-i"), ("OUTPUT", "-o")):
                    self.run("iptables", "-t", "raw", "-D", chain, way, "eth0", "-j", "DROP")

    def freeze(self) -> None:
        """Stop every process inside: the kernel still takes connections, nobody answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo ``freeze``."""
        self._signal(signal.SIGCONT)

    def kill_sshd(self) -> None:
        """Kill sshd and every session of it: connections break at once, new ones are refused."""
        self._kill("sshd")

    def start_sshd(self) -> None:
        self.run("sh", "-c", _START_SSHD.format(d=self.folder))

    def kill_engine(self) -> None:
        """Kill the Engine with every container."""
        self._kill("dockerd", "containerd", "containerd-shim", "docker-proxy")

    def start_engine(self) -> None:
        """Start the Engine again and wait for it."""
        self.run("rm", "-f", "/var/run/docker.pid", "/run/docker/containerd/containerd.pid")
        self.run("sh", "-c", self._dockerd())
        self._await_engine()

    def fill(self, leave_mb: int = 0) -> None:
        """Fill the small disk of ``disk_mb`` until *leave_mb* are free."""
        if not self._disk_mb:
            raise ValueError("fill() needs a server with disk_mb")
        free = int(self.run("df", "--output=avail", "-m", "/var/lib/docker").split()[1])
        more = free - leave_mb + (1 if not leave_mb else 0)
        script = 'head -c "$1M" /dev/zero > /var/lib/docker/filled 2>/dev/null || true'
        self.run("sh", "-c", script, "sh", str(max(more, 0)))

    def unfill(self) -> None:
        """Undo ``fill``."""
        self.run("rm", "-f", "/var/lib/docker/filled")

    # how it comes up

    def _begin(self) -> None:
        folder = self.folder
        for part in ("etc/docker", "etc-work", "lib", "lib-work", "docker"):
            (folder / part).mkdir(parents=True)
        run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", folder / "host_key")
        (folder / "sshd_config").write_text(_SSHD.format(address=self.address, d=folder))
        (folder / "resolv.conf").write_text(f"nameserver {self._name_server}\n")
        (folder / "passwords").write_text(
            f"root:{ROOT_PASSWORD}\nhelper:{HELPER_PASSWORD}\ndeploy:{HELPER_PASSWORD}\n"
        )
        if self._mirror:
            settings = {"registry-mirrors": [self._mirror]}
            (folder / "etc/docker/daemon.json").write_text(json.dumps(settings, indent=2) + "\n")
        docker = f"mount --bind {folder}/docker /var/lib/docker"
        if self._disk_mb:
            run("truncate", "-s", f"{self._disk_mb}M", folder / "disk")
            run("mkfs.ext4", "-q", "-m", "0", folder / "disk")
            docker = f"mount -o loop {folder}/disk /var/lib/docker"
        script = _INSIDE.format(
            d=folder,
            name=self.name,
            docker=docker,
            sshd="#",
            dockerd=self._dockerd(),
        )
        self._process = start(
            "unshare",
            *("--net", "--mount", "--uts", "--ipc", "--pid", "--fork", "--kill-child"),
            *("--mount-proc", "--", "sh", "-c", script),
            log=folder / "init.log",
            stdin=subprocess.PIPE,
        )
        self._init = 0
        until(self._born, "namespaces", every=0.005)
        self._number.plug_in(self._init)
        until(lambda: self._in_place() or self._gone(), "the server's own files", every=0.01)
        self.start_sshd()
        self._await_engine()
        if self._swarm:
            self.docker("swarm", "init", "--advertise-addr", self.address)
            self.docker("network", "create", "-d", "overlay", "--attachable", "proxy")

    def _born(self) -> bool:
        children = descendants(self._process.pid)[1:]
        if children and os.readlink(f"/proc/{children[0]}/ns/net") != os.readlink(
            "/proc/self/ns/net"
        ):
            self._init = children[0]
        return self._init != 0 or self._gone()

    def _in_place(self) -> bool:
        """Whether the script inside has come to its last line."""
        return b"cat" in Path(f"/proc/{self._init}/cmdline").read_bytes()[:4]

    def _gone(self) -> bool:
        if self._process.poll() is None:
            return False
        raise CommandRefused((self.folder / "init.log").read_text())

    def _await_engine(self) -> None:
        def answers() -> bool:
            self._gone()
            socket = Path(f"/proc/{self._init}/root/run/docker.sock")
            if not socket.exists():
                return False
            with contextlib.suppress(CommandRefused):
                self.docker("version")
                return True
            return False

        try:
            until(answers, "the Engine")
        except BaseException as error:
            error.add_note((self.folder / "dockerd.log").read_text()[-3000:])
            raise

    def _dockerd(self) -> str:
        line = _START_DOCKERD.format(n=self._number.value, d=self.folder)
        if self._certificates:
            line = f"SSL_CERT_FILE={self._certificates} {line}"
        return line

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, number)

    def _processes(self) -> Sequence[int]:
        return descendants(self._init)

    def _kill(self, *names: str) -> None:
        def left() -> list[int]:
            return [pid for pid in self._processes() if _comm(pid) in {n[:15] for n in names}]

        def none_left() -> bool:
            for pid in left():
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            return not left()

        until(none_left, "the end of " + ", ".join(names))


def _comm(pid: int) -> str:
    """Return the kernel's name of a process; empty when it is gone or a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return ""
    name, _, rest = stat.partition("(")[2].rpartition(")")
    return "" if rest.split()[0] == "Z" else name
