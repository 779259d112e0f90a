"""``coophost recipe plan --plain --json`` against the docker CLI, in folders of every shape."""

import json
import os

import pytest

from coophost_gui.cli.main import main
from tests.unit.recipes.oracle import KINDS, sorted_bodies, their_bodies, theirs

APP = """version: "3.8"
services:
  app:
    image: a:1
    env_file: e.env
    environment: [DOMAIN, "ONE=${ONE}", "TWO=${TWO:-none}"]
    volumes: ["./x:/x"]
    configs: [c]
configs:
  c: {file: ./c.txt, name: "${STACK_NAME}_c_${C_VERSION}"}
"""
FILES = {"c.txt": "here", "e.env": "WHERE=here\n", "abra.sh": "export C_VERSION=v3\n"}
ENV = "TYPE=odd\nDOMAIN=x.example.org\nONE=1\n"
VALUES = {"TYPE": "odd", "DOMAIN": "x.example.org", "ONE": "1", "C_VERSION": "v3"}


@pytest.fixture
def recipe(tmp_path):
    folder = tmp_path / "a recipe"
    write(folder, {"compose.yml": APP, **FILES})
    return folder


def write(folder, files):
    for name, text in files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(text.encode())


def planned(capsys, folder, text, *more):
    env = folder.parent / "x.example.org.env"
    env.write_bytes(text.encode())
    code = main(["recipe", "plan", str(folder), "--env", str(env), "--plain", "--json", *more])
    return code, json.loads(capsys.readouterr().out)


def agree(capsys, folder, text, files=("compose.yml",), values=VALUES):
    """Hold our plan against the docker CLI, which is given *values* and whole paths."""
    code, found = planned(capsys, folder, text)
    assert code == 0
    stack = "x_example_org"
    paths = [os.path.join(folder, name) for name in files]
    env = {**values, "STACK_NAME": stack}
    assert found["document"] == theirs(folder, paths, env)
    made = [(f"/{kind}/create", body) for kind in KINDS for body in found[kind]]
    assert sorted_bodies(made) == their_bodies(folder, paths, env, stack)
    return found


@pytest.mark.parametrize(
    ("text", "more"),
    [
        (ENV, {}),
        (ENV.replace("\n", "\r\n"), {}),
        (ENV.replace("ONE=1", "ONE=0\nexport ONE='1'   # said twice"), {}),
        (ENV + 'TWO="two # words" # and a comment\n', {"TWO": "two # words"}),
        (ENV + "TWO=$ONE-$DOMAIN\n", {"TWO": "1-x.example.org"}),
        (ENV + "C_VERSION=v9\n", {"C_VERSION": "v9"}),
    ],
)
def test_settings_in_every_spelling(capsys, recipe, text, more):
    agree(capsys, recipe, text, values=VALUES | more)


def test_nothing_set_is_nothing_filled_in(capsys, recipe):
    agree(capsys, recipe, "", values={"C_VERSION": "v3"})


def test_paths_lie_below_the_folder_of_the_first_file(capsys, recipe):
    write(recipe, {"sub/compose.yml": APP, "sub/c.txt": "below", "sub/e.env": "WHERE=below\n"})
    text = "COMPOSE_FILE=sub/compose.yml:compose.yml\n"
    found = agree(capsys, recipe, ENV + text, ("sub/compose.yml", "compose.yml"), VALUES)
    assert found["document"]["configs"]["c"]["file"] == str(recipe / "sub" / "c.txt")


def test_overlays_in_their_order_and_a_link_inside(capsys, recipe):
    write(recipe, {"sub/compose.b.yml": APP.replace("a:1", "b:1"), "t.txt": "linked"})
    (recipe / "c.txt").unlink()
    (recipe / "c.txt").symlink_to("t.txt")
    text = 'COMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="$COMPOSE_FILE:sub/compose.b.yml"\n'
    agree(capsys, recipe, ENV + text, ("compose.yml", "sub/compose.b.yml"))


def test_a_link_to_the_recipe_keeps_its_name(capsys, recipe, tmp_path):
    (tmp_path / "link").symlink_to(recipe)
    found = agree(capsys, tmp_path / "link", ENV)
    assert found["document"]["configs"]["c"]["file"] == str(tmp_path / "link" / "c.txt")


def test_a_chosen_file_that_is_not_there_is_named(capsys, recipe):
    code, found = planned(capsys, recipe, ENV + "COMPOSE_FILE=compose.yml:compose.none.yml\n")
    assert code == 1
    assert found["detail"] == "open compose.none.yml: no such file or directory"


@pytest.mark.parametrize("path", ["/etc/hostname", "../secret.txt"])
@pytest.mark.parametrize("place", ["file: ./c.txt", "env_file: e.env"])
def test_a_file_outside_of_the_recipe_is_not_read(capsys, recipe, place, path):
    write(recipe.parent, {"secret.txt": "ours"})
    asked = APP.replace(place, f"{place.partition(' ')[0]} {path}")
    write(recipe, {"compose.yml": asked})
    code, found = planned(capsys, recipe, ENV)
    assert (code, found["problem"]) == (1, "reaches-outside")


@pytest.mark.parametrize("words", [["/nowhere"], ["RECIPE", "--env", "/nowhere"]])
def test_what_is_not_there_is_usage(capsys, recipe, words):
    words = [str(recipe) if word == "RECIPE" else word for word in words]
    with pytest.raises(SystemExit) as left:
        main(["recipe", "plan", *words])
    assert left.value.code == 2
    assert "/nowhere is not a" in capsys.readouterr().err
