"""The own reader of known_hosts against OpenSSH itself, on a real sshd, file by file."""

import base64
import socket
import subprocess
from pathlib import Path

import pytest

from coophost_gui.hosts.known_hosts import Verdict, check, read
from tests.testbed.commands import end, greets, until
from tests.unit.hosts.test_known_hosts import CASES, ED, OTHER, OURS

pytestmark = pytest.mark.testbed


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    """An sshd on loopback; yields its port and its key's blob."""
    folder = tmp_path_factory.mktemp("sshd")
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / "key"], check=True
    )
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (folder / "config").write_text(
        f"Port {port}\nListenAddress 127.0.0.1\nHostKey {folder}/key\nPidFile none\nUsePAM no\n"
    )
    Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)  # sshd insists on it, even unused
    command = ["/usr/sbin/sshd", "-D", "-e", "-f", folder / "config"]
    server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    try:
        until(lambda: greets("127.0.0.1", port), "sshd")
        yield port, base64.b64decode((folder / "key.pub").read_text().split()[1])
    finally:
        end(server)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_openssh_accepts_what_we_accept(case, sshd, tmp_path):
    port, key = sshd
    content = CASES[case][0]
    for name, blob in ((OURS, key), (OTHER, OTHER)):
        content = content.replace(base64.b64encode(name).decode(), base64.b64encode(blob).decode())
    content = content.replace("2200", str(port)).replace("[alpha]", "[127.0.0.1]")
    content = content.replace("alpha", "127.0.0.1").replace("[al*]", "[127.*]")
    content = content.replace("[alph?]", "[127.0.0.?]")
    file = tmp_path / "known_hosts"
    file.write_text(content)
    words = ["-F", "none", "-p", str(port), "-o", "BatchMode=yes", "-o", "IdentityFile=none"]
    for option in (f"UserKnownHostsFile={file}", "GlobalKnownHostsFile=none"):
        words += ["-o", option]
    words += ["-o", "StrictHostKeyChecking=yes", "-o", "HostKeyAlgorithms=ssh-ed25519"]
    said = subprocess.run(
        ["ssh", *words, "nobody@127.0.0.1", "true"], capture_output=True, text=True, check=False
    ).stderr
    accepted = "Permission denied" in said
    assert accepted or "verification failed" in said, said
    verdict = check(read([file]), "127.0.0.1", port, ED, key).verdict
    if case not in ("hashed", "big letters"):  # made for another name
        assert (verdict == Verdict.MATCH) == accepted, said
