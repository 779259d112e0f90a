"""Whatever answers in the Engine's place: a value of the right types, or a Problem, and soon."""

import itertools
import time
import tracemalloc

import pytest

from coophost_gui.health.look import moment
from coophost_gui.hosts import tunnel
from coophost_gui.hosts.base import EngineProblem, NotThere
from coophost_gui.hosts.problems import EngineOdd, EngineUnreachable
from coophost_gui.kit.jobs import Job
from tests.unit.apps.recipes import practice_server
from tests.unit.health.swarm import service, task
from tests.unit.hostile.bent import as_json
from tests.unit.hostile.door import engine, http

SERVICE = service()


def drops(head):
    """Say *head*, and then a letter now and then for ever."""
    yield head
    while True:
        time.sleep(0.02)
        yield b"x"


@pytest.fixture
def hurried(monkeypatch):
    """An answer must be whole in less than a second."""
    monkeypatch.setattr(tunnel, "CALL_SECONDS", 0.15)


def test_what_comes_again_as_it_was_is_the_same_and_what_differs_is_read_anew():
    one, other = as_json([SERVICE]), as_json([{**SERVICE, "ID": "other"}])
    with engine(http(one), http(one), http(other), http(b"[5]"), http(one)) as (made, count):
        first, again, then = (made.get(Job(), "/services") for _ in range(3))
        assert again is first
        assert then[0]["ID"] == "other"
        with pytest.raises(EngineOdd):
            made.get(Job(), "/services")
        assert made.get(Job(), "/services") == first
    assert count.asked == 6


def without(thing, key):
    return {name: value for name, value in thing.items() if name != key}


@pytest.mark.parametrize(
    "body",
    [
        *(
            b"",
            b"{",
            b"null,",
            b"{}",
            b"5",
            b'"x"',
            b"[1]",
            b"[[]]",
            b"[NaN]",
            b"\xff\xfe",
            b"9" * 5000,
        ),
        *(b"[" * 100_000, b'[{"a":' * 50_000, b"[" + b"[" * 100 + b"]" * 100 + b"]"),
        *(as_json([without(SERVICE, key)]) for key in ("ID", "Version", "Spec")),
        *(as_json([{**SERVICE, key: odd}]) for key in SERVICE for odd in (5, [5])),
        as_json([{**SERVICE, "Version": {"Index": 2**70}}]),
        as_json([{**SERVICE, "Version": {"Index": True}}]),
    ],
)
def test_an_answer_of_another_kind_is_said_to_be_odd(body):
    with engine(http(body)) as (docker, _), pytest.raises(EngineOdd) as caught:
        docker.get(Job(), "/services")
    assert "/services" in caught.value.detail
    assert len(caught.value.detail) < 2000


def test_what_is_null_is_left_out_and_half_a_letter_is_replaced():
    sent = {**SERVICE, "UpdateStatus": None, "ServiceStatus": {"RunningTasks": None}}
    sent = {**sent, "Spec": {**SERVICE["Spec"], "Labels": None, "Name": "a\udcffb"}}
    with engine(http(as_json([sent])), http(b"null")) as (docker, _):
        (found,) = docker.get(Job(), "/services")
        assert docker.get(Job(), "/tasks") == []
    assert "UpdateStatus" not in found
    assert found["ServiceStatus"] == {}
    assert "Labels" not in found["Spec"]
    assert found["Spec"]["Name"] == "a?b"


def test_what_a_sound_engine_says_passes_as_it_is():
    host = practice_server()
    paths = ("/services", "/tasks", "/networks", "/secrets", "/configs", "/nodes", "/info")
    said = [host.engine.get(Job(), path) for path in paths]
    with engine(*(http(as_json(one)) for one in said)) as (docker, count):
        assert [docker.get(Job(), path) for path in paths] == said
    assert count.opened == 1


@pytest.mark.parametrize(
    "version", [b"", b"{}", b"[]", b'{"ApiVersion": "x"}', b'{"ApiVersion": 1.41}', b"<html>"]
)
def test_what_greets_otherwise_is_no_engine(version):
    with engine(version=http(version)) as (docker, _), pytest.raises(EngineUnreachable):
        docker.get(Job(), "/services")


def test_a_refusal_is_short_and_the_connection_goes_on():
    long = b'{"message": "' + b"no " * 900 + b'"}'
    answers = http(b'{"message": "gone"}', "404 Not Found"), http(long, "500 No"), http(b"[]")
    with engine(*answers) as (docker, count):
        with pytest.raises(NotThere, match="gone"):
            docker.get(Job(), "/services/x")
        with pytest.raises(EngineProblem) as caught:
            docker.get(Job(), "/services/x")
        assert len(caught.value.message) <= 1000
        assert docker.get(Job(), "/services") == []
    assert count.opened == 1


