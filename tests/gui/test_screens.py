"""What single screens promise: drawings, the room beside a headline, and what a headline admits."""

import re
from dataclasses import fields

import pytest
from PySide6.QtWidgets import QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.ask_page import UNCOMPARED, FingerprintHelp
from coophost_gui.gui.controls import Bar
from coophost_gui.gui.drawing import Drawing
from coophost_gui.gui.rail import Rail
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button
from coophost_gui.kit import places
from tests.gui.screens import SCREENS

DRAWINGS = sorted(path.stem for path in places.resource("drawings").glob("*.svg"))


@pytest.fixture
def show(qtbot, dressed, tmp_path):
    """Show one of ``SCREENS`` by its name."""
    shown = []

    def show(name):
        window = SCREENS[name](tmp_path / name)
        shown.append(window)
        qtbot.addWidget(window)
        window.resize(1180, 760)
        window.show()
        qtbot.waitExposed(window)
        qtbot.wait(5)
        return window

    yield show
    for window in shown:
        window.end()


def colours_in(widget):
    image = widget.grab().toImage()
    return {
        image.pixelColor(x, y).name()
        for x in range(0, image.width(), 2)
        for y in range(image.height())
    }


@pytest.mark.parametrize("name", DRAWINGS)
def test_a_drawing_names_its_colours_as_the_palette_does_and_is_of_even_weight(name):
    strokes = places.resource("drawings", f"{name}.svg").read_text(encoding="utf-8")
    named = set(re.findall(r'stroke="([^"]+)"', strokes))
    assert named <= {colour.name for colour in fields(theme.LIGHT)}
    assert re.findall(r'stroke-width="([^"]+)"', strokes) == ["3"]
    assert set(re.findall(r'fill="([^"]+)"', strokes)) == {"none"}


@pytest.mark.parametrize("name", DRAWINGS)
@pytest.mark.parametrize("mode", ["light", "dark"])
def test_a_drawing_is_drawn_in_the_palette_of_its_window(qtbot, dressed, name, mode):
    theme.apply(dressed, mode)
    drawing = Drawing(name)
    qtbot.addWidget(drawing)
    drawing.resize(700, 240)
    drawing.show()
    palette = theme.DARK if mode == "dark" else theme.LIGHT
    assert palette.accent.lower() in colours_in(drawing)


def test_a_drawing_leaves_too_little_room_empty(qtbot, dressed):
    drawing = Drawing("street")
    qtbot.addWidget(drawing)
    drawing.resize(700, theme.em(3))
    drawing.show()
    assert len(colours_in(drawing)) == 1


@pytest.mark.parametrize(
    "name", ["home-first-start", "practice-home", "apps-none", "find-nothing", "health-first-look"]
)
def test_a_screen_that_is_empty_still_has_a_drawing(show, name):
    window = show(name)
    drawn = [drawing for drawing in window.findChildren(Drawing) if drawing.isVisible()]
    assert len(drawn) == 1
    assert drawn[0].height() > theme.em(5)


def test_what_stands_beside_a_headline_goes_under_it_where_there_is_no_room(qtbot, dressed):
    screen = Screen("Two of three apps are well")
    beside = QWidget()
    beside.setMinimumSize(theme.em(20), theme.em(3))
    screen.set_beside(beside)
    qtbot.addWidget(screen)
    screen.resize(theme.em(60), theme.em(30))
    screen.show()
    qtbot.waitExposed(screen)
    qtbot.waitUntil(lambda: beside.x() > screen.headline.geometry().right())
    screen.resize(theme.em(34), theme.em(30))
    qtbot.waitUntil(lambda: beside.y() >= screen.headline.geometry().bottom())


def test_a_bar_is_as_high_as_its_round_ends(qtbot, dressed):
    bar = Bar()
    qtbot.addWidget(bar)
    radius = theme.em(theme.BAR_RADIUS)
    assert f"border-radius: {radius}px" in dressed.styleSheet()
    assert bar.height() == 2 * radius


def test_the_note_and_the_button_of_a_foot_stand_on_one_line(show):
    window = show("health-well")
    page = window.side.page("health")
    note, look = page._note, page.findChild(Button, "look-now")

    def middle(widget):
        return widget.mapTo(window, widget.rect().center()).y()

    assert abs(middle(note) - middle(look)) <= 1


def test_the_sign_of_a_button_keeps_its_distance_from_the_words(qtbot, dressed):
    button = Button("Look now", "link", sign="again")
    qtbot.addWidget(button)
    button.show()
    assert button.iconSize().width() >= button.iconSize().height() + theme.em(0.25)


def test_the_rail_is_as_wide_whatever_a_collective_is_called(qtbot, dressed):
    rail = Rail()
    qtbot.addWidget(rail)
    widths = set()
    for name in ("Us", "The Housing Co-operative of the Upper Quarter"):
        rail.set_collective(name, "one server")
        widths.add(rail.sizeHint().width())
    assert len(widths) == 1


def test_home_does_not_say_that_all_is_well_while_a_fingerprint_waits(show):
    window = show("home-not-compared")
    assert "One thing is left" in window.side.page("home").front.headline.text()


def test_a_server_that_is_not_reached_offers_one_way_to_look_again(show):
    window = show("health-lost")
    names = [b.text() for b in window.findChildren(Button) if b.isVisible() and "ook" in b.text()]
    assert names == ["Look again"]


def test_a_button_that_waits_for_a_sentence_says_so(qtbot, dressed):
    ways = FingerprintHelp("kitchen.example.org", "Add a server · 1 of 4", offer=True)
    qtbot.addWidget(ways)
    assert not ways.go_on.isEnabled()
    assert "sentence" in ways.go_on.accessibleDescription()
    ways.typed.setText(UNCOMPARED)
    assert ways.go_on.isEnabled()
    assert ways.go_on.accessibleDescription() == ""
