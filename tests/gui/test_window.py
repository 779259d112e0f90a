"""The window: its places, its help, its two worlds, and what it does when nobody looks."""

import logging
import time

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QShortcut
from PySide6.QtWidgets import QAbstractButton, QLabel

from coophost_gui.gui import theme
from coophost_gui.gui.app import Diary, mistakes_shown
from coophost_gui.gui.controls import CopyButton
from coophost_gui.gui.help import topics
from coophost_gui.gui.mistake import MistakeScreen
from coophost_gui.gui.places import places
from coophost_gui.gui.places.find.model import Choice, told_apart
from coophost_gui.gui.rail import RailButton
from coophost_gui.gui.report import report
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Button
from coophost_gui.gui.window import Window
from coophost_gui.hosts.base import Practice, Real
from coophost_gui.kit import log
from coophost_gui.kit.problems import WorldsMixed
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged
from tests.gui.made_up import nameless
from tests.gui.screens import SCREENS, buttons
from tests.gui.test_layouts import text_that_does_not_fit

A_MACHINE_S_WORDS = ("help-report", "our-mistake")
NEVER_SAID = ("error", "failed", "invalid", "oops", "please", "successfully", "!")


@pytest.fixture
def show(qtbot, dressed, tmp_path):
    """Show one of ``SCREENS`` by its name."""
    shown = []

    def show(name):
        window = SCREENS[name](tmp_path / name)
        shown.append(window)
        qtbot.addWidget(window)
        window.show()
        qtbot.waitExposed(window)
        qtbot.wait(1)
        return window

    yield show
    for window in shown:
        window.end()


@pytest.fixture
def window(qtbot, dressed, tmp_path):
    """A window of somebody who has nothing yet, with a quick practice server at hand."""
    window = Window(lambda: staged.empty_world(tmp_path), lambda: practice_world(50))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    qtbot.wait(1)
    yield window
    window.end()


def in_the_rail(window):
    shown = [b for b in window.rail.findChildren(RailButton) if b.isVisible()]
    return [b.key for b in sorted(shown, key=lambda button: button.y())]


def press(qtbot, window, name):
    qtbot.wait(1)
    found = buttons(window, name)
    assert found, f"no button {name}"
    qtbot.mouseClick(found[-1], Qt.MouseButton.LeftButton)
    qtbot.wait(1)


@pytest.mark.parametrize("name", SCREENS)
def test_every_control_has_a_name_one_button_is_filled_and_the_words_are_calm(show, name):
    window = show(name)
    assert nameless(window) == []
    filled = [
        b.text() for b in window.findChildren(Button) if b.isVisible() and b.kind == "primary"
    ]
    assert len(filled) <= 1, filled
    if name in A_MACHINE_S_WORDS:
        return
    texts = [
        w.text()
        for kind in (QLabel, QAbstractButton)
        for w in window.findChildren(kind)
        if w.isVisible()
    ]
    said = [text for text in texts for word in NEVER_SAID if word in text.lower()]
    assert said == []


@pytest.mark.parametrize("name", SCREENS)
def test_nothing_is_cut_off_at_twice_the_text_size(qtbot, dressed, show, name):
    letters = QFont(dressed.font())
    letters.setPointSizeF(letters.pointSizeF() * 2)
    dressed.setFont(letters)
    theme.apply(dressed, "light")
    window = show(name)
    window.resize(em(50), em(32))
    qtbot.wait(20)
    assert text_that_does_not_fit(window) == []


def test_the_first_screen_offers_only_doors_that_lead_somewhere(window):
    doors = [b.objectName() for b in window.findChildren(Button) if "door:" in b.objectName()]
    assert doors == ["door:server", "door:open", "door:practice", "door:read"]


def test_a_place_appears_when_it_has_something_to_offer(qtbot, window):
    assert in_the_rail(window) == ["home", "find", "federation", "practice"]
    window.side.context.world.abra.add_server(staged.SERVER)
    window.side.context.changed.emit()
    qtbot.wait(1)
    later = ["home", "servers", "apps", "find", "health", "federation", "practice"]
    assert in_the_rail(window) == later


def test_places_are_built_when_they_are_first_shown(window):
    assert list(window.side._stacks) == ["home"]
    window.side.go("find")
    assert list(window.side._stacks) == ["home", "find"]


