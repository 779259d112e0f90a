"""A name server of our own: every name of the test domain points where a test says."""

import json
import signal
import sys
from pathlib import Path
from typing import Self

import dns.exception
import dns.message
import dns.query

from tests.testbed.cache import CHECKOUT
from tests.testbed.commands import end, start, until

DOMAIN = "coop.test"


class Names:
    """A name server on *address*, port 53; it knows the names pointed, and no other."""

    port = 53

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder
        self._pointed: dict[str, tuple[str, ...]] = {}

    def __enter__(self) -> Self:
        self._write()
        self._process = start(
            *(sys.executable, "-m", "tests.testbed.name_server"),
            *(self.address, str(self.port), self._folder / "names.json"),
            log=self._folder / "names.log",
            environment={"PYTHONPATH": str(CHECKOUT)},
        )
        until(self._answers, "the name server")
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)

    @property
    def resolver(self) -> str:
        """What the program's resolver setting must say."""
        return f"{self.address}:{self.port}"

    def point(self, name: str, *addresses: str) -> None:
        """Point *name* and everything below it (a leading ``*.`` may be there) to *addresses*."""
        self._pointed[name.removeprefix("*.")] = addresses
        self._write()

    def forget(self, name: str) -> None:
        """Let *name* point nowhere again."""
        self._pointed.pop(name.removeprefix("*."), None)
        self._write()

    def forget_all(self) -> None:
        """Know no name at all."""
        self._pointed.clear()
        self._write()

    def freeze(self) -> None:
        """Answer nothing, like a name server behind a broken line."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Undo ``freeze``."""
        self._process.send_signal(signal.SIGCONT)

    def _write(self) -> None:
        file = self._folder / "names.json"
        fresh = file.with_suffix(".fresh")
        fresh.write_text(json.dumps(self._pointed))
        fresh.replace(file)

    def _answers(self) -> bool:
        if self._process.poll() is not None:
            raise RuntimeError((self._folder / "names.log").read_text())
        try:
            query = dns.message.make_query("ready.invalid", "A")
            dns.query.udp(query, self.address, timeout=0.05, port=self.port)
        except (dns.exception.DNSException, OSError):
            return False
        return True
