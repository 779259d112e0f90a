"""Docker's own apt repository, as far as a server can tell: signed, and holding ``docker-ce``.

The packages are stand-ins, made inside the server from Debian's own Docker under the names
and the version numbers of Docker's; each says so in its description.
"""

from pathlib import Path
from typing import Self

from tests.testbed.commands import run
from tests.testbed.systemd import SystemdServer

FOLDER = "/srv/docker"
KEY = "/etc/apt/keyrings/docker.asc"
SOURCES = f"""Types: deb
URIs: file:{FOLDER}
Suites: bookworm
Components: stable
Signed-By: {KEY}
"""
_PACKAGE = """
set -eu
cd /srv
[ -d "$1" ] || { apt-get download -q "$1" && dpkg-deb -R "$1"_*.deb "$1"; }
sed -i -e "s/^Package: .*/Package: $2/" -e "s/^Version: .*/Version: $3/" \
    -e 's/containerd (>= [^)]*)/containerd.io/' \
    -e 's/^Description: .*/Description: stand-in made from the package of Debian/' \
    -e '/^\\(Breaks\\|Conflicts\\|Replaces\\|Provides\\|Source\\):/d' "$1/DEBIAN/control"
pool=docker/dists/bookworm/pool
mkdir -p "$pool"
dpkg-deb -Znone -b "$1" "$pool/$2_${3#*:}_amd64.deb"
"""
_LISTS = """
set -eu
cd /srv/docker
lists=dists/bookworm/stable/binary-$(dpkg --print-architecture)
mkdir -p "$lists"
apt-ftparchive packages dists/bookworm/pool > "$lists/Packages"
for word in Origin=Docker 'Label=Docker CE' Suite=bookworm Codename=bookworm Components=stable \
    "Architectures=$(dpkg --print-architecture)"; do
    set -- "$@" -o "APT::FTPArchive::Release::$word"
done
apt-ftparchive "$@" release dists/bookworm
"""


class DockerRepository:
    """The repository on the disk of one server, and the key that signs it (in *folder*)."""

    def __init__(self, server: SystemdServer, folder: Path) -> None:
        self._server = server
        self._home = folder / "gpg"
        self._home.mkdir(mode=0o700)
        self._gpg = ("gpg", "--homedir", self._home, "--batch", "--quiet", "--yes")
        words = ("--passphrase", "", "--quick-generate-key", "docker@example.org", "ed25519")
        run(*self._gpg, *words, "sign", "never")

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        run("gpgconf", "--homedir", self._home, "--kill", "gpg-agent")

    def hold(self, version: str) -> None:
        """Have ``docker-ce`` and ``containerd.io`` of *version*, beside what was there before."""
        for debian, name in (("containerd", "containerd.io"), ("docker.io", "docker-ce")):
            self._server.run("sh", "-s", debian, name, version, stdin=_PACKAGE)
        release = self._server.run("sh", "-s", stdin=_LISTS)
        signed = run(*self._gpg, "--clearsign", stdin=release)
        self._server.write(f"{FOLDER}/dists/bookworm/InRelease", signed)

    def trusted(self) -> None:
        """Have the server's apt know the repository and trust its key, as Docker's page says."""
        self._server.write(KEY, run(*self._gpg, "--armor", "--export"))
        self._server.write("/etc/apt/sources.list.d/docker.sources", SOURCES)
