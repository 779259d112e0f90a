"""``coophost catalogue``: which apps there are."""

import argparse
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from coophost_gui.cli.terminal import Terminal
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_
from coophost_gui.recipes.catalogue import Catalogue, Entry
from coophost_gui.recipes.meanings import Meaning, shipped
from coophost_gui.recipes.news import refresh
from coophost_gui.recipes.search import Match
from coophost_gui.recipes.trust import trust

UTC_TIME = "%Y-%m-%dT%H:%M:%SZ"
COLUMNS = ("recipe", "name", "kind", "instead_of", "latest", "because")


class AppUnknown(Problem):
    text = N_("core", "The list has no app called {recipe}.")
    hint = N_("core", "Look for it with: coophost catalogue search WORDS")


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``catalogue`` and its four commands."""
    catalogue = commands.add_parser("catalogue", help="which apps there are")
    inner = catalogue.add_subparsers(required=True, metavar="COMMAND")
    inner.add_parser("list", help="every app").set_defaults(run=_list)
    search = inner.add_parser("search", help="apps instead of a product that you know")
    search.add_argument("words", nargs="+", help='for example: "Google Drive"')
    search.set_defaults(run=_search)
    refresh = inner.add_parser("refresh", help="fetch the common list, if there is a newer one")
    refresh.set_defaults(run=_refresh)
    show = inner.add_parser("show", help="all that is known about one app")
    show.add_argument("recipe", help="its name in the list, for example starter-wordpress")
    show.set_defaults(run=_show)


def _list(args: argparse.Namespace, terminal: Terminal) -> int:
    return _print(
        terminal,
        Catalogue.find(terminal.world.abra, terminal.world.lists).search("", shipped()),
        COLUMNS[:-1],
    )


def _search(args: argparse.Namespace, terminal: Terminal) -> int:
    catalogue, words = (
        Catalogue.find(terminal.world.abra, terminal.world.lists),
        " ".join(args.words),
    )
    found = catalogue.search(words, shipped())
    if not found:
        terminal.say(catalogue.why_nothing(words, shipped()))
    return _print(terminal, found, COLUMNS)


def _refresh(args: argparse.Namespace, terminal: Terminal) -> int:
    lists = terminal.world.lists
    assert lists is not None, "the person's own world keeps lists"
    news = terminal.look(lambda job: refresh(job, terminal.world.settings(), lists))
    terminal.say(news.words)
    found = asdict(news) | {"checked": news.checked.strftime(UTC_TIME)}
    terminal.print_one({key: list(v) if isinstance(v, tuple) else v for key, v in found.items()})
    return 0


def _show(args: argparse.Namespace, terminal: Terminal) -> int:
    catalogue = Catalogue.find(terminal.world.abra, terminal.world.lists)
    entry = catalogue.get(args.recipe)
    if entry is None:
        raise AppUnknown(recipe=args.recipe)
    match = Match(entry, shipped().get(entry.name))
    dated = catalogue.date.strftime(UTC_TIME) if catalogue.date else None
    terminal.print_one(_row(match) | _more(match) | {"list_date": dated})
    return 0


def _print(terminal: Terminal, found: Sequence[Match], columns: Sequence[str]) -> int:
    terminal.print_list([_row(match) for match in found], columns)
    return 0


def _row(match: Match) -> dict[str, Any]:
    entry, meaning = match.entry, match.meaning or Meaning(match.entry.name, match.entry.name)
    return {
        "recipe": entry.name,
        "name": match.title,
        "kind": meaning.kind or entry.category,
        "instead_of": list(meaning.replaces),
        "because": str(match.because),
        "latest": entry.latest,
        "starter": entry.starter,
        "ran": meaning.ran,
    }


def _trust(entry: Entry) -> dict[str, Any]:
    found = trust(entry)
    lost = [{"points": points, "why": str(why)} for points, why in found.lost]
    return {"level": found.level, "points": found.points, "most": found.most, "lost": lost}


def _more(match: Match) -> dict[str, Any]:
    entry, meaning = match.entry, match.meaning or Meaning(match.entry.name, match.entry.name)
    return {
        "description": meaning.sentence or entry.description,
        "not_instead_of": list(meaning.not_replaces),
        "not_instead_of_because": dict(meaning.not_replaces),
        "licence": meaning.licence,
        "free_software": meaning.free if meaning.licence else None,
        "trust": _trust(entry),
        "seen": meaning.seen or None,
        "status": entry.status,
        "versions": list(entry.versions),
        "images": dict(entry.images),
        "repository": entry.repository,
        "website": entry.website,
        "sign_in": meaning.sign_in.kind,
        "asks": [ask.key for ask in meaning.ask],
        "memory_bytes": None if meaning.memory_mb is None else meaning.memory_mb * 1_000_000,
    }
