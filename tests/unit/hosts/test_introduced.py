"""Servers that introduce themselves: which host key is taken, when, and what is written down."""

import io
import time

import paramiko
import pytest

from coophost_gui.hosts import known_hosts
from coophost_gui.hosts.base import ANY, Login
from coophost_gui.hosts.connect import connect
from coophost_gui.hosts.introduced import VALID_SECONDS, Introduction, Introductions, pin
from coophost_gui.hosts.keys import new_key, own_key
from coophost_gui.hosts.known_hosts import Verdict
from coophost_gui.hosts.problems import (
    HostKeyChanged,
    HostKeyRevoked,
    IntroductionExpired,
    IntroductionUnknown,
    KeyRefused,
    NotIntroduced,
)
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.store import FileUnreadable
from tests.unit.hosts.test_connecting import Keeper, a_shell

TEXT, OWN, OLD, OTHER = (new_key() for _ in range(4))
ADDRESS = "127.0.0.1"


@pytest.fixture
def introductions(tmp_path):
    """Three texts are out: a fresh one, one whose server made a key, and one that is too old."""
    found = Introductions(lambda: tmp_path)
    found.keep(Introduction("kitchen", TEXT.public, time.time()))
    found.keep(Introduction("garden", "ssh-ed25519 garden", time.time() - 60, OWN.public))
    found.keep(Introduction("cellar", OLD.public, time.time() - VALID_SECONDS - 1))
    return found


@pytest.mark.parametrize(
    ("wanted", "key", "outcome"),
    [
        ("", TEXT, True),  # found by itself
        (ANY, TEXT, True),
        ("kitchen", TEXT, True),
        ("garden", TEXT, NotIntroduced),
        ("", OWN, True),
        ("garden", OWN, True),
        ("kitchen", OWN, NotIntroduced),
        ("", OLD, IntroductionExpired),  # whoever has read the text may pretend to be it
        (ANY, OLD, IntroductionExpired),
        ("cellar", OLD, IntroductionExpired),
        ("", OTHER, False),  # then a person compares it
        (ANY, OTHER, NotIntroduced),
        ("kitchen", OTHER, NotIntroduced),
        ("attic", OTHER, IntroductionUnknown),
    ],
)
def test_a_key_is_taken_only_from_the_server_that_it_was_made_for(
    introductions, wanted, key, outcome
):
    if isinstance(outcome, bool):
        assert introductions.vouch("host", wanted, key.public) is outcome
    else:
        with pytest.raises(outcome):
            introductions.vouch("host", wanted, key.public)


def test_what_waits_is_named_the_newest_first_and_what_is_too_old_is_not(introductions):
    assert [one.name for one in introductions.waiting()] == ["kitchen", "garden"]
    introductions.drop("kitchen")
    introductions.drop("kitchen")
    assert introductions.get("kitchen") is None


def test_a_file_that_somebody_broke_is_named(introductions, tmp_path):
    (tmp_path / "introduced" / "kitchen.yml").write_text("name: kitchen\n")
    with pytest.raises(FileUnreadable, match=r"kitchen\.yml"):
        introductions.waiting()


class Opener(Keeper):
    """Lets in whoever comes with a key."""

    keys = 0

    def get_allowed_auths(self, username):
        return "publickey"

    def check_auth_publickey(self, username, key):
        type(self).keys += 1
        return paramiko.AUTH_SUCCESSFUL


def shell_with(key, keeper=Opener):
    keeper.keys = 0
    return a_shell(keeper=keeper, host_key=paramiko.Ed25519Key.from_private_key(io.StringIO(key)))


@pytest.fixture
def ssh_dir(own_home):
    own_key(own_home / ".ssh")
    return own_home / ".ssh"


def come(port, ssh_dir, introductions, introduced="", password=""):
    def nobody(event):
        assert not isinstance(event, Asked), event.field.key

    login = Login("kitchen", ADDRESS, port, "root", password, introduced)
    host = connect(Job(nobody), login, ssh_dir, introductions=introductions)
    host.close()
    return host


