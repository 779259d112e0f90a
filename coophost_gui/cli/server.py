"""``coophost server``: add, open, list, check, show, reach and forget them from a terminal."""

import argparse
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from coophost_gui.cli import given
from coophost_gui.cli.terminal import Terminal, as_json
from coophost_gui.flows import wizard
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.qr import for_terminal
from coophost_gui.kit.store import Collective
from coophost_gui.servers.check import check
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.name_look import look_at_names
from coophost_gui.servers.outgoing_mail import mail_state
from coophost_gui.servers.reach import PHONE, find_out
from coophost_gui.servers.world import World

NAMES_COLUMNS = ("level", "name", "type", "value", "own", "public")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    server = commands.add_parser("server", help="your servers")
    actions = server.add_subparsers(required=True, metavar="ACTION")

    add = actions.add_parser("add", help="make a blank server ready for apps")
    add.add_argument("address", nargs="?", help="host, user@host or user@host:port")
    add.add_argument("--name", help="what it will be called")
    add.add_argument("--user", help="name to log in with (default: root)")
    add.add_argument("--email", help="for the secure connection")
    add.add_argument("--introduced", metavar="NAME", help="it was rented with the text for NAME")
    add.set_defaults(run=_add)

    there = actions.add_parser("open", help="open the servers that your collective has already")
    there.add_argument("place", nargs="?", help="a folder, or https://…, ssh://…, git@host:path")
    there.add_argument("--name", help="of the server, where its list does not say it")
    there.set_defaults(run=_open)

    before = actions.add_parser(
        "introduce", help="before renting: a text that the server introduces itself with"
    )
    before.add_argument("name", help="what the server will be called")
    before.add_argument(
        "--save",
        type=given.new_file,
        metavar="FILE",
        help="write the text there (else it is printed)",
    )
    before.set_defaults(run=_introduce)

    every = actions.add_parser("list", help="the servers of this computer")
    every.set_defaults(run=_list)

    look = actions.add_parser("check", help="ask whether everything still holds")
    look.add_argument("server")
    look.set_defaults(run=_check)

    show = actions.add_parser("show", help="what a server says about itself")
    show.add_argument("server")
    show.set_defaults(run=_show)

    names = actions.add_parser("names", help="the records (DNS) that its names need, and have")
    names.add_argument("server")
    names.set_defaults(run=_names)
    reach = actions.add_parser("reach", help="who can reach it, with a QR code for a phone")
    reach.add_argument("server")
    reach.set_defaults(run=_reach)
    mail = actions.add_parser("mail", help="the mailbox that its apps' mail leaves through")
    mail.add_argument("server", nargs="?")
    mail.set_defaults(run=_mail)

    forget = actions.add_parser("forget", help="forget it on this computer only")
    forget.add_argument("server", nargs="?")
    forget.set_defaults(run=_forget)


def _add(args: argparse.Namespace, terminal: Terminal) -> int:
    keys = ("address", "name", "user", "email", "introduced")
    told = {key: getattr(args, key) for key in keys}
    return terminal.run_flow(wizard("add_server"), _said(told))


def _introduce(args: argparse.Namespace, terminal: Terminal) -> int:
    """Make the text, then give it away once: to a new file, or to whoever reads what we print."""
    ending = terminal.go_through(wizard("prepare_server"), {"name": args.name})
    text = ending.shown[0].value
    if args.save is not None:
        _write_new(args.save, text)
    terminal.say_ending(ending)
    if terminal.json:
        found = terminal.world.introductions.get(args.name)
        until = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(found.until if found else 0))
        where = {"saved": str(args.save)} if args.save is not None else {"text": text}
        print(as_json({"name": args.name, "until": until, **where}), flush=True)
    elif args.save is None:
        print(text, end="", flush=True)
    return 0


def _write_new(path: Path, text: str) -> None:
    """Write a secret to a file that only its owner can read, and that was not there."""
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)


