"""Copies of one record that come together: in every order the same, and nothing is lost."""

import itertools
import random
import shutil
from dataclasses import replace
from datetime import date, timedelta

import pytest

from coophost_gui.federation import cycle
from coophost_gui.federation.ballots import Ballot
from coophost_gui.federation.decisions import decisions, find, next_number
from coophost_gui.federation.electorate import cast, read_electorate, read_votes, rules_of
from coophost_gui.federation.journal import journal
from coophost_gui.federation.members import Delegate, members, write_member
from coophost_gui.federation.merge import merge_records
from coophost_gui.federation.record import Record
from coophost_gui.federation.renumber import ASKED, renumber
from coophost_gui.federation.shared import OURS, THEIRS, settle
from tests.unit.federation import month

DAY = timedelta(days=1)


def read(record):
    return {
        file.relative_to(record.root).as_posix(): file.read_bytes()
        for file in record.root.rglob("*")
        if file.is_file() and ".git" not in file.parts
    }


def lay_out(files, root):
    shutil.rmtree(root, ignore_errors=True)
    for path, data in files.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_bytes(data)
    return Record(root)


def together(base, ours, theirs, settled=None):
    """Return what the rule makes of three whole folders, and its conflicts and words."""
    every = {*base, *ours, *theirs}
    same = {path for path in every if base.get(path) == ours.get(path) == theirs.get(path)}
    sides = [{p: d for p, d in side.items() if p not in same} for side in (base, ours, theirs)]
    rest = {path: ours[path] for path in same}
    found = merge_records(settled or {})(*sides, rest)
    rest = {path: data for path, data in rest.items() if path not in found.gone}
    return rest | found.files, found


@pytest.fixture
def three(tmp_path):
    """Return what makes three copies of one record of a seed, each after its own work."""

    def made(seed, work):
        base = month.start(tmp_path / f"start-{seed}", random.Random(seed))
        copies = []
        for person in month.PEOPLE:
            root = tmp_path / f"{person}-{seed}"
            shutil.copytree(base.root, root)
            copies.append((Record(root), work(Record(root), person)))
        return base, copies

    return made


@pytest.mark.parametrize("seed", range(5))
def test_a_month_of_three_people_ends_the_same_in_every_order(three, tmp_path, seed):
    base, copies = three(seed, lambda record, person: month.live(record, seed, person))
    files = [read(record) for record, _ in copies]
    start = read(base)
    ends = []
    for order in itertools.permutations(range(3)):
        found = files[order[0]]
        for one in order[1:]:
            found, merged = together(start, found, files[one])
            assert merged.conflicts == ()
        ends.append(found)
    first, second = together(start, files[1], files[2])[0], files[0]
    ends.append(together(start, second, first)[0])
    assert all(end == ends[0] for end in ends[1:])
    record = lay_out(ends[0], tmp_path / "end")
    check_whole(record, [one for _, cast in copies for one in cast], [r for r, _ in copies])


def check_whole(record, cast, copies):
    """Say that every vote, every note and every decision of all *copies* is in *record*."""
    last = {}
    for decision, slug, person, at, choice in sorted(cast):
        last[decision, slug, person] = at, choice
    for (decision, slug, person), said in last.items():
        ballots = read_votes(record, decision)[1]
        found = [b for b in ballots if (b.member, b.cast_by) == (slug, person)]
        assert [(b.cast_at, b.choice) for b in found] == [said]
    noted = {(n.at, n.author, n.did, n.decision) for n in journal(record)}
    entries = decisions(record)
    assert len({one.resolution.number for one in entries}) == len(entries)
    assert len({one.resolution.id for one in entries}) == len(entries)
    for copy in copies:
        assert {(n.at, n.author, n.did, n.decision) for n in journal(copy)} <= noted
        assert {one.resolution.id for one in decisions(copy)} <= {
            one.resolution.id for one in entries
        }
    assert renumber(record) == []


@pytest.fixture
def one(tmp_path):
    """Return a record with three open decisions, and what makes a copy of it."""
    base = month.start(tmp_path / "base", random.Random(1))

    def copy(name):
        shutil.copytree(base.root, tmp_path / name)
        return Record(tmp_path / name)

    return base, copy


def merged(tmp_path, base, ours, theirs, settled=None):
    """Return the record that is the same from both sides, and what was found on ours."""
    files, found = together(read(base), read(ours), read(theirs), settled)
    if not found.conflicts:
        assert together(read(base), read(theirs), read(ours), settled)[0] == files
    return lay_out(files, tmp_path / "merged"), found


NOON = month.BEGIN + 2 * DAY


