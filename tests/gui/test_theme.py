import re
from pathlib import Path

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QPixmap
from PySide6.QtWidgets import QApplication

import coophost_gui
from coophost_gui.gui import signs, theme
from coophost_gui.gui.labels import Label
from coophost_gui.gui.widgets import Button

GUI = Path(coophost_gui.__file__).parent / "gui"


def luminance(colour):
    parts = (colour.redF(), colour.greenF(), colour.blueF())
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(a, b):
    bright, dark = sorted((luminance(a), luminance(b)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_pair_of_colours_can_be_read(palette):
    low = {pair: contrast(palette[pair[0]], palette[pair[1]]) for pair in theme.PAIRS}
    assert {pair: ratio for pair, ratio in low.items() if ratio < 4.5} == {}


@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_the_edge_that_shows_the_focus_can_be_seen(palette):
    for ground in ("ground", "surface", "raised", "accent_tint"):
        assert contrast(palette["ink"], palette[ground]) >= 3
        assert contrast(palette["accent"], palette[ground]) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_what_is_drawn_has_the_colours_of_the_palette(qtbot, dressed, mode):
    theme.apply(QApplication.instance(), mode)
    palette = theme.DARK if mode == "dark" else theme.LIGHT
    label, button = Label("Well", tone="good"), Button("Go on", "primary")
    for widget in (label, button):
        qtbot.addWidget(widget)
        widget.show()
    assert label.palette().color(label.foregroundRole()) == palette["good"]
    image = button.grab().toImage()
    assert image.pixelColor(theme.em(0.5), image.height() // 2) == palette["accent"]
    assert theme.colours(label) is palette


def test_everything_grows_with_the_font(qtbot, dressed):
    app = QApplication.instance()
    small = theme.em(10)
    font = app.font()
    font.setPointSizeF(font.pointSizeF() * 2)
    app.setFont(font)
    theme.apply(app, "light")
    button = Button("Go on")
    qtbot.addWidget(button)
    button.ensurePolished()
    assert theme.em(10) == pytest.approx(2 * small, rel=0.05)
    assert button.sizeHint().height() > theme.em(1.9)


def test_no_colour_and_no_pixel_stands_outside_the_theme():
    found = []
    for path in sorted(GUI.rglob("*.py")):
        if path.name not in ("theme.py", "paper.py"):  # the help prints black on white paper
            text = path.read_text()
            found += [(path.name, match) for match in re.findall(r'"#[0-9A-Fa-f]{6}"', text)]
            found += [(path.name, match) for match in re.findall(r"\d+px", text)]
    assert found == []


@pytest.mark.parametrize("name", signs.names())
def test_every_sign_is_drawn_in_its_colour_and_in_its_frame(qapp, name):
    pixmap = QPixmap(96, 96)
    pixmap.fill(QColor("white"))
    painter = QPainter(pixmap)
    signs.paint(painter, QRectF(0, 0, 96, 96), name, QColor("#aa0000"))
    painter.end()
    image = pixmap.toImage()
    points = [(x, y) for x in range(96) for y in range(96)]
    drawn = [point for point in points if image.pixelColor(*point) != QColor("white")]
    assert 200 < len(drawn) < 5000
    assert any(image.pixelColor(*point) == QColor("#aa0000") for point in drawn)
    edge = [point for point in drawn if {0, 95} & set(point)]
    assert edge == [], "a stroke is cut off at the edge"


def test_a_sign_that_we_do_not_have_is_drawn_as_unknown(qapp):
    assert "unknown" in signs.names()
    assert not signs.icon("no-such-sign", QColor("#aa0000"), 24).isNull()
