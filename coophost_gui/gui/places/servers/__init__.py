"""The place "Servers"."""

from coophost_gui.gui.context import Context
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, with_a_server
from coophost_gui.kit.text import N_


def _make(context: Context) -> PlacePage:
    from coophost_gui.gui.places.servers.page import ServersPage

    return ServersPage(context)


PLACE = Place("servers", N_("core", "Servers"), "server", 20, _make, with_a_server)
