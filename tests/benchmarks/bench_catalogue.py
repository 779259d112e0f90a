"""How long it takes from a key stroke to the painted list, in a catalogue of 500 apps.

The real page in the real window, without a screen.  A word is typed letter by letter and
taken back again; each time counts from the key until the list has been painted, with
everything that Qt wanted to do in between (it gathers what is to be painted for 5 ms).  Nothing
was typed before, so nothing is remembered.  Five hundred because abra's own catalogue has
some two hundred: the federation may grow.  There is no peer; 16 ms is one frame of a screen.
"""

import json
import os
import statistics
import sys
import tempfile
import time
from itertools import cycle
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QEvent, QEventLoop, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from coophost_gui.gui import theme
from coophost_gui.gui.places.find.page import FindPage
from coophost_gui.gui.window import Window
from coophost_gui.recipes.meanings import shipped
from tests.gui import staged

MOST_MS = 16.0
APPS = 500
EVERYTHING = QEventLoop.ProcessEventsFlag.AllEvents | QEventLoop.ProcessEventsFlag.WaitForMoreEvents
TYPED = ("google drive", "nextcloud", "zoom", "passwords", "a wiki", "o", "whatsapp")


class Painted(QObject):
    """Hears that the list of *page* was painted."""

    def __init__(self, page: FindPage) -> None:
        super().__init__(page)
        self.yet = False
        page.cards.viewport().installEventFilter(self)
        page.front.area.viewport().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.yet = self.yet or event.type() == QEvent.Type.Paint
        return False


def catalogue() -> bytes:
    """Return a catalogue of 500: the apps that we can say something of, and as many unknown."""
    words = sorted({word for meaning in shipped().values() for word in meaning.sentence.split()})
    names = [*shipped(), *(f"{word.strip('.,').lower()}-{n}" for n, word in enumerate(words))]
    sentences = cycle(" ".join(words[n : n + 12]) for n in range(0, len(words) - 12, 5))
    made = {
        name: {
            "name": name,
            "category": "Apps",
            "description": next(sentences),
            "features": {"status": 3},
            "versions": [{"1.0.0+1": {"app": {"image": name, "tag": "1"}}}],
        }
        for name in names[:APPS]
    }
    assert len(made) == APPS
    return json.dumps(made).encode()


def strokes(app: QApplication, page: FindPage) -> list[tuple[float, float]]:
    """Type and take back each of ``TYPED``; how long each stroke took, in ms, by the clock
    and on the processor."""
    painted, took = Painted(page), []
    for text in TYPED:
        for key in (*text, *(Qt.Key.Key_Backspace for _ in text)):
            painted.yet = False
            began, busy = time.perf_counter(), time.process_time()
            QTest.keyClick(page.search, key)
            while not painted.yet:
                app.processEvents(EVERYTHING)
            clock = time.perf_counter() - began
            took.append((1000 * clock, 1000 * (time.process_time() - busy)))
    return took


def main() -> int:
    app = theme.application(sys.argv[:1])
    theme.apply(app, "light")
    with tempfile.TemporaryDirectory() as name:
        world = staged.lived_in_world(Path(name))
        file = world.abra.catalogue_file()
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(catalogue())
        window = Window(lambda: world)
        window.resize(1180, 760)
        window.show()
        window.side.go("find")
        page = window.side.page("find")
        assert isinstance(page, FindPage)
        app.processEvents()
        shown = len(page.cards.choices.choices())
        took = strokes(app, page)
        window.end()
    median, busy = (statistics.median(stroke[way] for stroke in took) for way in (0, 1))
    print(f"{shown} apps shown at first, {len(took)} strokes, the slowest {max(took)[0]:.1f} ms")
    print(f"key stroke to painted list {median:.1f} ms (less than {MOST_MS:.0f})")
    print(f"of that on the processor {busy:.1f} ms")
    return 0 if median < MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
