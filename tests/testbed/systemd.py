"""A whole Debian server on this machine's kernel: systemd, sudo, apt, reboot, in a second.

The system is a cached tree with an overlay on it, so a fresh server costs one boot.
This is where every step of getting a server ready is interrupted many times.
"""

import json
import threading
from pathlib import Path

from tests.testbed import debian
from tests.testbed.commands import CommandRefused, descendants, greets, run, until
from tests.testbed.namespaces import Enclosed, make_host_key
from tests.testbed.network import GATEWAY

_INSIDE = """
mount --make-rprivate /
for controller in /sys/fs/cgroup/*/ /sys/fs/cgroup/; do
    [ -e "$controller/cgroup.procs" ] || continue
    group=$controller/coophost-{n}
    mkdir -p "$group" 2>/dev/null || continue
    for file in cpuset.cpus cpuset.mems; do
        [ ! -e "$group/$file" ] || cat "$controller/$file" > "$group/$file" || true
    done
    echo 0 > "$group/cgroup.procs" || true
    [ "$controller" != /sys/fs/cgroup/ ] || break
done
{disk}
mount -t overlay overlay -o lowerdir={lower},upperdir={d}/disk/upper,workdir={d}/disk/work {d}/root
(
    while :; do
        code=0
        SYSTEMD_NSPAWN_API_VFS_WRITABLE=network systemd-nspawn --quiet \\
            --directory={d}/root --machine={name} --boot \\
            --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no \\
            --network-namespace-path=/proc/self/ns/net --capability=all \\
            --property=DeviceAllow='char-* rwm' --system-call-filter='add_key keyctl bpf' \\
            --bind={d}/disk/docker:/var/lib/docker --console=pipe {words} \\
            </dev/null >>{d}/console.log 2>&1 || code=$?
        [ $code = 133 ] || break
    done
) &
"""

# What a real machine has and the container manager withholds: cgroups that can be written.
_CGROUPS = """[Unit]
Before=docker.service containerd.service
DefaultDependencies=no
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'for m in /sys/fs/cgroup/* /sys/fs/cgroup; do \\
mount -o remount,bind,rw $m 2>/dev/null || true; done'
[Install]
WantedBy=sysinit.target
"""

# Without these words to its init, Debian 13 does not start on a kernel with cgroups as of old.
OLD_CGROUPS = "SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1"


