"""The script that replaces the server's host key, stopped at every single command of it."""

import os
import shutil
import subprocess

import pytest

from coophost_gui.kit import places

COMMANDS = ("chmod", "cp", "cut", "ln", "mkdir", "mv", "rm", "ssh-keygen", "sync", "uname")

# Every command is this one: it counts, dies with its shell at the chosen count, and
# otherwise does the real thing.  A program in $(...) takes only that with it, as a crash does.
STUB = """#!/bin/sh
count=$(($(cat {lab}/count) + 1)); echo $count >{lab}/count
if [ "$count" = "$(cat {lab}/kill-at)" ]; then
    kill -9 $PPID $(cat {lab}/shell) 2>/dev/null
    exit 1
fi
exec {real} "$@"
"""
SSHD = "#!/bin/sh\n[ ! -e {lab}/refuses ]\n"
SYSTEMCTL = '#!/bin/sh\n[ "$1" = reload ] && echo "$2" >>{lab}/reloads\n'


class Lab:
    """A folder that stands for the server's files."""

    def __init__(self, folder):
        self.folder, self.ssh, self.bin = folder, folder / "ssh", folder / "bin"
        self.ssh.mkdir(parents=True)
        self.bin.mkdir()
        stubs = {name: STUB.replace("{real}", shutil.which(name)) for name in COMMANDS}
        for name, text in {**stubs, "sshd": SSHD, "systemctl": SYSTEMCTL}.items():
            (self.bin / name).write_text(text.replace("{lab}", str(folder)))
            (self.bin / name).chmod(0o755)
        text = places.resource("server", "host-key.sh").read_text()
        text = text.replace("/etc/ssh", str(self.ssh))
        self.script = f"echo $$ >{folder}/shell\n" + text.replace("/run/sshd.pid", "/dev/null")
        self.key = self.ssh / "ssh_host_ed25519_key"
        subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", self.key], check=True)
        self.first = self.shown

    @property
    def shown(self):
        """What sshd would show if it were started now; raises when the key is not whole."""
        done = subprocess.run(
            ["ssh-keygen", "-y", "-f", self.key], check=True, capture_output=True, text=True
        )
        return " ".join(done.stdout.split()[:2])

    def run(self, what, kill_at=0):
        """Return the exit code, and what was printed; *kill_at* counts the commands."""
        (self.folder / "count").write_text("0")
        (self.folder / "kill-at").write_text(str(kill_at))
        done = subprocess.run(
            ["sh", "-s", "host-key", what, self.first.split()[1]],
            input=self.script,
            capture_output=True,
            text=True,
            env={"PATH": f"{self.bin}:/usr/bin:/bin"},
            timeout=30,
        )
        return done.returncode, done.stdout.strip()

    @property
    def commands(self):
        return int((self.folder / "count").read_text())

    def completes(self):
        """Run it to the end and assert that everything is in its place."""
        code, made = self.run("make")
        assert code == 0
        assert self.run("switch") == (0, "")
        assert self.shown == made != self.first
        public = self.key.with_suffix(".pub")
        assert public.read_text().strip() == made
        assert (self.key.stat().st_mode & 0o777, public.stat().st_mode & 0o777) == (0o600, 0o644)
        away = self.ssh / "coophost-introduced"
        old = subprocess.run(
            ["ssh-keygen", "-y", "-f", away / self.key.name], capture_output=True, text=True
        )
        assert " ".join(old.stdout.split()[:2]) == self.first
        assert {path.name for path in self.ssh.iterdir()} - {f"{self.key.name}.pub.part"} == {
            *(self.key.name, public.name, away.name)
        }
        assert "ssh.service" in (self.folder / "reloads").read_text()


@pytest.mark.timeout(300)
@pytest.mark.parametrize("what", ["make", "switch"])
def test_stopped_at_any_command_there_is_a_whole_key_and_it_completes(tmp_path, what):
    moment, ended = 0, False
    while not ended:
        moment += 1
        lab = Lab(tmp_path / str(moment))
        if what == "switch":
            promised = lab.run("make")[1]
        code, _ = lab.run(what, moment)
        ended = code == 0 and lab.commands < moment  # two in a pipe may count as one
        if what == "switch":
            assert lab.shown in (lab.first, promised)
        else:
            assert lab.shown == lab.first
        lab.completes()
        if what == "switch":
            assert lab.shown == promised  # what was heard before the crash is what it has
    assert moment > 8
    print(f"{what}: stopped at {moment - 1} commands")


def test_a_key_that_sshd_does_not_take_is_taken_back(tmp_path):
    lab = Lab(tmp_path)
    lab.run("make")
    (tmp_path / "refuses").touch()
    assert lab.run("switch")[0] == 3
    assert lab.shown == lab.first
    assert os.listdir(lab.ssh / "coophost-introduced") == []
    (tmp_path / "refuses").unlink()
    lab.completes()


def test_run_again_it_changes_nothing_and_prints_the_same_key(tmp_path):
    lab = Lab(tmp_path)
    lab.completes()
    own = lab.shown
    assert lab.run("make") == (0, own)
    lab.completes()
    assert lab.shown == own
