import re
import subprocess

import pytest

from coophost_gui.kit import places
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.form import MOST, from_known, questions
from coophost_gui.recipes.lint import lint
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.peek import sample
from coophost_gui.recipes.readme import metadata
from coophost_gui.recipes.secrets import needed_secrets
from coophost_gui.recipes.source import FolderTree, RecipeRepository
from coophost_gui.recipes.starters import install_starter, starter, starters
from tests.independent import abra_reader

ALL = pytest.mark.parametrize("tree", starters(), ids=lambda tree: tree.name)


def test_there_are_eight_and_nobody_takes_them_for_the_federations():
    assert [tree.name for tree in starters()] == [
        "starter-gateway",
        "starter-hedgedoc",
        "starter-nextcloud",
        "starter-radicale",
        "starter-static",
        "starter-vaultwarden",
        "starter-vikunja",
        "starter-wordpress",
    ]
    for tree in starters():
        assert "not by the Co-op Cloud federation" in tree.read("README.md").decode()


@ALL
def test_a_starter_is_a_whole_recipe(tree):
    files = tree.files()
    for path in ("compose.yml", ".env.sample", "abra.sh", "README.md", f"release/{tree.version}"):
        assert path in files
    assert any(re.fullmatch(r"compose\..+\.yml", path) for path in files), "an overlay"
    assert metadata(tree.read("README.md").decode()).complete


@ALL
def test_our_own_rules_find_nothing_that_abra_would_stop_at(tree, tmp_path):
    install_starter(tree, AbraFolder(tmp_path))
    for files in (tree, RecipeRepository(tmp_path / "recipes" / tree.name).tree(tree.version)):
        assert [str(f.words) for f in lint(files) if f.level == "error"] == []
        assert {f.rule for f in lint(files)} <= {"R015"}


@ALL
def test_installed_it_is_a_repository_that_another_reader_accepts(tree, tmp_path):
    abra = AbraFolder(tmp_path)
    assert install_starter(tree, abra) is True
    assert install_starter(tree, abra) is False
    assert abra_reader.recipe_complaints(tmp_path, tree.name, tree.version) == []
    repository = RecipeRepository(abra.recipe_dir(tree.name))
    again = repository.tree(tree.version)
    assert again.files() == tree.files()
    assert all(again.read(path) == tree.read(path) for path in tree.files())


@ALL
def test_a_new_app_from_the_sample_is_accepted_by_another_reader(tree, tmp_path):
    abra = AbraFolder(tmp_path)
    install_starter(tree, abra)
    env = sample(tree).set("TYPE", f"{tree.name}:{tree.version}").set("DOMAIN", "a.example.org")
    abra.new_app("kitchen.example.org", "a.example.org", env.text)
    assert abra_reader.complaints(tmp_path) == []
    [app] = abra_reader.apps(tmp_path)
    ours = abra.app("a.example.org")
    assert (app.recipe, app.version, app.domain, app.stack) == (
        ours.recipe,
        ours.version,
        ours.domain,
        ours.stack,
    )


@ALL
def test_at_most_five_questions_in_everyday_words(tree):
    meaning = shipped()[tree.name]
    for known in (meaning, None):
        asked = questions(tree, known, "a.example.org")
        assert 3 + len(asked) <= MOST, "which app, which server and which address come before"
        assert all(question.problem("") for question in asked)
    assert all("_" not in str(question.label) for question in questions(tree, meaning, "a.b"))


@ALL
def test_every_starter_means_something_that_fits_its_files(tree):
    meaning = shipped()[tree.name]
    assert all((meaning.name, meaning.sentence, meaning.kind, meaning.licence))
    assert places.resource("signs", f"{meaning.sign}.svg").is_file()
    assert meaning.ran in ("never", "stand-in", "upstream")
    keys = sample(tree).keys()
    assert {ask.key for ask in meaning.ask} <= set(keys)
    if meaning.sign_in.kind == "secret":
        needs = needed_secrets(tree, sample(tree), "a.b")
        assert meaning.sign_in.secret in [need.name for need in needs]
        assert meaning.sign_in.user in ("", *keys)
    if meaning.memory_mb is not None:
        assert all((meaning.memory_source, meaning.memory_date))


def test_what_was_never_run_is_for_practice_only():
    ran = {name for name, meaning in shipped().items() if meaning.for_real}
    assert ran == {"starter-gateway", "starter-radicale", "starter-static", "starter-wordpress"}


def test_what_is_known_is_not_asked():
    tree, meaning = starter("starter-gateway"), shipped()["starter-gateway"]
    known = {"LETS_ENCRYPT_EMAIL": "us@example.org", "UNHEARD_OF": "x"}
    assert questions(tree, meaning, "a.b", known) == []
    assert from_known(tree, meaning, "a.b", known) == {"LETS_ENCRYPT_EMAIL": "us@example.org"}
    [email] = questions(tree, meaning, "a.b")
    assert email.default == ""
    assert email.problem("nonsense")
    assert not email.problem("us@kitchen.org")


def test_a_newer_starter_becomes_a_commit_on_top(tmp_path):
    abra, tree = AbraFolder(tmp_path), starter("starter-gateway")
    install_starter(tree, abra)
    newer = tmp_path / "starter-gateway"
    for path in tree.files():
        (newer / path).parent.mkdir(parents=True, exist_ok=True)
        (newer / path).write_bytes(tree.read(path).replace(b"1.0.0+v3.6.8", b"1.1.0+v3.6.9"))
    (newer / "release" / "1.1.0+v3.6.9").write_text("Newer.")
    assert install_starter(FolderTree(newer, "1.1.0+v3.6.9"), abra) is True
    repository = RecipeRepository(abra.recipe_dir("starter-gateway"))
    assert repository.tags() == ["1.1.0+v3.6.9", "1.0.0+v3.6.8"]
    assert abra_reader.recipe_complaints(tmp_path, "starter-gateway", "1.1.0+v3.6.9") == []
    count = subprocess.run(
        ["git", "-C", repository.path, "rev-list", "--count", "main"],
        capture_output=True,
        check=True,
    )
    assert count.stdout == b"2\n"


def test_the_shell_in_the_starters_is_sound():
    for tree in starters():
        for path in tree.files():
            if path.endswith(".sh"):
                subprocess.run(["bash", "-n"], input=tree.read(path), check=True)
