import argparse
import json

import jsonschema
import pytest

from coophost_gui.cli import catalogue
from coophost_gui.cli.terminal import Terminal
from coophost_gui.kit import places


def run(*words, data=True):
    top = argparse.ArgumentParser()
    catalogue.register(top.add_subparsers())
    args = top.parse_args(["catalogue", *words])
    terminal = Terminal(json=data)
    try:
        return args.run(args, terminal)
    finally:
        terminal.close()


@pytest.mark.parametrize(
    ("words", "schema"),
    [
        (("list",), "catalogue-list"),
        (("search", "google", "drive"), "catalogue-search"),
        (("search", "xyzzy"), "catalogue-search"),
        (("show", "starter-wordpress"), "catalogue-show"),
        (("show", "starter-gateway"), "catalogue-show"),
    ],
)
def test_what_a_script_gets_follows_its_schema(capsys, words, schema):
    assert run(*words) == 0
    rules = json.loads(places.resource("schemas", f"{schema}.json").read_text())
    printed = json.loads(capsys.readouterr().out)
    jsonschema.Draft202012Validator.check_schema(rules)
    jsonschema.validate(printed, rules)


def test_a_person_gets_a_table(capsys):
    run("search", "google", "drive", data=False)
    head, line = capsys.readouterr().out.splitlines()
    assert head.split()[:3] == ["RECIPE", "NAME", "KIND"]
    assert line.startswith("starter-nextcloud  Files, calendar and contacts")
    assert line.endswith("instead of Google Drive")


def test_nothing_found_says_what_to_try(capsys):
    assert run("search", "xyzzy", data=False) == 0
    assert "name of a product" in capsys.readouterr().err


def test_an_unknown_app_is_a_problem_with_a_way_on():
    with pytest.raises(catalogue.AppUnknown, match="no app called nothing") as caught:
        run("show", "nothing")
    assert "coophost catalogue search" in str(caught.value.sentences()[-1])
