"""A screen of its own with the real window on it, and somebody with a mouse and a keyboard."""

import json
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

from coophost_gui.kit.places import CHECKOUT
from tests.testbed.commands import end

PICTURES = CHECKOUT / "build" / "journey"
SIZE = "1400x900x24"


class Screen:
    """An X server (Xvfb) with no window on it yet."""

    def __enter__(self):
        reading, writing = os.pipe()
        argv = ("Xvfb", "-displayfd", str(writing), "-screen", "0", SIZE, "-nolisten", "tcp")
        self._process = subprocess.Popen(
            ("setpriv", "--pdeathsig", "KILL", "--", *argv, "-noreset"),
            pass_fds=[writing],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(writing)
        with os.fdopen(reading) as line:
            self.display = f":{line.readline().strip()}"
        return self

    def __exit__(self, *_):
        end(self._process)


class Stuck(AssertionError):
    """What should be on the screen does not come; the words say what is there."""


class Person:
    """Sits before *screen*. Everything she does goes through the mouse and the keyboard."""

    def __init__(self, screen, home, folder, pictures):
        self.home = home
        self.seen = set()  # every text that was on the screen at some time
        self.commands = set()  # every command line that was seen on this computer
        self.words = folder / "window.log"  # what the program says to its terminal
        self.pictures = PICTURES / pictures
        self.pictures.mkdir(parents=True, exist_ok=True)
        for old in self.pictures.glob("*.png"):
            old.unlink()
        self._number = 0
        self._began = time.monotonic()
        self._probe = folder / "probe"
        self._browser = folder / "browser"
        self._environment = {
            **{key: value for key, value in os.environ.items() if key != "WAYLAND_DISPLAY"},
            "DISPLAY": screen.display,
            "QT_QPA_PLATFORM": "xcb",
            "PATH": f"{self._browser}:{os.environ['PATH']}",
            "PYTHONPATH": str(CHECKOUT),
        }
        self._make_browser()
        self._process = None

    # The program

    def start(self):
        """Start the program and wait for its window."""
        self._probe.unlink(missing_ok=True)
        Path(self._environment["XDG_RUNTIME_DIR"]).mkdir(mode=0o700, exist_ok=True)
        with self.words.open("ab") as words:
            self._process = subprocess.Popen(
                (
                    *("setpriv", "--pdeathsig", "KILL", "--"),
                    *(sys.executable, "-m", "tests.e2e.window_runner", self._probe),
                ),
                env=self._environment,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=words,
                stderr=words,
            )
        self.until(lambda: self._probe.exists() and self.find("Window"), "the window")
        self._xdotool("search", "--sync", "--onlyvisible", "--name", "Coophost", "windowfocus")
        self.say("the window is there")

    def kill(self):
        """End the program as a crash or a power cut would."""
        self._process.kill()
        self._process.wait()

    def close(self):
        """End the program by its own shortcut; return its exit code."""
        self.press_keys("ctrl+q")
        return self._process.wait(20)

    def end(self):
        """End the program, whatever it does."""
        if self._process is not None:
            end(self._process)

    # Looking

    def look(self):
        """Return every visible widget, and remember every text."""
        if self._process.poll() is not None:
            raise Stuck(f"the program ended: {self.words.read_text()[-3000:]}")
        found = self._ask({})
        for widget in found:
            self.seen.update((widget["text"], *widget["says"]))
        return found

    def find(self, wanted, *, enabled=False):
        """Return what is visible and called *wanted*: by name, by kind, or by its words."""
        for widget in self.look():
            fits = wanted in (widget["name"], widget["text"]) or wanted in widget["kind"]
            if fits and (widget["enabled"] or not enabled):
                return widget
        return None

    def reads(self, words):
        """Return whether *words* can be read somewhere."""
        return any(words in text for w in self.look() for text in (w["text"], *w["says"]))

    def headline(self):
        found = self.find("Headline")
        return found["text"] if found else ""

    def until(self, happened, what, seconds=60):
        """Wait until *happened*, and return what it returned."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                found = happened()
            except (ConnectionError, FileNotFoundError):  # the program is only starting
                found = None
            if found:
                return found
            if time.monotonic() > deadline:
                raise Stuck(f"{what} does not come; {self._all_there_is()}")
            self.note_commands()
            time.sleep(0.2)

    def see(self, kind, seconds=300):
        """Wait for a page of the *kind*; a problem card ends the waiting."""

        def there():
            if card := self.find("ProblemCard"):
                raise Stuck(f"a problem stands there: {card['says']} {self._all_there_is()}")
            return self.find(kind)

        return self.until(there, kind, seconds)

    def picture(self, name):
        """Keep a picture of the screen as it is."""
        self._number += 1
        path = self.pictures / f"{self._number:02}-{name}.png"
        time.sleep(0.25)  # what was just told to be drawn is drawn
        self._ask({"picture": str(path)})
        self.look()
        self.say(f"{name}: {self.headline()}")

    def say(self, words):
        """Tell who runs the test how far it is."""
        print(f"[{time.monotonic() - self._began:6.1f} s] {words}", flush=True)

    def note_commands(self):
        """Remember the command lines of everything that runs on this computer now."""
        for path in Path("/proc").glob("[0-9]*/cmdline"):
            try:
                self.commands.add(path.read_bytes().replace(b"\0", b" ").decode(errors="replace"))
            except OSError:
                continue

    # Acting

    def click(self, wanted, seconds=60):
        """Click what is called *wanted* with the mouse, once it can be pressed."""
        self.until(lambda: self.find(wanted, enabled=True), f"“{wanted}” to press", seconds)
        widget = self._into_view(wanted)
        self._click_at(*middle(widget["shown"]))

    def type(self, wanted, text, *, clear=True):
        """Click into the field *wanted* and type *text* there."""
        self.click(wanted)
        self.until(lambda: self.find(wanted)["focus"], f"the keyboard in {wanted}")
        if clear:
            self.press_keys("ctrl+a", "BackSpace")
        self._xdotool("type", "--delay", "12", "--file", "-", stdin=text)
        shown = len(text)
        self.until(lambda: len(self.find(wanted)["text"]) == shown, f"the letters in {wanted}")

    def press_keys(self, *keys):
        self._xdotool("key", "--delay", "20", *keys)

    def visited(self):
        """Return the addresses that the program opened in the browser."""
        return self._history.read_text().split() if self._history.exists() else []

    def _into_view(self, wanted):
        """Turn the wheel until the middle of *wanted* is on the screen."""
        for _ in range(60):
            widget = self.find(wanted, enabled=True)
            there, shown = widget["there"], widget["shown"]
            if shown and shown[3] >= min(there[3], 20):
                return widget
            area = max(
                (w for w in self.look() if "QScrollArea" in w["kind"] and w["shown"]),
                key=lambda w: w["shown"][2] * w["shown"][3],
            )
            below = there[1] + there[3] > area["shown"][1] + area["shown"][3]
            x, y = middle(area["shown"])
            self._xdotool("mousemove", str(x), str(y), "click", "5" if below else "4")
            time.sleep(0.05)
        raise Stuck(f"“{wanted}” cannot be brought into view")

    def _click_at(self, x, y):
        self._xdotool("mousemove", str(x), str(y), "click", "1")

    def _xdotool(self, *argv, stdin=""):
        subprocess.run(
            ("xdotool", *argv),
            input=stdin,
            text=True,
            check=True,
            capture_output=True,
            timeout=60,
            env=self._environment,
        )

    def _ask(self, question):
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(30)
            connection.connect(str(self._probe))
            with connection.makefile("rw") as lines:
                lines.write(json.dumps(question) + "\n")
                lines.flush()
                return json.loads(lines.readline())

    def _make_browser(self):
        """Put a browser on this computer that only writes down what it was asked to open."""
        self._browser.mkdir(exist_ok=True)
        self._history = self._browser / "history"
        program = self._browser / "xdg-open"
        program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {self._history}\n')
        program.chmod(0o755)

    def _all_there_is(self):
        texts = [w["text"] for w in self.look() if w["text"].strip() and w["shown"]]
        path = self.pictures / "stuck.png"
        self._ask({"picture": str(path)})
        return f"on the screen ({path}): {texts}; it said {self.words.read_text()[-1500:]}"


def middle(rect):
    x, y, width, height = rect
    return x + width // 2, y + height // 2
