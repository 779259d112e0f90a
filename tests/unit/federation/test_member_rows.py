"""Rows of the members' table: four shapes are read, and what we write comes back."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coophost_gui.federation.member_rows import (
    BarMissing,
    MemberRow,
    NameMissing,
    RowIncomplete,
    parse_row,
    write_row,
)

LETTERS = st.characters(blacklist_categories=("C", "Z"), blacklist_characters="\\`[]()-–—")
WORDS = st.lists(st.text(LETTERS, min_size=1, max_size=9), min_size=1, max_size=3).map(" ".join)
PAGES = st.sampled_from(["", "https://kitchen.example.org/", "https://example.org/?a=1&b=2"])
CONTACTS = st.sampled_from(["", "@ada:example.org", "@ada:example.org:8448", "dough@example.org"])


@pytest.mark.parametrize(
    ("line", "row"),
    [
        (
            "| [Kitchen](https://kitchen.example.org/) | ✅ | - | `@ada:example.org` |",
            MemberRow("Kitchen", "https://kitchen.example.org/", True, False, "@ada:example.org"),
        ),
        (
            "| [Bakery](https://bakery.example.org/) | - | - | `dough@example.org`|",
            MemberRow("Bakery", "https://bakery.example.org/", contact="dough@example.org"),
        ),
        ("| Choir | - | ✅ | - |", MemberRow("Choir", waiver=True)),
        ("|Band|-|-|`@bo:example.org`|", MemberRow("Band", contact="@bo:example.org")),
    ],
)
def test_each_shape_is_read_and_means_the_same_in_ours(line, row):
    assert parse_row(line) == row
    assert parse_row(write_row(row)) == row


@given(st.builds(MemberRow, WORDS, PAGES, st.booleans(), st.booleans(), CONTACTS))
def test_what_we_write_comes_back(row):
    assert parse_row(write_row(row)) == row


@pytest.mark.parametrize(
    ("line", "problem", "words"),
    [
        ("| Choir | - | `choir@example.org` |", RowIncomplete, "this one has 3"),
        ("| Choir | - | - | - | - |", RowIncomplete, "this one has 5"),
        ("Choir", RowIncomplete, "this one has 1"),
        ("| Choir | - | - | `choir@example.org`", BarMissing, "one end"),
        ("Choir | - | - | `choir@example.org` |", BarMissing, "one end"),
        ("| | - | - | `choir@example.org` |", NameMissing, "names no member"),
    ],
)
def test_what_is_missing_is_named(line, problem, words):
    with pytest.raises(RowIncomplete, match=words) as caught:
        parse_row(line)
    assert type(caught.value) is problem


@pytest.mark.parametrize(
    ("contact", "good"),
    [("@ada:example.org", True), ("ada@example.org", True), ("ada", False), ("@ada", False)],
)
def test_a_contact_is_a_matrix_name_or_a_mail_address(contact, good):
    assert MemberRow("Choir", contact=contact).can_be_written_to is good
