"""How long the plan of a recipe takes in a warm process, beside ``docker stack config``.

Both read the same files and settings from the disk, merge them and fill in the variables.
Ours goes on to what abra adds and to the bodies that the Engine is to be given; the peer is
a whole process, as whoever uses the docker CLI pays for it.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from coophost_gui.kit import places
from coophost_gui.recipes import peek
from coophost_gui.recipes.bodies import bodies
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.source import FolderTree
from tests.benchmarks.turns import in_turns, judged
from tests.testbed.docker_cli import docker_cli

MOST = 0.5
PAIRS = 40
RECIPE, NAME = "starter-nextcloud", "cloud.example.org"


def main() -> int:
    recipe = places.shipped_recipes("recipes", RECIPE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / f"{NAME}.env"
        file.write_bytes((recipe / ".env.sample").read_bytes())

        def ours() -> None:
            planned = bodies(FolderTree(recipe), EnvFile.parse(file.read_text()), NAME)
            assert planned.services

        env = EnvFile.parse(file.read_text())
        chosen = peek.compose_files(env)
        values = peek.abra_exports(FolderTree(recipe)) | env.values() | {"STACK_NAME": "cloud"}
        words = [docker_cli(), "stack", "config", *(w for name in chosen for w in ("-c", name))]

        def theirs() -> None:
            subprocess.run(
                words,
                cwd=recipe,
                env={"PATH": os.environ["PATH"], "HOME": folder, **values},
                check=True,
                stdout=subprocess.DEVNULL,
            )

        measured = in_turns(ours, theirs, PAIRS)
    return judged(f"plan of {RECIPE}", "docker stack config", measured, MOST)


if __name__ == "__main__":
    sys.exit(main())
