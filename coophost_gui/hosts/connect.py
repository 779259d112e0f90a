"""First the host key, then who we are: how a connection comes to be.

Nothing is sent, no password and no name, before the host key is accepted.
"""

import logging
import os
import socket
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import paramiko

from coophost_gui.hosts import known_hosts
from coophost_gui.hosts.base import FINGERPRINT, Login
from coophost_gui.hosts.hops import ThroughCommand, Way, through_command, through_hop
from coophost_gui.hosts.introduced import Introductions
from coophost_gui.hosts.known_hosts import Known, Verdict
from coophost_gui.hosts.problems import (
    CommandGaveUp,
    ConnectionLost,
    FingerprintDiffers,
    HopsWithoutEnd,
    HostKeyChanged,
    HostKeyRevoked,
    HostSilent,
    HostUnreachable,
    NameUnknown,
    NotASecureShell,
    TooOld,
)
from coophost_gui.hosts.prove import Who, prove
from coophost_gui.hosts.remembered import Remembered
from coophost_gui.hosts.ssh import SshHost, Transport, open_socket, shown_by
from coophost_gui.hosts.ssh_config import SshSettings, settings_for
from coophost_gui.hosts.ssh_config_file import parse_hop
from coophost_gui.kit import log
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, said

BANNER_SECONDS = 15
GREETING_SECONDS = 40  # until both sides have their keys; the banner comes first
MOST_HOPS = 8
WEAK = {
    "ciphers": ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"],
    "macs": ["hmac-sha1", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"],
    "keys": ["ssh-rsa", "ssh-dss"],
    "kex": [
        "diffie-hellman-group1-sha1",
        "diffie-hellman-group14-sha1",
        "diffie-hellman-group-exchange-sha1",
    ],
}
RSA_SIGNATURES = ("rsa-sha2-512", "rsa-sha2-256")  # how a key of type ssh-rsa proves itself

logging.getLogger("paramiko").addHandler(logging.NullHandler())
logging.getLogger("paramiko").propagate = False


@dataclass(frozen=True)
class _Target:
    """Where exactly we go, and what is known about it."""

    name: str
    host: str
    port: int
    user: str
    settings: SshSettings
    key_name: str  # under which its key stands in known_hosts
    key_port: int  # an alias stands there without a port
    first: bool = False  # this may be the first contact: it may introduce itself
    introduced: str = ""  # by which text of ours it must
    password: str = field(default="", repr=False)


def connect(
    job: Job,
    login: Login,
    ssh_dir: Path,
    remembered: Remembered | None = None,
    introductions: Introductions | None = None,
) -> SshHost:
    """Return an open connection for *login*; asks ``FINGERPRINT`` for an unknown key.

    A key that one of *introductions* vouches for is neither asked about nor written down.
    """
    log.hide(login.password)
    target = _target(login, ssh_dir)
    route = _Route(ssh_dir, remembered or Remembered(), target.host, introductions)
    transport, compared, by_key = _reach(job, target, route, ask_password=False)
    straight = not (target.settings.proxy_jump or target.settings.proxy_command)
    return SshHost(
        login.name,
        transport,
        target.user,
        compared=compared,
        by_key=by_key,
        address="" if straight else target.host,
    )


def same_fingerprint(pasted: str, shown: str) -> bool:
    """Compare letter by letter, whatever stands around it (a line of ``ssh-keygen -l``)."""
    wanted = shown.removeprefix("SHA256:")
    words = (word.removeprefix("SHA256:").rstrip("=") for word in pasted.split())
    return bool(wanted) and any(word == wanted for word in words)


def _target(login: Login, ssh_dir: Path, hops: str | None = None) -> _Target:
    """Return where *login* leads; *hops* is the way there when it is known better."""
    found = settings_for(login.address or login.name, ssh_dir)
    if hops is not None:
        found = replace(found, proxy_jump=hops, proxy_command="")
    port = login.port or found.port
    user = login.user or found.user
    key_name, key_port = found.key_place(login.port)
    return _Target(
        login.name,
        found.hostname,
        port,
        user,
        found,
        key_name,
        key_port,
        first=bool(login.address),
        introduced=login.introduced,
        password=login.password,
    )


def _reach(
    job: Job, target: _Target, route: "_Route", *, ask_password: bool
) -> tuple[Transport, bool, bool]:
    """Return a connection that we are logged in on, and whether its key was compared, and by key.

    Every machine on the way is reached like this; each shows its own host key.
    """
    files = (*target.settings.user_known_hosts, *target.settings.global_known_hosts)
    lines = known_hosts.read(files)
    types = known_hosts.known_types(lines, target.key_name, target.key_port)
    transport = _greet(job, target, route, types)
    try:
        texts = route.introductions if target.first else None
        compared = _known(target, transport, lines, texts)
        if compared is None and texts is not None:
            compared = texts.vouch(target.host, target.introduced, shown_by(transport)) or None
        if compared is None:
            # Comparing takes a person minutes, and servers hang up on a login that takes two.
            key = transport.get_remote_server_key()
            transport.close()
            compared = _ask_person(job, target, key)
            transport = _greet(job, target, route, [key.get_name()])
            again = transport.get_remote_server_key()
            if again.asbytes() != key.asbytes():
                shown = known_hosts.fingerprint(again.asbytes())
                raise HostKeyChanged(f"Now it answers with {shown}", host=target.host)
        who = Who(target.name, target.host, target.port, target.user, target.settings)
        by_key = prove(
            job, transport, who, target.password, route.ssh_dir, route.remembered, ask=ask_password
        )
        return transport, compared, by_key
    except (paramiko.SSHException, OSError, EOFError) as error:
        transport.close()
        job.checkpoint()
        raise ConnectionLost(str(error), host=target.name) from error
    except BaseException:
        transport.close()
        raise


@dataclass(frozen=True)
class _Route:
    """What all machines on the way to *goal* have in common."""

    ssh_dir: Path
    remembered: Remembered
    goal: str
    introductions: Introductions | None = None
    passed: tuple[str, ...] = ()  # the machines that need the one that is reached now


def _open(job: Job, target: _Target, route: _Route) -> Way:
    """Return a way to *target*: straight, through its hops or through its command."""
    settings = target.settings
    if settings.proxy_jump:
        return _jump(job, target, route)
    if settings.proxy_command:
        return through_command(settings.proxy_command, target.host, target.port)
    where = {"host": target.host, "port": target.port}
    try:
        return open_socket(job, target.host, target.port, settings.connect_timeout)
    except socket.gaierror as error:
        raise NameUnknown(str(error), **where) from error
    except OSError as error:
        job.checkpoint()
        raise HostUnreachable(str(error), **where) from error


def _jump(job: Job, target: _Target, route: _Route) -> Way:
    """Log in to the last hop, by the ones before it or by its own settings, and go on from there.

    ssh does the same: ``-J one,two`` is ``-J one`` on the way to two.
    """
    before, _, last = target.settings.proxy_jump.rpartition(",")
    user, host, port = parse_hop(last)
    passed = (*route.passed, f"{target.user}@{target.host}:{target.port}")
    hop = _target(Login(host, "", port, user), route.ssh_dir, before or None)
    if f"{hop.user}@{hop.host}:{hop.port}" in passed or len(passed) > MOST_HOPS:
        raise HopsWithoutEnd(" → ".join((*passed, host)), host=route.goal)
    job.progress(None, said(N_("core", "Going through {hop}"), hop=hop.host))
    transport, _, _ = _reach(job, hop, replace(route, passed=passed), ask_password=True)
    with job.closed_on_cancel(transport.close):
        return through_hop(transport, hop.host, target.host, target.port)


def _greet(job: Job, target: _Target, route: _Route, known_types: list[str]) -> Transport:
    """Connect, and agree on encryption; the other side has shown its key then."""
    where = {"host": target.host, "port": target.port}
    way = _open(job, target, route)
    carrier: Any = way  # whatever behaves like a socket will do
    transport = Transport(carrier, disabled_algorithms=WEAK)
    transport.banner_timeout = BANNER_SECONDS
    transport.handshake_timeout = 2 * GREETING_SECONDS  # ours comes first, and has a name
    _ask_for(transport, known_types)
    try:
        with job.closed_on_cancel(transport.close):
            transport.start_client(timeout=GREETING_SECONDS)
        if not transport.initial_kex_done:
            raise HostSilent("no keys were exchanged in time", host=target.host)
    except paramiko.ssh_exception.IncompatiblePeer as error:
        transport.close()
        raise TooOld(str(error), **where) from error
    except (paramiko.SSHException, OSError, EOFError) as error:
        transport.close()
        job.checkpoint()
        if isinstance(error.__context__, TimeoutError):  # it took the connection, and says nothing
            raise HostSilent(str(error), host=target.host) from error
        if isinstance(way, ThroughCommand):
            raise CommandGaveUp(way.said or str(error), **where) from error
        raise NotASecureShell(str(error), **where) from error
    except BaseException:
        transport.close()
        raise
    return transport


def _ask_for(transport: Transport, known_types: list[str]) -> None:
    """Ask for the key types that we know first, as OpenSSH does: else a known host seems new."""
    options = transport.get_security_options()
    known = {
        one for type_ in known_types for one in (RSA_SIGNATURES if type_ == "ssh-rsa" else (type_,))
    }
    options.key_types = tuple(sorted(options.key_types, key=lambda one: one not in known))


def _known(
    target: _Target,
    transport: Transport,
    lines: list[known_hosts.Line],
    texts: Introductions | None,
) -> bool | None:
    """Say whether the known host key was compared; None when it is not known.

    Where somebody's ssh wrote down the key of one of our *texts*, the one that the server
    has made itself since is no stranger.
    """
    key = transport.get_remote_server_key()
    blob, type_ = key.asbytes(), key.get_name()
    shown = known_hosts.fingerprint(blob)
    known = known_hosts.check(lines, target.key_name, target.key_port, type_, blob)
    match known.verdict:
        case Verdict.MATCH:
            return known.compared
        case Verdict.REVOKED:
            raise HostKeyRevoked(_where(known, shown), host=target.host)
        case Verdict.CHANGED | Verdict.OTHER_TYPE:
            if texts is not None and texts.made_itself(shown_by(transport)):
                return None
            raise HostKeyChanged(_where(known, shown), host=target.host)
    return None


def _ask_person(job: Job, target: _Target, key: paramiko.PKey) -> bool:
    """Go on only with a key that a person accepts; write it down, and say if she compared."""
    blob, type_ = key.asbytes(), key.get_name()
    shown = known_hosts.fingerprint(blob)
    answer = job.ask(FINGERPRINT, host=target.host, fingerprint=shown)
    compared = answer != Fingerprint.NOT_COMPARED
    if compared and not same_fingerprint(answer, shown):
        raise FingerprintDiffers(f"It answers with {shown}", host=target.host)
    files = target.settings.user_known_hosts
    if files and files[0] != Path(os.devnull):  # whoever sets these wants nothing written down
        known_hosts.remember(
            files[0],
            target.key_name,
            target.key_port,
            type_,
            blob,
            hashed=target.settings.hash_known_hosts,
            compared=compared,
        )
    return compared


def _where(known: Known, shown: str) -> str:
    told = [
        f"{line.file}, line {line.number}: {line.type} {known_hosts.fingerprint(line.key)}"
        for line in known.lines
    ]
    return "\n".join([f"It answers with {shown}. Known is:", *told])
