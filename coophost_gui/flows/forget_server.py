"""Forget a server: take it out of the lists of this computer, and touch nothing on it."""

from coophost_gui.flows import Wizard
from coophost_gui.kit.fields import Choice
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.forget import forget_steps
from coophost_gui.servers.world import World

TITLE = N_("core", "Forget a server")


def forget_server(world: World) -> Flow:
    def which() -> Choice:
        known = world.abra.servers()

        def problem(value: str) -> Words:
            return "" if value in known else N_("core", "Choose one of your servers.")

        return Choice(
            "server",
            N_("core", "Which server?"),
            known[0] if len(known) == 1 else "",
            N_("core", "Only this computer forgets it. The server and its apps go on."),
            problem=problem,
            options=tuple((name, _called(world, name)) for name in known),
        )

    server = which()

    def plan(job: Job, answers: Answers) -> list[Step]:
        return forget_steps(world, answers[server])

    def ending(job: Job, answers: Answers) -> Ending:
        return Ending(
            said(N_("core", "{server} is forgotten"), server=answers[server]),
            N_(
                "core",
                "Nothing was changed on the server. The way to it (ssh) stays on this computer, "
                "and you can add it again at any time.",
            ),
            place="servers",
        )

    return Flow(
        "forget_server",
        TITLE,
        (Page("server", N_("core", "Which server should this computer forget?"), "", (server,)),),
        plan,
        ending,
        lane=lambda answers: answers[server],
        running=N_("core", "Forgetting it"),
    )


def _called(world: World, server: str) -> Words:
    """Return how *server* is shown in a list: whose it is, then its name."""
    whose = world.abra.collective(server).name
    if not whose:
        return server
    return said(N_("core", "{name} · {address}"), name=whose, address=server)


WIZARD = Wizard("forget_server", TITLE, "servers", ("server", "forget"), forget_server)
