"""The compose layer against the docker CLI on many generated stacks (``make soak-1``)."""

import re

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.unit.recipes.generated import stacks
from tests.unit.recipes.oracle import Refused, older, their_bodies
from tests.unit.recipes.test_compose import ENV, REFUSED, refused_files
from tests.unit.recipes.test_compose_generated import compare

MANY = 5000


@pytest.mark.timeout(4500)
@given(stacks())
@settings(
    max_examples=MANY,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a case costs 0.2 s: shrinking is for by hand
    suppress_health_check=list(HealthCheck),
)
def test_thousands_of_generated_files_are_read_as_docker_reads_them(files):
    compare(files)


# What the older CLI of Debian 13 lets through: dates for texts, a merge key twice, images that
# are none.
TAKEN_BY_AN_OLDER_ONE = (
    *("image", "image-a", "image-a-b", "image-nginx"),
    *("dup-merge", "time-in-str", "time-in-command", "time-in-envlist"),
)


@pytest.mark.parametrize("name", REFUSED)
def test_docker_refuses_it_in_the_words_that_are_written_down(name, tmp_path):
    files = refused_files(name, tmp_path)
    if older() and name in TAKEN_BY_AN_OLDER_ONE:
        their_bodies(tmp_path, files, ENV, "st")
        return
    with pytest.raises(Refused) as caught:
        their_bodies(tmp_path, files, ENV, "st")
    if older():  # the words are those of the newer one
        return
    said = str(caught.value).replace(str(tmp_path), "D")
    wanted = REFUSED[name].get("docker", REFUSED[name]["words"])
    if name != "secret-dup-target":  # which of the two is named is left to chance
        assert re.sub(r"^Ignoring .*\n\n", "", said) == wanted