def test_every_folder_of_a_place_is_found():
    assert [place.key for place in places()] == [
        "home",
        "servers",
        "apps",
        "find",
        "health",
        "federation",
        "practice",
    ]


def test_health_counts_what_needs_a_person(show):
    window = show("health-trouble")
    assert window.rail.button("health").count == 1
    assert "one thing needs a look" in window.rail.button("health").accessibleName()


def test_the_arrow_keys_walk_the_rail(qtbot, window):
    window.rail.button("home").setFocus()
    qtbot.keyClick(window.rail.button("home"), Qt.Key.Key_Down)
    assert window.focusWidget() is window.rail.button("find")
    qtbot.keyClick(window.focusWidget(), Qt.Key.Key_Space)
    assert window.side.place == "find"


def test_a_wizard_stays_where_it_is_while_one_looks_elsewhere(qtbot, window):
    press(qtbot, window, "door:server")
    view = window.side.flow_in("servers")
    assert window.side.place == "servers"
    assert window.rail.button("servers").busy
    window.side.go("find")
    window.side.go("servers")
    assert window.side.flow_in("servers") is view
    assert view.isVisible()


def test_two_apps_with_one_everyday_name_are_told_apart():
    ours = Choice("starter-site", "Website", "globe", "", "", (), "", ours=True)
    theirs = Choice("site", "Website", "globe", "", "", (), "")
    files = Choice("cloud", "Files", "folder", "", "", (), "")
    chips = [choice.chips for choice in told_apart([ours, theirs, files])]
    assert chips == [
        (("soft", "comes with this program"),),
        (("soft", "from the common list: site"),),
        (),
    ]


def test_an_unfinished_wizard_is_offered_at_home_and_can_be_let_go(qtbot, show):
    window = show("home-unfinished")
    assert buttons(window, "continue:add_server")
    window.side.page("home")._let_go("add_server")
    qtbot.wait(1)
    assert not buttons(window, "continue:add_server")


def test_home_does_not_call_a_server_ready_that_was_interrupted(qtbot, dressed, tmp_path):
    window = Window(lambda: staged.lived_in_world(tmp_path, apps=False))
    qtbot.addWidget(window)
    window.show()
    qtbot.waitExposed(window)
    home = window.side.page("home")
    assert home.front.headline.text() == "Your server is ready. An app is next"
    window.side.context.drafts.keep("add_server", "Add a server", {}, running=True)
    home.refresh()
    assert home.front.headline.text() == "Your server is not ready yet"
    qtbot.wait(1)  # what was added is laid out
    assert [b.kind for b in buttons(window, "continue:add_server")] == ["primary"]
    window.end()


def test_going_on_with_a_wizard_brings_its_answers_back(qtbot, show):
    window = show("home-unfinished")
    press(qtbot, window, "continue:add_server")
    view = window.side.flow_in("servers")
    assert view.answers._values["address"] == staged.SERVER


def test_help_covers_the_work_and_gives_it_back(qtbot, window):
    press(qtbot, window, "door:server")
    view = window.side.flow_in("servers")
    qtbot.waitUntil(lambda: window.findChild(QShortcut, "help-key") is not None)
    qtbot.keyClick(window, Qt.Key.Key_F1)
    assert not view.isVisible()
    press(qtbot, window, "back")
    assert view.isVisible()


def test_every_help_page_opens(qtbot, show):
    window = show("help-topics")
    for topic in topics():
        window.help(topic.key)
        qtbot.wait(1)
        assert window._over.currentWidget().headline.text() == topic.title


def test_the_third_door_leaves_no_trace(qtbot, window, own_home, qapp):
    log.start()
    qapp.clipboard().setText("mine")
    logger = logging.getLogger("coophost_gui")
    try:
        before = {path: path.read_bytes() for path in own_home.rglob("*") if path.is_file()}
        window.help()
        press(qtbot, window, "help-hurt")
        page = window._over.currentWidget()
        assert page.headline.text() == "Somebody is hurting or threatening me"
        assert len(page.findChildren(CopyButton)) == 2  # whom to tell, without any network
        press(qtbot, window, "back")
        after = {path: path.read_bytes() for path in own_home.rglob("*") if path.is_file()}
    finally:
        for handler in list(logger.handlers):
            logger.removeHandler(handler)
            handler.close()
    assert before == after
    assert qapp.clipboard().text() == "mine"