def _open(args: argparse.Namespace, terminal: Terminal) -> int:
    given = {key: getattr(args, key) for key in ("place", "name")}
    return terminal.run_flow(wizard("open_servers"), _said(given))


def _forget(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.server is not None:
        terminal.known_server(args.server)
    return terminal.run_flow(wizard("forget_server"), _said({"server": args.server}))


def _mail(args: argparse.Namespace, terminal: Terminal) -> int:
    if args.server is not None:
        terminal.known_server(args.server)
    return terminal.run_flow(wizard("outgoing_mail"), _said({"server": args.server}))


def _list(args: argparse.Namespace, terminal: Terminal) -> int:
    world = terminal.world
    rows = [_row(world, server) for server in world.abra.servers()]
    terminal.print_list(rows, ("server", "collective", "domain", "apps", "compared"))
    return 0


def _check(args: argparse.Namespace, terminal: Terminal) -> int:
    world = terminal.world
    server = terminal.known_server(args.server)
    asked = terminal.look(lambda job: check(job, world, server))
    rows = [{"step": step.key, "title": str(step.title), "holds": holds} for step, holds in asked]
    terminal.print_list(rows, ("holds", "step", "title"))
    return 0 if all(holds for _, holds in asked) else 1


def _show(args: argparse.Namespace, terminal: Terminal) -> int:
    world = terminal.world
    server = terminal.known_server(args.server)

    def look(job: Job) -> Facts:
        return facts(job, world.hosts.reach(job, server))

    terminal.print_one(_row(world, server) | _told(terminal.look(look)))
    return 0


def _names(args: argparse.Namespace, terminal: Terminal) -> int:
    world = terminal.world
    server = terminal.known_server(args.server)
    found = terminal.look(lambda job: look_at_names(job, world, server))
    if terminal.json:
        terminal.print_one(found.data())
    else:
        terminal.print_list(found.data()["records"], NAMES_COLUMNS)
        for line in found.advice():
            terminal.say(line)
    return 0 if found.settled else 1


def _reach(args: argparse.Namespace, terminal: Terminal) -> int:
    world = terminal.world
    server = terminal.known_server(args.server)
    found = terminal.look(lambda job: find_out(job, world, server))
    doors = [{"port": port, "met": met.value} for port, met in found.doors.met.items()]
    problem = found.doors.problem(server)
    told = {"server": server, "address": found.address, "kind": found.kind.value, "doors": doors}
    terminal.print_one(told | {"problem": problem.key if problem else "", "url": found.url})
    if terminal.json:
        return 1 if problem else 0
    print(f"\n{found.meaning}\n{found.kind.advice}\n\n{for_terminal(found.url)}\n{PHONE}")
    if problem:
        raise problem
    return 0


def _row(world: World, server: str) -> dict[str, Any]:
    told: Collective = world.abra.collective(server)
    mail = mail_state(world, server)
    return {
        "server": server,
        "collective": told.name,
        "domain": told.domain,
        "apps": [app.name for app in world.abra.apps(server)],
        "compared": told.fingerprint_compared,
        "mail": mail.mailbox.sender if mail.mailbox else "",
        "mail_arrived": mail.arrived or None,
    }


def _told(found: Facts) -> dict[str, Any]:
    disk = min(found.disks, key=lambda disk: disk.free, default=None)
    return {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "system": found.system_name,
        "architecture": found.arch,
        "kernel": found.kernel,
        "address": found.address,
        "user": found.user,
        "memory": found.memory,
        "memory_free": found.memory_free,
        "swap": found.swap,
        "disk": disk.total if disk else 0,
        "disk_free": disk.free if disk else 0,
        "clock_ahead": round(found.clock_ahead),
        "docker": found.docker.version,
        "swarm": found.docker.swarm,
        "reboot_needed": found.reboot_needed,
    }


def _said(given: Mapping[str, str | None]) -> dict[str, str]:
    return {key: value for key, value in given.items() if value is not None}
