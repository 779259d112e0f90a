"""Open the servers that the collective has already: from its list, asked only what is missing."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from coophost_gui.flows import Wizard
from coophost_gui.flows.add_server import ADDRESS, PLAIN_NAME, USER, split_address
from coophost_gui.hosts.base import Login
from coophost_gui.kit.fields import Field, Folder, Secret, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Page, Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, N_n, Words, said, several
from coophost_gui.servers.open import Opened, Way, knock, open_steps, way_to
from coophost_gui.servers.shared import MOST_SERVERS, Listed, is_address, look_into
from coophost_gui.servers.world import World

TITLE = N_("core", "Open your collective's servers")


class NoneChosen(Problem):
    text = N_("core", "No server is chosen.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Tick at least one, then go on.")


def _place_problem(value: str) -> Words:
    if is_address(value):
        if value.startswith("https://") and urlsplit(value).password:
            return N_("core", "Leave the password out of the address.")
        return ""
    if "://" in value:
        return N_("core", "Others could change it on the way. Use https:// or ssh://.")
    if not value:
        return N_("core", "Choose a folder, or type an address.")
    if not Path(value).expanduser().is_dir():
        return said(N_("core", "There is no folder {path} on this computer."), path=value)
    return ""


def _name_problem(value: str) -> Words:
    if PLAIN_NAME.fullmatch(value) and value != "default":
        return ""
    return N_("core", "Use small letters, digits, dots and dashes, as in kitchen.example.org.")


PLACE = Folder(
    "place",
    N_("core", "Where is the list?"),
    "",
    N_(
        "core",
        "A folder on this computer or on a stick: “.abra”, “servers”, or a copy of it. "
        "Or the address of your collective's repository (git).",
    ),
    problem=_place_problem,
    placeholder="git@example.org:kitchen/servers.git",
)
PASSWORD_HELP = N_(
    "core",
    "Only if you were given one: it is used once, then we forget it. "
    "Leave it empty if the server knows a key of this computer.",
)


@dataclass
class _Seen:
    """What one walk through the wizard has looked at so far."""

    listed: list[Listed] = field(default_factory=list)
    ways: dict[str, Way] = field(default_factory=dict)  # by the name of the server
    not_compared: set[str] = field(default_factory=set)


def open_servers(world: World) -> Flow:
    seen = _Seen()

    def look(job: Job, answers: Answers) -> None:
        job.progress(None, N_("core", "Looking at the list"))
        seen.listed = look_into(job, world, answers[PLACE])
        for server in seen.listed:
            if server.name:
                seen.ways[server.name] = way_to(world, server.name)

    def nameless(answers: Answers) -> bool:
        return bool(seen.listed) and not seen.listed[0].name

    def name_field(answers: Answers) -> Text:
        return Text(
            "name",
            N_("core", "What is the server called?"),
            suggested_name(answers[PLACE]),
            N_("core", "The list does not say it. Take the name that the others use."),
            problem=_name_problem,
            placeholder="kitchen.example.org",
        )

    def named(job: Job, answers: Answers) -> None:
        name = answers[name_field(answers)]
        seen.ways[name] = way_to(world, name)

    def which(answers: Answers) -> Sequence[Field[Any]]:
        return [_tick(server) for server in seen.listed]

    def some(job: Job, answers: Answers) -> None:
        if not chosen(answers):
            raise NoneChosen

    def chosen(answers: Answers) -> list[tuple[str, Listed]]:
        if nameless(answers):
            return [(answers[name_field(answers)], seen.listed[0])]
        only = len(seen.listed) == 1
        return [(one.name, one) for one in seen.listed if only or answers[_tick(one)]]

    def asked(answers: Answers) -> list[str]:
        """Return the servers to which this computer does not know the way."""
        names = [name for name, _ in chosen(answers)]
        return [name for name in names if name in seen.ways and not seen.ways[name].known]

    def way_page(number: int) -> Page:
        def server(answers: Answers) -> str:
            return asked(answers)[number]

        def questions(answers: Answers) -> Sequence[Field[Any]]:
            name = server(answers)
            return _way_fields(name, seen.ways[name])

        def enter(job: Job, answers: Answers) -> None:
            name = server(answers)
            if not knock(job, world, login(answers, name)):
                seen.not_compared.add(name)

        return Page(
            f"way_{number + 1}",
            N_("core", "How do we get in?"),
            N_("core", "We knock and look; nothing is changed yet."),
            questions,
            applies=lambda answers: number < len(asked(answers)),
            verify=enter,
        )

    def login(answers: Answers, name: str) -> Login:
        address, user, password = _way_fields(name, seen.ways[name])
        typed_user, host, port = split_address(answers[address])
        return Login(name, host, port, typed_user or answers[user], answers[password])

    def opened(answers: Answers) -> list[Opened]:
        unknown = asked(answers)
        return [
            Opened(
                server,
                name,
                login(answers, name) if name in unknown else None,
                name not in seen.not_compared,
            )
            for name, server in chosen(answers)
        ]

    def plan(job: Job, answers: Answers) -> list[Step]:
        return open_steps(world, answers[PLACE], opened(answers))

    def ending(job: Job, answers: Answers) -> Ending:
        found = opened(answers)
        apps = sum(len(one.server.apps) for one in found)
        warned = any(one.server.open_secrets for one in found)
        return Ending(
            said(N_("core", "{name} is here"), name=found[0].name)
            if len(found) == 1
            else several(len(found), N_n("core", "One server is here", "{count} servers are here")),
            N_(
                "core",
                "In their list are passwords that anybody with the list can read. "
                "Have them changed, and taken out of the list.",
            )
            if warned
            else N_("core", "From now on you see how they are. Nothing was changed on the apps."),
            shown=(
                *(Shown(N_("core", "Server"), one.name) for one in found),
                Shown(N_("core", "Apps in the list"), str(apps)),
            ),
            place="home",
        )

    return Flow(
        "open_servers",
        TITLE,
        (
            Page(
                "list",
                N_("core", "Where does your collective keep its list?"),
                N_(
                    "core",
                    "Somebody of you has a list of the servers and apps already. "
                    "Here it is opened; it stays as it is.",
                ),
                (PLACE,),
                verify=look,
            ),
            Page(
                "server_name",
                N_("core", "Which server is it?"),
                "",
                lambda answers: (name_field(answers),),
                applies=nameless,
                verify=named,
            ),
            Page(
                "servers",
                N_("core", "Which servers shall be opened?"),
                N_("core", "You can come back for the others at any time."),
                which,
                applies=lambda answers: len(seen.listed) > 1,
                verify=some,
            ),
            *(way_page(number) for number in range(MOST_SERVERS)),
        ),
        plan,
        ending,
        lane=lambda answers: chosen(answers)[0][0],
        running=N_("core", "Opening your servers"),
    )


def _tick(server: Listed) -> YesNo:
    return YesNo(
        f"open_{server.name}",
        server.name,
        True,
        several(len(server.apps), N_n("core", "One app is in the list", "{count} apps are in it")),
    )


def _way_fields(name: str, way: Way) -> tuple[Text, Text, Secret]:
    return (
        Text(
            f"address_{name}",
            said(N_("core", "Address of {server}"), server=name),
            name if "." in name else "",
            N_("core", "Most often it is the same as the name."),
            ADDRESS.problem,
            ADDRESS.placeholder,
        ),
        Text(f"user_{name}", USER.label, way.user or USER.default, USER.help, USER.problem),
        Secret(f"password_{name}", N_("core", "Password"), "", PASSWORD_HELP),
    )


def suggested_name(place: str) -> str:
    """Return what a server may be called whose list is *place*: the last part of it."""
    last = re.split(r"[/:]", place.rstrip("/"))[-1].removesuffix(".git").lower()
    return last if PLAIN_NAME.fullmatch(last) else ""


WIZARD = Wizard("open_servers", TITLE, "servers", ("server", "open"), open_servers)
