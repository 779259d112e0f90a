"""The whole main job on the practice server, walked with real widgets, a picture of each screen.

``make run`` calls it where there is no screen; tests and ``make pictures`` walk with it too.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QEvent,
    QEventLoop,
    QMessageLogContext,
    QTimer,
    QtMsgType,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.ask_page import FieldPage, FingerprintPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.flow_view import FlowView
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.run_page import RunPage
from coophost_gui.gui.stage import Stage
from coophost_gui.gui.theme import em
from coophost_gui.gui.window import HIGH, WIDE, Window
from coophost_gui.hosts.base import Real
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from coophost_gui.workshop.host import LETTER
from coophost_gui.workshop.practice import PracticeWorld, practice_world

PATIENCE = 180.0  # seconds for one screen to come
SPEED = 4.0  # the make-believe server is quicker than a real one here, so that nobody waits
APP_ADDRESS = f"www.{LETTER.name}"
Save = Callable[[str, QWidget], None]


class TourStuck(Exception):
    """A screen that should have come did not; the words say which, and what is there."""


class Guide:
    """Presses the buttons and types what a person would; *save* keeps a picture of a screen."""

    def __init__(self, window: Window, save: Save, say: Callable[[str], None]) -> None:
        self.window = window
        self._save, self._say = save, say

    def walk(self) -> None:
        """Walk the main job: from nothing, to a server, to one app that is well."""
        self._see("first-start", "How would you like to begin?")
        self.press("door:practice")
        self._see("practice-home", "Into “Try it out”")
        self.window.side.go("practice")
        self._see("practice", "The letter from the make-believe provider")
        self.window.side.go("home")
        self.press("door:server")
        self.walk_flow("add-server", {"collective": "Quarter's Kitchen"})
        self.window.side.go("servers")
        self.look()
        self._see("servers", "The server answers")
        self.press(f"check:{self.server}")
        self.until(lambda: self.button("again").isEnabled(), "the check of the server")
        self._see("server-check", "Its promises were asked again")
        self.press("back")
        self.window.side.go("home")
        self._see("home-server", "An app is next")
        self.window.side.go("find")
        search = self.window.side.page("find").findChild(QLineEdit, "search")
        assert search is not None, "the search has its name"
        search.setText("blogger")
        self._see("find", "Instead of Blogger")
        self._choose_first()
        self.walk_flow("new-app", {"address": APP_ADDRESS, "domain": APP_ADDRESS}, leave="open")
        self._see("take-over", "Where the browser would open")
        self.press("pretend")
        self.window.side.go("apps")
        self.look()
        self._see("apps", "The app and what one may do with it")
        self.press(f"sign-in:{self.app}")
        self.until(lambda: self.button("again").isEnabled(), "the sign-in card")
        self._see("sign-in", "How to sign in")
        self.press("back")
        self.press(f"messages:{self.app}")
        self.until(lambda: self.button("again").isEnabled(), "the app's messages")
        self._see("messages", "What the app says")
        self.press("back")
        self.window.side.go("health")
        self.until(self._well, "everything to be well", self.look)
        self._see("health", "Everything is well")
        self.window.side.go("home")
        self._see("home", "Home says so too")
        self.window.help()
        self._see("help", "Help, in the same corner of every screen")

    def walk_flow(self, name: str, answers: Mapping[str, str], *, leave: str = "") -> None:
        """Go through the wizard that is open, to its end; *leave* is the last button to press."""
        view = self.view
        seen = 0
        while True:
            stage = self._next_stage(view)
            seen += 1
            self._see(f"{name}-{seen}-{_kind(stage)}", f"{stage.headline.text()}")
            if isinstance(stage, EndingPage):
                self._press(self.button(leave) if leave else stage.primary)
                return
            if isinstance(stage, FingerprintPage):
                stage.edit.setText(LETTER.fingerprint)
                self._see(f"{name}-{seen}-compared", "They are the same, letter by letter")
            elif isinstance(stage, FormPage):
                self._fill(stage, answers)
            elif isinstance(stage, FieldPage):
                raise TourStuck(f"nobody prepared an answer to “{stage.headline.text()}”")
            if isinstance(stage, ReviewPage):
                self._press(stage.primary)
                self._watch_run(view, f"{name}-{seen + 1}")
                seen += 1
            else:
                self._press(stage.primary)
                self.until(partial(self._left, view, stage), f"what follows {name} {seen}")

    def _next_stage(self, view: FlowView) -> Stage:
        known = (EndingPage, FingerprintPage, FieldPage, FormPage, ReviewPage)
        asks = (FingerprintPage, FieldPage)
        breathe(100)  # pages that are answered already go by themselves

        def ready() -> bool:
            stage = view.stage
            for card in stage.findChildren(ProblemCard):
                raise TourStuck(card.sentences)
            settled = stage.primary is None or stage.primary.isEnabled() or view.busy
            return settled and isinstance(stage, asks if view.busy else known)

        self.until(ready, "the next screen of the wizard")
        return view.stage

    def _left(self, view: FlowView, stage: Stage) -> bool:
        """Say whether something happened since the button on *stage* was pressed."""
        return view.stage is not stage or view.busy or bool(stage.findChildren(ProblemCard))

    def _watch_run(self, view: FlowView, name: str) -> None:
        self.until(lambda: isinstance(view.stage, RunPage), "the run")
        run = view.stage
        assert isinstance(run, RunPage)
        self.until(lambda: bool(run.ticked) or not view.busy, "the first tick")
        self._see(f"{name}-run", run.headline.text())
        self.until(lambda: view.stage is not run or not view.busy, "the end of the run")
        if view.stage is run and run.primary is not None:
            for card in run.findChildren(ProblemCard):
                raise TourStuck(f"{name}: {card.sentences}\n{card.problem.detail}")
            raise TourStuck(f"the run of {name} stopped: {run.headline.text()}")

    def _fill(self, form: FormPage, answers: Mapping[str, str]) -> None:
        for question in form.questions:
            value = answers.get(question.field.key)
            if value and isinstance(question.editor.control, QLineEdit):
                question.editor.control.setText(value)

    def _choose_first(self) -> None:
        from coophost_gui.gui.places.find.page import FindPage

        page = self.window.side.page("find")
        assert isinstance(page, FindPage)
        page.cards.activated.emit(page.cards.currentIndex())

    def _well(self) -> bool:
        board = self.window.side.context.last_board()
        return board is not None and all(card.level == "good" for card in board.cards)

    @property
    def view(self) -> FlowView:
        """Return the wizard in the place that is shown."""
        found = self.window.side.flow_in(self.window.side.place)
        if found is None:
            raise TourStuck("no wizard is open here")
        return found

    @property
    def server(self) -> str:
        return self.window.side.context.servers()[0]

    @property
    def app(self) -> str:
        from coophost_gui.gui.naming import for_people

        return for_people(self.window.side.context.world)[0].name

    def look(self) -> None:
        """Have the servers looked at once, and wait for it."""
        watch = self.window.side.context.watch
        watch.look()
        self.until(lambda: not watch.looking, "a look at the server")

    def button(self, name: str) -> QAbstractButton:
        """Return the button called *name* that can be seen."""
        breathe(10)  # what was just put on a screen is shown by the next turn of the loop
        found = [b for b in self.window.findChildren(QAbstractButton, name) if b.isVisible()]
        if not found:
            raise TourStuck(f"there is no button “{name}” on this screen")
        return found[-1]

    def press(self, name: str) -> None:
        """Press the button called *name*."""
        self._press(self.button(name))

    def _press(self, button: QAbstractButton | None) -> None:
        if button is None or not button.isEnabled():
            raise TourStuck(f"the button {button and button.text()!r} cannot be pressed here")
        button.click()

    def until(
        self, true: Callable[[], bool], what: str, again: Callable[[], object] | None = None
    ) -> None:
        """Let the window live until *true*; call *again* now and then to help it."""
        end = time.monotonic() + PATIENCE
        while not true():
            if time.monotonic() > end:
                raise TourStuck(f"{what} did not come")
            breathe(20)
            if again is not None:
                again()

    def _see(self, name: str, words: str) -> None:
        breathe(60)
        settle()
        self._say(words)
        self._save(name, self.window)


def breathe(milliseconds: int) -> None:
    """Let the window live for a moment."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop, loop.quit)
    loop.exec()


