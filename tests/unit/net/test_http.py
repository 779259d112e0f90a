import threading
import time

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.store import Settings
from coophost_gui.net import dns
from coophost_gui.net.dns import addresses
from coophost_gui.net.http import fetch
from coophost_gui.net.problems import (
    AddressOdd,
    AddressRefused,
    AddressSilent,
    AnswerCut,
    CertificateBad,
    CertificateExpired,
    CertificateUntrusted,
    CertificateWrongName,
    NamesSilent,
    NameUnknown,
    SettingOdd,
    TooManyTurns,
)
from tests.unit.net.peers import Authority, listening, names, serving, web

PLAIN = Settings()


def get(url, **options):
    return fetch(Job(), url, settings=options.pop("settings", PLAIN), **options)


def test_an_answer_is_given_as_it_came():
    server, seen = web({"/a": (200, {"X-Tell": "me"}, "però".encode())})
    with serving(server) as port:
        reply = get(f"http://127.0.0.1:{port}/a", headers={"Accept": "text/html"})
    assert (reply.status, reply.text, reply.headers["x-tell"]) == (200, "però", "me")
    assert reply.url == f"http://127.0.0.1:{port}/a"
    assert reply.certificate_until is None
    [(method, path, headers, _)] = seen
    assert (method, path, headers["User-Agent"]) == ("GET", "/a", "coophost")
    assert headers["Accept"] == "text/html"


def test_a_bad_status_is_an_answer_too():
    server, _ = web({"/broken": (500, {}, b"oh")})
    with serving(server) as port:
        assert get(f"http://127.0.0.1:{port}/broken").status == 500
        assert get(f"http://127.0.0.1:{port}/nothing").status == 404


def test_redirects_are_followed_without_carrying_secrets_to_strangers():
    other, seen = web({"/end": (200, {}, b"there")})
    with serving(other) as far:
        there = f"http://127.0.0.1:{far}/end"
        server, _ = web(
            {"/1": (302, {"Location": "/2"}, b""), "/2": (307, {"Location": there}, b"")}
        )
        with serving(server) as port:
            url = f"http://127.0.0.1:{port}/1"
            reply = get(url, headers={"Authorization": "Basic eA==", "X-Kept": "1"})
            assert get(url, follow=False).status == 302
    assert (reply.url, reply.body) == (there, b"there")
    assert "Authorization" not in seen[0][2]
    assert seen[0][2]["X-Kept"] == "1"


def test_going_round_in_circles_ends():
    server, seen = web({"/": (302, {"Location": "/"}, b"")})
    with serving(server) as port, pytest.raises(TooManyTurns):
        get(f"http://127.0.0.1:{port}/")
    assert len(seen) == 10


def test_something_can_be_sent():
    server, seen = web({"/form": (303, {"Location": "/done"}, b""), "/done": (200, {}, b"ok")})
    with serving(server) as port:
        reply = get(f"http://127.0.0.1:{port}/form", method="POST", body=b"a=1")
    assert reply.body == b"ok"
    assert [(method, body) for method, _, _, body in seen] == [("POST", b"a=1"), ("GET", b"")]


def test_a_long_answer_is_cut_at_the_limit():
    server, _ = web({"/": (200, {}, b"x" * 300_000)})
    with serving(server) as port:
        reply = get(f"http://127.0.0.1:{port}/", limit=1000)
        assert (len(reply.body), reply.cut) == (1000, True)
        assert get(f"http://127.0.0.1:{port}/").cut is False


def test_the_resolver_of_the_settings_is_asked_and_the_name_is_kept():
    server, seen = web({"/": (200, {}, b"")})
    with serving(server) as port, serving(names({"wiki.example.org": ["127.0.0.1"]})) as book:
        get(f"http://wiki.example.org:{port}/", settings=Settings(resolver=f"127.0.0.1:{book}"))
    assert seen[0][2]["Host"] == f"wiki.example.org:{port}"


def test_an_address_that_is_down_does_not_hide_one_that_answers():
    server, _ = web({"/": (200, {}, b"")})
    table = {"two.example.org": ["127.0.0.9", "127.0.0.1"]}
    with serving(server) as port, serving(names(table)) as book:
        settings = Settings(resolver=f"127.0.0.1:{book}")
        assert get(f"http://two.example.org:{port}/", settings=settings).status == 200


def test_names_are_known_unknown_or_nobody_answers(monkeypatch):
    monkeypatch.setattr(dns, "LONGEST_WAIT", 0.4)
    table = {"both.example.org": ["10.0.0.1", "fd00::1"], "none.example.org": []}
    with serving(names(table)) as book:
        settings = Settings(resolver=f"127.0.0.1:{book}")
        assert addresses(Job(), "both.example.org", settings) == ["10.0.0.1", "fd00::1"]
        for name in ("none.example.org", "nobody.example.org", "a..b", "x" * 70 + ".org"):
            with pytest.raises(NameUnknown):
                addresses(Job(), name, settings)
    with serving(names({}, silent=True)) as book, pytest.raises(NamesSilent):
        addresses(Job(), "a.example.org", Settings(resolver=f"127.0.0.1:{book}"))


