"""Where abra's folder is, and which servers stand in it: all that a window needs to open."""

import os
from pathlib import Path

from coophost_gui.kit import places


def abra_root() -> Path:
    """Return the folder that abra itself would use from here.

    ``ABRA_DIR``, else ``abraDir`` of an ``abra.yml`` found upwards, else ``~/.abra``.
    """
    if named := os.environ.get("ABRA_DIR"):
        return Path(named)
    home, here = places.home(), Path.cwd()
    for folder in (here, *here.parents):
        if folder in (home, Path(folder.anchor)):
            break
        for name in ("abra.yml", "abra.yaml"):
            if (folder / name).is_file() and (found := _named_in(folder / name)):
                return folder / found
    return home / ".abra"


def server_names(root: Path) -> list[str]:
    """Return the names of the servers in the abra folder *root*, sorted; links are followed."""
    folder = root / "servers"
    if not folder.is_dir():
        return []
    return sorted(
        entry.name
        for entry in folder.iterdir()
        if entry.is_dir() and not entry.name.startswith(".")
    )


def _named_in(path: Path) -> str:
    from coophost_gui.kit.store import FileUnreadable, read_yaml

    try:
        return str(read_yaml(path).get("abraDir") or "")
    except (OSError, FileUnreadable):
        return ""
