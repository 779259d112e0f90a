"""Add a server: ask how to reach it and what it is called, then make it ready for apps."""

import ipaddress
import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from coophost_gui.flows import Wizard
from coophost_gui.hosts.base import ANY, Host, Login, Real, W
from coophost_gui.kit.fields import Choice, Field, Secret, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Instead, Page, Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.store import FileUnreadable
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.add import add_server_steps
from coophost_gui.servers.door import Door, SteadyHost
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.names import check_free
from coophost_gui.servers.preflight import preflight
from coophost_gui.servers.steps.abra_folder import known_as
from coophost_gui.servers.steps.host_key import host_key, shown_by
from coophost_gui.servers.steps.web_doors import web_doors
from coophost_gui.servers.world import World

TITLE = N_("core", "Add a server")
PLAIN_NAME = re.compile(
    r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*"
)
EMAIL_SHAPE = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
NO_NAMES = ("localhost", "debian", "server", "vm")  # what providers call a machine nobody named


def split_address(typed: str) -> tuple[str, str, int | None]:
    """Return user, host and port of ``user@host:port``; "" and None for what is not said."""
    text = typed.strip().removeprefix("ssh://").rstrip("/")
    user, _, rest = text.rpartition("@")
    if found := re.fullmatch(r"\[([0-9A-Fa-f:.]+)\](?::(\d+))?", rest):
        return user, found[1], int(found[2]) if found[2] else None
    host, _, port = rest.partition(":")
    if port.isdigit():
        return user, host, int(port)
    return user, rest, None


def _address_problem(value: str) -> Words:
    _, host, port = split_address(value)
    if not host or re.search(r"[\s/'\"\\]", host) or host.startswith("-"):
        return N_("core", "Type a name like kitchen.example.org or numbers like 203.0.113.5.")
    if port is not None and not 0 < port < 65536:
        return N_("core", "The number after the colon goes up to 65535.")
    if host.count(":") == 1:
        return N_("core", "Behind the colon comes a number, as in kitchen.example.org:22.")
    return ""


def _user_problem(value: str) -> Words:
    if re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", value):
        return ""
    return N_("core", "Type the name to log in with, often “root”.")


def name_problem(value: str) -> Words:
    if PLAIN_NAME.fullmatch(value) and value not in ("default", ANY):
        return ""
    return N_("core", "Use small letters, digits, dots and dashes, as in kitchen.example.org.")


def _email_problem(value: str) -> Words:
    return "" if EMAIL_SHAPE.fullmatch(value) else N_("core", "Type an e-mail address.")


ADDRESS = Text(
    "address",
    N_("core", "Address of the server"),
    "",
    N_("core", "It is in the message that your provider sent when the server was ready."),
    problem=_address_problem,
    placeholder="203.0.113.5",
)
USER = Text(
    "user",
    N_("core", "Name to log in with"),
    "root",
    N_("core", "Almost always “root”. If your provider gave you another one, use that."),
    problem=_user_problem,
)
# Asked only while a text of ours is out; --introduced names the one.
INTRODUCED = Choice(
    "introduced",
    N_("core", "Was it rented with a text from here?"),
    "",
    N_("core", "You made the text in this program, and gave it to your provider."),
    options=(
        (ANY, N_("core", "Yes"), N_("core", "It introduces itself, and needs no password.")),
        ("", N_("core", "No"), N_("core", "You compare its fingerprint, as with any server.")),
    ),
)
PASSWORD = Secret(
    "password",
    N_("core", "Password"),
    "",
    N_(
        "core",
        "Used once, to put a key on the server; then we forget it. "
        "Leave it empty if this computer already has a key for the server.",
    ),
)
COLLECTIVE = Text(
    "collective",
    N_("core", "What is your collective called?"),
    "",
    N_("core", "Shown at the top of this window. You may leave it empty."),
    placeholder=N_("core", "Quarter's Kitchen"),
)
EMAIL = Text(
    "email",
    N_("core", "E-mail for the secure connection"),
    "",
    N_(
        "core",
        "The authority that confirms your addresses (Let's Encrypt) writes there when "
        "something is wrong. Nobody else sees it.",
    ),
    problem=_email_problem,
    placeholder="hello@kitchen.example.org",
)
# On no page, only through --answers: for networks that let nobody knock at a web door, for
# servers with a web door of another kind, and for those who run a certificate authority of their
# own (settings.yml may name it, too).
DOORS = YesNo("doors", N_("core", "Try the two web doors from outside"), True)
FRONT_DOOR = YesNo("front_door", N_("core", "Set up the front door"), True)
ACME_SERVER = Text("acme_server", N_("core", "Certificate authority (ACME address)"), "")
ACME_CA = Secret("secret_acme_ca", N_("core", "Its root certificate (PEM)"), "")

