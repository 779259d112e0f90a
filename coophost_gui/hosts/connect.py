"""First the host key, then who we are: how a connection comes to be.

Nothing is sent, no password and no name, before the host key is accepted.
"""

import base64
import logging
import os
import re
import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm

from coophost_gui.hosts import keys, known_hosts
from coophost_gui.hosts.base import FINGERPRINT, Login
from coophost_gui.hosts.known_hosts import SSH_PORT, Known, Verdict
from coophost_gui.hosts.problems import (
    BehindAnother,
    ConnectionLost,
    FingerprintDiffers,
    HostKeyChanged,
    HostKeyRevoked,
    HostSilent,
    HostUnreachable,
    KeyRefused,
    NameUnknown,
    NotASecureShell,
    PasswordNotAllowed,
    PasswordWrong,
    TooOld,
)
from coophost_gui.hosts.ssh import SshHost, Transport, open_socket
from coophost_gui.hosts.ssh_config import SshSettings, settings_for
from coophost_gui.kit import log
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Job

BANNER_SECONDS, AUTH_SECONDS = 15, 30
GREETING_SECONDS = 40  # until both sides have their keys; the banner comes first
MOST_KEYS = 5  # servers hang up after six tries
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
UNUSABLE_KEY = (
    paramiko.SSHException,
    paramiko.pkey.UnknownKeyType,
    UnsupportedAlgorithm,
    ValueError,
    OSError,
    TypeError,
)
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


def connect(job: Job, login: Login, ssh_dir: Path) -> SshHost:
    """Return an open connection for *login*; asks ``FINGERPRINT`` for an unknown key."""
    target = _target(login, ssh_dir)
    log.hide(login.password)
    files = (*target.settings.user_known_hosts, *target.settings.global_known_hosts)
    lines = known_hosts.read(files)
    types = known_hosts.known_types(lines, target.key_name, target.key_port)
    transport = _greet(job, target, types)
    try:
        compared = _known(target, transport, lines)
        if compared is None:
            # Comparing takes a person minutes, and servers hang up on a login that takes two.
            key = transport.get_remote_server_key()
            transport.close()
            compared = _ask_person(job, target, key)
            transport = _greet(job, target, [key.get_name()])
            again = transport.get_remote_server_key()
            if again.asbytes() != key.asbytes():
                shown = known_hosts.fingerprint(again.asbytes())
                raise HostKeyChanged(f"Now it answers with {shown}", host=target.host)
        with job.closed_on_cancel(transport.close):
            by_key = _prove(job, target, transport, login.password, ssh_dir)
        return SshHost(login.name, transport, target.user, compared=compared, by_key=by_key)
    except (paramiko.SSHException, OSError, EOFError) as error:
        transport.close()
        job.checkpoint()
        raise ConnectionLost(str(error), host=login.name) from error
    except BaseException:
        transport.close()
        raise


def same_fingerprint(pasted: str, shown: str) -> bool:
    """Compare letter by letter, whatever stands around it (a line of ``ssh-keygen -l``)."""
    wanted = shown.removeprefix("SHA256:")
    words = (word.removeprefix("SHA256:").rstrip("=") for word in pasted.split())
    return bool(wanted) and any(word == wanted for word in words)


def _target(login: Login, ssh_dir: Path) -> _Target:
    found = settings_for(login.address or login.name, ssh_dir)
    port = login.port or found.port
    if found.proxy_jump or found.proxy_command:
        raise BehindAnother(host=login.name)
    user = login.user or found.user
    alias = found.host_key_alias
    key_name, key_port = (alias, SSH_PORT) if alias else (found.hostname, port)
    return _Target(login.name, found.hostname, port, user, found, key_name, key_port)


