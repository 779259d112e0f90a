"""What needs no thought is mended: shown first, written on a yes, and nothing else."""

import json
import subprocess

import pytest

from coophost_gui.cli.main import main
from coophost_gui.federation.lint import lint
from coophost_gui.federation.lint.mending import mended
from tests.unit.federation.checkouts import MEMBERS, NAV, clean, faulty, put
from tests.unit.federation.shapes import BARE, MODERN

BASE = "docs/federation"
FORM = {"no-front-matter", "heading-as-title", "lower-case-keys", "no-bullets"}
MENDED = """---
title: "Resolution 040: Vote with beans in jars"
---

- Topic: Vote with beans in jars
- Date: 2026-05-28
- Deadline: 2026-06-04
- Size: large
"""


def everything(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


def test_it_is_shown_and_nothing_is_written_without_a_yes(tmp_path, own_home, capsys):
    root = faulty(tmp_path)
    before = everything(root)
    assert main(["federation", "lint", str(root), "--mend"]) == 1
    printed = capsys.readouterr()
    assert "+@room Medium decision 037. Please answer by Thursday, 26th of Feb" in printed.out
    assert "Nothing was changed" in printed.err
    assert everything(root) == before


def test_what_was_shown_is_what_git_applies_and_what_a_yes_writes(tmp_path, own_home, capsys):
    shown, written = faulty(tmp_path / "shown"), faulty(tmp_path / "written")
    main(["federation", "lint", str(shown), "--mend"])
    patch = capsys.readouterr().out
    subprocess.run(["git", "apply", "-"], input=patch, text=True, cwd=shown, check=True)
    assert main(["federation", "lint", str(written), "--mend", "--yes", "--json"]) == 1
    left = json.loads(capsys.readouterr().out)
    assert {one["rule"] for one in left} == {
        "deadline-too-short", "minutes-name", "dead-link",
        "member-twice", "member-row", "member-contact",
    }  # fmt: skip
    ours = {path.relative_to(written): data for path, data in everything(written).items()}
    assert ours == {path.relative_to(shown): data for path, data in everything(shown).items()}
    form = (written / BASE / "resolutions/in-progress/040.md").read_text()
    assert form == BARE.replace(BARE[: BARE.index("\n## Summary")], MENDED)
    assert (
        '              - "039": federation/resolutions/passed/039.md\n'
        in (written / "mkdocs.yml").read_text()
    )


def test_nothing_is_mended_where_nothing_is_wrong(tmp_path, own_home, capsys):
    root = clean(tmp_path)
    before = everything(root)
    assert main(["federation", "lint", str(root), "--mend", "--yes"]) == 0
    assert everything(root) == before


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_every_other_byte_stays(tmp_path, ending, mark):
    path = tmp_path / "resolutions/passed/040.md"
    path.parent.mkdir(parents=True)
    text = BARE + "\fA page, \u2028and  spaces  \n\tand no end of line"
    path.write_bytes((mark + text.replace("\n", ending)).encode())
    for one in mended(tmp_path, lint(tmp_path)):
        one.write()
    after = path.read_bytes().decode()
    assert after == (mark + text.replace(BARE[: BARE.index("\n## S")], MENDED)).replace(
        "\n", ending
    )
    assert not FORM & {one.rule for one in lint(tmp_path)}


@pytest.mark.parametrize("lost", ["| ", " |"])
def test_a_row_gets_its_bar_and_a_list_keeps_its_last_entry(tmp_path, lost):
    whole = "| Band | - | - | `band@example.org` |"
    row = whole.replace(lost, "", 1) if lost == "| " else whole.removesuffix(lost)
    only = NAV.replace("in-progress/033", "passed/002")
    root = put(clean(tmp_path), {f"{BASE}/membership.md": f"{MEMBERS}{row}\n", "mkdocs.yml": only})
    changes = mended(root, lint(root))
    assert [one.file for one in changes] == [f"{BASE}/membership.md", "mkdocs.yml"]
    assert changes[0].after == changes[0].before.replace(row, whole)
    assert "passed/002.md\n          - Passed" in changes[1].after


def test_what_lies_elsewhere_or_is_no_text_is_left_alone(tmp_path):
    outside = tmp_path / "mkdocs.yml"
    root = faulty(tmp_path / "checkout")
    (root / "mkdocs.yml").rename(outside)
    (root / "mkdocs.yml").symlink_to(outside)
    put(root, {f"{BASE}/resolutions/passed/033.md": MODERN})
    notes = root / BASE / "minutes" / "notes.md"
    notes.write_bytes(b"caf\xe9, Monday, 26th of February 2026\n")
    assert "wrong-weekday" in {one.rule for one in lint(root) if one.file.endswith("notes.md")}
    files = {one.file for one in mended(root, lint(root))}
    assert files == {
        f"{BASE}/resolutions/in-progress/040.md",
        f"{BASE}/kite-flying-pad-archive.md",
    }
