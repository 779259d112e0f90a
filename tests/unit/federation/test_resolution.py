"""The federation's form of a decision: every shape is read, and what we write comes back."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coophost_gui.federation.resolution import (
    NoResolution,
    Resolution,
    inside_a_section,
    parse,
    read,
    text_hash,
    write,
)
from coophost_gui.kit.problems import Problem
from tests.unit.federation.shapes import BARE, EARLY, LIVE, MODERN, PASSED, PLACEHOLDER, SHAPES

HERE = Path("033.md")
LETTERS = st.characters(blacklist_categories=("C", "Zl", "Zp"), blacklist_characters="#\x85")
WORDS = st.text(LETTERS, max_size=30).map(lambda text: " ".join(text.split()))
TITLES = WORDS.filter(lambda text: not text.lower().startswith(("resolution", "decision", "draft")))
PARAGRAPHS = st.lists(
    WORDS.filter(lambda text: not text.startswith(("```", "~~~", ":::"))), max_size=4
).map(lambda lines: "\n".join(lines).strip())
DAYS = st.dates(date(2022, 1, 1), date(2060, 12, 31))
MOMENTS = st.datetimes(datetime(2022, 1, 1), datetime(2060, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0, tzinfo=UTC)
)


@st.composite
def resolutions(draw):
    headings = draw(st.lists(st.sampled_from(["Summary", "Details", "Costs"]), unique=True))
    deadline = draw(st.none() | DAYS | MOMENTS)
    return Resolution(
        number=draw(st.none() | st.integers(0, 9999)),
        title=draw(TITLES.filter(lambda text: not text.endswith(" -"))),
        topic=draw(WORDS),
        id=draw(st.sampled_from(["", "a1b2c3d4e5f6"])),
        proposed=draw(st.none() | DAYS),
        deadline=deadline,
        deadline_note=draw(st.sampled_from(["", "live voting"])) if deadline else "",
        size=draw(st.sampled_from(["", "small", "medium", "large"])),
        passed_on=draw(st.none() | DAYS),
        sections={heading: draw(PARAGRAPHS) for heading in headings},
        more=draw(st.dictionaries(st.sampled_from(["Budget", "Fund"]), WORDS)),
    )


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(resolutions())
def test_what_we_write_comes_back(resolution):
    assert parse(write(resolution), HERE) == resolution


@pytest.mark.parametrize("shape", SHAPES)
def test_every_form_is_read_and_means_the_same_in_ours(shape):
    found = parse(SHAPES[shape], HERE)
    assert parse(write(found), HERE) == found
    assert parse(SHAPES[shape].replace("\n", "\r\n"), HERE) == found


def test_each_form_says_what_it_means():
    modern = parse(MODERN, HERE)
    assert (modern.number, modern.name) == (33, "The bread oven moves to the yard")
    assert (modern.proposed, modern.deadline) == (date(2025, 7, 16), date(2025, 7, 30))
    assert (modern.size, list(modern.sections)) == ("large", ["Summary", "Details"])
    assert modern.sections["Details"] == "1. Dry wood.\n2. A long weekend."
    assert modern.closes_at() == datetime(2025, 7, 30, 23, 59, 59, tzinfo=UTC)
    early = parse(EARLY, HERE)
    assert (early.number, early.title) == (9, "A reserve in the kitchen's till")
    live = parse(LIVE, HERE)
    assert (live.number, live.title, live.name) == (1, "", "How we decide")
    assert (live.deadline, live.deadline_note) == (date(2023, 3, 3), "live voting")
    assert parse(PASSED, HERE).passed_on == date(2023, 4, 13)
    draft = parse(PLACEHOLDER, HERE)
    assert (draft.number, draft.proposed, draft.deadline) == (None, None, None)
    bare = read(BARE, HERE)
    assert (bare.front_matter, bare.heading, bare.written["size"].line) == (False, 1, 6)
    assert (bare.resolution.title, bare.resolution.size) == ("Vote with beans in jars", "large")


def test_what_is_voted_on_is_the_text_and_not_its_days():
    modern = parse(MODERN, HERE)
    assert text_hash(modern) == text_hash(parse(MODERN.replace("2025-07-30", "2025-08-30"), HERE))
    assert text_hash(modern) == text_hash(parse(MODERN.replace("wood.", "wood.  "), HERE))
    assert text_hash(modern) != text_hash(parse(MODERN.replace("Dry", "Wet"), HERE))


def test_what_a_person_writes_stays_in_its_section():
    text = inside_a_section("# Why\nBecause.\n### How\n#### Deep\n#tag")
    found = Resolution(1, "Bread", "bread", size="small", sections={"Summary": text})
    assert parse(write(found), HERE) == found


def test_headings_in_a_block_of_code_are_no_sections():
    text = MODERN + "\n```\n### Not a heading\n```\n"
    assert list(parse(text, HERE).sections) == ["Summary", "Details"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Just a letter to a friend.\n",
        "# Minutes\n\n- Present: all\n",
        "---\ntitle: 'no end'\n- Topic: x\n",
    ],
)
def test_what_is_no_decision_is_said_to_be_none(text):
    with pytest.raises(NoResolution, match=r"notes/7\.md"):
        parse(text, Path("notes/7.md"))


def test_a_head_that_swells_is_refused_at_once():
    bomb = "---\na: &a [x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"{chr(98 + n)}: &{chr(98 + n)} [{','.join(['*' + chr(97 + n)] * 9)}]\n" for n in range(9)
    )
    with pytest.raises(Problem, match="cannot be read"):
        parse(bomb + "---\n\n- Topic: x\n", HERE)
