"""How much memory the window takes with three servers of thirty apps each on its dashboard.

Counted is what is resident of the one process (VmRSS) after a first look and five more,
the page "Health" open with every app on it, without a screen: connections, Qt, Python and
the libraries that are shared with other programs, too.  Each server is a real
sshd and an Engine that always says the same; web pages and names are not asked for.
Python's compiled files are there, as an installed program has them.
The peer is a bare PySide6 window; it is printed, and the limit is an absolute one.
"""

import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from coophost_gui.recipes.abra import AbraFolder
from tests.benchmarks.many import still_servers

CHECKOUT = Path(__file__).resolve().parents[2]
MOST = 120_000_000
NAMES, APPS = ("alpha", "beta", "gamma"), 30
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
app = QApplication(sys.argv)
window = QWidget()
window.resize(1180, 760)
window.show()
QTimer.singleShot(1000, app.quit)
app.exec()
print(open("/proc/self/status").read())
"""


def said(command: list[str], folder: Path, told: str = "") -> str:
    """Return what *command* prints; it has no screen and a home of its own."""
    environment = {
        **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
        "HOME": str(folder),
        "XDG_DATA_HOME": f"{folder}/data",
        "XDG_STATE_HOME": f"{folder}/state",
        "XDG_CACHE_HOME": f"{folder}/cache",
        "QT_QPA_PLATFORM": "offscreen",
    }
    done = subprocess.run(
        command, input=told, env=environment, cwd=CHECKOUT, check=True, stdout=-1, text=True
    )
    return done.stdout


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bare = re.search(r"VmRSS:\s+(\d+) kB", said([sys.executable, "-c", BARE], folder))
        assert bare is not None
        abra = AbraFolder(folder / "abra")
        said([sys.executable, "-m", "compileall", "-q", "coophost_gui", "tests/benchmarks"], folder)
        with still_servers(folder, abra, NAMES, APPS) as servers:
            told = {
                "folder": name,
                "abra": str(abra.root),
                "apps": APPS * len(NAMES),
                "servers": {
                    name: {
                        "address": server.address,
                        "fingerprint": server.fingerprint,
                        "password": server.password,
                    }
                    for name, server in servers.items()
                },
            }
            words = [sys.executable, "-m", "tests.benchmarks.window_at_work"]
            found = json.loads(said(words, folder, json.dumps(told)))
    assert found["levels"] == ["good"], "all is well on those servers"
    ours, theirs = found["bytes"] / 1e6, int(bare[1]) * 1024 / 1e6
    print(f"{len(NAMES)} servers of {APPS} apps: {ours:.0f} MB (at most {MOST / 1e6:.0f})")
    print(f"a bare window {theirs:.0f} MB")
    return 0 if found["bytes"] <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
