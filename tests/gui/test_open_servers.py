""" "My collective already has a server", pressed through: a picked folder, and Home afterwards."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit

from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.widgets import Button
from coophost_gui.gui.window import Window
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged
from tests.gui.made_up import nameless
from tests.unit.servers.machine import PASSWORD, Machine
from tests.unit.servers.test_shared import NOTES, filled


@pytest.fixture
def window(qtbot, dressed, tmp_path):
    machine = Machine()
    machine.packages, machine.services = ["docker.io"], {"docker": "active"}
    machine.more_facts = "docker.swarm=active\ndocker.manager=true\n"
    world = replace(staged.empty_world(tmp_path / "world"), hosts=machine.hosts)
    window = Window(lambda: world, lambda: practice_world(50))
    window.side.context.watch.look = lambda: None
    qtbot.addWidget(window)
    window.resize(1180, 760)
    window.show()
    qtbot.waitExposed(window)
    yield window
    window.end()


def press(window, name):
    found = [b for b in window.findChildren(Button, name) if b.isVisible() and b.isEnabled()]
    assert found, f"{name} cannot be pressed"
    found[0].click()


def stage(qtbot, window, kind, headline=""):
    view = window.side._flows["servers"]
    qtbot.waitUntil(lambda: isinstance(view.stage, kind) and headline in view.stage.headline.text())
    return view.stage


def test_a_folder_is_picked_and_its_servers_and_apps_are_here(qtbot, window, tmp_path, monkeypatch):
    app = f"notes.{staged.SERVER}"
    stick = filled(tmp_path / "stick", {f"servers/{staged.SERVER}/{app}.env": NOTES})
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *words: str(stick))
    press(window, "door:open")
    form = stage(qtbot, window, FormPage)
    press(window, "place_pick")
    assert form.findChild(QLineEdit, "place").text() == str(stick)
    assert nameless(window) == []
    press(window, "next")
    form = stage(qtbot, window, FormPage, "How do we get in?")
    assert form.findChild(QLineEdit, f"address_{staged.SERVER}").text() == staged.SERVER
    assert form.findChild(QLineEdit, f"user_{staged.SERVER}").text() == "root"
    form.findChild(QLineEdit, f"password_{staged.SERVER}").setText(PASSWORD)
    press(window, "next")
    stage(qtbot, window, ReviewPage)
    context = window.side.context
    assert context.servers() == []
    press(window, "begin")
    stage(qtbot, window, EndingPage, f"{staged.SERVER} is here")
    assert context.servers() == [staged.SERVER]
    assert [found.name for found in context.world.abra.apps()] == [app]
    press(window, "go_to_place")
    assert window.side.place == "home"


def test_when_nothing_is_picked_what_was_typed_stays(qtbot, window, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *words: "")
    press(window, "door:open")
    form = stage(qtbot, window, FormPage)
    form.findChild(QLineEdit, "place").setText("git@example.org:kitchen")
    press(window, "place_pick")
    assert form.findChild(QLineEdit, "place").text() == "git@example.org:kitchen"


def test_practice_opens_nothing_of_the_real_world(qtbot, window):
    window.practise()
    window.side.go("servers")
    assert not [b for b in window.findChildren(Button, "open") if b.isVisible()]
