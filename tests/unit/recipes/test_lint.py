import subprocess

import pytest

from coophost_gui.recipes.lint import lint
from coophost_gui.recipes.source import FolderTree, RecipeRepository
from coophost_gui.recipes.starters import starter


@pytest.fixture
def recipe(tmp_path):
    """A copy of a sound recipe, to break."""
    tree = starter("starter-wordpress")
    folder = tmp_path / "starter-wordpress"
    for path in tree.files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(tree.read(path))
    (folder / "compose.mail.yml").unlink()
    for path in ("compose.yml", ".env.sample"):
        file = folder / path
        file.write_text(file.read_text().replace("root_password", "root_pass"))
    return folder


def found(folder, version="1.0.0+6.9.4-php8.4-apache"):
    return [(finding.rule, finding.level) for finding in lint(FolderTree(folder, version))]


BREAKS = [
    ("R000", "error", "compose.yml", "services:", "services: ["),
    ("R001", "warn", "compose.yml", 'version: "3.8"', 'version: "3.9"'),
    (
        "R002",
        "warn",
        "compose.yml",
        '    healthcheck:\n      test: ["CMD", "healthcheck',
        '    x-no:\n      t: ["CMD", "h',
    ),
    ("R003", "warn", "compose.yml", "image: mariadb:11.4.10", "image: mariadb"),
    ("R004", "warn", "compose.yml", "image: mariadb:11.4.10", "image: mariadb:latest"),
    ("R005", "warn", "compose.yml", "image: mariadb:11.4.10", "image: mariadb:lts"),
    ("R007", "warn", "README.md", "* **Email**: Yes", "* **Email**:"),
    ("R009", "error", "compose.yml", "  app:\n    image", "  web:\n    image"),
    ("R010", "error", "compose.yml", "traefik.enable=true", "traefik.enable=false"),
    ("R011", "error", "compose.yml", "    image: mariadb:11.4.10\n", ""),
    ("R012", "error", "abra.sh", "export DB_COPY_VERSION=v1\n", ""),
    ("R015", "warn", "compose.yml", "db_root_pass", "db_very_long_root_password"),
    ("C002", "error", "compose.yml", "retries: 12", "tries: 12"),
    ("C002", "error", "compose.yml", "${UPLOAD_LIMIT:-64M}", "${UPLOAD_LIMIT"),
    ("ignored-key", "warn", "compose.yml", "stop_grace_period: 1m", "privileged: true"),
    ("C001", "warn", "compose.yml", "version=1.0.0+6.9.4", "version=0.9.0+6.9.4"),
]


def test_a_sound_recipe_has_nothing_to_find(recipe):
    assert found(recipe) == []


@pytest.mark.parametrize(("rule", "level", "path", "old", "new"), BREAKS)
def test_each_rule_finds_what_it_is_for(recipe, rule, level, path, old, new):
    text = (recipe / path).read_text()
    assert old in text
    (recipe / path).write_text(text.replace(old, new))
    rules = found(recipe)
    assert (rule, level) in rules
    allowed = {"R009": {"R009", "R010"}, "R003": {"R003"}}.get(rule, {rule})
    assert {name for name, _ in rules} <= allowed


def test_a_missing_sample_is_an_error(recipe):
    (recipe / ".env.sample").unlink()
    assert ("R008", "error") in found(recipe)


def test_files_of_no_release_are_said_to_be_none(recipe):
    assert found(recipe, "") == [("R006", "warn")]


def test_a_lightweight_tag_is_an_error(recipe):
    def git(*words):
        identity = ["-c", "user.name=n", "-c", "user.email=n@example.org"]
        subprocess.run(["git", "-C", recipe, *identity, *words], check=True, capture_output=True)

    git("init", "-q", "-b", "main")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    tag = "1.0.0+6.9.4-php8.4-apache"
    git("tag", tag)
    findings = lint(RecipeRepository(recipe).tree(tag))
    assert [(f.rule, f.level) for f in findings] == [("R014", "error")]


def test_errors_come_first_and_speak_in_sentences(recipe):
    (recipe / ".env.sample").unlink()
    findings = lint(FolderTree(recipe))
    assert [f.level for f in findings] == sorted(f.level for f in findings)
    assert all(str(f.words)[0].isupper() and str(f.words).endswith(".") for f in findings)


def test_an_overlay_that_docker_refuses_is_named(recipe):
    (recipe / "compose.bad.yml").write_text('version: "3.8"\nservices:\n  app: {imag: x}\n')
    [finding] = lint(FolderTree(recipe, "1.0.0+6.9.4-php8.4-apache"))
    assert (finding.rule, finding.level) == ("C003", "warn")
    assert "compose.bad.yml" in str(finding.words)
    assert "imag" in str(finding.words)
