"""Longer languages, bigger letters, the other direction: nothing is cut off."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QAbstractButton, QApplication, QScrollArea, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.ask_page import FieldPage, FingerprintHelp, FingerprintPage
from coophost_gui.gui.chips import Chip
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.labels import Label
from coophost_gui.gui.layouts import Flowing
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.run_page import RunPage
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Card
from coophost_gui.gui.words import speaking
from coophost_gui.hosts.base import FINGERPRINT, SUDO_PASSWORD
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job, Progress, StepBegan, StepEnded
from tests.gui.made_up import SEAL, Silent, World, made_up_flow
from tests.gui.made_up_languages import LONGER


@pytest.fixture
def longer(qapp):
    with speaking(LONGER):
        yield


def pages():
    world = World()
    world.true.add("docker")
    flow = made_up_flow(world, danger=True)
    answers = Answers({"address": "cloud.the-kitchen-of-the-quarter.example.org", "kind": "own"})
    steps = flow.plan(Job(), answers)
    facts = {"host": answers._values["address"], "fingerprint": SEAL, "practice": SEAL}

    def form():
        page = FormPage(flow.pages[0], answers, "Add a server · 1 of 4", first=True)
        page.primary.click()  # with everything that is not right yet said
        page.show_problem(
            ProblemCard(Silent("timed out", host=facts["host"], port=22), retry=page.keep)
        )
        return page

    def choice():
        return FormPage(flow.pages[1], answers, "Add a server · 2 of 4", first=False)

    def fingerprint():
        page = FingerprintPage(FINGERPRINT, facts, "Add a server · 1 of 4")
        page.edit.setText("SHA256:" + "B" * 43)
        return page

    def ways():
        return FingerprintHelp(facts["host"], "Add a server · 1 of 4", offer=True)

    def field():
        return FieldPage(SUDO_PASSWORD, facts | {"user": "ada"}, "Add a server · 1 of 4")

    def review():
        return ReviewPage(steps, {"docker"}, "Add a server · 3 of 4")

    def run():
        page = RunPage(steps, {"docker"}, flow.running, "Add a server · 4 of 4")
        page.begin()
        page.hear(StepBegan("swarm", steps[1].title, 2, 3))
        page.hear(Progress(0.4, "118 of 330 MB"))
        return page

    def broken():
        page = run()
        page.hear(StepEnded("swarm", True, "It looks after one machine: itself.", 72))
        page.broke(ProblemCard(Silent("reset", host=facts["host"], port=22)))
        return page

    def ending():
        return EndingPage(flow.ending(Job(), answers), "Add a server · 4 of 4")

    return [form, choice, fingerprint, ways, field, review, run, broken, ending]


def text_that_does_not_fit(page):
    """Return what is wider or higher than the room it has, and what sticks out of its frame."""
    found = []
    for widget in page.findChildren(QWidget):
        if not widget.isVisibleTo(page) or not hasattr(widget, "text") or not widget.text():
            continue
        if isinstance(widget, Label):
            if widget.heightForWidth(widget.width()) > widget.height() + 1:
                found.append(("too low", widget.text(), widget.size().toTuple()))
        elif isinstance(widget, QAbstractButton) and widget.text():
            if widget.sizeHint().width() > widget.width():
                found.append(("too narrow", widget.text(), widget.width()))
        elif isinstance(widget, Chip) and widget.sizeHint().width() > widget.width():
            found.append(("too narrow", widget.text(), widget.width()))
        frame = widget.parentWidget()
        inside = QRect(QPoint(0, 0), frame.size())
        if not inside.contains(widget.geometry()):
            found.append(("sticks out", widget.text(), widget.geometry().getRect()))
    area = page.findChild(QScrollArea)
    if area.widget().width() > area.viewport().width():
        found.append(("wider than the page", area.widget().width(), area.viewport().width()))
    return found


@pytest.mark.parametrize("make", pages(), ids=lambda make: make.__name__)
@pytest.mark.parametrize("size", [1.0, 2.0], ids=["100", "200"])
def test_nothing_is_cut_off_when_texts_are_longer(qtbot, dressed, longer, make, size):
    font = QFont(dressed.font())
    font.setPointSizeF(font.pointSizeF() * size)
    dressed.setFont(font)
    theme.apply(dressed, "light")
    page = make()
    qtbot.addWidget(page)
    page.resize(760, 620)
    page.show()
    qtbot.waitExposed(page)
    for _ in range(3):  # heights that follow from widths take a round each to settle
        qtbot.wait(1)
    assert "ə" in page.headline.text()
    assert text_that_does_not_fit(page) == []


@pytest.mark.parametrize("make", pages(), ids=lambda make: make.__name__)
@pytest.mark.parametrize("language", ["ca", "es"])
def test_nothing_is_cut_off_in_big_letters_in_other_languages(qtbot, dressed, make, language):
    font = QFont(dressed.font())
    font.setPointSizeF(font.pointSizeF() * 2)
    dressed.setFont(font)
    theme.apply(dressed, "light")
    with speaking(language):
        page = make()
    qtbot.addWidget(page)
    page.resize(760, 620)
    page.show()
    qtbot.waitExposed(page)
    for _ in range(3):
        qtbot.wait(1)
    assert text_that_does_not_fit(page) == []


@pytest.mark.parametrize("make", pages(), ids=lambda make: make.__name__)
def test_from_right_to_left_everything_is_mirrored(qtbot, dressed, make):
    dressed.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    try:
        page = make()
        qtbot.addWidget(page)
        page.resize(900, 640)
        page.show()
        qtbot.waitExposed(page)
        qtbot.wait(5)
        starts = [page.findChild(QAbstractButton, name) for name in ("back", "details", "done")]
        start = next(button for button in starts if button is not None and button.isVisible())
        assert start.mapTo(page, start.rect().center()).x() > page.width() / 2
        assert text_that_does_not_fit(page) == []
    finally:
        dressed.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize(
    "direction", [Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft]
)
def test_text_begins_where_one_begins_to_read(qtbot, dressed, direction):
    label = Label("Well")
    label.setLayoutDirection(direction)
    qtbot.addWidget(label)
    label.resize(400, 40)
    label.show()
    image = label.grab().toImage()
    paper = image.pixelColor(200, 1)
    drawn = [x for x in range(400) if any(image.pixelColor(x, y) != paper for y in range(40))]
    assert drawn
    if direction == Qt.LayoutDirection.RightToLeft:
        assert min(drawn) > 300
    else:
        assert max(drawn) < 100


def test_a_word_longer_than_its_line_is_broken(qtbot, dressed):
    label = Label("x" * 400)
    qtbot.addWidget(label)
    label.resize(200, 20)
    lines = label.heightForWidth(200) / label.fontMetrics().height()
    assert lines > 10
    assert label.minimumSizeHint().width() < 200


def test_words_keep_their_spaces_and_line_ends(qtbot, dressed):
    label = Label("one\n\ntwo")
    qtbot.addWidget(label)
    assert label.heightForWidth(500) >= 3 * label.fontMetrics().height()


def test_what_does_not_fit_in_a_row_begins_another(qtbot, dressed):
    card = Card()
    row = Flowing()
    card.body.addLayout(row)
    chips = [Chip(f"number {number}") for number in range(12)]
    for chip in chips:
        row.addWidget(chip)
    qtbot.addWidget(card)
    card.resize(300, 400)
    card.show()
    qtbot.waitExposed(card)
    assert len({chip.y() for chip in chips}) > 2
    assert all(chip.geometry().right() < 300 for chip in chips)


def test_a_line_is_drawn_above_the_buttons_while_there_is_more_than_fits(qtbot, dressed):
    screen = Screen("A long page")
    screen.set_foot()
    for number in range(60):
        screen.body.addWidget(Label(f"line {number}"))
    qtbot.addWidget(screen)
    screen.resize(500, 400)
    screen.show()
    qtbot.waitExposed(screen)
    qtbot.waitUntil(lambda: screen.foot.property("more") == "true")
    assert QApplication.instance() is dressed
