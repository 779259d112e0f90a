"""Bring a new app to life: which one, where, at which address, and what only people know."""

from collections.abc import Mapping, Sequence
from typing import Any

from coophost_gui.apps.app import App
from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.mail import offered_mail, through
from coophost_gui.apps.new import check_new, new_app, new_env, settings_step
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.apps.problems import NoServerYet
from coophost_gui.apps.recipe import fetch_recipe, tree_of
from coophost_gui.apps.signin import sign_in_ending
from coophost_gui.flows import Wizard
from coophost_gui.flows.deploy_app import SKIP_NAME_CHECK, patience_of
from coophost_gui.hosts.base import Practice, W
from coophost_gui.kit.fields import Choice, Field, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import OddName
from coophost_gui.recipes.catalogue import Catalogue, Entry
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.form import from_known, questions
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.source import RecipeMissing, Tree
from coophost_gui.servers.door import steady_host
from coophost_gui.servers.name_look import GATE
from coophost_gui.servers.outgoing_mail import MailState
from coophost_gui.servers.world import World

KNOWN = ("LETS_ENCRYPT_EMAIL", "LETS_ENCRYPT_ENV")


def start_app(world: World[W]) -> Flow:
    """Return the wizard."""
    recipe, server, domain = recipe_field(world), server_field(world), domain_field()

    def where(answers: Answers) -> str:
        return answers[server] or next(iter(world.abra.servers()), "")

    def more(answers: Answers) -> Sequence[Field[Any]]:
        try:
            tree = tree_of(world.abra, answers[recipe])
        except RecipeMissing:
            return ()
        known = known_answers(world, where(answers))
        meaning = shipped().get(answers[recipe])
        return questions(tree, meaning, answers[domain], known)

    def mail(answers: Answers) -> MailState:
        try:
            tree = tree_of(world.abra, answers[recipe])
        except (OddName, RecipeMissing):  # none was chosen yet
            return MailState()
        return offered_mail(world, where(answers), tree)

    def mail_values(answers: Answers, tree: Tree) -> Mapping[str, str]:
        there = mail(answers)
        wanted = there.mailbox and answers[mail_field(there)]
        return through(tree, there.mailbox) if there.mailbox and wanted else {}

    def about_address(answers: Answers) -> Sequence[Field[Any]]:
        suggested = suggestion(world, answers[recipe], where(answers))
        return (domain_field(suggested), *more(answers))

    def planned(answers: Answers) -> tuple[App[W], Tree, EnvFile, dict[str, str]]:
        tree = tree_of(world.abra, answers[recipe])
        address = answers[domain].strip().lower()
        meaning = shipped().get(answers[recipe])
        known = known_answers(world, where(answers))
        values = from_known(tree, meaning, address, known)
        values |= {field.key: answers[field].strip() for field in more(answers)}
        values |= mail_values(answers, tree)
        app = new_app(world, where(answers), address)
        return app, tree, new_env(tree, address, values), {"DOMAIN": address, **values}

    def fetch(job: Job, answers: Answers) -> None:
        if not world.abra.servers():
            raise NoServerYet
        fetch_recipe(job, world, answers[recipe])

    def check(job: Job, answers: Answers) -> None:
        app, tree, env, _ = planned(answers)
        check_new(job, world, world.hosts.reach(job, app.server), app, tree, env)

    def plan(job: Job, answers: Answers) -> list[Step]:
        app, tree, env, values = planned(answers)
        host = steady_host(job, world.hosts, app.server)
        check_new(job, world, host, app, tree, env)
        found = plan_deploy(job, world, host, app, planned=env, patience=patience_of(answers))
        return [
            settings_step(app, world, env, tuple(values)),
            *planned_steps(found, skip_name_check=answers[SKIP_NAME_CHECK]),
        ]

    def ending(job: Job, answers: Answers) -> Ending:
        app = planned(answers)[0]
        work = Deployment(world, world.hosts.reach(job, app.server), app)
        return sign_in_ending(job, work)

    return Flow(
        "new_app",
        N_("core", "Bring an app to life"),
        (
            Page("app", N_("core", "Which app would you like?"), fields=(recipe,), verify=fetch),
            Page(
                "server",
                N_("core", "On which server?"),
                fields=(server,),
                applies=lambda answers: len(world.abra.servers()) > 1,
            ),
            Page(
                "mail",
                N_("core", "May it send mail?"),
                N_("core", "For example invitations, or a link for a forgotten password."),
                fields=lambda answers: (mail_field(mail(answers)),),
                applies=lambda answers: mail(answers).mailbox is not None,
            ),
            Page(
                "address",
                N_("core", "At which address will people find it?"),
                N_("core", "Choose a name that belongs to you and leads to your server."),
                fields=about_address,
                verify=check,
            ),
        ),
        plan,
        ending,
        lane=where,
        running=N_("core", "Bringing it to life"),
    )


