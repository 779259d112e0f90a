"""Which settings of a recipe take a mailbox: by the names that recipes really give them."""

import pytest

from coophost_gui.apps.new import new_env
from coophost_gui.kit.mailbox import STARTTLS, TLS, Mailbox
from coophost_gui.recipes.form import MOST, questions
from coophost_gui.recipes.mail import mail_settings, mail_values, sends_through
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.secrets import needed_secrets
from coophost_gui.recipes.source import FolderTree
from coophost_gui.recipes.starters import starter, starters

BOX = Mailbox("mail.coop", 465, TLS, "us@coop.org", "kitchen@coop.org")
OPEN_FIRST = Mailbox("mail.coop", 587, STARTTLS, "us@coop.org", "kitchen@coop.org")


def recipe(folder, sample, secret, host, *, file="compose.mail.yml", version=""):
    """Write a recipe that gives *host* and the password *secret* to its app in *file*."""
    folder.mkdir()
    version = version or f"${{SECRET_{secret.upper()}_VERSION}}"
    mail = f"""
services:
  app:
    image: x:1
    environment:
      - {host}
      - PASSWORD_FILE=/run/secrets/{secret}
    secrets: [{secret}]
secrets:
  {secret}: {{external: true, name: "${{STACK_NAME}}_{secret}_{version}"}}
"""
    (folder / "compose.yml").write_text("services: {app: {image: x:1}}\n")
    (folder / "compose.postgres.yml").write_text("services: {}\n")
    (folder / file).write_text(mail)
    (folder / ".env.sample").write_text(f"TYPE=x\nDOMAIN=x.example.com\n{sample}")
    return FolderTree(folder, "1.0.0+1")


# Bonfire (github.com/bonfire-networks/bonfire-coop-cloud, 04a045ed): an overlay, a version that is
# active already, an older password of another name left in the example.
BONFIRE = """\
COMPOSE_FILE="compose.yml"
COMPOSE_FILE="$COMPOSE_FILE:compose.postgres.yml"
#MAIL_BACKEND=none
#SECRET_MAIL_PASSWORD_VERSION=v1
# MAIL_DOMAIN=mgo.example.com
# MAIL_KEY=xyz
# MAIL_FROM=admin@example.com
# MAIL_SERVER=
# MAIL_USER=
# MAIL_PORT=
# MAIL_SSL=true
# MAIL_TLS=if_available
# MAIL_SMTP_AUTH=
# MAIL_RETRIES=
SECRET_MAIL_KEY_VERSION=v1
"""
# The variables of authentik, which the recipe of its name passes on (its secret: email_pass).
AUTHENTIK = """\
AUTHENTIK_EMAIL__HOST=smtp
AUTHENTIK_EMAIL__PORT=587
AUTHENTIK_EMAIL__USERNAME=""
AUTHENTIK_EMAIL__USE_TLS=true
AUTHENTIK_EMAIL__USE_SSL=false
AUTHENTIK_EMAIL__TIMEOUT=10
AUTHENTIK_EMAIL__FROM=noreply@example.com
SECRET_EMAIL_PASS_VERSION=v1
"""
# The variables of the image nextcloud.
NEXTCLOUD = """\
#SMTP_AUTHTYPE=LOGIN
#SMTP_HOST=
#SMTP_SECURE=tls
#SMTP_NAME=
#SMTP_PORT=587
#MAIL_FROM_ADDRESS=cloud
#MAIL_DOMAIN=example.com
#SECRET_SMTP_PASSWORD_VERSION=v1 # generate=false
"""
NODE = """\
MAIL_ENABLED=false
SMTP_HOST=mail.example.com
SMTP_PORT=465
SMTP_SECURE=true
SMTP_USER=x
SMTP_FROM_EMAIL=x@example.com
SECRET_SMTP_PASSWORD_VERSION=v3
"""
REAL = {
    "bonfire": (
        (BONFIRE, "mail_key", "MAIL_SERVER"),
        {
            "COMPOSE_FILE": "compose.yml:compose.postgres.yml:compose.mail.yml",
            "MAIL_BACKEND": "smtp",
            "MAIL_DOMAIN": "coop.org",
            "MAIL_FROM": "kitchen@coop.org",
            "MAIL_SERVER": "mail.coop",
            "MAIL_USER": "us@coop.org",
            "MAIL_PORT": "465",
            "MAIL_SSL": "true",
            "MAIL_TLS": "never",
            "SECRET_MAIL_KEY_VERSION": "v1",
        },
        {"MAIL_SSL": "false", "MAIL_TLS": "always", "MAIL_PORT": "587"},
    ),
    "authentik": (
        (AUTHENTIK, "email_pass", "AUTHENTIK_EMAIL__HOST"),
        {
            "COMPOSE_FILE": "compose.yml:compose.mail.yml",
            "AUTHENTIK_EMAIL__HOST": "mail.coop",
            "AUTHENTIK_EMAIL__PORT": "465",
            "AUTHENTIK_EMAIL__USERNAME": "us@coop.org",
            "AUTHENTIK_EMAIL__USE_TLS": "false",
            "AUTHENTIK_EMAIL__USE_SSL": "true",
            "AUTHENTIK_EMAIL__FROM": "kitchen@coop.org",
            "SECRET_EMAIL_PASS_VERSION": "v1",
        },
        {"AUTHENTIK_EMAIL__USE_TLS": "true", "AUTHENTIK_EMAIL__USE_SSL": "false"},
    ),
    "nextcloud": (
        (NEXTCLOUD, "smtp_password", "SMTP_HOST"),
        {
            "COMPOSE_FILE": "compose.yml:compose.mail.yml",
            "SMTP_HOST": "mail.coop",
            "SMTP_SECURE": "ssl",
            "SMTP_NAME": "us@coop.org",
            "SMTP_PORT": "465",
            "MAIL_FROM_ADDRESS": "kitchen",
            "MAIL_DOMAIN": "coop.org",
            "SECRET_SMTP_PASSWORD_VERSION": "v1",
        },
        {"SMTP_SECURE": "tls", "SMTP_PORT": "587"},
    ),
    "node": (
        (NODE, "smtp_password", "SMTP_HOST"),
        {
            "COMPOSE_FILE": "compose.yml:compose.mail.yml",
            "MAIL_ENABLED": "true",
            "SMTP_HOST": "mail.coop",
            "SMTP_PORT": "465",
            "SMTP_SECURE": "true",
            "SMTP_USER": "us@coop.org",
            "SMTP_FROM_EMAIL": "kitchen@coop.org",
            "SECRET_SMTP_PASSWORD_VERSION": "v3",
        },
        {"SMTP_SECURE": "false"},
    ),
}


