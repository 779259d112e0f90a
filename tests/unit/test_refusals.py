"""What gets refused: each time a problem with all its sentences, nothing lost, and a way on."""

import importlib
import pkgutil
import re

import pytest
from dulwich.repo import Repo

import coophost_gui
from coophost_gui.apps.deployment import Patience
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.hosts.base import Result
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.problems import Problem
from coophost_gui.servers.facts import parse
from coophost_gui.servers.preflight import preflight
from coophost_gui.workshop.engine import PracticeEngine
from tests.unit.apps.recipes import FILES, new_greeter, practice_world, write_recipe
from tests.unit.hostile.test_bombs import BOMB
from tests.unit.servers.said import BLANK, READY

NOW = 1795320472.0
QUICK = Patience(0.02, outside=0)


def kinds(kind=Problem):
    """Return every kind of problem that there is."""
    return {kind}.union(*map(kinds, kind.__subclasses__()))


def test_every_problem_says_what_happened_what_it_means_and_what_to_do():
    for module in pkgutil.walk_packages(coophost_gui.__path__, "coophost_gui."):
        if not module.name.startswith(("coophost_gui.gui", "coophost_gui.__main__")):
            importlib.import_module(module.name)
    found = {kind for kind in kinds() if kind.__module__.startswith("coophost_gui.")}
    assert len(found) > 90
    for kind in found:
        assert all(words.strip() for words in (kind.text, kind.means, kind.hint)), kind.__name__


def said(problem):
    """Return the sentences of *problem*, every brace filled in."""
    sentences = [str(sentence) for sentence in problem.sentences()]
    assert len(sentences) >= 3
    assert not any(re.search(r"\{\w+\}", sentence) for sentence in sentences)
    return " ".join(sentences)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (READY.replace("restore=false", "restore=true").replace("=active", "=no"), "live-restore"),
        (READY.replace("swarm=active", "swarm=locked"), "locked"),
        (READY.replace("swarm=active", "swarm=error"), "error"),
        (READY.replace("manager=true", "manager=false"), "another server"),
        (BLANK.replace("time=1795320472", "time=1795320232"), "clock"),
        (BLANK.replace("id=debian", "id=slackware"), "Debian 12"),
        (BLANK.replace("sudo=root", "sudo=none"), "administrator"),
        (BLANK.replace("disk=/ 5000000000", "disk=/ 300000000"), "disk"),
        (BLANK.replace("disk=/ 5000000000", "disk=/ 2000000000"), "disk"),
    ],
)
def test_a_server_that_will_not_do_is_refused_before_anything_is_changed(text, words):
    problems = preflight(parse(text, NOW), "alpha")
    assert any(words in said(problem) for problem in problems)


def compose(old, new):
    changed = FILES["compose.yml"].replace(old, new)
    assert changed != FILES["compose.yml"]
    return {"compose.yml": changed}


# What is wrong in the new version of the recipe, and what the refusal calls it.
RECIPES = {
    "bomb": (compose(b"services:", f"{BOMB}services:".encode()), "recipe-unreadable"),
    "outside": (compose(b"file: settings.txt", b"file: ../../secret"), "reaches-outside"),
    "missing file": (compose(b"file: settings.txt", b"file: nope.txt"), "compose-problem"),
    "misspelt key": (compose(b"environment:", b"enviroment:"), "compose-problem"),
    "required setting": (compose(b"${GREETING}", b"${NEEDED:?say it}"), "setting-missing"),
    "config without a version": ({"settings.txt": b"colour = red\n"}, "recipe-file-changed"),
}


@pytest.fixture
def world(tmp_path):
    made = practice_world(tmp_path)
    made.hosts.host.answers["sh -s facts"] = Result(0, "address=eth0 127.0.0.1/8\nuid=0\n", "")
    return made


def deploy(world, app, version=""):
    host = world.hosts.reach(Job(), "alpha")
    plan = plan_deploy(Job(), world, host, app, version=version, patience=QUICK)
    carry_out(planned_steps(plan), Job())


def specs(world):
    host = world.hosts.reach(Job(), "alpha")
    return {one["Spec"]["Name"]: one["Version"] for one in host.engine.get(Job(), "/services")}


def test_a_recipe_that_will_not_do_leaves_what_runs_as_it_is(world):
    app = new_greeter(world)
    deploy(world, app)
    before, settings = specs(world), app.file.path.read_bytes()
    for number, (files, key) in enumerate(RECIPES.values(), start=1):
        write_recipe(world.abra, files, f"1.{number}.0+1")
        with pytest.raises(Problem) as caught:
            deploy(world, app, f"1.{number}.0+1")
        assert caught.value.key == key
        assert said(caught.value)
        assert specs(world) == before
        assert app.file.path.read_bytes() == settings
    write_recipe(world.abra, FILES, "2.0.0+1")
    deploy(world, app, "2.0.0+1")  # the same button, once it is mended


def test_a_lightweight_tag_is_no_release_and_a_changed_checkout_is_not_in_the_way(world):
    app = new_greeter(world)
    folder = world.abra.recipe_dir("greeter")
    repo = Repo(str(folder))
    repo.refs[b"refs/tags/1.5.0+1"] = repo.head()
    repo.close()
    with pytest.raises(Problem) as caught:
        deploy(world, app, "1.5.0+1")
    assert caught.value.key == "version-only-marked"
    assert "git tag -a" in said(caught.value)
    (folder / "compose.yml").write_text("somebody is at work here\n")
    deploy(world, app, "1.0.0+1")
    assert specs(world)
    assert (folder / "compose.yml").read_text() == "somebody is at work here\n"


def test_a_lost_swarm_is_said_and_nothing_is_made(world):
    app = new_greeter(world)
    host = world.hosts.reach(Job(), "alpha")
    sound, host.engine = host.engine, PracticeEngine(100.0)
    host.engine.installed = True
    with pytest.raises(Problem) as caught:
        deploy(world, app)
    assert "not a swarm manager" in said(caught.value)
    host.engine = sound
    deploy(world, app)
