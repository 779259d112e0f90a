"""Take an app off its server; its data stay."""

from coophost_gui.apps.app import app
from coophost_gui.apps.undeploy import KEPT, undeploy_steps
from coophost_gui.flows import Wizard
from coophost_gui.flows.deploy_app import app_field
from coophost_gui.hosts.base import W
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, said
from coophost_gui.servers.door import steady_host
from coophost_gui.servers.world import World


def undeploy_app(world: World[W]) -> Flow:
    """Return the wizard: one question, which app."""
    which = app_field(world)

    def plan(job: Job, answers: Answers) -> list[Step]:
        chosen = app(world, answers[which])
        return undeploy_steps(world, steady_host(job, world.hosts, chosen.server), chosen)

    def ending(job: Job, answers: Answers) -> Ending:
        return Ending(
            said(N_("core", "{app} is off the server"), app=answers[which]),
            KEPT,
            place="apps",
        )

    return Flow(
        "undeploy_app",
        N_("core", "Stop an app"),
        (
            Page(
                "app",
                N_("core", "Which app?"),
                N_("core", "People cannot open it until it is started again. Its data stay."),
                fields=(which,),
            ),
        ),
        plan,
        ending,
        lane=lambda answers: app(world, answers[which]).server,
        running=N_("core", "Stopping it"),
    )


WIZARD = Wizard(
    "undeploy_app", N_("core", "Stop an app"), "apps", ("app", "undeploy"), undeploy_app
)
