"""A server of the collective's list is in this computer's list, and nothing here is overwritten."""

import os
import re
from collections.abc import Callable
from pathlib import Path

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import FileUnreadable, write_bytes
from coophost_gui.kit.text import N_, Words, listing, said
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.shared import REMOTE, Listed, read_list

TITLE = N_("core", "Put it in your list of servers")
WHY = N_("core", "From now on it shows up here, and in abra.")
OPEN_SECRETS = N_(
    "core", "Look out: its list holds a password that anybody with the list can read."
)


class ListBehind(Problem):
    text = N_("core", "The list in {path} was fetched earlier and does not hold {server} yet.")
    means = N_("core", "It was left as it is.")
    hint = N_("core", "Bring it up to date there (“git pull”), then press the same button.")


class ServerFolderTaken(Problem):
    text = N_("core", "There is something else in your list at {path}.")
    means = N_("core", "It was left as it is.")
    hint = N_("core", "Move it away if nobody needs it, then press the same button.")


def shared_folder(abra: AbraFolder, address: str) -> Path:
    """Return where the repository at *address* is kept: named by it, as abra does for recipes."""
    plain = re.sub(r"^\w+://|\.git/?$", "", address)
    return abra.root / "shared" / re.sub(r"[^A-Za-z0-9-]+", "_", plain).strip("_")[:100]


def list_fetched(
    folder: Path, address: str, servers: list[Listed], fetch: Callable[[Job, Path], None]
) -> Step:
    """*folder* is a clone of *address*, to be kept in step by git."""

    def cloned() -> bool:
        from coophost_gui.net.git import origin

        return folder.is_dir() and origin(folder, REMOTE) == address

    def missing() -> list[Listed]:
        there = {one.inside for one in read_list(folder, address)}
        return [server for server in servers if server.inside not in there]

    def is_done(job: Job) -> bool:
        return cloned() and not missing()

    def do(job: Job) -> Words:
        if cloned():
            raise ListBehind(path=folder, server=missing()[0].name)
        fetch(job, folder)
        return N_("core", "The list is on this computer")

    return Step(
        "shared_list",
        N_("core", "Fetch your collective's list"),
        is_done,
        do,
        why=N_("core", "Everybody who uses it sees the same servers and apps."),
        detail=(
            said(N_("core", "The folder {path}"), path=folder),
            said(N_("core", "It remembers where it came from (git remote “{name}”)."), name=REMOTE),
        ),
    )


def server_linked(abra: AbraFolder, server: Listed, name: str, folder: Path) -> Step:
    """The server's folder in abra's folder leads to the one in the list at *folder*."""
    here, there = abra.server_dir(name), folder / server.inside

    def is_done(job: Job) -> bool:
        return here.is_dir()

    def do(job: Job) -> Words:
        if os.path.lexists(here):
            raise ServerFolderTaken(path=here)
        here.parent.mkdir(mode=0o755, parents=True, exist_ok=True)
        here.symlink_to(os.path.relpath(there, here.parent.resolve()))
        return said(N_("core", "{name} is in your list of servers"), name=name)

    own = here.is_dir() and here.resolve() != there.resolve()
    return _listed(server, is_done, do, [*_told(server, here), *_kept(own, here)])


def files_copied(abra: AbraFolder, server: Listed, name: str, top: Path) -> Step:
    """Every file that *server* has in the list at *top* is in its folder here, whatever it says."""
    here, there = abra.server_dir(name), top / server.inside

    def missing() -> list[str]:
        return [file for file in server.files if not os.path.lexists(here / file)]

    def is_done(job: Job) -> bool:
        return here.is_dir() and not missing()

    def do(job: Job) -> Words:
        abra.add_server(name)
        for file in missing():
            write_bytes(here / file, _read(there / file), 0o644)
        return said(N_("core", "{name} is in your list of servers"), name=name)

    differ = [
        file
        for file in server.files
        if (here / file).is_file() and _read(here / file) != _read(there / file)
    ]
    kept = [
        said(N_("core", "You have another {file} already. Yours stays as it is."), file=file)
        for file in differ
    ]
    return _listed(server, is_done, do, [*_told(server, here), *kept])


def _listed(
    server: Listed, is_done: Callable[[Job], bool], do: Callable[[Job], Words], told: list[Words]
) -> Step:
    why = OPEN_SECRETS if server.open_secrets else WHY
    return Step("listed", TITLE, is_done, do, why, tuple(told))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:  # a stick that was pulled out
        raise FileUnreadable(str(error), path=path) from error


def _told(server: Listed, here: Path) -> list[Words]:
    told: list[Words] = [said(N_("core", "The folder {path}"), path=here)]
    if server.apps:
        told.append(said(N_("core", "Its apps: {apps}"), apps=listing(server.apps)))
    return told + [
        said(N_("core", "A password of {app} can be read: {setting}"), app=app, setting=setting)
        for app, setting in server.open_secrets
    ]


def _kept(own: bool, here: Path) -> list[Words]:
    if not own:
        return []
    return [
        said(
            N_("core", "You have {path} already. It stays as it is, and nothing is put into it."),
            path=here,
        )
    ]
