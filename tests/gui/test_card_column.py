"""Of many cards only those near what is seen are made; all can be reached and are heard."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit

from coophost_gui.gui.app_card import StateCard
from coophost_gui.gui.card_column import CardColumn, Planned
from coophost_gui.gui.labels import Text
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button, named

MANY = 60


def planned(number, *, acts=True):
    name = f"App {number}"

    def make():
        buttons = []
        if acts:
            buttons = [Button("Open"), Button("Messages")]
            for button, key in zip(buttons, ("open", "messages"), strict=True):
                button.setObjectName(f"{key}:{number}")
        more = [Text("It says why, in a line more. " * (number % 5))]
        return StateCard("apps", name, "good", "Well", "", "It runs.", 0, buttons, more)

    return Planned(str(number), f"{name}: Well", acts, make)


@pytest.fixture
def screen(qtbot, dressed):
    screen = Screen("Many apps are well")
    screen.column = CardColumn(screen.area)
    screen.body.addWidget(screen.column)
    screen.after = named(QLineEdit(), "After the cards")
    screen.body.addWidget(screen.after)
    screen.column.plan([planned(number) for number in range(MANY)])
    qtbot.addWidget(screen)
    screen.resize(900, 600)
    screen.show()
    qtbot.waitExposed(screen)
    qtbot.waitUntil(lambda: screen.column.height() > 5000)
    qtbot.wait(20)
    return screen


def names(column):
    return [card.title.text() for card in column.cards]


def in_sight(screen):
    """Return the rows of which something is seen."""
    view = screen.area.viewport()
    return [
        row
        for row in screen.column._rows
        if view.rect().intersects(row.rect().translated(row.mapTo(view, row.rect().topLeft())))
    ]


def press(qtbot, key):
    qtbot.keyClick(QApplication.focusWidget(), key)
    qtbot.wait(5)


def test_only_what_is_near_is_made_and_what_is_far_is_let_go(qtbot, screen):
    assert "App 0" in names(screen.column)
    assert len(screen.column.cards) < 15
    bar = screen.area.verticalScrollBar()
    for value in (*range(0, bar.maximum(), 300), bar.maximum()):
        bar.setValue(value)
        qtbot.wait(2)
        assert all(row.card is not None for row in in_sight(screen)), value
        assert len(screen.column.cards) < 20
    while bar.value() < bar.maximum():  # what was made may be higher than was guessed
        bar.setValue(bar.maximum())
        qtbot.wait(2)
    assert names(screen.column)[-1] == f"App {MANY - 1}"
    assert "App 0" not in names(screen.column)


def test_what_is_read_stays_where_it_is_while_cards_above_are_made(qtbot, screen):
    bar, view = screen.area.verticalScrollBar(), screen.area.viewport()
    bar.setValue(bar.maximum() // 2)
    qtbot.wait(10)
    for _ in range(20):
        row = in_sight(screen)[-1]
        before = row.mapTo(view, row.rect().topLeft()).y()
        bar.setValue(bar.value() - 100)
        qtbot.wait(5)
        assert abs(row.mapTo(view, row.rect().topLeft()).y() - before - 100) <= 2


@pytest.mark.parametrize("way", ["forth", "back"])
def test_the_keyboard_comes_to_each_button_in_turn(qtbot, screen, way):
    wanted = [f"{key}:{number}" for number in range(MANY) for key in ("open", "messages")]
    if way == "forth":
        screen.findChild(Button, "open:0").setFocus()
    else:
        screen.after.setFocus(Qt.FocusReason.OtherFocusReason)
        screen.area.ensureWidgetVisible(screen.after)
        qtbot.wait(20)
        wanted.reverse()
        press(qtbot, Qt.Key.Key_Backtab)
    met = []
    for name in wanted:
        focused = QApplication.focusWidget()
        met.append(focused.objectName())
        assert focused.objectName() == name, met
        view = screen.area.viewport()
        assert view.rect().contains(focused.mapTo(view, focused.rect().center()))
        press(qtbot, Qt.Key.Key_Tab if way == "forth" else Qt.Key.Key_Backtab)


def test_a_card_in_which_the_keyboard_is_stays(qtbot, screen):
    button = screen.findChild(Button, "messages:0")
    button.setFocus()
    screen.area.verticalScrollBar().setValue(screen.area.verticalScrollBar().maximum())
    qtbot.wait(10)
    assert button.hasFocus()
    assert names(screen.column)[0] == "App 0"


def test_each_app_is_heard_once_whether_its_card_is_made_or_not(screen):
    heard = []
    for row in screen.column._rows:
        heard += [row.accessibleName()] if row.accessibleName() else []
        heard += [row.card.accessibleName()] if row.card is not None else []
    assert heard == [f"App {number}: Well" for number in range(MANY)]


def test_a_new_plan_keeps_what_was_made_and_where_one_is(qtbot, screen):
    bar = screen.area.verticalScrollBar()
    bar.setValue(2500)
    qtbot.wait(20)
    made, at = set(names(screen.column)), bar.value()
    screen.column.plan([planned(number) for number in range(MANY)])
    assert made <= set(names(screen.column))  # at once: the keyboard may have been in one
    qtbot.wait(20)
    assert abs(bar.value() - at) <= 2


def test_what_has_no_button_takes_no_keyboard(qtbot, screen):
    screen.column.plan([planned(number, acts=False) for number in range(MANY)])
    qtbot.wait(20)
    screen.setFocus()
    screen.focusNextChild()
    assert QApplication.focusWidget() is screen.after
