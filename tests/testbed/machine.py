"""A blank server with a kernel of its own: Debian 12 in a virtual machine.

This is *the* server of the end-to-end tests.  It can be reset, frozen, cut off and lose
its power; its disk is a copy-on-write overlay over a cached image, so nothing stays.
A fresh one wakes up from a snapshot taken right after its first boot; resets and power
cuts boot it for real.
"""

import contextlib
import inspect
import json
import os
import shlex
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Self

import paramiko

from tests.testbed import debian
from tests.testbed.cache import built, key
from tests.testbed.commands import CommandRefused, descendants, end, greets, run, start, until
from tests.testbed.namespaces import HELPER_PASSWORD, ROOT_PASSWORD, make_host_key
from tests.testbed.network import Number

_DISK = """
set -eu
mount --make-rprivate /
mkdir -p {new}/upper/etc/ssh {new}/work {new}/system
cp {new}/host_key {new}/upper/etc/ssh/ssh_host_ed25519_key
cp {new}/host_key.pub {new}/upper/etc/ssh/ssh_host_ed25519_key.pub
mount -t overlay overlay -o lowerdir={lower},upperdir={new}/upper,workdir={new}/work {new}/system
cd {new}/system
printf '%s\\n' 'auto lo' 'iface lo inet loopback' 'allow-hotplug eth0' 'iface eth0 inet dhcp' \\
    > etc/network/interfaces
echo '/dev/vda / ext4 errors=remount-ro 0 1' > etc/fstab
echo blank > etc/hostname
printf '%s\\n' '127.0.0.1 localhost' '127.0.1.1 blank' > etc/hosts
for unit in ifupdown-pre e2scrub_reap systemd-binfmt systemd-pstore; do
    ln -sf /dev/null etc/systemd/system/$unit.service
done
cp boot/vmlinuz-* {new}/kernel
cp boot/initrd.img-* {new}/initrd
mke2fs -q -t ext4 -m 1 -d . {new}/disk 6G
cd /
umount {new}/system
rm -rf {new}/upper {new}/work {new}/system
"""

_INSIDE_ADDRESS = "10.0.2.15"  # what QEMU's own network gives to its only guest