def ballot(record, entry, slug, choice, person, at, **more):
    said = Ballot(entry.resolution.id, slug, choice, person, at, "Why.", **more)
    cast(
        record, read_electorate(record, said.decision), rules_of(record, said.decision), said,
        deadline=None, now=at,
    )  # fmt: skip


def test_a_persons_later_word_wins_and_two_who_differ_both_stay(one, tmp_path):
    base, copy = one
    first = decisions(base)[0]
    ballot(base, first, "alder", "favour", "Ada", NOON)
    ours, theirs = copy("ours"), copy("theirs")
    ballot(ours, first, "alder", "against", "Ada", NOON + 2 * DAY)
    ballot(theirs, first, "alder", "aside", "Ada", NOON + DAY)
    ballot(theirs, first, "alder", "favour", "Bea", NOON + 3 * DAY)
    ballot(theirs, first, "birch", "favour", "Bea", NOON)
    record, found = merged(tmp_path, base, ours, theirs)
    assert found.conflicts == ()
    said = {(b.member, b.cast_by): b.choice for b in read_votes(record, first.resolution.id)[1]}
    assert said == {
        ("alder", "Ada"): "against", ("alder", "Bea"): "favour", ("birch", "Bea"): "favour",
    }  # fmt: skip
    outcome = cycle.outcome(record, first, NOON + 4 * DAY)
    assert [one.member for one in outcome.conflicts] == ["alder"]


def test_a_file_of_votes_that_one_side_removed_is_kept_when_the_other_wrote_in_it(one, tmp_path):
    base, copy = one
    first = decisions(base)[0]
    ballot(base, first, "alder", "favour", "Ada", NOON)
    ours, theirs = copy("ours"), copy("theirs")
    (ours.votes(first.resolution.id) / "alder.yml").unlink()
    record, _ = merged(tmp_path, base, ours, copy("same"))
    assert not (record.votes(first.resolution.id) / "alder.yml").exists()
    ballot(theirs, first, "alder", "against", "Ada", NOON + DAY)
    record, found = merged(tmp_path, base, ours, theirs)
    assert found.conflicts == ()
    assert [b.choice for b in read_votes(record, first.resolution.id)[1]] == ["against"]


def test_moved_to_two_states_it_is_where_it_was_noted_last(one, tmp_path):
    base, copy = one
    ours, theirs = copy("ours"), copy("theirs")
    entry = next(e for e in decisions(base) if e.resolution.size != "small")
    decision = entry.resolution.id
    cycle.withdraw(ours, find(ours, decision), "Ada", NOON)
    cycle.extend(theirs, find(theirs, decision), date(2026, 6, 1), "Bea", NOON + DAY)
    cycle.stall(theirs, find(theirs, decision), "Bea", month.BEGIN + 200 * DAY)
    record, found = merged(tmp_path, base, ours, theirs)
    now_is = find(record, decision)
    assert (now_is.state, now_is.resolution.deadline) == ("stalled", date(2026, 6, 1))
    assert list(record.resolutions.glob(f"*/{entry.path.name}")) == [now_is.path]
    assert "changed by two of you" in str(found.told[0])


def test_the_longer_time_and_the_bigger_size_stay(one, tmp_path):
    base, copy = one
    ours, theirs = copy("ours"), copy("theirs")
    entry = next(e for e in decisions(base) if e.resolution.size != "large")
    for record, day in ((ours, 20), (theirs, 28)):
        cycle.extend(record, find(record, entry.resolution.id), date(2026, 5, day), "Ada", NOON)
    cycle.escalate(ours, find(ours, entry.resolution.id), "Ada", NOON)
    record, _ = merged(tmp_path, base, ours, theirs)
    now_is = find(record, entry.resolution.id).resolution
    assert (now_is.deadline, now_is.size) == (date(2026, 5, 28), "large")


def test_one_number_for_two_goes_to_who_opened_first_in_every_order(one, tmp_path):
    base, copy = one
    copies = [copy(name) for name in "abc"]
    dice = random.Random(3)
    hours = {"a": 2, "b": 1, "c": 3}
    for name, record in zip("abc", copies, strict=True):
        month.propose(record, dice, name, NOON + timedelta(hours=hours[name]), f"Of {name}")
        month.propose(record, dice, name, NOON + DAY, f"Second of {name}")
    ends = []
    for order in itertools.permutations(copies):
        found = read(order[0])
        for other in order[1:]:
            found, last = together(read(base), found, read(other))
        ends.append(found)
    assert all(end == ends[0] for end in ends)
    record = lay_out(ends[0], tmp_path / "end")
    numbers = {e.resolution.title: e.resolution.number for e in decisions(record)}
    assert numbers["Of b"] == 4
    assert sorted(numbers.values()) == list(range(1, 10))
    later = next(e for e in decisions(record) if e.resolution.title == "Of a")
    assert later.resolution.more == {ASKED: "004"}
    assert later.path.name == f"{later.resolution.number:03d}.md"
    noted = [n for n in journal(record) if n.did == "renumbered"]
    assert len(noted) == 4
    assert "Of a. Was 4." in " ".join(n.text for n in noted)
    assert any("another decision had 4 first" in str(words) for words in last.told)
    # It stays as it is when another opens the next one, and when nothing happens.
    again = next_number(decisions(record))
    assert again == 10
    assert renumber(record) == []


