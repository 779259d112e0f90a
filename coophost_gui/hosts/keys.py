"""The program's own login key, and how it gets onto a server."""

import os
from dataclasses import dataclass
from pathlib import Path

from coophost_gui.hosts.base import Host, must
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job

NAME = "coophost_ed25519"

# Idempotent, and complete or nothing at any moment it may be cut off.
INSTALL = r"""
umask 077
read -r key || exit 1
body=$(printf '%s\n' "$key" | cut -d' ' -f2)
mkdir -p ~/.ssh && chmod 700 ~/.ssh && chmod go-w ~ || exit 1
cd ~/.ssh || exit 1
if [ -f authorized_keys ] && grep -qF -- "$body" authorized_keys; then
    echo present
    exit 0
fi
new=$(mktemp authorized_keys.XXXXXX) || exit 1
{
    [ ! -f authorized_keys ] || cat authorized_keys
    [ ! -s authorized_keys ] || [ -z "$(tail -c 1 authorized_keys)" ] || echo
    printf '%s\n' "$key"
} > "$new" && chmod 600 "$new" && mv "$new" authorized_keys || { rm -f "$new"; exit 1; }
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
    if not public.exists():
        public.write_text(_public_of(path) + "\n")
    return KeyPair(path, public.read_text().strip())


def install_key(job: Job, host: Host, public: str) -> bool:
    """Let *public* log in to *host*; False when it was there already."""
    script = f"{public}\n".encode()
    out = must(host, job, "sh", "-c", INSTALL, stdin=script)
    return out.strip().endswith("added")


def _make(path: Path) -> None:
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.OpenSSH,
        serialization.NoEncryption(),
    )
    places.private(path.parent)
    partial = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(partial, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.link(partial, path)  # whole or not at all, and never over a key that is there
    except FileExistsError:
        return
    finally:
        partial.unlink(missing_ok=True)


def _public_of(path: Path) -> str:
    from cryptography.hazmat.primitives import serialization

    key = serialization.load_ssh_private_key(path.read_bytes(), None)
    line = key.public_key().public_bytes(
        serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH
    )
    return f"{line.decode()} coophost"