NOT_RENTED = Instead(N_("core", "We have not rented one yet"), "prepare_server")

GATEWAY = "starter-gateway"
WEB_PORT = 80


@dataclass
class _Seen:
    """What one walk through the wizard has looked at so far."""

    facts: dict[Login, Facts] = field(default_factory=dict)
    not_compared: set[str] = field(default_factory=set)  # addresses
    introduced: dict[Login, str] = field(default_factory=dict)  # under which name


def login_of(answers: Answers, name: str = "") -> Login:
    """Return how to reach the server of *answers*, called *name* (else like its address)."""
    user, host, port = split_address(answers[ADDRESS])
    user = user or answers[USER]
    return Login(name or host, host, port, user, answers[PASSWORD], answers[INTRODUCED])


def add_server(world: World) -> Flow:
    seen = _Seen()

    def look(job: Job, answers: Answers) -> None:
        login = login_of(answers)
        job.progress(None, said(N_("core", "Knocking at {host}"), host=login.address))
        host = world.hosts.first_contact(job, login)
        if not getattr(host, "compared", True):
            seen.not_compared.add(login.address)
        if introduced := world.introductions.of(shown_by(host)):
            seen.introduced[login] = introduced.name
        job.progress(None, N_("core", "Looking at the server"))
        found = facts(job, host)
        for problem in preflight(found, login.address):
            if problem.blocks:
                raise problem
        seen.facts[login] = found

    def first_questions(answers: Answers) -> Sequence[Field[Any]]:
        if not world.introductions.waiting():
            return (ADDRESS, USER, PASSWORD)
        return (ADDRESS, replace(INTRODUCED, default=ANY), USER, PASSWORD)

    def name_field(answers: Answers) -> Text:
        login = login_of(answers)
        found = seen.facts.get(login)
        return Text(
            "name",
            N_("core", "A name for the server"),
            seen.introduced.get(login)
            or suggested_name(login.address, found.hostname if found else ""),
            N_(
                "core",
                "If you have an address of your own (a domain), use that: "
                "your apps will live below it. It cannot be changed later.",
            ),
            problem=name_problem,
            placeholder="kitchen.example.org",
        )

    def questions(answers: Answers) -> Sequence[Field[Any]]:
        return (name_field(answers), COLLECTIVE, EMAIL)

    def named(answers: Answers) -> str:
        return answers[name_field(answers)]

    def name_is_free(job: Job, answers: Answers) -> None:
        check_free(world, login_of(answers, named(answers)))

    def reached(job: Job, answers: Answers) -> tuple[Login, Host]:
        login = login_of(answers, named(answers))
        if login.name != login.address:
            world.hosts.drop(login.address)  # the first look had no better name for it
        return login, world.hosts.first_contact(job, login)

    def plan(job: Job, answers: Answers) -> list[Step]:
        login, host = reached(job, answers)
        compared = login.address not in seen.not_compared
        change = known_as(answers[COLLECTIVE], login.name if "." in login.name else "", compared)
        found = facts(job, host)
        return [
            *introduced_steps(world, host, login),
            *add_server_steps(world, host, login, found, change),
            *front_door_steps(world, login, found, answers),
        ]

    def ending(job: Job, answers: Answers) -> Ending:
        name = named(answers)
        return Ending(
            said(N_("core", "{name} is ready for apps"), name=name),
            N_(
                "core",
                "The password you typed is not needed any more: this computer has a key of its "
                "own now. You can change it at your provider. Next, find a first app.",
            )
            if answers[PASSWORD]
            else N_(
                "core", "This computer opens it with a key of its own. Next, find a first app."
            ),
            shown=(
                Shown(N_("core", "Server"), name),
                Shown(N_("core", "From a terminal"), f"ssh {name}"),
                Shown(N_("core", "For Docker's own tools"), f"docker --context {name}"),
            ),
            place="find",
        )

    return Flow(
        "add_server",
        TITLE,
        (
            Page(
                "server",
                N_("core", "Which server is it?"),
                N_(
                    "core",
                    "The blank server that you have rented, with Debian or Ubuntu on it. "
                    "We knock and look; nothing is changed yet.",
                ),
                first_questions,
                verify=look,
                instead=NOT_RENTED if world.world is Real else None,
            ),
            Page(
                "name",
                N_("core", "What shall we call it?"),
                N_("core", "Two things that the server needs to know about you."),
                questions,
                verify=name_is_free,
            ),
        ),
        plan,
        ending,
        lane=named,
        running=N_("core", "Making your server ready"),
    )


