"""``coophost federation``: decide together, and see what others decided."""

import argparse
from datetime import UTC, datetime
from typing import Any

from coophost_gui.cli import given
from coophost_gui.cli.terminal import Terminal
from coophost_gui.federation.cycle import NotInProgress, outcome
from coophost_gui.federation.deadlines import event, ics
from coophost_gui.federation.decisions import Entry, decisions, find
from coophost_gui.federation.lint import lint
from coophost_gui.federation.lint.mending import mended
from coophost_gui.federation.members import members
from coophost_gui.federation.ours import need_record
from coophost_gui.federation.record import IN_PROGRESS, Record
from coophost_gui.federation.resolution import written_deadline
from coophost_gui.flows import wizard

LINT_COLUMNS = ("file", "line", "rule", "says", "mend")
LIST_COLUMNS = ("number", "state", "deadline", "size", "title")
MEMBER_COLUMNS = ("member", "name", "class", "votes_today")
FLOWS = {  # action: wizard, help, and what may be said at once
    "start": ("start_record", "begin a record, or open one", ("folder", "rules", "members")),
    "propose": (
        "propose",
        "propose something",
        ("title", "summary", "details", "size", "deadline", "author"),
    ),
    "vote": (
        "vote",
        "say what a member thinks",
        ("decision", "member", "answer", "reason", "author"),
    ),
    "join": (
        "join",
        "ask to join the federation: the application, the proposal, the lists",
        ("name", "summary", "details", "representative", "contact", "sponsor"),
    ),
    "share": (
        "share_record",
        "bring in what the others did, and send yours",
        ("way", "url", "file", "author", "mail"),
    ),
    "settle": (
        "settle",
        "end a decision, or change its course",
        ("decision", "act", "until", "author"),
    ),
}


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    federation = commands.add_parser("federation", help="decide together with other collectives")
    actions = federation.add_subparsers(required=True, metavar="ACTION")
    for name, (key, words, fields) in FLOWS.items():
        walked = actions.add_parser(name, help=words)
        for field in fields:
            walked.add_argument(f"--{field}")
        walked.set_defaults(run=_walk, wizard=key, fields=fields)
    every = actions.add_parser("list", help="every decision, with its state")
    every.set_defaults(run=_list)
    counted = actions.add_parser("tally", help="what the votes on a decision say, and why")
    counted.add_argument("decision", help="its number, or its Id")
    counted.set_defaults(run=_tally)
    who = actions.add_parser("members", help="who may vote")
    who.set_defaults(run=_members)
    calendar = actions.add_parser("calendar", help="the last days of open decisions, as ICS")
    calendar.set_defaults(run=_calendar)
    faults = actions.add_parser("lint", help="find what is wrong in a record of decisions")
    faults.add_argument(
        "folder", type=given.folder, help="a record, or the documentation's checkout"
    )
    faults.add_argument(
        "--mend", action="store_true", help="show what needs no thought; with --yes, write it"
    )
    faults.set_defaults(run=_lint)


def _walk(args: argparse.Namespace, terminal: Terminal) -> int:
    told = {key: getattr(args, key) for key in args.fields if getattr(args, key) is not None}
    if "decision" in told:
        told["decision"] = _found(_record(terminal), told["decision"]).resolution.id
    return terminal.run_flow(wizard(args.wizard), told)


def _record(terminal: Terminal) -> Record:
    return need_record(terminal.world.data_dir())


def _found(record: Record, decision: str) -> Entry:
    entry = find(record, decision)
    if entry is None:
        raise NotInProgress(name=decision)
    return entry


def _list(args: argparse.Namespace, terminal: Terminal) -> int:
    rows = [_row(entry) for entry in decisions(_record(terminal))]
    terminal.print_list(rows, LIST_COLUMNS)
    return 0


def _row(entry: Entry) -> dict[str, Any]:
    resolution = entry.resolution
    return {
        "number": resolution.number,
        "id": resolution.id,
        "title": resolution.name,
        "state": entry.state,
        "size": resolution.size,
        "deadline": written_deadline(resolution.deadline) if resolution.deadline else None,
    }


def _tally(args: argparse.Namespace, terminal: Terminal) -> int:
    record = _record(terminal)
    entry = _found(record, args.decision)
    found = outcome(record, entry, datetime.now(UTC))
    if found is None:
        raise NotInProgress(name=entry.resolution.name)
    terminal.print_one(
        _row(entry)
        | {
            "result": found.state,
            "members": found.members,
            "counts": dict(found.counts),
            "silent": list(found.silent),
            "explanation": [str(words) for words in found.explanation],
        }
    )
    return 0


def _members(args: argparse.Namespace, terminal: Terminal) -> int:
    today = datetime.now(UTC).date()
    rows = [
        {
            "member": one.slug,
            "name": one.name,
            "class": one.member_class,
            "votes_today": one.votes_on(today),
        }
        for one in members(_record(terminal))
    ]
    terminal.print_list(rows, MEMBER_COLUMNS)
    return 0


def _calendar(args: argparse.Namespace, terminal: Terminal) -> int:
    open_now = [one for one in decisions(_record(terminal)) if one.state == IN_PROGRESS]
    events = [found for one in open_now if (found := event(one.resolution)) is not None]
    print(ics(events, datetime.now(UTC)), end="", flush=True)
    return 0


def _lint(args: argparse.Namespace, terminal: Terminal) -> int:
    """Print every fault, or what would mend some of them; 1 when there is one."""
    found = lint(args.folder)
    changes = mended(args.folder, found) if args.mend else []
    if args.mend and not terminal.json:
        print("".join(one.difference() for one in changes), end="", flush=True)
    if args.mend and args.yes:
        for one in changes:
            one.write()
        found = lint(args.folder)
        terminal.say(f"Files that were mended: {len(changes)}. What is left:")
    elif args.mend:
        terminal.say(f"Nothing was changed. With --yes, so many files are: {len(changes)}.")
    if not args.mend or args.yes or terminal.json:
        terminal.print_list([one.data() for one in found], LINT_COLUMNS)
    return 1 if found else 0
