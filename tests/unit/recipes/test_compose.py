"""Our compose layer against the docker CLI: the document, and every create body."""

from pathlib import Path

import pytest

from coophost_gui.kit import places
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.template import substitute
from coophost_gui.recipes.compose.units import duration, nanoseconds
from coophost_gui.recipes.compose.yaml import load, written
from tests.unit.recipes.oracle import Refused, older, our_bodies, ours, their_bodies, theirs

CASES = Path(__file__).parent / "cases"
ENV = {
    "STACK_NAME": "st",
    "DOMAIN": "site.example.org",
    "LETS_ENCRYPT_ENV": "production",
    "LETS_ENCRYPT_EMAIL": "hello@example.org",
    "A": "va",
    "EMPTY": "",
    "NUMBER": "3",
    "YES": "yes",
}
RECIPES = sorted(places.shipped_recipes("recipes").iterdir())


def choices(recipe):
    """Return compose.yml alone, with each overlay alone, and with all together."""
    overlays = sorted(path.name for path in recipe.glob("compose.*.yml"))
    found = [("compose.yml",), *(("compose.yml", one) for one in overlays)]
    return found if len(overlays) < 2 else [*found, ("compose.yml", *overlays)]


@pytest.mark.parametrize(
    ("recipe", "files"),
    [pytest.param(r, f, id=f"{r.name} {'+'.join(f)}") for r in RECIPES for f in choices(r)],
)
def test_every_starter_recipe_is_read_as_docker_reads_it(recipe, files):
    assert ours(recipe, files, ENV) == theirs(recipe, files, ENV)
    assert our_bodies(recipe, files, ENV, "st") == their_bodies(recipe, files, ENV, "st")


def split(path, folder):
    """Write the files of a case (documents between lines of ``--- name``) to *folder*."""
    names = []
    for part in path.read_text().split("--- ")[1:]:
        name, _, text = part.partition("\n")
        (folder / name).write_text(text)
        if name.endswith(".yml"):
            names.append(name)
    return names


@pytest.mark.parametrize("case", sorted(CASES.glob("*.case")), ids=lambda path: path.stem)
def test_every_case_is_read_as_docker_reads_it(case, tmp_path):
    files = split(case, tmp_path)
    if case.stem == "refused-duplicate-key" and older():
        pytest.skip("this docker CLI takes a key that stands there twice")
    if case.stem.startswith("refused"):
        with pytest.raises(Refused):
            theirs(tmp_path, files, ENV)
        with pytest.raises(ComposeProblem):
            ours(tmp_path, files, ENV)
    else:
        assert ours(tmp_path, files, ENV) == theirs(tmp_path, files, ENV)
        their = their_bodies(tmp_path, files, ENV, "st")
        assert our_bodies(tmp_path, files, ENV, "st") == their


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("$$", "$"),
        ("$NONE", ""),
        ("${NONE}", ""),
        ("${NONE:-d}", "d"),
        ("${EMPTY:-d}", "d"),
        ("${EMPTY-d}", ""),
        ("${A:?needed}", "va"),
        ("$A-x", "va"),
        ("${NONE:?a-b}", "b"),
        ("${NONE:-${A}}", "${A}"),
        ("a$A.b", "ava.b"),
    ],
)
def test_filling_in(text, wanted):
    assert substitute(text, ENV) == wanted


@pytest.mark.parametrize("text", ["${A:+x}", "$1", "${}", "${A", "a$", "${a.b}", "${NONE:?needed}"])
def test_what_cannot_be_filled_in(text):
    with pytest.raises(ValueError, match='"'):
        substitute(text, ENV)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("yes", "yes"),
        ("on", "on"),
        ("22:22", "22:22"),
        ("0440", "288"),
        ("0o440", "288"),
        ("089", "89"),
        ("1_000", "1000"),
        ("0x10", "16"),
        ("1.50", "1.5"),
        ("1.0", "1"),
        ("1e3", "1000"),
        ("1e-7", "1e-07"),
        ("1e21", "1e+21"),
        ("2020-01-01", "2020-01-01 00:00:00 +0000 UTC"),
        ("true", "true"),
    ],
)
def test_scalars_are_those_of_go(text, wanted):
    assert written(load(f"a: {text}".encode(), "x.yml")["a"]) == wanted


def test_a_key_stands_only_once():
    with pytest.raises(ComposeProblem) as caught:
        load(b"a: 1\nb: 2\na: 3\n", "x.yml")
    assert "already defined" in caught.value.detail


@pytest.mark.parametrize(
    ("text", "again"),
    [("90s", "1m30s"), ("1h", "1h0m0s"), ("1.5s", "1.5s"), ("250ms", "250ms"), ("2m", "2m0s")],
)
def test_durations_are_those_of_go(text, again):
    assert duration(nanoseconds(text)) == again
