"""A profile is entered once: it is kept, checked, and comes back from every list's form."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coophost_gui.federation.listing import librehost, lores, row, stand, statool
from coophost_gui.federation.listing.properties import parse_properties, write_properties
from coophost_gui.federation.member_rows import parse_row
from coophost_gui.federation.profile import (
    Person,
    Profile,
    ProfileUnreadable,
    on_the_web,
    problems,
    profile_from,
    profile_to,
    read_profile,
    write_profile,
)
from coophost_gui.federation.record import Record
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.store import parse_yaml, yaml_text

NOW = datetime(2026, 3, 1, 12, 0, 7, tzinfo=UTC)
FILE = Path("x")
KITCHEN = Profile(
    name="Kitchen, sòcies & co",
    tag_line="We cook for each other",
    description="A kitchen.\nIt has \\ and = in it; ünïcode, too: 🥘",
    home_url="https://kitchen.example.org/",
    logo="https://kitchen.example.org/logo.svg",
    organization_type="Co-operative",
    languages=("ca", "no", "pt-BR"),
    contact_url="https://kitchen.example.org/contact?a=1#top",
    privacy_url="https://kitchen.example.org/privacy",
    terms_url="https://kitchen.example.org/terms",
    founded="2015",
    created=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    modified=NOW,
    mail="pot@kitchen.example.org",
    matrix="@pot:kitchen.example.org",
    place="Granollers",
    country="ES",
    people=(Person("Ada", "@ada:example.org", "she", "ca"), Person("Bo")),
)

LETTERS = st.characters(blacklist_categories=("Cs", "Cc", "Zl", "Zp"), whitelist_characters="\n")
TEXTS = st.text(LETTERS, max_size=40)
ANY = st.text(st.characters(blacklist_categories=("Cs",)), max_size=40)
DAYS = st.datetimes(datetime(1971, 1, 1), datetime(2999, 1, 1)).map(
    lambda at: at.replace(microsecond=0, tzinfo=UTC)
)
CODES = st.lists(st.sampled_from(["ca", "es", "en", "no", "pt-BR"]), max_size=4).map(tuple)
PROFILES = st.builds(
    Profile,
    name=st.text(LETTERS, min_size=1, max_size=30),
    tag_line=TEXTS,
    description=TEXTS,
    home_url=TEXTS,
    logo=TEXTS,
    organization_type=TEXTS,
    languages=CODES,
    contact_url=TEXTS,
    privacy_url=TEXTS,
    terms_url=TEXTS,
    hosts_others=st.booleans(),
    founded=TEXTS,
    created=st.none() | DAYS,
    modified=st.none() | DAYS,
    mail=TEXTS,
    matrix=TEXTS,
    place=TEXTS,
    country=TEXTS,
)
SERVICES = st.builds(
    statool.Service,
    key=st.from_regex(r"[a-z0-9]{1,9}(-[a-z0-9]{1,5})?", fullmatch=True),
    name=st.text(LETTERS, min_size=1, max_size=30),
    website=TEXTS,
    description=TEXTS,
    started=st.none() | st.dates(),
    registration=st.sampled_from([statool.NONE, statool.FREE, statool.MEMBER, statool.CLIENT]),
    room=st.sampled_from([statool.OPEN, statool.FULL]),
    recipe_url=TEXTS,
    software=TEXTS,
    software_url=TEXTS,
    source_url=TEXTS,
    licence=TEXTS,
    licence_url=TEXTS,
    version=TEXTS,
    country=TEXTS,
)


def test_it_is_kept_in_the_record_and_its_times_are_set(tmp_path):
    record = Record(tmp_path)
    assert read_profile(record) is None
    first = write_profile(record, replace(KITCHEN, created=None, modified=None), NOW)
    assert read_profile(record) == first
    assert first.created == first.modified == NOW
    later = write_profile(record, replace(first, place="Vic"), NOW.replace(day=9))
    assert (later.created, later.modified) == (NOW, NOW.replace(day=9))


@given(PROFILES)
def test_the_file_comes_back(profile):
    assert profile_from(parse_yaml(yaml_text(profile_to(profile)), FILE), FILE) == profile


def test_a_file_written_by_hand_is_read():
    text = (
        "name: 2015\nfoundingDate: 2015-04-02\ncommunicationLanguages: [no, ca]\n"
        "dateCreated: 2026-01-02 03:04:05\nlogo: null\npeople: [{name: Ada}, {address: x}]\n"
    )
    found = profile_from(parse_yaml(text, FILE), FILE)
    assert found == Profile(
        "2015",
        languages=("no", "ca"),
        founded="2015-04-02",
        created=KITCHEN.created,
        people=(Person("Ada"),),
    )


@pytest.mark.parametrize(
    "text",
    [
        "name: [a]",
        "name: a\nisServiceProvider: maybe",
        "name: a\ncommunicationLanguages: 5",
        "name: a\ndateCreated: yesterday",
        "name: a\npeople: Ada",
    ],
)
def test_a_file_that_is_none_names_its_line(text):
    with pytest.raises(ProfileUnreadable) as caught:
        profile_from(parse_yaml(text, FILE), FILE)
    assert ":" in caught.value.detail


def test_what_does_not_do_is_said_in_everyday_words():
    assert problems(KITCHEN, NOW.date()) == {}
    bad = Profile(
        " ",
        tag_line="two\nlines",
        home_url="kitchen.example.org",
        logo="javascript:alert(1)",
        languages=("Catalan",),
        founded="2027",
        mail="pot at example",
        matrix="pot",
        country="Spain",
    )
    assert problems(bad, NOW.date()).keys() == {
        "name",
        "tag_line",
        "home_url",
        "logo",
        "languages",
        "founded",
        "mail",
        "matrix",
        "country",
    }
    assert "mail" in problems(Profile("Kitchen"), NOW.date())
    assert "founded" in problems(replace(KITCHEN, founded="2025-02-30"), NOW.date())


@pytest.mark.parametrize(
    ("address", "does"),
    [
        ("https://example.org", True),
        ("http://example.org:8080/a?b=1&c#d", True),
        ("https://example.org/a b", False),
        ("https://localhost", False),
        ("https://example.org:99999/", False),
        ("ftp://example.org", False),
        ("https://[bad", False),
        ("https://example.org/\n", False),
    ],
)
def test_addresses(address, does):
    assert on_the_web(address) is does


@given(PROFILES)
def test_librehost_json_comes_back(profile):
    told = librehost.tells(profile)
    assert librehost.parse(librehost.write(profile), FILE) == told
    assert librehost.write(told) == librehost.write(profile)


@given(PROFILES, st.lists(SERVICES, max_size=3, unique_by=lambda one: one.key))
def test_the_file_of_the_organisation_comes_back(profile, services):
    text = statool.write(profile, services, NOW)
    assert statool.parse(text, FILE) == statool.tells(profile)
    there = statool.services_of(text, FILE)
    assert there.keys() == {one.key for one in services}


@given(SERVICES, PROFILES)
def test_the_file_of_an_app_comes_back(service, profile):
    assert (
        statool.parse_service(statool.write_service(service, profile, NOW), Path(service.file))
        == service
    )


@given(st.dictionaries(st.from_regex(r"[a-z.]{1,12}", fullmatch=True), ANY, max_size=5))
def test_properties_come_back(values):
    text = write_properties({"All": values})
    assert parse_properties(text) == {key: value for key, value in values.items() if value}


def test_properties_of_others_are_read():
    text = "\ufeff# a\n! b\na=1\nb : two words  \r\nc = a \\\n   longer one\nd\\ d = \\u00e9\n\ne\n"
    assert parse_properties(text) == {
        "a": "1",
        "b": "two words",
        "c": "a longer one",
        "d d": "é",
        "e": "",
    }


def test_plain_values_are_written_without_any_backslash():
    text = statool.write(KITCHEN, [], NOW)
    assert "organization.website = https://kitchen.example.org/\n" in text
    assert "organization.startdate = 2015" in text
    assert "file.datetime = 2026-03-01T12:00:07" in text


@given(PROFILES)
def test_the_row_of_the_members_table_comes_back(profile):
    plain = replace(
        profile, name="Kitchen | Co", home_url="https://a.example.org/", mail="", matrix=""
    )
    told = row.tells(plain, paid=True)
    assert parse_row(row.write(told)) == told


def test_a_region_is_asked_and_the_request_comes_back():
    region = "AB" * 32
    request = lores.tells(KITCHEN, f" {region} ", "https://region.example.org/conduct")
    assert lores.parse(lores.write(request), FILE) == request
    assert request.region == region.lower()
    assert "Ada (she), Bo" in request.about_stewards
    with pytest.raises(lores.RegionUnknown):
        lores.tells(KITCHEN, "region")
    with pytest.raises(lores.NothingToTell):
        lores.tells(replace(KITCHEN, people=()), region)
    with pytest.raises(ProfileUnreadable):
        lores.parse("[]", FILE)


@pytest.mark.parametrize("text", ["", "[]", "{}", "[" * 100_000, '{"name": ["a"]}', "x" * 200_001])
def test_what_is_no_librehost_json_is_said(text):
    with pytest.raises(ProfileUnreadable):
        librehost.parse(text, FILE)


def test_what_is_no_file_of_chatons_is_said():
    for text in ("", "file.class = Service\norganization.name = x", "organization.x = 1"):
        with pytest.raises(ProfileUnreadable):
            statool.parse(text, FILE)
    with pytest.raises(ProfileUnreadable):
        statool.parse_service("service.name = a\nservice.startdate = soon", FILE)


def test_a_key_for_each_app():
    assert statool.service_key("Cloud Café") == "cloud-cafe"
    assert statool.service_key("Cloud", ["cloud"]) == "cloud-2"


def test_the_files_are_written_once_and_only_time_may_differ(tmp_path):
    record, job = Record(tmp_path), Job()
    cloud = statool.Service("cloud", "Cloud", "https://cloud.example.org")
    told = stand.files(KITCHEN, [cloud], NOW)
    assert told.keys() == {
        "membership-row.md",
        "librehost.json",
        "organization.properties",
        "service-cloud.properties",
    }
    step = stand.write_files(record, told)
    assert not step.is_done(job)
    assert str(step.do(job)) == "4 files are written."
    assert step.is_done(job)
    assert stand.write_files(record, stand.files(KITCHEN, [cloud], NOW.replace(day=5))).is_done(job)
    for one in told:
        assert (record.listing / one).read_text() == told[one]


def test_listed_only_after_it_was_read_back(tmp_path):
    record = Record(tmp_path)
    assert stand.listed(record, KITCHEN) == {}
    table = "| a | b | c | d |\n|-|-|-|-|\n| broken |\n" + row.write(row.tells(KITCHEN, paid=True))
    fetched = {
        stand.FEDERATION: table,
        stand.LIBREHOSTERS: librehost.write(replace(KITCHEN, modified=NOW.replace(year=2025))),
        stand.CHATONS: statool.write(KITCHEN, [], NOW),
    }
    for network, text in fetched.items():
        stand.remember(record, network, text, f"https://{network}.example.org", KITCHEN, NOW)
    found = stand.listed(record, KITCHEN)
    assert found.keys() == fetched.keys()
    assert all(one.current and one.read_at == NOW for one in found.values())
    moved = replace(KITCHEN, home_url="https://other.example.org")
    assert not any(one.current for one in stand.listed(record, moved).values())
    touched = replace(KITCHEN, modified=NOW.replace(day=20))
    assert all(one.current for one in stand.listed(record, touched).values())


def test_what_stands_there_otherwise_is_named(tmp_path):
    record = Record(tmp_path)
    moved = replace(KITCHEN, home_url="https://other.example.org/", tag_line="New")
    for network, text in (
        (stand.FEDERATION, row.write(row.tells(KITCHEN))),
        (stand.LIBREHOSTERS, librehost.write(KITCHEN)),
        (stand.CHATONS, statool.write(KITCHEN, [], NOW)),
    ):
        with pytest.raises(stand.ListedOtherwise):
            stand.remember(record, network, text, "", moved, NOW)
        with pytest.raises(stand.NotListed):
            stand.remember(record, network, "<html>", "", moved, NOW)
    assert not record.listing.exists()


def test_founding_day_may_be_today():
    assert problems(replace(KITCHEN, founded="2026-03-01"), date(2026, 3, 1)) == {}