def test_the_same_words_changed_twice_are_settled_by_a_person(one, tmp_path):
    base, copy = one
    ours, theirs = copy("ours"), copy("theirs")
    entry = decisions(base)[0]
    for record, text, more in ((ours, "Ours.", {"Cost": "1"}), (theirs, "Theirs.", {})):
        now_is = find(record, entry.resolution.id)
        sections = {**now_is.resolution.sections, "Details": text, **more}
        cycle.amend(record, now_is, replace(now_is.resolution, sections=sections), "Ada", NOON)
    cycle.extend(theirs, decisions(theirs)[0], date(2026, 6, 1), "Bea", NOON)
    _, found = merged(tmp_path, base, ours, theirs)
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.where) == ("resolutions/in-progress/001.md", ("Details",))
    for choice, text in ((OURS, "Ours."), (THEIRS, "Theirs.")):
        settled = {conflict: settle(conflict, choice)}
        record = lay_out(together(read(base), read(ours), read(theirs), settled)[0],
                         tmp_path / "settled")  # fmt: skip
        now_is = find(record, entry.resolution.id).resolution
        assert now_is.sections == {"Summary": "We do it.", "Details": text, "Cost": "1"}
        assert now_is.deadline == date(2026, 6, 1)


def test_fields_of_a_member_go_together_and_one_that_clashes_is_settled(one, tmp_path):
    base, copy = one
    ours, theirs = copy("ours"), copy("theirs")
    (alder,) = (m for m in members(base) if m.slug == "alder")
    mine = replace(alder, website="https://a.example", delegates=alder.delegates[:1])
    other = replace(alder, name="Alder Two", delegates=(*alder.delegates, Delegate("Cleo")))
    write_member(ours, mine)
    write_member(theirs, other)
    record, found = merged(tmp_path, base, ours, theirs)
    assert found.conflicts == ()
    (both,) = (m for m in members(record) if m.slug == "alder")
    assert (both.name, both.website) == ("Alder Two", "https://a.example")
    assert [d.name for d in both.delegates] == ["Ada", "Cleo"]
    write_member(theirs, replace(other, website="https://b.example"))
    _, found = merged(tmp_path, base, ours, theirs)
    (conflict,) = found.conflicts
    assert conflict.where == ("website",)
    files, _ = together(read(base), read(ours), read(theirs), {conflict: settle(conflict, THEIRS)})
    record = lay_out(files, tmp_path / "settled")
    (both,) = (m for m in members(record) if m.slug == "alder")
    assert (both.name, both.website) == ("Alder Two", "https://b.example")


def test_a_member_removed_by_one_and_changed_by_the_other_is_asked_about(one, tmp_path):
    base, copy = one
    ours, theirs = copy("ours"), copy("theirs")
    (alder,) = (m for m in members(base) if m.slug == "alder")
    (ours.members / "alder.yml").unlink()
    write_member(theirs, replace(alder, name="Alder Two"))
    _, found = merged(tmp_path, base, ours, theirs)
    (conflict,) = found.conflicts
    assert (conflict.path, conflict.ours) == ("members/alder.yml", None)
    files, after = together(read(base), read(ours), read(theirs), {conflict: None})
    assert "members/alder.yml" not in files
    assert after.conflicts == ()


def test_rules_and_files_that_cannot_be_read_are_whole_conflicts(one, tmp_path):
    base, copy = one
    ours, theirs = copy("ours"), copy("theirs")
    for number, record in enumerate((ours, theirs)):
        record.ruleset.write_text(record.ruleset.read_text() + f"# {number}\n")
        (record.members / "birch.yml").write_text(f"[{number}\n")
        (record.resolutions / "in-progress" / "009.md").write_text(f"No decision {number}.\n")
    _, found = merged(tmp_path, base, ours, theirs)
    assert [(one.path, one.where) for one in found.conflicts] == [
        ("members/birch.yml", ()),
        ("resolutions/in-progress/009.md", ()),
        ("ruleset.yml", ()),
    ]
