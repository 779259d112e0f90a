"""Somebody at a terminal of her own computer, with the command line program in it."""

import json
import os
import subprocess
import sys
from pathlib import Path

NAME = "kitchen"


class Person:
    """Somebody at a terminal of her own computer (her home is the test's)."""

    def __init__(self, home: Path, server, user="root", password=None, name=NAME):
        self.home = home
        self.name = name
        self.server = server
        self.user = user
        self.password = server.password if password is None else password
        bin_folder = home / "bin"
        bin_folder.mkdir(exist_ok=True)
        # ssh finds its files by the account, not by HOME: show it her home as the account's.
        (bin_folder / "ssh").write_text(
            '#!/bin/sh\nexec unshare --mount sh -c \'mount --bind "$0" ~root && '
            f'exec /usr/bin/ssh -o BatchMode=yes "$@"\' {home} "$@"\n'
        )
        (bin_folder / "ssh").chmod(0o755)
        self.answers = {"fingerprint": server.fingerprint, "front_door": False}
        self.secrets = {"password": self.password}

    def begin(self, *arguments):
        """Start ``coophost ARGUMENTS`` and return the process."""
        answers = self.home / "answers.yml"
        answers.write_text(json.dumps(self.answers))
        inside, outside = os.pipe()
        with os.fdopen(outside, "w") as lines:
            lines.writelines(f"{key}: {value}\n" for key, value in self.secrets.items())
        program = "from coophost_gui.cli.main import main; raise SystemExit(main())"
        try:
            return subprocess.Popen(
                [
                    *(sys.executable, "-c", program, *arguments),
                    *("--answers", str(answers), "--secrets-fd", str(inside)),
                ],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                pass_fds=[inside],
                text=True,
            )
        finally:
            os.close(inside)

    def add(self):
        return self.begin(
            *("server", "add", f"{self.user}@{self.server.address}", "--name", self.name),
            *("--email", "hello@example.org", "--yes"),
        )

    def adds(self):
        """Add the server; return what was said."""
        code, _, said = finish(self.add())
        assert code == 0, said
        return said

    def says(self, *command, timeout=60):
        """Run one of her own programs; return what it printed."""
        path = f"{self.home}/bin:{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path}
        done = subprocess.run(
            command, env=environment, capture_output=True, text=True, timeout=timeout
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()


def finish(process, timeout=240):
    out, err = process.communicate(timeout=timeout)
    return process.returncode, out, err
