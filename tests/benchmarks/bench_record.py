"""How long a record of 2,000 decisions and 500 members takes to a painted list, and a search.

The real page in the real window, without a screen: the folder is read, every decision is
parsed, and the list is painted.  The peer reads the same files and has PyYAML's C loader
parse what is YAML in them: the front matter of the decisions, and the members.  Then words are
typed letter by letter, each counted from the key until the list was painted; 16 ms is one
frame of a screen.
"""

import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import yaml
from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from coophost_gui.federation import cycle
from coophost_gui.federation.members import Delegate, Member, members, write_member
from coophost_gui.federation.ours import remember_record
from coophost_gui.federation.record import PASSED, STALLED, Record
from coophost_gui.federation.resolution import Resolution, write
from coophost_gui.federation.rules import preset, write_ruleset
from coophost_gui.gui import theme
from coophost_gui.gui.places.federation.page import FederationPage
from coophost_gui.gui.window import Window
from tests.benchmarks.turns import in_turns, judged
from tests.gui import staged

MOST, MOST_MS = 3.0, 16.0
DECISIONS, OPEN, MEMBERS, PAIRS = 2000, 5, 500, 9
EVERYTHING = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
TYPED = ("oven", "bread 17", "043", "winter g")
WORDS = "the oven bread garden winter costs dues server notes yard roof in share"


class Painted(QObject):
    """Hears that the list of *page* was painted."""

    def __init__(self, page: FederationPage) -> None:
        super().__init__(page)
        self.yet = False
        page.lines.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.yet = self.yet or event.type() == QEvent.Type.Paint
        return False

    def after(self, act: Callable[[], object]) -> None:
        """Do *act* and wait until the list was painted anew."""
        app = QApplication.instance()
        assert app is not None
        self.yet = False
        act()
        while not self.yet:
            app.processEvents(EVERYTHING)


def fill(record: Record) -> None:
    """Write so many members and decisions; a few are open, with who may vote on them."""
    dice, rules = random.Random(4), preset("in-force")
    write_ruleset(rules, record.ruleset)
    for number in range(MEMBERS):
        ada = Delegate("Ada", f"@ada:coop{number}.example.org", "ca")
        page = f"https://coop{number}.example.org"
        name = f"coop-{number:03d}"
        write_member(
            record, Member(name, name.title(), page, delegates=(ada,), joined=date(2024, 1, 2))
        )
    here, now = members(record), datetime.now(UTC)
    for _ in range(OPEN):
        cycle.propose(record, rules, here, resolution(dice), "Ada", now)
    for number in range(OPEN + 1, DECISIONS + 1):
        day = date(2023, 4, 1) + timedelta(days=number % 1000)
        last, passed = day + timedelta(days=14), number % 20 != 0
        one = replace(
            resolution(dice),
            number=number,
            id=f"{number:012x}",
            proposed=day,
            deadline=last,
            passed_on=last if passed else None,
        )
        folder = record.resolutions / (PASSED if passed else STALLED)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{number:03d}.md").write_text(write(one), encoding="utf-8")


def resolution(dice: random.Random) -> Resolution:
    """Return a decision of some two hundred words."""
    words = WORDS.split()
    title = " ".join(dice.choices(words, k=5)).capitalize()
    texts = [
        "\n".join(" ".join(dice.choices(words, k=12)) for _ in range(lines)) for lines in (4, 12)
    ]
    sections = dict(zip(("Summary", "Details"), texts, strict=True))
    return Resolution(None, title, title, size="large", sections=sections)


def yaml_alone(record: Record) -> None:
    """Read the same files and have PyYAML parse what is YAML in them."""
    for path in record.resolutions.glob("*/*.md"):
        yaml.load(path.read_text(encoding="utf-8").split("---\n", 2)[1], yaml.CSafeLoader)
    for path in record.members.glob("*.yml"):
        yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)


def strokes(page: FederationPage, painted: Painted) -> list[tuple[float, float]]:
    """Type and take back each of ``TYPED``; how long each stroke took, in ms, by the clock
    and on the processor."""
    took = []
    for text in TYPED:
        for key in (*text, *(Qt.Key.Key_Backspace for _ in text)):
            began, busy = time.perf_counter(), time.process_time()
            painted.after(lambda key=key: QTest.keyClick(page.search, key))  # type: ignore[misc]
            clock = time.perf_counter() - began
            took.append((1000 * clock, 1000 * (time.process_time() - busy)))
    return took


def main() -> int:
    app = theme.application(sys.argv[:1])
    theme.apply(app, "light")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        record = Record(folder / "decisions")
        fill(record)
        remember_record(folder / "data", record.root)
        lived_in = staged.lived_in_world(folder)
        world = replace(lived_in, data_dir=lambda: folder / "data")
        window = Window(lambda: world)
        window.resize(1180, 760)
        window.show()
        window.side.go("federation")
        page = window.side.page("federation")
        assert isinstance(page, FederationPage)
        app.processEvents()
        painted = Painted(page)

        def ours() -> None:
            painted.after(page.refresh)
            assert len(members(record)) == MEMBERS

        measured = in_turns(ours, lambda: yaml_alone(record), PAIRS)
        took = strokes(page, painted)
        window.end()
    over = judged("record to painted list", "CSafeLoader alone", measured, MOST)
    median, busy = (statistics.median(stroke[way] for stroke in took) for way in (0, 1))
    print(f"{len(took)} strokes in {DECISIONS} decisions, the slowest {max(took)[0]:.1f} ms")
    print(f"key stroke to painted list {median:.1f} ms (less than {MOST_MS:.0f})")
    print(f"of that on the processor {busy:.1f} ms")
    return over or (0 if median < MOST_MS else 1)


if __name__ == "__main__":
    sys.exit(main())