@pytest.mark.parametrize("number", ["192.0.2.7", "::1", "[::1]"])
def test_a_number_is_its_own_address(number):
    unreachable = Settings(resolver="192.0.2.1")
    assert addresses(Job(), number, unreachable) == [number.strip("[]")]


@pytest.mark.parametrize(
    ("resolver", "server"),
    [
        ("192.0.2.1", ("192.0.2.1", 53)),
        ("192.0.2.1:5353", ("192.0.2.1", 5353)),
        ("::1", ("::1", 53)),
        ("[::1]", ("::1", 53)),
        ("[::1]:5353", ("::1", 5353)),
    ],
)
def test_a_resolver_has_an_address_and_perhaps_a_port(resolver, server):
    assert dns._server(resolver) == server


def test_the_systems_own_names_work():
    assert "127.0.0.1" in addresses(Job(), "localhost", PLAIN)
    with pytest.raises((NameUnknown, NamesSilent)):
        addresses(Job(), "nobody.invalid", PLAIN)


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.mark.parametrize(
    ("shown", "days", "trusted", "problem"),
    [
        ("wiki.example.org", 20, True, None),
        ("wiki.example.org", 20, False, CertificateUntrusted),
        ("other.example.org", 20, True, CertificateWrongName),
        ("wiki.example.org", -1, True, CertificateExpired),
    ],
)
def test_certificates(authority, shown, days, trusted, problem):
    server, seen = web({"/": (200, {}, b"hello")}, authority.context(shown, days))
    with serving(server) as port, serving(names({"wiki.example.org": ["127.0.0.1"]})) as book:
        settings = Settings(
            resolver=f"127.0.0.1:{book}", certificates=str(authority.path) if trusted else ""
        )
        url = f"https://wiki.example.org:{port}/"
        if problem:
            with pytest.raises(problem) as caught:
                get(url, settings=settings)
            assert caught.value.facts["host"] == "wiki.example.org"
            assert seen == []
        else:
            reply = get(url, settings=settings)
            assert reply.body == b"hello"
            assert 19 * 86400 < reply.certificate_until - time.time() < 21 * 86400


def test_a_peer_that_speaks_no_tls_is_a_bad_connection():
    server, _ = web({})
    with serving(server) as port, pytest.raises((CertificateBad, AnswerCut)):
        get(f"https://127.0.0.1:{port}/")


def test_nothing_listening_is_told_from_nobody_answering():
    with listening() as port:
        begin = time.monotonic()
        with pytest.raises(AddressSilent):
            get(f"http://127.0.0.1:{port}/", timeout=0.3)
        with pytest.raises(AddressSilent):
            get(f"https://127.0.0.1:{port}/", timeout=0.3)
        assert time.monotonic() - begin < 3
    with pytest.raises(AddressRefused) as caught:
        get(f"http://127.0.0.1:{port}/")
    assert caught.value.facts["port"] == port


def test_an_answer_that_stops_in_the_middle_is_said():
    with listening(close=True) as port, pytest.raises(AnswerCut):
        get(f"http://127.0.0.1:{port}/")
    half = b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc"
    with listening(half, close=True) as port, pytest.raises(AnswerCut):
        get(f"http://127.0.0.1:{port}/")


def test_an_answer_that_drips_for_ever_ends_at_the_timeout():
    with listening(b"HTTP/1.1 200 OK\r\n\r\nabc") as port, pytest.raises(AddressSilent):
        get(f"http://127.0.0.1:{port}/", timeout=0.3)


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_cancel_leaves_a_server_that_never_answers(scheme):
    job = Job()
    with listening() as port:
        timer = threading.Timer(0.2, job.cancel)
        timer.start()
        begin = time.monotonic()
        with pytest.raises(Cancelled):
            fetch(job, f"{scheme}://127.0.0.1:{port}/", settings=PLAIN, timeout=30)
        assert time.monotonic() - begin < 3
        timer.join()


@pytest.mark.parametrize(
    "url", ["", "wiki", "ftp://x/", "http://", "http://[", "file:///etc/passwd"]
)
def test_odd_addresses_are_refused(url):
    with pytest.raises(AddressOdd):
        get(url)


def test_every_problem_here_has_its_three_sentences():
    problem = AddressSilent(host="a", port=1)
    assert len(problem.sentences()) == 3


@pytest.mark.parametrize(
    "settings",
    [
        Settings(resolver="my router"),
        Settings(resolver="192.0.2.1:dns"),
        Settings(certificates="/nowhere.pem"),
        Settings(certificates=__file__),
    ],
)
def test_settings_that_cannot_be_used_are_said(settings):
    with pytest.raises(SettingOdd):
        get("https://wiki.example.org/", settings=settings)
