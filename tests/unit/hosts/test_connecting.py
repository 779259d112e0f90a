"""What is said when the other side is silent, is something else, or breaks off; on real sockets."""

import socket
import threading
import time
from contextlib import contextmanager

import paramiko
import pytest

from coophost_gui.hosts import connect as connecting
from coophost_gui.hosts import prove as proving
from coophost_gui.hosts.base import FINGERPRINT, Login
from coophost_gui.hosts.connect import connect
from coophost_gui.hosts.problems import (
    ConnectionLost,
    HostSilent,
    KeyRefused,
    NotASecureShell,
    PasswordExpired,
    PasswordWrong,
)
from coophost_gui.hosts.ssh import EXPIRED
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.problems import Cancelled
from coophost_gui.net import tcp

HOST_KEY = paramiko.ECDSAKey.generate()


@contextmanager
def listening(answer):
    """Serve every connection with *answer*; yield the port."""
    server = socket.create_server(("127.0.0.1", 0))
    held = []

    def serve():
        while True:
            try:
                sock, _ = server.accept()
            except OSError:
                return
            held.append(sock)
            answer(sock)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield server.getsockname()[1]
    finally:
        server.shutdown(socket.SHUT_RDWR)
        server.close()
        thread.join()
        for sock in held:
            sock.close()


class Keeper(paramiko.ServerInterface):
    """Refuses everybody; *ends* is done to the connection at the first password."""

    def __init__(self, transport, ends, tries):
        self.transport, self.ends, self.tries = transport, ends, tries

    def get_allowed_auths(self, username):
        return "publickey,password"

    def check_auth_publickey(self, username, key):
        self.tries -= 1
        if not self.tries:
            goodbye(self.transport)
        return paramiko.AUTH_FAILED

    def check_auth_password(self, username, password):
        self.ends(self.transport)
        return paramiko.AUTH_FAILED


class Opener(Keeper):
    """Lets everybody in, and has but one thing to say."""

    def check_auth_password(self, username, password):
        return paramiko.AUTH_SUCCESSFUL

    def check_channel_request(self, kind, number):
        return paramiko.OPEN_SUCCEEDED

    def check_channel_exec_request(self, channel, command):
        threading.Thread(target=self.say, args=(channel,)).start()
        return True

    def say(self, channel):
        time.sleep(0.2)  # the answer to the request goes first
        channel.sendall_stderr(b"WARNING: Your password has expired.\n" + EXPIRED + b".\n")
        channel.send_exit_status(1)
        channel.close()


def goodbye(transport):
    message = paramiko.Message()
    message.add_byte(bytes([1]))  # SSH_MSG_DISCONNECT
    message.add_int(2)
    message.add_string("Too many authentication failures")
    message.add_string("")
    transport._send_message(message)


def a_shell(ends=lambda transport: None, tries=9, keeper=Keeper, host_key=HOST_KEY):
    def answer(sock):
        transport = paramiko.Transport(sock)
        transport.add_server_key(host_key)
        try:
            transport.start_server(server=keeper(transport, ends, tries))
        except (paramiko.SSHException, EOFError, OSError):
            transport.close()

    return listening(answer)


def accepting(event):
    if isinstance(event, Asked):
        assert event.field is FINGERPRINT
        event.answer.set_result(Fingerprint.NOT_COMPARED)


def log_in(port, ssh_dir, password="not-this-one"):
    return connect(Job(accepting), Login("alpha", "127.0.0.1", port, "root", password), ssh_dir)


@pytest.fixture
def ssh_dir(own_home):
    folder = own_home / ".ssh"
    folder.mkdir(mode=0o700)
    return folder


def test_a_server_that_takes_the_connection_and_says_nothing_is_silent(ssh_dir, monkeypatch):
    monkeypatch.setattr(connecting, "BANNER_SECONDS", 0.5)
    with listening(lambda sock: None) as port, pytest.raises(HostSilent):
        log_in(port, ssh_dir)


def test_a_server_that_stops_in_the_middle_of_the_greeting_is_silent(ssh_dir, monkeypatch):
    monkeypatch.setattr(connecting, "GREETING_SECONDS", 0.5)
    with (
        listening(lambda sock: sock.sendall(b"SSH-2.0-frozen\r\n")) as port,
        pytest.raises(HostSilent),
    ):
        log_in(port, ssh_dir)


def test_something_else_than_a_login_is_said_as_such(ssh_dir):
    def web(sock):
        sock.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        sock.close()

    with listening(web) as port, pytest.raises(NotASecureShell):
        log_in(port, ssh_dir)


def test_a_refused_password_is_wrong(ssh_dir):
    with a_shell() as port, pytest.raises(PasswordWrong):
        log_in(port, ssh_dir)


def test_a_password_that_must_be_changed_first_is_said(ssh_dir):
    with a_shell(keeper=Opener) as port:
        host = log_in(port, ssh_dir)
        try:
            with pytest.raises(PasswordExpired):
                host.run(Job(), "true")
        finally:
            host.close()


def test_a_link_that_breaks_while_logging_in_is_no_wrong_password(ssh_dir):
    with a_shell(lambda transport: transport.sock.close()) as port, pytest.raises(ConnectionLost):
        log_in(port, ssh_dir)


def test_silence_while_logging_in_is_no_wrong_password(ssh_dir, monkeypatch):
    monkeypatch.setattr(proving, "AUTH_SECONDS", 0.5)
    with a_shell(lambda transport: time.sleep(1.5)) as port, pytest.raises(HostSilent):
        log_in(port, ssh_dir)


def test_a_server_that_hangs_up_on_a_wrong_password_says_so_in_the_details(ssh_dir):
    with a_shell(goodbye) as port, pytest.raises(PasswordWrong) as caught:
        log_in(port, ssh_dir)
    assert caught.value.detail == "Too many authentication failures"


def test_a_server_that_takes_fewer_tries_than_we_have_keys_refuses_them(ssh_dir):
    for name in ("id_ecdsa", "id_rsa", "coophost_ed25519"):
        paramiko.ECDSAKey.generate().write_private_key_file(str(ssh_dir / name))
    with a_shell(tries=2) as port, pytest.raises(KeyRefused):
        log_in(port, ssh_dir, password="")


def test_a_stop_is_heard_while_nobody_takes_the_connection():
    with socket.create_server(("127.0.0.1", 0), backlog=0) as full:
        port = full.getsockname()[1]
        waiting = [socket.socket() for _ in range(3)]
        for sock in waiting:  # the queue is full: whoever comes now gets no answer at all
            sock.setblocking(False)
            sock.connect_ex(("127.0.0.1", port))
        job = Job()
        timer = threading.Timer(0.3, job.cancel)
        timer.start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            tcp.connect(job, "127.0.0.1", port, 30)
        assert time.monotonic() - began < 5
        for sock in waiting:
            sock.close()
