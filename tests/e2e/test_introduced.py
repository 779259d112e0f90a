"""A server that was rented with our text introduces itself, by Debian's cloud-init.

No password, no fingerprint; then it has a host key of its own, whatever happens on the way.
"""

import json
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.e2e.person import NAME, Person, finish
from tests.e2e.test_add_server import until_said
from tests.testbed.systemd import SystemdServer

pytestmark = [pytest.mark.testbed, pytest.mark.timeout(300)]

NOT_YET = SimpleNamespace(fingerprint="")  # the server of somebody who has none
AWAY = "/etc/ssh/coophost-introduced/ssh_host_ed25519_key"


class Renter(Person):
    """Somebody who has no server yet, and no password of one."""

    def __init__(self, home):
        super().__init__(home, NOT_YET, password="")
        self.answers, self.secrets = {"front_door": False}, {}

    def introduces(self, file):
        """Make the text and return it; nothing secret is said meanwhile."""
        process = self.begin("server", "introduce", self.name, "--yes", "--save", str(file))
        code, out, said = finish(process)
        assert code == 0, said
        assert file.stat().st_mode & 0o777 == 0o600
        text = file.read_text()
        assert not any(line in out + said for line in secret_lines(text))
        return text

    def adds_introduced(self, *more):
        return finish(self.begin_adding(*more))

    def begin_adding(self, *more):
        return self.begin(
            *("server", "add", self.server.address, "--name", self.name, *more),
            *("--email", "hello@example.org", "--yes"),
        )


def secret_lines(text):
    """Return the lines of the secret half that no other key shares."""
    lines = [line.strip() for line in text.splitlines()]
    begin = lines.index("-----BEGIN OPENSSH PRIVATE KEY-----")
    return lines[begin + 2 : lines.index("-----END OPENSSH PRIVATE KEY-----")]


def first_key(text):
    line = next(line for line in text.splitlines() if "ed25519_public:" in line)
    return " ".join(line.split()[1:3])


def rented(services, text):
    """Return a server as a provider hands it over: cloud-init has found *text* in its box."""
    return SystemdServer(
        name_server=services.address,
        apt_settings=services.packages.apt_settings,
        user_data=text,
    )


class Overheard:
    """Whether *words* were on a command line of any process, the server's too, meanwhile."""

    def __init__(self, words):
        self._words = [word.encode() for word in words]
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._listen)
        self.rounds, self.found = 0, []

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _listen(self):
        while not self._over.wait(0.02):
            self.rounds += 1
            for path in Path("/proc").glob("[0-9]*/cmdline"):
                try:
                    line = path.read_bytes()
                except OSError:
                    continue
                if any(word in line for word in self._words):
                    self.found.append(line)


def holds(renter, text):
    """Assert that the first key is worth nothing any more and the server's own is known."""
    server, home = renter.server, renter.home
    own = " ".join(server.run("cat", "/etc/ssh/ssh_host_ed25519_key.pub").split()[:2])
    assert own != first_key(text)
    assert server.run("ssh-keygen", "-y", "-f", "/etc/ssh/ssh_host_ed25519_key").startswith(own)
    assert server.run("ssh-keygen", "-y", "-f", AWAY).split()[1] == first_key(text).split()[1]
    assert "coophost-new" not in server.run("ls", "/etc/ssh")
    known = (home / ".ssh" / "known_hosts").read_text().splitlines()
    where = server.address
    assert known == [f"{where} {own}", f"@revoked {where} {first_key(text)}"]
    assert list((home / "data" / "coophost" / "introduced").iterdir()) == []
    assert renter.says("ssh", NAME, "true") == ""


def test_rented_with_our_text_it_needs_neither_password_nor_fingerprint(services, own_home):
    renter = Renter(own_home)
    text = renter.introduces(own_home / "text")
    with rented(services, text) as server, Overheard(secret_lines(text)) as overheard:
        renter.server = server
        path = "/var/lib/cloud/seed/nocloud/user-data"
        assert "Valid" in server.run("cloud-init", "schema", "--config-file", path)
        began = time.monotonic()
        code, out, said = renter.adds_introduced("--introduced", NAME)
        assert code == 0, said
        print(f"a server that introduced itself was ready after {time.monotonic() - began:.1f} s")
        assert "Let the server make a key of its own" in said
        holds(renter, text)

        # Again, and after a restart of the server: cloud-init leaves the new key alone.
        code, _, again = renter.adds_introduced("--introduced", NAME)
        assert code == 0, again
        assert "Let the server make" not in again
        server.reboot()
        server.run("cloud-init", "status", "--wait")
        holds(renter, text)
        status = json.loads(server.run("cat", "/run/cloud-init/result.json"))
        assert status["v1"]["errors"] == []

        code, shown, err = finish(renter.begin("server", "list", "--json"))
        assert code == 0, err
        assert json.loads(shown)[0]["compared"] is True
    assert overheard.rounds > 20
    assert overheard.found == []
    logs = [path for path in own_home.rglob("*.log*") if path.is_file()]
    assert logs
    for written in (out + said + again, *(path.read_text() for path in logs)):
        assert not any(line in written for line in secret_lines(text))


def test_killed_while_the_key_is_replaced_it_completes(services, own_home):
    renter = Renter(own_home)
    text = renter.introduces(own_home / "text")
    with rented(services, text) as server:
        renter.server = server
        for after in (0.0, 0.3, 0.7, 1.1, 1.6):  # seconds; the whole step takes about two
            process = renter.begin_adding("--introduced", NAME)
            until_said(process, "] Let the server make a key of its own")
            time.sleep(after)
            process.kill()
            finish(process)
            assert server.run("ssh-keygen", "-y", "-f", "/etc/ssh/ssh_host_ed25519_key")
        code, _, said = renter.adds_introduced()  # which text it was, its key says
        assert code == 0, said
        holds(renter, text)


def test_another_server_at_the_address_stops_everything(systemd_server, own_home):
    renter = Renter(own_home)
    renter.introduces(own_home / "text")
    renter.server = systemd_server
    code, _, said = renter.adds_introduced("--introduced", NAME)
    assert code == 1
    assert "is not the server that was rented with a text from here" in said
    assert systemd_server.fingerprint in said  # what it answers with, for whoever helps
    assert not (own_home / ".ssh" / "known_hosts").exists()
    assert not (own_home / ".abra").exists()
    assert [one.stem for one in (own_home / "data/coophost/introduced").iterdir()] == [NAME]
