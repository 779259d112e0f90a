"""Votes in a record of ours: who may vote is written down, and each vote can count."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from coophost_gui.federation.ballots import Ballot, Electorate, ballots_from, written
from coophost_gui.federation.electorate import FILE, RULES, read_electorate
from coophost_gui.federation.lint.folder import Decision, Finding, Folder
from coophost_gui.federation.record import IN_PROGRESS, PASSED, Record
from coophost_gui.federation.resolution import Resolution, text_hash
from coophost_gui.federation.rules import Ruleset, read_ruleset
from coophost_gui.federation.tally import PASSED as HAS_PASSED
from coophost_gui.federation.tally import tally
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import read_yaml
from coophost_gui.kit.text import N_, said

ROW = re.compile(r"( *)-(?: |$)")
PLACE = re.compile(r"said: (\d+)(?:: (\w+))?")  # where a Problem says that a vote is wrong
A_SECOND = timedelta(seconds=1)


@dataclass(frozen=True)
class Votes:
    """All that lies in ``votes/<id>``: the files of members, read where they can be."""

    decision: Decision | None
    electorate: Electorate
    rules: Ruleset
    ballots: Mapping[Path, list[Ballot]]

    @property
    def resolution(self) -> Resolution | None:
        """Return what was voted on, where its file is there."""
        reading = self.decision.reading if self.decision else None
        return reading.resolution if reading else None


def check(folder: Folder) -> Iterator[Finding]:
    """Yield what is wrong with the votes on each decision, then with its result."""
    if not folder.ours:
        return
    by_id = {
        one.reading.resolution.id: one
        for one in folder.decisions
        if one.reading and one.reading.resolution.id
    }
    files: dict[str, list[Path]] = defaultdict(list)
    for path in folder.files(".yml"):
        place = path.relative_to(folder.base).parts
        if len(place) == 3 and place[0] == "votes":
            files[place[1]].append(path)
    for identity, paths in files.items():
        yield from _votes(folder, identity, by_id.get(identity), paths)


def _votes(
    folder: Folder, identity: str, decision: Decision | None, paths: list[Path]
) -> Iterator[Finding]:
    if decision is None:
        yield Finding(
            folder.named(paths[0]),
            1,
            "votes-without-decision",
            said(N_("core", "No decision has the Id {id} of these votes."), id=identity),
            N_("core", "Bring its file back, or take these votes out."),
        )
    electorate = None
    if folder.path("votes", identity, FILE) in paths:
        try:
            electorate = read_electorate(Record(folder.base), identity)
        except Problem as problem:
            yield folder.unreadable(folder.path("votes", identity, FILE), problem)
            return
    if electorate is None:
        yield Finding(
            folder.named(paths[0]),
            1,
            "electorate-missing",
            N_("core", "Who may vote on this decision is not written down."),
            N_("core", "Bring the file “electorate.yml” back, or open the decision again."),
        )
        return
    ballots: dict[Path, list[Ballot]] = {}
    for path in paths:
        if path.name not in (FILE, RULES):
            try:
                ballots[path] = ballots_from(read_yaml(path), path, identity)
            except Problem as problem:
                yield _unreadable(folder, path, problem)
    rules = folder.rules_of(identity)
    if folder.path("votes", identity, RULES) in paths:
        yield from _rules(folder, folder.path("votes", identity, RULES), electorate)
    votes = Votes(decision, electorate, rules, ballots)
    for path, said_there in ballots.items():
        for number, one in enumerate(said_there, start=1):
            yield from _vote(folder.named(path), _line(path, number), one, votes)
    yield from _result(folder, votes)


def _rules(folder: Folder, path: Path, electorate: Electorate) -> Iterator[Finding]:
    try:
        rules = read_ruleset(path)
    except Problem as problem:
        yield folder.unreadable(path, problem)
        return
    if electorate.ruleset_hash != rules.hash:
        yield Finding(
            folder.named(path),
            1,
            "rules-changed",
            N_("core", "These are not the rules under which the decision was opened."),
            N_("core", "Bring back the file as it was then."),
        )


def _unreadable(folder: Folder, path: Path, problem: Problem) -> Finding:
    found = PLACE.search(problem.detail)
    if found is None or found[2] != "choice":
        return folder.unreadable(path, problem, _line(path, int(found[1])) if found else 0)
    return Finding(
        folder.named(path),
        _line(path, int(found[1]), "choice:"),
        "unknown-choice",
        N_("core", "This is none of the answers that one can give."),
        N_("core", "Ask the member what was meant, and write that down."),
    )


def _vote(file: str, line: int, ballot: Ballot, votes: Votes) -> Iterator[Finding]:
    electorate, rules, resolution = votes.electorate, votes.rules, votes.resolution
    if ballot.member not in electorate.voters:
        yield Finding(
            file,
            line,
            "outsider",
            said(
                N_("core", "{member} was not a member when this decision was opened."),
                member=ballot.member,
            ),
            N_("core", "It does not count. Take the file out, or correct its name."),
        )
        return
    if ballot.choice not in rules.choices:
        yield Finding(
            file,
            line,
            "unknown-choice",
            N_("core", "The rules of this decision do not know that answer."),
            N_("core", "Ask the member what was meant, and write that down."),
        )
    if ballot.choice in rules.reason_for and not ballot.reason.strip():
        yield Finding(
            file,
            line,
            "reason-missing",
            N_("core", "Who says this also says why: the others need to know it."),
            N_("core", "Ask the member for one or two sentences."),
        )
    closes_at = resolution.closes_at() if resolution else None
    if ballot.cast_at < electorate.opened_at or (closes_at and ballot.cast_at >= closes_at):
        yield Finding(
            file,
            line,
            "not-in-time",
            said(
                N_("core", "This vote of {at} came before it was open, or after its end."),
                at=written(ballot.cast_at),
            ),
            N_("core", "It does not count. Correct the time if it is wrong."),
        )
    stale = resolution and ballot.text_hash not in ("", text_hash(resolution))
    if stale and votes.decision and votes.decision.state == IN_PROGRESS:
        yield Finding(
            file,
            line,
            "older-text",
            N_("core", "This vote is on a text that was changed since."),
            N_("core", "Ask the member whether it still holds."),
        )


def _result(folder: Folder, votes: Votes) -> Iterator[Finding]:
    """Yield a finding where a decision lies among what passed and its votes say otherwise."""
    decision, electorate, rules = votes.decision, votes.electorate, votes.rules
    if decision is None or decision.reading is None or decision.state != PASSED:
        return
    reading, resolution = decision.reading, decision.reading.resolution
    if resolution.size not in rules.sizes:
        return
    every = [one for there in votes.ballots.values() for one in there]
    closes_at = resolution.closes_at() or max(
        [electorate.opened_at, *(one.cast_at + A_SECOND for one in every)]
    )
    found = tally(
        rules,
        resolution.size,
        electorate,
        every,
        closes_at,
        closes_at=closes_at,
        text_hash=text_hash(resolution),
    )
    if found.state == HAS_PASSED:
        return
    why = next((one.words for one in found.needs if not one.met), "")
    said_in = reading.written.get("passed on")
    yield Finding(
        folder.named(decision.path),
        said_in.line if said_in else reading.title_line,
        "not-carried",
        said(N_("core", "It lies among what passed, and its votes say otherwise. {why}"), why=why),
        N_("core", "Put it where its votes put it, or write down the votes that are missing."),
    )


def _line(path: Path, number: int, word: str = "") -> int:
    """Return the line of the vote with this *number* in *path*, or of *word* in that vote."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return 1
    starts: list[int] = []
    deep = None
    for at, line in enumerate(lines):
        found = ROW.match(line)
        if found and deep in (None, len(found[1])):
            deep = len(found[1])
            starts.append(at)
    if number > len(starts):
        return 1
    first = starts[number - 1]
    last = starts[number] if number < len(starts) else len(lines)
    return next((at for at in range(first, last) if word in lines[at]), first) + 1
