"""The one HTTP client."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urljoin, urlsplit

import urllib3

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import Settings
from coophost_gui.net.problems import (
    AddressOdd,
    AddressSilent,
    AnswerCut,
    AnswerOdd,
    TooManyTurns,
)
from coophost_gui.net.wire import Wire, wire

LIMIT = 5_000_000  # bytes of an answer that are read
TURNS = 10  # redirects that are followed
TURN = (301, 302, 303, 307, 308)
CHUNK = 64 * 1024


@dataclass(frozen=True)
class Reply:
    """What an address answered."""

    status: int
    headers: Mapping[str, str]  # names in small letters
    body: bytes
    url: str  # after the last redirect
    certificate_until: float | None  # seconds since 1970; of the address that was asked for
    cut: bool = False  # there was more than the limit

    @property
    def text(self) -> str:
        return self.body.decode("utf-8", "replace")


def fetch(
    job: Job,
    url: str,
    *,
    settings: Settings,
    headers: Mapping[str, str] | None = None,
    limit: int = LIMIT,
    timeout: float = 20,
    method: str = "GET",
    body: bytes | None = None,
    follow: bool = True,
) -> Reply:
    """Return what *url* answers, whatever its status; redirects are followed.

    Raises a NetProblem when there is no answer.  *timeout* is for everything together,
    in seconds; at most *limit* bytes are kept.
    """
    end = time.monotonic() + timeout
    with wire(job, settings, timeout) as held:
        here, sent = url, dict(headers or {})
        for _ in range(TURNS):
            job.checkpoint()
            reply = _once(held, method, here, sent, body, limit, end)
            to = reply.headers.get("location")
            if not follow or reply.status not in TURN or not to:
                return _with_certificate(reply, held, url)
            there = _turned(here, to)
            if _site(there) != _site(here):
                sent = {
                    k: v for k, v in sent.items() if k.lower() not in ("authorization", "cookie")
                }
            if reply.status == 303 or (reply.status in (301, 302) and method == "POST"):
                method, body = "GET", None
            here = there
        raise TooManyTurns(url, host=urlsplit(here).hostname)


def _once(
    held: Wire,
    method: str,
    url: str,
    headers: Mapping[str, str],
    body: bytes | None,
    limit: int,
    end: float,
) -> Reply:
    host = _host(url)
    left = max(0.1, end - time.monotonic())
    try:
        answer = held.pool.request(
            method,
            url,
            body=body,
            headers={"User-Agent": "coophost", **headers},
            preload_content=False,
            redirect=False,
            timeout=urllib3.Timeout(connect=left, read=left),
        )
        kept, cut = _read(held.job, answer, limit, end)
    except urllib3.exceptions.TimeoutError as error:
        raise AddressSilent(str(error), host=host, port=_port(url)) from error
    except urllib3.exceptions.DecodeError as error:
        raise AnswerOdd(str(error), host=host) from error
    except (urllib3.exceptions.LocationParseError, urllib3.exceptions.LocationValueError) as error:
        raise AddressOdd(str(error), url=url) from error
    except (urllib3.exceptions.HTTPError, OSError) as error:
        if time.monotonic() >= end:  # it was we who ended the connection
            raise AddressSilent(str(error), host=host, port=_port(url)) from error
        raise AnswerCut(str(error), host=host) from error
    names = {key.lower(): value for key, value in answer.headers.items()}
    return Reply(answer.status, names, kept, url, None, cut)


def _read(job: Job, answer: urllib3.BaseHTTPResponse, limit: int, end: float) -> tuple[bytes, bool]:
    """Return at most *limit* bytes of *answer*, and whether there was more."""
    kept = bytearray()
    try:
        for chunk in answer.stream(CHUNK):
            job.checkpoint()
            kept += chunk
            if len(kept) > limit:
                answer.close()
                return bytes(kept[:limit]), True
            _in_time(end)
        _in_time(end)  # what was cut off by us looks like an answer that ended
        return bytes(kept), False
    except BaseException:
        answer.close()
        raise
    finally:
        answer.release_conn()


def _in_time(end: float) -> None:
    if time.monotonic() >= end:
        raise urllib3.exceptions.TimeoutError("the answer took too long")


def _with_certificate(reply: Reply, held: Wire, url: str) -> Reply:
    until = held.certificates.get(_host(url))
    return Reply(reply.status, reply.headers, reply.body, reply.url, until, reply.cut)


def _host(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise AddressOdd(str(error), url=url) from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise AddressOdd(url=url)
    return parts.hostname


def _port(url: str) -> int:
    return urlsplit(url).port or (443 if url.startswith("https") else 80)


def _turned(here: str, to: str) -> str:
    """Return the whole address that a redirect from *here* leads to."""
    try:
        there = urljoin(here, to)
        urlsplit(there)
    except ValueError as error:
        raise AddressOdd(str(error), url=to) from error
    return there


def _site(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return parts.scheme, parts.netloc
