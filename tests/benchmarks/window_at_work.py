"""The window of somebody with several servers, at work until it has looked at all of them.

A process of its own for ``bench_memory.py``: it loads the program and nothing else.  Reads
the folder and the servers as JSON from its standard input; prints its resident memory in
bytes once every app was seen and the page painted, some rounds later.
"""

import json
import re
import sys
from pathlib import Path

from PySide6.QtCore import QTimer

from coophost_gui.gui import theme
from coophost_gui.gui.window import Window
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.jobs import Asked, Event, Job
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.benchmarks.pages import Pages

ROUNDS, ROUND_MS = 5, 2000


def resident() -> int:
    """Return the resident memory of this process in bytes, as the kernel counts it."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024


def main() -> int:
    known = json.load(sys.stdin)
    folder = Path(known["folder"])
    secrets = MemorySecrets()
    world = World(
        world=Real,
        abra=AbraFolder(Path(known["abra"])),
        hosts=Connections(secrets, folder / "ssh"),
        secrets=secrets,
        ssh_dir=folder / "ssh",
        docker_dir=folder / "docker",
        web=Pages(),
        data_dir=lambda: folder / "data",
    )
    for name, server in known["servers"].items():

        def compared(event: Event, fingerprint: str = server["fingerprint"]) -> None:
            if isinstance(event, Asked):
                event.answer.set_result(fingerprint)

        login = Login(name, server["address"], 22, "root", server["password"])
        world.hosts.first_contact(Job(compared), login)
    app = theme.application(sys.argv[:1])
    theme.apply(app, "light")
    window = Window(lambda: world)
    window.resize(1180, 760)
    window.show()
    window.side.go("health")
    watch = window.side.context.watch
    rounds = 0

    def on_time() -> None:
        nonlocal rounds
        cards = watch.board.cards if watch.board is not None else ()
        if len(cards) == known["apps"] and not watch.looking:
            rounds += 1
            watch.look()
        if rounds > ROUNDS:
            levels = {card.level for card in cards}
            print(json.dumps({"bytes": resident(), "levels": sorted(levels)}), flush=True)
            app.quit()

    timer = QTimer(interval=ROUND_MS)
    timer.timeout.connect(on_time)
    timer.start()
    code = app.exec()
    window.end()
    return code


if __name__ == "__main__":
    sys.exit(main())
