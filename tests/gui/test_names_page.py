"""The page with a server's names: what one copies, and how it comes up to date by itself."""

import time
from dataclasses import replace

import pytest
from PySide6.QtGui import QGuiApplication

from coophost_gui.gui.controls import CopyButton
from coophost_gui.gui.labels import Label
from coophost_gui.gui.places.servers import names_page
from coophost_gui.gui.places.servers.names_page import NamesPage
from coophost_gui.hosts.base import Result
from coophost_gui.net.answers import Answer, NameSeen, State
from tests.gui import staged
from tests.gui.screens import SCREENS, buttons

ADDRESS = "203.0.113.5"


class Web:
    """An address book whose answers a test changes."""

    def __init__(self):
        self.addresses = ()
        self.looks = 0

    def book(self):
        return self

    def look(self, job, name, wanted):
        self.looks += 1
        state = State.HERE if self.addresses else State.EMPTY
        answer = Answer("ns1.example.net", state, self.addresses)
        return NameSeen(name, 0, staged.SERVER, (answer,), answer if self.addresses else None)


@pytest.fixture
def web():
    return Web()


@pytest.fixture
def page(qtbot, dressed, tmp_path, web):
    window = SCREENS["servers-well"](tmp_path)
    qtbot.addWidget(window)
    world = replace(window.side.context.world, web=web)
    window.side.context.world = world
    host = world.hosts.hosts[staged.SERVER]
    host.address = ADDRESS
    host.answers["sh -s facts"] = Result(0, "uid=0\n", "")
    window.show()
    qtbot.waitExposed(window)
    qtbot.waitUntil(lambda: bool(buttons(window, f"names:{staged.SERVER}")))
    buttons(window, f"names:{staged.SERVER}")[0].click()
    page = window.findChild(NamesPage)
    qtbot.waitUntil(lambda: page._names is not None)
    yield page
    window.end()


def texts(page):
    return [label.text() for label in page.findChildren(Label) if label.isVisible()]


def test_name_and_value_of_a_record_can_be_copied(page):
    copies = [found for found in page.findChildren(CopyButton) if found.isVisibleTo(page)]
    copied = []
    for button in copies[:2]:
        button.click()
        copied.append(QGuiApplication.clipboard().text())
    assert copied == [staged.WEBSITE, ADDRESS]


def test_a_record_that_becomes_right_is_seen_without_anybody_pressing_anything(
    page, web, qtbot, monkeypatch
):
    assert "Nothing there yet" in [chip._text for chip in page.findChildren(names_page.Chip)]
    assert "are not right yet" in page.front.headline.text()
    web.addresses = (ADDRESS,)
    monkeypatch.setattr(names_page, "EVERY", 0.0)
    page.tick()
    qtbot.waitUntil(lambda: "lead to" in page.front.headline.text())
    looks = web.looks
    page.tick()  # all is right: nobody is asked again
    assert (page._quiet, web.looks) == (None, looks)


def test_a_look_that_finds_the_same_leaves_the_screen_as_it_is(page, qtbot, monkeypatch, web):
    button = next(found for found in page.findChildren(CopyButton) if found.isVisibleTo(page))
    button.setFocus()
    looks, before = web.looks, page._names.at
    page._names = replace(page._names, at=time.time() - 60)
    page.tick()
    assert "a minute ago" in page.front.intro.text()
    qtbot.waitUntil(lambda: page._quiet is None and page._names.at > before - 1)
    assert web.looks > looks
    assert button.isVisibleTo(page)
    assert button.parent() is not None


def test_nobody_is_asked_while_the_page_is_not_seen(page):
    assert page._second.isActive()
    page.closed.emit()
    assert not page._second.isActive()
