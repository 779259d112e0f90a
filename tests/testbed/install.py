"""The Debian packages that the testbed is made of, and how they get onto this machine."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

PACKAGES = (
    # servers
    "docker.io",
    "openssh-server",
    "openssh-client",
    "sudo",
    "systemd-container",
    "qemu-system-x86",
    "qemu-utils",
    "mmdebstrap",
    "debian-archive-keyring",
    "e2fsprogs",
    "iproute2",
    "iptables",
    "procps",
    "util-linux",
    "apparmor",
    # images, names, certificates, code
    "docker-registry",
    "skopeo",
    "busybox-static",
    "pebble",
    "openssl",
    "gnupg",
    "git",
    # a screen with real clicks
    "xvfb",
    "xdotool",
    "at-spi2-core",
    "fonts-dejavu-core",
    "libegl1",
    "libgl1",
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-image0",
    "libxcb-keysyms1",
    "libxcb-render-util0",
    "libxcb-shape0",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
)

_POLICY = Path("/usr/sbin/policy-rc.d")


def missing() -> list[str]:
    """Return the packages that this machine still lacks."""
    asked = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Package} ${db:Status-Status}\n", *PACKAGES],
        capture_output=True,
        text=True,
    )
    there = {line.split()[0] for line in asked.stdout.splitlines() if line.endswith(" installed")}
    return [package for package in PACKAGES if package not in there]


def install() -> None:
    """Install what is missing, as root; otherwise say which line to run, and end."""
    wanted = missing()
    if not wanted:
        return
    line = ["apt-get", "install", "-q", "-y", "--no-install-recommends", *wanted]
    if os.geteuid() != 0:
        sys.exit("Run this line once, then the same command again:\n    sudo " + " ".join(line))
    print(f"testbed: installing {len(wanted)} Debian packages", flush=True)
    with _nothing_started():
        environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
        subprocess.run(["apt-get", "update", "-q"], env=environment, check=True)
        subprocess.run(line, env=environment, check=True)


class _nothing_started:
    """While packages are installed, no service of theirs is started.

    Debian asks ``policy-rc.d`` before a package starts anything.  A machine's own
    policy is put back afterwards, and the units that we brought stay switched off.
    """

    UNITS = (
        "docker.service",
        "docker.socket",
        "containerd.service",
        "docker-registry.service",
        "ssh.service",
    )

    def __enter__(self) -> None:
        self._before = _POLICY.read_bytes() if _POLICY.exists() else None
        self._units = {unit for unit in self.UNITS if _unit_there(unit)}
        handle, name = tempfile.mkstemp(dir=_POLICY.parent)
        with os.fdopen(handle, "w") as file:
            file.write("#!/bin/sh\nexit 101\n")
        os.chmod(name, 0o755)
        os.replace(name, _POLICY)

    def __exit__(self, *_: object) -> None:
        if self._before is None:
            _POLICY.unlink(missing_ok=True)
        else:
            _POLICY.write_bytes(self._before)
        brought = [unit for unit in self.UNITS if unit not in self._units and _unit_there(unit)]
        if brought:
            subprocess.run(["systemctl", "disable", "--quiet", *brought], capture_output=True)


def _unit_there(unit: str) -> bool:
    return Path("/lib/systemd/system", unit).exists()
