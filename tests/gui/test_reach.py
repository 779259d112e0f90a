"""The page that shows a server from outside, and its code for a phone."""

import pytest
from PySide6.QtWidgets import QWidget

from coophost_gui.gui.labels import Label
from coophost_gui.gui.places.servers.reach_page import ReachPage
from coophost_gui.gui.qr_code import QrCode
from coophost_gui.kit.qr import squares
from coophost_gui.net.knock import Knock
from coophost_gui.servers.address import Kind
from coophost_gui.servers.reach import Reach
from coophost_gui.servers.web_doors import Doors
from tests.gui import screens, staged


def sentences(page):
    return [label.text() for label in page.findChildren(Label)]


@pytest.fixture
def page(qtbot, dressed, tmp_path):
    """The page as the button on the server's card opens it, before it has looked."""
    window = screens._lived_in(screens.WELL, "servers")(tmp_path)
    qtbot.addWidget(window)
    window.show()
    made = ReachPage(window.side.context, staged.SERVER)
    window.side.page("servers").open_page(made)
    yield made
    window.end()


@pytest.mark.parametrize(
    ("kind", "met", "headline"),
    [
        (Kind.PUBLIC, screens.MET, "Visitors get in to"),
        (Kind.PRIVATE, screens.MET, "A phone has to say"),
        (Kind.PUBLIC, {}, "A phone has to say"),
        (Kind.PUBLIC, screens.MET | {80: Knock.SILENT}, "Visitors do not get in"),
    ],
)
def test_the_headline_says_no_more_than_was_seen(page, kind, met, headline):
    page.found(Reach("203.0.113.5", kind, Doors(met), screens.PHONE_OPENS))
    assert page.front.headline.text().startswith(headline)
    assert any("203.0.113.5" in sentence for sentence in sentences(page))


def test_the_code_on_the_screen_is_the_code_of_the_address_in_any_palette(page, qtbot):
    page.found(screens.OPEN)
    code = page.findChild(QrCode)
    qtbot.waitExposed(page.window())
    image, rows = code.grab().toImage(), squares(screens.PHONE_OPENS)
    size = image.width() / len(rows)
    shown = [
        [
            image.pixelColor(int((x + 0.5) * size), int((y + 0.5) * size)).lightness() < 128
            for x in range(len(rows))
        ]
        for y in range(len(rows))
    ]
    assert shown == rows
    assert screens.PHONE_OPENS in code.accessibleName()


def test_the_card_of_a_server_opens_it(page, monkeypatch):
    looked = []
    monkeypatch.setattr(ReachPage, "look", lambda page: looked.append(page))
    front = page.window().side.page("servers")
    front.back()
    front.refresh()
    front.findChild(QWidget, f"reach:{staged.SERVER}").click()
    assert [type(one) for one in looked] == [ReachPage]
