"""``coophost app``: start, look at and stop the apps of a collective."""

import argparse
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from coophost_gui.apps.app import App, app, apps
from coophost_gui.apps.logs import logs
from coophost_gui.apps.plan import DeployPlan, plan_deploy
from coophost_gui.apps.recipe import fetch_recipe
from coophost_gui.apps.status import AppStatus, status
from coophost_gui.cli import given
from coophost_gui.cli.terminal import AnswersWrong, Terminal
from coophost_gui.flows import wizard
from coophost_gui.kit import log
from coophost_gui.kit.jobs import Job

Arguments = argparse.Namespace
WAIT = "5"  # minutes; nobody may be there to stop it
LIST_COLUMNS = ("name", "server", "recipe", "version", "domain")
STATUS_COLUMNS = ("part", "state", "running", "desired", "reason")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    top = commands.add_parser("app", help="start, look at and stop apps")
    inner = top.add_subparsers(required=True, metavar="WHAT")

    new = inner.add_parser("new", help="bring a new app to life")
    new.add_argument("recipe", nargs="?", help="which app, as the catalogue calls it")
    new.add_argument("--server", help="on which server")
    new.add_argument("--domain", help="at which address")
    _add_name_check(new)
    new.set_defaults(run=run_new)

    plan = inner.add_parser("plan", help="say what a deploy would change; changes nothing")
    plan.add_argument("app")
    plan.add_argument("version", nargs="?", default="")
    plan.set_defaults(run=run_plan)

    deploy = inner.add_parser("deploy", help="start an app, or apply what was changed about it")
    deploy.add_argument("app", nargs="?")
    deploy.add_argument("version", nargs="?", default="")
    _add_name_check(deploy)
    deploy.set_defaults(run=run_deploy)

    adopt = inner.add_parser("adopt", help="take in an app that runs and is in no list here")
    adopt.add_argument("stack", nargs="?", help="its name on the server: site_example_org")
    adopt.add_argument("server", nargs="?")
    adopt.add_argument("--recipe", help="which app it is, where what runs does not say so")
    adopt.set_defaults(run=run_adopt)

    listing = inner.add_parser("list", help="list the apps that are set up")
    listing.add_argument("--server", help="only those of one server")
    listing.set_defaults(run=run_list)

    state = inner.add_parser("status", help="say how an app is, part by part")
    state.add_argument("app")
    state.set_defaults(run=run_status)

    said = inner.add_parser("logs", help="show what an app's programs say")
    said.add_argument("app")
    said.add_argument("part", nargs="?", default="")
    said.add_argument("--last", type=given.lines, default=100, metavar="N", help="lines per part")
    said.add_argument("--follow", action="store_true", help="go on as lines come (one part)")
    said.set_defaults(run=run_logs)

    stop = inner.add_parser("undeploy", help="take an app off its server; its data stay")
    stop.add_argument("app", nargs="?")
    stop.set_defaults(run=run_undeploy)

    call = inner.add_parser("contact", help="say whom to call first about an app")
    call.add_argument("app", nargs="?")
    call.add_argument("who", nargs="?", help="name, and how to reach them; '' for nobody")
    call.set_defaults(run=run_contact)


def run_new(args: Arguments, terminal: Terminal) -> int:
    if args.server:
        terminal.known_server(args.server)
    told = {"recipe": args.recipe, "server": args.server, "domain": args.domain}
    return terminal.run_flow(wizard("new_app"), _given(told) | _name_check(args, terminal))


def run_deploy(args: Arguments, terminal: Terminal) -> int:
    if args.app:
        app(terminal.world, args.app)  # raises when there is none
    told = {"app": args.app, "version": args.version}
    return terminal.run_flow(wizard("deploy_app"), _given(told) | _name_check(args, terminal))


def run_undeploy(args: Arguments, terminal: Terminal) -> int:
    if args.app:
        app(terminal.world, args.app)  # raises when there is none
    return terminal.run_flow(wizard("undeploy_app"), _given({"app": args.app}))


