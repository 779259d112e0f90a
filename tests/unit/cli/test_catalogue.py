import argparse
import json

import jsonschema
import pytest

from coophost_gui.cli import catalogue
from coophost_gui.cli.terminal import Terminal
from coophost_gui.kit import places
from coophost_gui.kit.store import Settings
from coophost_gui.recipes.news import ListNotThere
from tests.unit.net.peers import serving, web


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


@pytest.mark.parametrize(
    ("typed", "said"),
    [("xyzzy", "name of a product"), ("Bizum", "Nothing yet, because moving money between people")],
)
def test_nothing_found_says_why_and_what_to_try(capsys, typed, said):
    assert run("search", typed, data=False) == 0
    assert said in capsys.readouterr().err


def test_show_says_how_far_it_can_be_trusted_and_what_is_missing(capsys):
    run("show", "starter-nextcloud")
    shown = json.loads(capsys.readouterr().out)
    trust = shown["trust"]
    assert trust["points"] + sum(row["points"] for row in trust["lost"]) == trust["most"]
    assert {"points": 5, "why": "Its makers call it 0 of 5 finished."} in trust["lost"]
    assert shown["not_instead_of_because"]["Gmail"] == "it has no mailbox of its own"
    run("show", "starter-nextcloud", data=False)
    assert "Its makers call it 0 of 5 finished." in capsys.readouterr().out


def test_refresh_fetches_the_list_and_says_what_is_new(capsys):
    body = json.dumps({"wekan": {"versions": [{"1.0.0+1": {}}]}}).encode()
    server, _ = web({"/recipes.json": (200, {}, body)})
    with serving(server) as port:
        Settings(catalogue=f"http://127.0.0.1:{port}/recipes.json").write()
        assert run("refresh") == 0
        first = json.loads(capsys.readouterr().out)
        assert run("refresh", data=False) == 0
        assert "There is nothing new." in capsys.readouterr().err
        Settings(catalogue=f"http://127.0.0.1:{port}/gone.json").write()
        with pytest.raises(ListNotThere):
            run("refresh")
    rules = json.loads(places.resource("schemas", "catalogue-refresh.json").read_text())
    jsonschema.validate(first, rules)
    assert (first["changed"], first["apps"], first["new"]) == (True, 1, ["wekan"])
    run("search", "trello")
    found = [row["recipe"] for row in json.loads(capsys.readouterr().out)]
    assert found[0] == "wekan"
    run("show", "wekan")
    assert json.loads(capsys.readouterr().out)["list_date"] >= first["checked"]


def test_an_unknown_app_is_a_problem_with_a_way_on():
    with pytest.raises(catalogue.AppUnknown, match="no app called nothing") as caught:
        run("show", "nothing")
    assert "coophost catalogue search" in str(caught.value.sentences()[-1])
