"""An app that others made, taken in from its card in the window."""

from PySide6.QtCore import Qt

from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.flows import wizard
from coophost_gui.gui.context import Context
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.flow_view import FlowView
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.widgets import Button
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from tests.gui import staged
from tests.gui.screens import SCREENS, buttons
from tests.unit.apps.recipes import new_greeter, practice_server, practice_world


def test_the_card_of_an_app_of_others_opens_the_wizard_with_its_answers(
    qtbot, dressed, tmp_path, monkeypatch
):
    opened = []
    keep = lambda self, key, **answers: opened.append((key, answers))  # noqa: E731
    monkeypatch.setattr(Context, "open_flow_for", keep)
    window = SCREENS["apps-of-others"](tmp_path)
    qtbot.addWidget(window)
    window.show()
    (button,) = buttons(window, "adopt:doorbell")
    button.click()
    window.end()
    assert opened == [("adopt_app", {"server": staged.SERVER, "stack": "doorbell"})]


def test_the_wizard_goes_to_the_plan_by_itself_and_then_the_file_is_there(
    qtbot, dressed, lanes, tmp_path
):
    world = practice_world(tmp_path, practice_server(1000.0))
    greeter = new_greeter(world, GREETING="good evening")
    host = world.hosts.reach(Job(), "alpha")
    carry_out([s for s in deploy_steps(world, host, greeter) if s.key != "healthy"], Job())
    before = greeter.file.env().values()
    greeter.file.path.unlink()
    answers = Answers({"server": "alpha", "stack": "hello_example_org"})
    view = FlowView(wizard("adopt_app").make(world), answers, lanes, resume=True)
    qtbot.addWidget(view)
    view.show()
    qtbot.waitUntil(lambda: isinstance(view.stage, ReviewPage))
    shown = [str(words) for step in view.steps for words in step.detail]
    assert "GREETING=good evening" in shown
    assert not greeter.file.path.exists()
    qtbot.mouseClick(view.findChild(Button, "begin"), Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: isinstance(view.stage, EndingPage))
    assert greeter.file.env().values() == before
