"""Minutes: names that are days, and links that lead to a file."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import unquote

from coophost_gui.federation.lint.folder import Finding, Folder, lines_of
from coophost_gui.kit.text import N_, Words, said

DAYLIKE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
LINK = re.compile(r"\[[^\]\n]*\]\(\s*<?([^)\s>]+)>?[^)]*\)")
INSIDE = re.compile(r"(?:^|/)(minutes/[\w-]+|resolutions/[a-z-]+/\d+)(?:\.md|/)?$")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield names that are no days, and links to minutes and decisions that lead nowhere."""
    for path in folder.texts:
        if path.parent.name == "minutes":
            yield from _name(folder, path)
    for path, text in folder.texts.items():
        for number, line in enumerate(lines_of(text), start=1):
            for target in LINK.findall(line):
                yield from _link(folder, path, number, target)


def _name(folder: Folder, path: Path) -> Iterator[Finding]:
    found = DAYLIKE.match(path.stem)
    if found is None or _day(*found.groups()):
        return
    year, first, second = found.groups()
    turned = _day(year, second, first)
    yield Finding(
        folder.named(path),
        1,
        "minutes-name",
        said(N_("core", "“{name}” is no day."), name=path.stem),
        said(N_("core", "Call it {day}.md."), day=turned)
        if turned
        else N_("core", "Call it by year, month and day: 2026-02-26.md."),
    )


def _link(folder: Folder, path: Path, number: int, target: str) -> Iterator[Finding]:
    target = unquote(target.partition("#")[0].partition("?")[0])
    found = INSIDE.search(target)
    if not found or ("://" in target and "/federation/" not in target):
        return
    inside = found[1]
    if (folder.base / f"{inside}.md").exists() or _beside(path, target):
        return
    yield Finding(
        folder.named(path),
        number,
        "dead-link",
        said(N_("core", "The link to {target} leads nowhere."), target=inside),
        _instead(folder, inside),
    )


def _beside(path: Path, target: str) -> bool:
    plain = target.rstrip("/")
    there = path.parent / (plain if plain.endswith(".md") else f"{plain}.md")
    return "://" not in target and there.exists()


def _instead(folder: Folder, inside: str) -> Words:
    """Say where the link may have meant to lead: another year, another state."""
    kind, _, rest = inside.partition("/")
    ending = rest[4:] if kind == "minutes" else f"/{rest.rpartition('/')[2]}"
    for path in folder.texts:
        there = path.relative_to(folder.base).with_suffix("").as_posix()
        if there.startswith(f"{kind}/") and there.endswith(ending):
            return said(N_("core", "Perhaps {other} was meant."), other=there)
    return N_("core", "Put the link right, or add the page that it leads to.")


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None
