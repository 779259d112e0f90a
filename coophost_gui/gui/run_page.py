"""The plan being carried out: a list that ticks itself off."""

import time
from collections import deque
from collections.abc import Collection, Sequence
from typing import Literal

from PySide6.QtCore import QElapsedTimer, QMargins, Qt, QTimer, Slot
from PySide6.QtGui import QFontMetricsF, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.controls import Bar
from coophost_gui.gui.labels import Note, Text
from coophost_gui.gui.layouts import column
from coophost_gui.gui.problem_card import ProblemCard, ReadOnly
from coophost_gui.gui.stage import TROUBLE, Stage
from coophost_gui.gui.widgets import Button, Card, SignTile, announce, look, named
from coophost_gui.gui.words import tr
from coophost_gui.kit import log
from coophost_gui.kit.jobs import Event, Output, Progress, StepBegan, StepEnded
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Words, said, several

State = Literal["todo", "now", "done", "stopped", "halted"]

KEPT_LINES = 1000
FLUSH_MS = 100
LONGEST_LINE = 500
TURN_MS = 1500  # no step began by then: the server's queue is at something else

MAY_CLOSE = N_(
    "core",
    "You may look elsewhere meanwhile, or close this window. What is ticked stays done, and it"
    " goes on from here when you come back.",
)
STOPPED = (
    N_("core", "Stopped here"),
    N_(
        "core", "What is ticked stays done, and nothing is lost. The same button goes on from here."
    ),
)
CHANGED_MEANWHILE = (
    N_("core", "Something changed meanwhile"),
    N_("core", "What is ticked stays done. The same button shows the new plan, then goes on."),
)
NEEDS_YOU = (
    N_("core", "This needs you before it goes on"),
    N_(
        "core",
        "What is ticked stays done. When it is put right, the same button goes on from here.",
    ),
)


