"""The keys that this computer could log in with, the likeliest first, as ssh finds them."""

import base64
import io
import re
import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import paramiko
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_ssh_private_key,
    load_ssh_public_identity,
)
from cryptography.hazmat.primitives.serialization.ssh import SSHCertificate

from coophost_gui.hosts import keys
from coophost_gui.hosts.ssh_config import SshSettings

UNUSABLE = (
    paramiko.SSHException,
    UnsupportedAlgorithm,
    ValueError,
    OSError,
    TypeError,
)
KINDS: dict[type[Any], type[paramiko.PKey]] = {
    Ed25519PrivateKey: paramiko.Ed25519Key,
    RSAPrivateKey: paramiko.RSAKey,
    EllipticCurvePrivateKey: paramiko.ECDSAKey,
}
MAGIC = b"openssh-key-v1\0"
AGENT_SECONDS = 20.0  # an agent may ask a person whether a key may be used


@dataclass(frozen=True)
class Locked:
    """A key file with a passphrase; *public* is known before anybody types it, or empty."""

    path: Path
    public: bytes

    @property
    def type(self) -> str:
        return _first_word(self.public)

    def open(self, passphrase: str) -> paramiko.PKey | None:
        """Return the key, or None when *passphrase* is not the one."""
        try:
            return load(self.path, passphrase)
        except UNUSABLE:
            return None


@dataclass
class Identities:
    """What was found; ``passed_by`` says in English what cannot be used, and why."""

    ready: list[paramiko.PKey]
    locked: list[Locked]
    passed_by: list[str]


@contextmanager
def identities(settings: SshSettings, ssh_dir: Path) -> Iterator[Identities]:
    """Find the keys: our own, the agent's that are named, files, the agent's others.

    The agent is asked to sign with its keys, so it stays open as long as the block.
    """
    files = tuple(dict.fromkeys((ssh_dir / keys.NAME, *settings.identity_files)))
    with _agent(settings.identity_agent) as agent:
        yield _sorted(settings, files, agent)


def load(path: Path, passphrase: str | None = None) -> paramiko.PKey:
    """Load a private key; raises one of ``UNUSABLE``."""
    data, words = path.read_bytes(), passphrase.encode() if passphrase else None
    try:
        key: Any = load_ssh_private_key(data, words)
    except ValueError:
        key = load_pem_private_key(data, words)
    for kind, made in KINDS.items():
        if isinstance(key, kind):  # written anew in memory, since paramiko reads fewer forms
            text = key.private_bytes(Encoding.PEM, PrivateFormat.OpenSSH, NoEncryption())
            return made.from_private_key(io.StringIO(text.decode()))
    raise paramiko.SSHException(f"a kind of key that we cannot use ({type(key).__name__})")


def _sorted(
    settings: SshSettings, files: tuple[Path, ...], agent: "tuple[paramiko.PKey, ...]"
) -> Identities:
    found = Identities([], [], [])
    named = {public_blob(path) for path in files} - {b""}
    held = {key.asbytes() for key in agent}
    mine: list[paramiko.PKey] = []
    for path in files:
        blob = public_blob(path)
        if blob in held or not path.is_file() or path.suffix == ".pub":
            continue
        try:
            mine.append(load(path))
        except UNUSABLE as error:
            if encrypted(path):
                found.locked.append(Locked(path, blob))
            else:
                found.passed_by.append(f"{path}: {error}")
    first = [key for key in agent if key.asbytes() in named]
    others = [] if settings.identities_only else [key for key in agent if key not in first]
    own = public_blob(files[0])
    for key in sorted((*first, *mine, *others), key=lambda key: key.asbytes() != own):
        found.ready += with_certificates(key, settings, files, found.passed_by)
        found.ready.append(key)
    return found


def with_certificates(
    key: paramiko.PKey, settings: SshSettings, files: tuple[Path, ...], passed_by: list[str]
) -> list[paramiko.PKey]:
    """Return *key* once more for each certificate of it that is good now."""
    beside = [path.with_name(f"{path.name}-cert.pub") for path in files]
    found: list[paramiko.PKey] = []
    for path in dict.fromkeys((*settings.certificate_files, *beside)):
        if not path.is_file():
            continue
        why, key_blob = _certified(path)
        if why and key_blob in (b"", key.asbytes()) and f"{path}: {why}" not in passed_by:
            passed_by.append(f"{path}: {why}")
        elif not why and key_blob == key.asbytes():
            found.append(Certified(key, path))
    return found


