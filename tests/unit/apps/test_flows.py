"""The wizards of apps, walked without a screen; and the same from a terminal."""

import json

import jsonschema
import pytest

from coophost_gui.cli.main import parser
from coophost_gui.cli.terminal import AnswersWrong, Terminal
from coophost_gui.flows import wizard
from coophost_gui.hosts.fake import FakeEngine
from coophost_gui.kit import places
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out, unkept
from coophost_gui.kit.store import Collective
from coophost_gui.recipes.abra import AppNameTaken
from coophost_gui.recipes.form import MOST
from coophost_gui.recipes.names import NameTooLong
from tests.unit.apps.recipes import new_greeter, practice_server, practice_world, write_recipe

WORDPRESS = {"recipe": "starter-wordpress", "domain": "site.example.org", "server": "alpha"}


@pytest.fixture
def world(tmp_path):
    return practice_world(tmp_path, practice_server(1000.0))


def walked(flow, answers):
    for page in flow.walk(answers):
        assert page.problems(answers) == {}
        if page.verify:
            page.verify(Job(), answers)
    return [field.key for field in flow.fields(answers)]


def test_a_new_app_asks_at_most_five_questions_and_plans_without_changing_anything(world):
    flow = wizard("new_app").make(world)
    answers = Answers(WORDPRESS)
    assert len(walked(flow, answers)) <= MOST
    steps = flow.plan(Job(), answers)
    assert steps[0].key == "settings"
    assert world.abra.apps() == []
    assert world.hosts.host.engine.get(Job(), "/services") == []


@pytest.mark.parametrize("key", ["new_app", "deploy_app", "undeploy_app"])
def test_the_same_steps_go_on_over_the_next_connection(world, key):
    answers = Answers(WORDPRESS if key == "new_app" else {"app": "hello.example.org"})
    if key != "new_app":
        write_recipe(world.abra)
        new_greeter(world)
    flow = wizard(key).make(world)
    walked(flow, answers)
    steps = flow.plan(Job(), answers)
    broken, world.hosts.host = world.hosts.host, practice_server(1000.0)
    broken.engine = FakeEngine()  # has no answer any more
    carry_out(steps, Job())
    assert unkept(steps, Job()) == []


def test_the_settings_are_the_recipes_sample_with_only_some_lines_touched(world):
    flow = wizard("new_app").make(world)
    answers = Answers(WORDPRESS)
    walked(flow, answers)
    step = flow.plan(Job(), answers)[0]
    carry_out([step], Job())
    file = world.abra.app("site.example.org")
    assert file.domain == "site.example.org"
    assert (file.recipe, bool(file.version)) == ("starter-wordpress", True)
    assert "## Secrets" in file.env().text
    # Begun and interrupted: the same answers go on, another recipe does not.
    flow.plan(Job(), answers)
    with pytest.raises(AppNameTaken):
        flow.plan(Job(), Answers({**WORDPRESS, "recipe": "starter-nextcloud"}))


def test_an_address_that_is_too_long_is_refused_with_how_many_characters(world):
    flow = wizard("new_app").make(world)
    long = f"{'a' * 40}.example-of-a-long-name.org"
    with pytest.raises(NameTooLong) as caught:
        flow.plan(Job(), Answers({**WORDPRESS, "recipe": "starter-nextcloud", "domain": long}))
    assert "characters" in str(caught.value) or "character" in str(caught.value)


def run(world, capsys, *argv):
    args = parser().parse_args([*argv, "--json"])
    terminal = Terminal(json=True, yes=True, make_world=lambda: world)
    assert args.run(args, terminal) == 0
    return json.loads(capsys.readouterr().out)


def valid(data, name):
    schema = json.loads(places.resource("schemas", f"{name}.json").read_text())
    jsonschema.validate(data, schema, cls=jsonschema.Draft202012Validator)


def test_everything_that_a_terminal_prints_as_data_keeps_to_its_schema(world, capsys):
    new_greeter(world)
    plan = run(world, capsys, "app", "plan", "hello.example.org")
    valid(plan, "app-plan")
    assert {"secret", "service"} <= {change["what"] for change in plan["changes"]}
    run(world, capsys, "app", "deploy", "hello.example.org")
    valid(run(world, capsys, "app", "list"), "app-list")
    status = run(world, capsys, "app", "status", "hello.example.org")
    valid(status, "app-status")
    assert status["level"] == "good"
    valid(run(world, capsys, "app", "logs", "hello.example.org"), "app-logs")
    health = run(world, capsys, "health")
    valid(health, "health")
    assert [card["app"] for card in health] == ["hello.example.org"]
    assert [span["state"] for span in health[0]["history"]] == [health[0]["state"]]
    assert health[0]["since"] == health[0]["history"][0]["from"]
    run(world, capsys, "app", "undeploy", "hello.example.org")
    undeploy = wizard("undeploy_app").make(world)
    assert unkept(undeploy.plan(Job(), Answers({"app": "hello.example.org"})), Job()) == []


