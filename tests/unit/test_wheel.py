"""What is installed as a wheel finds its files, with no checkout beside it."""

import shutil
import subprocess
import sys
import zipfile

import pytest

from coophost_gui.kit.places import CHECKOUT

PARTS = ("coophost_gui", "resources", "recipes_cache")
FILES = ("pyproject.toml", "setup.py", "README.md", "LICENSE")
LEFT_OUT = shutil.ignore_patterns("__pycache__", "pictures")
LOOK = """
from coophost_gui.cli.main import main
from coophost_gui.kit import places
print(places.resource("signs").parent)
print(places.shipped_recipes("recipes").parent)
main(["catalogue", "list"])
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Return the folder of a wheel that was made from a copy and unpacked."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("installed")
    for part in PARTS:
        shutil.copytree(CHECKOUT / part, source / part, ignore=LEFT_OUT)
    for file in FILES:
        shutil.copy(CHECKOUT / file, source)
    make = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*make, "--wheel-dir", source, source], check=True, timeout=120)
    (wheel,) = source.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(target)
    return target


def files(folder):
    """Return every file below *folder*, but for the pictures of the README and the compiled."""
    found = {path.relative_to(folder) for path in folder.rglob("*") if path.is_file()}
    return {path for path in found if not {"pictures", "__pycache__"} & set(path.parts)}


@pytest.mark.parametrize("part", PARTS)
def test_every_file_is_shipped_inside_the_package(installed, part):
    inside = installed / "coophost_gui"
    there = inside if part == "coophost_gui" else inside / part
    assert files(CHECKOUT / part) - files(there) == set()


def test_the_installed_program_uses_its_own_files(installed, tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", LOOK],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=True,
    )
    inside = installed / "coophost_gui"
    assert done.stdout.splitlines()[:2] == [
        str(inside / "resources"),
        str(inside / "recipes_cache"),
    ]
    assert "starter-wordpress" in done.stdout
