import os

import pytest

from coophost_gui.recipes.abra import (
    AbraFolder,
    AppGone,
    AppNameTaken,
    OddName,
    ServerNotEmpty,
    split_recipe,
)


@pytest.fixture
def abra(tmp_path):
    return AbraFolder(tmp_path / "abra")


def test_abra_dir_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("ABRA_DIR", str(tmp_path / "mine"))
    assert AbraFolder.find().root == tmp_path / "mine"


def test_abra_yml_upwards_from_here_comes_second(monkeypatch, tmp_path):
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (tmp_path / "a" / "abra.yml").write_text("abraDir: state\n")
    monkeypatch.chdir(deep)
    assert AbraFolder.find().root == tmp_path / "a" / "state"


def test_an_absolute_folder_in_abra_yaml_is_taken_as_it_is(monkeypatch, tmp_path):
    (tmp_path / "abra.yaml").write_text(f"abraDir: {tmp_path / 'else'}\n")
    monkeypatch.chdir(tmp_path)
    assert AbraFolder.find().root == tmp_path / "else"


@pytest.mark.parametrize("content", ["", "abraDir:\n", "[", "- a\n"])
def test_an_abra_yml_that_says_nothing_is_passed_over(monkeypatch, tmp_path, own_home, content):
    (tmp_path / "abra.yml").write_text(content)
    monkeypatch.chdir(tmp_path)
    assert AbraFolder.find().root == own_home / ".abra"


def test_home_itself_is_not_searched(monkeypatch, own_home):
    (own_home / "abra.yml").write_text("abraDir: x\n")
    below = own_home / "below"
    below.mkdir()
    monkeypatch.chdir(below)
    assert AbraFolder.find().root == own_home / ".abra"


def test_nothing_there_is_no_trouble(abra):
    assert abra.servers() == []
    assert abra.apps() == []
    assert abra.app("x") is None


def test_a_server_is_added_once_and_removed_when_empty(abra):
    assert abra.add_server("kitchen.example.org") is True
    assert abra.add_server("kitchen.example.org") is False
    (abra.server_dir("kitchen.example.org") / "coophost.yml").write_text("version: 1\n")
    assert abra.servers() == ["kitchen.example.org"]
    abra.remove_server("kitchen.example.org")
    assert abra.servers() == []
    abra.remove_server("kitchen.example.org")


def test_a_server_with_apps_is_not_removed(abra):
    abra.new_app("s", "wiki.example.org", "TYPE=wiki\n")
    with pytest.raises(ServerNotEmpty, match=r"wiki\.example\.org\.env"):
        abra.remove_server("s")


def test_apps_are_the_env_files_and_nothing_else(abra):
    abra.new_app("b", "two.example.org", "TYPE=x\n")
    abra.new_app("a", "one.example.org", "TYPE=x:1.0.0+1\nDOMAIN=other.example.org\n")
    folder = abra.server_dir("a")
    (folder / "README.md").write_text("hello")
    (folder / ".env").write_text("A=1")
    (folder / ".git").mkdir()
    (folder / "file-providers.env").mkdir()
    assert [app.name for app in abra.apps()] == ["one.example.org", "two.example.org"]
    app = abra.app("one.example.org")
    assert (app.recipe, app.version, app.domain, app.stack) == (
        "x",
        "1.0.0+1",
        "other.example.org",
        "one_example_org",
    )


def test_a_new_app_refuses_a_name_that_is_taken(abra):
    app = abra.new_app("s", "wiki.example.org", "TYPE=wiki\n")
    assert app.path.stat().st_mode & 0o777 == 0o644
    with pytest.raises(AppNameTaken):
        abra.new_app("s", "wiki.example.org", "TYPE=other\n")
    assert app.recipe == "wiki"


def test_writing_goes_through_links_and_keeps_bytes_and_mode(abra, tmp_path):
    shared = tmp_path / "shared"
    shared.mkdir()
    (abra.root / "servers").mkdir(parents=True)
    (abra.root / "servers" / "s").symlink_to(shared)
    real = shared / "real.env"
    real.write_bytes(b"TYPE=x\r\n# caf\xe9 \xff\r\nDOMAIN=a\r\n")
    real.chmod(0o640)
    (shared / "wiki.env").symlink_to("real.env")
    app = abra.app("wiki")
    app.write(app.env().set("DOMAIN", "b"))
    assert real.read_bytes() == b"TYPE=x\r\n# caf\xe9 \xff\r\nDOMAIN=b\r\n"
    assert real.stat().st_mode & 0o777 == 0o640
    assert os.readlink(shared / "wiki.env") == "real.env"


def test_recipe_wins_over_type_and_the_mark_of_a_changed_folder_is_kept_apart(abra):
    app = abra.new_app("s", "a", "TYPE=old:1\nRECIPE=new:2.0.0+x+U\nSTACK_NAME=mine\n")
    assert (app.recipe, app.version, app.dirty, app.stack) == ("new", "2.0.0+x", True, "mine")


@pytest.mark.parametrize(
    ("entry", "name", "version"),
    [
        ("wordpress", "wordpress", ""),
        ("wordpress:1.0.0+6", "wordpress", "1.0.0+6"),
        ("git.example.org/us/wiki:1.0.0+6", "git.example.org/us/wiki", "1.0.0+6"),
        ("git.example.org:3000/us/wiki", "git.example.org:3000/us/wiki", ""),
    ],
)
def test_a_recipe_entry_is_a_name_and_perhaps_a_version(entry, name, version):
    assert split_recipe(entry) == (name, version)


@pytest.mark.parametrize("name", ["", "..", ".hidden", "a/b", "a\0", "a\nb"])
def test_names_that_lead_elsewhere_are_refused(abra, name):
    with pytest.raises(OddName):
        abra.server_dir(name)


def test_a_recipe_named_by_its_address_has_a_flat_folder(abra):
    assert abra.recipe_dir("git.example.org/us/wiki").name == "git_example_org_us_wiki"
    assert abra.recipe_dir("../../etc").parent == abra.root / "recipes"


def test_a_settings_file_that_went_away_is_said(abra):
    app = abra.new_app("s", "wiki", "TYPE=x\n")
    app.path.unlink()
    with pytest.raises(AppGone, match="wiki"):
        app.env()
