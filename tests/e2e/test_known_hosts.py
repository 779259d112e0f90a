"""The own reader of known_hosts against OpenSSH itself, on a real sshd, file by file."""

import base64
import subprocess

import pytest

from coophost_gui.hosts.known_hosts import Verdict, check, read
from tests.e2e.verdicts import Verdicts
from tests.testbed.loopback import LoopbackSshd
from tests.unit.hosts.known_hosts_files import KINDS
from tests.unit.hosts.test_known_hosts import CASES, ED, OTHER, OURS

pytestmark = pytest.mark.testbed
SOME = 50  # of the generated files; the others are in the soak


@pytest.fixture(scope="module")
def sshd(tmp_path_factory):
    with LoopbackSshd(tmp_path_factory.mktemp("sshd")) as server:
        yield server.port, server.key()


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    """A server with a key of each kind, and another one whose keys are not its."""
    folder = tmp_path_factory.mktemp("pair")
    kinds = tuple(KINDS)
    with (
        LoopbackSshd(folder / "right", kinds=kinds) as right,
        LoopbackSshd(folder / "wrong", kinds=kinds) as wrong,
    ):
        yield right, wrong


def test_files_made_by_chance_lead_both_to_the_same(pair, own_home):
    verdicts = Verdicts(*pair, own_home / ".ssh")
    assert [found for seed in range(SOME) if (found := verdicts.difference(seed))] == []
    assert SOME / 5 < verdicts.accepted < SOME * 4 / 5


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
