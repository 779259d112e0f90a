"""A machine reached over SSH: one checked connection, shared; a channel belongs to one thread."""

import shlex
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Any, cast

import paramiko
from paramiko.channel import Channel
from paramiko.common import cMSG_CHANNEL_OPEN
from paramiko.message import Message

from coophost_gui.hosts.base import SUDO_PASSWORD, Real, Result
from coophost_gui.hosts.engine import SshEngine
from coophost_gui.hosts.problems import (
    CommandTookTooLong,
    ConnectionLost,
    FileNotRead,
    FileNotWritten,
    NoSudo,
    PasswordExpired,
    SaysTooMuch,
    SudoPasswordWrong,
)
from coophost_gui.kit import log
from coophost_gui.kit.jobs import Job, Output
from coophost_gui.net.tcp import connect

CHANNEL_SECONDS = 15.0  # to open a channel
ASK_EVERY, ANSWER_WITHIN = 15.0, 15.0  # seconds between signs of life, and until one must come
QUICKLY = 5.0  # until a connection that rested must give one: a new one takes no longer
NO_SUCH_FILE = 44
EXPIRED = b"Password change required but no TTY available"  # sshd's own words
KILLED = 255  # what ssh itself says of a command that a signal ended
MOST_SAID = 64_000_000  # bytes that a command may say; nothing that we ask for is near that
SESSION_TRIES = 6  # a server takes ten sessions at once; soon one ends
# sudo judges each command by itself: where one needs no password, the command would read it.
# So it always sees the same command, and either all of them need the password or none does.
# Its words are asked for in English, since we have to understand them.
AS_ROOT = ("--", "sh", "-c", 'exec "$@"', "root")
WITHOUT_PASSWORD = ("env", "LC_ALL=C", "sudo", "-n", *AS_ROOT)
WITH_PASSWORD = ("env", "LC_ALL=C", "sudo", "-S", "-k", "-p", "", *AS_ROOT)
PUT = r"""
t=$(mktemp -- "$1.XXXXXX") || exit 1
cat > "$t" && [ "$(wc -c < "$t")" -eq "$3" ] && chmod "$2" "$t" && sync "$t" && mv -f -- "$t" "$1" \
    || { rm -f -- "$t"; exit 1; }
"""
GET = f'[ -e "$1" ] || exit {NO_SUCH_FILE}; exec cat -- "$1"'


class Transport(paramiko.Transport):
    """paramiko's transport with OpenSSH's channel to a Unix socket on the other side.

    ``direct-streamlocal@openssh.com``, from OpenSSH's PROTOCOL file, section 2.4.
    """

    goodbye = ""  # what the other side said when it ended the connection on purpose

    def close(self) -> None:
        super().close()
        self.packetizer.complete_handshake()  # else its timer lives on for a while

    def _parse_disconnect(self, message: Message) -> None:
        message.get_int()
        self.goodbye = message.get_text() or "disconnected"

    def open_socket(self, path: str, given_up: Callable[[], bool]) -> Channel:
        """Open a channel to the Unix socket *path*; raises SSHException when refused.

        A server that is frozen never answers: *given_up* is asked whether to wait on.
        """
        inside: Any = self  # paramiko offers no other way to open a channel of a new kind
        if not inside.active:
            raise paramiko.SSHException("the session is not active")
        with inside.lock:
            window = inside._sanitize_window_size(None)
            packet = inside._sanitize_packet_size(None)
            number = inside._next_channel()
            message = Message()
            message.add_byte(cMSG_CHANNEL_OPEN)
            message.add_string("direct-streamlocal@openssh.com")
            for value in (number, window, packet):
                message.add_int(value)
            message.add_string(path)
            message.add_string("")
            message.add_int(0)
            channel: Any = Channel(number)
            inside._channels.put(number, channel)
            opened = inside.channel_events[number] = threading.Event()
            inside.channels_seen[number] = True
            channel._set_transport(self)
            channel._set_window(window, packet)
        inside._send_user_message(message)
        until = time.monotonic() + CHANNEL_SECONDS
        while not opened.wait(0.1):
            if given_up() or not inside.active or time.monotonic() > until:
                raise self.get_exception() or paramiko.SSHException("no answer to a new channel")
        if inside._channels.get(number) is None:
            raise self.get_exception() or paramiko.SSHException("the channel was refused")
        return cast(Channel, channel)


