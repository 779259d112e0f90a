"""The linter on a record of ours: votes that cannot count, results that do not follow."""

import re
from datetime import UTC, datetime, timedelta

import pytest

from coophost_gui.federation import cycle
from coophost_gui.federation.ballots import Ballot
from coophost_gui.federation.electorate import cast, read_electorate
from coophost_gui.federation.lint import lint
from coophost_gui.federation.members import Member, write_member
from coophost_gui.federation.record import Record
from coophost_gui.federation.resolution import Resolution, text_hash
from coophost_gui.federation.rules import preset, write_ruleset

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER, AFTER = NOW + timedelta(days=1), NOW + timedelta(days=20)
MEMBERS = [Member(slug, slug.title()) for slug in ("alder", "birch", "cedar")]
RULES = preset("in-force")


@pytest.fixture
def record(tmp_path):
    """Return a record with a draft, a small decision, an open one and one that passed."""
    record = Record(tmp_path / "record")
    write_ruleset(RULES, record.ruleset)
    for member in MEMBERS:
        write_member(record, member)
    cycle.draft(record, ours("Paint the door", "small"))
    cycle.propose(record, RULES, MEMBERS, ours("Mend the tap", "small"), "Ada", NOW)
    passed = cycle.propose(record, RULES, MEMBERS, ours("Share the costs", "large"), "Ada", NOW)
    vote(record, passed, "alder", "favour")
    vote(record, passed, "birch", "favour")
    cycle.close(record, passed, "Ada", AFTER)
    still = cycle.propose(record, RULES, MEMBERS, ours("Grow beans", "medium"), "Bo", NOW)
    vote(record, still, "alder", "against", "They\nneed:\n\n - water")
    vote(record, still, "alder", "favour", by="Bea")
    return record


def ours(title, size):
    return Resolution(None, title, title, size=size, sections={"Summary": f"{title}, soon."})


def vote(record, entry, member, choice, reason="", by="Ada"):
    found = entry.resolution
    one = Ballot(found.id, member, choice, by, LATER, reason, "cli", text_hash(found))
    electorate = read_electorate(record, found.id)
    cast(record, electorate, RULES, one, deadline=found.closes_at(), now=LATER)


def files(record, title):
    """Return the file of the decision called *title*, and the folder of its votes."""
    entry = next(one for one in cycle.decisions(record) if one.resolution.title == title)
    return entry.path, record.votes(entry.resolution.id)


def found(record):
    return [(one.file.rpartition("/")[2], one.line, one.rule) for one in lint(record.root)]


def change(path, old, new):
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def line(path, words):
    return next(n for n, line in enumerate(path.read_text().splitlines(), 1) if words in line)


def test_what_this_program_writes_has_no_fault(record):
    assert found(record) == []


@pytest.mark.parametrize(
    ("old", "new", "rule"),
    [
        ("choice: favour", "choice: perhaps", "unknown-choice"),
        ("choice: favour", "choice: block", "unknown-choice"),
        ("choice: favour", "choice: against", "reason-missing"),
        ("2026-03-03", "2026-02-03", "not-in-time"),
        ("2026-03-03", "2027-03-03", "not-in-time"),
        ("2026-03-03", "some day", "unreadable"),
    ],
)
def test_a_vote_that_cannot_count_is_found_in_its_line(record, old, new, rule):
    path = files(record, "Grow beans")[1] / "alder.yml"
    change(path, "- by: Bea\n", "- by: Zoe\n")
    text = path.read_text()
    head, second = text[: text.index("- by: Zoe")], text[text.index("- by: Zoe") :]
    path.write_text(head + second.replace(old, new))
    at = line(path, "perhaps") if new.endswith("perhaps") else line(path, "- by: Zoe")
    assert found(record) == [("alder.yml", at, rule)]


def test_a_vote_of_somebody_else_is_found(record):
    votes = files(record, "Grow beans")[1]
    (votes / "alder.yml").rename(votes / "dune.yml")
    assert {one[2] for one in found(record)} == {"outsider"}


def test_a_vote_on_an_older_text_is_found_while_it_is_open(record):
    path, votes = files(record, "Grow beans")
    change(path, "soon.", "later.")
    lines = [line(votes / "alder.yml", f"- by: {name}") for name in ("Ada", "Bea")]
    assert found(record) == [("alder.yml", at, "older-text") for at in lines]
    change(files(record, "Share the costs")[0], "soon.", "later.")
    assert len(found(record)) == 2


def test_votes_need_somebody_who_may_vote_and_something_to_vote_on(record):
    path, votes = files(record, "Grow beans")
    (votes / "electorate.yml").unlink()
    assert found(record) == [("alder.yml", 1, "electorate-missing")]
    path.unlink()
    assert {one[2] for one in found(record)} == {"electorate-missing", "votes-without-decision"}


def test_rules_that_were_changed_afterwards_are_found(record):
    votes = files(record, "Grow beans")[1]
    change(votes / "ruleset.yml", "minimum_days: 14", "minimum_days: 13")
    assert found(record) == [("ruleset.yml", 1, "rules-changed")]
    change(votes / "ruleset.yml", "choices:", "chances:")
    assert [one[2] for one in found(record)] == ["unreadable"]


def test_what_passed_without_enough_in_favour_is_found(record):
    path, votes = files(record, "Share the costs")
    (votes / "birch.yml").unlink()
    assert found(record) == [(path.name, line(path, "Passed on"), "not-carried")]
    assert "1 more in favour" in str(lint(record.root)[0].says)


def test_a_decision_that_passed_before_its_last_day_is_found(record):
    path = files(record, "Share the costs")[0]
    change(path, "Passed on 2026-03-16", "Passed on 2026-03-12")
    assert found(record) == [(path.name, line(path, "Passed on"), "passed-too-early")]


def test_a_decision_that_says_nothing_is_found(record):
    path = files(record, "Share the costs")[0]
    path.write_text(re.sub(r"\n### .*", "\n", path.read_text(), flags=re.DOTALL))
    assert ("002.md", line(path, "Id"), "no-summary") in found(record)


def test_two_that_took_one_number_are_found(record):
    path = files(record, "Grow beans")[0]
    change(path, "Resolution 003", "Resolution 002")
    entry = next(one for one in cycle.decisions(record) if one.path == path)
    path.rename(path.with_name(f"002-{entry.resolution.id}.md"))
    assert [one[2] for one in found(record)] == ["number-taken-twice"] * 2


def test_members_and_notes_are_looked_at(record):
    note = next(record.journal.glob("*/*.md"))
    note.rename(note.with_name("what ada did.md"))
    (record.members / "birch.yml").write_text("name: Alder\nproxy: elm\n")
    (record.members / "cedar.yml").write_text("name: Cedar\njoined: soon\n")
    (record.members / "Dune.yml").write_text("name: Dune\n")
    change(record.ruleset, "older_text: counts", "older_text: never")
    assert found(record) == [
        ("what ada did.md", 1, "journal-name"),
        ("Dune.yml", 1, "member-name"),
        ("birch.yml", 1, "member-twice"),
        ("birch.yml", 2, "proxy-unknown"),
        ("cedar.yml", 1, "unreadable"),
        ("ruleset.yml", 1, "unreadable"),
    ]


def test_an_id_that_leads_out_of_the_folder_is_not_followed(record):
    path = files(record, "Grow beans")[0]
    change(path, "- Id: ", "- Id: ../../")
    assert {one[2] for one in found(record)} == {"votes-without-decision"}