def test_the_report_holds_no_secret():
    log.hide("a-planted-password")
    assert "a-planted-password" not in report("it said a-planted-password")


def test_a_mistake_of_ours_is_shown_calmly_and_once(qtbot, window):
    diary = Diary()
    with mistakes_shown(window, diary) as mistakes:
        wrong = KeyError("spoon")
        mistakes.hear(KeyError, wrong, None)
        first = window._over
        mistakes.hear(KeyError, wrong, None)
    diary.end()
    assert isinstance(first, MistakeScreen)
    assert window._over is first
    assert "spoon" in first.report
    press(qtbot, window, "go-on")
    assert window._over is None


def test_nothing_is_looked_at_while_the_window_is_hidden(qtbot, dressed, tmp_path):
    world = staged.lived_in_world(tmp_path)
    window = Window(lambda: world)
    qtbot.addWidget(window)
    window.show()
    watch = window.side.context.watch
    qtbot.waitUntil(lambda: watch.board is not None)
    window.hide()
    assert not watch.watched
    assert not watch._timer.isActive()
    qtbot.waitUntil(lambda: not watch.looking and not watch.listening)
    before = len(world.hosts.asked)
    window.show()
    qtbot.waitUntil(lambda: len(world.hosts.asked) > before)
    window.end()
    assert not watch._timer.isActive()


def test_where_there_is_no_server_nothing_is_looked_at(qtbot, window):
    qtbot.wait(400)
    assert not window.side.context.watch.watched
    assert window.side.context.world.hosts.asked == []


def test_the_first_server_is_looked_at_as_soon_as_it_is_there(qtbot, window):
    qtbot.wait(400)  # the window has looked whether there is something to watch
    context = window.side.context
    context.world.abra.add_server("kitchen.example.org")
    context.changed.emit()
    assert context.watch.watched
    context.world.abra.remove_server("kitchen.example.org")
    context.changed.emit()
    assert not context.watch.watched


def test_try_it_out_marks_every_screen(qtbot, window):
    assert not window.band.isVisible()
    press(qtbot, window, "door:practice")
    for place in window.side.places():
        window.side.go(place.key)
        assert window.band.isVisible()
    window.help()
    assert window.band.isVisible()
    press(qtbot, window, "leave-practice")
    assert not window.band.isVisible()


def test_the_two_worlds_share_nothing(window):
    real = window.side.context
    window.practise()
    practised = window.side.context
    assert (real.world.world, practised.world.world) == (Real, Practice)
    assert real.lanes is not practised.lanes
    assert real.drafts is not practised.drafts
    assert real.world.abra.root != practised.world.abra.root
    assert real.world.secrets is not practised.world.secrets


def test_an_app_of_the_other_world_is_refused(window, tmp_path):
    from coophost_gui.apps.app import apps

    real_app = apps(staged.lived_in_world(tmp_path / "other"))[0]
    window.practise()
    with pytest.raises(WorldsMixed):
        window.side.context.belongs(real_app)


def test_nothing_practised_is_written_to_the_persons_folders(qtbot, window, own_home):
    before = sorted(own_home.rglob("*"))
    window.practise()
    window.side.context.world.abra.add_server("practice.example.org")
    window.side.context.drafts.keep("add_server", "Add a server", {"address": "192.0.2.10"})
    assert sorted(own_home.rglob("*")) == before


def test_beginning_again_takes_less_than_ten_seconds(qtbot, window):
    window.practise()
    old = window.side.context
    old.world.abra.add_server("practice.example.org")
    began = time.monotonic()
    window.begin_practice_again()
    assert time.monotonic() - began < 10
    assert window.side.context is not old
    assert window.side.context.servers() == []


def test_closing_the_window_keeps_the_answers(qtbot, dressed, tmp_path):
    window = Window(lambda: staged.empty_world(tmp_path))
    qtbot.addWidget(window)
    window.show()
    qtbot.wait(1)
    press(qtbot, window, "door:server")
    qtbot.keyClicks(window.side.flow_in("servers").stage.questions[0].editor.control, "203.0.113.9")
    window.close()
    window.end()
    again = Window(lambda: staged.empty_world(tmp_path))
    qtbot.addWidget(again)
    again.show()
    qtbot.wait(1)
    assert buttons(again, "continue:add_server")
    again.end()
