"""A docker CLI of 23 or newer: the yardstick of the compose layer. No daemon is needed.

The one on the PATH when it is new enough; else Debian 13's package ``docker-cli``, which
runs on Debian 12 as well, unpacked into the cache folder.
"""

import functools
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import platformdirs

OLDEST = 23
CACHE = platformdirs.user_cache_path("coophost-testbed") / "docker-cli"  # before tests move HOME
NEWER = "trixie"


@functools.cache
def docker_cli() -> str:
    """Return the program's path; raises when there is none to be had."""
    here = [shutil.which("docker"), "/usr/local/bin/docker", str(CACHE / "usr/bin/docker")]
    for program in here:
        if program and os.access(program, os.X_OK) and major(program) >= OLDEST:
            return program
    _fetch()
    return str(CACHE / "usr/bin/docker")


def major(program: str) -> int:
    """Return the first number of the version of *program*, 0 when there is none."""
    said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    found = re.search(r"version (\d+)", said.stdout)
    return int(found[1]) if found else 0


def _fetch() -> None:
    """Download the package with an apt configuration of our own, and unpack it."""
    private = CACHE / "apt"
    for part in ("lists/partial", "archives/partial", "etc/apt.conf.d", "etc/sources.list.d"):
        (private / part).mkdir(parents=True, exist_ok=True)
    (private / "etc/sources.list").write_text(_sources())
    (private / "status").touch()
    options = [
        f"Dir::State::lists={private}/lists",
        f"Dir::State::status={private}/status",
        f"Dir::Cache={private}",
        f"Dir::Etc::sourcelist={private}/etc/sources.list",
        f"Dir::Etc::sourceparts={private}/etc/sources.list.d",
        "APT::Sandbox::User=root",
    ]
    words = [word for option in options for word in ("-o", option)]
    subprocess.run(["apt-get", *words, "-q", "update"], check=True, stdout=subprocess.DEVNULL)
    subprocess.run(
        ["apt-get", *words, "-q", "download", "docker-cli"],
        check=True,
        cwd=private,
        stdout=subprocess.DEVNULL,
    )
    package = next(private.glob("docker-cli_*.deb"))
    subprocess.run(["dpkg-deb", "-x", package, CACHE], check=True)


def _sources() -> str:
    """Return a line like this Debian's own main source, for the newer release."""
    system = Path("/etc/os-release").read_text()
    codename = re.search(r"^VERSION_CODENAME=(\w+)", system, re.MULTILINE)
    if "\nID=debian" in system and codename:
        for uri in _mirrors(codename[1]):
            signed = "/usr/share/keyrings/debian-archive-keyring.gpg"
            return f"deb [signed-by={signed}] {uri} {NEWER} main\n"
    raise RuntimeError("no source of Debian found in /etc/apt: put a docker CLI of 23+ on the PATH")


def _mirrors(codename: str) -> Iterator[str]:
    """Yield where apt gets the release *codename* itself from, not its updates."""
    folder = Path("/etc/apt")
    for path in (folder / "sources.list", *sorted(folder.glob("sources.list.d/*.list"))):
        text = path.read_text() if path.is_file() else ""
        yield from re.findall(rf"^deb (?:\[[^]]*\] )?(\S+) {codename} main", text, re.MULTILINE)
    for path in sorted(folder.glob("sources.list.d/*.sources")):
        for stanza in path.read_text().split("\n\n"):
            fields = dict(re.findall(r"^(\w+): *(.+)$", stanza, re.MULTILINE))
            if codename in fields.get("Suites", "").split():
                yield fields["URIs"].split()[0]