class BlankServer:
    """One such machine; ``with BlankServer() as server:`` boots it and throws it away.

    root logs in with ``password``; ``helper`` has sudo with ``helper_password``.  Its
    ports 22, 80 and 443 are real ones, on a loopback address of its own.
    """

    user = "root"
    password = ROOT_PASSWORD
    helper_password = HELPER_PASSWORD
    port = 22
    name = "blank"

    def __init__(
        self,
        *,
        address: str = "",
        name_server: str = "",
        apt_settings: str = "",
        mirror: str = "",
        docker: bool = False,
        cold: bool = False,
        user_data: str = "",
    ) -> None:
        """Only remember: *address* on loopback ("" = one of its own).

        *docker*: Debian's Docker is installed and there is a swarm with the network
        ``proxy``; *mirror*, *apt_settings*, *name_server*: written before the test begins;
        *cold*: boot for real instead of waking up from the snapshot; *user_data*: what stood
        in the provider's box: it has cloud-init and boots for real, and nothing but that
        tells it who may log in.
        """
        self._address = address
        self._name_server = name_server
        self._apt_settings = apt_settings
        self._mirror = mirror
        self._docker = docker
        self._cold = cold or bool(user_data)
        self._user_data = user_data
        self.new_host_key = ""  # "ssh-ed25519 AAAA…", once it shows another than the image's
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        self.up()
        return self

    def __exit__(self, *_: object) -> None:
        self.down()

    def up(self) -> None:
        """Switch a fresh machine on and wait until it can be used."""
        self._image = image(self._docker, cloud=bool(self._user_data))
        saved = None if self._cold else snapshot(self._docker)
        self._number = Number.take("virtual machine")
        try:
            self.folder.mkdir(exist_ok=True)
            for path, text in debian.seed(self._user_data, self.name):
                (self.folder / "seed").mkdir(exist_ok=True)
                (self.folder / "seed" / Path(path).name).write_text(text)
            disk = self.folder / "disk.qcow2"
            if saved is None:
                overlay = ("-f", "qcow2", "-b", self._image / "disk", "-F", "raw")
                run("qemu-img", "create", "-q", *overlay, disk)
                self.start()
                self._first_boot()
            else:
                run("cp", "--reflink=auto", saved / "disk.qcow2", disk)
                self._launch("-loadvm", "ready")
            self._settle_in()
        except BaseException as error:
            with contextlib.suppress(OSError):
                error.add_note((self.folder / "console.log").read_text()[-3000:])
            self.down()
            raise

    def down(self) -> None:
        """Switch it off for good, and leave nothing behind."""
        self.kill()
        self._number.give_back()

    def start(self) -> None:
        """Switch it on, boot from the disk, and wait for SSH (and for the Engine it came with)."""
        self._launch()
        if self._docker:
            self.await_engine()

    def _launch(self, *more: str) -> None:
        where = self.address
        ports = "".join(f",hostfwd=tcp:{where}:{port}-:{port}" for port in (22, 80, 443))
        # As many providers do: a second drive, called "cidata", that cloud-init looks for.
        drive = f"driver=vvfat,dir={self.folder}/seed,label=cidata,read-only=on,if=virtio"
        seed = ("-drive", drive) if self._user_data else ()
        accelerator = "kvm" if kvm_works(self._image) else "tcg,thread=multi"
        qemu = (
            *("qemu-system-x86_64", "-accel", accelerator, "-cpu", "max", "-nodefaults"),
            *("-m", "2048", "-smp", "2", "-display", "none"),
            *("-kernel", self._image / "kernel", "-initrd", self._image / "initrd"),
            *("-append", "root=/dev/vda rw console=ttyS0 net.ifnames=0"),
            *("-drive", f"file={self.folder}/disk.qcow2,if=virtio,cache=unsafe"),
            *("-netdev", f"user,id=n0{ports}", "-device", "virtio-net-pci,netdev=n0,id=nic"),
            *seed,
            *("-device", "virtio-rng-pci", "-serial", f"file:{self.folder}/console.log"),
            *("-monitor", f"unix:{self.folder}/monitor,server=on,wait=off"),
            *more,
        )
        # The first process in this pid namespace ends when we do, and takes QEMU with it.
        script = f"{shlex.join(map(str, qemu))} </dev/null & exec cat"
        enclosed = ("unshare", "--pid", "--fork", "--kill-child", "--", "sh", "-c", script)
        self._process = start(*enclosed, log=self.folder / "qemu.log", stdin=subprocess.PIPE)
        self.await_ssh(900 if self._user_data else 240)  # cloud-init comes before sshd

    def kill(self) -> None:
        """Cut the power: the disk stays as it is at this moment."""
        if self._process is not None:
            for pid in descendants(self._process.pid)[1:]:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
            end(self._process)
            self._process = None

    # what tests need to know

    @property
    def address(self) -> str:
        return self._address or self._number.machine

    @property
    def folder(self) -> Path:
        """The folder with its disk and ``console.log``."""
        return self._number.folder

    @property
    def host_key(self) -> str:
        """The public host key: ``ssh-ed25519 AAAA…``."""
        return self.new_host_key or " ".join((self._image / "host_key.pub").read_text().split()[:2])

    @property
    def fingerprint(self) -> str:
        """The host key's fingerprint: ``SHA256:…``."""
        return run("ssh-keygen", "-lf", self._image / "host_key.pub").split()[1]

    def run(self, *argv: str, stdin: str | bytes = b"", timeout: float = 600) -> str:
        """Run *argv* inside as root, over an SSH connection of its own; return its output."""
        with paramiko.SSHClient() as client:
            client.set_missing_host_key_policy(_Known(self.host_key))
            client.connect(
                self.address,
                self.port,
                self.user,
                self.password,
                timeout=60,
                banner_timeout=60,
                auth_timeout=60,
                allow_agent=False,
                look_for_keys=False,
            )
            into, out, err = client.exec_command(shlex.join(argv), timeout=timeout)
            into.write(stdin)
            into.channel.shutdown_write()
            said = out.read().decode(errors="replace")
            code = out.channel.recv_exit_status()
            if code:
                words = err.read().decode(errors="replace")[-3000:]
                raise CommandRefused(f"{shlex.join(argv)}: exit code {code}\n{said[-3000:]}{words}")
        return said

    def docker(self, *argv: str, stdin: str | bytes = b"", timeout: float = 600) -> str:
        """Run a docker command inside."""
        return self.run("docker", *argv, stdin=stdin, timeout=timeout)

    def write(self, path: str, data: str | bytes) -> None:
        """Write a file inside."""
        self.run("sh", "-c", 'mkdir -p "${1%/*}" && cat > "$1"', "sh", path, stdin=data)

    def await_ssh(self, patience: float = 240) -> None:
        """Wait until sshd says its first words."""

        def answers() -> bool:
            if self._process is None or self._process.poll() is not None:
                raise CommandRefused((self.folder / "qemu.log").read_text())
            return greets(self.address, self.port)

        until(answers, "SSH", patience, every=0.2)

    def await_engine(self) -> None:
        """Wait until Docker answers."""

        def answers() -> bool:
            with contextlib.suppress(CommandRefused):
                self.docker("version")
                return True
            return False

        until(answers, "the Engine", 240, every=1)

    # faults

    def reset(self) -> None:
        """Press the reset button: no goodbye, a boot from whatever the disk has."""
        self.monitor("system_reset")

    def freeze(self) -> None:
        """Stop the processors."""
        self.monitor("stop")

    def thaw(self) -> None:
        """Undo ``freeze``."""
        self.monitor("cont")

    def cut(self) -> None:
        """Pull the network cable."""
        self.monitor("set_link nic off")

    def mend(self) -> None:
        """Undo ``cut``."""
        self.monitor("set_link nic on")

    def monitor(self, command: str, patience: float = 10) -> None:
        """Tell QEMU's monitor *command* and wait until it was done."""
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(patience)
            connection.connect(str(self.folder / "monitor"))
            _until_prompt(connection)
            connection.sendall(command.encode() + b"\n")
            _until_prompt(connection)

    def _first_boot(self) -> None:
        """Let the first boot come to rest; with Docker, make the swarm."""
        with contextlib.suppress(CommandRefused):  # "degraded" is an end, too
            self.run("systemctl", "is-system-running", "--wait")
        if self._docker:
            self._make_swarm()
        self.run("sync")

    def _make_swarm(self) -> None:
        self.docker("swarm", "init", "--advertise-addr", _INSIDE_ADDRESS)
        self.docker("network", "create", "-d", "overlay", "--attachable", "proxy")

    def _settle_in(self) -> None:
        """Write what a test needs beforehand: where packages, images and names come from."""
        path, text = debian.NO_INITRAMFS
        script = ["set -eu", f"date -s @{time.time():.0f} >/dev/null", _put(f"/{path}", text)]
        if self._apt_settings:
            script.append(_put("/etc/apt/apt.conf.d/90testbed", self._apt_settings))
        if self._name_server:
            words = f"supersede domain-name-servers {self._name_server};\n"
            script.append(_put("/etc/dhcp/dhclient.conf", words))
            script.append(_put("/etc/resolv.conf", f"nameserver {self._name_server}\n"))
        if self._mirror:
            settings = json.dumps({"registry-mirrors": [self._mirror]}, indent=2) + "\n"
            script.append(_put("/etc/docker/daemon.json", settings))
            if self._docker:
                script.append("systemctl reload docker")
        self.run("sh", "-c", "\n".join([*script, "sync"]))

    def _save(self, target: Path) -> None:
        """Keep this machine as it is now as the snapshot *target*."""
        self.monitor("savevm ready", patience=120)
        self.kill()
        target.mkdir(parents=True)
        shutil.move(self.folder / "disk.qcow2", target / "disk.qcow2")


