"""Members as files: what is written comes back, and what is wrong names its file."""

from datetime import date

import pytest

from coophost_gui.federation.members import (
    Delegate,
    Member,
    MemberUnreadable,
    Span,
    members,
    slug_of,
    write_member,
)
from coophost_gui.federation.record import Record

FULL = Member(
    "bakery",
    "La Fleca",
    "https://bakery.example.org",
    "workers",
    (Delegate("Ada", "@ada:example.org", "ca"), Delegate("Bo")),
    date(2024, 1, 2),
    None,
    (Span(date(2025, 1, 1), date(2025, 3, 1), "012"),),
    (Span(date(2026, 1, 1)),),
    "choir",
)


def test_members_come_back_as_they_were_by_name(tmp_path):
    record = Record(tmp_path)
    for member in (FULL, Member("choir", "Choir")):
        write_member(record, member)
    assert members(record) == [Member("choir", "Choir"), FULL]


def test_a_paused_member_does_not_vote_and_one_that_left_neither():
    assert FULL.votes_on(date(2024, 12, 31))
    assert not FULL.votes_on(date(2025, 3, 1))
    assert not FULL.votes_on(date(2024, 1, 1))
    assert not Member("a", "A", left=date(2024, 1, 1)).votes_on(date(2024, 1, 1))


@pytest.mark.parametrize(
    ("name", "slug"),
    [("La Fleca", "la-fleca"), ("Ñandú & Co.", "nandu-co"), ("集", "member"),
     ("Electorate", "electorate-2")],
)  # fmt: skip
def test_a_name_becomes_the_name_of_a_file(name, slug):
    assert slug_of(name) == slug
    assert slug_of(name, [slug]) != slug


@pytest.mark.parametrize("text", ["delegates: 7", "paused: [{until: 2025-01-01}]", "joined: soon"])
def test_what_cannot_be_meant_names_the_file(tmp_path, text):
    path = tmp_path / "members" / "bakery.yml"
    path.parent.mkdir()
    path.write_text(f"name: Bakery\n{text}\n")
    with pytest.raises(MemberUnreadable, match=r"bakery\.yml"):
        members(Record(tmp_path))
