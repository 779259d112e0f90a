"""Apps that others made: their settings are read back from what runs."""

import json

import pytest

from coophost_gui.apps.app import app as app_called
from coophost_gui.apps.deploy import deploy_steps
from coophost_gui.apps.deployment import Patience
from coophost_gui.apps.plan import plan_deploy
from coophost_gui.apps.problems import NothingToAdopt
from coophost_gui.cli.main import parser
from coophost_gui.cli.terminal import Terminal
from coophost_gui.health.rounds import look_at_all
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.bodies import bodies
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.rebuild import rebuilt
from coophost_gui.recipes.source import RecipeRepository
from tests.unit.apps.recipes import SAMPLE, VERSION, new_greeter, practice_world, write_recipe

QUICK = Patience(0.05, restarting=0.3, stuck=0.3, timeout=20, outside=0.2, stopping=5)
NAME, STACK = "hello.example.org", "hello_example_org"


@pytest.fixture
def world(tmp_path):
    return practice_world(tmp_path)


def adopt(world, *words):
    args = parser().parse_args(["app", "adopt", *words])
    return args.run(args, Terminal(yes=True, make_world=lambda: world))


def test_an_app_of_abra_without_its_file_is_shown_and_taken_in_and_then_nothing_changes(
    world, capsys
):
    greeter = new_greeter(world, GREETING="good evening $x", IMAGE="hello:2", EXTRA="1")
    host = world.hosts.reach(Job(), "alpha")
    carry_out(deploy_steps(world, host, greeter, patience=QUICK), Job())
    before = greeter.file.env()
    greeter.file.path.unlink()
    board = look_at_all(world, Job())
    assert board.cards == ()
    assert [(one.server, one.health.stack, one.health.recipe) for one in board.strays] == [
        ("alpha", STACK, "greeter")
    ]
    assert adopt(world, STACK, "alpha") == 0
    said = capsys.readouterr().err
    assert "GREETING=good evening $x" in said
    assert "Starting it again would change nothing." in said
    file = app_called(world, NAME).file
    assert file.env().values() == before.values()
    assert "## What it says\n" in file.env().text  # the example's comments
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert plan_deploy(Job(), world, host, app_called(world, NAME)).changes == ()
    assert look_at_all(world, Job()).strays == ()
    with pytest.raises(NothingToAdopt):
        adopt(world, STACK, "alpha")


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    abra = AbraFolder(tmp_path_factory.mktemp("abra"))
    write_recipe(abra)
    return RecipeRepository(abra.recipe_dir("greeter")).tree(VERSION)


SETTINGS = {
    "as it is in the example": {},
    "another word": {"GREETING": "good evening"},
    "nothing at all": {"GREETING": ""},
    "what the recipe would take anyway": {"CHECK": "true", "TIMEOUT": "60"},
    "a second password": {"SECRET_ADMIN_PASSWORD_VERSION": "v2"},
    "an address that is not the file's name": {"DOMAIN": "other.example.org"},
    "another image": {"IMAGE": "hello:2", "TIMEOUT": "90"},
}


@pytest.mark.parametrize("plain", [False, True], ids=["abra", "docker"])
@pytest.mark.parametrize("values", SETTINGS.values(), ids=SETTINGS.keys())
def test_the_settings_that_are_read_back_make_the_same_services_again(tree, values, plain):
    """Made by abra, or by ``docker stack deploy`` with nothing of abra's in it."""
    env = EnvFile.parse(SAMPLE.replace("greeter.example.com", NAME))
    for key, value in values.items():
        env = env.set(key, value)
    made = bodies(tree, env, NAME, plain=plain)
    running = {body["Name"].removeprefix(f"{STACK}_"): body for body in made.services}
    found = rebuilt(tree, f"greeter:{VERSION}", STACK, NAME, running)
    assert bodies(tree, found.env, NAME, plain=plain).services == made.services
    assert found.unknown == (("MONITOR", "COMPOSE_FILE") if plain else ())


def test_a_stack_of_another_name_than_its_file_says_so_in_the_file(tree):
    env = EnvFile.parse("TYPE=greeter\nSECRET_ADMIN_PASSWORD_VERSION=v1\nSTACK_NAME=mine\n")
    made = bodies(tree, env, "wiki.example.org")
    running = {body["Name"].removeprefix("mine_"): body for body in made.services}
    found = rebuilt(tree, f"greeter:{VERSION}", "mine", "wiki.example.org", running)
    assert found.env.get("STACK_NAME") == "mine"
    assert found.env.get("GREETING") == ""  # it was not set, whatever the example says
    assert "#DOMAIN=greeter.example.com" in found.env.text
    assert bodies(tree, found.env, "wiki.example.org").services == made.services


def test_an_app_made_by_hand_is_named_by_a_person(world, tree, capsys):
    greeter = new_greeter(world)
    host = world.hosts.reach(Job(), "alpha")
    carry_out(deploy_steps(world, host, greeter, patience=QUICK), Job())
    for service in host.engine.get(Job(), "/services"):
        plain = next(
            body
            for body in bodies(tree, greeter.file.env(), NAME, plain=True).services
            if body["Name"] == service["Spec"]["Name"]
        )
        spec = {**service["Spec"], "Labels": plain["Labels"]}
        spec["TaskTemplate"] = json.loads(json.dumps(spec["TaskTemplate"]))
        container = spec["TaskTemplate"]["ContainerSpec"]
        container["Env"] = plain["TaskTemplate"]["ContainerSpec"].get("Env", [])
        path = f"/services/{service['ID']}/update"
        host.engine.post(Job(), path, spec, version=service["Version"]["Index"])
    greeter.file.path.unlink()
    assert adopt(world, STACK, "alpha", "--recipe", "greeter") == 0
    said = capsys.readouterr().err
    assert "the example stands there: MONITOR, COMPOSE_FILE" in said
    assert "Starting it again would change this: Changed part: app (settings:" in said
    assert app_called(world, NAME).file.env().get("GREETING") == "hello"