class SshHost:
    """One connection to a real server; safe to use from several threads."""

    world = Real

    def __init__(
        self,
        name: str,
        transport: Transport,
        user: str,
        *,
        compared: bool,
        by_key: bool,
        address: str = "",
    ) -> None:
        self.name = name
        self.user = user
        self.compared = compared  # False: a person went on without comparing the fingerprint
        self.by_key = by_key  # how we got in: with a key, or with a password
        self.transport = transport
        self.host_key = shown_by(transport)
        self.address = address or str(transport.getpeername()[0])
        self.engine = SshEngine(self)
        self._lock = threading.Lock()
        self._sudo: tuple[str, ...] | None = None  # the words before a command, once known
        self._sudo_password = ""
        self.watchdog = Watchdog(transport, name)

    @property
    def alive(self) -> bool:
        return self.transport.is_active()

    def sure(self, job: Job) -> bool:
        """Say whether the connection holds: one that rested for a while is asked."""
        return self.watchdog.sure(job)

    def run(
        self, job: Job, *argv: str, stdin: bytes = b"", root: bool = False, timeout: float = 600
    ) -> Result:
        """Run *argv* and wait, as ``hosts.base.Host`` says."""
        if root:
            words, first = self.become_root(job)
            argv, stdin = (*words, *argv), first + stdin
        code, out, err = self._run(job, shlex.join(argv), stdin, timeout, tell=True)
        return Result(code, out.decode(errors="replace"), err.decode(errors="replace"))

    def put(
        self, job: Job, path: str, data: bytes, *, mode: int = 0o644, root: bool = False
    ) -> None:
        """Write *data* to *path* through a temporary file beside it."""
        argv = ("sh", "-c", PUT, "put", path, f"{mode:o}", str(len(data)))
        code, _, err = self._quietly(job, argv, data, root)
        if code:
            raise FileNotWritten(err.decode(errors="replace"), host=self.name, path=path)

    def get(self, job: Job, path: str, *, root: bool = False) -> bytes | None:
        """Return the content of *path*, or None when there is no such file."""
        code, out, err = self._quietly(job, ("sh", "-c", GET, "get", path), b"", root)
        if code == NO_SUCH_FILE:
            return None
        if code:
            raise FileNotRead(err.decode(errors="replace"), host=self.name, path=path)
        return out

    def become_root(self, job: Job) -> tuple[tuple[str, ...], bytes]:
        """Return the words before a command that make it root's, and what they read first.

        Asks for the sudo password at most once per connection.
        """
        if self.user == "root":
            return (), b""
        with job.turn(self._lock):  # a person may take her time with the password
            if self._sudo is None:
                self._sudo = self._find_sudo(job)
            return self._sudo, f"{self._sudo_password}\n".encode() if self._sudo_password else b""

    def open_command(self, command: str) -> Channel:
        """Start *command* and return its channel: for the Docker tunnel."""
        channel = self.transport.open_session(timeout=CHANNEL_SECONDS)
        channel.exec_command(command)
        return channel

    def close(self) -> None:
        """Close the connection; whoever still reads from it is woken."""
        self.watchdog.stop()
        self.transport.close()
        self.engine.close()

    def _find_sudo(self, job: Job) -> tuple[str, ...]:
        code, _, err = self._run(job, shlex.join((*WITHOUT_PASSWORD, "true")), b"", 30, tell=False)
        if code == 0:
            return WITHOUT_PASSWORD
        said = err.decode(errors="replace")
        if "not found" in said or "not in the sudoers" in said or "may not run" in said:
            raise NoSudo(said, host=self.name, user=self.user)
        password = job.ask(SUDO_PASSWORD, user=self.user, host=self.name)
        log.hide(password)
        words = WITH_PASSWORD
        command = shlex.join((*words, "true"))
        code, _, err = self._run(job, command, f"{password}\n".encode(), 30, tell=False)
        said = err.decode(errors="replace")
        if "not in the sudoers" in said or "may not run" in said or "not allowed" in said:
            raise NoSudo(said, host=self.name, user=self.user)
        if code:
            raise SudoPasswordWrong(host=self.name, user=self.user)
        self._sudo_password = password
        return words

    def _quietly(
        self, job: Job, argv: tuple[str, ...], stdin: bytes, root: bool
    ) -> tuple[int, bytes, bytes]:
        words, first = self.become_root(job) if root else ((), b"")
        return self._run(job, shlex.join((*words, *argv)), first + stdin, 300, tell=False)

    def _run(
        self, job: Job, command: str, stdin: bytes, timeout: float, *, tell: bool
    ) -> tuple[int, bytes, bytes]:
        try:
            return self._exchange(job, command, stdin, timeout, tell)
        except (paramiko.SSHException, OSError, EOFError) as error:
            job.checkpoint()
            raise ConnectionLost(str(error), host=self.name) from error

    def _exchange(
        self, job: Job, command: str, stdin: bytes, timeout: float, tell: bool
    ) -> tuple[int, bytes, bytes]:
        until = time.monotonic() + timeout
        channel = self._session(job)
        limit = _Limit(MOST_SAID)
        with self.watchdog.on_duty(), job.closed_on_cancel(channel.close), channel:
            channel.exec_command(command)
            channel.settimeout(1.0)
            out, err = _Stream(job, tell, limit), _Stream(job, tell, limit)
            # Both streams share one window: if nobody reads the one, the other stalls too.
            # And a command may speak before it has read all that we send.
            helpers = [
                threading.Thread(target=_drain, args=(channel.recv_stderr, err, until)),
                threading.Thread(target=_feed, args=(channel, stdin, until)),
            ]
            for helper in helpers:
                helper.start()
            finished = _drain(channel.recv, out, until)
            if not finished:
                channel.close()
            for helper in helpers:
                helper.join()
            job.checkpoint()
            if limit.reached:
                raise SaysTooMuch(host=self.name)
            if not finished:
                raise CommandTookTooLong(host=self.name, minutes=max(1, round(timeout / 60)))
            code = self._exit_code(channel)
            if code and EXPIRED in err.data:
                raise PasswordExpired(host=self.address, user=self.user)
        return code, bytes(out.data), bytes(err.data)

    def _exit_code(self, channel: Channel) -> int:
        # Only now: asked earlier it can wait for ever. It may come a moment after the streams end.
        channel.status_event.wait(CHANNEL_SECONDS)
        code = channel.exit_status if channel.status_event.is_set() else -1
        if code == -1 and not channel.eof_received:
            raise EOFError("the command ended without an exit code")
        return KILLED if code == -1 else int(code)

    def _session(self, job: Job) -> Channel:
        """Open a channel; where the server has too many just now, wait for one to end."""
        for pause in range(SESSION_TRIES):
            try:
                return self.transport.open_session(timeout=CHANNEL_SECONDS)
            except paramiko.SSHException:  # its kind gets lost where several threads ask at once
                if not self.alive:
                    raise
                job.wait(0.2 * 2**pause)
        return self.transport.open_session(timeout=CHANNEL_SECONDS)


