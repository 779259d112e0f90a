"""The Debian servers that tests begin with: blank, and with Docker already there."""

import shlex
from pathlib import Path

from tests.testbed.cache import built, key
from tests.testbed.commands import run
from tests.testbed.namespaces import HELPER_PASSWORD, ROOT_PASSWORD
from tests.testbed.trees import Tree, base, grow

_PACKAGES = (
    "linux-image-cloud-amd64 systemd-sysv systemd-timesyncd libpam-systemd dbus udev kmod procps "
    "openssh-server sudo curl python3-minimal iproute2 iptables ifupdown isc-dhcp-client "
    "netbase ca-certificates apt-utils"
)

LEAN = [f"--dpkgopt=path-exclude=/usr/share/{part}/*" for part in ("man", "doc", "locale", "info")]

_USERS = f"""
useradd -m -s /bin/bash helper
useradd -m -s /bin/bash deploy
printf '%s\\n' 'helper ALL=(ALL) ALL' 'deploy ALL=(ALL) NOPASSWD: ALL' > /etc/sudoers.d/testbed
chmod 440 /etc/sudoers.d/testbed
printf '%s\\n' 'root:{ROOT_PASSWORD}' 'helper:{HELPER_PASSWORD}' 'deploy:{HELPER_PASSWORD}' |
    chpasswd
rm -f /etc/ssh/ssh_host_*
sed -i 's/^HashKnownHosts/#&/' /etc/ssh/ssh_config
printf '%s\\n' 'PermitRootLogin yes' 'PasswordAuthentication yes' 'UseDNS no' \\
    'HostKey /etc/ssh/ssh_host_ed25519_key' > /etc/ssh/sshd_config.d/testbed.conf
printf '%s\\n' 'auto lo' 'iface lo inet loopback' > /etc/network/interfaces
echo 'LANG=C.UTF-8' > /etc/default/locale
systemctl mask -q apt-daily.timer apt-daily-upgrade.timer e2scrub_all.timer fstrim.timer \\
    systemd-timesyncd.service 2>/dev/null
"""

# Our servers start from a kernel and an initramfs outside: making another one at every
# package costs half a minute and shows nothing.
NO_INITRAMFS = ("etc/initramfs-tools/update-initramfs.conf", "update_initramfs=no\n")


def blank() -> Tree:
    """A Debian server as one rents it: SSH, sudo, users, nothing else."""
    return grow("blank", base(), _PACKAGES, _USERS)


def blank_13() -> Tree:
    """The same of Debian 13, without a kernel of its own: it only runs on this machine's."""
    packages = ",".join(_PACKAGES.split()[1:])
    made_from = key("trixie", packages, _USERS)

    def build(target: Path) -> None:
        hook = f'--customize-hook=chroot "$1" sh -eu -c {shlex.quote(_USERS)}'
        run(
            *("mmdebstrap", "--variant=minbase", f"--include={packages}", *LEAN, hook),
            *("trixie", target),
            timeout=1800,
        )
        for name in ("hostname", "resolv.conf"):
            (target / "etc" / name).unlink(missing_ok=True)

    return Tree((built("tree-trixie", made_from, build),), made_from)


def with_docker() -> Tree:
    """The same with Debian's Docker installed, its service on, no swarm yet."""
    return grow("docker", blank(), "docker.io apparmor")


def seed(user_data: str, name: str) -> list[tuple[str, str]]:
    """Return the files in which cloud-init finds what stood in the provider's box."""
    if not user_data:
        return []
    folder = "var/lib/cloud/seed/nocloud"
    about = f"instance-id: {name}\nlocal-hostname: {name}\n"
    return [(f"{folder}/user-data", user_data), (f"{folder}/meta-data", about)]


# As providers have it, but for what our servers bring along: their network and their name.
_CLOUD = """
cat > /etc/cloud/cloud.cfg.d/90-testbed.cfg <<'END'
datasource_list: [ NoCloud ]
network: {config: disabled}
preserve_hostname: true
resize_rootfs: false
growpart: {mode: 'off'}
END
"""


def with_cloud_init() -> Tree:
    """The same with Debian's cloud-init, which reads the provider's box at the first start."""
    return grow("cloud-init", with_docker(), "cloud-init", _CLOUD)
