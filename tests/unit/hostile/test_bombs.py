"""Inputs that somebody made in order to do harm: each ends soon, and in a Problem."""

import logging
import time
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pytest
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo

from coophost_gui.cli.main import main
from coophost_gui.hosts.patterns import matches
from coophost_gui.kit import log
from coophost_gui.kit.store import Collective, FileUnreadable, read_yaml
from coophost_gui.recipes.bodies import bodies
from coophost_gui.recipes.catalogue import Catalogue, CatalogueUnreadable
from coophost_gui.recipes.compose import ComposeProblem, ReachesOutside, yaml
from coophost_gui.recipes.compose.units import nano_cpus, nanoseconds, size
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.lint import lint
from coophost_gui.recipes.readme import metadata
from coophost_gui.recipes.source import FolderTree, RecipeRepository, RecipeUnreadable
from tests.unit.hostile.checks import Files

SOON = 5.0  # seconds
LITTLE = 20_000_000  # bytes
ALIASES = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12))
BOMB = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + ALIASES
APP = 'version: "3.8"\nservices:\n  app:\n    image: x\n'


@pytest.fixture(autouse=True)
def soon():
    """Fail when the test took long."""
    began = time.monotonic()
    yield
    assert time.monotonic() - began < SOON


def test_what_means_far_more_than_it_is_takes_little_memory(tmp_path):
    (tmp_path / "bomb.yml").write_text(BOMB)
    tracemalloc.start()
    with pytest.raises(ComposeProblem):
        yaml.load(BOMB.encode(), "compose.yml")
    with pytest.raises(FileUnreadable):
        read_yaml(tmp_path / "bomb.yml")
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < LITTLE


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        b"a: " + b"[" * 500,
        b"a: " + b"{x: " * 5000,
        b"a: &a [*a]",
        b"a: {<<: *b}",
        b"a: 1\na: 2",
        b"\x00a: 1",
        b"a: \xff\xfe",
        b"\xff\xfea\x00",
        b"a: !!python/object/apply:os.system [true]",
        b"a: !!binary x",
        b"a: !!int x",
        b"a: !!timestamp 2024-99-99",
        b"? [a, b]\n: c",
        b"- a",
        b"a: 0x" + b"f" * 9000,
        b"a: " + b"9" * 9000,
        b"%YAML 9.9\n--- a",
        b"a: |\n" + b" x\n" * 2000,
        b"",
    ],
)
def test_odd_yaml_of_a_recipe_is_read_or_refused(data):
    found = None
    with suppress(ComposeProblem):
        found = yaml.load(data, "compose.yml")
    assert found is None or isinstance(found, dict)


@pytest.mark.parametrize("text", [BOMB, "a: " + "[" * 500, "a: &a [*a]", "a: 2024-02-30", "[", "x"])
def test_odd_yaml_of_our_own_is_named_with_its_file(text, tmp_path):
    file = tmp_path / "coophost.yml"
    file.write_text(text)
    for read in (lambda: read_yaml(file), lambda: Collective.read(tmp_path)):
        with pytest.raises(FileUnreadable, match=r"coophost\.yml"):
            read()


def test_a_file_of_our_own_that_is_none_or_too_long_is_named(tmp_path):
    (tmp_path / "folder.yml").mkdir()
    (tmp_path / "long.yml").write_text("x" * 600_000)
    for name in ("folder.yml", "long.yml"):
        with pytest.raises(FileUnreadable, match=name):
            read_yaml(tmp_path / name)


@pytest.mark.parametrize("value", ["1e9999999", "9" * 20_000, "1e-9999999", "1/" + "9" * 20_000])
@pytest.mark.parametrize("read", [size, nanoseconds, nano_cpus])
def test_numbers_beyond_all_measure_are_refused_at_once(read, value):
    with suppress(ValueError):
        assert read(value) == 0


@pytest.mark.parametrize("text", ["${A:-" * 3000 + "}" * 3000, "$" * 9999, "${" * 999, "x" * 10**5])
def test_long_and_nested_variables_are_filled_in_or_refused(text):
    compose = APP + f"    hostname: '{text}'\n"
    files = Files({"compose.yml": compose.encode(), ".env.sample": b""})
    with suppress(ComposeProblem):
        assert bodies(files, EnvFile.parse(""), "a.example.org").services


@pytest.mark.parametrize(
    "more",
    [
        "    env_file: ../../secret\n",
        "    configs: [c]\nconfigs:\n  c: {file: ../../secret}\n",
        "    secrets: [s]\nsecrets:\n  s: {file: /etc/passwd}\n",
        "    configs: [c]\nconfigs:\n  c: {file: link}\n",
        "    env_file: link\n",
    ],
)
def test_a_recipe_never_reads_a_file_outside_of_its_folder(more, tmp_path):
    (tmp_path / "secret").write_text("TOP=secret\n")
    folder = tmp_path / "recipes" / "greeter"
    folder.mkdir(parents=True)
    (folder / "compose.yml").write_text(APP + more)
    (folder / ".env.sample").write_text("")
    (folder / "link").symlink_to("../../secret")
    tree = FolderTree(folder)
    with pytest.raises(ComposeProblem) as caught:
        bodies(tree, EnvFile.parse(""), "a.example.org")
    assert "TOP" not in caught.value.detail
    assert isinstance(caught.value, ReachesOutside) or "no such file" in caught.value.detail
    assert all("TOP" not in str(finding.words) for finding in lint(tree))