class _Limit:
    """How many bytes the streams of one command may still bring."""

    def __init__(self, left: int) -> None:
        self._left = left

    @property
    def reached(self) -> bool:
        return self._left < 0

    def take(self, count: int) -> None:
        self._left -= count


class _Stream:
    """Bytes as they come, told to the job line by line."""

    def __init__(self, job: Job, tell: bool, limit: _Limit) -> None:
        self.data = bytearray()
        self.limit = limit
        self._job, self._tell, self._told = job, tell, 0

    def add(self, chunk: bytes) -> None:
        self.limit.take(len(chunk))
        self.data += chunk
        if self._tell:
            self._lines(self.data.rfind(b"\n") + 1)

    def end(self) -> None:
        if self._tell:
            self._lines(len(self.data))

    def _lines(self, until: int) -> None:
        if until > self._told:
            text = self.data[self._told : until].decode(errors="replace")
            self._told = until
            for line in text.splitlines():
                self._job.tell(Output(line))


def _drain(receive: Callable[[int], bytes], into: _Stream, until: float) -> bool:
    """Read to the end; False when *until* (monotonic seconds) or the limit came first."""
    while not into.limit.reached:
        try:
            chunk = receive(65536)
        except TimeoutError:
            if time.monotonic() > until:
                return False
            continue
        if not chunk:
            into.end()
            return True
        into.add(chunk)
    return False


