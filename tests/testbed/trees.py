"""Debian systems as folders, each on top of another, made once and kept in the cache.

A tree is a list of folders, the lowest first; an overlay mount of them is the system.
"""

import inspect
import shlex
import sys
import time
from dataclasses import dataclass
from pathlib import Path

from tests.testbed.cache import CACHE, built, key, locked, remove
from tests.testbed.commands import run

SUITE = "bookworm"
_LEAN = ("/usr/share/man/*", "/usr/share/doc/*", "/usr/share/locale/*", "/usr/share/info/*")
_INSTALL = (
    "apt-get install -q -y --no-install-recommends -o Dpkg::Options::=--force-unsafe-io "
    "-o Dpkg::Use-Pty=0"
)

_GROW = """
set -eu
mount --make-rprivate /
mount -t overlay overlay -o lowerdir={lower},upperdir={new}/tree,workdir={new}/work {new}/system
cd {new}/system
mount -t proc proc proc
mount --bind /dev dev
mount -t tmpfs tmpfs tmp
mount --bind {apt}/lists var/lib/apt/lists
mount --bind {apt}/archives var/cache/apt
mkdir -p {new}/before
[ ! -e etc/resolv.conf ] || cp -a etc/resolv.conf {new}/before/
cat /etc/resolv.conf > etc/resolv.conf
printf '#!/bin/sh\\nexit 101\\n' > usr/sbin/policy-rc.d
chmod 755 usr/sbin/policy-rc.d
chroot . /bin/sh -eu -c {script}
rm -f usr/sbin/policy-rc.d etc/resolv.conf
[ ! -e {new}/before/resolv.conf ] || cp -a {new}/before/resolv.conf etc/
rm -rf var/log/apt var/log/dpkg.log var/log/alternatives.log var/cache/debconf/*-old
cd /
umount -R {new}/system
"""


@dataclass(frozen=True)
class Tree:
    """A Debian system: its folders, the lowest first, and a name for how it was made."""

    folders: tuple[Path, ...]
    made_from: str

    @property
    def lowerdir(self) -> str:
        """The folders as overlay wants them: the highest first."""
        return ":".join(str(folder) for folder in reversed(self.folders))


def base() -> Tree:
    """The smallest Debian that can install packages."""
    made_from = key(_CODE, SUITE)

    def build(target: Path) -> None:
        lean = [f"--dpkgopt=path-exclude={path}" for path in _LEAN]
        packages = "--include=ca-certificates,apt-utils"
        run("mmdebstrap", "--variant=minbase", packages, *lean, SUITE, target, timeout=900)
        for name in ("hostname", "resolv.conf"):
            (target / "etc" / name).unlink(missing_ok=True)

    return Tree((built("tree-base", made_from, build),), made_from)


def grow(name: str, below: Tree, packages: str, script: str = "") -> Tree:
    """Return *below* with *packages* installed and *script* run as root inside."""
    made_from = key(below.made_from, packages, script, _GROW, _INSTALL)

    def build(target: Path) -> None:
        apt = _lists(below)
        for part in ("tree", "work", "system"):
            (target / part).mkdir(parents=True)
        words = f"export DEBIAN_FRONTEND=noninteractive\n{_INSTALL} {packages}\n{script}"
        grow = _GROW.format(lower=below.lowerdir, new=target, apt=apt, script=shlex.quote(words))
        enclosed = ("unshare", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")
        with locked("apt"):
            run(*enclosed, "--", "sh", "-c", grow, timeout=1200)
        for part in ("work", "system", "before"):
            remove(target / part)

    folder = built(f"tree-{name}", made_from, build) / "tree"
    return Tree((*below.folders, folder), made_from)


def _lists(below: Tree) -> Path:
    """Return a folder with fresh package lists and downloaded packages, shared by builds."""
    apt = CACHE / "apt"
    with locked("apt"):
        for part in ("lists/partial", "archives/archives/partial"):
            (apt / part).mkdir(parents=True, exist_ok=True)
        stamp = apt / "updated"
        if not stamp.exists() or time.time() - stamp.stat().st_mtime > 3600:
            root = below.folders[0]
            where = [
                f"Dir::Etc::sourcelist={root}/etc/apt/sources.list",
                f"Dir::Etc::sourceparts={root}/etc/apt/sources.list.d",
                f"Dir::Etc::trustedparts={root}/etc/apt/trusted.gpg.d",
                f"Dir::State::lists={apt}/lists",
                f"Dir::Cache={apt}/archives",
                "Acquire::Languages=none",
            ]
            run("apt-get", "update", "-q", *(word for one in where for word in ("-o", one)))
            stamp.touch()
    return apt


_CODE = inspect.getsource(sys.modules[__name__])
