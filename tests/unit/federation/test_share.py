"""Sharing a record: looked at, shown, carried out; by a remote, a patch and a stick."""

import itertools
import random
import shutil
import subprocess

import pytest

from coophost_gui.federation import share
from coophost_gui.federation.decisions import decisions
from coophost_gui.federation.members import members
from coophost_gui.federation.personal import Found
from coophost_gui.federation.record import Record
from coophost_gui.federation.share import ConflictsLeft, Mail, PersonalDataUnseen, Stick
from coophost_gui.federation.shared import (
    THEIRS,
    InsideAnother,
    RecordRefused,
    belongs,
    folder_of,
    settle,
)
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out, unkept
from coophost_gui.kit.store import Settings
from coophost_gui.net import git_share
from coophost_gui.net.git_folder import Who, here
from coophost_gui.net.git_guarded import Far
from coophost_gui.net.problems import FolderChanged, HistoryUnrelated, RemoteMovedOn
from tests.unit.federation import month
from tests.unit.federation.test_merge import check_whole, read


def say(folder, *words):
    done = subprocess.run(
        ["git", "-C", folder, "-c", "user.name=n", "-c", "user.email=n@example.org", *words],
        check=True, capture_output=True,
    )  # fmt: skip
    return done.stdout.decode().strip()


class Person:
    def __init__(self, root, name, way):
        self.record, self.way = Record(root), way
        self.who = Who(name, f"{name.lower()}@example.org")

    def look(self, way=None, settled=None):
        return share.look(Job(), self.record, way or self.way, self.who, Settings(), settled)

    def steps(self, way=None, **more):
        seen = self.look(way, more.get("settled"))
        more = {"agreed": seen.found} | more
        return share.share_steps(self.record, way or self.way, seen, self.who, Settings(), **more)

    def share(self, way=None, **more):
        steps = self.steps(way, **more)
        carry_out(steps, Job())
        assert unkept(steps, Job()) == []

    def meet(self):
        """Do what the plan does, without looking at each step three times."""
        folder = folder_of(self.record)
        git_share.keep(folder, self.who, "Mine.")
        tip = git_share.fetch(Job(), folder, self.way, Settings())
        assert git_share.bring(folder, tip, self.who, "Together.").conflicts == ()
        git_share.send(Job(), folder, self.way, Settings())

    def join(self, way=None):
        steps = share.join_steps(way or self.way, self.record.root, Settings())
        assert carry_out(steps, Job()) == 1
        assert carry_out(steps, Job()) == 0

    def tree(self):
        return say(self.record.root, "rev-parse", "HEAD^{tree}")

    def well(self):
        assert say(self.record.root, "status", "--porcelain") == ""
        assert say(self.record.root, "fsck", "--strict", "--no-dangling") == ""


@pytest.fixture
def far(tmp_path):
    say(tmp_path, "init", "-q", "--bare", "-b", "main", "ours.git")
    return Far(f"file://{tmp_path}/ours.git")


@pytest.fixture
def ada(tmp_path, far):
    month.start(tmp_path / "Ada", random.Random(1))
    return Person(tmp_path / "Ada", "Ada", far)


@pytest.fixture
def two(tmp_path, ada, far):
    ada.share()
    bea = Person(tmp_path / "Bea", "Bea", far)
    bea.join()
    return ada, bea


def test_the_first_time_all_is_named_and_nothing_leaves_unseen(ada, far, tmp_path):
    seen = ada.look()
    assert not (ada.record.root / ".git").exists()
    assert set(seen.changed) == set(seen.goes) == set(read(ada.record))
    assert {one.text for one in seen.found} == {"ada@example.org", "@ada:example.org"}
    assert Found("members/alder.yml", 5, "matrix", "@ada:example.org") in seen.found
    with pytest.raises(PersonalDataUnseen) as unseen:
        ada.steps(agreed=seen.found[1:])
    assert unseen.value.detail == ":0: mail"
    steps = ada.steps()
    assert [step.key for step in steps] == ["begin", "keep", "bring", "send"]
    assert carry_out(steps, Job()) == 3
    assert carry_out(steps, Job()) == 0
    assert say(tmp_path / "ours.git", "log", "--format=%an <%ae>%n%B", "main") == (
        "Ada <ada@example.org>\njournal: 3, members: 5, resolutions: 3, ruleset: 1, votes: 6\n\n"
        "As recorded by Ada."
    )
    assert ada.look().found == ()
    ada.well()


def test_a_change_of_each_goes_both_ways_and_is_shown_before(two):
    ada, bea = two
    dice = random.Random(2)
    for one in two:
        month.propose(one.record, dice, one.who.name, month.BEGIN, f"By {one.who.name}")
    ada.share()
    seen = bea.look()
    assert len(seen.changed) == 4
    assert any("votes/" in path for path in seen.comes)
    numbered = [str(words) for words in seen.told if "another decision had" in str(words)]
    assert len(numbered) == 1
    bea.share()
    ada.share()
    assert read(ada.record) == read(bea.record)
    assert sorted(e.resolution.number for e in decisions(ada.record)) == [1, 2, 3, 4, 5]
    for one in two:
        one.well()


def test_changes_by_hand_are_left_alone_without_a_yes(two):
    _, bea = two
    bea.record.ruleset.write_text(bea.record.ruleset.read_text() + "# by hand\n")
    (bea.record.root / "private.txt").write_text("not to share\n")
    assert bea.look().changed == ("ruleset.yml",)
    with pytest.raises(FolderChanged) as left:
        bea.steps(keep=False)
    assert left.value.detail == "ruleset.yml"
    steps = bea.steps()
    (bea.record.members / "more.yml").write_text("name: More\n")
    with pytest.raises(FolderChanged):
        carry_out(steps, Job())  # it is more than what was shown
    assert say(bea.record.root, "log", "--format=%an") == "Ada"


