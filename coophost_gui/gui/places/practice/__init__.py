"""The place "Try it out"."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, always
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.practice.page import PracticePage

    return PracticePage(context)


PLACE = Place("practice", N_("core", "Try it out"), "play", 60, _make, always)
