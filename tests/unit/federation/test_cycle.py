"""The life of a decision, on a real folder; and what is refused on the way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from coophost_gui.federation import cycle
from coophost_gui.federation.ballots import Ballot, VoteUnreadable
from coophost_gui.federation.cycle import (
    ItPassed,
    NotBigger,
    NotInProgress,
    NotLonger,
    NumberTaken,
    OpenedAlready,
    StillOpen,
    outcome,
    propose,
)
from coophost_gui.federation.deadlines import DeadlineTooShort, event, ics, in_words
from coophost_gui.federation.decisions import decisions, next_number
from coophost_gui.federation.electorate import (
    ClockWrong,
    NameTaken,
    NobodyMayVote,
    NotInElectorate,
    ReasonMissing,
    SpeaksForTooMany,
    TooLate,
    cast,
    freeze,
    read_electorate,
    read_votes,
    rules_of,
)
from coophost_gui.federation.journal import journal
from coophost_gui.federation.members import Member, Span
from coophost_gui.federation.record import Record
from coophost_gui.federation.renumber import renumber
from coophost_gui.federation.resolution import Resolution, text_hash
from coophost_gui.federation.rules import preset
from coophost_gui.federation.undo import RecordNotWritten

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
AFTER = NOW + timedelta(days=20)
MEMBERS = [Member(slug, slug.title()) for slug in ("alder", "birch", "cedar")]
OURS = Resolution(None, "Share the costs", "money", size="medium", sections={"Summary": "We do."})


@pytest.fixture
def record(tmp_path):
    return Record(tmp_path / "record")


def opened(record, resolution=OURS, key="in-force", now=NOW):
    return propose(record, preset(key), MEMBERS, resolution, "Ada", now)


def vote(record, entry, member, choice, *, by="Ada", at=LATER, reason="", now=None):
    one = Ballot(
        entry.resolution.id, member, choice, by, at, reason, "cli", text_hash(entry.resolution)
    )
    electorate = read_electorate(record, entry.resolution.id)
    rules = rules_of(record, entry.resolution.id)
    deadline = entry.resolution.closes_at()
    return cast(record, electorate, rules, one, deadline=deadline, now=now or at)


def test_from_draft_to_passed(record):
    drafted = cycle.draft(record, OURS)
    entry = opened(record, drafted.resolution)
    assert (entry.state, entry.path.name, entry.resolution.number) == ("in-progress", "001.md", 1)
    assert entry.resolution.deadline == date(2026, 3, 16)
    assert not drafted.path.exists()
    with pytest.raises(OpenedAlready):
        opened(record, drafted.resolution)
    vote(record, entry, "alder", "favour")
    assert outcome(record, entry, LATER).state == "passing"
    with pytest.raises(StillOpen):
        cycle.close(record, entry, "Ada", LATER)
    closed, found = cycle.close(record, entry, "Ada", AFTER)
    assert (closed.state, found.state) == ("passed", "passed")
    assert closed.resolution.passed_on == date(2026, 3, 16)
    assert decisions(record) == [closed]
    assert [one.did for one in journal(record)] == ["opened", "passed"]
    with pytest.raises(NotInProgress):
        cycle.extend(record, closed, date(2027, 1, 1), "Ada", AFTER)


def test_a_number_is_the_next_of_all_states(record):
    first = opened(record)
    cycle.withdraw(record, first, "Ada", LATER, "Not needed.")
    second = opened(record)
    assert second.resolution.number == 2
    assert next_number(decisions(record)) == 3
    with pytest.raises(NumberTaken):
        opened(record, replace(OURS, number=1))


def test_a_day_too_soon_is_refused_with_the_rule(record):
    with pytest.raises(DeadlineTooShort, match="resolution 001") as refused:
        opened(record, replace(OURS, deadline=date(2026, 3, 15)))
    assert str(refused.value.facts["day"]) == "16 March 2026"
    with pytest.raises(DeadlineTooShort):
        opened(record, replace(OURS, deadline=NOW + timedelta(days=14, minutes=-1)))
    assert not record.root.exists()


def test_bigger_longer_and_set_aside(record):
    entry = opened(record)
    with pytest.raises(NotLonger):
        cycle.extend(record, entry, date(2026, 3, 16), "Ada", LATER)
    bigger = cycle.escalate(record, entry, "Bea", LATER)
    assert (bigger.resolution.size, bigger.resolution.deadline) == ("large", date(2026, 3, 17))
    with pytest.raises(NotBigger):
        cycle.escalate(record, bigger, "Bea", LATER)
    longer = cycle.extend(record, bigger, date(2026, 3, 20), "Bea", LATER)
    assert cycle.close(record, longer, "Ada", NOW + timedelta(days=30))[0].state == "stalled"
    other = opened(record)
    assert cycle.stall(record, other, "Ada", AFTER).state == "stalled"


def test_who_calls_it_bigger_may_ask_everybody_again(record):
    entry = opened(record, key="consent")
    vote(record, entry, "alder", "favour")
    bigger = cycle.escalate(record, entry, "Bea", LATER + timedelta(hours=1))
    found = outcome(record, bigger, LATER + timedelta(hours=2))
    assert (len(found.heard), len(found.outside)) == (0, 1)


def test_a_changed_text_shows_who_voted_before(record):
    entry = opened(record)
    vote(record, entry, "alder", "favour")
    changed = cycle.amend(record, entry, replace(OURS, sections={"Summary": "No."}), "Ada", LATER)
    assert [one.member for one in outcome(record, changed, AFTER).older] == ["alder"]


def test_what_a_vote_is_refused_for(record):
    entry = opened(record)
    with pytest.raises(NotInElectorate):
        vote(record, entry, "../alder", "favour")
    with pytest.raises(TooLate):
        vote(record, entry, "alder", "favour", at=AFTER)
    with pytest.raises(ClockWrong):
        vote(record, entry, "alder", "favour", at=NOW - timedelta(hours=1))
    with pytest.raises(ClockWrong):
        vote(record, entry, "alder", "favour", at=LATER, now=NOW)
    with pytest.raises(ReasonMissing):
        vote(record, entry, "alder", "against")
    assert read_votes(record, entry.resolution.id)[1] == []


def test_each_delegate_keeps_her_last_word(record):
    entry = opened(record)
    vote(record, entry, "alder", "favour")
    vote(record, entry, "alder", "against", by="Bea", reason="It costs")
    said = vote(record, entry, "alder", "aside", at=LATER + timedelta(hours=1))
    assert [(one.cast_by, one.choice) for one in said] == [("Ada", "aside"), ("Bea", "against")]
    assert read_votes(record, entry.resolution.id)[1] == said
    assert [one.member for one in outcome(record, entry, AFTER).conflicts] == ["alder"]


def test_a_broken_file_is_named(record):
    entry = opened(record)
    folder = record.votes(entry.resolution.id)
    for text in ("said: 3", "said: [{choice: no}]", "said: [{choice: favour, at: soon}]"):
        (folder / "alder.yml").write_text(text, encoding="utf-8")
        with pytest.raises(VoteUnreadable, match=r"alder\.yml"):
            read_votes(record, entry.resolution.id)


def test_the_electorate_is_as_it_was(record):
    away = Member("dogwood", "Dogwood", paused=(Span(date(2026, 1, 1)),))
    frozen = freeze([*MEMBERS, away], preset("in-force"), "d", "t", NOW)
    assert list(frozen.voters) == ["alder", "birch", "cedar"]
    with pytest.raises(NobodyMayVote):
        freeze([away], preset("in-force"), "d", "t", NOW)
    with pytest.raises(NameTaken):
        freeze([Member("electorate", "E")], preset("in-force"), "d", "t", NOW)
    crowd = [Member("alder", "Alder", member_class="users")]
    crowd += [Member(slug, slug, member_class="users", proxy="alder") for slug in "bcd"]
    with pytest.raises(SpeaksForTooMany):
        freeze(crowd, preset("weighted"), "d", "t", NOW)


def test_rules_that_change_do_not_change_what_is_open(record):
    entry = opened(record)
    assert rules_of(record, entry.resolution.id) == preset("in-force")
    assert read_electorate(record, entry.resolution.id).ruleset_hash == preset("in-force").hash


def test_one_number_taken_twice_goes_to_who_opened_first(record):
    first = opened(record, now=LATER)
    second = cycle._put(
        record,
        "in-progress",
        replace(first.resolution, id="0" * 12, title="Another"),
        first.path.with_name("001-other.md"),
    )
    electorate = replace(read_electorate(record, first.resolution.id), decision="0" * 12)
    cycle.write_electorate(record, replace(electorate, opened_at=NOW), preset("in-force"))
    ((was, now_is),) = renumber(record)
    assert (was.resolution.title, now_is.resolution.number) == ("Share the costs", 2)
    assert now_is.path.name == "002.md"
    assert decisions(record)[0] == second
    assert renumber(record) == []


def test_power_lost_between_two_files_leaves_one_decision(record):
    drafted = cycle.draft(record, OURS)
    text = drafted.path.read_text(encoding="utf-8")
    entry = opened(record, drafted.resolution)
    drafted.path.write_text(text, encoding="utf-8")
    assert decisions(record) == [entry]
    cycle.withdraw(record, entry, "Ada", LATER)
    assert not drafted.path.exists()


def test_the_weekday_belongs_to_the_day():
    assert str(in_words(date(2026, 2, 26))) == "Thursday, 26 February 2026"
    late = datetime(2026, 2, 26, 23, 30, tzinfo=UTC)
    there = in_words(late, ZoneInfo("Europe/Madrid"))
    assert str(there) == "Friday, 27 February 2026, 00:30 (CET)"


def test_a_calendar_is_folded_and_escaped():
    name = "Compartim; els costos, " + "à" * 80
    one = event(Resolution(7, name, id="abc", deadline=date(2026, 3, 16)))
    text = ics([one], NOW)
    lines = text.split("\r\n")
    assert all(len(line.encode()) <= 75 for line in lines)
    whole = text.replace("\r\n ", "")
    assert "SUMMARY:007: Compartim\\; els costos\\, " + "à" * 80 in whole
    assert "DTSTART;VALUE=DATE:20260316\r\nDTEND;VALUE=DATE:20260317" in whole


def shape(record):
    files = (path for path in record.root.rglob("*") if path.is_file())
    return {path.relative_to(record.root).as_posix(): path.read_bytes() for path in files}


def test_what_passed_in_time_can_only_be_written_down(record):
    entry = opened(record)
    vote(record, entry, "alder", "favour")
    before = shape(record)
    for act in (
        lambda: cycle.stall(record, entry, "Bea", AFTER),
        lambda: cycle.withdraw(record, entry, "Bea", AFTER),
        lambda: cycle.extend(record, entry, date(2026, 5, 1), "Bea", AFTER),
        lambda: cycle.escalate(record, entry, "Bea", AFTER),
        lambda: cycle.amend(record, entry, replace(OURS, topic="other"), "Bea", AFTER),
    ):
        with pytest.raises(ItPassed):
            act()
    assert shape(record) == before
    assert cycle.close(record, entry, "Bea", AFTER)[0].state == "passed"


def test_a_note_about_the_old_last_day_goes_with_it(record):
    noted = replace(OURS, deadline=date(2026, 3, 16), deadline_note="Monday")
    entry = opened(record, noted)
    assert entry.resolution.deadline_note == "Monday"
    longer = cycle.extend(record, entry, date(2026, 3, 18), "Ada", LATER)
    assert longer.resolution.deadline_note == ""
    bigger = cycle.escalate(record, opened(record, noted), "Ada", LATER)
    assert bigger.resolution.deadline_note == ""


@pytest.mark.parametrize("key", ["in-force", "consent"])
@pytest.mark.parametrize("failing", ["note", "write_text"])
def test_an_act_that_fails_half_way_leaves_every_file_as_it_was(record, monkeypatch, failing, key):
    drafted, entry = cycle.draft(record, OURS), opened(record, key=key)
    vote(record, entry, "alder", "favour")
    before = shape(record)

    def full(*args, **more):
        raise OSError("no space")

    monkeypatch.setattr(cycle, failing, full)
    for act in (
        lambda: opened(record, drafted.resolution, key),
        lambda: cycle.escalate(record, entry, "Bea", LATER),
        lambda: cycle.extend(record, entry, date(2026, 5, 1), "Bea", LATER),
        lambda: cycle.withdraw(record, entry, "Bea", LATER),
        lambda: cycle.close(record, entry, "Bea", AFTER),
    ):
        with pytest.raises(RecordNotWritten):
            act()
        assert shape(record) == before
