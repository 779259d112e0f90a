"""A month in which three people work on copies of one record, each thrown with dice."""

import random
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from coophost_gui.federation import cycle
from coophost_gui.federation.ballots import Ballot
from coophost_gui.federation.decisions import decisions
from coophost_gui.federation.electorate import cast, read_electorate, rules_of
from coophost_gui.federation.members import Delegate, Member, Span, members, write_member
from coophost_gui.federation.record import IN_PROGRESS, Record
from coophost_gui.federation.resolution import Resolution, text_hash
from coophost_gui.federation.rules import preset, write_ruleset
from coophost_gui.kit.problems import Problem

BEGIN = datetime(2026, 3, 1, 9, tzinfo=UTC)
SLUGS = ("alder", "birch", "cedar", "dogwood", "elder")
PEOPLE = ("Ada", "Bea", "Cleo")


def start(root, dice):
    """Write the record that all three begin with."""
    record = Record(root)
    write_ruleset(preset("in-force"), record.ruleset)
    for slug in SLUGS:
        delegates = (Delegate("Ada", "@ada:example.org"), Delegate("Bea"))
        write_member(record, Member(slug, slug.title(), delegates=delegates, joined=BEGIN.date()))
    for number in range(3):
        propose(record, dice, "Ada", BEGIN + timedelta(hours=number), f"Matter {number}")
    return record


def propose(record, dice, person, now, title):
    resolution = Resolution(
        None,
        title,
        topic="A thing to decide",
        id=f"{dice.getrandbits(48):012x}",
        size=dice.choice(["small", "medium", "medium", "large"]),
        sections={"Summary": "We do it.", "Details": "All of it."},
    )
    return cycle.propose(record, preset("in-force"), members(record), resolution, person, now)


def vote(record, dice, person, now):
    entry = _open(record, dice)
    slug = dice.choice(SLUGS)
    choice = dice.choice(["favour", "against", "aside"])
    said = Ballot(entry.resolution.id, slug, choice, person, now, "Because.", text_hash=text_hash(
        entry.resolution))  # fmt: skip
    cast(
        record,
        read_electorate(record, entry.resolution.id),
        rules_of(record, entry.resolution.id),
        said,
        deadline=entry.resolution.closes_at(),
        now=now,
    )
    return entry.resolution.id, slug, person, now.replace(microsecond=0), choice


def pause(record, dice, person, now):
    slug = dice.choice(SLUGS)
    (member,) = (one for one in members(record) if one.slug == slug)
    begin = now.date() + timedelta(days=100 * PEOPLE.index(person))  # two on one day conflict
    span = Span(begin, begin + timedelta(days=dice.randint(1, 60)), person)
    kept = tuple(one for one in member.paused if one.start != span.start)
    write_member(record, replace(member, paused=(*kept, span)))


def speak_for(record, dice, person, now):
    slug = dice.choice(SLUGS)
    (member,) = (one for one in members(record) if one.slug == slug)
    if person not in {one.name for one in member.delegates}:
        write_member(record, replace(member, delegates=(*member.delegates, Delegate(person))))


def extend(record, dice, person, now):
    entry = _open(record, dice)
    cycle.extend(record, entry, date(2026, 4, dice.randint(1, 30)), person, now)


def amend(record, dice, person, now):
    """Change a part of the text that nobody else touches: two who change one are a conflict."""
    entry = _open(record, dice)
    sections = {**entry.resolution.sections, f"Thoughts of {person}": f"At {now}."}
    cycle.amend(record, entry, replace(entry.resolution, sections=sections), person, now)


def escalate(record, dice, person, now):
    cycle.escalate(record, _open(record, dice), person, now)


def withdraw(record, dice, person, now):
    cycle.withdraw(record, _open(record, dice), person, now)


def close(record, dice, person, now):
    cycle.close(record, _open(record, dice), person, now)


def _open(record, dice):
    return dice.choice([one for one in decisions(record) if one.state == IN_PROGRESS])


def live(record, seed, person, begin=0, days=30):
    """Let *person* work on her copy for some *days*; return the votes that she cast."""
    dice = random.Random(f"{seed} {person} {begin}")
    cast_ones = []
    for day in range(begin, begin + days):
        now = BEGIN + timedelta(days=day, minutes=dice.randint(60, 600))
        act = dice.choice([propose, *[vote] * 8, pause, speak_for, extend, amend, escalate,
                           withdraw, close])  # fmt: skip
        try:
            if act is propose:
                propose(record, dice, person, now, f"By {person} on day {day}")
            elif done := act(record, dice, person, now):
                cast_ones.append(done)
        except (Problem, IndexError):
            continue  # the rules do not allow it: nothing was changed
    return cast_ones
