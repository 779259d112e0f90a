"""How long the first painted window takes, beside a bare PySide6 window: whole processes.

One run is judged.  Both windows are started one right after the other, in turns, so that a
busy machine hurts both alike; each pair gives one ratio, and the median of the ratios counts.
Python's compiled files are kept, as an installed program has them.  The processors' own time
is printed too: on a machine that others use, it is the steadier of the two.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from resource import RUSAGE_CHILDREN, getrusage

CHECKOUT = Path(__file__).resolve().parents[2]
MOST = 1.6
PAIRS = 25
BARE = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QWidget
class Bare(QWidget):
    def paintEvent(self, event):
        QTimer.singleShot(0, app.quit)
app = QApplication(sys.argv)
window = Bare()
window.resize(1180, 760)
window.show()
app.exec()
"""


@dataclass(frozen=True)
class Took:
    """How long a whole process took, by the clock and on the processors, in seconds."""

    clock: float
    processor: float


def took(command: list[str], environment: dict[str, str]) -> Took:
    """Run *command* from start to end and return how long it took."""
    before, began = getrusage(RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL)
    clock, after = time.perf_counter() - began, getrusage(RUSAGE_CHILDREN)
    user = after.ru_utime - before.ru_utime
    return Took(clock, user + after.ru_stime - before.ru_stime)


def measure(pairs: int = PAIRS) -> list[tuple[Took, Took]]:
    """Return what the bare window and ours took, pair by pair."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **{key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"},
            "HOME": home,
            "XDG_DATA_HOME": f"{home}/data",
            "XDG_STATE_HOME": f"{home}/state",
            "XDG_CACHE_HOME": f"{home}/cache",
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
            "COOPHOST_EXIT_AFTER_FIRST_PAINT": "1",
        }
        commands = {
            "bare": [sys.executable, "-c", BARE],
            "ours": [sys.executable, "-m", "coophost_gui"],
        }
        for command in commands.values():  # fills the caches of the system and of Python
            took(command, environment)
        measured = []
        for number in range(pairs):
            order = ("bare", "ours") if number % 2 else ("ours", "bare")
            pair = {which: took(commands[which], environment) for which in order}
            measured.append((pair["bare"], pair["ours"]))
    return measured


def main() -> int:
    """Print the medians; 0 when the ratio by the clock is within the promise."""
    pairs = measure()
    bare, ours = (statistics.median(pair[which].clock for pair in pairs) for which in (0, 1))
    ratio = statistics.median(ours.clock / bare.clock for bare, ours in pairs)
    busy = statistics.median(ours.processor / bare.processor for bare, ours in pairs)
    print(f"bare window {bare:.3f} s, ours {ours:.3f} s, {len(pairs)} pairs")
    print(f"ratio {ratio:.2f} (at most {MOST}); on the processors {busy:.2f}")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
