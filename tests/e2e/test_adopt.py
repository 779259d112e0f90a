"""An app that somebody else put on a real server, with the docker CLI, taken in."""

import pytest

from coophost_gui.apps.app import app as app_called
from coophost_gui.apps.plan import plan_deploy
from coophost_gui.cli.main import parser
from coophost_gui.cli.terminal import Terminal
from coophost_gui.health.rounds import look_at_all
from coophost_gui.kit.jobs import Job
from tests.e2e.test_deploy import QUICK, STACK, deploy, host, tasks, versions, world
from tests.unit.apps.recipes import FILES, SAMPLE, VERSION, write_recipe

pytestmark = pytest.mark.testbed
__all__ = ["host", "world"]

SETTINGS = {
    "DOMAIN": "hello.example.org",
    "GREETING": "good evening",
    "MONITOR": "1s",
    "COMPOSE_FILE": "compose.yml",
    "SECRET_ADMIN_PASSWORD_VERSION": "v1",
    "TIMEOUT": "90",
}
# What abra adds to the service "app", written down from its documentation.
AS_ABRA = {"TYPE": f"greeter:{VERSION}", "STACK_NAME": STACK, "SETTINGS_VERSION": "v1"}
OVERLAY = """\
version: "3.8"
services:
  app:
    environment:
{env}
    deploy:
      labels:
        coop-cloud.{stack}.recipe: greeter
        coop-cloud.{stack}.version: {version}
        coop-cloud.{stack}.chaos: "false"
"""


def put_there(server, folder, settings):
    """Deploy the recipe as abra would; plainly, where *settings* hold nothing of abra's."""
    folder.mkdir()
    for name in ("compose.yml", "settings.txt"):
        (folder / name).write_bytes(FILES[name])
    lines = "\n".join(f'      {key}: "{value}"' for key, value in settings.items())
    overlay = OVERLAY.format(env=lines, stack=STACK, version=VERSION)
    (folder / "abra.yml").write_text(overlay)
    files = ["-c", f"{folder}/compose.yml"]
    files += ["-c", f"{folder}/abra.yml"] if "TYPE" in settings else []
    secret = f"printf %s planted | docker secret create {STACK}_admin_password_v1 -"
    server.run("sh", "-c", secret)
    known = [f"{key}={value}" for key, value in (SETTINGS | AS_ABRA).items() if key != "TYPE"]
    server.run("env", *known, "docker", "stack", "deploy", *files, STACK)


def adopt(world, *more):
    args = parser().parse_args(["app", "adopt", STACK, "alpha", *more])
    return args.run(args, Terminal(yes=True, make_world=lambda: world))


def test_what_abra_deployed_is_shown_and_taken_in_and_a_deploy_then_changes_nothing(
    world, host, swarm_server, tmp_path, capsys
):
    put_there(swarm_server, tmp_path / "recipe", SETTINGS | AS_ABRA)
    write_recipe(world.abra)
    (stray,) = look_at_all(world, Job()).strays
    assert (stray.health.stack, stray.health.recipe, stray.health.version) == (
        STACK,
        "greeter",
        VERSION,
    )
    assert adopt(world) == 0
    said = capsys.readouterr().err
    assert "Starting it again would change nothing." in said
    assert "planted" not in said
    file = app_called(world, "hello.example.org").file
    assert file.env().values() == {"TYPE": f"greeter:{VERSION}", **SETTINGS}
    assert "## What it says" in SAMPLE
    assert "## What it says" in file.env().text
    before, running = versions(swarm_server), tasks(swarm_server)
    app = app_called(world, "hello.example.org")
    assert plan_deploy(Job(), world, host, app, patience=QUICK).changes == ()
    assert not deploy(world, host, app)["services"]
    assert (versions(swarm_server), tasks(swarm_server)) == (before, running)


def test_what_was_deployed_by_hand_is_taken_in_and_what_would_change_is_said(
    world, host, swarm_server, tmp_path, capsys
):
    put_there(swarm_server, tmp_path / "recipe", SETTINGS)
    write_recipe(world.abra)
    assert adopt(world, "--recipe", "greeter") == 0
    said = capsys.readouterr().err
    assert "the example stands there: MONITOR, COMPOSE_FILE" in said
    assert "Changed part: app (settings: COMPOSE_FILE, DOMAIN, " in said
    assert "labels: coop-cloud.hello_example_org.chaos" in said
    app = app_called(world, "hello.example.org")
    assert app.file.env().get("GREETING") == "good evening"
    assert app.file.env().get("TIMEOUT") == "90"
    deploy(world, host, app)
    assert plan_deploy(Job(), world, host, app, patience=QUICK).changes == ()
