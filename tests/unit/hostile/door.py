"""The Engine of a real server, behind which somebody else answers: bytes that a test chooses."""

import socket
import threading
from contextlib import contextmanager, nullcontext
from types import SimpleNamespace

from coophost_gui.hosts.engine import SshEngine

VERSION = b'{"ApiVersion": "1.41"}'


def http(body, status="200 OK", headers=()):
    """Return a whole answer."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


class Pipe:
    """As much of a paramiko channel as the Engine's connections use."""

    def __init__(self, sock):
        self._sock = sock
        self.settimeout, self.sendall = sock.settimeout, sock.sendall
        self.closed = self.eof_received = False

    def recv(self, size):
        data = self._sock.recv(size)
        self.eof_received = not data
        return data

    def close(self):
        self.closed = True
        try:
            self._sock.shutdown(socket.SHUT_RDWR)
        except OSError:
            return
        finally:
            self._sock.close()


@contextmanager
def engine(*answers, version=None):
    """Give an Engine whose requests are answered by *answers*, one after the other.

    Each is bytes, or pieces of bytes; behind the last one it hangs up.  ``asked`` counts the
    requests, ``opened`` the connections.
    """
    left = [version or http(VERSION), *answers]
    ends, threads = [], []
    count = SimpleNamespace(opened=0, asked=0)

    def serve(sock):
        with sock:
            while left:
                request = b""
                while b"\r\n\r\n" not in request:
                    try:
                        piece = sock.recv(65536)
                    except OSError:
                        return
                    if not piece:
                        return
                    request += piece
                count.asked += 1
                answer = left.pop(0)
                try:
                    for piece in (answer,) if isinstance(answer, bytes) else answer:
                        sock.sendall(piece)
                except OSError:
                    return

    def open_socket(path, given_up):
        count.opened += 1
        ours, theirs = socket.socketpair()
        ends.append(Pipe(ours))
        threads.append(threading.Thread(target=serve, args=(theirs,)))
        threads[-1].start()
        return ends[-1]

    def no_other_way(command):
        raise OSError("no other way")

    transport = SimpleNamespace(open_socket=open_socket, is_active=lambda: True)
    door = SimpleNamespace(
        name="alpha",
        user="root",
        transport=transport,
        open_command=no_other_way,
        watchdog=SimpleNamespace(on_duty=nullcontext),
    )
    made = SshEngine(door)
    try:
        yield made, count
    finally:
        made.close()
        for end in ends:
            end.close()
        for thread in threads:
            thread.join()