class RunPage(Stage):
    """``next_wanted``: begin or go on. ``stop_wanted``: stop here."""

    def __init__(
        self, steps: Sequence[Step], done: Collection[str], headline: Words, crumb: Words
    ) -> None:
        self._headline: Words = headline or N_("core", "It is being done")
        super().__init__(self._headline, MAY_CLOSE, crumb)
        self.running = False
        self.problem: ProblemCard | None = None
        self._now: StepLine | None = None
        self._number = 0
        self._pace = _Pace()
        self.lines = {step.key: StepLine(step, done=step.key in done) for step in steps}
        card = Card(padding=1.2, gap=0.8)
        for line in self.lines.values():
            card.body.addWidget(line)
        self.body.addWidget(card)
        self.said = ReadOnly("", N_("core", "What the server says"), lines=10)
        self.said.setMaximumBlockCount(KEPT_LINES)
        self.said.hide()
        self.body.addWidget(self.said)
        self._unread: deque[str] = deque(maxlen=KEPT_LINES)
        self._flush = QTimer(self, interval=FLUSH_MS, singleShot=True)
        self._flush.timeout.connect(self.flush)
        self._second = QTimer(self, interval=1000)
        self._second.timeout.connect(self._on_second)
        self._turn = QTimer(self, interval=TURN_MS, singleShot=True)
        self._turn.timeout.connect(self._on_waiting)
        self.back = self.back_button()
        self.details = Button(N_("core", "What the server &says"), "link", sign="forward")
        self.details.setCheckable(True)
        self.details.setObjectName("details")
        self.details.toggled.connect(self._on_details)
        self.button = Button(N_("core", "&Stop here"), "plain", clicked=self._on_button)
        self.button.setObjectName("stop")
        self.set_foot([self.back, self.details], [self.button])

    # What the job says

    def begin(self) -> None:
        """The work begins, or goes on."""
        self.running = True
        if self.problem is not None:
            self.problem.hide()
            self.problem.deleteLater()
            self.problem = None
        for line in self.lines.values():
            if line.state in ("stopped", "halted"):
                line.become("todo")
        self.say(self._headline, MAY_CLOSE)
        self._button_says(running=True)
        self._turn.start()
        self._second.start()

    def hear(self, event: Event) -> None:
        match event:
            case StepBegan(key, title, number, total):
                self._turn.stop()
                followed = self._now is None or self._in_sight(self._now)
                self._number = number
                self._pace = _Pace()
                self._now = self.lines[key]
                if self._now.state != "done":
                    self._now.become("now")
                    announce(self._now, f"{tr(title)}. {number} / {total}")
                self._say_how_long()
                if followed:
                    self.area.ensureWidgetVisible(self._now)
            case StepEnded(key, changed, words, seconds):
                self.lines[key].ended(words, seconds, changed=changed)
            case Progress(fraction, detail) if self._now is not None:
                self._pace.hear(fraction)
                self._now.progress(fraction, detail)
            case Output(line):
                self._unread.append(log.redact(line[:LONGEST_LINE]))
                if not self._flush.isActive():
                    self._flush.start()

    def stopping(self) -> None:
        """The person asked to stop; the work ends at the next safe point."""
        self.button.setEnabled(False)
        self.intro.say(N_("core", "Stopping at the next safe point …"))

    def stopped(self) -> None:
        self._halt(*STOPPED, "stopped")
        announce(self, f"{self.headline.text()}. {self.intro.text()}")

    def broke(self, card: ProblemCard) -> None:
        """A problem came up; the same button goes on once it is mended."""
        self.problem = card
        self._halt(*(CHANGED_MEANWHILE if self.outdated else NEEDS_YOU), "halted")
        self.topic = TROUBLE
        self.body.insertWidget(0, card)
        card.show()
        self.area.ensureVisible(0, 0)
        card.speak()

    def finished(self) -> None:
        """Everything holds."""
        self.running = False
        self._second.stop()
        self._turn.stop()
        self.flush()

    # What the person sees

    @property
    def outdated(self) -> bool:
        """Return whether the plan does not fit any more what is there."""
        return self.problem is not None and self.problem.problem.plans_anew

    @property
    def ticked(self) -> set[str]:
        """Return the keys of the steps that are ticked."""
        return {key for key, line in self.lines.items() if line.state == "done"}

    @Slot()
    def flush(self) -> None:
        """Show what the server said since; the rest is shown when somebody unfolds it."""
        if not self.said.isVisible() or not self._unread:
            return
        self.said.appendPlainText("\n".join(self._unread))
        self._unread.clear()

    def _halt(self, headline: Words, intro: Words, state: State) -> None:
        self.finished()
        if self._now is not None and self._now.state == "now":
            self._now.become(state)
        self._now = None
        self.say(headline, intro)
        self._button_says(running=False)

    def _button_says(self, *, running: bool) -> None:
        self.button.setEnabled(True)
        on = N_("core", "&See the new plan") if self.outdated else N_("core", "&Go on from here")
        self.button.say(N_("core", "&Stop here") if running else on)
        self.button.become("plain" if running else "primary")
        self.button.setObjectName("stop" if running else "go_on")
        self.primary = None if running else self.button
        self.back.setVisible(not running)
        if not running and self.isVisible():
            self.button.setFocus(Qt.FocusReason.OtherFocusReason)

    def first_focus(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def _in_sight(self, line: QWidget) -> bool:
        """Return whether *line* is on the screen: somebody who scrolled away reads elsewhere."""
        return not line.visibleRegion().isEmpty()

    def _on_button(self) -> None:
        if self.running:
            self.stop_wanted.emit()
        else:
            self.next_wanted.emit()

    @Slot(bool)
    def _on_details(self, unfolded: bool) -> None:
        self.details.set_sign("down" if unfolded else "forward")
        self.said.setVisible(unfolded)
        self.flush()
        if unfolded:
            QTimer.singleShot(0, self.said, lambda: self.area.ensureWidgetVisible(self.said))

    @Slot()
    def _on_waiting(self) -> None:
        self.intro.say(
            N_("core", "Something else is being done on this server first. This begins after it.")
        )

    @Slot()
    def _on_second(self) -> None:
        if self._now is not None:
            self._now.show_seconds()
            self._say_how_long()

    def _say_how_long(self) -> None:
        if not self.running or not self.button.isEnabled():
            return
        how_long = time_left(self._pace.left())
        point = said(
            N_("core", "Step {number} of {total}."), number=self._number, total=len(self.lines)
        )
        self.intro.say(
            said(
                N_("core", "{point} {how_long} {close}"),
                point=point,
                how_long=how_long,
                close=MAY_CLOSE,
            )
        )

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.flush()


class StepLine(QWidget):
    """One step: its sign, its title, what is to be said of it, and its seconds."""

    def __init__(self, step: Step, *, done: bool) -> None:
        super().__init__()
        self._step = step
        self.state: State = "todo"
        self._since = QElapsedTimer()
        self.tile = SignTile("wait", "soft", side=1.9)
        self.title = Text(step.title)
        self.note = Note(step.why)
        self.bar = Bar(step.title)
        self.bar.hide()
        self.seconds = Note()
        self.seconds.setAlignment(Qt.AlignmentFlag.AlignTrailing)
        room = QFontMetricsF(theme.font(theme.NOTE)).horizontalAdvance("00:00")
        self.seconds.setMinimumWidth(int(room) + 2)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.75))
        layout.addWidget(self.tile)
        layout.addLayout(column(self.title, self.note, self.bar, gap=0.2), 1)
        layout.addWidget(self.seconds)
        self.become("done" if done else "todo")
        if done:
            self._tell(N_("core", "This was so already."))

    def become(self, state: State) -> None:
        self.state = state
        sign, tone = {
            "todo": ("wait", "soft"),
            "now": ("move", "accent"),
            "done": ("check", "good"),
            "stopped": ("wait", "wait"),
            "halted": ("bad", "bad"),
        }[state]
        self.tile.show_sign(sign, tone)
        look(self.title, look="strong" if state in ("now", "stopped", "halted") else "text")
        look(self.title, tone="soft" if state == "todo" else "ink")
        self.bar.setVisible(False)
        if state == "now":
            self._since.start()
            self.bar.set_fraction(None)
            self.bar.setVisible(True)
            self._tell(self._step.why)
        elif state != "done":
            self._tell(self._step.why)
            self.seconds.say("")
        self._name(state)

    def progress(self, fraction: float | None, detail: Words) -> None:
        if self.state != "now":
            self.become("now")
        self.bar.set_fraction(fraction)
        if detail:
            self._tell(detail)

    def ended(self, words: Words, seconds: float, *, changed: bool) -> None:
        before = self.state
        self.become("done")
        if changed:
            self._tell(words)
            self.seconds.say(clock(seconds))
        elif before != "done":
            self._tell(N_("core", "This was so already."))
            self.seconds.say("")

    def show_seconds(self) -> None:
        if self.state == "now":
            self.seconds.say(clock(self._since.elapsed() / 1000))

    def _tell(self, words: Words) -> None:
        self.note.say(words)
        self.note.setVisible(bool(words))

    def _name(self, state: State) -> None:
        words = {
            "todo": N_("core", "{step}: still to do"),
            "now": N_("core", "{step}: under way"),
            "done": N_("core", "{step}: done"),
            "stopped": N_("core", "{step}: not done yet"),
            "halted": N_("core", "{step}: not done yet"),
        }[state]
        named(self, said(words, step=self._step.title))


