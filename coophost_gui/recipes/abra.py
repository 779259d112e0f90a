"""The folder that abra keeps its state in: servers, apps, recipes, catalogue."""

from dataclasses import dataclass
from pathlib import Path

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Collective, FileUnreadable, write_bytes
from coophost_gui.kit.text import N_
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.root import abra_root, server_names

DIRTY = "+U"  # abra's mark behind a version that was deployed from a changed folder


class AppNameTaken(Problem):
    text = N_("core", "There is already an app called {name} on {server}.")
    means = N_("core", "The app that is there was not touched.")
    hint = N_("core", "Choose another address, or open the app that is there.")


class AppGone(Problem):
    text = N_("core", "The settings file of {name} is no longer there.")
    means = N_("core", "An app that runs goes on running, and its data are untouched.")
    hint = N_("core", "Bring {path} back, for example from a copy, then try again.")


class ServerNotEmpty(Problem):
    """Facts: ``server``, ``names``."""

    text = N_("core", "The folder of {server} still holds: {names}.")
    means = N_("core", "Nothing was removed.")
    hint = N_("core", "Take the apps off the server first, or move the files away.")


class OddName(Problem):
    text = N_("core", "“{name}” cannot be used as a name here.")
    means = N_("core", "Nothing was read or written.")
    hint = N_("core", "Use letters, digits, dots and dashes.")


@dataclass(frozen=True)
class AppFile:
    """One app: its ``.env`` file, whose name (not its domain) is the app's identity."""

    server: str
    name: str
    path: Path

    def env(self) -> EnvFile:
        """Read the file as it is now."""
        try:
            return EnvFile.parse(_text(self.path.read_bytes()))
        except FileNotFoundError as error:
            raise AppGone(str(error), name=self.name, path=self.path) from error
        except OSError as error:
            raise FileUnreadable(str(error), path=self.path) from error

    def write(self, env: EnvFile) -> None:
        """Write *env*, all or nothing, through links."""
        write_bytes(self.path, _bytes(env.text), 0o644)

    @property
    def recipe(self) -> str:
        return self._recipe()[0]

    @property
    def version(self) -> str:
        """Return the version that the file pins, without abra's mark; ``""`` when none."""
        return self._recipe()[1].removesuffix(DIRTY)

    @property
    def dirty(self) -> bool:
        """Say whether it was deployed from a changed recipe folder."""
        return self._recipe()[1].endswith(DIRTY)

    @property
    def domain(self) -> str:
        return self.env().get("DOMAIN")

    @property
    def stack(self) -> str:
        return stack_of(self.env(), self.name)

    def _recipe(self) -> tuple[str, str]:
        return split_recipe(recipe_entry(self.env()))


class AbraFolder:
    """Reads and adds to an abra folder; follows links, ignores what is not abra's."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def find(cls) -> "AbraFolder":
        """Return the folder that abra itself would use from here."""
        return cls(abra_root())

    def servers(self) -> list[str]:
        """Return the names of the servers, sorted."""
        return server_names(self.root)

    def server_dir(self, server: str) -> Path:
        return self.root / "servers" / _plain(server)

    def add_server(self, server: str) -> bool:
        """Make the server's folder; False when it was there."""
        folder = self.server_dir(server)
        if folder.is_dir():
            return False
        folder.mkdir(mode=0o755, parents=True)
        return True

    def remove_server(self, server: str) -> None:
        """Remove the folder of a server that has nothing in it but ``coophost.yml``.

        Of a link, only the link is removed: what it leads to may be others' as well.
        """
        folder = self.server_dir(server)
        if folder.is_symlink():
            folder.unlink()
            return
        if not folder.is_dir():
            return
        others = sorted(e.name for e in folder.iterdir() if e.name != Collective.FILE)
        if others:
            raise ServerNotEmpty(server=server, names=", ".join(others))
        (folder / Collective.FILE).unlink(missing_ok=True)
        folder.rmdir()

    def apps(self, server: str | None = None) -> list[AppFile]:
        """Return the apps of *server*, or of every server, sorted by server and name."""
        return [
            AppFile(name, path.name.removesuffix(".env"), path)
            for name in (self.servers() if server is None else [server])
            for path in sorted(self.server_dir(name).glob("*.env"))
            if path.is_file() and not path.name.startswith(".")
        ]

    def app(self, name: str, server: str | None = None) -> AppFile | None:
        """Return the app called *name*, or None."""
        return next((app for app in self.apps(server) if app.name == name), None)

    def new_app(self, server: str, name: str, text: str, mode: int = 0o644) -> AppFile:
        """Write the file of a new app; refuse when there is one."""
        self.add_server(server)
        app = AppFile(server, name, self.server_dir(server) / f"{_plain(name)}.env")
        if app.path.exists():
            raise AppNameTaken(name=name, server=server)
        write_bytes(app.path, _bytes(text), mode)
        return app

    def recipe_dir(self, recipe: str) -> Path:
        """Return the folder of *recipe*; one named by an address is flattened as abra does."""
        if "/" in recipe:
            recipe = recipe.replace("/", "_").replace(".", "_")
        return self.root / "recipes" / _plain(recipe)

    def catalogue_file(self) -> Path:
        return self.root / "catalogue" / "recipes.json"

    def collective(self, server: str) -> Collective:
        """Return what the collective wrote down about itself for *server*."""
        return Collective.read(self.server_dir(server))


def stack_of(env: EnvFile, app: str) -> str:
    """Return what *app* with the settings *env* is called on the server."""
    return env.get("STACK_NAME") or stack_name(app)


def recipe_entry(env: EnvFile) -> str:
    """Return what *env* says about its recipe: ``name`` or ``name:version``."""
    return env.get("RECIPE") or env.get("TYPE")


def split_recipe(entry: str) -> tuple[str, str]:
    """Return the name and the version of ``name:version``; the version may be ``""``."""
    name, colon, version = entry.rpartition(":")
    return (name, version) if colon and "/" not in version else (entry, "")


def _plain(name: str) -> str:
    if not name or name.startswith(".") or any(c in name for c in "/\\\0\n"):
        raise OddName(name=name)
    return name


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
