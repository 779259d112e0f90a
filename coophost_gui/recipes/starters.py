"""The starter recipes that come with the program, and how one of them becomes a real one.

``python -m coophost_gui.recipes.starters > recipes_cache/catalogue.json`` writes the list anew.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from coophost_gui.kit import places
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.readme import metadata
from coophost_gui.recipes.source import FolderTree, Tree

_VERSION = re.compile(r"coop-cloud\.\$\{STACK_NAME\}\.version=([^\"'\s]+)")


def starters() -> list[Tree]:
    """Return the files of every starter recipe, sorted by name."""
    folder = places.shipped_recipes("recipes")
    return [
        FolderTree(path, version_label(path.joinpath("compose.yml").read_text(encoding="utf-8")))
        for path in sorted(folder.iterdir())
        if path.joinpath("compose.yml").is_file()
    ]


def starter(name: str) -> Tree | None:
    """Return the files of the starter recipe called *name*, or None."""
    return next((tree for tree in starters() if tree.name == name), None)


def install_starter(tree: Tree, abra: AbraFolder) -> bool:
    """Write *tree* as a git repository with an annotated tag, so that abra finds it too.

    Returns False when that version was there.  An older one gets a commit on top.
    """
    from coophost_gui.net.git import add_release

    files = {path: tree.read(path) for path in tree.files()}
    message = tree.read(f"release/{tree.version}").decode()
    return add_release(abra.recipe_dir(tree.name), files, tree.version, message)


def version_label(compose: str) -> str:
    """Return the version that the labels of *compose* say, or ``""``."""
    found = _VERSION.search(compose)
    return found[1] if found else ""


def as_catalogue() -> dict[str, Any]:
    """Return the starter recipes in the format of the catalogue file."""
    return {tree.name: _entry(tree) for tree in starters()}


def _entry(tree: Tree) -> dict[str, Any]:
    facts = metadata(tree.read("README.md").decode())
    services = yaml.safe_load(tree.read("compose.yml"))["services"]
    return {
        "category": facts.category,
        "default_branch": "main",
        "description": facts.description,
        "features": dict(facts.features),
        "icon": "",
        "name": tree.name,
        "repository": "",
        "ssh_url": "",
        "versions": [{tree.version: _images(services)}],
        "website": "",
    }


def _images(services: Mapping[str, Any]) -> dict[str, dict[str, str]]:
    parts = {name: service["image"].rpartition(":") for name, service in services.items()}
    return {name: {"image": image, "tag": tag} for name, (image, _, tag) in parts.items()}


if __name__ == "__main__":
    print(json.dumps(as_catalogue(), indent=2, ensure_ascii=False))
