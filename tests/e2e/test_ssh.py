"""The SSH layer and the Engine behind it, on a real sshd and a real dockerd."""

import threading
import time

import pytest

from coophost_gui.hosts import keys, known_hosts
from coophost_gui.hosts.base import FINGERPRINT, SUDO_PASSWORD, Login
from coophost_gui.hosts.problems import (
    CommandTookTooLong,
    ConnectionLost,
    FileNotRead,
    FingerprintDiffers,
    HostKeyChanged,
    HostUnreachable,
    KeyRefused,
    NoSudo,
    PasswordWrong,
    SaysTooMuch,
    SudoPasswordWrong,
)
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.secrets import MemorySecrets
from tests.contracts.engine import EngineContract
from tests.testbed.namespaces import HELPER_PASSWORD, ROOT_PASSWORD
from tests.testbed.swarm import SwarmServer

pytestmark = pytest.mark.testbed


class Person:
    """Answers what jobs ask, and remembers what was asked."""

    def __init__(self, answers):
        self.answers, self.asked = answers, []

    def __call__(self, event):
        if isinstance(event, Asked):
            self.asked.append(event.field.key)
            event.answer.set_result(self.answers[event.field.key])


@pytest.fixture(scope="module")
def swarm_server(services):
    """One server for all of these; what a test changes there, the next one may find."""
    with SwarmServer(name_server=services.address, certificates=services.trusted) as server:
        yield server


@pytest.fixture
def ssh_dir(own_home):
    return own_home / ".ssh"


@pytest.fixture
def connections(ssh_dir):
    connections = Connections(MemorySecrets(), ssh_dir)
    yield connections
    connections.close()


@pytest.fixture
def person(swarm_server):
    return Person({FINGERPRINT.key: swarm_server.fingerprint, SUDO_PASSWORD.key: HELPER_PASSWORD})


def login(server, user="root", password=ROOT_PASSWORD):
    return Login("alpha", server.address, 22, user, password)


@pytest.fixture
def host(connections, swarm_server, person):
    return connections.first_contact(Job(person), login(swarm_server))


class TestFirstContact:
    def test_an_unknown_key_is_a_question_and_then_known(
        self, connections, swarm_server, person, ssh_dir
    ):
        connections.first_contact(Job(person), login(swarm_server))
        connections.drop("alpha")
        connections.first_contact(Job(person), login(swarm_server))
        assert person.asked == ["fingerprint"]
        assert (ssh_dir / "known_hosts").stat().st_mode & 0o777 == 0o600

    def test_a_pasted_line_of_ssh_keygen_will_do(self, connections, swarm_server):
        line = f"256 {swarm_server.fingerprint} root@kitchen (ED25519)"
        assert connections.first_contact(Job(Person({"fingerprint": line})), login(swarm_server))

    @pytest.mark.parametrize("answer", ["SHA256:" + "A" * 43, Fingerprint.IT_DIFFERS, ""])
    def test_another_fingerprint_stops_everything(self, connections, swarm_server, ssh_dir, answer):
        person = Person({"fingerprint": answer})
        with pytest.raises(FingerprintDiffers):
            connections.first_contact(Job(person), login(swarm_server))
        assert not (ssh_dir / "known_hosts").exists()

    def test_going_on_without_comparing_is_remembered(self, connections, swarm_server):
        person = Person({"fingerprint": Fingerprint.NOT_COMPARED})
        assert not connections.first_contact(Job(person), login(swarm_server)).compared

    def test_and_a_wrong_password_in_between_does_not_make_it_compared(
        self, connections, swarm_server
    ):
        job = Job(Person({"fingerprint": Fingerprint.NOT_COMPARED}))
        with pytest.raises(PasswordWrong):
            connections.first_contact(job, login(swarm_server, password="not-this-one"))
        assert not connections.first_contact(job, login(swarm_server)).compared

    def test_a_changed_key_is_a_stop_page_and_nothing_is_asked(
        self, connections, swarm_server, person, ssh_dir
    ):
        other = keys.own_key(ssh_dir).public.split()[1]
        (ssh_dir / "known_hosts").write_text(f"{swarm_server.address} ssh-ed25519 {other}\n")
        with pytest.raises(HostKeyChanged) as caught:
            connections.first_contact(Job(person), login(swarm_server))
        assert caught.value.stops
        assert "known_hosts, line 1" in caught.value.detail
        assert person.asked == []

    def test_a_wrong_password_is_said(self, connections, swarm_server, person):
        with pytest.raises(PasswordWrong):
            connections.first_contact(Job(person), login(swarm_server, password="not-this-one"))

    def test_no_password_and_no_key_is_said(self, connections, swarm_server, person):
        with pytest.raises(KeyRefused):
            connections.first_contact(Job(person), login(swarm_server, password=""))

    def test_a_closed_port_is_said(self, connections, person):
        with pytest.raises(HostUnreachable, match="port 1"):
            connections.first_contact(Job(person), Login("alpha", "127.0.0.1", 1, "root"))

    def test_the_key_is_installed_once_and_used_from_then_on(
        self, connections, swarm_server, host, person, ssh_dir
    ):
        public = keys.own_key(ssh_dir).public
        assert keys.install_key(Job(), host, public)
        assert not keys.install_key(Job(), host, public)
        connections.drop("alpha")
        again = connections.first_contact(Job(person), login(swarm_server, password=""))
        assert again.by_key
        assert again.run(Job(), "cat", ".ssh/authorized_keys").out == f"{public}\n"


