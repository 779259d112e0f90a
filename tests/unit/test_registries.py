"""What is found by itself keeps its promises, also what is added tomorrow."""

import pytest

from coophost_gui.cli.main import parser
from coophost_gui.flows import wizards


@pytest.fixture(params=list(wizards()), ids=lambda wizard: wizard.key)
def wizard(request):
    return request.param


def test_every_wizard_has_its_command(wizard, capsys):
    with pytest.raises(SystemExit) as left:
        parser().parse_args([*wizard.command, "--help"])
    assert left.value.code == 0
    assert "--answers" in capsys.readouterr().out


def test_every_wizard_belongs_to_a_place_that_exists(wizard):
    from coophost_gui.gui.places import places

    assert wizard.place in {place.key for place in places()}


def test_no_two_wizards_share_a_key_or_a_command():
    found = list(wizards())
    assert len({wizard.key for wizard in found}) == len(found)
    assert len({wizard.command for wizard in found}) == len(found)
