"""Our compose layer against the docker CLI: the document, and every create body.

Beside each case lies what the docker CLI 28.2.2 answered (``NAME.json``).  With a CLI that is
new enough the answer is asked for again and the written one has to agree with it; an older one,
such as Debian 13's, reads YAML with another library and knows fewer formats, so what is written
stands in for it.  The starter recipes are asked about everywhere.  After a change of the cases,
with a CLI that is new enough::

    python -m tests.unit.recipes.record
"""

from pathlib import Path

import pytest
import yaml

from coophost_gui.kit import places
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.template import substitute
from coophost_gui.recipes.compose.units import duration, nanoseconds
from coophost_gui.recipes.compose.yaml import _LOADERS, load, written
from tests.unit.recipes.oracle import (
    answer,
    older,
    our_answer,
    our_bodies,
    ours,
    recorded,
    their_bodies,
    theirs,
)

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


def test_no_answer_is_left_of_a_case_that_is_gone():
    written = {path.stem for path in CASES.glob("*.json")}
    assert written == {path.stem for path in CASES.glob("*.case")}


def split(path, folder):
    """Write the files of a case (documents between lines of ``--- name``) to *folder*."""
    names = []
    for part in path.read_text().split("--- ")[1:]:
        name, _, text = part.partition("\n")
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
        if name.endswith(".yml"):
            names.append(name)
    return names


@pytest.mark.parametrize("case", sorted(CASES.glob("*.case")), ids=lambda path: path.stem)
def test_every_case_is_read_as_docker_reads_it(case, tmp_path):
    files = split(case, tmp_path)
    wanted = recorded(case)
    if not older():
        assert answer(tmp_path, files, ENV) == wanted
    if case.stem.startswith("refused"):
        assert list(wanted) == ["refused"]
        with pytest.raises(ComposeProblem):
            our_bodies(tmp_path, files, ENV, "st")
    else:
        assert our_answer(tmp_path, files, ENV) == wanted


REFUSED = yaml.safe_load((CASES / "refused.yml").read_text())


@pytest.mark.parametrize("name", REFUSED)
def test_what_docker_refuses_is_refused_in_its_words(name, tmp_path):
    files = refused_files(name, tmp_path)
    with pytest.raises(ComposeProblem) as caught:
        our_bodies(tmp_path, files, ENV, "st")
    assert caught.value.detail.replace(str(tmp_path), "D") == REFUSED[name]["words"]


def refused_files(name, folder):
    """Write the files of an entry of ``refused.yml``; return the names of the compose files."""
    files = {key: one for key, one in REFUSED[name].items() if key not in ("words", "docker")}
    for file, text in files.items():
        (folder / file).write_text(text)
    return [file for file in files if file.endswith(".yml")]


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
        ("1e5", "100000"),
        ("1e6", "1e+06"),
        ("1e21", "1e+21"),
        ("-0.0", "-0"),
        ("12345678901234567890", "12345678901234567890"),
        ("1__0", "10"),
        ("0x", "0x"),
        ("2020-02-30", "2020-02-30"),
        ("2020-1-1T1:2:3.50+01:30", "2020-01-01 01:02:03.5 +0130 +0130"),
        ("2020-01-01T10:00:00", "2020-01-01T10:00:00"),
        ("2020-01-01", "2020-01-01 00:00:00 +0000 UTC"),
        ("true", "true"),
    ],
)
def test_scalars_are_those_of_go(text, wanted):
    assert written(load(f"a: {text}".encode(), "x.yml")["a"]) == wanted


def test_tabs_marks_and_later_documents_are_taken_as_go_takes_them():
    text = "\ufeffa:\tb\r\nc: !own d\r\n---\nnot: [\n"
    assert load(text.encode(), "x.yml") == {"a": "b", "c": "d"}


@pytest.mark.parametrize("text", ["1: a", "true: a", "a: {2020-01-01: b}", "~: a"])
def test_a_key_is_a_text(text):
    with pytest.raises(ComposeProblem, match="mistake"):
        load(text.encode(), "x.yml")


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


def test_both_parsers_read_the_same_and_tabs_are_read_by_the_one_that_can():
    texts = [path.read_text() for one in RECIPES for path in one.glob("compose*.yml")]
    texts += ["a: &x {b: 0440, c: [on, 1.5e3]}\nd: {<<: *x, e: 2024-01-02}\n", 'a: "\\u00f1"\n']
    for text in texts:
        first, *others = [yaml.load(text, loader) for loader in _LOADERS]
        assert all(other == first for other in others), text
    assert load(b"a:\tb\nc: [1,\t2]\n", "compose.yml") == {"a": "b", "c": [1, 2]}
