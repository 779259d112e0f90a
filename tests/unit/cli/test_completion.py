"""``coophost completion``: bash itself is asked what it would offer; every shell is named."""

import shutil
import subprocess

import pytest

from coophost_gui.cli.completion import SHELLS, script
from coophost_gui.cli.main import parser

RECIPES = ("hedgedoc", "wordpress", "$(touch taken)")
ASK = """
source "$1"
while read -r -a words; do
    COMP_WORDS=("${words[@]%_}") COMP_CWORD=$((${#words[@]} - 1))
    _shtab_coophost 2>/dev/null
    echo "${COMPREPLY[*]}"
done
"""
OFFERED = {  # "_" ends a word that is not typed yet
    "coophost se_": "server",
    "coophost server ch_": "check",
    "coophost server check _": "alpha kitchen.example.org",
    "coophost app status n_": "notes.kitchen.example.org",
    "coophost app new _": "hedgedoc wordpress",
    "coophost app new wordpress --server k_": "kitchen.example.org",
    "coophost app deploy notes.kitchen.example.org --ye_": "--yes",
    "coophost server add --answers ans_": "answers.yml",
    "coophost recipe lint ser_": "servers",
    "coophost server open ser_": "servers",
    "coophost completion z_": "zsh",
}


@pytest.fixture
def home(tmp_path):
    """Return an abra folder, with names that a shell could take for a command."""
    for name in ("alpha", "kitchen.example.org", "$(touch taken)", "`touch taken`", "two words"):
        (tmp_path / "servers" / name).mkdir(parents=True)
    for name in ("notes.kitchen.example.org", "$(touch taken)"):
        (tmp_path / "servers" / "kitchen.example.org" / f"{name}.env").touch()
    (tmp_path / "answers.yml").touch()
    return tmp_path


def test_bash_offers_commands_options_and_names_and_runs_none_of_them(home):
    (home / "script").write_text(script(parser(), "bash", RECIPES))
    done = subprocess.run(
        [shutil.which("bash"), "--norc", "-c", ASK, "ask", "./script"],
        input="".join(f"{words}\n" for words in OFFERED),
        env={"ABRA_DIR": str(home), "PATH": "/usr/bin:/bin"},
        cwd=home,
        capture_output=True,
        text=True,
        check=True,
    )
    assert dict(zip(OFFERED, done.stdout.splitlines(), strict=True)) == OFFERED
    assert not list(home.rglob("taken"))


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_a_script_that_names_the_commands(shell):
    text = script(parser(), shell, RECIPES)
    assert "_coophost_server" in text
    assert "undeploy" in text
    assert "touch taken" not in text