class SystemdServer(Enclosed):
    """One such server; ``with SystemdServer() as server:`` brings it up and down.

    root logs in with ``password``; ``helper`` has sudo with ``helper_password``;
    ``deploy`` has sudo without one.
    """

    kind = "systemd"
    _back: threading.Timer | None = None  # gives the power back after a reset

    def __init__(
        self,
        *,
        name_server: str = GATEWAY,
        apt_settings: str = "",
        mirror: str = "",
        docker: bool = False,
        disk_mb: int = 0,
        debian_13: bool = False,
        user_data: str = "",
    ) -> None:
        """Only remember: *docker*: have Debian's Docker installed already, without a swarm.

        *debian_13*: be a blank Debian 13 instead of 12.
        *disk_mb*: give it a small disk of its own, which ``fill`` can fill.  *user_data*: what
        stood in the provider's box; then it has cloud-init, and Docker too.
        """
        self._name_server = name_server
        self._apt_settings = apt_settings
        self._mirror = mirror
        self._docker = docker
        self._disk_mb = disk_mb
        self._debian_13 = debian_13
        self._user_data = user_data

    def start(self) -> None:
        """Switch it on and wait for SSH (and for the Engine, when it was installed before)."""
        tree = debian.with_docker() if self._docker else debian.blank()
        if self._user_data:
            tree = debian.with_cloud_init()
        if self._debian_13:
            tree = debian.blank_13()
        words = OLD_CGROUPS if self._debian_13 else ""
        small = f"mount -o loop {self.folder}/small {self.folder}/disk" if self._disk_mb else ":"
        script = _INSIDE.format(
            d=self.folder,
            n=self.number,
            name=self.name,
            lower=tree.lowerdir,
            disk=small,
            words=words,
        )
        self._enclose(script)
        self.await_ssh()
        if self._docker:
            self.await_engine()

    def reboot(self) -> None:
        """Reboot in good order and wait until it is back."""
        before = self._leader()
        self.run("systemctl", "reboot", "--no-block")
        until(lambda: self._leader(before) != before, "the reboot", 90)
        self.await_ssh()

    def reset(self, off: float = 45) -> None:
        """Cut the power and return; it comes back by itself after *off* seconds.

        Long enough that whoever looks every half a minute sees the outage.
        """
        self.kill()
        self._back = threading.Timer(off, self.start)
        self._back.start()

    def down(self) -> None:
        """End everything that runs in the server, and leave nothing behind."""
        self._await_power()
        super().down()

    def _await_power(self) -> None:
        if self._back is not None and self._back is not threading.current_thread():
            self._back.join()

    def await_ssh(self, patience: float = 60) -> None:
        """Wait until sshd says its first words."""
        self._await_power()
        try:
            until(lambda: greets(self.address, self.port), "SSH", patience)
        except BaseException as error:
            error.add_note((self.folder / "console.log").read_text()[-3000:])
            raise

    def await_engine(self) -> None:
        """Wait until Docker answers."""

        def answers() -> bool:
            try:
                self.docker("version")
            except CommandRefused:
                return False
            return True

        until(answers, "the Engine", 60, every=0.1)

    def fill(self, leave_mb: int = 0) -> None:
        """Fill the small disk of ``disk_mb`` until *leave_mb* are free."""
        if not self._disk_mb:
            raise ValueError("fill() needs a server with disk_mb")
        free = int(self.run("df", "--output=avail", "-m", "/").split()[1])
        more = free - leave_mb + (1 if not leave_mb else 0)
        script = 'head -c "$1M" /dev/zero >> /filled 2>/dev/null || true'
        self.run("sh", "-c", script, "sh", str(max(more, 0)))

    def unfill(self) -> None:
        """Undo ``fill``."""
        self.run("rm", "-f", "/filled")

    def _prepare(self) -> None:
        for part in ("disk/upper", "disk/work", "disk/docker", "root"):
            (self.folder / part).mkdir(parents=True)
        make_host_key(self.folder)
        key = self.folder / "host_key"
        self._place("etc/ssh/ssh_host_ed25519_key", key.read_text(), 0o600)
        self._place("etc/ssh/ssh_host_ed25519_key.pub", key.with_suffix(".pub").read_text())
        self._place("etc/hostname", f"{self.name}\n")
        self._place("etc/hosts", f"127.0.0.1 localhost\n127.0.1.1 {self.name}\n")
        self._place("etc/resolv.conf", f"nameserver {self._name_server}\n")
        self._place("etc/systemd/system/testbed-cgroups.service", _CGROUPS)
        wanted = self.folder / "disk/upper/etc/systemd/system/sysinit.target.wants"
        wanted.mkdir()
        (wanted / "testbed-cgroups.service").symlink_to("../testbed-cgroups.service")
        # Only processes are killed here, never the kernel: what is written stays written.
        self._place("etc/dpkg/dpkg.cfg.d/testbed", "force-unsafe-io\n")
        self._place(*debian.NO_INITRAMFS)
        if self._apt_settings:
            self._place("etc/apt/apt.conf.d/90testbed", self._apt_settings)
        for path, text in debian.seed(self._user_data, self.name):
            self._place(path, text, 0o600)
        if self._mirror:
            settings = json.dumps({"registry-mirrors": [self._mirror]}, indent=2)
            self._place("etc/docker/daemon.json", settings + "\n")
        if self._disk_mb:
            small = self.folder / "small"
            run("truncate", "-s", f"{self._disk_mb}M", small)
            run("mkfs.ext4", "-q", "-m", "0", "-d", self.folder / "disk", small)

    def _place(self, path: str, text: str, mode: int = 0o644) -> None:
        file = self.folder / "disk/upper" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(mode)

    def _leader(self, otherwise: int = 0) -> int:
        """Return the inner systemd, or *otherwise* when there is none just now."""
        depth = len(_numbers(self._init)) + 1
        for pid in descendants(self._init):
            numbers = _numbers(pid)
            if len(numbers) == depth and numbers[-1] == "1":
                return pid
        if otherwise:
            return otherwise
        raise CommandRefused(f"{self.name} is not running")


def _numbers(pid: int) -> list[str]:
    """Return the numbers that *pid* has, the outermost namespace first."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return []
    found = [line.split()[1:] for line in status.splitlines() if line.startswith("NSpid:")]
    return found[0] if found else []
