"""Where files live. Every folder follows the platform's rules and the XDG variables."""

import os
from functools import cache
from pathlib import Path

import platformdirs

import coophost_gui

APP = "coophost"
CHECKOUT = Path(coophost_gui.__file__).resolve().parent.parent


def data_dir() -> Path:
    """Return the folder of what must not be lost: settings, unfinished wizards, the login key."""
    return private(platformdirs.user_data_path(APP))


def cache_dir() -> Path:
    """Return the folder of what may be deleted at any time."""
    return private(platformdirs.user_cache_path(APP))


def log_dir() -> Path:
    """Return the folder of the program's own logs."""
    return private(platformdirs.user_log_path(APP))


def private(path: Path) -> Path:
    """Make *path* if it is missing, readable by its owner only."""
    if not path.is_dir():
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def resource(*parts: str) -> Path:
    """Return a file of ``resources/``: in the installed package, else in the checkout."""
    return _shipped("resources", *parts)


def shipped_recipes(*parts: str) -> Path:
    """Return a file of ``recipes_cache/``: in the installed package, else in the checkout."""
    return _shipped("recipes_cache", *parts)


def _shipped(*parts: str) -> Path:
    return _beside(parts[0]).joinpath(*parts[1:])


@cache
def _beside(folder: str) -> Path:
    inside = Path(coophost_gui.__file__).parent / folder
    return inside if inside.exists() else CHECKOUT / folder


def home() -> Path:
    """Return the person's home folder."""
    return Path(os.path.expanduser("~"))
