"""Every way to log in, and to be refused, on real sshds with accounts of their own."""

import subprocess
import time

import pytest

from coophost_gui.hosts.base import (
    FINGERPRINT,
    KEEP_PASSPHRASE,
    LOGIN_PASSWORD,
    PASSPHRASE,
    Login,
)
from coophost_gui.hosts.problems import (
    AccountClosed,
    KeyRefused,
    PassphraseWrong,
    PasswordExpired,
    PasswordNotAllowed,
    PasswordWrong,
    TooManyKeys,
    TooManyPasswords,
    TooOld,
)
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.secrets import MemorySecrets
from tests.testbed.commands import end, until
from tests.testbed.loopback import LoopbackSshd

pytestmark = pytest.mark.testbed

RIGHT = "right-password"
ACCOUNTS = f"""
for name in ada old gone; do useradd -M -d /tmp -s /bin/sh $name; done
printf '%s\\n' root:{RIGHT} ada:{RIGHT} old:{RIGHT} gone:{RIGHT} | chpasswd -c SHA256 -s 1000
chage -d 0 old
chage -E 1 gone
sed -i '1i auth required pam_faillock.so preauth deny=2 dir=/etc/tally' /etc/pam.d/common-auth
mkdir /etc/tally
"""
BY_PASSWORD = "UsePAM yes\nKbdInteractiveAuthentication no\n"
BY_QUESTIONS = "UsePAM yes\nPasswordAuthentication no\nKbdInteractiveAuthentication yes\n"


class Lasting(MemorySecrets):
    """A password store that outlives the program, as far as anybody can tell."""

    lasting = True


class Person:
    """Answers by the key of the question; a list is used up, answer by answer."""

    def __init__(self, **answers):
        self.answers, self.asked = answers, []

    def __call__(self, event):
        if isinstance(event, Asked):
            self.asked.append(event.field.key)
            answer = self.answers[event.field.key]
            event.answer.set_result(answer.pop(0) if isinstance(answer, list) else answer)


def make_key(path, passphrase="", kind="ed25519", form=()):
    words = ["ssh-keygen", "-q", "-t", kind, "-N", passphrase, "-C", "", *form, "-f", path]
    subprocess.run(words, check=True)
    return path.with_name(f"{path.name}.pub").read_text().strip()


@pytest.fixture
def ssh_dir(own_home):
    folder = own_home / ".ssh"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def secrets():
    return Lasting()


@pytest.fixture
def connections(ssh_dir, secrets):
    connections = Connections(secrets, ssh_dir)
    yield connections
    connections.close()


@pytest.fixture
def come(ssh_dir, connections):
    """Logs in to a server whose key is known, with these settings; returns the host."""

    def come(server, person=None, *, user="root", password="", settings=""):
        (ssh_dir / "known_hosts").write_text(server.known)
        text = f"Host goal\n HostName 127.0.0.1\n Port {server.port}\n User {user}\n{settings}"
        (ssh_dir / "config").write_text(text)
        connections.drop("goal")
        login = Login("goal", password=password)
        return connections.first_contact(Job(person) if person else Job(), login)

    return come


@pytest.fixture(scope="module")
def plain(tmp_path_factory):
    """Lets root in with keys."""
    folder = tmp_path_factory.mktemp("plain")
    with LoopbackSshd(
        folder, "PermitRootLogin yes\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
    ) as server:
        yield server


