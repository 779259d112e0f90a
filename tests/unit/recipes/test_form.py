"""The form of a recipe that nobody saw before: complete, and its file keeps every comment."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from coophost_gui.apps.new import new_env
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.form import questions
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.source import FolderTree

SAMPLE = """\
# A recipe nobody has seen

TYPE=unseen
DOMAIN=unseen.example.com
#EXTRA_DOMAINS=', `www.unseen.example.com`'
LETS_ENCRYPT_ENV=production

## Mail
# Where the letters go
MAIL_FROM=hello@example.com # a real address
SMTP_HOST=
SMTP_PORT=587
SITE_NAME="changeme"
LOGO=foo
COUNTRY=   # two letters
#OPTIONAL=

COMPOSE_FILE="compose.yml"
#COMPOSE_FILE="$COMPOSE_FILE:compose.more.yml"

SECRET_KEY_VERSION=v1 # length=40 charset=default
"""
OPEN = ["MAIL_FROM", "SMTP_HOST", "SITE_NAME", "LOGO", "COUNTRY"]


def tree_with(folder, sample):
    folder.mkdir(exist_ok=True)
    (folder / "compose.yml").write_text("services: {app: {image: x:1}}\n")
    (folder / ".env.sample").write_bytes(sample.encode())
    return FolderTree(folder, "1.0.0+1")


def comments(text):
    """Return every comment, alone on its line or behind a value, in order."""
    found = []
    for line in text.splitlines():
        if line.lstrip().startswith("#"):
            found.append(line.strip())
        elif "#" in line:
            found.append(line[re.search(r"\s#", line).start() :].strip())
    return found


def test_everything_that_the_example_leaves_open_is_asked_and_nothing_else(tmp_path):
    tree = tree_with(tmp_path / "unseen", SAMPLE)
    asked = questions(tree, None, "a.example.org")
    assert [field.key for field in asked] == OPEN
    assert [field.default for field in asked] == [""] * 5
    assert "Where the letters go" in str(asked[0].help)
    assert all(field.problem("") for field in asked)


def test_a_recipe_of_the_federation_is_asked_all_that_it_leaves_open(tmp_path):
    """What we know of a product says nothing of the settings of somebody else's recipe."""
    tree = tree_with(tmp_path / "vikunja", SAMPLE)
    asked = questions(tree, shipped()["vikunja"], "a.example.org", {"SMTP_HOST": "mail.coop"})
    assert [field.key for field in asked] == [key for key in OPEN if key != "SMTP_HOST"]


def test_the_saved_file_keeps_every_comment_and_every_other_line(tmp_path):
    tree = tree_with(tmp_path / "unseen", SAMPLE)
    answers = {
        field.key: f"us{i}@kitchen.org" for i, field in enumerate(questions(tree, None, "a.b"))
    }
    saved = new_env(tree, "a.example.org", answers)
    assert comments(saved.text) == comments(SAMPLE)
    before, after = SAMPLE.splitlines(), saved.text.splitlines()
    changed = [b for b, a in zip(before, after, strict=True) if a != b]
    assert len(changed) == len(OPEN) + 2  # and TYPE and DOMAIN
    values = EnvFile.parse(saved.text).values()
    assert {key: values[key] for key in OPEN} == answers
    assert questions(tree_with(tmp_path / "again", saved.text), None, "a.b") == []


KEYS = st.sampled_from(["NAME", "MAIL_FROM", "SMTP_HOST", "PORT", "X_Y", "LOGO_2", "EMPTY"])
WORDS = st.text("abcXYZ àñ#=:'\"$`-_.", max_size=20).map(str.strip)
VALUES = st.sampled_from(
    ["", '""', "''", "foo", "'changeme'", "a@example.com", "'a # b'", '"x y"', "80"]
)
LINES = st.one_of(
    WORDS.map(lambda text: f"# {text}"),
    WORDS.map(lambda text: f"## {text}"),
    st.just(""),
    st.tuples(KEYS, VALUES).map("=".join),
    st.tuples(KEYS, VALUES, WORDS).map(lambda parts: f"{parts[0]}={parts[1]} # {parts[2]}"),
    st.tuples(KEYS, VALUES).map(lambda parts: f"#OPTION_{parts[0]}={parts[1]}"),
)
ANSWERS = st.text("abc XYZ.@-àñ'\"$#\\", min_size=1, max_size=20).map(lambda text: f"m{text}@x.org")


@settings(max_examples=100, deadline=None)
@given(lines=st.lists(LINES, max_size=15), end=st.sampled_from(["\n", "\r\n"]), data=st.data())
def test_whatever_the_example_looks_like(tmp_path_factory, lines, end, data):
    sample = end.join(["TYPE=unseen", "DOMAIN=unseen.example.com", *lines, ""])
    tree = tree_with(tmp_path_factory.getbasetemp() / "any", sample)
    asked = questions(tree, None, "a.b")
    answers = {field.key: data.draw(ANSWERS) for field in asked}
    saved = new_env(tree, "a.example.org", answers).text
    kept = [line for line in sample.splitlines() if line.lstrip().startswith("#")]
    assert [line for line in saved.splitlines() if line.lstrip().startswith("#")] == kept
    touched = {"TYPE", "DOMAIN", *answers}
    for before, after in zip(sample.split(end), saved.split(end), strict=True):
        if before.partition("=")[0] not in touched:
            assert after == before
        assert after.rstrip().endswith(_remark(before))
    values = EnvFile.parse(saved).values()
    assert {key: values[key] for key in answers} == answers


def _remark(line):
    """Return the comment behind the value of *line*; the drawn values are easy to tell."""
    found = re.fullmatch(r"\w+=(?:'[^']*'|\"[^\"]*\"|[^'\"# ]*)( #.*)?", line)
    return (found[1] or "").strip() if found else ""