def test_a_terminal_shows_the_new_plan_when_somebody_else_was_quicker(world, capsys, monkeypatch):
    """The person says yes to the plan just as somebody edits the settings; then yes again."""
    greeter = new_greeter(world)
    asked = []

    def yes(prompt):
        asked.append(prompt)
        greeter.file.write(greeter.file.env().set("GREETING", "good evening"))
        return "y"

    monkeypatch.setattr("builtins.input", yes)
    monkeypatch.setattr(Terminal, "attended", True)
    args = parser().parse_args(["app", "deploy", "hello.example.org"])
    assert args.run(args, Terminal(make_world=lambda: world)) == 0
    assert len(asked) == 2
    assert "have changed since this was planned" in capsys.readouterr().err


def test_lists_of_apps_and_servers_say_the_everyday_name_then_the_address(world):
    new_greeter(world)
    folder = world.abra.server_dir("alpha")
    options = lambda key: wizard(key).make(world).pages[0].questions(Answers())[0].options  # noqa: E731
    assert options("undeploy_app") == (("hello.example.org", "hello.example.org"),)
    Collective("The kitchen", app_names={"hello.example.org": "Greetings"}).write(folder)
    for key in ("deploy_app", "undeploy_app", "whom_to_call"):
        assert str(options(key)[0][1]) == "Greetings · hello.example.org"
    assert str(options("forget_server")[0][1]) == "The kitchen · alpha"


def test_whom_to_call_is_written_down_for_everybody_and_shown(world, capsys):
    new_greeter(world)

    def call(who):
        args = parser().parse_args(["app", "contact", "hello.example.org", who])
        assert args.run(args, Terminal(yes=True, make_world=lambda: world)) == 0

    folder = world.abra.server_dir("alpha")
    Collective(name="Kitchen", contacts={"other": "Bo"}, more={"colour": "green"}).write(folder)
    call("the Tuesday volunteers, 555 0100")
    told = Collective.read(folder)
    assert told.contacts == {"other": "Bo", "hello.example.org": "the Tuesday volunteers, 555 0100"}
    assert (told.name, told.more["colour"]) == ("Kitchen", "green")
    page = wizard("whom_to_call").make(world).pages[1]
    (who,) = page.questions(Answers({"app": "hello.example.org"}))
    assert who.default == "the Tuesday volunteers, 555 0100"
    assert who.problem("x" * 500)
    call("")
    assert Collective.read(folder).contacts == {"other": "Bo"}
    assert "Nobody in particular" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "answers", "minutes"),
    [([], {}, 5), (["--wait-for-name", "0"], {}, 0), ([], {"wait_for_name": 30}, 30)],
)
def test_a_terminal_waits_for_a_name_as_long_as_it_is_told(
    world, monkeypatch, option, answers, minutes
):
    """Without a word, for some minutes: nobody may be there to stop it."""
    waited = []

    def plan(*_, patience, **more):
        waited.append(patience.name / 60)
        raise AppNameTaken(name="", server="")

    monkeypatch.setattr("coophost_gui.flows.deploy_app.plan_deploy", plan)
    app = new_greeter(world)
    args = parser().parse_args(["app", "deploy", app.name, *option])
    terminal = Terminal(yes=True, prepared=answers, make_world=lambda: world)
    with pytest.raises(AppNameTaken):
        args.run(args, terminal)
    flow = wizard("deploy_app").make(world)
    with pytest.raises(AppNameTaken):
        flow.plan(Job(), Answers({"app": app.name}))  # as a window does
    assert waited == [minutes, 24 * 60]


def test_minutes_that_are_no_number_are_refused(world, capsys):
    for words in ("soon", "-1", "nan"):
        with pytest.raises(SystemExit):
            parser().parse_args(["app", "deploy", f"--wait-for-name={words}"])
    args = parser().parse_args(["app", "deploy", new_greeter(world).name])
    terminal = Terminal(yes=True, prepared={"wait_for_name": "soon"}, make_world=lambda: world)
    with pytest.raises(AnswersWrong, match="wait_for_name: soon is not a number of minutes"):
        args.run(args, terminal)
