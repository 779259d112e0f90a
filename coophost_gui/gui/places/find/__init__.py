"""The place "Find an app"."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, always
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.find.page import FindPage

    return FindPage(context)


PLACE = Place("find", N_("core", "Find an app"), "book", 40, _make, always)
