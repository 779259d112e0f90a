"""A certificate authority of our own (ACME): Debian's pebble, which checks at the real address."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

import requests

from tests.testbed.certificates import Certificates
from tests.testbed.commands import end, start, until


class Authority:
    """On *address*; it looks names up at *resolver* and asks them on port 80, like the real ones.

    Two files matter: the ACME service itself is reached over https, so a gateway must
    trust ``service_root``; visitors of the apps must trust ``root``.
    """

    port = 14000

    def __init__(
        self, address: str, folder: Path, certificates: Certificates, resolver: str
    ) -> None:
        self.address = address
        self._folder = folder
        self._certificates = certificates
        self._resolver = resolver
        self.root = folder / "visitors-root.pem"

    def __enter__(self) -> Self:
        certificate, key = self._certificates.issue("acme.coop.test", self.address)
        config = {
            "listenAddress": f"{self.address}:{self.port}",
            "managementListenAddress": f"{self.address}:15000",
            "certificate": str(certificate),
            "privateKey": str(key),
            "httpPort": 80,
            "tlsPort": 443,
            "ocspResponderURL": "",
            "externalAccountBindingRequired": False,
        }
        (self._folder / "authority.json").write_text(json.dumps({"pebble": config}))
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)

    @property
    def directory(self) -> str:
        """The URL of the ACME directory, for ``ACME_CA_SERVER``."""
        return f"https://{self.address}:{self.port}/dir"

    @property
    def service_root(self) -> str:
        """What a gateway must trust to reach the directory (PEM), for the secret ``acme_ca``."""
        return self._certificates.root.read_text()

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be down for the time of the block; afterwards it issues under a new root."""
        end(self._process)
        try:
            yield
        finally:
            self._begin()

    def _begin(self) -> None:
        config = self._folder / "authority.json"
        self._process: subprocess.Popen[bytes] = start(
            *("pebble", "-config", config, "-strict=false", "-dnsserver", self._resolver),
            log=self._folder / "authority.log",
            environment={"PEBBLE_VA_NOSLEEP": "1", "PEBBLE_WFE_NONCEREJECT": "0"},
        )
        until(self._answers, "the certificate authority")

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError((self._folder / "authority.log").read_text())
        trusted = str(self._certificates.root)
        try:
            with requests.Session() as session:
                session.trust_env = False
                url = f"https://{self.address}:15000/roots/0"
                self.root.write_text(session.get(url, timeout=2, verify=trusted).text)
                session.get(self.directory, timeout=2, verify=trusted).raise_for_status()
        except requests.ConnectionError:
            return False
        return True
