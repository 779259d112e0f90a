"""Docker contexts, as the docker CLI keeps them (docker/cli ``cli/context/store``).

A context is ``<docker dir>/contexts/meta/<sha256 of its name>/meta.json``.
"""

import hashlib
import json
import shutil
from pathlib import Path

from coophost_gui.kit.store import write_text


def docker_context(docker_dir: Path, name: str) -> str | None:
    """Return the address that the context *name* leads to, or None when there is none."""
    try:
        found = json.loads(_file(docker_dir, name).read_text())
        return str(found["Endpoints"]["docker"]["Host"])
    except (FileNotFoundError, ValueError, KeyError, TypeError, RecursionError):
        return None


def add_context(docker_dir: Path, name: str) -> None:
    """Make the context *name*: ``ssh://name``, the rest comes from ``~/.ssh/config``."""
    endpoint = {"Host": f"ssh://{name}", "SkipTLSVerify": False}
    meta = {"Name": name, "Metadata": {}, "Endpoints": {"docker": endpoint}}
    file = _file(docker_dir, name)
    file.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
    write_text(file, json.dumps(meta), 0o644)


def remove_context(docker_dir: Path, name: str) -> None:
    """Take the context *name* away; fine when there is none."""
    shutil.rmtree(_file(docker_dir, name).parent, ignore_errors=True)


def _file(docker_dir: Path, name: str) -> Path:
    digest = hashlib.sha256(name.encode()).hexdigest()
    return docker_dir / "contexts" / "meta" / digest / "meta.json"