class Certified(paramiko.PKey):
    """A key that shows a certificate for itself; the key does the signing."""

    def __init__(self, key: paramiko.PKey, certificate: Path) -> None:
        self._key = key
        self.public_blob = paramiko.pkey.PublicBlob.from_file(str(certificate))

    def get_name(self) -> str:
        return self._key.get_name()

    def asbytes(self) -> bytes:
        return self._key.asbytes()

    def sign_ssh_data(self, data: bytes, algorithm: str | None = None) -> Any:
        plain = (algorithm or "").removesuffix("-cert-v01@openssh.com")
        return self._key.sign_ssh_data(data, plain or None)


def public_blob(path: Path) -> bytes:
    """Return the public half of a key file, from wherever it can be read; else nothing."""
    beside = path.with_name(f"{path.name}.pub")
    for public in (beside, path):
        with suppress(OSError, ValueError):
            found = re.match(r"(?:ssh|ecdsa|sk)-\S+\s+(\S+)", public.read_text())
            if found:
                return base64.b64decode(found[1])
    with suppress(OSError, ValueError, struct.error):
        return _fields(path)[3]
    return b""


def encrypted(path: Path) -> bool:
    """Say whether a passphrase is needed to open the private key *path*."""
    with suppress(OSError, ValueError, struct.error):
        return _fields(path)[0] != b"none"
    with suppress(OSError, ValueError):
        text = path.read_text()
        return "BEGIN ENCRYPTED PRIVATE KEY" in text or "Proc-Type: 4,ENCRYPTED" in text
    return False


def _fields(path: Path) -> tuple[bytes, bytes, bytes, bytes]:
    """Return cipher, way of deriving, its options and the public key (OpenSSH, PROTOCOL.key)."""
    body = re.sub(r"-----[^-]+-----|\s", "", path.read_text())
    data = base64.b64decode(body)
    if not data.startswith(MAGIC):
        raise ValueError("not in OpenSSH's own form")
    rest, found = data[len(MAGIC) :], []
    for number in range(4):
        if number == 3:
            rest = rest[4:]  # how many keys: always one
        size = struct.unpack(">I", rest[:4])[0]
        found.append(rest[4 : 4 + size])
        rest = rest[4 + size :]
    return found[0], found[1], found[2], found[3]


def _certified(path: Path) -> tuple[str, bytes]:
    """Return why the certificate *path* cannot be used, or "", and the key that it is for."""
    try:
        found = load_ssh_public_identity(path.read_bytes())
    except UNUSABLE as error:
        return f"a certificate that we cannot read ({error})", b""
    if not isinstance(found, SSHCertificate):
        return "no certificate", b""
    line = found.public_key().public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH)
    blob = base64.b64decode(line.split()[1])
    now = datetime.now(UTC).timestamp()
    if now >= found.valid_before:
        until = datetime.fromtimestamp(found.valid_before, UTC)
        return f"a certificate that ended on {until:%Y-%m-%d %H:%M} UTC", blob
    if now < found.valid_after:
        since = datetime.fromtimestamp(found.valid_after, UTC)
        return f"a certificate that begins on {since:%Y-%m-%d %H:%M} UTC", blob
    return "", blob


def _first_word(blob: bytes) -> str:
    size = int.from_bytes(blob[:4], "big")
    return blob[4 : 4 + size].decode(errors="replace")


class _AgentAt(paramiko.agent.AgentSSH):
    """The agent that listens at one place; paramiko's own only knows SSH_AUTH_SOCK."""

    def __init__(self, path: str) -> None:
        super().__init__()
        inside: Any = self
        connection = socket.socket(socket.AF_UNIX)
        try:
            connection.settimeout(AGENT_SECONDS)
            connection.connect(path)
            inside._connect(connection)
        except BaseException:
            connection.close()
            raise

    def close(self) -> None:
        inside: Any = self
        inside._close()


@contextmanager
def _agent(place: str) -> Iterator[tuple[paramiko.PKey, ...]]:
    """Yield the keys of the agent at *place* ("": where the system says); none if it is away."""
    if place == "none":
        yield ()
        return
    try:
        agent = _AgentAt(place) if place else paramiko.Agent()
    except (OSError, paramiko.SSHException):
        yield ()
        return
    try:
        yield tuple(agent.get_keys())
    finally:
        agent.close()
