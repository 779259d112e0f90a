"""Find an app: why there is nothing, looking for news, and the page of one app."""

import json
import threading

import pytest
from PySide6.QtCore import QPoint, Qt

from coophost_gui.gui.labels import Label
from coophost_gui.gui.places.find.model import ChoiceModel
from coophost_gui.gui.widgets import Button
from coophost_gui.gui.window import Window
from coophost_gui.kit.store import Settings
from tests.gui import staged
from tests.gui.screens import SCREENS
from tests.unit.net.peers import listening, serving, web

LIST = json.dumps(
    {"jitsi": {"versions": [{"1.0.0+9": {"app": {"image": "jitsi/web", "tag": "9"}}}]}}
).encode()


@pytest.fixture
def at(qtbot, dressed, tmp_path):
    """Return the window and its page "Find an app", where the list is fetched from a port."""

    def make(port):
        address = f"http://127.0.0.1:{port}/recipes.json"
        world = staged.empty_world(tmp_path)
        object.__setattr__(world, "settings", lambda: Settings(catalogue=address))
        window = Window(lambda: world)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        window.side.go("find")
        made.append(window)
        return window, window.side.page("find")

    made = []
    yield make
    for window in made:
        window.end()


@pytest.fixture
def everything(qtbot, dressed, tmp_path):
    """Return the window of somebody who has nothing yet, at "Find an app"."""
    window = SCREENS["find-everything"](tmp_path)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.end()


def said_on(page):
    return " ".join(w.text() for w in page.currentWidget().findChildren(Label) if w.isVisible())


def button(page, name):
    return next(b for b in page.findChildren(Button, name) if b.isVisible())


def test_nothing_yet_and_then_news_has_it(qtbot, at):
    server, _ = web({"/recipes.json": (200, {}, LIST)})
    with serving(server) as port:
        _, page = at(port)
        page.search.setText("zoom")
        words = "Nothing yet, because the list on this computer has no app"
        qtbot.waitUntil(lambda: words in said_on(page))
        qtbot.mouseClick(button(page, "news"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "1 new apps" in said_on(page))
    assert [choice.recipe for choice in page.cards.choices.choices()] == ["jitsi"]
    assert "(of today)" in said_on(page)


def test_what_was_in_the_way_is_said_and_the_list_stays(qtbot, at):
    server, _ = web({})
    with serving(server) as port:
        _, page = at(port)
        before = page.cards.choices.choices()
        qtbot.mouseClick(button(page, "news"), Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "answers 404" in said_on(page))
    assert page.cards.choices.choices() == before
    assert button(page, "news").isEnabled()


def test_looking_for_news_can_be_stopped(qtbot, at):
    with listening() as port:
        _, page = at(port)
        qtbot.mouseClick(button(page, "news"), Qt.MouseButton.LeftButton)
        assert not button(page, "news").isEnabled()
        qtbot.waitUntil(lambda: page.news.busy.isVisible())
        qtbot.mouseClick(page.news.busy.stop, Qt.MouseButton.LeftButton)
        qtbot.waitUntil(lambda: "Stopped. The list that you had" in said_on(page))
    assert threading.active_count() < 20


def test_where_no_list_is_fetched_no_news_are_offered(everything):
    assert button(everything, "news")
    object.__setattr__(everything.side.context.world, "lists", None)
    everything.side.page("find").refresh()
    assert not [b for b in everything.findChildren(Button, "news") if b.isVisible()]


@pytest.mark.parametrize("how", ["space", "click"])
def test_the_page_of_an_app_says_what_is_missing(qtbot, everything, how):
    page = everything.side.page("find")
    page.search.setText("wordpress")
    index = page.cards.model().index(0, 0)
    assert index.data(ChoiceModel.ChoiceRole).recipe == "starter-wordpress"
    page.cards.setCurrentIndex(index)
    if how == "space":
        qtbot.keyClick(page.cards, Qt.Key.Key_Space)
    else:
        spot = page.cards.visualRect(index).topLeft() + QPoint(40, 20)
        qtbot.mouseClick(page.cards.viewport(), Qt.MouseButton.LeftButton, pos=spot)
    qtbot.waitUntil(lambda: "Not instead of" in said_on(page))
    words = said_on(page)
    assert "About “Website”" in words
    assert "Shopify: it has no shop and takes no payments." in words
    assert "−4: Its makers call it 1 of 5 finished." in words
    qtbot.mouseClick(button(page, "back"), Qt.MouseButton.LeftButton)
    assert page.currentWidget() is page.front
