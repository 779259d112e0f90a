"""The strip of the last day: height and colour tell it, and words do."""

import time

import pytest

from coophost_gui.gui import theme
from coophost_gui.gui.history_strip import HEIGHTS, HistoryStrip
from coophost_gui.health.history import Past, Span
from coophost_gui.health.judge import State

NOW = time.time()
HOUR = 3600.0
PAST = Past(
    (
        Span(State.WELL, NOW - 12 * HOUR, NOW - 3.5 * HOUR),
        Span(State.STUCK, NOW - 3.5 * HOUR, NOW - 2.2 * HOUR),
        Span(State.WELL, NOW - 2.2 * HOUR, NOW),
    )
)


@pytest.fixture
def strip(qtbot, dressed):
    strip = HistoryStrip(PAST, NOW)
    qtbot.addWidget(strip)
    strip.resize(strip.sizeHint())
    strip.show()
    return strip


def test_what_was_worse_is_higher_and_of_another_colour(strip):
    picture = strip.grab().toImage()
    scale = picture.devicePixelRatio()
    palette = theme.colours(strip)

    def middle(number):
        return int(strip._slot(number).left() * scale + strip._slot(number).width() * scale * 0.3)

    def height(number, role):
        column = [picture.pixelColor(middle(number), y) for y in range(picture.height())]
        return sum(colour == palette[role] for colour in column) / picture.height()

    assert [bar.level for bar in strip.bars[20:23]] == ["bad", "bad", "good"]
    assert height(20, "bad") > 0.8
    assert 0.35 < height(23, "good") <= HEIGHTS["good"]
    assert 0 < height(2, "faint") < 0.2


def test_it_is_heard_in_a_sentence_and_each_hour_has_a_tip(qtbot, strip):
    assert strip.accessibleName().startswith("In the last 24 hours: well when we looked, except ")
    qtbot.mouseMove(strip, strip._slot(20).center().toPoint())
    day, hour = strip.toolTip().splitlines()
    assert day == strip.accessibleName()
    assert hour.endswith(": not well")
    assert strip.tip(1).endswith("nobody looked")
