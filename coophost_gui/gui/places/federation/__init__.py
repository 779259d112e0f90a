"""The place "Other collectives": what is decided together."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, always
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.federation.page import FederationPage

    return FederationPage(context)


PLACE = Place("federation", N_("core", "Decisions"), "people", 55, _make, always)
