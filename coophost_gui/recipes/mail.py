"""The settings of a recipe that are about outgoing mail, told by their names.

Recipes call them as their apps do: ``SMTP_HOST``, ``MAIL_SERVER``, ``AUTHENTIK_EMAIL__HOST``.
A recipe is understood as a whole or not at all: half a mailbox would only fail later.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from coophost_gui.kit.mailbox import STARTTLS, TLS, Mailbox
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.peek import all_compose_files, compose_files, document, mapping, sample
from coophost_gui.recipes.peek import text as text_of
from coophost_gui.recipes.source import RecipeUnreadable, Tree

SETTING = re.compile(r"(?:(\w+?)_)??(SMTP|E?MAIL|MAILER)_+(\w+)")
INCOMING = re.compile(r"IMAP|INCOMING|INBOUND|RECEIV")
PASSWORD = re.compile(r"(?:.*_)?(?:smtp|e?mail|mailer)_(?:.*_)?(?:pass|password|pwd|pw|key)")
VERSION = re.compile(r"\$\{(SECRET_\w+_VERSION)")

HOST, PORT, USER, SENDER, DOMAIN = "host", "port", "user", "sender", "domain"
ON, SMTP, SECURITY = "on", "smtp", "security"
ROLES = {
    **dict.fromkeys(("HOST", "HOSTNAME", "SERVER"), HOST),
    **dict.fromkeys(("PORT", "PORT_NUMBER"), PORT),
    **dict.fromkeys(("USER", "USERNAME", "USER_NAME", "LOGIN"), USER),
    **dict.fromkeys(("FROM", "FROM_EMAIL", "FROMEMAIL", "FROM_ADDRESS", "SENDER"), SENDER),
    "DOMAIN": DOMAIN,
    "ENABLED": ON,
    "AUTH": ON,
    **dict.fromkeys(("BACKEND", "DRIVER", "TRANSPORT"), SMTP),
}
# How apps say the way of securing: by words (of which the example shows one), or by yes and no.
WORDS = {
    "SECURE": {TLS: "ssl", STARTTLS: "tls"},
    "ENCRYPTION": {TLS: "ssl", STARTTLS: "tls"},
    "SECURITY": {TLS: "force_tls", STARTTLS: "starttls", "": "off"},
    "PROTOCOL": {TLS: "smtps", STARTTLS: "smtp"},
    "TLS": {TLS: "never", STARTTLS: "always", "": "if_available"},
}
TRUE_FOR = {
    **dict.fromkeys(("SECURE", "SSL", "USE_SSL", "FORCE_SSL"), TLS),
    **dict.fromkeys(("USE_TLS", "STARTTLS", "START_TLS", "USE_STARTTLS"), STARTTLS),
}
YES_AND_NO = (("true", "false"), ("True", "False"), ("1", "0"), ("yes", "no"), ("on", "off"))


@dataclass(frozen=True)
class MailSettings:
    """How one recipe takes a mailbox."""

    path: str  # the compose file that hands it to the app
    secret: str  # the password, as the recipe calls it
    version: str  # the setting that says which version of it
    settings: Mapping[str, str]  # setting -> what stands behind its SMTP_ or MAIL_


def mail_settings(tree: Tree) -> MailSettings | None:
    """Return how *tree* takes a mailbox; None when it does not, or we cannot be sure."""
    env = sample(tree)
    settings = {
        key: found[3]
        for key in (*env.keys(), *env.optional_keys())
        if (found := SETTING.fullmatch(key)) and not INCOMING.search(found[1] or "")
    }
    settings = {key: rest for key, rest in settings.items() if _role(key, rest)}
    roles = {_role(key, rest) for key, rest in settings.items()}
    if not {HOST, USER, SENDER} <= roles or not _understood(env, settings):
        return None
    hosts = [key for key, rest in settings.items() if _role(key, rest) == HOST]
    try:
        for path in all_compose_files(tree):
            names = re.findall(r"\w+", text_of(tree, path))
            secret = _password(document(tree, path))
            if secret and any(host in names for host in hosts):
                return MailSettings(path, *secret, settings)
    except RecipeUnreadable:  # said when it is about to be deployed
        return None
    return None


def mail_values(tree: Tree, found: MailSettings, mailbox: Mailbox) -> dict[str, str]:
    """Return the settings that make an app of *tree* send its mail through *mailbox*."""
    env = sample(tree)
    values: dict[str, str] = {}
    chosen = compose_files(env)
    if found.path not in chosen:
        values["COMPOSE_FILE"] = ":".join((*chosen, found.path))
    for key, rest in found.settings.items():
        value = _value(env, key, found.settings, mailbox)
        assert value is not None, f"{rest} was understood before"
        values[key] = value
    values[found.version] = env.get(found.version) or env.example(found.version) or "v1"
    return values


def sends_through(env: EnvFile, found: MailSettings, mailbox: Mailbox) -> bool:
    """Say whether an app with the settings *env* hands its mail to *mailbox*."""
    wanted = {HOST: mailbox.host, USER: mailbox.user}
    values = env.values()
    return found.path in compose_files(env) and all(
        values.get(key) == wanted[role]
        for key, rest in found.settings.items()
        if (role := _role(key, rest)) in wanted
    )


def _role(key: str, rest: str) -> str:
    if rest == "NAME":  # elsewhere it is how the sender is called
        return USER if key == "SMTP_NAME" else ""
    return ROLES.get(rest) or (SECURITY if rest in WORDS or rest in TRUE_FOR else "")


def _understood(env: EnvFile, settings: Mapping[str, str]) -> bool:
    boxes = [Mailbox("h", 1, security, "u", "s@d") for security in (TLS, STARTTLS)]
    return all(_value(env, key, settings, box) is not None for key in settings for box in boxes)


def _value(env: EnvFile, key: str, settings: Mapping[str, str], box: Mailbox) -> str | None:
    rest = settings[key]
    shown = env.get(key) or env.example(key)
    name, _, domain = box.sender.rpartition("@")
    match _role(key, rest):
        case "host":
            return box.host
        case "port":
            return str(box.port)
        case "user":
            return box.user
        case "domain":
            return domain
        case "sender":
            apart = rest == "FROM_ADDRESS" and "DOMAIN" in settings.values()
            return name if apart else box.sender
        case "on":
            return _yes_or_no(shown, True) or shown  # it may name the way instead: "login"
        case "smtp":
            return "smtp"
        case _:
            return _security(rest, shown, box.security)


def _security(rest: str, shown: str, security: str) -> str | None:
    words = WORDS.get(rest, {})
    if shown in words.values():
        return words[security]
    if rest in TRUE_FOR:
        return _yes_or_no(shown, TRUE_FOR[rest] == security)
    return None


def _yes_or_no(shown: str, yes: bool) -> str | None:
    for pair in YES_AND_NO:
        if shown in pair or not shown:
            return pair[0 if yes else 1]
    return None


def _password(content: Mapping[str, object]) -> tuple[str, str] | None:
    """Return the name of the one password of a mailbox and the setting of its version."""
    used = {
        str(entry.get("source")) if isinstance(entry, dict) else str(entry)
        for service in mapping(content.get("services")).values()
        for entry in mapping(service).get("secrets") or ()
    }
    found = [
        (name, version[1])
        for name, thing in mapping(content.get("secrets")).items()
        if name in used
        and PASSWORD.fullmatch(name)
        and mapping(thing).get("external")
        and (version := VERSION.search(str(mapping(thing).get("name"))))
    ]
    return found[0] if len(found) == 1 else None
