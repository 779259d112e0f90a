"""The one way to connect: own name resolution, own trust, words for what goes wrong.

The HTTP client and git both use the pool made here.
"""

import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Settings
from coophost_gui.net.dns import addresses
from coophost_gui.net.problems import (
    AddressRefused,
    AddressSilent,
    AnswerCut,
    CertificateBad,
    CertificateExpired,
    CertificateUntrusted,
    CertificateWrongName,
    SettingOdd,
)
from coophost_gui.net.tcp import connect

EXPIRED = (9, 10)  # OpenSSL's X509_V_ERR: not yet valid, no longer valid
WRONG_NAME = (62, 64)  # host name, IP address


class Wire:
    """The connections of one piece of work: cancelled with it, closed behind it."""

    def __init__(self, job: Job, settings: Settings) -> None:
        self.job = job
        self.settings = settings
        self.certificates: dict[str, float] = {}  # host -> until when, seconds since 1970
        self._twins: list[socket.socket] = []
        self.pool = _pool(self)

    def connect(self, host: str, port: int, timeout: float) -> socket.socket:
        """Return a socket to the first address of *host* that answers."""
        problem: Problem | None = None
        end = time.monotonic() + timeout
        for address in addresses(self.job, host, self.settings):
            self.job.checkpoint()
            left = end - time.monotonic()
            if problem and left <= 0:
                break
            try:
                sock = connect(self.job, address, port, max(0.1, left))
            except ConnectionRefusedError as error:
                problem = AddressRefused(f"{address}: {error}", host=host, port=port)
            except OSError as error:
                if not isinstance(problem, AddressRefused):
                    problem = AddressSilent(f"{address}: {error}", host=host, port=port)
            else:
                # TLS takes the socket over; its twin can still end the connection.
                self._twins.append(sock.dup())
                return sock
        assert problem is not None
        raise problem

    def cut(self) -> None:
        """End every connection, to wake whoever waits on one; safe from any thread."""
        for twin in list(self._twins):
            with suppress(OSError):
                twin.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        self.pool.clear()
        for twin in self._twins:
            twin.close()


@contextmanager
def wire(job: Job, settings: Settings, seconds: float | None = None) -> Iterator[Wire]:
    """Hold connections while the block runs, *seconds* at most; a cancelled job ends them at once.

    What comes drop by drop never makes a single read wait too long: only a clock beside it ends it.
    """
    held = Wire(job, settings)
    ends = job.closed_on_cancel(held.cut) if seconds is None else None
    try:
        with ends or job.closed_after(seconds or 0, held.cut):
            try:
                yield held
            except Problem:
                job.checkpoint()  # it was we who ended the connection
                raise
    finally:
        held.close()


def trust(settings: Settings) -> ssl.SSLContext:
    """Return what is trusted: the system's authorities and those in the settings."""
    context = ssl.create_default_context()
    if settings.certificates:
        try:
            context.load_verify_locations(settings.certificates)
        except OSError as error:  # not there, or no certificates in it
            raise SettingOdd(
                str(error), setting="certificates", value=settings.certificates
            ) from error
    return context


def _pool(held: Wire) -> urllib3.PoolManager:
    class Plain(HTTPConnection):
        def _new_conn(self) -> socket.socket:
            return held.connect(self.host, self.port or 80, _seconds(self.timeout))

    class Secure(HTTPSConnection):
        def _new_conn(self) -> socket.socket:
            return held.connect(self.host, self.port or 443, _seconds(self.timeout))

        def connect(self) -> None:
            try:
                super().connect()
            except ssl.SSLCertVerificationError as error:
                raise certificate_problem(self.host, error) from error
            except (ssl.SSLError, urllib3.exceptions.SSLError) as error:
                raise CertificateBad(str(error), host=self.host) from error
            except TimeoutError as error:
                raise AddressSilent(str(error), host=self.host, port=self.port) from error
            except OSError as error:
                raise AnswerCut(str(error), host=self.host) from error
            until = self.sock.getpeercert().get("notAfter")  # type: ignore[union-attr]
            if until:
                held.certificates[self.host] = float(ssl.cert_time_to_seconds(until))

    class PlainPool(HTTPConnectionPool):
        ConnectionCls = Plain

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = Secure

    pool = urllib3.PoolManager(
        ssl_context=trust(held.settings),
        retries=False,
        headers={"User-Agent": "coophost"},
    )
    pool.pool_classes_by_scheme = {"http": PlainPool, "https": SecurePool}
    return pool


def certificate_problem(host: str, error: ssl.SSLCertVerificationError) -> CertificateBad:
    """Return what *error* says about the certificate of *host*, in words."""
    if error.verify_code in EXPIRED:
        return CertificateExpired(str(error), host=host)
    if error.verify_code in WRONG_NAME:
        return CertificateWrongName(str(error), host=host)
    return CertificateUntrusted(str(error), host=host)


def _seconds(timeout: Any) -> float:
    return float(timeout) if isinstance(timeout, int | float) else 20.0
