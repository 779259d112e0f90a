"""A collective's list of its servers: abra's folder or a copy of it, or their git repository.

Others wrote it, so it is looked through before anything of it is used: only plain files, of a
size that settings have, with names that cannot lead anywhere else.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from coophost_gui.kit import log, places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Collective, FileUnreadable
from coophost_gui.kit.text import N_
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.servers.world import World

if TYPE_CHECKING:
    from coophost_gui.net.pack import Brought

REMOTE = "operator-sync"  # what git calls it; the same name as in abra's own plans
ADDRESS = re.compile(r"(?:https|ssh)://\S+|[\w.-]+@[\w.-]{2,}:\S+")
FOLDERS = ("servers", ".abra/servers")  # where servers are, in a folder that holds more
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
HERE = "default"  # what abra calls the computer of whoever made the list
ENV = ".env"
MOST_SERVERS, MOST_APPS, MOST_BYTES = 50, 500, 1_000_000
SECRET = re.compile(r"PASSWORD|PASSWD|PASSPHRASE|TOKEN|SECRET|API_?KEY|PRIVATE_?KEY", re.IGNORECASE)
NO_SECRET = re.compile(r".*_(VERSION|LENGTH|FILE|NAME|EXPIRY|ENABLED)", re.IGNORECASE)
SHORTEST_SECRET = 6


class ListMissing(Problem):
    text = N_("core", "There is no list of servers in {place}.")
    means = N_("core", "Nothing was changed.")
    hint = N_(
        "core",
        "Choose the folder “.abra” or “servers” of a person who looks after the server, or a copy "
        "of it.",
    )


class ListRefused(Problem):
    text = N_("core", "Something in this list does not belong there: {path}")
    means = N_("core", "Nothing of the list was taken, and nothing was changed.")
    hint = N_(
        "core",
        "The details say what is wrong. Show them to the person who looks after the list.",
    )


class ListTooLong(ListRefused):
    text = N_("core", "There is more in {place} than a list of servers has.")


@dataclass(frozen=True)
class Listed:
    """One server of a list; *inside* is its folder there."""

    name: str  # "": the list is the folder of this server, and does not say its name
    inside: PurePosixPath
    files: tuple[str, ...]  # what abra and we read: settings of apps, coophost.yml
    open_secrets: tuple[tuple[str, str], ...] = ()  # (app, setting) that anybody can read

    @property
    def apps(self) -> list[str]:
        return [name.removesuffix(ENV) for name in self.files if name.endswith(ENV)]


def is_address(place: str) -> bool:
    """Say whether *place* is the address of a repository rather than a folder."""
    return ADDRESS.fullmatch(place) is not None


def look_into(job: Job, world: World, place: str) -> list[Listed]:
    """Return the servers that the list at *place* names; changes nothing."""
    if not is_address(place):
        return read_list(Path(place).expanduser(), place)
    with tempfile.TemporaryDirectory(dir=places.cache_dir()) as passing:
        return fetch_list(job, world, place, Path(passing) / "list")


def fetch_list(job: Job, world: World, address: str, into: Path) -> list[Listed]:
    """Clone the repository at *address* into the new folder *into*, if all of it may come.

    It may be another than the one that was looked into, so it is looked through again.
    """
    from coophost_gui.hosts.git_ssh import git_over_ssh
    from coophost_gui.net.git import clone_guarded

    ssh = git_over_ssh(world.ssh_dir, world.secrets)
    settings = world.settings()
    clone_guarded(job, address, into, settings, remote=REMOTE, ssh=ssh, accept=accept)
    try:
        return read_list(into, address)
    except Problem:
        shutil.rmtree(into)
        raise


def accept(files: "Sequence[Brought]") -> None:
    """Raise ``ListRefused`` when one of *files* must not be written to disk."""
    from coophost_gui.net.pack import odd

    for file in files:
        if why := odd(file, MOST_BYTES):
            raise ListRefused(why, path=_shown(file.path))


def read_list(root: Path, place: str) -> list[Listed]:
    """Return the servers in the folder *root*, sorted; raises ``ListMissing`` when none is."""
    try:
        return _found(Path(os.path.realpath(root)), place)
    except OSError as error:  # a folder of others, a stick that was pulled out
        raise ListMissing(str(error), place=place) from error


def _found(top: Path, place: str) -> list[Listed]:
    for inside in (*FOLDERS, "."):
        folder = top / inside
        if folder.is_dir() and (found := list(_servers(top, folder, sure=inside != "."))):
            if len(found) > MOST_SERVERS:
                raise ListTooLong(f"{len(found)} servers", place=place)
            return found
    if _settings_in(top):
        return [_listed(top, top, "")]
    raise ListMissing(place=place)


def _servers(top: Path, folder: Path, *, sure: bool) -> Iterator[Listed]:
    for entry in sorted(folder.iterdir()):
        if entry.name.startswith(".") or entry.name == HERE or not entry.is_dir():
            continue
        if not sure and not _settings_in(entry):
            continue
        if not NAME.fullmatch(entry.name):
            raise ListRefused("not the name of a server", path=_shown(entry.name))
        yield _listed(top, entry, entry.name)


def _listed(top: Path, folder: Path, name: str) -> Listed:
    inside = _within(top, folder)
    files, secrets = [], []
    for path in _settings_in(folder):
        if not NAME.fullmatch(path.name):
            raise ListRefused("not the name of an app", path=_shown(path.name))
        real = top / _within(top, path)
        if not real.is_file() or real.stat().st_size > MOST_BYTES:
            raise ListRefused(f"not a file of at most {MOST_BYTES} bytes", path=path.name)
        files.append(path.name)
        if path.name == Collective.FILE:
            _check_told(path)
        else:
            app, env = path.name.removesuffix(ENV), EnvFile.parse(_text(real))
            secrets += [(app, key) for key in open_secrets(env)]
            env.values()  # raises where they grow without end
    if len(files) > MOST_APPS:
        raise ListTooLong(f"{len(files)} files", place=folder.name)
    return Listed(name, inside, tuple(files), tuple(secrets))


def _settings_in(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.iterdir()
        if (path.name.endswith(ENV) or path.name == Collective.FILE)
        and not path.name.startswith(".")
        and (path.is_file() or path.is_symlink())
    )


def _within(top: Path, path: Path) -> PurePosixPath:
    """Return *path* as seen from *top*; a link may lead about there, and nowhere else."""
    real = Path(os.path.realpath(path))
    if not real.is_relative_to(top) or not real.exists():
        raise ListRefused(f"a link to {real}", path=_shown(path.name))
    return PurePosixPath(real.relative_to(top).as_posix())


def open_secrets(env: EnvFile) -> list[str]:
    """Return the settings of an app that seem to hold a password or the like.

    From now on no log and no report shows their values.
    """
    found = []
    for piece in env.pieces:
        value = piece.value.strip("'\" ")
        named = SECRET.search(piece.key) and not NO_SECRET.fullmatch(piece.key)
        if piece.commented or not (named or "PRIVATE KEY-----" in value):
            continue
        if len(value) >= SHORTEST_SECRET and "$" not in value and value.casefold() != "change-me":
            log.hide(value)
            found.append(piece.key)
    return found


def _check_told(path: Path) -> None:
    """Refuse a ``coophost.yml`` in which something is not of the kind that it has to be."""
    try:
        told = Collective.read(path.parent)
        texts: list[object] = [told.name, told.domain, told.language]
        for pairs in (told.app_names, told.contacts):
            texts += [text for pair in dict(pairs).items() for text in pair]
    except (FileUnreadable, TypeError, ValueError) as error:
        raise ListRefused(str(error), path=Collective.FILE) from error
    if not all(isinstance(text, str) for text in texts):
        raise ListRefused("a value that is no text", path=Collective.FILE)


def _text(path: Path) -> str:
    return path.read_bytes().decode("utf-8", "surrogateescape")


def _shown(name: str) -> str:
    """Return *name* so that it can be printed and shown, whatever is in it."""
    return "".join(c if c.isprintable() else "?" for c in name)[:200]
