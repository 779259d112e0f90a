import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from coophost_gui.recipes.envfile import EnvFile, ValueCannotBeWritten
from tests.independent import abra_reader

SAMPLE = """\
# Settings of a social network
TYPE=social:1.0.0+1.0.5

## Where
DOMAIN=social.example.com
#EXTRA_DOMAINS=', `www.social.example.com`'
LETS_ENCRYPT_ENV=production
export FLAVOUR=social

COMPOSE_FILE="compose.yml"
COMPOSE_FILE="$COMPOSE_FILE:compose.postgres.yml"
# COMPOSE_FILE="$COMPOSE_FILE:compose.mail.yml"

SECRET_KEY_VERSION=v1 # length=128 charset=default generate=false
SECRET_WORDS_VERSION=v1
NAME: yaml style
QUOTED='it is $HOME # here' # note
SPACED = two words   # note
HASH=a#b
EMPTY=
EMPTY_NOTED= # length=5
"""

LINES = st.one_of(
    st.sampled_from(SAMPLE.splitlines()),
    st.from_regex(r"\A(#? ?)(export )?[A-Z]{1,3}[=:]['\"$A-C{} \\#a-z]*\Z"),
    st.text(max_size=12),
)
TEXTS = st.builds(
    lambda lines, end, last: end.join(lines) + (end if last else ""),
    st.lists(LINES, max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.booleans(),
)
KEYS = st.from_regex(r"[A-Z][A-Z_]{0,3}", fullmatch=True)
VALUES = st.one_of(st.text(max_size=12), st.from_regex(r"[a-z'\"`\\$#{} \nA]{0,8}", fullmatch=True))


def test_every_kind_of_line_is_read_as_abra_reads_it():
    values = EnvFile.parse(SAMPLE).values()
    assert values == {
        "TYPE": "social:1.0.0+1.0.5",
        "DOMAIN": "social.example.com",
        "LETS_ENCRYPT_ENV": "production",
        "FLAVOUR": "social",
        "COMPOSE_FILE": "compose.yml:compose.postgres.yml",
        "SECRET_KEY_VERSION": "v1",
        "SECRET_WORDS_VERSION": "v1",
        "NAME": "yaml style",
        "QUOTED": "it is $HOME # here",
        "SPACED": "two words",
        "HASH": "a#b",
        "EMPTY": "",
        "EMPTY_NOTED": "",
    }
    assert list(values)[:2] == ["TYPE", "DOMAIN"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ('A="x\\ny"', "x\ny"),
        ('A="say \\"hi\\""', 'say "hi\\'),  # a quotation mark at the end is lost, as in abra
        ('A="a \\"b\\" c"', 'a "b" c'),
        ("A='a\\nb'", "a\\nb"),
        ("A='one\ntwo'", "one\ntwo"),
        ('A="one\r\ntwo"', "one\ntwo"),
        ('A="\\$B"', "$B"),
        ("A=\\$B", "$B"),
        ("B=1\nA=$B$B-${B}", "11-1"),
        ("A=$NOT_SET!", "!"),
        ("A=$lower", "$lower"),
        ("A=5$", "5$"),
        ("A=x\r\n", "x"),
        ("A=1\nA=2", "2"),
        ("\ufeffA=1", "1"),
        ("A='unfinished", "'unfinished"),
        ("A=a # b # c", "a"),
    ],
)
def test_values(text, value):
    assert EnvFile.parse(text).get("A") == value


def test_modifiers_stand_in_the_comment_behind_the_value():
    env = EnvFile.parse(SAMPLE)
    assert env.modifiers("SECRET_KEY_VERSION") == {
        "length": "128",
        "charset": "default",
        "generate": "false",
    }
    assert env.modifiers("SECRET_WORDS_VERSION") == {}
    assert env.modifiers("EMPTY_NOTED") == {"length": "5"}
    assert env.modifiers("NOWHERE") == {}


