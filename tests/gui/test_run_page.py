"""How the run page counts time, and how it says what it cannot know."""

import pytest

from coophost_gui.gui import theme
from coophost_gui.gui.run_page import RunPage, _Pace, clock, time_left
from coophost_gui.kit.jobs import Output, Progress, StepBegan, StepEnded
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_

STEPS = [
    Step("fetch", N_("core", "Fetch the programs"), lambda job: False, lambda job: ""),
    Step("start", N_("core", "Start it"), lambda job: False, lambda job: ""),
]


@pytest.fixture
def page(qtbot, dressed):
    page = RunPage(STEPS, set(), N_("core", "Bringing it to life"), "New app")
    qtbot.addWidget(page)
    page.resize(900, 640)
    page.show()
    page.begin()
    return page


def test_a_true_fraction_moves_the_bar_and_an_unknown_one_says_so(page):
    page.hear(StepBegan("fetch", STEPS[0].title, 1, 2))
    assert "We can't tell how long it takes." in page.intro.text()
    page.hear(Progress(0.46, "118 of 330 MB"))
    line = page.lines["fetch"]
    assert (line.bar.maximum(), line.bar.value()) == (1000, 460)
    assert line.note.text() == "118 of 330 MB"
    page.hear(Progress(None, "it tells us itself"))
    assert line.bar.maximum() == 0


def test_nothing_runs_to_and_fro_where_the_system_asks_for_less_motion(page, monkeypatch):
    monkeypatch.setattr(theme, "moves", lambda widget: False)
    page.hear(StepBegan("fetch", STEPS[0].title, 1, 2))
    page.hear(Progress(None, "it tells us itself"))
    assert page.lines["fetch"].bar.maximum() == 1000


def test_a_long_list_follows_the_step_that_is_under_way(qtbot, dressed):
    steps = [Step(f"s{n}", f"Step {n}", lambda job: False, lambda job: "") for n in range(40)]
    page = RunPage(steps, set(), "", "New app")
    qtbot.addWidget(page)
    page.resize(700, 400)
    page.show()
    qtbot.waitExposed(page)
    page.begin()
    bar = page.area.verticalScrollBar()
    for number in range(1, 30):
        page.hear(StepBegan(f"s{number}", f"Step {number}", number + 1, 40))
    assert not page.lines["s29"].visibleRegion().isEmpty()
    bar.setValue(0)  # she reads what is further up
    page.hear(StepBegan("s30", "Step 30", 31, 40))
    assert bar.value() == 0


def test_a_step_that_ends_shows_its_sentence_and_its_seconds(page):
    page.hear(StepBegan("fetch", STEPS[0].title, 1, 2))
    page.hear(StepEnded("fetch", True, "330 MB came.", 72.4))
    line = page.lines["fetch"]
    assert (line.state, line.note.text(), line.seconds.text()) == ("done", "330 MB came.", "1:12")
    page.hear(StepBegan("start", STEPS[1].title, 2, 2))
    page.hear(StepEnded("start", False, "", 0.1))
    assert page.lines["start"].note.text() == "This was so already."


def test_going_on_keeps_what_finished_steps_said(page):
    page.hear(StepBegan("fetch", STEPS[0].title, 1, 2))
    page.hear(StepEnded("fetch", True, "330 MB came.", 72.4))
    page.stopped()
    page.begin()
    page.hear(StepBegan("fetch", STEPS[0].title, 1, 2))
    page.hear(StepEnded("fetch", False, "", 0.1))
    assert page.lines["fetch"].note.text() == "330 MB came."


def test_the_time_left_is_said_only_when_the_pace_is_known():
    pace = _Pace()
    pace.hear(0.1, now=100)
    assert pace.left() is None
    pace.hear(0.2, now=102)
    assert pace.left() is None, "two seconds say nothing yet"
    pace.hear(0.4, now=130)
    assert pace.left() == pytest.approx(60)
    pace.hear(None)
    assert pace.left() is None


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (None, "We can't tell how long it takes."),
        (20, "Less than a minute left for it."),
        (65, "About a minute left for it."),
        (245, "About 4 minutes left for it."),
    ],
)
def test_time_left_is_said_roughly(seconds, words):
    assert str(time_left(seconds)) == words


@pytest.mark.parametrize(("seconds", "words"), [(4.2, "0:04"), (72, "1:12"), (3700, "1:01:40")])
def test_the_clock_reads_as_people_write_it(seconds, words):
    assert clock(seconds) == words


def test_lines_wait_while_the_details_are_folded_and_come_ten_times_a_second(qtbot, page):
    for number in range(50):
        page.hear(Output(f"line {number}"))
    assert page.said.toPlainText() == ""
    page.details.click()
    assert "line 49" in page.said.toPlainText()
    page.hear(Output("one more"))
    assert "one more" not in page.said.toPlainText()
    qtbot.waitUntil(lambda: "one more" in page.said.toPlainText())


def test_a_line_without_end_is_cut(page):
    page.details.click()
    page.hear(Output("x" * 100_000))
    page.flush()
    assert len(page.said.toPlainText()) <= 600
