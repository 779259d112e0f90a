"""``coophost`` as a process: exit codes, odd terminals, and what is typed wrongly.

What no process is needed for is said in this one, which has everything loaded.
"""

import io
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from coophost_gui.cli.main import main

PROGRAM = [sys.executable, "-c", "from coophost_gui.cli.main import main; raise SystemExit(main())"]
MARKED = "caf\udce9"  # a byte that is no text
NEVER = "This is a mistake of ours"


@pytest.fixture
def run(tmp_path):
    """Run a command with nobody at the terminal; return the finished process."""

    def run(*words, **more):
        env = {**os.environ, **more.pop("env", {})}
        options = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, **more}
        done = subprocess.run(
            [*PROGRAM, *words],
            env=env,
            stderr=subprocess.PIPE,
            check=False,
            cwd=tmp_path,
            timeout=60,
            **options,
        )
        assert NEVER.encode() not in done.stderr
        return done

    return run


@pytest.fixture
def said(tmp_path, monkeypatch):
    """Run a command here; return its exit code, what it printed and what it said beside."""

    def said(*words, encoding="utf-8"):
        streams = [io.TextIOWrapper(io.BytesIO(), encoding) for _ in range(2)]
        with monkeypatch.context() as patch, Path(os.devnull).open() as nobody:
            patch.chdir(tmp_path)
            for name, stream in zip(("stdin", "stdout", "stderr"), (nobody, *streams), strict=True):
                patch.setattr(sys, name, stream)
            try:
                code = main(words)
            except SystemExit as left:
                code = left.code
            for stream in streams:
                stream.flush()
        out, err = (stream.buffer.getvalue().decode(encoding) for stream in streams)
        assert NEVER not in err
        return code, out, err

    return said


@pytest.fixture
def abra(tmp_path, monkeypatch):
    """Have a link to an abra folder with one server and one app of odd letters."""
    server = tmp_path / "real" / "servers" / "kitchen.example.org"
    server.mkdir(parents=True)
    (server / "ñ.env").write_bytes(b"TYPE=starter-wordpress\r\nDOMAIN=caf\xe9\r\n")
    (tmp_path / "link").symlink_to("real")
    monkeypatch.setenv("ABRA_DIR", str(tmp_path / "link"))


@pytest.mark.parametrize(
    ("words", "code", "why"),
    [
        ([], 2, "COMMAND"),
        (["nonsense"], 2, "invalid choice"),
        (["--help"], 0, ""),
        (["server", "forget"], 2, "missing: server."),
        (["server", "forget", "none.example.org"], 1, "no server called"),
        (["server", "check", "none.example.org"], 1, "no server called"),
        (["app", "list", "--server", "none.example.org"], 1, "no server called"),
        (["app", "new", "--server", "none.example.org"], 1, "no server called"),
        (["app", "new"], 2, "missing: recipe."),
        (["app", "new", "nothing"], 2, "do not fit. recipe: Choose one of the apps"),
        (["app", "deploy", "none.example.org"], 1, "no app called"),
        (["app", "undeploy", "none.example.org"], 1, "no app called"),
        (["app", "undeploy"], 2, "missing: app."),
        (["app", "logs", "x", "--last", "-1"], 2, "number of lines"),
        (["health", "--watch", "--every", "0"], 2, "above zero"),
        (["practice", "--speed", "nan"], 2, "above zero"),
        (["server", "add", "--answers", "nowhere.yml"], 2, "not a file"),
        (["server", "add", "--secrets-fd", "99"], 2, "open file"),
        (["recipe", "lint", "nowhere"], 2, "not a folder"),
    ],
)
def test_what_is_typed_wrongly_is_said(said, words, code, why):
    ended, _, err = said(*words)
    assert ended == code
    assert why in err


@pytest.mark.parametrize("words", [["server", "list"], ["app", "list"], ["health"]])
@pytest.mark.parametrize("elsewhere", [False, True])
def test_nothing_there_yet_is_an_empty_list(said, words, elsewhere, monkeypatch):
    if elsewhere:
        monkeypatch.setenv("ABRA_DIR", "/nowhere/at/all")
    else:
        monkeypatch.delenv("HOME")
    code, out, _ = said(*words, "--json")
    assert (code, json.loads(out)) == (0, [])


@pytest.mark.parametrize("encoding", ["ascii", "latin-1", "utf-8"])
def test_every_locale_can_show_every_name(said, abra, encoding):
    code, out, _ = said("app", "list", "--json", encoding=encoding)
    assert code == 0
    [app] = json.loads(out)
    assert (app["name"], app["domain"]) == ("ñ", MARKED)
    for words in (["app", "list"], ["app", "status", "none"], ["server", "check", "ñ"]):
        assert said(*words, encoding=encoding)[0] == (0 if words[1] == "list" else 1)


def test_a_process_takes_the_encoding_of_its_terminal(run, abra):
    done = run("app", "list", "--json", env={"PYTHONIOENCODING": "latin-1"})
    [app] = json.loads(done.stdout.decode("latin-1"))
    assert (done.returncode, app["name"], app["domain"]) == (0, "ñ", MARKED)


@pytest.mark.parametrize("words", [["catalogue", "list"], ["catalogue", "show", "starter-gateway"]])
def test_a_reader_that_leaves_stops_it_quietly(run, words):
    reading, writing = os.pipe()
    os.close(reading)
    try:
        done = run(*words, "--json", stdout=writing)
    finally:
        os.close(writing)
    assert (done.returncode, done.stderr) == (130, b"")


def test_a_full_disk_is_a_problem_that_is_explained(run):
    with Path("/dev/full").open("w") as full:
        done = run("catalogue", "show", "starter-gateway", stdout=full)
    assert done.returncode == 1
    assert "no room left" in done.stderr.decode()


def test_secrets_come_over_a_descriptor_and_are_shown_nowhere(run, tmp_path):
    answers = tmp_path / "answers.yml"
    answers.write_text("address: 127.0.0.1:9\n")
    reading, writing = os.pipe()
    os.write(writing, b"password: planted: secret \xe9\nuser:root\nnot a line of it\n")
    os.close(writing)
    words = ["--answers", str(answers), "--secrets-fd", str(reading), "--yes", "--json"]
    try:
        done = run("server", "add", *words, pass_fds=[reading])
    finally:
        os.close(reading)
    assert done.returncode == 1
    assert json.loads(done.stdout)["problem"] != "answers-missing"
    everything = [done.stdout, done.stderr]
    everything += [path.read_bytes() for path in Path.home().rglob("*") if path.is_file()]
    assert not [one for one in everything if b"planted" in one]


@pytest.mark.parametrize("words", [["health", "--watch"], ["practice", "--speed", "0.1"]])
def test_ctrl_c_stops_it_and_leaves_nothing_behind(words, tmp_path):
    env = {**os.environ, "TMPDIR": str(tmp_path)}
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    with subprocess.Popen([*PROGRAM, *words], env=env, **both) as running:
        assert running.stdout is not None
        running.stdout.readline()
        time.sleep(0.5)
        running.send_signal(signal.SIGINT)
        said = running.stdout.read().decode()
        assert running.wait(20) == 130
    assert "Stopped. What was finished stays" in said
    assert list(tmp_path.iterdir()) == []


def test_practice_leaves_nothing_behind(run, tmp_path):
    (tmp_path / "t").mkdir()
    done = run("practice", "--speed", "60", "--json", env={"TMPDIR": str(tmp_path / "t")})
    assert done.returncode == 0
    assert list((tmp_path / "t").iterdir()) == []
