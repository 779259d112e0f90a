"""Copies of one record that come together: in every order the same, and nothing is lost."""

import itertools
import random
import shutil
from datetime import timedelta

import pytest

from coophost_gui.federation import cycle
from coophost_gui.federation.electorate import read_votes
from coophost_gui.federation.journal import journal
from coophost_gui.federation.merge import merge_records
from coophost_gui.federation.record import Record
from coophost_gui.federation.renumber import renumber
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


@pytest.mark.parametrize("seed", range(8))
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
    entries = cycle.decisions(record)
    assert len({one.resolution.number for one in entries}) == len(entries)
    assert len({one.resolution.id for one in entries}) == len(entries)
    for copy in copies:
        assert {(n.at, n.author, n.did, n.decision) for n in journal(copy)} <= noted
        assert {one.resolution.id for one in cycle.decisions(copy)} <= {
            one.resolution.id for one in entries
        }
    assert renumber(record) == []