def run_adopt(args: Arguments, terminal: Terminal) -> int:
    if args.server:
        terminal.known_server(args.server)
    told = {"server": args.server, "stack": args.stack, "recipe": args.recipe}
    return terminal.run_flow(wizard("adopt_app"), _given(told))


def run_contact(args: Arguments, terminal: Terminal) -> int:
    who = {} if args.who is None else {"who": args.who}
    return terminal.run_flow(wizard("whom_to_call"), _given({"app": args.app}) | who)


def run_plan(args: Arguments, terminal: Terminal) -> int:
    world = terminal.world
    one = app(world, args.app)

    def work(job: Job) -> DeployPlan:
        fetch_recipe(job, world, one.file.recipe, args.version or one.file.version)
        host = world.hosts.reach(job, one.server)
        return plan_deploy(job, world, host, one, version=args.version)

    plan = terminal.look(work)
    if terminal.json:
        terminal.print_one(plan.data())
        return 0
    for change in plan.changes:
        terminal.say(change.words)
    for warning in (*plan.warnings, *plan.tight):
        terminal.say(warning)
    if not plan.changes:
        terminal.say("Nothing would change.")
    return 0


def run_list(args: Arguments, terminal: Terminal) -> int:
    if args.server:
        terminal.known_server(args.server)
    rows = [_row(one) for one in apps(terminal.world, args.server)]
    terminal.print_list(rows, LIST_COLUMNS)
    return 0


def run_status(args: Arguments, terminal: Terminal) -> int:
    world = terminal.world
    one = app(world, args.app)
    found = terminal.look(lambda job: status(job, world, world.hosts.reach(job, one.server), one))
    if terminal.json:
        terminal.print_one(_status_data(one, found))
        return 0
    terminal.say(f"{one.name}: {found.word}. {found.reason}")
    terminal.print_list(_parts(found), STATUS_COLUMNS)
    return 0


def run_logs(args: Arguments, terminal: Terminal) -> int:
    world = terminal.world
    one = app(world, args.app)

    def work(job: Job) -> list[dict[str, Any]]:
        host = world.hosts.reach(job, one.server)
        rows = []
        for line in logs(job, host, one, args.part, last=args.last, follow=args.follow):
            text = log.redact(line.text)
            if terminal.json:
                rows.append({"part": line.part, "stream": line.stream, "text": text})
            else:
                print(f"{line.part}  {text}", flush=True)
        return rows

    rows = terminal.look(work)
    if terminal.json:
        terminal.print_list(rows, ("part", "text"))
    return 0


def _add_name_check(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--skip-name-check",
        action="store_true",
        help="do not check where the address leads (for names of a local network)",
    )
    parser.add_argument(
        "--wait-for-name",
        type=given.minutes,
        metavar="MINUTES",
        help=f"how long to wait until the address leads to the server (default: {WAIT})",
    )


def _name_check(args: Arguments, terminal: Terminal) -> dict[str, Any]:
    """Return the answers about the check of the address; the file of answers may have them."""
    told: dict[str, Any] = {"skip_name_check": True} if args.skip_name_check else {}
    minutes = args.wait_for_name or str(terminal.prepared.get("wait_for_name", WAIT))
    try:
        return told | {"wait_for_name": given.minutes(minutes)}
    except argparse.ArgumentTypeError as error:
        raise AnswersWrong(troubles=f"wait_for_name: {error}.") from error


def _given(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value}


def _row(one: App) -> dict[str, Any]:
    return {
        "name": one.name,
        "server": one.server,
        "recipe": one.file.recipe,
        "version": one.file.version,
        "domain": one.file.domain,
        "stack": one.file.stack,
    }


def _parts(found: AppStatus) -> list[dict[str, Any]]:
    return [
        {
            "part": part.name,
            "state": str(part.state),
            "running": part.running,
            "desired": part.desired,
            "reason": str(part.reason),
        }
        for part in found.parts
    ]


def _status_data(one: App, found: AppStatus) -> dict[str, Any]:
    return _row(one) | {
        "state": str(found.state),
        "level": found.level,
        "word": str(found.word),
        "reason": str(found.reason),
        "running_version": found.version,
        "parts": _parts(found),
        "at": datetime.fromtimestamp(found.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