def _feed(channel: Channel, data: bytes, until: float) -> None:
    view = memoryview(data)
    with suppress(OSError):  # the command may end without reading all of it
        while view:
            try:
                view = view[channel.send(bytes(view[:32768])) :]
            except TimeoutError:
                if time.monotonic() > until:
                    return
        channel.shutdown_write()


class Watchdog:
    """Asks for a sign of life while somebody waits, and closes a connection that gives none.

    Closing wakes every blocked reader at once; paramiko's own keepalive never does.  While
    nobody waits for the other side, nothing is sent.
    """

    def __init__(
        self,
        transport: paramiko.Transport,
        name: str,
        every: float = ASK_EVERY,
        within: float = ANSWER_WITHIN,
    ) -> None:
        self._transport, self._every, self._within = transport, every, within
        self._stopped = threading.Event()
        self._needed = threading.Event()
        self._lock = threading.Lock()
        self._waiting, self._used = 0, time.monotonic()
        self._thread = threading.Thread(target=self._watch, name=f"watch {name}", daemon=True)
        self._thread.start()

    @contextmanager
    def on_duty(self) -> Iterator[None]:
        """Watch while the block runs: somebody waits for the other side in it."""
        with self._lock:
            self._waiting += 1
            self._needed.set()
        try:
            yield
        finally:
            with self._lock:
                self._waiting -= 1
                self._used = time.monotonic()
                if not self._waiting:
                    self._needed.clear()

    def sure(self, job: Job) -> bool:
        """Say whether the connection holds; one that rested is asked, and closed if it does not."""
        if not self._transport.is_active():
            return False
        if self._waiting or time.monotonic() - self._used < self._every:
            return True
        answered, until = self._asked(), time.monotonic() + QUICKLY
        while not answered.wait(0.1):
            job.checkpoint()
            if time.monotonic() > until:
                self._transport.close()
                return False
        self._used = time.monotonic()
        return self._transport.is_active()

    def stop(self) -> None:
        self._stopped.set()
        self._needed.set()

    def _watch(self) -> None:
        while self._transport.is_active():
            self._needed.wait()
            if self._stopped.wait(self._every):
                return
            if self._needed.is_set() and not self._asked().wait(self._within):
                self._transport.close()
                return

    def _asked(self) -> threading.Event:
        """Ask for a sign of life; what is returned is set when there was one."""
        answered = threading.Event()
        threading.Thread(target=self._ask, args=(answered,), name="alive?", daemon=True).start()
        return answered

    def _ask(self, answered: threading.Event) -> None:
        with suppress(paramiko.SSHException, OSError, EOFError):
            self._transport.global_request("keepalive@openssh.com", wait=True)
        answered.set()


def shown_by(transport: Transport) -> str:
    """Return the host key that the other side showed: ``ssh-ed25519 AAAA…``."""
    key = transport.get_remote_server_key()
    return f"{key.get_name()} {key.get_base64()}"


def open_socket(job: Job, address: str, port: int, timeout: float) -> socket.socket:
    """Connect by TCP, without the delay that would cost 40 ms per request (Nagle)."""
    connected = connect(job, address, port, timeout)
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    return connected