class _Pace:
    """How fast a step goes, from its own true fractions; silent until that says something."""

    LEAST_SECONDS, LEAST_FRACTION = 5, 0.05

    def __init__(self) -> None:
        self._first: tuple[float, float] | None = None
        self._last: tuple[float, float] | None = None

    def hear(self, fraction: float | None, now: float | None = None) -> None:
        if fraction is None:
            self._first = self._last = None
            return
        point = (time.monotonic() if now is None else now, fraction)
        if self._first is None or fraction < self._first[1]:
            self._first = point
        self._last = point

    def left(self) -> float | None:
        """Return the seconds that this step will take at its pace, or None."""
        if self._first is None or self._last is None:
            return None
        seconds, gained = self._last[0] - self._first[0], self._last[1] - self._first[1]
        if seconds < self.LEAST_SECONDS or gained < self.LEAST_FRACTION:
            return None
        return (1 - self._last[1]) * seconds / gained


def time_left(seconds: float | None) -> Words:
    """Say how long a step still takes, roughly, or that nobody can tell."""
    if seconds is None:
        return N_("core", "We can't tell how long it takes.")
    if seconds < 50:
        return N_("core", "Less than a minute left for it.")
    minutes = round(seconds / 60)
    words = N_n("core", "About a minute left for it.", "About {count} minutes left for it.")
    return several(max(1, minutes), words)


def clock(seconds: float) -> str:
    """Return *seconds* as ``1:12``."""
    whole = int(seconds)
    hours, rest = divmod(whole, 3600)
    return f"{hours}:{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
