"""The whole main job on the practice server, by keyboard alone; and what a first paint loads."""

import os
import subprocess
import sys

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from coophost_gui.gui.ask_page import FingerprintPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.places.find.page import CardList
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.theme import PAIRS, PALETTES
from coophost_gui.gui.window import Window
from coophost_gui.kit.places import CHECKOUT
from coophost_gui.workshop.host import LETTER
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged

HEAVY = ("paramiko", "docker", "requests", "dulwich", "cryptography", "keyring", "dns", "yaml")
MOST_TABS = 120


class Keyboard:
    """Somebody who has no mouse."""

    def __init__(self, qtbot, window):
        self.qtbot, self.window = qtbot, window

    def focused(self):
        found = QGuiApplication.focusObject()
        return found if isinstance(found, QWidget) else self.window

    def tab_to(self, wanted):
        """Press Tab until *wanted* says yes to what has the focus."""
        seen = []
        for _ in range(MOST_TABS):
            seen.append(self.focused().objectName() or type(self.focused()).__name__)
            if wanted(self.focused()):
                return self.focused()
            QTest.keyClick(self.focused(), Qt.Key.Key_Tab)
            self.qtbot.wait(1)
        pytest.fail(f"Tab does not lead there, but to {seen}")

    def press(self, name):
        """Go to the button called *name* and press it."""
        self.qtbot.waitUntil(lambda: bool(self.visible(name)), timeout=20_000)
        button = self.tab_to(
            lambda w: isinstance(w, QAbstractButton) and w.objectName() == name and w.isEnabled()
        )
        QTest.keyClick(button, Qt.Key.Key_Space)
        self.qtbot.wait(1)

    def visible(self, name):
        found = self.window.findChildren(QAbstractButton, name)
        return [b for b in found if b.isVisible() and b.isEnabled()]

    def type(self, name, text):
        editor = self.tab_to(lambda w: isinstance(w, QLineEdit) and w.objectName() == name)
        editor.selectAll()
        QTest.keyClicks(editor, text)

    def until_stage(self, kind):
        def there():
            view = self.view
            for card in view.stage.findChildren(ProblemCard):
                pytest.fail(card.sentences + card.problem.detail)
            return isinstance(view.stage, kind)

        self.qtbot.waitUntil(there, timeout=60_000)

    @property
    def view(self):
        return self.window.side.flow_in(self.window.side.place)


@pytest.fixture
def practised(qtbot, dressed, tmp_path):
    window = Window(lambda: staged.empty_world(tmp_path), lambda: practice_world(100))
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()
    qtbot.waitExposed(window)
    qtbot.wait(1)
    yield window
    window.end()


def test_the_main_job_can_be_done_by_keyboard_alone(qtbot, practised):
    hands = Keyboard(qtbot, practised)
    hands.press("door:practice")
    hands.press("door:server")
    hands.press("next")
    hands.until_stage(FingerprintPage)
    hands.type("fingerprint", LETTER.fingerprint)
    hands.press("they_match")
    qtbot.waitUntil(lambda: bool(practised.findChildren(QLineEdit, "collective")), timeout=20_000)
    hands.type("collective", "Quarter's Kitchen")
    hands.press("next")
    hands.until_stage(ReviewPage)
    hands.press("begin")
    hands.until_stage(EndingPage)
    hands.press("go_to_place")
    assert practised.side.place == "find"
    hands.type("search", "blogger")
    cards = hands.tab_to(lambda w: isinstance(w, CardList))
    QTest.keyClick(cards, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: hands.view is not None, timeout=20_000)
    qtbot.waitUntil(
        lambda: any(e.isVisible() for e in hands.view.findChildren(QLineEdit)), timeout=20_000
    )
    address = next(e for e in hands.view.findChildren(QLineEdit) if e.isVisible())
    hands.type(address.objectName(), f"www.{LETTER.name}")
    hands.press("next")
    hands.until_stage(ReviewPage)
    hands.press("begin")
    hands.until_stage(EndingPage)
    hands.press("open")
    hands.press("pretend")
    hands.press("rail:health")
    watch = practised.side.context.watch
    watch.look()
    qtbot.waitUntil(
        lambda: watch.board is not None and all(c.level == "good" for c in watch.board.cards),
        timeout=20_000,
    )
    page = practised.side.page("health")
    qtbot.waitUntil(lambda: page.front.headline.text() == "Website is well", timeout=5_000)


@pytest.mark.parametrize("palette", PALETTES, ids=("light", "dark", "practice", "practice-dark"))
def test_every_pair_of_colours_can_be_read(palette):
    pairs = (*PAIRS, ("warm", "warm_tint"), ("accent", "warm_tint"), ("ink", "warm_tint"))
    low = [pair for pair in pairs if contrast(palette[pair[0]], palette[pair[1]]) < 4.5]
    assert low == []


def contrast(one, other):
    def light(colour):
        parts = [colour.redF(), colour.greenF(), colour.blueF()]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((light(one), light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_first_painting_loads_nothing_heavy(own_home):
    code = (
        "import sys; from coophost_gui.__main__ import main; sys.argv = ['coophost-gui'];"
        "main(); print(' '.join(sorted(sys.modules)))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        check=True,
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "COOPHOST_EXIT_AFTER_FIRST_PAINT": "1"},
        timeout=60,
    )
    loaded = {name.partition(".")[0] for name in ran.stdout.split()}
    assert loaded & set(HEAVY) == set()
    assert "coophost_gui" in loaded