@pytest.mark.parametrize("case", REAL.values(), ids=REAL.keys())
def test_the_settings_of_real_recipes_are_filled_in(tmp_path, case):
    (sample, secret, host), first, after = case
    tree = recipe(tmp_path / "x", sample, secret, host)
    found = mail_settings(tree)
    assert found.secret == secret
    assert mail_values(tree, found, BOX) == first
    changed = mail_values(tree, found, OPEN_FIRST)
    assert {key: changed[key] for key in after} == after
    env = new_env(tree, "x.example.org", first)
    assert {key: env.get(key) for key in first} == first
    assert sends_through(env, found, BOX)
    assert not sends_through(env.set("DOMAIN", "y.org").without(host), found, BOX)
    assert [need.name for need in needed_secrets(tree, env, "x.example.org")] == [secret]


TRAEFIK = "LETS_ENCRYPT_EMAIL=x@example.com\nSMTP_ENABLED=true\n"
NOT_OURS = {
    "no settings": "",
    "a front door that lets mail through": TRAEFIK,
    "no sender": NODE.replace("SMTP_FROM_EMAIL", "SMTP_REPLY"),
    "mail that comes in": NODE.replace("SMTP_", "INCOMING_EMAIL_"),
    "a way of securing that we do not know": NODE.replace("SECURE=true", "SECURE=starttls,please"),
    "another way of saying yes": NODE.replace("SECURE=true", "SSL=enabled"),
}


@pytest.mark.parametrize("sample", NOT_OURS.values(), ids=NOT_OURS.keys())
def test_what_is_not_understood_as_a_whole_is_not_offered(tmp_path, sample):
    assert mail_settings(recipe(tmp_path / "x", sample, "smtp_password", "SMTP_HOST")) is None


def test_a_password_in_the_settings_file_is_not_offered(tmp_path):
    """It would be a secret in a file that people share."""
    sample = NODE.replace("SECRET_SMTP_PASSWORD_VERSION=v3", "SMTP_PASSWORD=")
    assert mail_settings(recipe(tmp_path / "x", sample, "db_password", "SMTP_HOST")) is None
    other = recipe(tmp_path / "y", NODE, "smtp_password", "SMTP_HOST", version="v1")
    assert mail_settings(other) is None, "nobody could change the password"


def test_the_main_file_needs_no_overlay(tmp_path):
    tree = recipe(tmp_path / "x", NODE, "smtp_password", "SMTP_HOST", file="compose.yml")
    assert "COMPOSE_FILE" not in mail_values(tree, mail_settings(tree), BOX)


def test_the_starters_that_send_mail_are_understood_and_still_ask_at_most_five_questions():
    able = {tree.name for tree in starters() if mail_settings(tree)}
    assert able == {
        f"starter-{name}" for name in ["nextcloud", "vaultwarden", "vikunja", "wordpress"]
    }
    for name in able:
        tree = starter(name)
        found = mail_settings(tree)
        for box in (BOX, OPEN_FIRST):
            env = new_env(tree, "a.example.org", mail_values(tree, found, box))
            assert found.secret in [
                need.name for need in needed_secrets(tree, env, "a.example.org")
            ]
        asked = questions(tree, shipped()[name], "a.example.org")
        assert 4 + len(asked) <= MOST, "which app, which server, may it send mail, which address"
