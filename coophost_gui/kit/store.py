"""State as plain files: YAML that a person can read, written all or nothing."""

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from datetime import date
from pathlib import Path
from typing import Any, Self

from coophost_gui.kit import places
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

LONGEST = 500_000  # letters of a file that we read
MOST = 100_000  # values in it


class FileUnreadable(Problem):
    text = N_("core", "The file {path} cannot be read as it is.")
    means = N_("core", "It was left untouched, and nothing else was changed.")
    hint = N_("core", "Open it in a text editor, or move it away; the details say where it stops.")


def write_text(path: Path, text: str, mode: int = 0o600) -> None:
    """Write *text* to *path* all or nothing, through links, and make its folder."""
    write_bytes(path, text.encode(), mode)


def write_bytes(path: Path, data: bytes, mode: int = 0o600) -> None:
    """Write *data* to *path* all or nothing: temporary file, fsync, rename.

    A link keeps pointing where it did; a file that is there keeps its mode.
    """
    target = path.resolve()
    places.private(target.parent)
    if target.exists():
        mode = target.stat().st_mode & 0o777
    import tempfile  # half of what this file would cost a window that opens

    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            os.fchmod(file.fileno(), mode)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(name, target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in *path*; empty when there is no such file."""
    try:
        with path.open(encoding="utf-8") as file:
            text = file.read(LONGEST + 1)
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(str(error), path=path) from error
    return parse_yaml(text, path)


def parse_yaml(text: str, path: Path) -> dict[str, Any]:
    """Return the mapping that *text* is, as a whole file or the head of one (*path*)."""
    if len(text) > LONGEST:
        raise FileUnreadable(f"longer than {LONGEST} letters", path=path)
    import yaml  # the window of somebody who has no files yet opens without it

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where built
    try:
        found = yaml.load(text, loader)
    except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
        raise FileUnreadable(str(error), path=path) from error
    if found is None:
        return {}
    if not isinstance(found, dict):
        raise FileUnreadable("not a mapping", path=path)
    if _swollen(found):
        raise FileUnreadable("more values than such a file can mean", path=path)
    return found


def _swollen(thing: Any) -> bool:
    """Say whether aliases of aliases make *thing* many times as big as it is written."""
    left, todo = MOST, [thing]
    while todo and left:
        left -= 1
        one = todo.pop()
        if isinstance(one, dict | list):
            todo.extend(one.values() if isinstance(one, dict) else one)
    return bool(todo)


def write_yaml(path: Path, values: Mapping[str, Any], mode: int = 0o600) -> None:
    """Write *values* to *path*, all or nothing."""
    write_text(path, yaml_text(values), mode)


def yaml_text(values: Mapping[str, Any]) -> str:
    """Return *values* as a file says them, in their order."""
    import yaml

    return yaml.safe_dump(dict(values), sort_keys=False, allow_unicode=True)


@dataclass(frozen=True)
class Collective:
    """What a collective knows about itself, in ``ABRA_DIR/servers/SERVER/coophost.yml``.

    Shared between people, so it never holds a secret.  Keys that this version does
    not know are kept.
    """

    name: str = ""
    domain: str = ""
    language: str = "en"
    app_names: Mapping[str, str] = field(default_factory=dict)  # app -> everyday name
    contacts: Mapping[str, str] = field(default_factory=dict)  # app -> whom to call
    fingerprint_compared: bool = True  # False: somebody went on without comparing
    mail: Mapping[str, str] = field(default_factory=dict)  # see servers/outgoing_mail.py
    more: Mapping[str, Any] = field(default_factory=dict)

    FILE = "coophost.yml"

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Return what the server folder *folder* says; defaults when it says nothing."""
        path = folder / cls.FILE
        values = read_yaml(path)
        known = {f.name for f in fields(cls)} - {"more"}
        kept = {key: value for key, value in values.items() if key not in known}
        return cls(**_typed(cls, values, path) | {"more": kept})

    def write(self, folder: Path) -> None:
        values = asdict(self)
        values.update(values.pop("more"))
        write_yaml(folder / self.FILE, {"version": 1} | values, 0o644)


@dataclass(frozen=True)
class Settings:
    """What one person chose on this computer (``settings.yml`` in the data folder)."""

    palette: str = "system"  # system, light or dark
    language: str = ""  # its code; "" = the system's, where we have it
    resolver: str = ""  # "address" or "address:port"; "" = the system's
    certificates: str = ""  # extra certificate authorities (PEM file); "" = the system's
    acme_server: str = ""  # who vouches for the apps' addresses (ACME); "" = Let's Encrypt
    catalogue: str = ""  # where the list of apps is fetched; "" = the federation's
    acme_root: str = ""  # what to trust that one by (PEM file); "" = the system's

    @classmethod
    def read(cls) -> Self:
        path = places.data_dir() / "settings.yml"
        return cls(**_typed(cls, read_yaml(path), path))

    def write(self) -> None:
        write_yaml(places.data_dir() / "settings.yml", asdict(self))


def _typed(cls: type, values: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Return those of *values* that are fields of *cls*, in the types of their defaults."""
    defaults = {f.name: getattr(cls, f.name, {}) for f in fields(cls)}
    return {
        key: _like(default, values[key], f"{path}: {key}", path)
        for key, default in defaults.items()
        if values.get(key) is not None
    }


def _like(default: object, value: Any, where: str, path: Path) -> Any:
    """Return *value* in the type of *default*; a number may stand for a text (a telephone's)."""
    match default:
        case bool() if isinstance(value, bool):
            return value
        case str() if isinstance(value, str | int | float | date) and not isinstance(value, bool):
            return str(value)
        case dict() if isinstance(value, dict):
            return {
                str(key): _like("", one, where, path)
                for key, one in value.items()
                if one is not None
            }
    raise FileUnreadable(f"{where}: {value!r:.80}", path=path)
