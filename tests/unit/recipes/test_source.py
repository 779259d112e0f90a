import subprocess

import pytest

from coophost_gui.recipes.source import (
    FolderTree,
    RecipeMissing,
    RecipeRepository,
    RecipeUnreadable,
    VersionMissing,
)


def git(folder, *words):
    identity = ["-c", "user.name=n", "-c", "user.email=n@example.org", "-c", "tag.gpgsign=false"]
    subprocess.run(["git", "-C", folder, *identity, *words], check=True, capture_output=True)


@pytest.fixture
def recipe(tmp_path):
    """A recipe with three tags, of which one is lightweight and one is no version."""
    folder = tmp_path / "wiki"
    (folder / "release").mkdir(parents=True)
    git(tmp_path, "init", "-q", "-b", "main", str(folder))
    for number, tag in enumerate(("1.0.0+1", "1.1.0+2"), start=1):
        (folder / "compose.yml").write_text(f"# {number}\n")
        (folder / "release" / tag).write_text("notes")
        git(folder, "add", ".")
        git(folder, "commit", "-q", "-m", tag)
        if number == 1:
            git(folder, "tag", "-a", tag, "-m", tag)
        else:
            git(folder, "tag", tag)
    (folder / "link.yml").symlink_to("compose.yml")
    (folder / "out.yml").symlink_to("../../secret")
    git(folder, "add", ".")
    git(folder, "commit", "-q", "-m", "links")
    git(folder, "tag", "-a", "not-a-version", "-m", "x")
    return folder


def test_versions_come_newest_first(recipe):
    repository = RecipeRepository(recipe)
    assert repository.tags() == ["1.1.0+2", "1.0.0+1"]
    assert repository.latest() == "1.1.0+2"
    assert [(t.name, t.annotated) for t in repository.all_tags()] == [
        ("1.0.0+1", True),
        ("1.1.0+2", False),
        ("not-a-version", True),
    ]


@pytest.mark.parametrize("packed", [False, True])
def test_a_tag_is_read_whatever_is_checked_out(recipe, packed):
    if packed:
        git(recipe, "gc", "-q")
    before = (recipe / ".git" / "HEAD").read_text()
    (recipe / "compose.yml").write_text("somebody works here\n")
    tree = RecipeRepository(recipe).tree("1.0.0+1")
    assert tree.read("compose.yml") == b"# 1\n"
    assert tree.files() == ["compose.yml", "release/1.0.0+1"]
    assert (tree.name, tree.version, len(tree.commit)) == ("wiki", "1.0.0+1", 40)
    assert (recipe / "compose.yml").read_text() == "somebody works here\n"
    assert (recipe / ".git" / "HEAD").read_text() == before


def test_links_inside_the_recipe_are_followed_and_others_lead_nowhere(recipe):
    tree = RecipeRepository(recipe).head()
    assert tree.read("link.yml") == b"# 2\n"
    assert tree.read("./release/../compose.yml") == b"# 2\n"
    for path in ("out.yml", "../wiki/compose.yml", "nothing", "release"):
        with pytest.raises(FileNotFoundError):
            tree.read(path)


def test_a_commit_can_be_named_by_its_first_characters(recipe):
    repository = RecipeRepository(recipe)
    commit = repository.tree("1.0.0+1").commit
    assert repository.tree(commit[:8]).read("compose.yml") == b"# 1\n"
    assert repository.tree(commit[:8]).version == ""


def test_what_is_missing_is_said(recipe, tmp_path):
    with pytest.raises(VersionMissing):
        RecipeRepository(recipe).tree("9.9.9+9")
    with pytest.raises(RecipeMissing):
        RecipeRepository(tmp_path / "nowhere").tags()
    (tmp_path / "plain").mkdir()
    with pytest.raises(RecipeUnreadable):
        RecipeRepository(tmp_path / "plain").tags()


def test_a_damaged_repository_is_said_to_be_unreadable(recipe):
    for pack in (recipe / ".git" / "objects").glob("??/*"):
        pack.chmod(0o600)
        pack.write_bytes(b"garbage")
    with pytest.raises(RecipeUnreadable):
        RecipeRepository(recipe).tree("1.0.0+1")


def test_a_folder_gives_what_lies_there_and_nothing_outside(recipe):
    tree = FolderTree(recipe, "1.1.0+2")
    assert tree.name == "wiki"
    assert "compose.yml" in tree.files()
    assert not any(".git/" in path for path in tree.files())
    for path in ("../wiki/../x", "out.yml", "nothing"):
        with pytest.raises(FileNotFoundError):
            tree.read(path)
