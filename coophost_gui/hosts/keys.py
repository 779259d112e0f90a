"""The program's own login key, and how it gets onto a server."""

import os
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from coophost_gui.hosts.base import Host, must
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import write_text

NAME = "coophost_ed25519"

# Idempotent, and complete or nothing at any moment it may be cut off.
INSTALL = r"""
umask 077
read -r key || exit 1
body=$(printf '%s\n' "$key" | cut -d' ' -f2)
mkdir -p ~/.ssh && chmod 700 ~/.ssh && chmod go-w ~ || exit 1
cd ~/.ssh || exit 1
if [ -f authorized_keys ] && grep -v '^ *#' authorized_keys | grep -qF -- "$body"; then
    echo present
    exit 0
fi
new=$(mktemp authorized_keys.XXXXXX) || exit 1
{
    { [ ! -f authorized_keys ] || cat authorized_keys; } &&
    { [ ! -s authorized_keys ] || [ -z "$(tail -c 1 authorized_keys)" ] || echo; } &&
    printf '%s\n' "$key"
} > "$new" && chmod 600 "$new" && sync "$new" && mv "$new" authorized_keys ||
    { rm -f "$new"; exit 1; }
! command -v restorecon >/dev/null || restorecon -R . 2>/dev/null
echo added
"""


@dataclass(frozen=True)
class KeyPair:
    """A private key's file and the public line that goes with it."""

    path: Path
    public: str


def own_key(ssh_dir: Path) -> KeyPair:
    """Return the login key in *ssh_dir*, made at the first call.

    Ed25519, readable by its owner only, without a passphrase: ssh, docker and abra must
    be able to use it without asking.
    """
    path = ssh_dir / NAME
    public = path.with_suffix(".pub")
    if not path.exists():
        _make(path)
    line = public_line(ssh_dir)
    if _read(public).split()[:2] != line.split()[:2]:  # lost, or half of it after a power cut
        write_text(public, line + "\n", 0o644)
    return KeyPair(path, line)


def public_line(ssh_dir: Path) -> str:
    """Return the public line of the login key in *ssh_dir*; "" when there is no key yet."""
    from cryptography.hazmat.primitives import serialization

    path = ssh_dir / NAME
    if not path.exists():
        return ""
    written = _read(path.with_suffix(".pub")).strip()
    try:
        key = serialization.load_ssh_private_key(path.read_bytes(), None)
    except TypeError:  # somebody gave it a passphrase
        return written
    line = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    made = f"{line.decode()} coophost"
    return written if written.split()[:2] == made.split()[:2] else made


def _read(public: Path) -> str:
    try:
        return public.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def install_key(job: Job, host: Host, public: str) -> bool:
    """Let *public* log in to *host*; False when it was there already."""
    script = f"{public}\n".encode()
    out = must(host, job, "sh", "-c", INSTALL, stdin=script)
    return out.strip().endswith("added")


def _make(path: Path) -> None:
    places.private(path.parent)
    descriptor, partial = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)  # 0600
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(new_key().private.encode())
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)  # whole or not at all, and never over a key that is there
    except FileExistsError:
        return
    finally:
        Path(partial).unlink(missing_ok=True)


@dataclass(frozen=True)
class NewKey:
    """An Ed25519 key as OpenSSH writes it: the whole of it, and ``ssh-ed25519 AAAA…``."""

    private: str = field(repr=False)
    public: str


def new_key() -> NewKey:
    """Make a key that nobody has yet."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    key = Ed25519PrivateKey.generate()
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return NewKey(private.decode(), public.decode())