class TestCommands:
    def test_words_arrive_unharmed(self, host):
        assert host.run(Job(), "printf", "%s", "a b; $HOME 'q' \"ü").out == "a b; $HOME 'q' \"ü"

    def test_exit_code_and_both_streams(self, host):
        result = host.run(Job(), "sh", "-c", "echo out; echo err >&2; exit 3")
        assert (result.code, result.out, result.err) == (3, "out\n", "err\n")

    def test_five_megabytes_in_all_directions_do_not_hang(self, host):
        big = "tee /dev/stderr"
        result = host.run(Job(), "sh", "-c", big, stdin=b"x" * 5_000_000)
        assert len(result.out) == len(result.err) == 5_000_000

    def test_a_command_that_does_not_read_what_it_is_sent(self, host):
        assert host.run(Job(), "true", stdin=b"x" * 5_000_000).ok

    def test_a_command_that_a_signal_ends_is_no_broken_connection(self, host):
        assert host.run(Job(), "sh", "-c", "kill -9 $$").code == 255

    def test_more_commands_at_once_than_a_server_takes(self, host):
        def work(job):
            return host.run(job, "sleep", "0.5").code

        assert Job().side_by_side([work] * 14, limit=14) == [0] * 14

    def test_what_is_there_and_cannot_be_read_is_not_taken_for_missing(self, host):
        with pytest.raises(FileNotRead):
            host.get(Job(), "/etc")

    def test_output_is_told_line_by_line(self, host):
        told = []
        host.run(Job(told.append), "sh", "-c", "printf 'one\\ntw'; sleep 0.2; printf 'o\\nthree'")
        assert [event.line for event in told] == ["one", "two", "three"]

    def test_cancel_leaves_a_command_that_never_ends(self, host):
        job = Job()
        timer = threading.Timer(0.3, job.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            host.run(job, "sleep", "60")
        assert time.monotonic() - began < 3
        assert host.run(Job(), "true").ok

    def test_a_command_that_takes_too_long_is_left(self, host):
        with pytest.raises(CommandTookTooLong):
            host.run(Job(), "sleep", "60", timeout=1)

    def test_a_command_that_never_stops_talking_is_left(self, host, monkeypatch):
        monkeypatch.setattr("coophost_gui.hosts.ssh.MOST_SAID", 3_000_000)
        with pytest.raises(SaysTooMuch):
            host.run(Job(), "sh", "-c", "yes & yes >&2")
        assert host.run(Job(), "true").ok

    def test_files_are_put_whole_and_read_back(self, host):
        data = bytes(range(256)) * 100
        host.put(Job(), "/run/a file", data, mode=0o600)
        assert host.get(Job(), "/run/a file") == data
        assert host.run(Job(), "stat", "-c", "%a", "/run/a file").out == "600\n"
        assert host.run(Job(), "sh", "-c", "ls /run | grep -c 'a file'").out == "1\n"
        assert host.get(Job(), "/run/none") is None


class TestBecomingRoot:
    def test_with_a_password_that_is_asked_for_once_and_shown_nowhere(
        self, connections, swarm_server, person
    ):
        told = []

        def listen(event):
            person(event)
            told.append(event)

        host = connections.first_contact(
            Job(listen), login(swarm_server, "helper", HELPER_PASSWORD)
        )
        for _ in range(2):
            found = host.run(Job(listen), "sh", "-c", "id -u; ps -eo args", root=True)
            assert found.out.startswith("0\n")
            assert HELPER_PASSWORD not in found.out
        assert person.asked == ["fingerprint", "sudo_password"]
        host.put(Job(listen), "/etc/by-helper", b"x", root=True)
        assert host.get(Job(listen), "/etc/by-helper", root=True) == b"x"
        assert HELPER_PASSWORD not in repr(told)

    def test_no_command_ever_reads_the_password(self, connections, swarm_server, person, host):
        rule = b"helper ALL=(ALL) NOPASSWD: /usr/bin/cat\n"
        host.put(Job(), "/etc/sudoers.d/zz-cat", rule, mode=0o440)
        try:
            connections.drop("alpha")
            helper = connections.first_contact(
                Job(person), login(swarm_server, "helper", HELPER_PASSWORD)
            )
            assert helper.run(Job(person), "cat", stdin=b"mine", root=True).out == "mine"
        finally:
            helper.run(Job(person), "rm", "/etc/sudoers.d/zz-cat", root=True)

    def test_a_wrong_one_is_said(self, connections, swarm_server, person):
        person.answers["sudo_password"] = "not-this-one"
        host = connections.first_contact(
            Job(person), login(swarm_server, "helper", HELPER_PASSWORD)
        )
        with pytest.raises(SudoPasswordWrong):
            host.run(Job(person), "id", root=True)

    def test_somebody_who_may_not_is_told_so(self, connections, swarm_server, person, host):
        script = "id plain || useradd -m plain; echo plain:Plain-pass-9 | chpasswd"
        assert host.run(Job(), "sh", "-c", script).ok
        connections.drop("alpha")
        person.answers["sudo_password"] = "Plain-pass-9"
        plain = connections.first_contact(Job(person), login(swarm_server, "plain", "Plain-pass-9"))
        with pytest.raises(NoSudo, match="plain"):
            plain.run(Job(person), "id", root=True)

    def test_waiting_for_somebody_who_is_being_asked_can_be_stopped(
        self, connections, swarm_server, person
    ):
        host = connections.first_contact(
            Job(person), login(swarm_server, "helper", HELPER_PASSWORD)
        )
        asked, second = threading.Event(), Job()
        first = Job(lambda event: asked.set() if isinstance(event, Asked) else None)

        def ask():
            with pytest.raises(Cancelled):
                host.run(first, "id", root=True)

        thread = threading.Thread(target=ask)
        thread.start()
        assert asked.wait(10)
        timer = threading.Timer(0.3, second.cancel)
        timer.start()
        with pytest.raises(Cancelled):
            host.run(second, "id", root=True)
        first.cancel()
        thread.join(5)
        assert not thread.is_alive()

    def test_without_a_password_nothing_is_asked(self, connections, swarm_server, person):
        host = connections.first_contact(
            Job(person), login(swarm_server, "deploy", HELPER_PASSWORD)
        )
        assert host.run(Job(person), "id", "-u", root=True).out == "0\n"
        assert person.asked == ["fingerprint"]


class TestTrouble:
    def test_a_connection_that_breaks_is_said_and_made_anew(
        self, connections, swarm_server, host, person
    ):
        with pytest.raises(ConnectionLost):
            host.run(Job(), "sh", "-c", "kill -9 $PPID; sleep 5")
        again = connections.first_contact(Job(person), login(swarm_server))
        assert again.run(Job(), "true").ok

    def test_a_frozen_server_wakes_whoever_waits(self, host, swarm_server):
        from coophost_gui.hosts.ssh import Watchdog

        dog = Watchdog(host.transport, "alpha", every=0.3, within=1.0)
        swarm_server.freeze()
        try:
            began = time.monotonic()
            with dog.on_duty(), pytest.raises(ConnectionLost):
                host.run(Job(), "sleep", "60")
            assert time.monotonic() - began < 10
        finally:
            swarm_server.thaw()
            dog.stop()


@pytest.fixture(params=["streamlocal", "dial-stdio", "sudo"])
def engine(request, connections, swarm_server, person, monkeypatch):
    """The Engine by each way there is to it."""
    user = {"sudo": "helper", "streamlocal": "deploy", "dial-stdio": "deploy"}[request.param]
    host = connections.first_contact(Job(person), login(swarm_server, user, HELPER_PASSWORD))
    if request.param == "dial-stdio":
        monkeypatch.setattr("coophost_gui.hosts.engine.SOCKET", "/run/none.sock")
    host.engine.get(Job(person), "/version")
    return host.engine


class TestEngine(EngineContract):
    @pytest.fixture
    def image(self, registry):
        return "hello:1"

    def test_many_threads_at_once(self, engine):
        answers = Job().side_by_side(
            [lambda job: engine.get(job, "/info")["ID"] for _ in range(40)], limit=8
        )
        assert len(set(answers)) == 1

    def test_a_log_is_read_line_by_line(self, engine, image):
        self.pull(engine, image)
        body = self.spec(image, "contract_talker")
        script = "for n in $(seq 300); do echo line $n; echo to err $n >&2; done; sleep 600"
        body["TaskTemplate"]["ContainerSpec"]["Command"] = ["sh", "-c", script]
        made = engine.post(Job(), "/services/create", body)["ID"]
        try:
            deadline = time.monotonic() + 20
            while time.monotonic() < deadline:
                found = list(
                    engine.lines(Job(), f"/services/{made}/logs", stdout=True, stderr=True)
                )
                if len(found) == 600:
                    break
                time.sleep(0.3)
            assert sorted(line for number, line in found if number == 1) == sorted(
                f"line {n}" for n in range(1, 301)
            )
            assert sum(number == 2 for number, _ in found) == 300
        finally:
            engine.delete(Job(), f"/services/{made}")

    def test_waiting_for_events_can_be_cancelled(self, engine):
        job = Job()
        timer = threading.Timer(0.5, job.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            list(engine.stream(job, "GET", "/events"))
        assert time.monotonic() - began < 5


def test_what_we_write_is_what_openssh_reads(connections, swarm_server, person, ssh_dir):
    import subprocess

    connections.first_contact(Job(person), login(swarm_server))
    found = subprocess.run(
        ["ssh-keygen", "-l", "-F", swarm_server.address, "-f", ssh_dir / "known_hosts"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert swarm_server.fingerprint in found.stdout
    assert known_hosts.read([ssh_dir / "known_hosts"])