def test_a_refusal_without_an_end_is_cut_and_the_connection_is_not_used_again():
    refusal = itertools.chain(
        [b"HTTP/1.1 500 No\r\nContent-Length: 9999999\r\n\r\n"], [b"x" * 99_999]
    )
    with engine(refusal, http(b"[]")) as (docker, count):
        with pytest.raises(EngineProblem):
            docker.get(Job(), "/services/x")
        assert docker.get(Job(), "/services") == []
    assert count.opened == 2


def test_nobody_is_followed_to_another_address():
    with engine(http(b"", "302 Found", ["Location: http://127.0.0.1:9/"])) as (docker, count):
        with pytest.raises(EngineProblem) as caught:
            docker.get(Job(), "/services")
        assert caught.value.status == 302
    assert count.asked == 2


def test_an_answer_that_ends_with_the_connection_is_read_to_its_end():
    with engine(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n[]") as (docker, _):
        assert docker.get(Job(), "/services") == []


@pytest.mark.parametrize(
    "head",
    [b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 200 OK\r\nContent-Length: 99999\r\n\r\n", b"HTTP/1.1 2"],
)
def test_an_answer_that_comes_drop_by_drop_is_not_waited_for(head, hurried):
    with engine(drops(head)) as (docker, _), pytest.raises(EngineUnreachable):
        docker.get(Job(), "/services")


def test_endless_promises_of_an_answer_are_not_waited_for(hurried):
    promises = itertools.repeat(b"HTTP/1.1 100 Continue\r\n\r\n")
    with engine(promises) as (docker, _), pytest.raises(EngineUnreachable):
        docker.get(Job(), "/services")


def test_an_endless_answer_is_left_before_it_fills_the_memory():
    endless = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b" " * 65536))
    tracemalloc.start()
    with engine(endless) as (docker, _), pytest.raises(EngineOdd):
        docker.get(Job(), "/services")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 100_000_000


@pytest.mark.parametrize(
    "line", [b"[]\n", b"x\n", b'{"status": 5}\n', b"{", b'{"progressDetail": {"current": "x"}}\n']
)
def test_news_that_are_none_are_said_to_be_odd(line):
    with engine(http(b'{"status": "a"}\n\n' + line)) as (docker, _):
        news = docker.stream(Job(), "POST", "/images/create")
        assert next(news) == {"status": "a"}
        with pytest.raises(EngineOdd):
            next(news)


def test_a_line_without_an_end_is_left():
    endless = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x" * 65536))
    with engine(endless) as (docker, _), pytest.raises(EngineOdd):
        list(docker.stream(Job(), "GET", "/events"))


def frame(number, data, length=None):
    size = len(data) if length is None else length
    return bytes([number, 0, 0, 0]) + size.to_bytes(4, "big") + data


@pytest.mark.parametrize(
    ("data", "lines"),
    [
        (frame(1, b"a\nb") + frame(2, b"c\n") + frame(1, b"\n"), [(1, "a"), (2, "c"), (1, "b")]),
        (b"no frames\nat all", [(1, "no frames"), (1, "at all")]),
        (frame(1, b"cut", 2**32 - 1), [(1, "cut")]),
        (frame(1, b"x\n") + b"\1\0\0", [(1, "x"), (1, "\1\0\0")]),
        (frame(1, b"x\n") + b"\7\1\2\3\4\5\6\7\n", [(1, "x"), (1, "\7\1\2\3\4\5\6\7")]),
        (frame(0, b""), []),
        (frame(1, b"\xff\n"), [(1, "\ufffd")]),
        (b"", []),
    ],
)
@pytest.mark.parametrize("follow", [True, False])
@pytest.mark.parametrize("at_once", [True, False])
def test_a_log_is_read_however_it_is_cut(data, lines, follow, at_once):
    head = f"HTTP/1.1 200 OK\r\nContent-Length: {len(data)}\r\n\r\n".encode()
    pieces = [data] if at_once else [data[at : at + 1] for at in range(len(data))]
    with engine([head, *pieces]) as (docker, _):
        assert list(docker.lines(Job(), "/services/x/logs", follow=follow)) == lines


def test_a_line_of_a_log_without_an_end_comes_in_pieces():
    endless = itertools.chain(
        [b"HTTP/1.1 200 OK\r\n\r\n", b"\1\0\0\0\xff\xff\xff\xff"], itertools.repeat(b"x" * 65536)
    )
    with engine(endless) as (docker, _):
        lines = docker.lines(Job(), "/services/x/logs", follow=True)
        assert [len(next(lines)[1]) < 2_000_000 for _ in range(3)] == [True] * 3
        lines.close()


@pytest.mark.parametrize(
    "text",
    ["2024-02-30T10:00:00Z", "2024-01-01T25:61:61Z", "0001-01-01T00:00:00+23:59", "x", "", "²"],
)
def test_a_moment_that_never_was_is_none(text):
    assert moment(text) == 0.0
    assert task()["Status"]["Timestamp"]
