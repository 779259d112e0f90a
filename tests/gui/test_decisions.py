"""Decisions in the window: begun, proposed, answered, found again; and a folder that is gone."""

import shutil

import pytest
from PySide6.QtCore import Qt

from coophost_gui.gui.ask_page import FieldPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.labels import Label
from coophost_gui.gui.places.federation.decision import DecisionPage
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.window import Window
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged
from tests.gui.screens import buttons


def shown(qtbot, world):
    window = Window(lambda: world, lambda: practice_world(100))
    qtbot.addWidget(window)
    window.side.context.watch.look = lambda: None  # nobody asks a server here
    window.resize(1100, 800)
    window.show()
    window.side.go("federation")
    return window


@pytest.fixture
def window(qtbot, tmp_path, own_home):
    window = shown(qtbot, staged.empty_world(tmp_path))
    yield window
    window.end()


def walk(qtbot, view, told):
    """Go to the end of the wizard in *view*, typing what is *told*."""
    while not isinstance(view.stage, EndingPage):
        qtbot.waitUntil(lambda: not view._ahead)  # what is answered already is passed
        stage = view.stage
        if isinstance(stage, FormPage):
            for question in stage.questions:
                if value := told.get(question.field.key):
                    control = question.editor.control
                    write = getattr(control, "setPlainText", None) or control.setText
                    write(value)
        if isinstance(stage, FieldPage | FormPage | ReviewPage):
            stage.primary.click()
        qtbot.waitUntil(lambda stage=stage: view.stage is not stage, timeout=5_000)


def press(qtbot, window, name):
    """Press the button called *name* once it can be seen."""
    qtbot.waitUntil(lambda: bool(buttons(window, name)), timeout=5_000)
    buttons(window, name)[0].click()


def texts(page):
    return " ".join(label.text() for label in page.findChildren(Label) if label.isVisible())


def test_a_collective_begins_proposes_answers_and_finds_it_again(qtbot, window, tmp_path):
    side = window.side
    press(qtbot, window, "door:record")
    folder = str(tmp_path / "ours")
    walk(qtbot, side.flow_in("federation"), {"folder": folder, "members": "Ada, Bo"})
    side.come_to_the_top("federation")
    page = side.page("federation")
    page.refresh()
    assert page.front.headline.text() == "Nothing waits for an answer"
    press(qtbot, window, "first-proposal")
    told = {"title": "A bread oven", "summary": "The old one broke.", "author": "Ada"}
    walk(qtbot, side.flow_in("federation"), told)
    side.come_to_the_top("federation")
    page.refresh()
    assert page.front.headline.text() == "One decision waits for answers"
    page.search.setText("tooth")
    assert page.lines.lines() == []
    page.search.setText("OVEN")
    assert [line.title for line in page.lines.lines()] == ["001 · A bread oven"]
    qtbot.keyClick(page.lines, Qt.Key.Key_Return)
    opened = page.currentWidget()
    assert isinstance(opened, DecisionPage)
    assert "Not heard yet: Ada, Bo" in texts(opened)
    press(qtbot, window, "vote-here")
    walk(qtbot, side.flow_in("federation"), {"author": "Ada"})
    side.come_to_the_top("federation")
    page.refresh()
    page.open_decision(page.lines.lines()[0].key)
    assert "I am in favour: Ada" in texts(page.currentWidget())


def test_a_folder_that_is_gone_is_said_to_be(qtbot, tmp_path, own_home):
    world = staged.deciding_world(tmp_path)
    shutil.rmtree(tmp_path / "decisions")
    window = shown(qtbot, world)
    page = window.side.page("federation")
    assert page.front.headline.text() == "Your decisions cannot be shown"
    assert page.findChildren(ProblemCard)
    assert buttons(window, "start_record")
    window.end()