def test_commented_settings_are_optional_ones():
    env = EnvFile.parse(SAMPLE)
    assert env.optional_keys() == ["EXTRA_DOMAINS"]
    assert "COMPOSE_FILE" in env.keys()  # noqa: SIM118
    assert env.notes("EXTRA_DOMAINS") == ()
    assert env.notes("DOMAIN") == ("Where",)


def test_prose_with_an_equals_sign_is_no_setting():
    assert EnvFile.parse("# DOMAIN=x means the address of the app").optional_keys() == []


def test_setting_an_optional_key_takes_its_comment_sign_away():
    env = EnvFile.parse(SAMPLE).set("EXTRA_DOMAINS", ", `a.example.com`")
    assert "\nEXTRA_DOMAINS=', `a.example.com`'\n" in env.text
    assert env.get("EXTRA_DOMAINS") == ", `a.example.com`"


def test_setting_keeps_modifiers_quotes_and_line_ends():
    env = EnvFile.parse('S=v1 # length=9\r\nC="a"\r\n')
    assert env.set("S", "v2").set("C", "b").text == 'S=v2 # length=9\r\nC="b"\r\n'
    assert env.set("NEW", "1").text == 'S=v1 # length=9\r\nC="a"\r\nNEW=1\r\n'


def test_a_key_that_is_set_twice_is_changed_where_it_counts():
    env = EnvFile.parse(SAMPLE).set("COMPOSE_FILE", "compose.yml")
    assert '\nCOMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="compose.yml"\n' in env.text


def test_a_key_can_be_turned_into_a_comment():
    env = EnvFile.parse("A=1\nB=2\n").without("A")
    assert env.text == "#A=1\nB=2\n"
    assert EnvFile.parse(env.text).optional_keys() == ["A"]


def test_lines_that_abra_would_refuse_are_counted():
    assert EnvFile.parse('A=1\nnonsense here\n\n# fine\nB=\'open\nC="x" y\n').odd_lines() == [
        2,
        5,
        6,
    ]


def test_a_value_that_no_quoting_can_hold_is_refused():
    with pytest.raises(ValueCannotBeWritten):
        EnvFile.parse("").set("A", "it's $5 \\")


@given(TEXTS)
@example("A='\n'")
@settings(max_examples=60, deadline=None)
def test_reading_loses_nothing(text):
    assert EnvFile.parse(text).text == text


@given(TEXTS, KEYS, VALUES)
@example('A="$A:b"\n#A=c', "A", "x y")
@settings(max_examples=80, deadline=None)
def test_setting_a_key_changes_that_line_only(text, key, value):
    before = EnvFile.parse(text)
    try:
        after = before.set(key, value)
    except ValueCannotBeWritten:
        return
    assert EnvFile.parse(after.text).get(key) == value
    old, new = [p.text for p in before.pieces], [p.text for p in after.pieces]
    if len(new) > len(old):  # added at the end; a last line without an end got one
        assert "".join(new[:-1]).rstrip("\r\n") == text.rstrip("\r\n")
    else:
        assert sum(a != b for a, b in zip(old, new, strict=True)) <= 1


@given(
    st.dictionaries(KEYS, st.from_regex(r"[a-z0-9 `,.:$#'/-]{0,12}", fullmatch=True), max_size=5)
)
@settings(max_examples=60, deadline=None)
def test_another_reader_sees_the_same_values(values):
    env = EnvFile.parse("# settings\n")
    for key, value in values.items():
        env = env.set(key, value)
    assert abra_reader.read_env(env.text).values == env.values() == values


def test_another_reader_agrees_about_the_sample():
    found = abra_reader.read_env(SAMPLE)
    env = EnvFile.parse(SAMPLE)
    assert found.values == env.values()
    assert found.modifiers == {k: env.modifiers(k) for k in env.keys() if env.modifiers(k)}  # noqa: SIM118
    assert not found.complaints


def test_only_the_touched_line_differs_in_a_real_sample():
    lines = SAMPLE.splitlines()
    after = EnvFile.parse(SAMPLE).set("DOMAIN", "x.org").text.splitlines()
    assert [b for a, b in zip(lines, after, strict=True) if a != b] == ["DOMAIN=x.org"]
    assert re.match("DOMAIN=", lines[4])
