"""What a person sees while a job looks at something: what it does, how far, and a way to stop."""

from PySide6.QtCore import Qt, QTimer, Signal, Slot

from coophost_gui.gui.controls import Bar
from coophost_gui.gui.labels import Strong, Text
from coophost_gui.gui.layouts import column
from coophost_gui.gui.widgets import Button, Card, Sign, announce
from coophost_gui.kit.jobs import Event, Progress, StepBegan
from coophost_gui.kit.text import N_, Words

PATIENCE_MS = 400  # what is done sooner than this needs no bar


class Busy(Card):
    """A line of what is under way; hidden until the work has taken a moment."""

    stop_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(edge="", fill="raised", across=True, padding=0.85, gap=0.8)
        self.words = Strong()
        self.detail = Text(tone="soft")
        self.bar = Bar()
        self.stop = Button(N_("core", "Stop"), "plain", clicked=self.stop_wanted.emit)
        self.stop.setObjectName("stop")
        self.body.addWidget(Sign("wait", "accent", side=1.6), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(column(self.words, self.detail, self.bar, gap=0.35), 1)
        self.body.addWidget(self.stop)
        self._patience = QTimer(self, singleShot=True, interval=PATIENCE_MS)
        self._patience.timeout.connect(self._appear)
        self.hide()

    def begin(self, words: Words) -> None:
        """Something begins; it is shown if it takes longer than a moment."""
        self.words.say(words)
        self.detail.say(N_("core", "We can't tell how long this takes. You may stop it."))
        self.bar.set_fraction(None)
        self.stop.setEnabled(True)
        self._patience.start()

    def end(self) -> None:
        self._patience.stop()
        self.hide()

    def hear(self, event: Event) -> None:
        match event:
            case Progress(fraction, detail):
                self.bar.set_fraction(fraction)
                if detail:
                    self.detail.say(detail)
            case StepBegan(_, title, number, total):
                self.bar.set_fraction((number - 1) / total)
                self.detail.say(title)

    def stopping(self) -> None:
        """The person asked to stop, and the work has not heard it yet."""
        self.stop.setEnabled(False)
        self.detail.say(N_("core", "Stopping …"))

    @Slot()
    def _appear(self) -> None:
        self.show()
        announce(self, f"{self.words.text()} {self.detail.text()}")
