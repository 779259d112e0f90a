"""Knocking at a port: who opens, and whether anybody does."""

import socket
import threading

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.net.knock import Knock, behind_proxy, knock


@pytest.fixture
def door():
    """A listening socket, and the port that it has."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        yield listening


def answering(door, answer):
    """Answer one visitor with *answer* (None: hang up in a rude way)."""

    def serve():
        visitor, _ = door.accept()
        with visitor:
            asked = visitor.recv(1024)
            assert asked.startswith(b"GET / HTTP/1.0\r\nHost: 127.0.0.1\r\n")
            if answer is None:  # with a reset, as a firewall in between does it
                visitor.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
            else:
                visitor.sendall(answer)

    thread = threading.Thread(target=serve)
    thread.start()
    return thread


@pytest.mark.parametrize(
    ("answer", "met"),
    [
        (b"HTTP/1.0 200 OK\r\n\r\nthe word\n", Knock.OPEN),
        (b"HTTP/1.0 200 OK\r\n\r\nPlease log in to this hotel\n", Knock.STRANGER),
        (b"", Knock.STRANGER),
        (b"x" * 10_000, Knock.STRANGER),
        (None, Knock.REFUSED),
    ],
)
def test_who_does_not_know_the_word_is_a_stranger(door, answer, met):
    thread = answering(door, answer)
    assert knock(Job(), "127.0.0.1", door.getsockname()[1], "the word", 10) is met
    thread.join()


def test_without_a_word_whoever_opens_will_do(door):
    assert knock(Job(), "127.0.0.1", door.getsockname()[1], patience=10) is Knock.OPEN


def test_nobody_there_is_a_refusal(door):
    port = door.getsockname()[1]
    door.close()
    assert knock(Job(), "127.0.0.1", port, "the word", 10) is Knock.REFUSED


def test_one_who_takes_the_call_and_says_nothing_is_silent(door):
    assert knock(Job(), "127.0.0.1", door.getsockname()[1], "the word", 0.05) is Knock.SILENT


@pytest.mark.parametrize(
    ("name", "value", "so"),
    [
        ("http_proxy", "http://proxy.example.org:3128", True),
        ("all_proxy", "socks5://proxy.example.org", True),
        ("http_proxy", "", False),
        ("no_proxy", "*", False),
    ],
)
def test_a_proxy_of_this_computer_is_known(monkeypatch, name, value, so):
    for other in ("http_proxy", "https_proxy", "all_proxy", "no_proxy"):
        monkeypatch.delenv(other, raising=False)
        monkeypatch.delenv(other.upper(), raising=False)
    monkeypatch.setenv(name, value)
    assert behind_proxy() is so