def _greet(job: Job, target: _Target, known_types: list[str]) -> Transport:
    """Connect, and agree on encryption; the other side has shown its key then."""
    where = {"host": target.host, "port": target.port}
    try:
        connected = open_socket(job, target.host, target.port, target.settings.connect_timeout)
    except socket.gaierror as error:
        raise NameUnknown(str(error), **where) from error
    except OSError as error:
        job.checkpoint()
        raise HostUnreachable(str(error), **where) from error
    transport = Transport(connected, disabled_algorithms=WEAK)
    transport.banner_timeout = BANNER_SECONDS
    transport.auth_timeout = AUTH_SECONDS
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
        raise NotASecureShell(str(error), **where) from error
    except BaseException:
        transport.close()
        raise
    return transport


def _ask_for(transport: Transport, known_types: list[str]) -> None:
    """Ask for the key types that we know first, as OpenSSH does: else a known host seems new."""
    options = transport.get_security_options()
    wanted = [
        one for known in known_types for one in (RSA_SIGNATURES if known == "ssh-rsa" else (known,))
    ]
    first = [one for one in wanted if one in options.key_types]
    options.key_types = (*first, *(one for one in options.key_types if one not in first))


def _known(target: _Target, transport: Transport, lines: list[known_hosts.Line]) -> bool | None:
    """Say whether the known host key was compared; None when it is not known."""
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


def _prove(job: Job, target: _Target, transport: Transport, password: str, ssh_dir: Path) -> bool:
    """Log in: with a key where one is accepted, else with *password*. True: by a key."""
    allowed: list[str] = []
    for count, key in enumerate(_keys(target.settings, ssh_dir)):
        if count >= MOST_KEYS or (password and count >= 1):
            break
        job.checkpoint()
        try:
            transport.auth_publickey(target.user, key)
            return True
        except paramiko.BadAuthenticationType as error:
            allowed = list(error.allowed_types)
            break
        except paramiko.AuthenticationException as error:
            _still_there(job, target, transport, error)
            if not transport.is_active():
                break  # it takes fewer tries than we have keys
    who = {"host": target.name, "user": target.user}
    if not password:
        raise KeyRefused(transport.goodbye, **who)
    try:
        transport.auth_password(target.user, password)
    except paramiko.BadAuthenticationType as error:
        raise PasswordNotAllowed(str(error), **who) from error
    except paramiko.AuthenticationException as error:
        if allowed and not {"password", "keyboard-interactive"} & set(allowed):
            raise PasswordNotAllowed(str(error), **who) from error
        _still_there(job, target, transport, error)
        raise PasswordWrong(transport.goodbye, **who) from error
    return False


def _still_there(job: Job, target: _Target, transport: Transport, error: Exception) -> None:
    """Raise when it was not a refusal that ended a try to log in, but silence or a broken link."""
    job.checkpoint()
    if transport.is_active():
        if "timeout" in str(error):
            raise HostSilent(str(error), host=target.name) from error
    elif not transport.goodbye:
        raise ConnectionLost(str(error), host=target.name) from error


def _keys(settings: SshSettings, ssh_dir: Path) -> Iterator[paramiko.PKey]:
    """Yield the keys to try, the likeliest first: our own, the named files, the agent's."""
    own = ssh_dir / keys.NAME
    for path in dict.fromkeys((own, *settings.identity_files)):
        if path.exists():
            try:
                yield paramiko.PKey.from_path(path)
            except UNUSABLE_KEY:
                continue  # encrypted, or of a kind that only the agent can use
    if settings.identity_agent == "none":
        return
    agent = paramiko.Agent()
    try:
        named = {path.with_name(f"{path.name}.pub") for path in settings.identity_files}
        listed = [_blob(path) for path in named if path.exists()]
        for key in agent.get_keys():
            if not settings.identities_only or key.asbytes() in listed:
                yield key
    finally:
        agent.close()


def _blob(public: Path) -> bytes:
    found = re.match(r"\S+\s+(\S+)", public.read_text())
    return base64.b64decode(found[1]) if found else b""
