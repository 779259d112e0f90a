"""Before renting, in the window: from "not rented yet" to the text, and back with an address."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit

from coophost_gui.gui.between_pages import StopPage
from coophost_gui.gui.controls import CopyButton
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.window import Window
from coophost_gui.hosts.problems import NotIntroduced
from coophost_gui.servers.introduction import introduction, text_of
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged
from tests.gui.screens import buttons


@pytest.fixture
def window(qtbot, dressed, tmp_path):
    window = Window(lambda: staged.empty_world(tmp_path), lambda: practice_world(50))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.end()


def stage(window):
    return next(iter(window.side._flows.values())).stage


def press(qtbot, window, name):
    qtbot.wait(1)
    qtbot.mouseClick(buttons(window, name)[-1], Qt.MouseButton.LeftButton)


def test_who_has_not_rented_one_gets_the_text_and_it_is_hidden_until_wanted(qtbot, qapp, window):
    window.side.open_flow("add_server", {})
    press(qtbot, window, "instead")
    qtbot.keyClicks(stage(window).findChild(QLineEdit, "name"), staged.SERVER)
    press(qtbot, window, "next")
    qtbot.waitUntil(lambda: isinstance(stage(window), ReviewPage))
    press(qtbot, window, "begin")
    qtbot.waitUntil(lambda: isinstance(stage(window), EndingPage))
    text = text_of(window.side.context.world, staged.SERVER)
    secret = text.splitlines()[9].strip()
    assert text.startswith("#cloud-config")
    assert not any(secret in label.text() for label in window.findChildren(QLabel))
    qtbot.mouseClick(stage(window).findChild(CopyButton), Qt.MouseButton.LeftButton)
    assert qapp.clipboard().text() == text
    qapp.clipboard().clear()
    stage(window).facts[0].eye.click()
    assert any(secret in label.text() for label in window.findChildren(QLabel))


def test_another_server_at_the_address_is_a_stop_page_without_try_again(qtbot, window, tmp_path):
    world = window.side.context.world
    introduction(world, staged.SERVER).do(None)
    asked = []

    def not_it(job, login):
        asked.append(login.introduced)
        raise NotIntroduced("It answers with SHA256:other", host=login.address)

    world.hosts.first_contact = not_it
    window.side.open_flow("add_server", {})
    qtbot.keyClicks(stage(window).findChild(QLineEdit, "address"), "203.0.113.5")
    press(qtbot, window, "next")
    qtbot.waitUntil(lambda: isinstance(stage(window), StopPage))
    assert asked == ["any"]
    assert not buttons(window, "try_again")


def test_in_try_it_out_nothing_is_rented(qtbot, window):
    window.practise()
    window.side.open_flow("add_server", {})
    assert not buttons(window, "instead")