def recipe_field(world: World[W]) -> Choice:
    """Return the question which app; what we never ran is offered in practice only."""
    entries = [
        entry for entry in Catalogue.find(world.abra, world.lists).entries if offered(entry, world)
    ]
    meanings = shipped()
    options = tuple(
        (
            entry.name,
            meanings[entry.name].name if entry.name in meanings else entry.name,
            meanings[entry.name].sentence if entry.name in meanings else entry.description,
        )
        for entry in entries
    )

    def problem(value: str) -> Words:
        if value not in {entry.name for entry in entries}:
            return N_("core", "Choose one of the apps in the list.")
        return ""

    return Choice("recipe", N_("core", "App"), "", problem=problem, options=options)


def offered(entry: Entry, world: World[W]) -> bool:
    """Say whether *entry* may be started in this world."""
    meaning = shipped().get(entry.name)
    if meaning is not None and meaning.sign == GATE:
        return False
    never_ran = entry.starter and (meaning is None or not meaning.for_real)
    return world.world is Practice or not never_ran


def server_field(world: World[W]) -> Choice:
    """Return the question which server; there is a choice only between several."""
    names = world.abra.servers()

    def problem(value: str) -> Words:
        if not world.abra.servers():
            return N_("core", "Add a server first.")
        if value not in world.abra.servers():
            return N_("core", "There is no server with this name.")
        return ""

    return Choice(
        "server",
        N_("core", "Server"),
        names[0] if names else "",
        problem=problem,
        options=tuple((name, name) for name in names),
    )


def mail_field(there: MailState) -> YesNo:
    """Return the question whether the app writes through the mailbox of its server."""
    return YesNo(
        "mail",
        said(
            N_("core", "Send its mail as {sender}"),
            sender=there.mailbox.sender if there.mailbox else "",
        ),
        there.reached,
        N_("core", "The app is given the password of the mailbox."),
    )


def domain_field(suggested: str = "") -> Text:
    """Return the question at which address."""

    def problem(value: str) -> Words:
        name = value.strip().lower()
        parts = name.split(".")
        if not name:
            return N_("core", "Fill in an address, for example cloud.example.org.")
        if len(parts) < 2 or not all(_label(part) for part in parts):
            return said(N_("core", "“{name}” is not an address like cloud.example.org."), name=name)
        return ""

    return Text(
        "domain",
        N_("core", "Address"),
        suggested,
        N_("core", "People type it into their browser. You can use a part of a name you own."),
        problem,
        "cloud.example.org",
    )


def suggestion(world: World[W], recipe: str, server: str) -> str:
    """Return an address to begin from: the collective's own name with a word before it."""
    if not server:
        return ""
    own = world.abra.collective(server).domain or server
    if "." not in own:
        return ""
    return f"{recipe.removeprefix('starter-')}.{own}" if recipe else ""


def known_answers(world: World[W], server: str) -> Mapping[str, str]:
    """Return what the front door of *server* was told already and need not be asked again."""
    found: dict[str, str] = {}
    for file in world.abra.apps(server) if server else ():
        meaning = shipped().get(file.recipe)
        if meaning is not None and meaning.sign == GATE:
            values = file.env().values()
            found |= {key: values[key] for key in KNOWN if values.get(key)}
    return found


def _label(part: str) -> bool:
    plain = part.replace("-", "")
    return (
        0 < len(part) < 64
        and plain.isascii()
        and plain.isalnum()
        and not part.startswith("-")
        and not part.endswith("-")
    )


WIZARD = Wizard("new_app", N_("core", "Bring an app to life"), "find", ("app", "new"), start_app)
