"""``coophost recipe``: what a recipe's files say, what is wrong with them, what they would make."""

import argparse
import os
from typing import TYPE_CHECKING, Any

from coophost_gui.cli import given
from coophost_gui.kit.text import N_, said
from coophost_gui.recipes import peek
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.lint import lint
from coophost_gui.recipes.readme import metadata
from coophost_gui.recipes.source import FolderTree

if TYPE_CHECKING:
    from coophost_gui.cli.terminal import Terminal

FOUND_ERRORS = 1


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``recipe lint``, ``recipe show`` and ``recipe plan``."""
    recipe = commands.add_parser("recipe", help="look into the files of a recipe")
    inside = recipe.add_subparsers(required=True, metavar="COMMAND")
    checked = inside.add_parser("lint", help="say what is wrong or surprising in it")
    shown = inside.add_parser("show", help="say what it is made of")
    planned = inside.add_parser("plan", help="say what the Engine would be given")
    for command in (checked, shown, planned):
        command.add_argument("folder", metavar="RECIPE_DIR", type=given.folder)
    planned.add_argument(
        "--env", metavar="FILE", type=given.file, required=True, help="an app's .env"
    )
    planned.add_argument("--plain", action="store_true", help="without what abra adds")
    checked.set_defaults(run=run_lint)
    shown.set_defaults(run=run_show)
    planned.set_defaults(run=run_plan)


def run_lint(args: argparse.Namespace, terminal: "Terminal") -> int:
    """Print the findings; 1 when one of them is an error."""
    found = lint(FolderTree(args.folder))
    rows = [{"rule": one.rule, "level": one.level, "words": str(one.words)} for one in found]
    terminal.print_list(rows, ("rule", "level", "words"))
    return FOUND_ERRORS if any(row["level"] == "error" for row in rows) else 0


def run_show(args: argparse.Namespace, terminal: "Terminal") -> int:
    """Print what the recipe is made of."""
    tree = FolderTree(args.folder)
    sample = peek.sample(tree)
    facts = metadata(peek.text(tree, "README.md"))
    terminal.print_one(
        {
            "name": tree.name,
            "compose_files": peek.all_compose_files(tree),
            "settings": sample.keys(),
            "optional_settings": sample.optional_keys(),
            "config_versions": peek.abra_exports(tree),
            "category": facts.category,
            "description": facts.description,
            "features": dict(facts.features),
        }
    )
    return 0


def run_plan(args: argparse.Namespace, terminal: "Terminal") -> int:
    """Print the merged document and the Engine's create bodies."""
    from coophost_gui.recipes.bodies import bodies

    env = EnvFile.parse(args.env.read_text(encoding="utf-8", errors="surrogateescape"))
    made = bodies(
        FolderTree(args.folder),
        env,
        args.env.name.removesuffix(".env"),
        plain=args.plain,
        folder=os.path.abspath(args.folder),  # through links, as the docker CLI says it
    )
    for warning in made.warnings:
        terminal.say(warning)
    if terminal.json:
        terminal.print_one(
            {
                "document": made.document,
                "services": made.services,
                "networks": made.networks,
                "secrets": made.secrets,
                "configs": made.configs,
            }
        )
        return 0
    rows: list[dict[str, Any]] = [
        {"kind": kind, "name": body["Name"]}
        for kind, things in (
            ("network", made.networks),
            ("secret", made.secrets),
            ("config", made.configs),
            ("service", made.services),
        )
        for body in things
    ]
    terminal.say(said(N_("core", "The stack {stack} would be:"), stack=made.stack))
    terminal.print_list(rows, ("kind", "name"))
    return 0
