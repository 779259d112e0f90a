"""The key, the ssh entry and the docker context that we write, read by OpenSSH and by hand."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from paramiko import SSHException

from coophost_gui.hosts.connect import same_fingerprint
from coophost_gui.hosts.contexts import add_context, docker_context, remove_context
from coophost_gui.hosts.engine import agreed
from coophost_gui.hosts.keys import INSTALL, own_key, public_line
from coophost_gui.hosts.ssh_config import ConfigUnreadable, add_entry, settings_for
from coophost_gui.hosts.tunnel import Client
from coophost_gui.kit.jobs import Job


@pytest.fixture
def ssh_dir(tmp_path):
    folder = tmp_path / ".ssh"
    folder.mkdir(mode=0o700)
    return folder


def test_the_key_is_made_once_and_openssh_reads_it(ssh_dir):
    key = own_key(ssh_dir)
    assert own_key(ssh_dir) == key
    assert key.path.stat().st_mode & 0o777 == 0o600
    shown = subprocess.run(
        ["ssh-keygen", "-y", "-f", key.path], capture_output=True, text=True, check=True
    )
    assert shown.stdout.split()[:2] == key.public.split()[:2]
    assert [path.name for path in sorted(ssh_dir.iterdir())] == [
        "coophost_ed25519",
        "coophost_ed25519.pub",
    ]


def test_a_lost_public_half_is_made_again(ssh_dir):
    before = own_key(ssh_dir)
    before.path.with_suffix(".pub").unlink()
    assert own_key(ssh_dir).public.split()[:2] == before.public.split()[:2]


@pytest.mark.parametrize("left", ["", "ssh-ed25519", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAA x\n"])
def test_half_a_public_half_is_made_whole(ssh_dir, left):
    before = own_key(ssh_dir)
    before.path.with_suffix(".pub").write_text(left)
    assert public_line(ssh_dir) == own_key(ssh_dir).public == before.public
    assert before.path.with_suffix(".pub").read_text() == f"{before.public}\n"


def install(home, key, **more):
    return subprocess.run(
        ["sh", "-c", INSTALL], input=f"{key}\n".encode(), env={"HOME": str(home), **more}
    ).returncode


def test_a_key_that_is_only_a_comment_is_not_there_yet(own_home):
    key = "ssh-ed25519 AAAAkey me"
    (own_home / ".ssh").mkdir()
    file = own_home / ".ssh" / "authorized_keys"
    file.write_text(f"# {key}\nssh-rsa AAAAother you")
    for _ in range(2):
        assert install(own_home, key, PATH=os.environ["PATH"]) == 0
    assert file.read_text() == f"# {key}\nssh-rsa AAAAother you\n{key}\n"


def test_a_full_disk_locks_nobody_out(own_home, tmp_path):
    (own_home / ".ssh").mkdir()
    file = own_home / ".ssh" / "authorized_keys"
    file.write_text("ssh-rsa AAAAother you\n")
    full = tmp_path / "cat"  # writes a part, as where the disk is full
    full.write_text("#!/bin/sh\nprintf ssh-\nexit 1\n")
    full.chmod(0o755)
    assert install(own_home, "ssh-ed25519 AAAAkey me", PATH=f"{tmp_path}:{os.environ['PATH']}")
    assert file.read_text() == "ssh-rsa AAAAother you\n"
    assert [path.name for path in file.parent.iterdir()] == ["authorized_keys"]


def test_an_entry_is_what_ssh_uses(ssh_dir):
    add_entry(ssh_dir, "kitchen", "192.0.2.7", 2222, "helper", ssh_dir / "key")
    found = settings_for("kitchen", ssh_dir)
    assert (found.hostname, found.port, found.user) == ("192.0.2.7", 2222, "helper")
    assert found.identity_files[0] == ssh_dir / "key"
    assert found.identities_only  # else an agent with many keys uses up the server's tries
    assert (ssh_dir / "config").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    "before",
    [
        "Host *\n    User somebody\n    Port 99\n",
        "User somebody\nHost other\n    Port 1\n",
        "# mine\n\nMatch host other\n    User x\n",
        "Host other\n    Port 1",
    ],
)
def test_an_entry_wins_and_what_was_there_stays(ssh_dir, before):
    config = ssh_dir / "config"
    config.write_text(before)
    other = settings_for("other", ssh_dir)
    add_entry(ssh_dir, "kitchen", "192.0.2.7", 22, "root", ssh_dir / "key")
    found = settings_for("kitchen", ssh_dir)
    assert (found.hostname, found.port, found.user) == ("192.0.2.7", 22, "root")
    assert config.read_text().endswith(before)
    assert settings_for("other", ssh_dir) == other


def test_a_config_in_an_old_encoding_is_kept_to_the_byte(ssh_dir):
    before = b"# K\xfcche\r\nHost other\n    Port 1\n"
    (ssh_dir / "config").write_bytes(before)
    add_entry(ssh_dir, "kitchen", "192.0.2.7", 22, "root", ssh_dir / "key")
    assert (ssh_dir / "config").read_bytes().endswith(before)
    assert settings_for("kitchen", ssh_dir).hostname == "192.0.2.7"


def test_tokens_and_the_home_folder_are_expanded(ssh_dir):
    (ssh_dir / "config").write_text("Host x\n  HostName h.example\n  IdentityFile ~/.ssh/%h_key\n")
    assert settings_for("x", ssh_dir).identity_files == (ssh_dir / "h.example_key",)


def test_includes_and_matches_are_openssh_s_own(ssh_dir):
    (ssh_dir / "more").write_text("Host kitchen\n    HostName 192.0.2.9\n")
    (ssh_dir / "config").write_text(
        f"Include {ssh_dir}/more\nMatch host 192.0.2.9\n    User matched\n    IdentitiesOnly yes\n"
    )
    found = settings_for("kitchen", ssh_dir)
    assert (found.hostname, found.user, found.identities_only) == ("192.0.2.9", "matched", True)


def test_a_broken_config_is_said_with_its_line(ssh_dir):
    (ssh_dir / "config").write_text("Host x\n    Colour red\n")
    with pytest.raises(ConfigUnreadable) as caught:
        settings_for("x", ssh_dir)
    assert "line 2" in caught.value.detail


def test_a_context_lies_where_docker_looks(tmp_path):
    assert docker_context(tmp_path, "example.com") is None
    add_context(tmp_path, "example.com")
    digest = "a379a6f6eeafb9a55e378c118034e2751e682fab9f2d30ab13d2125586ce1947"
    file = tmp_path / "contexts" / "meta" / digest / "meta.json"
    assert json.loads(file.read_text())["Endpoints"]["docker"]["Host"] == "ssh://example.com"
    assert docker_context(tmp_path, "example.com") == "ssh://example.com"
    remove_context(tmp_path, "example.com")
    remove_context(tmp_path, "example.com")
    assert docker_context(tmp_path, "example.com") is None


SHOWN = "SHA256:pXo1YV6n8Qb2Kc0d7mUetR4zLw9saH3JvE5gNf1iy2U"


@pytest.mark.parametrize(
    ("pasted", "same"),
    [
        (SHOWN, True),
        (f"  {SHOWN}\n", True),
        (SHOWN.removeprefix("SHA256:"), True),
        (f"{SHOWN}=", True),
        (f"256 {SHOWN} root@kitchen (ED25519)", True),
        (SHOWN.lower(), False),
        (SHOWN[:-1], False),
        ("", False),
        ("SHA256:", False),
    ],
)
def test_fingerprints_are_compared_letter_by_letter(pasted, same):
    assert same_fingerprint(pasted, SHOWN) == same


def test_a_link_that_is_reset_while_a_channel_opens_has_a_name():
    def reset(given_up):
        raise ConnectionResetError(104, "Connection reset by peer")

    with pytest.raises(SSHException, match="reset"):
        Client(reset).version_there(Job())


@pytest.mark.parametrize(
    ("theirs", "oldest", "spoken"),
    [("1.41", "1.12", "1.41"), ("1.52", "1.44", "1.45"), ("1.60", "1.50", "1.50")],
)
def test_both_sides_know_the_version_that_is_spoken(theirs, oldest, spoken):
    assert agreed(theirs, oldest) == spoken


def test_the_folder_of_a_person_is_left_to_openssh(own_home):
    assert settings_for("nowhere.invalid", Path(own_home) / ".ssh").hostname == "nowhere.invalid"
