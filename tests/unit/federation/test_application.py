"""From an application to a place in the list: the file, the mail, the sponsor's draft, the way."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coophost_gui.federation import application as apply
from coophost_gui.federation.application import Application, NoApplication
from coophost_gui.federation.ballots import FAVOUR, Ballot
from coophost_gui.federation.cycle import close, draft, propose, withdraw
from coophost_gui.federation.electorate import cast, read_electorate
from coophost_gui.federation.listing import row, stand
from coophost_gui.federation.members import Member, write_member
from coophost_gui.federation.profile import Person, Profile
from coophost_gui.federation.record import Record
from coophost_gui.federation.resolution import LARGE, parse, write
from coophost_gui.federation.rules import preset, write_ruleset
from coophost_gui.federation.timeline import timeline
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import FileUnreadable

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
FILE = Path("application.md")
KITCHEN = Application(
    "0123456789ab",
    "Kitchen & sons",
    "We cook for each other. We host a calendar.",
    "## Today\n\nOne server; 5 + 5 = 10 % of us use it.\n\n- a list",
    "Bakery",
    "Ada",
    "@ada:example.org",
    "https://kitchen.example.org/",
    drafted=date(2026, 3, 1),
)
PROFILE = Profile(
    "Kitchen & sons",
    "We cook for each other.",
    home_url="https://kitchen.example.org/",
    mail="pot@example.org",
    people=(Person("Ada", "@ada:example.org"),),
)
TEXTS = st.text(
    st.characters(
        blacklist_categories=("Cs", "Cc", "Zl", "Zp"),
        whitelist_characters="\n\r#-: ",
    ),
    max_size=40,
)
SECTIONS = st.lists(TEXTS | st.just("## Details") | st.just("- Sponsor: x"), max_size=3).map(
    "\n".join
)
DAYS = st.none() | st.dates()
APPLICATIONS = st.builds(
    Application,
    id=st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    organisation=st.from_regex(r"[A-Za-zà-ü&:-]{1,9}( [0-9A-Z#*]{1,9})?", fullmatch=True),
    summary=SECTIONS,
    details=SECTIONS,
    sponsor=TEXTS,
    representative=TEXTS,
    contact=TEXTS,
    website=TEXTS,
    solidarity=st.booleans(),
    drafted=DAYS,
    sent=DAYS,
)


@given(APPLICATIONS)
def test_the_file_comes_back(application):
    assert apply.parse(apply.write(application), FILE) == apply.tidy(application)


def test_it_begins_with_what_the_profile_says():
    begun = apply.begin(PROFILE, NOW.date())
    assert (begun.organisation, begun.representative) == ("Kitchen & sons", "Ada")
    assert (begun.contact, begun.website) == ("@ada:example.org", "https://kitchen.example.org/")
    assert apply.begin(replace(PROFILE, people=()), NOW.date()).contact == "pot@example.org"
    assert apply.problems(begun).keys() == {"details"}


def test_all_six_fields_are_in_what_is_sent_and_our_own_days_are_not():
    text = apply.write(replace(KITCHEN, sent=NOW.date(), solidarity=True), to_send=True)
    for field in ("Kitchen & sons", "We cook", "One server", "Bakery", "Ada", "@ada:example.org"):
        assert field in text
    assert "Drafted" not in text
    assert "Sent" not in text
    assert "- Membership: solidarity\n" in text


def test_what_is_missing_is_named_and_a_sponsor_never_is():
    assert apply.problems(KITCHEN) == {}
    assert apply.problems(replace(KITCHEN, sponsor="")) == {}
    assert apply.problems(Application("0" * 12, "")).keys() == {
        "organisation",
        "summary",
        "details",
        "representative",
        "contact",
    }
    long = apply.problems(replace(KITCHEN, summary="One. Two! Three?"))
    assert str(long["summary"]) == "Two sentences are asked for, and these are 3."


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("One", 1),
        ("One.", 1),
        ("One. Two.", 2),
        ("One... two. Three!", 2),
        ("“One.” Two?! Three…", 3),
        ("We use e.g. Nextcloud. We like it.", 2),
        ("Som la J. Pérez i la M. Roig. Fem pa.", 2),
        ("We are femProcomuns S.C.C.L. and we host. Hi", 2),
        ("Version 2.5 of it. At example.org too.", 2),
        ("One\n\nTwo", 2),
        ("One\nstill one", 1),
        ("Pa, vi, etc. Tot bo.", 1),
        ("We make bread, etc.", 1),
    ],
)
def test_sentences_are_counted_as_people_do(text, count):
    assert apply.sentences(text) == count


@given(APPLICATIONS, st.sampled_from(["helo@coopcloud.tech", "we+all@a.example.org"]))
def test_the_link_opens_a_mail_with_exactly_this_text(application, to):
    link = apply.mail_link(application, to)
    parts = urlsplit(link.address)
    fields = parse_qs(parts.query, keep_blank_values=True, strict_parsing=True)
    assert parts.scheme == "mailto"
    assert unquote(parts.path) == to
    assert fields["subject"] == [application.subject]
    assert len(link.address) <= apply.LONGEST_LINK
    assert " " not in link.address
    assert "+" not in parts.query
    if link.whole:
        sent = apply.write(application, to_send=True)
        assert fields["body"] == [sent.replace("\n", "\r\n")]
        mail = EmailMessage()
        mail["Subject"] = fields["subject"][0]


def test_a_text_too_long_for_a_link_is_left_to_be_copied():
    link = apply.mail_link(replace(KITCHEN, details="much " * 500), "a@example.org")
    assert not link.whole
    assert "body" not in link.address


def test_it_is_written_by_a_step_and_opened_by_the_sponsor(tmp_path):
    record, job = Record(tmp_path), Job()
    assert apply.read_application(record) is None
    step = apply.write_step(record, KITCHEN)
    assert not step.is_done(job)
    step.do(job)
    assert step.is_done(job)
    assert apply.read_application(record) == apply.tidy(KITCHEN)
    sent = tmp_path / "from a mail.md"
    sent.write_text(apply.write(KITCHEN, to_send=True).replace("\n", "\r\n"), newline="")
    assert apply.open_application(sent) == apply.tidy(replace(KITCHEN, drafted=None))


@pytest.mark.parametrize("text", ["", "# Kitchen", "- Organisation: a\n- Application: ../../etc"])
def test_what_is_no_application_is_said(text, tmp_path):
    (tmp_path / "a.md").write_text(text)
    with pytest.raises(NoApplication):
        apply.open_application(tmp_path / "a.md")
    (tmp_path / "a.md").write_bytes(b"\xff\xfe")
    with pytest.raises(FileUnreadable):
        apply.open_application(tmp_path / "a.md")


def test_the_sponsor_gets_a_draft_in_the_federations_form():
    resolution = apply.resolution_for(
        replace(KITCHEN, solidarity=True), preset("in-force"), "Choir"
    )
    assert parse(write(resolution), FILE) == resolution
    assert resolution.size == LARGE
    assert resolution.title == "Kitchen & sons joins the Co-op Cloud Federation"
    assert "represented by Ada (@ada:example.org)" in resolution.sections["Summary"]
    assert "Choir vouches" in resolution.sections["Summary"]
    assert "solidarity" in resolution.sections["Details"]
    bare = apply.resolution_for(Application("0" * 12, "K"), preset("in-force"))
    assert bare.sections == {"Summary": "K asks to join."}


def reached(stages):
    return [stage.key for stage in stages if stage.reached]


def test_the_way_from_drafted_to_listed_is_read_from_files(tmp_path):
    ours, theirs = Record(tmp_path / "ours"), Record(tmp_path / "theirs")
    rules, asked = preset("in-force"), apply.tidy(replace(KITCHEN, sponsor=""))
    write_ruleset(rules, theirs.ruleset)
    members = [Member(slug, slug.title()) for slug in ("bakery", "choir", "band")]
    for one in members:
        write_member(theirs, one)

    def way(application=asked, now=NOW):
        return timeline(ours, application, PROFILE, theirs, now)

    assert reached(way()) == ["drafted"]
    sent = replace(asked, sent=date(2026, 3, 2))
    assert reached(way(sent)) == ["drafted", "sent"]
    written = draft(theirs, apply.resolution_for(sent, rules, "Choir"))
    assert reached(way(sent)) == ["drafted", "sent", "sponsored"]
    entry = propose(theirs, rules, members, written.resolution, "Choir", NOW)
    stages = way(sent)
    assert reached(stages) == ["drafted", "sent", "sponsored", "in-vote"]
    assert str(stages[3].notes[0]) == "0 members are in favour so far."
    assert "Needs 2 more in favour" in str(stages[3].notes[1])
    for slug in ("bakery", "choir"):
        cast(
            theirs,
            read_electorate(theirs, asked.id),
            rules,
            Ballot(asked.id, slug, FAVOUR, slug, NOW + timedelta(hours=1)),
            deadline=entry.resolution.closes_at(),
            now=NOW + timedelta(hours=1),
        )
    after = NOW + timedelta(days=20)
    assert str(way(sent, after)[3].notes[0]) == "2 members are in favour so far."
    close(theirs, entry, "Choir", after)
    stages = way(sent, after)
    assert reached(stages)[-1] == "passed"
    assert stages[4].day == date(2026, 3, 15)
    stand.remember(ours, stand.FEDERATION, row.write(row.tells(PROFILE)), "x", PROFILE, after)
    stages = way(sent, after)
    assert reached(stages)[-1] == "listed"
    assert stages[5].notes == ()
    moved = replace(PROFILE, home_url="https://new.example.org")
    assert timeline(ours, sent, moved, theirs, after)[5].notes
    assert reached(timeline(ours, asked, None, None, after)) == ["drafted"]


def test_a_decision_that_was_taken_back_says_so(tmp_path):
    ours, theirs = Record(tmp_path / "ours"), Record(tmp_path / "theirs")
    rules, members = preset("in-force"), [Member("bakery", "Bakery")]
    write_ruleset(rules, theirs.ruleset)
    entry = propose(theirs, rules, members, apply.resolution_for(KITCHEN, rules), "Bakery", NOW)
    withdraw(theirs, entry, "Bakery", NOW)
    stages = timeline(ours, KITCHEN, PROFILE, theirs, NOW)
    assert reached(stages) == ["drafted", "sent", "sponsored"]
    assert "taken back" in str(stages[4].notes[0])


def test_a_decision_without_our_id_is_found_by_its_title(tmp_path):
    theirs = Record(tmp_path)
    path = theirs.resolutions / "in-progress" / "041.md"
    path.parent.mkdir(parents=True)
    path.write_text(write(replace(apply.resolution_for(KITCHEN, preset("in-force")), id="")))
    stages = timeline(Record(tmp_path / "ours"), KITCHEN, PROFILE, theirs, NOW)
    assert reached(stages)[-1] == "in-vote"
    assert stages[3].notes == ()
