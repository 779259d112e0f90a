"""The linter: every fault that the federation's record has had, and none where there is none."""

import json
import time
from pathlib import Path

import jsonschema
import pytest

from coophost_gui.cli.main import main
from coophost_gui.federation.lint import lint
from coophost_gui.federation.lint.folder import NoRecordFolder
from coophost_gui.kit import places
from tests.unit.federation.checkouts import clean, faulty, put
from tests.unit.federation.shapes import MODERN

BASE = "docs/federation"
FAULTS = {
    ("mkdocs.yml", 13, "listed-twice"),
    (f"{BASE}/resolutions/in-progress/040.md", 1, "no-front-matter"),
    (f"{BASE}/resolutions/in-progress/040.md", 1, "heading-as-title"),
    (f"{BASE}/resolutions/in-progress/040.md", 3, "lower-case-keys"),
    (f"{BASE}/resolutions/in-progress/040.md", 3, "no-bullets"),
    (f"{BASE}/resolutions/in-progress/040.md", 5, "deadline-too-short"),
    (f"{BASE}/kite-flying-pad-archive.md", 6, "wrong-weekday"),
    (f"{BASE}/minutes/2024-29-03.md", 1, "minutes-name"),
    (f"{BASE}/minutes/2023-05-03.md", 3, "dead-link"),
    (f"{BASE}/membership.md", 8, "member-twice"),
    (f"{BASE}/membership.md", 9, "member-row"),
    (f"{BASE}/membership.md", 10, "member-contact"),
}


def told(found):
    return {(one.file, one.line, one.rule) for one in found}


def test_there_is_no_fault_where_there_is_none(tmp_path):
    assert lint(clean(tmp_path)) == []
    record = put(tmp_path / "record", {"resolutions/in-progress/033.md": MODERN})
    assert lint(record) == []


def test_every_fault_of_the_federation_s_own_record_is_found_and_no_other(tmp_path):
    found = lint(faulty(tmp_path))
    assert told(found) == FAULTS
    says = {one.rule: (str(one.says), str(one.mend)) for one in found}
    assert "2026-02-26 is a Thursday" in says["wrong-weekday"][0]
    assert says["minutes-name"][1] == "Call it 2024-03-29.md."
    assert "minutes/2023-03-03" in says["dead-link"][1]
    assert says["deadline-too-short"] == (
        "It is open for 7 days; resolution 001 asks for at least 14.",
        "Move the deadline to 2026-06-11 or later.",
    )


@pytest.mark.parametrize(
    ("old", "new", "line", "rule"),
    [
        ("Deadline: 2025-07-30", "Deadline: 2025-07-29", 7, "deadline-too-short"),
        ("Deadline: 2025-07-30", "Deadline: 2025-07-15", 7, "deadline-before-date"),
        ("Deadline: 2025-07-30", "Deadline: 2025-07-32", 7, "no-such-day"),
        ("Deadline: 2025-07-30", "Deadline:", 7, "missing-field"),
        ("- Date: 2025-07-16\n", "", 2, "missing-field"),
        ("Size: Large", "Size: Huge", 8, "unknown-size"),
        ("Resolution 033", "Resolution 034", 2, "number-differs"),
        ("- Size: Large", "- Size: Large\n- Passed on 2025-07-01", 9, "passed-before-date"),
        ("- Topic: The bread oven moves to the yard\n- Date: 2025-07-16\n- Deadline: 2025-07-30\n"
         "- Size: Large\n", "", 1, "not-a-resolution"),
    ],
)  # fmt: skip
def test_one_fault_in_one_decision_is_one_finding(tmp_path, old, new, line, rule):
    assert old in MODERN
    file = "resolutions/in-progress/033.md"
    put(tmp_path, {file: MODERN.replace(old, new)})
    assert told(lint(tmp_path)) == {(file, line, rule)}


def test_a_small_decision_may_be_as_short_as_it_likes(tmp_path):
    small = MODERN.replace("Large", "Small").replace("2025-07-30", "2025-07-16")
    put(tmp_path, {"resolutions/passed/033.md": small})
    assert lint(tmp_path) == []


def test_a_decision_is_in_one_state(tmp_path):
    put(tmp_path, {f"resolutions/{state}/033.md": MODERN for state in ("passed", "in-progress")})
    assert told(lint(tmp_path)) == {
        ("resolutions/in-progress/033.md", 1, "two-states"),
        ("resolutions/passed/033.md", 1, "two-states"),
    }


@pytest.mark.parametrize(
    ("text", "faults"),
    [
        ("Thursday, 26th of February 2026", 0),
        ("Monday, 26th of February 2026", 1),
        ("Monday, February 26th, 2026", 1),
        ("Thu 26 Feb 2026", 0),
        ("until Monday (26 February 2026)", 1),
        ("2026-02-26 (Monday)", 1),
        ("Monday 2026-02-26", 1),
        ("dilluns, 26 de febrer de 2026", 1),
        ("dijous 26 de febrer de 2026", 0),
        ("dimarts, 6 d'abril de 2026", 1),
        ("jueves, 26 de febrero de 2026", 0),
        ("miércoles 26 de febrero de 2026", 1),
        ("every Monday, 26 people come", 0),
        ("Monday, 31st of February 2026", 0),
    ],
)
def test_a_weekday_belongs_to_its_day(tmp_path, text, faults):
    put(tmp_path, {"resolutions/passed/033.md": MODERN, "minutes/notes.md": f"# Notes\n\n{text}\n"})
    assert len(lint(tmp_path)) == faults


def test_strange_files_neither_stop_it_nor_lead_it_away(tmp_path):
    root = clean(tmp_path / "checkout")
    (tmp_path / "outside.md").write_text("Monday, 26th of February 2026\n")
    minutes = root / BASE / "minutes"
    (minutes / "2023-08-01.md").symlink_to(tmp_path / "outside.md")
    (minutes / "loop").symlink_to(root)
    (minutes / "2023-08-02.md").write_bytes(b"\0\1\2")
    (minutes / "2023-08-03.md").write_bytes(b"caf\xe9\n")
    (minutes / "2023-08-04.md").write_text("[" * 200_000)
    (minutes / "2023-08-05.md").write_text("Monday, " * 50_000)
    began = time.process_time()
    assert lint(root) == []
    assert time.process_time() - began < 5


def test_the_command_prints_the_faults_and_says_so(tmp_path, own_home, capsys):
    assert main(["federation", "lint", str(clean(tmp_path / "clean")), "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == []
    assert main(["federation", "lint", str(faulty(tmp_path / "faulty")), "--json"]) == 1
    printed = json.loads(capsys.readouterr().out)
    rules = json.loads(places.resource("schemas", "federation-lint.json").read_text())
    jsonschema.validate(printed, rules)
    assert {(one["file"], one["line"], one["rule"]) for one in printed} == FAULTS
    assert all(Path(tmp_path / "faulty" / one["file"]).is_file() for one in printed)


def test_a_folder_without_a_record_is_said_to_have_none(tmp_path, own_home, capsys):
    with pytest.raises(NoRecordFolder):
        lint(tmp_path)
    assert main(["federation", "lint", str(tmp_path)]) == 1
    assert "no record of decisions" in capsys.readouterr().err
