"""A real registry on this machine, filled with our images, and the ways it lets one down."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import bcrypt
import requests

from tests.testbed.cache import CHECKOUT, built, key, remove
from tests.testbed.certificates import Certificates
from tests.testbed.commands import end, run, start, until
from tests.testbed.images import Image

HUB = "registry-1.docker.io"
_CONFIG = """
version: 0.1
log: {{level: warn, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {root}}}, delete: {{enabled: true}}}}
{auth}
http: {{addr: "{address}:{port}", secret: testbed{tls}}}
"""


class Registry:
    """Debian's docker-registry on *address*: port 5000 plainly, port 443 as Docker Hub.

    A server whose name server points ``registry-1.docker.io`` here and whose Engine
    trusts our certificates pulls as from Docker Hub, with Docker Hub's own refusals.
    The other way is ``mirror``, for ``registry-mirrors`` in ``daemon.json``.
    """

    port = 5000

    def __init__(
        self,
        address: str,
        folder: Path,
        certificates: Certificates | None = None,
    ) -> None:
        self.address = address
        self._folder = folder
        self._certificates = certificates
        self._store = folder / "registry"
        self._processes: list[subprocess.Popen[bytes]] = []
        self._auth = ""

    def __enter__(self) -> Self:
        self._store.mkdir(parents=True, exist_ok=True)
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        remove(self._store)

    @property
    def mirror(self) -> str:
        """The URL for ``registry-mirrors``, from this machine and from every server."""
        return f"http://{self.address}:{self.port}"

    def start(self) -> None:
        """Serve."""
        for port in self._ports():
            config = self._folder / f"registry-{port}.yml"
            config.write_text(self._config(port))
            self._begin(port, "docker-registry", "serve", config)

    def stop(self) -> None:
        """Go away: connections are refused."""
        while self._processes:
            end(self._processes.pop(), patience=1)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be down for the time of the block."""
        self.stop()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def refusing(self, status: int = 429) -> Iterator[None]:
        """Answer everything with *status*, as Docker Hub does past its limit, meanwhile."""
        self.stop()
        try:
            for port in self._ports():
                argv = [sys.executable, "-m", "tests.testbed.refusal", self.address, str(port)]
                tls = self._tls(port)
                self._begin(port, *argv, str(status), *map(str, tls or ()))
            yield
        finally:
            self.stop()
            self.start()

    @contextmanager
    def wanting(self, user: str, password: str) -> Iterator[None]:
        """Hand out images to *user* with *password* only, meanwhile."""
        known = self._folder / "htpasswd"
        known.write_bytes(
            user.encode() + b":" + bcrypt.hashpw(password.encode(), bcrypt.gensalt(4))
        )
        self._auth = f"auth: {{htpasswd: {{realm: testbed, path: {known}}}}}"
        self.stop()
        try:
            self.start()
            yield
        finally:
            self._auth = ""
            self.stop()
            self.start()

    def hold(self, name: str, images: Sequence[Image]) -> None:
        """Have *images* there at once, from the filled store *name* in the cache."""
        _copy(filled(name, images), self._store)

    def push(self, image: Image) -> None:
        """Push *image* under all its names."""
        _push(self.address, self.port, image)

    def tags(self, name: str) -> list[str]:
        """Return the tags of *name* (``library/busybox``)."""
        answer = requests.get(f"{self.mirror}/v2/{name}/tags/list", timeout=10)
        return sorted(answer.json().get("tags") or [])

    def forget(self, name: str) -> None:
        """Let the tag *name* (``library/hello:2``) be missing."""
        repository, _, tag = name.rpartition(":")
        remove(self._tag(repository, tag))

    def move(self, name: str, to: str) -> None:
        """Let the tag *name* mean what the tag *to* of the same repository means."""
        repository, _, tag = name.rpartition(":")
        self.forget(name)
        shutil.copytree(self._tag(repository, to), self._tag(repository, tag))

    def _tag(self, repository: str, tag: str) -> Path:
        return self._store / f"docker/registry/v2/repositories/{repository}/_manifests/tags/{tag}"

    def _ports(self) -> list[int]:
        return [self.port, 443] if self._certificates else [self.port]

    def _tls(self, port: int) -> tuple[Path, Path] | None:
        if port != 443 or self._certificates is None:
            return None
        return self._certificates.issue(HUB, self.address)

    def _config(self, port: int) -> str:
        tls = self._tls(port)
        words = f", tls: {{certificate: {tls[0]}, key: {tls[1]}}}" if tls else ""
        return _CONFIG.format(
            root=self._store, auth=self._auth, address=self.address, port=port, tls=words
        )

    def _begin(self, port: int, *argv: str | Path) -> None:
        environment = {"PYTHONPATH": str(CHECKOUT)}
        log = self._folder / "registry.log"
        process = start(*argv, log=log, environment=environment)
        self._processes.append(process)
        scheme = "https" if port == 443 else "http"

        def answers() -> bool:
            if process.poll() is not None:
                raise RuntimeError(log.read_text()[-3000:])
            root = self._certificates.root if self._certificates else True
            try:
                url = f"{scheme}://{self.address}:{port}/v2/"
                with requests.Session() as session:
                    session.trust_env = False
                    session.get(url, timeout=1, verify=str(root) if port == 443 else True)
            except requests.ConnectionError:
                return False
            return True

        until(answers, f"the registry on port {port}", every=0.02)


def filled(name: str, images: Sequence[Image]) -> Path:
    """Return the store of a registry that holds *images*, kept in the cache."""
    folders = [image.folder() for image in images]
    names = [name for image in images for name in image.names]

    def build(target: Path) -> None:
        target.mkdir(parents=True)
        with Registry("127.0.0.1", target) as registry:
            for image in images:
                registry.push(image)
            (target / "registry").rename(target / "filled")

    return built(f"registry-{name}", key(*map(str, folders), *names), build) / "filled"


def _push(address: str, port: int, image: Image) -> None:
    for name in image.names:
        where = f"docker://{address}:{port}/{name}"
        run("skopeo", "copy", "-q", "--dest-tls-verify=false", f"dir:{image.folder()}", where)


def _copy(store: Path, target: Path) -> None:
    """Copy a store: blobs never change and are linked, the small files about them are copied."""

    def one(source: str, copy: str) -> None:
        if Path(source).name != "data":
            shutil.copyfile(source, copy)
        elif not Path(copy).exists():
            os.link(source, copy)

    shutil.copytree(store, target, copy_function=one, dirs_exist_ok=True)
