"""What tests of the window share: lanes that end, and a look that does not leak."""

import pytest
from PySide6.QtCore import QCoreApplication, QEvent

from coophost_gui.gui import theme
from coophost_gui.kit.jobs import Lanes


@pytest.fixture
def lanes():
    lanes = Lanes()
    yield lanes
    lanes.close()


@pytest.fixture
def dressed(qapp):
    """Dress the program in the light palette; its font and its dress are put back after."""
    font = qapp.font()
    if not qapp.styleSheet():
        theme.apply(qapp, "light")
    sheet = qapp.styleSheet()
    yield qapp
    # A window that was closed is still there; dressing it once more takes half a second.
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if qapp.font() != font or qapp.styleSheet() != sheet:
        qapp.setFont(font)
        theme.apply(qapp, "light")
