"""The script that changes Docker's settings on the server, stopped at every single command."""

import shutil
import subprocess

import pytest

from coophost_gui.kit import places

COMMANDS = ("cmp", "cp", "dockerd", "grep", "journalctl", "mv", "rm", "sync", "systemctl")

# Every command is this one: it counts, dies with its shell at the chosen count, and
# otherwise does the real thing; Docker "starts" unless its settings say that they are bad.
STUB = """#!/bin/sh
count=$(($(cat {lab}/count) + 1)); echo $count >{lab}/count
[ "$count" = "$(cat {lab}/kill-at)" ] && kill -9 $PPID && exit 1
case "{name} $1" in
    "systemctl restart") echo restart >>{lab}/restarts; ! grep -q bad {lab}/docker/daemon.json ;;
    "systemctl is-active") ! grep -q bad {lab}/docker/daemon.json ;;
    systemctl*|journalctl*|dockerd*) : ;;
    *) exec {real} "$@" ;;
esac 2>/dev/null
"""

OLD = '{"registry-mirrors": ["http://10.0.2.2:5000"]}'
GOOD = '{"log-opts": "good"}'
BAD = '{"log-opts": "bad"}'


class Lab:
    """A folder that stands for the server's files."""

    def __init__(self, folder):
        self.folder = folder
        for part in ("bin", "docker", "run"):
            (folder / part).mkdir()
        for name in COMMANDS:
            stub = folder / "bin" / name
            stub.write_text(STUB.format(lab=folder, name=name, real=shutil.which(name)))
            stub.chmod(0o755)
        text = places.resource("server", "docker-settings.sh").read_text()
        self.script = text.replace("/etc/docker", f"{folder}/docker").replace(
            "/run/", f"{folder}/run/"
        )

    def apply(self, kill_at=0):
        (self.folder / "count").write_text("0")
        (self.folder / "kill-at").write_text(str(kill_at))
        done = subprocess.run(
            ["sh", "-s", "docker-settings"],
            input=self.script.encode(),
            capture_output=True,
            env={"PATH": f"{self.folder}/bin:/usr/bin:/bin"},
            timeout=30,
        )
        return done.returncode

    @property
    def files(self):
        return {path.name.removeprefix("daemon.json"): path for path in self.docker.iterdir()}

    @property
    def docker(self):
        return self.folder / "docker"

    @property
    def settings(self):
        path = self.docker / "daemon.json"
        return path.read_text() if path.exists() else None

    def begin(self, old, new):
        if old is not None:
            (self.docker / "daemon.json").write_text(old)
        (self.docker / "daemon.json.coophost-new").write_text(new)

    @property
    def waiting(self):
        return (self.folder / "run" / "coophost-restart-docker").exists()


@pytest.fixture
def lab(tmp_path):
    return Lab(tmp_path)


def test_new_settings_are_in_place_and_the_old_ones_are_kept(lab):
    lab.begin(OLD, GOOD)
    assert lab.apply() == 0
    assert lab.settings == GOOD
    assert lab.files[".before-coophost"].read_text() == OLD
    assert set(lab.files) == {"", ".before-coophost"}
    assert not lab.waiting


def test_without_settings_before_there_is_nothing_to_keep(lab):
    lab.begin(None, GOOD)
    assert lab.apply() == 0
    assert set(lab.files) == {""}


@pytest.mark.parametrize("old", [OLD, None])
def test_settings_that_docker_refuses_are_undone(lab, old):
    lab.begin(old, BAD)
    assert lab.apply() == 3
    assert lab.settings == old
    assert set(lab.files) == ({""} if old else set())
    assert not lab.waiting


@pytest.mark.parametrize("old", [OLD, None])
@pytest.mark.parametrize(("new", "code", "after"), [(GOOD, 0, GOOD), (BAD, 3, None)])
def test_stopped_at_any_command_it_ends_well_when_run_again(tmp_path, old, new, code, after):
    for kill_at in range(1, 30):
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        lab = Lab(folder)
        lab.begin(old, new)
        first = lab.apply(kill_at)
        if first != -9:
            assert kill_at > 5  # it ran through: every command was once the last
            return
        assert lab.settings in (old, new), "never half a file"
        lab.begin(None, new)  # the step puts the new file first, every time
        assert lab.apply() == code
        assert lab.settings == (after or old)
        assert not lab.waiting
    pytest.fail("it never ran through")