def settle() -> None:
    """Let every screen take its last measures: heights follow widths, round by round."""
    for _ in range(4):
        QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)


def nobodys_world(folder: Path) -> World[Real]:
    """Return a real world that is empty and touches nothing of the person's."""
    from coophost_gui.hosts.reach import Connections

    secrets = MemorySecrets()
    return World(
        world=Real,
        abra=AbraFolder(folder / "abra"),
        hosts=Connections(secrets, folder / "ssh"),
        secrets=secrets,
        ssh_dir=folder / "ssh",
        docker_dir=folder / "docker",
    )


def fresh_practice() -> PracticeWorld:
    """Return a quick make-believe server."""
    return practice_world(SPEED)


def _kind(stage: Stage) -> str:
    return type(stage).__name__.removesuffix("Page").lower()


def _qt_says(_kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
    """Pass on what Qt says; that nobody sees the screen that is not there is known here."""
    if "propagateSizeHints" not in words:
        print(words, file=sys.stderr)


def main(folder: Path = Path("build/tour")) -> int:
    """Walk the tour, keep its pictures in *folder*, and return an exit code."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    qInstallMessageHandler(_qt_says)
    application = QApplication.instance() or theme.application(["coophost-tour"])
    assert isinstance(application, QApplication)
    theme.apply(application, "light")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    count = 0

    def save(name: str, window: QWidget) -> None:
        nonlocal count
        count += 1
        window.grab().save(str(folder / f"{count:02d}-{name}.png"))

    def say(words: str) -> None:
        print(f"{count + 1:3d}. {words}", flush=True)

    with tempfile.TemporaryDirectory(prefix="coophost-tour-") as nowhere:
        window = Window(lambda: nobodys_world(Path(nowhere)), fresh_practice)
        window.practised.connect(
            lambda practising: theme.apply(application, "light", practising=practising)
        )
        window.resize(em(WIDE), em(HIGH))
        window.show()
        try:
            Guide(window, save, say).walk()
        except TourStuck as stuck:
            window.grab().save(str(folder / "stuck.png"))
            print(f"The tour stopped: {stuck}", file=sys.stderr)
            return 1
        finally:
            window.close()
            window.end()
    print(f"Walked to the end. {count} pictures are in {folder}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
