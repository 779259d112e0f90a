"""A server in a second: namespaces, an sshd, an Engine of its own, a swarm.

The kernel of these machines need not have IPVS, so the routing mesh and virtual
addresses may be missing: publish ports with ``mode: host`` and let services find each
other with ``endpoint_mode: dnsrr`` or ``tasks.SERVICE``.
"""

import contextlib
import json
from pathlib import Path

from tests.testbed.commands import CommandRefused, run, until
from tests.testbed.namespaces import HELPER_PASSWORD, ROOT_PASSWORD, Enclosed, make_host_key
from tests.testbed.network import GATEWAY

_INSIDE = """
mount --make-rprivate /
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/sshd /run/lock /run/home/root /run/home/helper /run/home/deploy
mount -t overlay overlay -o lowerdir=/etc,upperdir={d}/etc,workdir={d}/etc-work /etc
mount -t overlay overlay -o lowerdir=/var/lib,upperdir={d}/lib,workdir={d}/lib-work /var/lib
mkdir -p /var/lib/docker
{docker}
mount -t tmpfs tmpfs /var/log
mount --bind {d}/resolv.conf /etc/resolv.conf
hostname {name}
if ! id deploy >/dev/null 2>&1; then
    sed -i 's#^root:.*#root:x:0:0:root:/run/home/root:/bin/bash#' /etc/passwd
    getent group docker >/dev/null || groupadd -r docker
    useradd -M -d /run/home/helper -s /bin/bash helper
    useradd -M -d /run/home/deploy -s /bin/bash -G docker deploy
    printf '%s\\n' 'helper ALL=(ALL) ALL' 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/testbed
    chmod 440 /etc/sudoers.d/testbed
    chpasswd -c SHA256 -s 1000 < {d}/passwords
fi
chown helper: /run/home/helper
chown deploy: /run/home/deploy
chmod 700 /run/home/*
{dockerd}
"""

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


class SwarmServer(Enclosed):
    """One such server; ``with SwarmServer() as server:`` brings it up and down."""

    kind = "swarm"

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

    def start(self) -> None:
        """Switch it on; the first time, make it a manager with the network ``proxy``."""
        docker = f"mount --bind {self.folder}/docker /var/lib/docker"
        if self._disk_mb:
            docker = f"mount -o loop {self.folder}/disk /var/lib/docker"
        dockerd = self._dockerd()
        self._enclose(_INSIDE.format(d=self.folder, name=self.name, docker=docker, dockerd=dockerd))
        self.start_sshd()
        self._await_engine()
        if self._swarm and not (self.folder / "in-swarm").exists():
            self.docker("swarm", "init", "--advertise-addr", self.address)
            self.docker("network", "create", "-d", "overlay", "--attachable", "proxy")
            (self.folder / "in-swarm").touch()

    def kill_sshd(self) -> None:
        """Kill sshd and every session of it: connections break at once, new ones are refused."""
        self._kill_all("sshd")

    def start_sshd(self) -> None:
        """Start sshd again."""
        where = ("-f", f"{self.folder}/sshd_config", "-E", f"{self.folder}/sshd.log")
        self.run("/usr/sbin/sshd", *where)

    def kill_engine(self) -> None:
        """Kill the Engine with every container."""
        self._kill_all("dockerd", "containerd", "containerd-shim", "docker-proxy")

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
        script = 'head -c "$1M" /dev/zero >> /var/lib/docker/filled 2>/dev/null || true'
        self.run("sh", "-c", script, "sh", str(max(more, 0)))

    def unfill(self) -> None:
        """Undo ``fill``."""
        self.run("rm", "-f", "/var/lib/docker/filled")

    def _prepare(self) -> None:
        folder = self.folder
        for part in ("etc/docker", "etc-work", "lib", "lib-work", "docker"):
            (folder / part).mkdir(parents=True)
        make_host_key(folder)
        (folder / "sshd_config").write_text(_SSHD.format(address=self.address, d=folder))
        (folder / "resolv.conf").write_text(f"nameserver {self._name_server}\n")
        (folder / "passwords").write_text(
            f"root:{ROOT_PASSWORD}\nhelper:{HELPER_PASSWORD}\ndeploy:{HELPER_PASSWORD}\n"
        )
        if self._mirror:
            settings = {"registry-mirrors": [self._mirror]}
            (folder / "etc/docker/daemon.json").write_text(json.dumps(settings, indent=2) + "\n")
        if self._disk_mb:
            run("truncate", "-s", f"{self._disk_mb}M", folder / "disk")
            run("mkfs.ext4", "-q", "-m", "0", folder / "disk")

    def _await_engine(self) -> None:
        def answers() -> bool:
            self._alive()
            if not Path(f"/proc/{self._init}/root/run/docker.sock").exists():
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
        words = f"setsid dockerd --cgroup-parent /coophost-{self.number}"
        if self._certificates:
            words = f"SSL_CERT_FILE={self._certificates} {words}"
        return f"{words} >> {self.folder}/dockerd.log 2>&1 < /dev/null &"
