"""How long the first painted window takes, beside a bare PySide6 window: whole processes.

Both are started in turns, so that a busy machine hurts both alike; the medians are compared.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
MOST = 1.6
ROUNDS = 9
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


def seconds(command: list[str], environment: dict[str, str]) -> float:
    """Return how long *command* took from start to end."""
    began = time.perf_counter()
    subprocess.run(command, check=True, env=environment, cwd=CHECKOUT, stderr=subprocess.DEVNULL)
    return time.perf_counter() - began


def measure(rounds: int = ROUNDS) -> tuple[float, float]:
    """Return the medians of the bare window and of ours, in seconds."""
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ,
            "HOME": home,
            "XDG_DATA_HOME": f"{home}/data",
            "XDG_STATE_HOME": f"{home}/state",
            "XDG_CACHE_HOME": f"{home}/cache",
            "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
            "COOPHOST_EXIT_AFTER_FIRST_PAINT": "1",
        }
        bare = [sys.executable, "-c", BARE]
        ours = [sys.executable, "-m", "coophost_gui"]
        for command in (bare, ours):  # fills the caches of the system and of Python
            seconds(command, environment)
        pairs = [(seconds(bare, environment), seconds(ours, environment)) for _ in range(rounds)]
    return statistics.median(b for b, _ in pairs), statistics.median(o for _, o in pairs)


def main() -> int:
    """Print both medians and their ratio; 0 when it is within the promise."""
    bare, ours = measure()
    ratio = ours / bare
    print(f"bare window {bare:.3f} s, ours {ours:.3f} s, ratio {ratio:.2f} (at most {MOST})")
    return 0 if ratio <= MOST else 1


if __name__ == "__main__":
    sys.exit(main())
