"""Web servers and name servers that mean no good: an answer or a Problem, and in time."""

import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from contextlib import contextmanager

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Settings
from coophost_gui.net import dns
from coophost_gui.net.http import fetch
from coophost_gui.net.problems import AddressSilent, NetProblem, TooManyTurns
from tests.unit.hostile.bent import Bender

OK = b"HTTP/1.1 200 OK\r\n"


@contextmanager
def saying(*pieces, pause=0.0):
    """Answer every connection with *pieces*, over and over when the last one is ``...``."""
    listener = socket.create_server(("127.0.0.1", 0))
    threads, sockets = [], []

    def serve(sock):
        with sock:
            try:
                sock.recv(65536)
                for piece in pieces:
                    while piece is ...:
                        time.sleep(pause)
                        sock.sendall(pieces[-2])
                    sock.sendall(piece)
            except OSError:
                return

    def accept():
        while True:
            try:
                sockets.append(listener.accept()[0])
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(sockets[-1],)))
            threads[-1].start()

    accepting = threading.Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        accepting.join()
        for thread in threads:
            thread.join()


def ask(url, **more):
    return fetch(Job(), url, settings=Settings(), **{"timeout": 5, "limit": 100_000, **more})


@pytest.mark.parametrize(
    "pieces",
    [
        (b"",),
        (b"\0\0\0\0",),
        (b"HTTP/1.1 \r\n\r\n",),
        (b"HTTP/9.9 OK\r\n\r\n",),
        (b"HTTP/1.1 abc\r\n\r\n",),
        (b"HTTP/1.1 -5 x\r\n\r\n",),
        (OK + b"Content-Length: -5\r\n\r\nx",),
        (OK + b"Content-Length: x\r\n\r\nx",),
        (OK + b"Content-Length: 99999999999999999999\r\n\r\nx",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffffff\r\nx",),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nx",),
        (OK + b"Content-Encoding: gzip\r\n\r\nno gzip",),
        (OK + b"Content-Encoding: deflate, gzip, gzip, br\r\n\r\nno gzip",),
        (OK + b"A" * 70_000 + b"\r\n\r\n",),
        (OK, b"A: b\r\n", ...),
        (b"HTTP/1.1 301 x\r\nLocation: http://[::1\r\n\r\n",),
        (b"HTTP/1.1 301 x\r\nLocation: http://127.0.0.1:99999/\r\n\r\n",),
        (b"HTTP/1.1 301 x\r\nLocation: file:///etc/passwd\r\n\r\n",),
        (b"HTTP/1.1 301 x\r\nLocation: //\r\n\r\n",),
        (b"HTTP/1.1 301 x\r\nLocation: http://" + b"a" * 300 + b"/\r\n\r\n",),
        (b"HTTP/1.1 301 x\r\nLocation: http://..\xff/\r\n\r\n",),
    ],
)
def test_an_odd_answer_ends_in_a_reply_or_a_problem(pieces):
    with saying(*pieces) as url:
        try:
            assert len(ask(url).body) < 100
        except Problem as problem:
            assert [str(sentence) for sentence in problem.sentences()]  # noqa: PT017


def test_who_is_sent_round_in_circles_stops():
    turn = b"HTTP/1.1 302 x\r\nLocation: /\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
    with saying(turn) as url, pytest.raises(TooManyTurns):
        ask(url)


@pytest.mark.parametrize(
    "pieces",
    [
        (OK, b"x", ...),
        (OK + b"Content-Length: 50000\r\n\r\n", b"x", ...),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\nx\r\n", ...),
        (b"HTTP/1.1 100 Continue\r\n\r\n", ...),
    ],
)
def test_what_comes_drop_by_drop_is_not_waited_for(pieces):
    began = time.monotonic()
    with saying(*pieces, pause=0.02) as url, pytest.raises(AddressSilent):
        ask(url, timeout=0.15)
    assert time.monotonic() - began < 2


@pytest.mark.parametrize("kind", ["gzip", "deflate", "gzip, gzip"])
def test_what_unpacks_to_far_more_is_cut(kind):
    packed = b"x" * 50_000_000
    for one in kind.split(", "):
        packed = gzip.compress(packed, 1) if one == "gzip" else zlib.compress(packed, 1)
    head = OK + f"Content-Encoding: {kind}\r\nContent-Length: {len(packed)}\r\n\r\n".encode()
    tracemalloc.start()
    with saying(head + packed) as url:
        tracemalloc.reset_peak()
        before, _ = tracemalloc.get_traced_memory()
        reply = ask(url)
        _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert reply.cut
    assert len(reply.body) == 100_000
    assert most - before < 20_000_000


@contextmanager
def name_server(answer):
    """Answer each question with what *answer* makes of it."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    sock.bind(("127.0.0.1", 0))

    def serve():
        while True:
            question, sender = sock.recvfrom(4096)
            if not question:
                return
            for data in answer(question):
                sock.sendto(data, sender)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield f"127.0.0.1:{sock.getsockname()[1]}"
    finally:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as last:
            last.sendto(b"", sock.getsockname())
        thread.join()
        sock.close()


def answered(question, seed):
    """Return an answer to *question*, bent by *seed*."""
    chance = Bender(seed).chance
    record = b"\xc0\x0c\0\x01\0\x01\0\0\0\x05\0\x04\x7f\0\0\x01"
    data = bytearray(question[:2] + b"\x81\x80" + question[4:6] + b"\0\x01" + question[8:] + record)
    for _ in range(chance.randint(1, 6)):
        data[chance.randrange(2, len(data))] = chance.randrange(256)
    if not seed % 4:
        del data[chance.randrange(len(data)) :]
    return bytes(data)


def test_a_name_server_that_answers_nonsense_ends_in_addresses_or_a_problem(monkeypatch):
    monkeypatch.setattr(dns, "LONGEST_WAIT", 0.04)
    seeds = iter(range(10_000))
    found = 0
    with name_server(lambda question: [answered(question, next(seeds))]) as resolver:
        for _ in range(8):
            try:
                found += bool(dns.addresses(Job(), "a.example.org", Settings(resolver=resolver)))
            except NetProblem as problem:
                assert "a.example.org" in str(problem)  # noqa: PT017
    assert found < 8


@pytest.mark.parametrize(
    "name", ["a" * 300, "a..b", ".", "", "\0", "\udcff", "-", "a b", "ß.example", "xn--\u20ac", "*"]
)
def test_a_name_that_is_none_is_said_to_be_unknown(name, monkeypatch):
    monkeypatch.setattr(dns, "LONGEST_WAIT", 0.04)
    with name_server(lambda question: []) as resolver, pytest.raises(NetProblem):
        dns.addresses(Job(), name, Settings(resolver=resolver))