@pytest.mark.parametrize("introduced", ["", ANY, "kitchen"])
def test_the_first_contact_needs_neither_password_nor_fingerprint(
    ssh_dir, introductions, introduced
):
    with shell_with(TEXT.private) as port:
        host = come(port, ssh_dir, introductions, introduced)
    assert (host.compared, host.by_key, host.host_key) == (True, True, TEXT.public)
    assert not (ssh_dir / "known_hosts").exists()


@pytest.mark.parametrize("introduced", [ANY, "kitchen"])
def test_another_server_gets_neither_name_nor_password_and_is_not_written_down(
    ssh_dir, introductions, introduced
):
    with shell_with(OTHER.private) as port, pytest.raises(NotIntroduced) as stopped:
        come(port, ssh_dir, introductions, introduced, password="a password for nobody")
    assert stopped.value.stops
    assert "SHA256:" in stopped.value.detail
    assert Opener.keys == 0
    assert not (ssh_dir / "known_hosts").exists()


def test_a_name_of_the_list_is_not_reached_by_a_text(ssh_dir, introductions):
    (ssh_dir / "config").write_text(f"Host kitchen\n HostName {ADDRESS}\n Port 1\n")

    def differs(event):
        if isinstance(event, Asked):
            event.answer.set_result("SHA256:nothing")

    with shell_with(TEXT.private) as port:
        (ssh_dir / "config").write_text(f"Host kitchen\n HostName {ADDRESS}\n Port {port}\n")
        with pytest.raises(Exception, match="fingerprints"):
            connect(Job(differs), Login("kitchen"), ssh_dir, introductions=introductions)


def test_the_key_of_another_server_at_that_address_still_stops_everything(ssh_dir, introductions):
    with shell_with(TEXT.private) as port:
        blob = paramiko.Ed25519Key.from_private_key(io.StringIO(OTHER.private)).asbytes()
        where = (ssh_dir / "known_hosts", ADDRESS, port, "ssh-ed25519", blob)
        known_hosts.remember(*where, hashed=False)
        with pytest.raises(HostKeyChanged):
            come(port, ssh_dir, introductions, "kitchen")


def test_pinned_is_the_own_key_and_the_one_of_the_text_never_again(ssh_dir, introductions):
    found = Introduction("kitchen", TEXT.public, time.time(), OWN.public)
    with shell_with(TEXT.private) as port:
        login = Login("kitchen", ADDRESS, port, "root")
        pin(login, ssh_dir, found)
        pin(login, ssh_dir, found)
        with pytest.raises(HostKeyRevoked):
            come(port, ssh_dir, introductions, "kitchen")
    lines = (ssh_dir / "known_hosts").read_text().splitlines()
    assert lines == [
        f"[{ADDRESS}]:{port} {OWN.public}",
        f"@revoked [{ADDRESS}]:{port} {TEXT.public}",
    ]
    read = known_hosts.read([ssh_dir / "known_hosts"])
    blob = paramiko.Ed25519Key.from_private_key(io.StringIO(OWN.private)).asbytes()
    assert known_hosts.check(read, ADDRESS, port, "ssh-ed25519", blob).verdict is Verdict.MATCH


def test_whoever_knows_the_first_key_from_her_own_ssh_gets_the_second_too(ssh_dir, introductions):
    introductions.drop("garden")
    introductions.keep(Introduction("kitchen", TEXT.public, time.time(), OWN.public))
    with shell_with(OWN.private) as port:
        (ssh_dir / "known_hosts").write_text(f"[{ADDRESS}]:{port} {TEXT.public}\n")
        assert come(port, ssh_dir, introductions, "kitchen").host_key == OWN.public
        pin(Login("kitchen", ADDRESS, port), ssh_dir, introductions.get("kitchen"))
        introductions.drop("kitchen")
        assert come(port, ssh_dir, introductions, "kitchen").host_key == OWN.public


def test_a_server_without_our_key_says_so(ssh_dir, introductions):
    with shell_with(TEXT.private, Keeper) as port, pytest.raises(KeyRefused):
        come(port, ssh_dir, introductions, "kitchen")