def commit(repo, tree):
    """Put a commit of *tree* into *repo* as the version 1.0.0+1, and return its repository."""
    made = Commit()
    made.tree, made.parents, made.message = tree, [], b"m"
    made.author = made.committer = b"x <x@example.org>"
    made.author_time = made.commit_time = made.author_timezone = made.commit_timezone = 0
    repo.object_store.add_object(made)
    repo.refs[b"refs/tags/1.0.0+1"] = made.id
    repo.close()
    return RecipeRepository(Path(repo.path))


def folders(repo, names, levels):
    """Return a tree in which each folder holds the same folder under all *names*."""
    inner = Blob.from_string(b"x")
    repo.object_store.add_object(inner)
    sha, mode = inner.id, 0o100644
    for _ in range(levels):
        tree = Tree()
        for name in names:
            tree.add(name, mode, sha)
        repo.object_store.add_object(tree)
        sha, mode = tree.id, 0o040000
    return sha


@pytest.mark.parametrize(
    ("names", "levels"), [([b"a", b"b", b"c", b"d", b"e", b"f", b"g", b"h"], 9), ([b"a"], 60)]
)
def test_folders_that_mean_millions_of_files_are_refused(names, levels, tmp_path):
    repo = Repo.init(str(tmp_path))
    with pytest.raises(RecipeUnreadable):
        commit(repo, folders(repo, names, levels)).tree("1.0.0+1")


def test_a_name_in_a_repository_that_leads_outside_is_only_a_name(tmp_path):
    (tmp_path / "secret").write_text("TOP=secret\n")
    repo = Repo.init(str(tmp_path / "greeter"), mkdir=True)
    blob, link = Blob.from_string(b"x"), Blob.from_string(b"../secret")
    tree = Tree()
    for name, mode, thing in (
        (b"..", 0o100644, blob),
        (b".git", 0o100644, blob),
        (b"../secret", 0o100644, blob),
        (b"compose.yml", 0o120000, link),
        (b"module", 0o160000, blob),
    ):
        repo.object_store.add_object(thing)
        tree.add(name, mode, thing.id)
    repo.object_store.add_object(tree)
    found = commit(repo, tree.id).tree("1.0.0+1")
    assert "module" not in found.files()
    contents = set()
    for path in found.files():
        try:
            contents.add(found.read(path))
        except FileNotFoundError:
            contents.add(b"")
    assert contents <= {b"x", b""}
    assert lint(found)


@pytest.mark.parametrize("much", [True, False])
def test_a_file_of_a_recipe_may_only_be_so_big(much, tmp_path):
    data = b"#" * (6_000_000 if much else 1000)
    (tmp_path / "compose.yml").write_bytes(data)
    repo = Repo.init(str(tmp_path / "greeter"), mkdir=True)
    blob, tree = Blob.from_string(data), Tree()
    repo.object_store.add_object(blob)
    tree.add(b"compose.yml", 0o100644, blob.id)
    repo.object_store.add_object(tree)
    for found in (FolderTree(tmp_path), commit(repo, tree.id).tree("1.0.0+1")):
        if much:
            with pytest.raises(RecipeUnreadable):
                found.read("compose.yml")
        else:
            assert found.read("compose.yml") == data


@pytest.mark.parametrize(
    "data", [b"[" * 50_000, b'{"a":' * 50_000, b"9" * 5000, b"\xff", b"", b"5"]
)
def test_a_catalogue_that_is_none_is_named_with_its_file(data, tmp_path):
    (tmp_path / "recipes.json").write_bytes(data)
    with pytest.raises(CatalogueUnreadable, match=r"recipes\.json"):
        Catalogue.read(tmp_path / "recipes.json")


def test_a_readme_of_endless_beginnings_is_read_at_once():
    for text in ("<!-- metadata -->" * 20_000, "<!--" + " " * 400_000, "\n" * 300_000):
        assert not metadata(f"{text}").complete
    assert metadata("<!-- metadata -->" + "\n" * 200_000 + "<!-- endmetadata -->").category == ""


def test_many_stars_in_a_pattern_take_no_longer():
    assert not matches("*a" * 40 + "b", "a" * 2000)
    assert matches("*a" * 40, "a" * 2000)


def test_half_a_letter_is_logged_without_a_word_of_trouble(capsys):
    handler = log.start()
    try:
        handler.emit(logging.makeLogRecord({"msg": "\udcff", "levelname": "WARNING"}))
    finally:
        logging.getLogger("coophost_gui").removeHandler(handler)
        handler.close()
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    "text", [BOMB, "domain: [a, b]\nserver: {x: 1}\n", "[]", "a: &a [*a]", "5: 6\n", "\0"]
)
def test_answers_that_are_none_end_in_a_sentence(text, tmp_path, capsys):
    answers = tmp_path / "answers.yml"
    answers.write_text(text)
    assert main(["app", "new", "--answers", str(answers), "--yes"]) in (1, 2)
    said = capsys.readouterr().err
    assert said
    assert "Traceback" not in said
