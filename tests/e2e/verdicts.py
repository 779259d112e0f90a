"""One server with three host keys, and what ssh and we think of it, file by file."""

import base64
import subprocess
from pathlib import Path

from coophost_gui.hosts.base import FINGERPRINT, Login
from coophost_gui.hosts.connect import connect
from coophost_gui.hosts.problems import FingerprintDiffers, HostKeyChanged, KeyRefused
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Asked, Event, Job
from tests.testbed.loopback import LoopbackSshd
from tests.unit.hosts.known_hosts_files import KINDS, KnownHostsFiles


class Verdicts:
    """Asks both about the generated files."""

    def __init__(self, server: LoopbackSshd, others: LoopbackSshd, ssh_dir: Path) -> None:
        """*others* is only needed for its keys, which are not the server's."""
        self.server, self.ssh_dir = server, ssh_dir
        self._right = {kind: server.key(kind) for kind in KINDS}
        self._wrong = {kind: others.key(kind) for kind in KINDS}
        ssh_dir.mkdir(mode=0o700, exist_ok=True)
        self.accepted = 0  # files with which ssh let us go on

    def difference(self, seed: int) -> str:
        """Return in words where the two differ about the files of *seed*; "" where they agree."""
        files = KnownHostsFiles(seed, self.server.port, self._right, self._wrong)
        self._write(files)
        theirs, said = self.ssh(files.address)
        self.accepted += theirs
        ours = self.ours(files.address)
        if theirs == ours.startswith("accepted"):
            return ""
        shown = [self._readable(content) for content in (*files.user, files.system)]
        return f"seed {seed}, {files.address} {files.alias}: ssh {said!r}, we {ours}\n{shown}"

    def _readable(self, content: bytes) -> bytes:
        for name, keys in ((b"right", self._right), (b"wrong", self._wrong)):
            for key in keys.values():
                content = content.replace(base64.b64encode(key), name)
        return content

    def _write(self, files: KnownHostsFiles) -> None:
        names = []
        for number, content in enumerate(files.user):
            path = self.ssh_dir / f"known_{number}"
            path.write_bytes(content)
            names.append(str(path))
        (self.ssh_dir / "system").write_bytes(files.system)
        lines = [
            f"Port {self.server.port}",
            "User nobody",
            "IdentityFile none",
            "IdentityAgent none",
            "BatchMode yes",
            "StrictHostKeyChecking yes",
            "UpdateHostKeys no",
            f"UserKnownHostsFile {' '.join(names)}",
            f"GlobalKnownHostsFile {self.ssh_dir}/system",
        ]
        if files.alias:
            lines.append(f"HostKeyAlias {files.alias}")
        (self.ssh_dir / "config").write_text("".join(f"{line}\n" for line in lines))

    def ssh(self, address: str) -> tuple[bool, str]:
        """Return whether ssh takes the server's key, and what it says."""
        said = subprocess.run(
            ["ssh", "-F", self.ssh_dir / "config", address, "true"],
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        ).stderr
        accepted = "Permission denied" in said
        assert accepted or "verification failed" in said, said
        return accepted, said.strip().splitlines()[-1]

    def ours(self, address: str) -> str:
        try:
            connect(Job(_nobody_knows), Login(address), self.ssh_dir).close()
        except (HostKeyChanged, FingerprintDiffers) as problem:
            return f"refused: {problem.key}"
        except KeyRefused:
            pass
        return "accepted"


def _nobody_knows(event: Event) -> None:
    if isinstance(event, Asked):
        assert event.field is FINGERPRINT
        event.answer.set_result(Fingerprint.IT_DIFFERS)
