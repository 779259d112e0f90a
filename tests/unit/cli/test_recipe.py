"""``coophost recipe`` and ``coophost practice``: what they print as data, by their schemas."""

import json

import jsonschema
import pytest

from coophost_gui.cli.main import main
from coophost_gui.kit import places

RECIPES = sorted(places.shipped_recipes("recipes").iterdir())


def printed(capsys, schema, *arguments):
    assert main([*map(str, arguments), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rules = json.loads(places.resource("schemas", f"{schema}.json").read_text())
    jsonschema.validate(found, rules)
    return found


@pytest.mark.parametrize("recipe", RECIPES, ids=lambda path: path.name)
def test_every_starter_recipe_is_shown_checked_and_planned(recipe, tmp_path, capsys):
    env = tmp_path / "site.example.org.env"
    env.write_text((recipe / ".env.sample").read_text())
    printed(capsys, "recipe-show", "recipe", "show", recipe)
    assert not [
        one
        for one in printed(capsys, "recipe-lint", "recipe", "lint", recipe)
        if one["level"] == "error"
    ]
    plan = printed(capsys, "recipe-plan", "recipe", "plan", recipe, "--env", env)
    assert {body["Name"] for body in plan["services"]} >= {"site_example_org_app"}
    plain = printed(capsys, "recipe-plan", "recipe", "plan", recipe, "--env", env, "--plain")
    assert plain["document"] != plan["document"]


def test_a_recipe_that_docker_refuses_has_an_error_and_exit_code_one(tmp_path, capsys):
    folder = tmp_path / "odd"
    folder.mkdir()
    (folder / "compose.yml").write_text("version: '3.8'\nservices: {app: {colour: red}}\n")
    assert main(["recipe", "lint", str(folder), "--json"]) == 1
    assert "error" in {one["level"] for one in json.loads(capsys.readouterr().out)}


def test_the_process_is_no_source_of_variables(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("UPLOAD_LIMIT", "from-the-process")
    env = tmp_path / "x.example.org.env"
    env.write_text("TYPE=starter-wordpress\nDOMAIN=x.example.org\n")
    recipe = places.shipped_recipes("recipes", "starter-wordpress")
    plan = printed(capsys, "recipe-plan", "recipe", "plan", recipe, "--env", env)
    assert "from-the-process" not in json.dumps(plan)


def test_the_whole_main_job_is_walked_on_the_practice_server(capsys):
    found = printed(capsys, "practice", "practice", "--speed", "50")
    assert [one["app"].partition(".")[0] for one in found] == ["gateway", "site"]


def test_a_missing_answer_without_a_person_names_its_key(capsys):
    assert main(["server", "add", "--yes"]) == 2
    assert "address" in capsys.readouterr().err


def test_usage_is_two():
    with pytest.raises(SystemExit) as left:
        main(["recipe", "plan"])
    assert left.value.code == 2