def introduced_steps(world: World[W], host: Host[W], login: Login) -> list[Step]:
    """Return what a server needs that has just introduced itself; nothing for any other."""
    introductions = world.introductions
    if introductions.of(shown_by(host)) is None:
        return []
    return [host_key(Door(world.hosts, login), introductions, world.secrets, world.ssh_dir)]


def front_door_steps(world: World[W], login: Login, found: Facts, answers: Answers) -> list[Step]:
    """Return the deploy of the gateway, an app like every other.

    None when it was not wanted, or when another gateway of Docker's has the web door.
    """
    from coophost_gui.apps.deploy import deploy_steps
    from coophost_gui.apps.new import new_app, new_env, settings_step
    from coophost_gui.apps.recipe import tree_of

    app = new_app(world, login.name, f"gateway.{login.name}")
    if not answers[FRONT_DOOR]:
        return []
    if found.on_port(WEB_PORT) and not app.file.path.exists():
        return []
    values = {"LETS_ENCRYPT_EMAIL": answers[EMAIL]}
    settings = world.settings()
    if acme_server := answers[ACME_SERVER] or settings.acme_server:
        values["ACME_CA_SERVER"] = acme_server
    given = {}
    if acme_ca := answers[ACME_CA] or _read(settings.acme_root):
        given["acme_ca"] = acme_ca
        values["COMPOSE_FILE"] = "compose.yml:compose.acme.yml"
        values["SECRET_ACME_CA_VERSION"] = "v1"
    env = new_env(tree_of(world.abra, GATEWAY), app.name, values)
    door = Door(world.hosts, login)
    doors = [web_doors(door, world.web, world.ssh_dir)] if answers[DOORS] else []
    host = SteadyHost(door)
    deploy = deploy_steps(world, host, app, planned=env, skip_name_check=True, given=given)
    return [*doors, settings_step(app, world, env, tuple(values)), *deploy]


def _read(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8") if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(str(error), path=path) from error


def suggested_name(address: str, hostname: str) -> str:
    """Return the name that most people want: the domain they typed, else the server's own."""
    for text in (address.lower(), hostname.lower()):
        try:
            ipaddress.ip_address(text)
        except ValueError:
            if PLAIN_NAME.fullmatch(text) and text not in NO_NAMES:
                return text
    return ""


WIZARD = Wizard("add_server", TITLE, "servers", ("server", "add"), add_server)
