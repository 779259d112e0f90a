"""Start an app that is set up, or apply what was changed about it."""

from coophost_gui.apps.app import app, apps, called
from coophost_gui.apps.deployment import Deployment, Patience
from coophost_gui.apps.plan import plan_deploy, planned_steps
from coophost_gui.apps.recipe import fetch_recipe
from coophost_gui.apps.signin import sign_in_ending
from coophost_gui.flows import Wizard
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words
from coophost_gui.servers.door import steady_host
from coophost_gui.servers.world import World

# Never asked; a terminal or a saved answer may give them.
VERSION = Text("version", N_("core", "Which version"), "")
SKIP_NAME_CHECK = YesNo("skip_name_check", N_("core", "Do not check the address"), False)
# In a window the person sees that it waits, and may stop it; a terminal gives its own number.
WAIT_FOR_NAME = Text(
    "wait_for_name", N_("core", "Minutes to wait until the address is right"), "1440"
)


def deploy_app(world: World[W]) -> Flow:
    """Return the wizard: one question, which app."""
    which = app_field(world)

    def verify(job: Job, answers: Answers) -> None:
        chosen = app(world, answers[which])
        fetch_recipe(job, world, chosen.file.recipe, answers[VERSION] or chosen.file.version)

    def plan(job: Job, answers: Answers) -> list[Step]:
        chosen = app(world, answers[which])
        host = steady_host(job, world.hosts, chosen.server)
        found = plan_deploy(
            job, world, host, chosen, version=answers[VERSION], patience=patience_of(answers)
        )
        return planned_steps(found, skip_name_check=answers[SKIP_NAME_CHECK])

    def ending(job: Job, answers: Answers) -> Ending:
        chosen = app(world, answers[which])
        work = Deployment(world, world.hosts.reach(job, chosen.server), chosen)
        return sign_in_ending(job, work)

    return Flow(
        "deploy_app",
        N_("core", "Start an app, or apply its changes"),
        (Page("app", N_("core", "Which app?"), fields=(which,), verify=verify),),
        plan,
        ending,
        lane=lambda answers: app(world, answers[which]).server,
        running=N_("core", "Bringing it to life"),
    )


def patience_of(answers: Answers) -> Patience:
    """Return how long the deploy waits for what others have to do."""
    return Patience(name=60 * float(answers[WAIT_FOR_NAME]))


def app_field(world: World[W]) -> Choice:
    """Return the question which of the apps that are there."""
    options = tuple((one.name, called(world, one)) for one in apps(world))

    def problem(value: str) -> Words:
        if not value:
            return N_("core", "There is no app here yet.")
        if value not in {one.name for one in apps(world)}:
            return N_("core", "There is no app with this name.")
        return ""

    default = options[0][0] if len(options) == 1 else ""
    return Choice("app", N_("core", "App"), default, problem=problem, options=options)


WIZARD = Wizard(
    "deploy_app",
    N_("core", "Start an app, or apply its changes"),
    "apps",
    ("app", "deploy"),
    deploy_app,
)
