"""``coophost federation``: a collective decides from a terminal, and what is printed as data."""

import json
import subprocess
from datetime import UTC, datetime, timedelta

import jsonschema
import pytest

from coophost_gui.cli.main import main
from coophost_gui.kit import places


def printed(capsys, schema, *arguments):
    capsys.readouterr()
    assert main(["federation", *arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    rules = json.loads(places.resource("schemas", f"federation-{schema}.json").read_text())
    jsonschema.validate(found, rules)
    return found


def said(*arguments):
    return main(["federation", *arguments, "--yes"])


@pytest.fixture
def folder(own_home, tmp_path):
    folder = tmp_path / "decisions"
    names = "Ada, Bo, Carme"
    assert said("start", "--folder", str(folder), "--rules", "in-force", "--members", names) == 0
    return folder


@pytest.fixture
def proposed(folder):
    told = ["--title", "A bread oven", "--summary", "The old one broke.", "--details", ""]
    assert said("propose", *told, "--size", "large", "--author", "Ada") == 0


def vote(member, answer, reason=""):
    told = ["--decision", "1", "--member", member, "--answer", answer, "--reason", reason]
    return said("vote", *told, "--author", member.title())


def test_a_collective_decides_from_a_terminal(proposed, folder, capsys):
    [one] = printed(capsys, "list", "list")
    last = (datetime.now(UTC) + timedelta(days=14)).date().isoformat()
    assert (one["number"], one["state"], one["deadline"]) == (1, "in-progress", last)
    assert vote("ada", "favour") == 0
    tally = printed(capsys, "tally", "tally", "1")
    assert tally["result"] == "open"
    assert tally["silent"] == ["bo", "carme"]
    assert "Needs 1 more in favour: more than half of 3 members" in tally["explanation"][0]
    assert vote("bo", "favour") == 0
    assert printed(capsys, "tally", "tally", "1")["result"] == "passing"
    assert main(["federation", "lint", str(folder), "--json"]) == 0
    assert [one["name"] for one in printed(capsys, "members", "members")] == ["Ada", "Bo", "Carme"]
    main(["federation", "calendar"])
    assert f"DTSTART;VALUE=DATE:{last.replace('-', '')}\r\n" in capsys.readouterr().out


def test_what_the_rules_do_not_allow_is_refused_with_the_rule(proposed, folder, capsys):
    assert vote("bo", "against") == 1
    assert "says why" in capsys.readouterr().err
    assert said("settle", "--decision", "1", "--act", "close", "--author", "Ada") == 1
    assert "has not ended yet" in capsys.readouterr().err
    assert not list(folder.glob("votes/*/bo.yml"))
    told = ["--title", "Now", "--summary", "At once.", "--details", "", "--author", "Bo"]
    soon = datetime.now(UTC).date().isoformat()
    assert said("propose", *told, "--size", "large", "--deadline", soon) == 2
    assert "14 days (resolution 001)" in capsys.readouterr().err


def test_a_vote_by_somebody_outside_is_refused(proposed, capsys):
    assert vote("dan", "favour") == 2
    assert "Nobody like that may vote" in capsys.readouterr().err


def test_running_it_twice_changes_nothing_the_second_time(proposed, folder, capsys):
    assert vote("ada", "favour") == 0
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert vote("ada", "favour") == 0
    after = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert before == after


def test_without_a_record_it_says_how_one_gets_one(own_home, capsys):
    assert main(["federation", "list"]) == 1
    assert "no record of decisions yet" in capsys.readouterr().err


def test_a_folder_that_is_there_is_opened_as_it_is(proposed, folder, tmp_path, capsys):
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert said("start", "--folder", str(folder)) == 0
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_two_people_share_by_a_stick_and_both_have_all_votes(
    proposed, folder, tmp_path, monkeypatch, capsys
):
    assert vote("ada", "favour") == 0
    stick = tmp_path / "stick.bundle"
    sent = ["--way", "give", "--file", str(stick), "--mail", ""]
    assert said("share", *sent, "--author", "Ada") == 0
    hers = tmp_path / "hers"
    subprocess.run(["git", "clone", "-q", stick, hers], check=True)
    with monkeypatch.context() as bo:
        bo.setenv("XDG_DATA_HOME", str(tmp_path / "bo"))
        assert said("start", "--folder", str(hers)) == 0
        assert vote("bo", "favour") == 0
        assert said("share", *sent, "--author", "Bo") == 0
    taken = ["--way", "take", "--file", str(stick), "--mail", ""]
    assert said("share", *taken, "--author", "Ada") == 0
    tally = printed(capsys, "tally", "tally", "1")
    assert (tally["counts"]["favour"], tally["result"]) == (2, "passing")


def test_what_tells_of_people_is_not_sent_without_their_yes(proposed, folder, tmp_path, capsys):
    (folder / "members" / "ada.yml").write_text(
        "name: Ada\ndelegates:\n- {name: Ada, address: ada@example.org}\n"
    )
    stick = tmp_path / "stick.bundle"
    told = ["--way", "give", "--file", str(stick), "--author", "Ada", "--mail", ""]
    assert said("share", *told) == 2
    assert "answers are missing: agreed" in capsys.readouterr().err
    assert not stick.exists()


def test_a_collective_asks_to_join(folder, tmp_path, capsys):
    told = {
        "name": "Quarter's Kitchen",
        "home_url": "https://kitchen.example.org",
        "mail": "hello@kitchen.example.org",
        "place": "Girona",
        "country": "ES",
        "summary": "We cook together. We would like to host together.",
        "details": "We run notes and a calendar.",
        "representative": "Ada",
        "contact": "@ada:example.org",
        "sponsor": "",
        "solidarity": True,
    }
    answers = tmp_path / "answers.yml"
    answers.write_text(json.dumps(told))
    assert said("join", "--answers", str(answers)) == 0
    assert "Membership: solidarity" in capsys.readouterr().out
    [proposal] = printed(capsys, "list", "list")
    assert (proposal["state"], proposal["size"]) == ("drafts", "large")
    listed = json.loads((folder / "listing" / "librehost.json").read_text())
    assert listed["name"] == "Quarter's Kitchen"
    assert said("join", "--answers", str(answers)) == 0
    assert capsys.readouterr().err.count("so already (") == 4
    told["summary"] = "One. Two. Three."
    answers.write_text(json.dumps(told))
    assert said("join", "--answers", str(answers)) == 2
    assert "Two sentences are asked for, and these are 3" in capsys.readouterr().err