@pytest.fixture(scope="module")
def by_password(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-password")
    with LoopbackSshd(folder, BY_PASSWORD, accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture(scope="module")
def by_questions(tmp_path_factory):
    folder = tmp_path_factory.mktemp("by-questions")
    with LoopbackSshd(folder, BY_QUESTIONS, accounts=ACCOUNTS) as server:
        yield server


@pytest.fixture(scope="module")
def certified(tmp_path_factory):
    """A server that trusts an authority, and that authority's key."""
    folder = tmp_path_factory.mktemp("certified")
    make_key(folder / "authority")
    more = f"PermitRootLogin yes\nTrustedUserCAKeys {folder}/authority.pub\n"
    with LoopbackSshd(folder, more) as server:
        yield server, folder / "authority"


@pytest.fixture
def agent(tmp_path):
    """An agent that holds nothing yet; yields where it listens."""
    place = tmp_path / "agent"
    process = subprocess.Popen(["ssh-agent", "-D", "-a", place], stdout=subprocess.DEVNULL)
    until(place.exists, "an agent")
    yield place
    end(process)


def hold(agent, *keys):
    subprocess.run(["ssh-add", "-q", *keys], env={"SSH_AUTH_SOCK": str(agent)}, check=True)


def refused(server):
    """Return how many tries the server has counted against the person so far."""
    return server.log.count("Failed ")


class TestLockedKeys:
    def test_the_words_are_asked_for_and_kept(self, come, plain, ssh_dir, secrets):
        plain.let_in(make_key(ssh_dir / "id_ed25519", "open sesame"))
        person = Person(passphrase="open sesame", keep_passphrase=True)
        assert come(plain, person).by_key
        assert person.asked == [PASSPHRASE.key, KEEP_PASSPHRASE.key]
        assert secrets.get(f"ssh-key:{ssh_dir}/id_ed25519") == "open sesame"
        assert come(plain, person).by_key
        assert len(person.asked) == 2

    def test_without_a_password_store_they_are_kept_until_the_end(self, plain, ssh_dir, come):
        plain.let_in(make_key(ssh_dir / "id_ed25519", "open sesame"))
        person = Person(passphrase="open sesame", keep_passphrase=False)
        come(plain, person)
        come(plain, person)
        assert person.asked == [PASSPHRASE.key, KEEP_PASSPHRASE.key]

    def test_a_key_that_the_server_does_not_know_is_not_asked_about(self, come, plain, ssh_dir):
        make_key(ssh_dir / "id_ed25519", "open sesame")
        plain.let_in()
        person = Person()
        with pytest.raises(KeyRefused):
            come(plain, person)
        assert person.asked == []

    @pytest.mark.parametrize("form", [("-m", "PEM"), ("-m", "PKCS8"), ()], ids=str)
    def test_older_forms_are_opened_too(self, come, plain, ssh_dir, form):
        plain.let_in(make_key(ssh_dir / "id_rsa", "open sesame", "rsa", form))
        assert come(plain, Person(passphrase="open sesame", keep_passphrase=False)).by_key

    def test_wrong_words_are_asked_for_thrice_and_then_said(self, come, plain, ssh_dir):
        plain.let_in(make_key(ssh_dir / "id_ed25519", "open sesame"))
        person = Person(passphrase=["no", "not this", "nor this"])
        with pytest.raises(PassphraseWrong, match="id_ed25519"):
            come(plain, person)
        assert person.asked == [PASSPHRASE.key] * 3

    def test_the_second_try_may_be_right(self, come, plain, ssh_dir):
        plain.let_in(make_key(ssh_dir / "id_ed25519", "open sesame"))
        assert come(plain, Person(passphrase=["no", "open sesame"], keep_passphrase=False))

    def test_words_that_no_longer_fit_are_forgotten(self, come, plain, ssh_dir, secrets):
        plain.let_in(make_key(ssh_dir / "id_ed25519", "open sesame"))
        secrets.put(f"ssh-key:{ssh_dir}/id_ed25519", "what it was before")
        person = Person(passphrase="open sesame", keep_passphrase=False)
        assert come(plain, person).by_key
        assert secrets.get(f"ssh-key:{ssh_dir}/id_ed25519") is None


class TestAgents:
    def test_the_agent_of_the_settings_is_asked(self, come, plain, ssh_dir, agent):
        plain.let_in(make_key(ssh_dir / "elsewhere"))
        hold(agent, ssh_dir / "elsewhere")
        assert come(plain, settings=f" IdentityAgent {agent}\n").by_key

    def test_a_variable_may_say_where_it_is(self, come, plain, ssh_dir, agent, monkeypatch):
        plain.let_in(make_key(ssh_dir / "elsewhere"))
        hold(agent, ssh_dir / "elsewhere")
        monkeypatch.setenv("MY_AGENT", str(agent))
        assert come(plain, settings=" IdentityAgent $MY_AGENT\n").by_key

    def test_or_the_usual_one(self, come, plain, ssh_dir, agent, monkeypatch):
        plain.let_in(make_key(ssh_dir / "elsewhere"))
        hold(agent, ssh_dir / "elsewhere")
        monkeypatch.setenv("SSH_AUTH_SOCK", str(agent))
        assert come(plain).by_key
        assert come(plain, settings=" IdentityAgent SSH_AUTH_SOCK\n").by_key
        with pytest.raises(KeyRefused):
            come(plain, settings=" IdentityAgent none\n")

    def test_only_the_keys_that_are_named_where_the_settings_say_so(
        self, come, plain, ssh_dir, agent
    ):
        plain.let_in(make_key(ssh_dir / "one"), make_key(ssh_dir / "two"))
        hold(agent, ssh_dir / "one")
        settings = f" IdentityAgent {agent}\n IdentitiesOnly yes\n IdentityFile ~/.ssh/"
        (ssh_dir / "two").unlink()
        with pytest.raises(KeyRefused):
            come(plain, settings=settings + "two\n")
        assert come(plain, settings=settings + "one.pub\n").by_key

    def test_a_locked_key_that_the_agent_holds_needs_no_words(self, come, plain, ssh_dir, agent):
        plain.let_in(make_key(ssh_dir / "id_ed25519"))
        hold(agent, ssh_dir / "id_ed25519")
        change = ["ssh-keygen", "-q", "-p", "-N", "now locked", "-f", ssh_dir / "id_ed25519"]
        subprocess.run(change, check=True)
        assert come(plain, settings=f" IdentityAgent {agent}\n").by_key

    def test_we_stop_before_the_server_hangs_up(self, come, plain, ssh_dir, agent):
        plain.let_in()
        for number in range(8):
            make_key(ssh_dir / f"k{number}")
            hold(agent, ssh_dir / f"k{number}")
        before = refused(plain)
        with pytest.raises(KeyRefused):
            come(plain, settings=f" IdentityAgent {agent}\n")
        assert "Too many" not in plain.log
        assert refused(plain) - before <= 5

    def test_a_server_with_less_patience_is_named(self, come, tmp_path, ssh_dir, agent):
        for number in range(4):
            make_key(ssh_dir / f"k{number}")
            hold(agent, ssh_dir / f"k{number}")
        with LoopbackSshd(tmp_path / "s", "PermitRootLogin yes\nMaxAuthTries 2\n") as server:
            with pytest.raises(TooManyKeys) as caught:
                come(server, settings=f" IdentityAgent {agent}\n")
            assert "Too many" in caught.value.detail


class TestCertificates:
    def sign(self, authority, key, *words):
        command = ["ssh-keygen", "-q", "-s", authority, "-I", "ada", *words, f"{key}.pub"]
        subprocess.run(command, check=True)

    @pytest.mark.parametrize("kind", ["ed25519", "rsa", "ecdsa"])
    def test_one_beside_the_key_opens(self, come, certified, ssh_dir, kind):
        server, authority = certified
        make_key(ssh_dir / f"id_{kind}", kind=kind)
        self.sign(authority, ssh_dir / f"id_{kind}", "-n", "root")
        assert come(server).by_key

    def test_one_that_the_settings_name_opens(self, come, certified, ssh_dir):
        server, authority = certified
        make_key(ssh_dir / "id_ed25519")
        self.sign(authority, ssh_dir / "id_ed25519", "-n", "root")
        (ssh_dir / "id_ed25519-cert.pub").rename(ssh_dir / "from-the-office")
        assert come(server, settings=" CertificateFile ~/.ssh/from-the-office\n").by_key

    def test_one_for_a_locked_key_opens(self, come, certified, ssh_dir):
        server, authority = certified
        make_key(ssh_dir / "id_ed25519", "open sesame")
        server.let_in((ssh_dir / "id_ed25519.pub").read_text().strip())
        self.sign(authority, ssh_dir / "id_ed25519", "-n", "root")
        assert come(server, Person(passphrase="open sesame", keep_passphrase=False)).by_key
        server.let_in()

    @pytest.mark.parametrize(
        ("when", "word"),
        [("20200101:20200102", "ended on 2020-01-02"), ("20990101:20990102", "begins on 2098-12")],
    )
    def test_one_that_is_not_good_now_is_named(self, come, certified, ssh_dir, when, word):
        server, authority = certified
        make_key(ssh_dir / "id_ed25519")
        self.sign(authority, ssh_dir / "id_ed25519", "-n", "root", "-V", when)
        with pytest.raises(KeyRefused) as caught:
            come(server)
        assert "id_ed25519-cert.pub: a certificate that" in caught.value.detail
        assert word[:10] in caught.value.detail

    def test_one_that_is_broken_is_named(self, come, plain, ssh_dir):
        make_key(ssh_dir / "id_ed25519")
        plain.let_in()
        (ssh_dir / "id_ed25519-cert.pub").write_text("ssh-ed25519-cert-v01@openssh.com AAAA\n")
        with pytest.raises(KeyRefused) as caught:
            come(plain)
        assert "id_ed25519-cert.pub" in caught.value.detail


class TestQuestions:
    def test_a_password_that_was_given_answers_the_one_question(self, come, by_questions):
        person = Person()
        assert not come(by_questions, person, user="ada", password=RIGHT).by_key
        assert person.asked == []

    def test_an_account_that_has_ended_is_said_in_the_servers_words(self, come, by_questions):
        with pytest.raises(AccountClosed) as caught:
            come(by_questions, user="gone", password=RIGHT)
        assert "expired" in caught.value.detail

    def test_a_password_that_must_be_changed_is_recognised(self, come, by_questions):
        with pytest.raises(PasswordExpired):
            come(by_questions, user="old", password=RIGHT)

    def test_a_wrong_one_is_said(self, come, by_questions):
        by_questions.account("rm -f /etc/tally/*")
        with pytest.raises(PasswordWrong):
            come(by_questions, user="ada", password="wrong")

    def test_a_key_and_then_a_question(self, come, tmp_path, ssh_dir):
        more = (
            "PermitRootLogin yes\n"
            + BY_QUESTIONS
            + "AuthenticationMethods publickey,keyboard-interactive\n"
        )
        public = make_key(ssh_dir / "id_ed25519")
        with LoopbackSshd(tmp_path / "both", more, accounts=ACCOUNTS) as server:
            server.let_in(public)
            person = Person(login_answer=RIGHT)
            assert come(server, person).by_key
            assert person.asked == ["login_answer"]

    def test_a_key_and_then_a_password(self, come, tmp_path, ssh_dir):
        more = "PermitRootLogin yes\n" + BY_PASSWORD + "AuthenticationMethods publickey,password\n"
        public = make_key(ssh_dir / "id_ed25519")
        with LoopbackSshd(tmp_path / "both", more, accounts=ACCOUNTS) as server:
            server.let_in(public)
            person = Person(login_password=["wrong", RIGHT])
            assert come(server, person).by_key
            assert person.asked == [LOGIN_PASSWORD.key] * 2
            come(server, person)
            assert len(person.asked) == 2


class TestPasswords:
    @pytest.fixture(autouse=True)
    def nobody_locked(self, by_password):
        by_password.account("rm -f /etc/tally/*")

    def test_three_wrong_ones_and_we_stop_knocking(self, come, by_password):
        for _ in range(2):
            with pytest.raises(PasswordWrong):
                come(by_password, user="ada", password="wrong")
        before = refused(by_password)
        for _ in range(3):
            with pytest.raises(TooManyPasswords) as caught:
                come(by_password, user="ada", password="wrong")
        assert caught.value.facts["minutes"] == 10
        assert refused(by_password) == before + 1

    def test_a_right_one_clears_the_account(self, come, by_password):
        for password in ("wrong", "wrong", RIGHT, "wrong", "wrong"):
            by_password.account("rm -f /etc/tally/*")
            if password == RIGHT:
                come(by_password, user="ada", password=password)
            else:
                with pytest.raises(PasswordWrong):
                    come(by_password, user="ada", password=password)

    def test_after_ten_minutes_one_may_try_again(self, come, by_password, monkeypatch):
        for expected in (PasswordWrong, PasswordWrong, TooManyPasswords):
            with pytest.raises(expected):
                come(by_password, user="ada", password="wrong")
        by_password.account("rm -f /etc/tally/*")
        later = time.monotonic() + 601
        monkeypatch.setattr("coophost_gui.hosts.remembered.time.monotonic", lambda: later)
        assert come(by_password, user="ada", password=RIGHT)

    def test_an_account_that_has_ended_is_said_in_the_servers_words(self, come, by_password):
        with pytest.raises(AccountClosed) as caught:
            come(by_password, user="gone", password=RIGHT)
        assert "expired" in caught.value.detail

    def test_a_password_that_must_be_changed_is_named_by_the_first_command(self, come, by_password):
        host = come(by_password, user="old", password=RIGHT)
        with pytest.raises(PasswordExpired):
            host.run(Job(), "true")

    def test_where_only_keys_open_no_password_is_sent(self, come, plain):
        with pytest.raises(PasswordNotAllowed):
            come(plain, password=RIGHT)

    def test_a_password_is_asked_for_on_the_way_and_remembered(
        self, come, by_password, plain, ssh_dir
    ):
        plain.let_in(make_key(ssh_dir / "id_ed25519"))
        way = f" ProxyJump hop\nHost hop\n HostName 127.0.0.1\n Port {by_password.port}\n"
        way += " User ada\n IdentityFile none\n"
        person = Person(login_password=RIGHT, fingerprint=by_password.fingerprint)
        come(plain, person, settings=way)
        come(plain, person, settings=way)
        assert person.asked.count(LOGIN_PASSWORD.key) == 1
        assert FINGERPRINT.key in person.asked


def test_a_server_that_is_too_old_gets_its_sentence(come, tmp_path):
    more = "HostKeyAlgorithms ssh-rsa\n"
    with (
        LoopbackSshd(tmp_path / "old", more, kinds=("rsa",)) as server,
        pytest.raises(TooOld),
    ):
        come(server)
