"""One small network on this machine: a bridge, and numbers that nobody else has.

Everything that belongs to number N has it in its address: servers are ``10.99.N.2``,
what serves them (registry, names, certificates, git) is ``10.99.0.N``, virtual machines
are ``127.0.N.1``.  The bridge routes nowhere else.
"""

import contextlib
import json
import os
from dataclasses import dataclass
from pathlib import Path

from tests.testbed.cache import CACHE, locked, remove
from tests.testbed.commands import CommandRefused, run, starttime

BRIDGE = "coop0"
GATEWAY = "10.99.0.1"  # nobody listens here: a name server that refuses at once
NUMBERS = range(30, 250)
TAKEN = Path("/run/coophost-testbed")  # the same for everybody on this machine


@dataclass(frozen=True)
class Number:
    """A number of one's own until ``give_back``; its folder is for one's files."""

    value: int

    @classmethod
    def take(cls, what: str) -> "Number":
        """Take the lowest number that no living process has."""
        with locked("network", TAKEN):
            _bridge_up()
            for value in NUMBERS:
                note = TAKEN / f"{value}.json"
                if note.exists() and not _abandoned(note):
                    continue
                number = cls(value)
                number._clear()
                number.folder.mkdir(parents=True)
                pid = os.getpid()
                note.write_text(json.dumps({"pid": pid, "began": starttime(pid), "what": what}))
                return number
        raise RuntimeError("every number is taken")

    @property
    def folder(self) -> Path:
        return CACHE / "numbers" / str(self.value)

    @property
    def server(self) -> str:
        return f"10.99.{self.value}.2"

    @property
    def services(self) -> str:
        return f"10.99.0.{self.value}"

    @property
    def machine(self) -> str:
        return f"127.0.{self.value}.1"

    @property
    def link(self) -> str:
        return f"coop{self.value}h"

    def give_back(self) -> None:
        """Leave nothing of this number; the last one out removes the bridge."""
        with locked("network", TAKEN):
            self._clear()
            (TAKEN / f"{self.value}.json").unlink(missing_ok=True)
            if not list(TAKEN.glob("*.json")) and _bridge_unused():
                run("ip", "link", "del", BRIDGE)

    def add_services_address(self) -> None:
        run("ip", "addr", "add", f"{self.services}/32", "dev", BRIDGE)

    def plug_in(self, pid: int) -> None:
        """Give the network namespace of *pid* an ``eth0`` on the bridge."""
        mac = f"02:63:6f:6f:70:{self.value:02x}"
        peer = ("peer", "name", "eth0", "address", mac, "netns", str(pid))
        run("ip", "link", "add", self.link, "type", "veth", *peer)
        run("ip", "link", "set", self.link, "master", BRIDGE, "up")
        batch = (
            f"addr add {self.server}/16 dev eth0\nlink set lo up\nlink set eth0 up\n"
            f"route add default via {GATEWAY}\n"
        )
        run("nsenter", f"--net=/proc/{pid}/ns/net", "ip", "-batch", "-", stdin=batch)

    def unplug(self) -> None:
        """Take the link away; nothing when there is none."""
        if Path("/sys/class/net", self.link).exists():
            with contextlib.suppress(CommandRefused):
                run("ip", "link", "del", self.link)

    def _clear(self) -> None:
        self.unplug()
        with contextlib.suppress(CommandRefused):
            run("ip", "addr", "del", f"{self.services}/32", "dev", BRIDGE)
        for controller in Path("/sys/fs/cgroup").glob(f"*/coophost-{self.value}"):
            _remove_groups(controller)
        _remove_groups(Path(f"/sys/fs/cgroup/coophost-{self.value}"))
        remove(self.folder)


def taken() -> list[tuple[int, str, bool]]:
    """Return (number, what for, its owner lives) of every number that is taken."""
    notes = sorted(TAKEN.glob("*.json"), key=lambda note: int(note.stem))
    return [
        (int(note.stem), str(json.loads(note.read_text())["what"]), not _abandoned(note))
        for note in notes
    ]


def clean() -> None:
    """Give back every number whose owner died without doing so."""
    for value, _, lives in taken():
        if not lives:
            Number(value).give_back()


def _abandoned(note: Path) -> bool:
    said = json.loads(note.read_text() or '{"pid": 0, "began": ""}')
    return starttime(said["pid"]) != said["began"] or not said["began"]


def _bridge_up() -> None:
    if not Path("/sys/class/net", BRIDGE).exists():
        run("ip", "link", "add", BRIDGE, "address", "02:63:6f:6f:70:01", "type", "bridge")
        run("ip", "addr", "add", f"{GATEWAY}/16", "dev", BRIDGE)
        run("ip", "link", "set", BRIDGE, "up")


def _bridge_unused() -> bool:
    if not Path("/sys/class/net", BRIDGE).exists():
        return False
    addresses = run("ip", "-o", "-4", "addr", "show", "dev", BRIDGE).splitlines()
    return len(addresses) < 2 and not any(Path("/sys/class/net", BRIDGE, "brif").iterdir())


def _remove_groups(folder: Path) -> None:
    if folder.is_dir():
        for inner in folder.iterdir():
            if inner.is_dir():
                _remove_groups(inner)
        with contextlib.suppress(OSError):
            folder.rmdir()
