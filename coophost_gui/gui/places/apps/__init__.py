"""The place "Apps"."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, with_a_server
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.apps.page import AppsPage

    return AppsPage(context)


PLACE = Place("apps", N_("core", "Apps"), "apps", 30, _make, with_a_server)
