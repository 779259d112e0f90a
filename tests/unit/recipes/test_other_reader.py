"""What we write, read by a reader that shares no code with us; and that reader's own teeth."""

import hashlib
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from coophost_gui.hosts.contexts import add_context
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.recipes.names import stack_name
from coophost_gui.recipes.peek import sample
from coophost_gui.recipes.starters import install_starter, starter
from tests.independent import abra_reader

SERVER = "kitchen.example.org"


@pytest.fixture
def abra(tmp_path):
    """An abra folder as our flows leave it: one server, one app, its recipe."""
    abra = AbraFolder(tmp_path / "abra")
    tree = starter("starter-wordpress")
    install_starter(tree, abra)
    env = sample(tree).set("TYPE", f"{tree.name}:{tree.version}").set("DOMAIN", "www.example.org")
    abra.new_app(SERVER, "www.example.org", env.text)
    return abra


def test_all_is_well(abra, tmp_path):
    add_context(tmp_path / "docker", SERVER)
    assert abra_reader.complaints(abra.root, tmp_path / "docker") == []


def test_the_name_of_a_docker_context_is_hashed_as_docker_does():
    digest = hashlib.sha256(b"example.com").hexdigest()
    assert digest == "a379a6f6eeafb9a55e378c118034e2751e682fab9f2d30ab13d2125586ce1947"


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda meta: meta.update(Name="other"), "is called other"),
        (lambda meta: meta.update(Metadata=None), "has no Metadata"),
        (lambda meta: meta["Endpoints"]["docker"].update(Host="tcp://x"), "leads to tcp://x"),
        (
            lambda meta: meta["Endpoints"]["docker"].update(Host="ssh://a:pw@x"),
            "leads to ssh://a:pw",
        ),
    ],
)
def test_a_bad_docker_context_is_seen(abra, tmp_path, change, complaint):
    add_context(tmp_path / "docker", SERVER)
    [path] = (tmp_path / "docker").rglob("meta.json")
    meta = json.loads(path.read_text())
    change(meta)
    path.write_text(json.dumps(meta))
    assert complaint in "".join(abra_reader.complaints(abra.root, tmp_path / "docker"))


def test_a_missing_context_is_seen(abra, tmp_path):
    assert abra_reader.complaints(abra.root, tmp_path) == [f"server missing context: {SERVER}"]


@pytest.mark.parametrize(
    ("key", "value", "complaint"),
    [
        ("TYPE", "starter-wordpress:9.9.9+9", "no tag 9.9.9+9"),
        ("TYPE", "nothing:1.0.0+1", "is no clone"),
        ("TYPE", "", "missing the TYPE env var"),
        ("COMPOSE_FILE", "compose.yml:compose.no.yml", "has no compose.no.yml"),
        ("SECRET_DB_PASSWORD_VERSION", "", "the secret name"),
        ("STACK_NAME", "x" * 45, "the secret name"),
    ],
)
def test_a_bad_setting_is_seen(abra, key, value, complaint):
    app = abra.app("www.example.org")
    app.write(app.env().set(key, value))
    assert complaint in "".join(abra_reader.complaints(abra.root))


def test_a_missing_setting_and_a_touched_recipe_are_seen(abra):
    app = abra.app("www.example.org")
    app.write(app.env().without("LETS_ENCRYPT_ENV"))
    (abra.recipe_dir("starter-wordpress") / "compose.yml").write_text("x")
    found = abra_reader.complaints(abra.root)
    assert "LETS_ENCRYPT_ENV missing from www.example.org.env" in found
    assert "starter-wordpress: has locally unstaged changes" in found


def test_two_apps_of_one_stack_name_are_seen(abra):
    text = abra.app("www.example.org").path.read_text()
    abra.new_app(SERVER, "www_example.org", text)
    assert "have the same stack name" in "".join(abra_reader.complaints(abra.root))


@given(st.from_regex(r"[a-z0-9-]{1,30}(\.[a-z0-9-]{1,20}){0,3}", fullmatch=True))
@settings(max_examples=60, deadline=None)
def test_both_readers_call_a_stack_the_same(name):
    assert abra_reader.stack_of(name) == stack_name(name)
