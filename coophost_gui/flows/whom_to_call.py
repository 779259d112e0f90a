"""Say whom to call first when an app is in trouble."""

from collections.abc import Sequence
from typing import Any

from coophost_gui.apps.app import app
from coophost_gui.apps.contacts import contact, whom_to_call
from coophost_gui.flows import Wizard
from coophost_gui.flows.deploy_app import app_field
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Field, Text
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.world import World

TITLE = N_("core", "Whom to call first")
LONGEST = 200


def whom_to_call_flow(world: World[W]) -> Flow:
    """Return the wizard: which app, and who."""
    which = app_field(world)

    def who(answers: Answers) -> Text:
        there = world.abra.app(answers[which])
        known = contact(world, app(world, there.name)) if there else ""
        return Text(
            "who",
            N_("core", "Name, and how to reach them"),
            known,
            N_("core", "Everybody who looks after this server sees it. Leave it empty for nobody."),
            problem=_too_long,
            placeholder=N_("core", "for example the Tuesday volunteers, 555 0100"),
        )

    def pages(answers: Answers) -> Sequence[Field[Any]]:
        return (who(answers),)

    def plan(job: Job, answers: Answers) -> list[Step]:
        return [whom_to_call(world, app(world, answers[which]), answers[who(answers)])]

    def ending(job: Job, answers: Answers) -> Ending:
        chosen = app(world, answers[which])
        told = contact(world, chosen)
        return Ending(
            said(N_("core", "Call first: {who}"), who=told)
            if told
            else said(N_("core", "Nobody in particular for {app}"), app=chosen.name),
            N_("core", "It stands on the page “Health”."),
            place="health",
        )

    return Flow(
        "whom_to_call",
        TITLE,
        (
            Page("app", N_("core", "Which app is it about?"), fields=(which,)),
            Page(
                "who",
                N_("core", "Whom to call first when it is in trouble?"),
                N_("core", "A person or a group. Ask them before you write them down."),
                fields=pages,
            ),
        ),
        plan,
        ending,
        lane=lambda answers: app(world, answers[which]).server,
        running=N_("core", "Writing it down"),
    )


def _too_long(value: str) -> Words:
    return "" if len(value) <= LONGEST else N_("core", "Say it in fewer words.")


WIZARD = Wizard("whom_to_call", TITLE, "health", ("app", "contact"), whom_to_call_flow)