class _Known(paramiko.MissingHostKeyPolicy):
    """Accepts one host key, which is known from the image."""

    def __init__(self, expected: str) -> None:
        self._expected = expected

    def missing_host_key(
        self, client: paramiko.SSHClient, hostname: str, key: paramiko.PKey
    ) -> None:
        found = f"{key.get_name()} {key.get_base64()}"
        if found != self._expected:
            raise paramiko.SSHException(f"{hostname} has another host key")


def image(docker: bool, *, cloud: bool = False) -> Path:
    """Return the image of a server: a folder with disk, kernel, initrd and host key.

    *cloud*: with Docker and cloud-init, as one rents it.
    """
    tree = debian.with_docker() if docker else debian.blank()
    name = "docker" if docker else "blank"
    if cloud:
        tree, name = debian.with_cloud_init(), "cloud-init"

    def build(target: Path) -> None:
        target.mkdir(parents=True)
        make_host_key(target)
        script = _DISK.format(new=target, lower=tree.lowerdir)
        run("unshare", "--mount", "--", "sh", "-c", script, timeout=600)

    return built(f"machine-{name}", key(tree.made_from, _DISK), build)


def snapshot(docker: bool) -> Path:
    """Return a folder with the snapshot of a machine that has just come up."""
    system = image(docker)

    def build(target: Path) -> None:
        with BlankServer(docker=docker, cold=True) as server:
            server._save(target)

    version = run("qemu-system-x86_64", "--version")
    code = [BlankServer._launch, BlankServer._first_boot]
    if docker:
        code.append(BlankServer._make_swarm)
    sources = map(inspect.getsource, code)
    made_from = key(str(system), version, str(kvm_works(system)), *sources)
    return built(f"snapshot-{'docker' if docker else 'blank'}", made_from, build)


def kvm_works(image: Path) -> bool:
    """Whether KVM proves itself by booting the kernel of *image*; found out once per boot."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return False
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()

    def probe(target: Path) -> None:
        log = target.with_name(f"{target.name}.console")
        process = start(
            *("qemu-system-x86_64", "-accel", "kvm", "-cpu", "host", "-m", "512"),
            *("-nodefaults", "-display", "none", "-serial", f"file:{log}", "-no-reboot"),
            *("-kernel", image / "kernel", "-initrd", image / "initrd"),
            *("-append", "console=ttyS0 panic=-1 break=top"),
            log=target.with_name(f"{target.name}.log"),
        )
        deadline = time.monotonic() + 12
        booted = False
        while not booted and process.poll() is None and time.monotonic() < deadline:
            time.sleep(0.2)
            booted = log.exists() and b"Run /init" in log.read_bytes()
        end(process)
        target.write_text("yes" if booted else "no")

    return built("kvm", key(boot), probe).read_text() == "yes"


def _put(path: str, text: str) -> str:
    folder = path.rpartition("/")[0]
    return f"mkdir -p {folder}; printf %s {shlex.quote(text)} > {path}"


def _until_prompt(connection: socket.socket) -> None:
    said = b""
    while not said.endswith(b"(qemu) "):
        said += connection.recv(4096)
