"""Debian's packages for the servers of one test run."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from tests.testbed.cache import CACHE, CHECKOUT
from tests.testbed.commands import end, start, until


class Packages:
    """The proxy of ``apt_proxy.py`` on *address*, keeping packages in the cache folder."""

    port = 3142

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder

    def __enter__(self) -> Self:
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)

    @property
    def proxy(self) -> str:
        """The URL for apt's ``Acquire::http::Proxy``."""
        return f"http://{self.address}:{self.port}"

    @property
    def apt_settings(self) -> str:
        """The text of a file for ``/etc/apt/apt.conf.d``.

        Lists come as gzip: an emulated processor takes half a minute to unpack xz.
        """
        return (
            f'Acquire::http::Proxy "{self.proxy}";\nAcquire::CompressionTypes::Order {{ "gz"; }};\n'
        )

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be unreachable for the time of the block, as when a mirror is down."""
        end(self._process)
        try:
            yield
        finally:
            self._begin()

    def _begin(self) -> None:
        store = CACHE / "packages"
        store.mkdir(parents=True, exist_ok=True)
        self._process: subprocess.Popen[bytes] = start(
            *(sys.executable, "-m", "tests.testbed.apt_proxy"),
            *(self.address, str(self.port), store),
            log=self._folder / "packages.log",
            environment={"PYTHONPATH": str(CHECKOUT)},
        )
        until(self._listens, "the package proxy")

    def _listens(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError((self._folder / "packages.log").read_text())
        try:
            socket.create_connection((self.address, self.port), 1).close()
        except ConnectionRefusedError:
            return False
        return True
