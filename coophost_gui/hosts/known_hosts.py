"""Which host keys are known: an own reader of ``known_hosts``, as OpenSSH reads it.

The format is that of sshd(8), "SSH_KNOWN_HOSTS FILE FORMAT".  Files are only ever
appended to: a line of somebody else's is never touched.
"""

import base64
import binascii
import fcntl
import hashlib
import hmac
import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from coophost_gui.hosts.patterns import list_matches
from coophost_gui.kit import places

SSH_PORT = 22
SALT_BYTES = 20  # OpenSSH takes no other
NOT_COMPARED = "fingerprint-not-compared"  # the comment of a line that nobody compared


class Verdict(StrEnum):
    """What the files say about a host key."""

    MATCH = "match"
    REVOKED = "revoked"
    CHANGED = "changed"
    UNKNOWN = "unknown"
    OTHER_TYPE = "other-type"  # the host is known, but by a key of another type


@dataclass(frozen=True)
class Line:
    """One usable line of a file."""

    file: Path
    number: int
    marker: str  # "", "revoked" or "cert-authority"
    hosts: str
    type: str
    key: bytes
    compared: bool = True  # False: accepted by us without comparing the fingerprint

    def covers(self, names: Iterable[str]) -> bool:
        """Say whether one of *names* is meant by the host patterns of this line."""
        return any(_covers(self.hosts, name) for name in names)


@dataclass(frozen=True)
class Known:
    """The verdict on one key, and the lines that led to it."""

    verdict: Verdict
    lines: tuple[Line, ...] = ()
    authority: bool = False  # a certificate authority is known for this host

    @property
    def compared(self) -> bool:
        """Say whether at least one of the lines is more than an unchecked acceptance."""
        return any(line.compared for line in self.lines)


def fingerprint(key: bytes) -> str:
    """Return the fingerprint of a public key blob as ``ssh-keygen -l`` writes it."""
    digest = hashlib.sha256(key).digest()
    return "SHA256:" + base64.b64encode(digest).decode().rstrip("=")


def read(files: Iterable[Path]) -> list[Line]:
    """Return the usable lines of *files*; a line that OpenSSH would skip is skipped."""
    return [line for file in files for line in _lines(file)]


def check(lines: Sequence[Line], host: str, port: int, type_: str, key: bytes) -> Known:
    """Judge the key of *type_* (``ssh-ed25519``) that *host* showed on *port*."""
    names = forms(host, port)
    authority = any(line.marker == "cert-authority" and line.covers(names) for line in lines)
    plain: list[Line] = []
    # A name without its port can only speak where no line with the port vouches for a key:
    # behind one address, each port may be another machine.
    for name in names:
        mine = [line for line in lines if line.covers((name,))]
        if revoked := [line for line in mine if line.marker == "revoked" and line.key == key]:
            return Known(Verdict.REVOKED, tuple(revoked), authority)
        found = [line for line in mine if not line.marker]
        if same := [line for line in found if line.key == key]:
            return Known(Verdict.MATCH, tuple(same), authority)
        if name == names[0]:
            plain = found
        if plain:
            break
    if others := [line for line in plain if line.type == type_]:
        return Known(Verdict.CHANGED, tuple(others), authority)
    if plain:
        return Known(Verdict.OTHER_TYPE, tuple(plain), authority)
    return Known(Verdict.UNKNOWN, (), authority)


def known_types(lines: Sequence[Line], host: str, port: int) -> list[str]:
    """Return the key types known for *host*, to be asked for first, as OpenSSH does.

    Lines without the port do not count in this, though they may vouch for the key; nor
    does a type whose first key was revoked.
    """
    mine = [line for line in lines if line.covers(forms(host, port)[:1])]
    revoked = {line.key for line in mine if line.marker == "revoked"}
    first: dict[str, bytes] = {}
    for line in mine:
        if not line.marker:
            first.setdefault(line.type, line.key)
    return [type_ for type_, key in first.items() if key not in revoked]


def forms(host: str, port: int) -> tuple[str, ...]:
    """Return the names under which a key of *host* on *port* may be written."""
    if port == SSH_PORT:
        return (host.lower(),)
    return (f"[{host.lower()}]:{port}", host.lower())


def remember(
    file: Path,
    host: str,
    port: int,
    type_: str,
    key: bytes,
    *,
    hashed: bool,
    compared: bool = True,
    revoked: bool = False,
) -> None:
    """Append one line to *file* (0600); nothing that stands there is changed.

    *revoked*: this key is never to be accepted for the host again.
    """
    name = forms(host, port)[0]
    shown = _hashed(name, os.urandom(SALT_BYTES)) if hashed else name
    marker = "@revoked " if revoked else ""
    comment = "" if compared else f" {NOT_COMPARED}"
    line = f"{marker}{shown} {type_} {base64.b64encode(key).decode()}{comment}\n".encode()
    places.private(file.parent)
    descriptor = os.open(file, os.O_CREAT | os.O_APPEND | os.O_RDWR, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        size = os.fstat(descriptor).st_size
        if size and os.pread(descriptor, 1, size - 1) != b"\n":
            line = b"\n" + line
        os.write(descriptor, line)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _lines(file: Path) -> Iterator[Line]:
    try:
        text = file.read_bytes().decode(errors="replace")
    except (FileNotFoundError, PermissionError, IsADirectoryError):
        return
    for number, line in enumerate(text.split("\n"), start=1):
        words = line.split()
        marker = ""
        if words and words[0].startswith("@"):
            marker = words.pop(0)[1:]
            if marker not in ("revoked", "cert-authority"):
                continue
        if len(words) < 3 or words[0].startswith("#"):
            continue
        try:
            key = base64.b64decode(words[2], validate=True)
        except (binascii.Error, ValueError):
            continue
        as_written = base64.b64encode(key).decode() == words[2]  # Python is more lenient
        if as_written and _well_formed(words[1], key):
            compared = NOT_COMPARED not in words[3:]
            yield Line(file, number, marker, words[0], words[1], key, compared)


def _well_formed(type_: str, key: bytes) -> bool:
    """Say whether *key* is whole and of *type_*: fields, each behind its length."""
    fields, at = [], 0
    while at < len(key):
        size = int.from_bytes(key[at : at + 4], "big")
        fields.append(key[at + 4 : at + 4 + size])
        if len(fields[-1]) < size or len(key) < at + 4:
            return False
        at += 4 + size
    if len(fields) < 2 or fields[0] != type_.encode():
        return False
    return type_ != "ssh-ed25519" or [len(field) for field in fields[1:]] == [32]


def _covers(hosts: str, name: str) -> bool:
    if hosts.startswith("|1|"):
        return _hash_matches(hosts, name)
    return list_matches(hosts.lower(), name)


def _hash_matches(hosts: str, name: str) -> bool:
    try:
        salt = base64.b64decode(hosts.split("|")[2], validate=True)
    except (binascii.Error, ValueError):
        return False
    return len(salt) == SALT_BYTES and hmac.compare_digest(
        _hashed(name, salt).encode(), hosts.encode()
    )


def _hashed(name: str, salt: bytes) -> str:
    digest = hmac.new(salt, name.encode(), hashlib.sha1).digest()
    return "|1|" + "|".join(base64.b64encode(part).decode() for part in (salt, digest))
