"""A git server with recipes under a federation's names, and the catalogue that names them."""

import json
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from tests.testbed.cache import CHECKOUT, remove
from tests.testbed.commands import end, run, start, until

_SHIPPED = CHECKOUT / "recipes_cache"
_WHO = ("-c", "user.name=Testbed", "-c", "user.email=testbed@coop.test")


class GitServer:
    """Serves ``http://ADDRESS:8000/NAME.git``; ``catalogue`` is a recipes.json file."""

    port = 8000

    def __init__(self, address: str, folder: Path) -> None:
        self.address = address
        self._folder = folder / "git"
        self.catalogue = folder / "recipes.json"
        self._entries: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._folder.mkdir()
        self.publish_like("wordpress", "starter-wordpress")
        self._begin()
        return self

    def __exit__(self, *_: object) -> None:
        end(self._process)
        remove(self._folder)

    def url(self, name: str) -> str:
        """Return where the recipe *name* is cloned from."""
        return f"http://{self.address}:{self.port}/{name}.git"

    def publish_like(self, name: str, starter: str) -> str:
        """Publish the shipped recipe *starter* as *name*; return its version."""
        entry = json.loads((_SHIPPED / "catalogue.json").read_text())[starter]
        version = str(next(iter(entry["versions"][-1])))
        recipe = _SHIPPED / "recipes" / starter
        files = {
            str(path.relative_to(recipe)): path.read_bytes().replace(
                starter.encode(), name.encode()
            )
            for path in recipe.rglob("*")
            if path.is_file()
        }
        self.publish(name, version, files)
        self._entries[name] = entry | {"name": name, "repository": self.url(name)}
        self.catalogue.write_text(json.dumps(self._entries, indent=2))
        return version

    def publish(self, name: str, version: str, files: Mapping[str, bytes]) -> None:
        """Put *files* into the recipe *name* as its newest commit, tagged *version*."""
        work = self._folder / f".{name}"
        bare = self._folder / f"{name}.git"
        remove(work)
        if bare.exists():
            run("git", "clone", "-q", bare, work)
            run("git", "-C", work, "rm", "-rq", ".")
        else:
            run("git", "init", "-q", "--bare", "-b", "main", bare)
            run("git", "init", "-q", "-b", "main", work)
        for path, data in files.items():
            (work / path).parent.mkdir(parents=True, exist_ok=True)
            (work / path).write_bytes(data)
        run("git", "-C", work, "add", "-A")
        run("git", "-C", work, *_WHO, "commit", "-q", "-m", f"{name} {version}")
        run("git", "-C", work, *_WHO, "tag", "-a", version, "-m", f"{name} {version}")
        run("git", "-C", work, "push", "-q", bare, "main", "--tags")
        shutil.rmtree(work)

    @contextmanager
    def away(self) -> Iterator[None]:
        """Be down for the time of the block."""
        end(self._process)
        try:
            yield
        finally:
            self._begin()

    def _begin(self) -> None:
        log = self._folder.with_name("git.log")
        self._process: subprocess.Popen[bytes] = start(
            *(sys.executable, "-m", "tests.testbed.git_web"),
            *(self.address, str(self.port), self._folder),
            log=log,
            environment={"PYTHONPATH": str(CHECKOUT)},
        )

        def listens() -> bool:
            if self._process.poll() is not None:
                raise RuntimeError(log.read_text())
            try:
                socket.create_connection((self.address, self.port), 1).close()
            except ConnectionRefusedError:
                return False
            return True

        until(listens, "the git server")
