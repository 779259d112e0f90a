"""The place "Home"."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, always
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.home.page import HomePage

    return HomePage(context)


PLACE = Place("home", N_("core", "Home"), "home", 10, _make, always)
