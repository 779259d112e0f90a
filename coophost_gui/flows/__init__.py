"""Every wizard: one file = one flow, found by itself."""

import importlib
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from coophost_gui.kit.flow import Flow
from coophost_gui.kit.text import Words
from coophost_gui.servers.world import World


@dataclass(frozen=True)
class Wizard:
    """A flow that can be made for a world. Each file here has one, called ``WIZARD``."""

    key: str
    title: Words
    place: str  # key of the place in the window that it belongs to
    command: tuple[str, ...]  # the same from a terminal: ("server", "add")
    make: Callable[[World], Flow]


def wizards() -> Iterator[Wizard]:
    """Yield the wizard of every file in this folder, in the order of their names."""
    for module in pkgutil.iter_modules(__path__):
        yield importlib.import_module(f"{__name__}.{module.name}").WIZARD


def wizard(key: str) -> Wizard:
    """Return the wizard called *key*."""
    return next(found for found in wizards() if found.key == key)
