"""The place "Health"."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, with_a_server
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.health.page import HealthPage

    return HealthPage(context)


PLACE = Place("health", N_("core", "Health"), "heart", 50, _make, with_a_server)
