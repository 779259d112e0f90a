"""Every place of the window: one folder = one place, found by itself.

A place's own ``__init__.py`` only names it, so that the rail can be painted before any
page is built; ``make`` imports the page when it is first shown.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.kit.text import Words


@dataclass(frozen=True)
class Place:
    """One entry of the rail. ``shown`` says whether it has something to offer now."""

    key: str
    title: Words
    sign: str
    order: int
    make: Callable[[Context], PlacePage]
    shown: Callable[[Context], bool]


@cache
def places() -> tuple[Place, ...]:
    """Return every place, in the order of the rail."""
    found = [
        importlib.import_module(f"{__name__}.{module.name}").PLACE
        for module in pkgutil.iter_modules(__path__)
        if module.ispkg
    ]
    return tuple(sorted(found, key=lambda place: place.order))


def always(context: Context) -> bool:
    """Show a place at all times."""
    return True


def with_a_server(context: Context) -> bool:
    """Show a place once there is a server, real or practised."""
    return bool(context.servers())