def test_a_conflict_stops_the_plan_until_somebody_settled_it(two):
    ada, bea = two
    for one in two:
        path = one.record.members / "alder.yml"
        path.write_text(path.read_text() + f"website: https://{one.who.name}.example\n")
    ada.share()
    with pytest.raises(ConflictsLeft, match=r"members/alder\.yml") as left:
        bea.steps()
    assert left.value.plans_anew
    (conflict,) = bea.look().conflicts
    settled = {conflict: settle(conflict, THEIRS)}
    bea.share(settled=settled)
    ada.share()
    assert read(ada.record) == read(bea.record)
    assert members(ada.record)[0].website == "https://Ada.example"


def test_when_the_others_were_faster_nothing_is_forced(two):
    ada, bea = two
    for one in two:
        month.propose(one.record, random.Random(4), one.who.name, month.BEGIN, "x")
    steps = bea.steps()
    keep, bring, send = steps
    for step in (keep, bring):
        assert step.is_done(Job()) or step.do(Job())
    ada.share()
    with pytest.raises(RemoteMovedOn) as moved:
        send.do(Job())
    assert moved.value.plans_anew
    bea.share()
    ada.share()
    assert read(ada.record) == read(bea.record)


def test_a_stick_for_somebody_without_a_net(two, tmp_path):
    ada, bea = two
    file = tmp_path / "stick.bundle"
    month.propose(ada.record, random.Random(5), "Ada", month.BEGIN, "Without a net")
    ada.share(Stick(file, gives=True))
    assert "complete history" in say(ada.record.root, "bundle", "verify", file)
    month.propose(bea.record, random.Random(6), "Bea", month.BEGIN, "Mine")
    seen = bea.look(Stick(file, gives=False))
    assert len(seen.comes) > 0
    bea.share(Stick(file, gives=False))
    cleo = Person(tmp_path / "Cleo", "Cleo", None)
    cleo.join(Stick(file, gives=False))
    assert read(cleo.record) == read(ada.record)
    assert {e.resolution.title for e in decisions(bea.record)} >= {"Without a net", "Mine"}
    bea.well()


def test_a_patch_for_git_and_from_git(two, tmp_path):
    ada, bea = two
    file = tmp_path / "ours.patch"
    month.propose(ada.record, random.Random(7), "Ada", month.BEGIN, "Canvi, però petit")
    ada.share(Mail(file, gives=True))
    shutil.copytree(bea.record.root, tmp_path / "by-git")
    say(tmp_path / "by-git", "am", "-q", file)
    assert read(Record(tmp_path / "by-git")) == read(ada.record)
    assert "As recorded by Ada." in say(tmp_path / "by-git", "log", "-1", "--format=%B")
    assert len(bea.look(Mail(file, gives=False)).comes) == 4
    bea.share(Mail(file, gives=False))
    assert read(bea.record) == read(ada.record)
    bea.well()
    ada.share()
    bea.share()
    assert ada.tree() == bea.tree()


def test_what_does_not_belong_is_refused_and_what_is_not_ours_stays_here(two, tmp_path, far):
    ada, _ = two
    (ada.record.root / "members" / "out.yml").symlink_to("/etc/passwd")
    say(ada.record.root, "add", "-A")
    say(ada.record.root, "commit", "-q", "-m", "x")
    say(ada.record.root, "push", "-q", "origin", "main")
    cleo = Person(tmp_path / "Cleo", "Cleo", far)
    with pytest.raises(RecordRefused):
        cleo.join()
    assert not cleo.record.root.exists()
    assert belongs("votes/a/b.yml")
    assert belongs("profile.yml")
    for path in ("votes/a/.b.yml", ".git/config", "README.md", "members/a.exe", "x/y.yml"):
        assert not belongs(path)


def test_another_beginning_and_a_folder_in_a_folder_are_refused(two, tmp_path, far):
    other = Person(tmp_path / "Other", "Other", far)
    month.start(other.record.root, random.Random(9))
    with pytest.raises(HistoryUnrelated):
        other.look()
    assert not (other.record.root / ".git").exists()
    inside = two[0].record.root / "docs"
    inside.mkdir()
    with pytest.raises(InsideAnother):
        folder_of(Record(inside))


def test_a_month_on_clones_ends_the_same_whoever_sends_first(ada, far, tmp_path):
    seed = 2
    ada.share()
    cast = {}
    for name in month.PEOPLE:
        one = ada if name == "Ada" else Person(tmp_path / name, name, far)
        if one is not ada:
            one.join()
        cast[name] = month.live(one.record, seed, name, days=15)
    # In the middle two of them meet, and the third goes on alone.
    for name in ("Ada", "Bea", "Ada"):
        Person(tmp_path / name, name, far).share()
    for name in month.PEOPLE:
        cast[name] += month.live(Record(tmp_path / name), seed, name, begin=15, days=15)
    trees = []
    for number, order in enumerate(itertools.permutations(month.PEOPLE)):
        world = tmp_path / f"order-{number}"
        for name in (*month.PEOPLE, "ours.git"):
            shutil.copytree(tmp_path / name, world / name)
        there = Far(f"file://{world}/ours.git")
        people = [Person(world / name, name, there) for name in order]
        for one in (*people, *people[:2]):
            one.meet()
        assert len({one.tree() for one in people}) == 1
        trees.append(people[0].tree())
    assert len(set(trees)) == 1
    people[0].well()
    copies = [Record(tmp_path / name) for name in month.PEOPLE]
    check_whole(people[0].record, [one for each in cast.values() for one in each], copies)
    assert here(folder_of(people[0].record)).changed == {}
