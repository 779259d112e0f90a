"""No screen is without its pictures, and no picture without its screen."""

import re

import pytest

from coophost_gui.flows import wizards
from coophost_gui.gui.places import places
from coophost_gui.kit.places import CHECKOUT
from tests.gui.pictures import MODES, PICTURES
from tests.gui.screens import SCREENS

JOURNEY = ("first-start", "add-server-1-form", "find", "health", "home")


@pytest.mark.parametrize("mode", MODES)
def test_every_screen_has_its_picture(mode):
    drawn = {path.name for path in PICTURES.glob("*.png")}
    wanted = {f"{name}-{mode}.png" for name in SCREENS}
    wanted |= {f"journey-{name}-{mode}.png" for name in JOURNEY}
    assert wanted - drawn == set(), "run: make pictures"


def test_no_picture_is_of_a_screen_that_is_gone():
    drawn = {path.stem for path in PICTURES.glob("*.png") if not path.stem.startswith("journey-")}
    assert drawn == {f"{name}-{mode}" for name in SCREENS for mode in MODES}


def test_every_place_and_every_wizard_is_among_the_screens():
    for place in places():
        assert any(name.startswith(f"{place.key}-") for name in SCREENS), place.key
    for wizard in wizards():
        assert f"wizard-{wizard.key.replace('_', '-')}" in SCREENS


def test_all_pictures_together_stay_small():
    assert sum(path.stat().st_size for path in PICTURES.glob("*.png")) < 6_000_000


def test_the_pictures_of_the_readme_are_there():
    shown = re.findall(r"!\[.+?\]\((.+?)\)", (CHECKOUT / "README.md").read_text())
    assert len(shown) >= 5
    assert [name for name in shown if not (CHECKOUT / name).is_file()] == []
