import pytest

from coophost_gui.kit import places
from coophost_gui.recipes.bodies import bodies, differences, normal, pinned
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.source import FolderTree

ENV = EnvFile.parse(
    "TYPE=starter-wordpress:1.0.0+6\nDOMAIN=site.example.org\nLETS_ENCRYPT_ENV=production\n"
    "SECRET_DB_PASSWORD_VERSION=v1\nSECRET_DB_ROOT_PASSWORD_VERSION=v1\nUPLOAD_LIMIT=\n"
)
APP = "site.example.org"


@pytest.fixture
def tree():
    return FolderTree(places.shipped_recipes("recipes", "starter-wordpress"))


def app_of(made):
    return next(body for body in made.services if body["Name"] == "site_example_org_app")


def test_abra_s_labels_and_environment_are_on_the_service_app(tree):
    app = app_of(bodies(tree, ENV, APP, version="1.0.0+6"))
    labels = app["Labels"]
    assert labels["coop-cloud.site_example_org.recipe"] == "starter-wordpress"
    assert labels["coop-cloud.site_example_org.version"] == "1.0.0+6"
    assert labels["coop-cloud.site_example_org.chaos"] == "false"
    env = app["TaskTemplate"]["ContainerSpec"]["Env"]
    assert "DOMAIN=site.example.org" in env
    assert "TYPE=starter-wordpress:1.0.0+6" in env
    assert "STACK_NAME=site_example_org" in env


def test_what_the_recipe_says_itself_stays(tree):
    env = app_of(bodies(tree, ENV, APP))["TaskTemplate"]["ContainerSpec"]["Env"]
    assert "UPLOAD_LIMIT=64M" in env  # the recipe's default, not the empty setting


def test_another_service_gets_none_of_it(tree):
    made = bodies(tree, ENV, APP)
    other = next(body for body in made.services if body["Name"].endswith("_db"))
    assert not [key for key in other["Labels"] if key.startswith("coop-cloud.")]
    assert not [one for one in other["TaskTemplate"]["ContainerSpec"]["Env"] if "DOMAIN" in one]


def test_plain_leaves_out_what_abra_adds(tree):
    app = app_of(bodies(tree, ENV, APP, plain=True))
    assert "coop-cloud.site_example_org.recipe" not in app["Labels"]
    assert not [e for e in app["TaskTemplate"]["ContainerSpec"]["Env"] if e.startswith("DOMAIN=")]


def test_chaos_names_the_commit_and_keeps_the_recipe_s_version(tree):
    labels = app_of(bodies(tree, ENV, APP, chaos="abc1234+U"))["Labels"]
    assert labels["coop-cloud.site_example_org.chaos"] == "true"
    assert labels["coop-cloud.site_example_org.chaos-version"] == "abc1234+U"
    assert labels["coop-cloud.site_example_org.version"].startswith("1.0.0+")


def test_what_must_be_there_before_is_named(tree):
    made = bodies(tree, ENV, APP)
    assert made.stack == "site_example_org"
    assert made.external_networks == ("proxy",)
    assert set(made.external_secrets) == {
        "site_example_org_db_password_v1",
        "site_example_org_db_root_password_v1",
    }
    assert made.timeout == 300
    assert len(made.images) == 2


def stored(body):
    """Return *body* as the Engine gives it back: with its defaults, ids and pins."""
    spec = pinned(body, "sha256:" + "0" * 64, [{"Architecture": "amd64", "OS": "linux"}])
    spec["TaskTemplate"] |= {"Runtime": "container", "ForceUpdate": 3}
    spec["TaskTemplate"]["ContainerSpec"]["Isolation"] = "default"
    for secret in spec["TaskTemplate"]["ContainerSpec"].get("Secrets", []):
        secret["SecretID"] = "abc"
    spec["Mode"] = {"Replicated": {"Replicas": 1}}
    return {"ID": "x", "Spec": spec}


def test_what_the_engine_adds_is_no_difference(tree):
    made = bodies(tree, ENV, APP)
    running = [stored(body) for body in made.services]
    assert differences(made, running) == []
    assert [normal(one["Spec"]) for one in running] == [normal(body) for body in made.services]


def test_a_difference_is_named_by_what_it_is(tree):
    made = bodies(tree, ENV, APP)
    running = [stored(body) for body in bodies(tree, ENV.set("DOMAIN", "x.org"), APP).services]
    gone = {"Spec": {"Name": "site_example_org_old", "TaskTemplate": {"ContainerSpec": {}}}}
    words = [str(change.words) for change in differences(made, [*running[1:], gone])]
    app = next(str(c.words) for c in differences(made, running))
    rule = "traefik.http.routers.site_example_org.rule"
    assert app == f"Changed part: app (settings: DOMAIN, labels: {rule})"
    assert any("New part" in one for one in words)
    assert words[-1] == "No longer part of it, but left running: old"


@pytest.mark.parametrize(
    "told",
    [
        {"Mode": {"Replicated": {"Replicas": 0}}},
        {"UpdateConfig": {"Parallelism": 0}},
        {"TaskTemplate": {"ContainerSpec": {"Init": False}}},
        {"TaskTemplate": {"ContainerSpec": {"StopGracePeriod": 0}}},
        {"TaskTemplate": {"RestartPolicy": {"Delay": 0}}},
    ],
)
def test_zero_is_a_difference_where_it_says_something(told):
    plain = {"Mode": {"Replicated": {}}, "TaskTemplate": {"ContainerSpec": {"Image": "a:1"}}}
    merged = {**plain, **told}
    if "TaskTemplate" in told:
        merged["TaskTemplate"] = {**plain["TaskTemplate"], **told["TaskTemplate"]}
    assert normal(merged) != normal(plain)


@pytest.mark.parametrize(
    "stored",
    [
        {"Mode": {"Replicated": {"Replicas": 1}}},
        {"TaskTemplate": {"RestartPolicy": {"MaxAttempts": 0}, "Runtime": "container"}},
        {"UpdateConfig": None, "EndpointSpec": {"Mode": "vip"}},
    ],
)
def test_a_default_of_the_engine_is_no_difference(stored):
    plain = {"Mode": {"Replicated": {}}, "TaskTemplate": {}}
    assert normal({**plain, **stored}) == normal(plain)
