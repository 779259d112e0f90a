"""The other files of a record of ours: rules, members, and the names in the journal."""

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from coophost_gui.federation.electorate import SLUG
from coophost_gui.federation.journal import NAME
from coophost_gui.federation.lint.folder import Finding, Folder
from coophost_gui.federation.members import Member, read_member
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, said


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the files that cannot be read, and the names that say nothing."""
    if not folder.ours:
        return
    if folder.rules_trouble is not None:
        yield folder.unreadable(folder.path("ruleset.yml"), folder.rules_trouble)
    members: dict[Path, Member] = {}
    for path in folder.files(".yml"):
        if path.parent == folder.path("members"):
            try:
                members[path] = read_member(path)
            except Problem as problem:
                yield folder.unreadable(path, problem)
    yield from _members(folder, members)
    for path in folder.files(".md"):
        place = path.relative_to(folder.base).parts
        if place[0] == "journal" and not _noted(place[1:]):
            yield Finding(
                folder.named(path),
                1,
                "journal-name",
                said(N_("core", "“{name}” is not named as the notes are."), name=path.name),
                N_("core", "Call it by its month, time and author: 2026-02/20260226T101500Z-ada-…"),
            )


def _members(folder: Folder, members: dict[Path, Member]) -> Iterator[Finding]:
    slugs = {path.stem for path in members}
    seen: dict[str, Path] = {}
    for path, member in members.items():
        if not SLUG.fullmatch(path.stem):
            yield Finding(
                folder.named(path),
                1,
                "member-name",
                said(N_("core", "A member cannot have the short name “{slug}”."), slug=path.stem),
                N_("core", "Call the file by small letters and numbers."),
            )
        first = seen.setdefault(member.name.casefold(), path)
        if first != path:
            yield Finding(
                folder.named(path),
                1,
                "member-twice",
                said(
                    N_("core", "{name} has two files; the first is {file}."),
                    name=member.name,
                    file=folder.named(first),
                ),
                N_("core", "Keep one of the two."),
            )
        if member.proxy and member.proxy not in slugs:
            yield Finding(
                folder.named(path),
                folder.line_of(path, "proxy:"),
                "proxy-unknown",
                said(N_("core", "Nobody here is called “{slug}”."), slug=member.proxy),
                N_("core", "Write the short name of the member who speaks for this one."),
            )


def _noted(place: tuple[str, ...]) -> bool:
    """Say whether ``<month>/<file>`` is a name that ``journal.note`` gives."""
    if len(place) != 2 or not (found := NAME.fullmatch(place[1])):
        return False
    try:
        at = datetime.strptime(found[1], "%Y%m%dT%H%M%SZ")
    except ValueError:
        return False
    return place[0] == f"{at:%Y-%m}"
