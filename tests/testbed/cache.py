"""Where built things are kept between runs, outside the checkout."""

import fcntl
import hashlib
import os
import pwd
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

# From the user's entry, not from HOME or XDG_*: every test is given folders of its own there.
CACHE = Path(
    os.environ.get("COOPHOST_TESTBED_CACHE")
    or Path(pwd.getpwuid(os.geteuid()).pw_dir, ".cache", "coophost-testbed")
).resolve()


CHECKOUT = Path(__file__).resolve().parents[2]


def key(*parts: str | bytes) -> str:
    """Return a short name for what is built from *parts*: other parts, another name."""
    digest = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data) + data)
    return digest.hexdigest()[:16]


def built(name: str, made_from: str, build: Callable[[Path], None]) -> Path:
    """Return the artefact *name* made from *made_from*, building it when it is not there.

    *build* gets a path to make a file or folder at; only a finished one is ever seen,
    by whichever process asks.  Older ones of the same name are removed.
    """
    target = CACHE / f"{name}-{made_from}"
    if target.exists():
        return target
    with locked(name):
        if target.exists():
            return target
        began = time.monotonic()
        print(f"testbed: building {name}", file=sys.stderr, flush=True)
        unfinished = CACHE / f"{name}-{made_from}.unfinished"
        remove(unfinished)
        build(unfinished)
        unfinished.rename(target)
        for old in CACHE.glob(f"{name}-" + "[0-9a-f]" * 16):
            if old != target:
                remove(old)
        seconds = time.monotonic() - began
        print(f"testbed: built {name} in {seconds:.0f} s", file=sys.stderr, flush=True)
    return target


@contextmanager
def locked(name: str, folder: Path = CACHE) -> Iterator[None]:
    """Hold the lock *name*; whoever else wants it waits."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def remove(path: Path) -> None:
    """Remove a file or a folder, whatever its modes."""
    if path.is_dir() and not path.is_symlink():
        if os.path.ismount(path):
            raise RuntimeError(f"{path} is still mounted")
        shutil.rmtree(path, onerror=_again)
    else:
        path.unlink(missing_ok=True)


def _again(function: Callable[..., object], path: str, _: object) -> None:
    if not os.path.lexists(path):
        return
    subprocess.run(["rm", "-rf", "--one-file-system", path], check=True)
