import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from coophost_gui.recipes.compose.problems import ComposeProblem
from tests.unit.recipes.generated import stacks
from tests.unit.recipes.oracle import Refused, older, our_bodies, ours, their_bodies, theirs

ENV = {"A": "va"}


def compare(files):
    """Hold what we make of *files* against what the docker CLI makes of them."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in files.items():
            (folder / file).write_text(text)
        try:
            wanted = theirs(folder, files, ENV), their_bodies(folder, files, ENV, "st")
        except Refused as refused:
            return refused_as_well(folder, files, refused)
        if older() and without_an_image(wanted[0]):  # which only the newer one refuses
            with pytest.raises(ComposeProblem):
                our_bodies(folder, files, ENV, "st")
            return
        assert ours(folder, files, ENV) == wanted[0]
        assert our_bodies(folder, files, ENV, "st") == wanted[1]


def without_an_image(document):
    """Say whether some service of *document* has no image."""
    return not all(service.get("image") for service in document["services"].values())


def refused_as_well(folder, files, refused):
    try:
        our_bodies(folder, files, ENV, "st")
    except ComposeProblem:
        return
    pytest.fail(f"docker refuses it and we do not: {refused}")


@given(stacks())
@settings(
    max_examples=20,
    derandomize=True,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a case costs 0.2 s; many: make soak-1
    suppress_health_check=list(HealthCheck),
)
def test_generated_files_are_read_as_docker_reads_them(files):
    compare(files)
