"""Before a server is rented: make the text for its provider's box, and say what to choose."""

from coophost_gui.flows import Wizard
from coophost_gui.flows.add_server import name_problem
from coophost_gui.hosts.base import Real
from coophost_gui.kit.fields import Text
from coophost_gui.kit.flow import Answers, Ending, Flow, Page, Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import WorldsMixed
from coophost_gui.kit.text import N_, Day, Words, said
from coophost_gui.servers.introduction import introduction, text_of
from coophost_gui.servers.world import World

TITLE = N_("core", "Before you rent a server")
TO_CHOOSE = (
    N_("core", "Choose Debian 12 as its system."),
    N_("core", "Choose 2 GB of memory or more. 4 GB is comfortable for shared files."),
    N_("core", "Choose 20 GB of disk or more, and an address of its own on the internet (IPv4)."),
    N_(
        "core",
        "Copy the text into the box for the first start. Providers call it “user data”, "
        "“cloud-init” or “cloud config”.",
    ),
    N_("core", "Order the server, and wait until the provider shows its address."),
    N_("core", "Come back to “Add a server” and type that address. Leave the password empty."),
)


def prepare_server(world: World) -> Flow:
    def problem(value: str) -> Words:
        if value in world.abra.servers():
            return N_("core", "You already have a server of this name.")
        return name_problem(value)

    name = Text(
        "name",
        N_("core", "A name for the server"),
        "",
        N_(
            "core",
            "If you have an address of your own (a domain), use that: "
            "your apps will live below it. It cannot be changed later.",
        ),
        problem=problem,
        placeholder="kitchen.example.org",
    )

    def plan(job: Job, answers: Answers) -> list[Step]:
        if world.world is not Real:  # what a make-believe server says must not reach a provider
            raise WorldsMixed
        return [introduction(world, answers[name])]

    def ending(job: Job, answers: Answers) -> Ending:
        found = world.introductions.get(answers[name])
        until = Day.of(found.until) if found else ""
        return Ending(
            N_("core", "Now you can rent it"),
            said(
                N_(
                    "core",
                    "With this text your server introduces itself. It is secret until the server "
                    "was added: show it to nobody but your provider. It is good until {date}.",
                ),
                date=until,
            ),
            shown=(
                Shown(
                    N_("core", "The text for your provider"),
                    text_of(world, answers[name]),
                    secret=True,
                ),
            ),
            todo=TO_CHOOSE,
            place="servers",
        )

    return Flow(
        "prepare_server",
        TITLE,
        (
            Page(
                "name",
                N_("core", "What will your server be called?"),
                N_(
                    "core",
                    "We make a text that you give to your provider when you order. The new "
                    "server then knows this computer, and this computer knows the server.",
                ),
                (name,),
            ),
        ),
        plan,
        ending,
        lane=_lane,
        running=N_("core", "Making the text"),
    )


def _lane(answers: Answers) -> str:
    return "introductions"


WIZARD = Wizard("prepare_server", TITLE, "servers", ("server", "introduce"), prepare_server)
