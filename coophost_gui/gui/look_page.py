"""A page that shows what a job found: it asks what the job asks, and says what went wrong."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget

from coophost_gui.gui.ask_page import AskPage, FieldPage, FingerprintPage
from coophost_gui.gui.busy import Busy
from coophost_gui.gui.context import Context
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.problem_card import ProblemCard, as_problem
from coophost_gui.gui.relay import start
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button, announce
from coophost_gui.kit.fields import Fingerprint
from coophost_gui.kit.jobs import Asked, Event, Failed, Finished, Job, Stopped
from coophost_gui.kit.text import N_, Words


class LookPage(QStackedWidget):
    """Runs *work*, which only looks; subclasses draw its result into ``front`` in ``found``."""

    closed = Signal()

    def __init__(
        self, context: Context, headline: Words, crumb: Words, work: Callable[[Job], Any]
    ) -> None:
        super().__init__()
        self.context = context
        self._work = work
        self._headline = headline
        self._job: Job | None = None
        self.front = Screen(headline, "", crumb)
        self.addWidget(self.front)
        self.busy = Busy()
        self.busy.stop_wanted.connect(self._stop)
        back = Button(N_("core", "Back"), "link", clicked=self.closed.emit)
        back.setObjectName("back")
        self.again = Button(N_("core", "Look again"), "plain", sign="again", clicked=self.look)
        self.again.setObjectName("again")
        self.front.set_foot([back], [self.again, *self.more_buttons()])
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that Tab begins at its first control

    def more_buttons(self) -> list[Button]:
        """Return the buttons that stand after "Look again"."""
        return []

    def found(self, result: Any) -> None:
        """Draw *result*."""

    def look(self) -> None:
        """Run the work; what it found before stays until it is back."""
        if self._job is not None:
            return
        self._clear()
        self.front.say(self._headline, N_("core", "We only look. Nothing is changed."))
        self.front.body.addWidget(self.busy)
        self.busy.begin(N_("core", "Looking at the server"))
        self.again.setEnabled(False)
        self._job = start(self.context.lanes, self._work, lane=None, slot=self._hear)
        self.destroyed.connect(self._job.cancel)

    def _clear(self) -> None:
        self.front.body.removeWidget(self.busy)
        self.busy.setParent(None)
        empty(self.front.body)

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self.busy.stopping()
            self._job.cancel()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        match event:
            case Asked():
                self._ask(event)
            case Finished(result):
                self._over()
                self.found(result)
            case Failed(error):
                self._over()
                problem = as_problem(error)
                card = ProblemCard(
                    problem, where="look", practising=self.context.practising, retry=self.look
                )
                self.front.body.addWidget(card)
                announce(card, card.sentences)
            case Stopped():
                self._over()
                self.front.say(self._headline, N_("core", "Stopped. Nothing was changed."))
            case _:
                self.busy.hear(event)

    def _over(self) -> None:
        self._job = None
        self.busy.end()
        self._clear()
        self.again.setEnabled(True)

    def _ask(self, asked: Asked) -> None:
        kind = FingerprintPage if isinstance(asked.field, Fingerprint) else FieldPage
        page: AskPage = kind(asked.field, asked.facts, self.front.crumb.words)

        def close() -> None:
            self.setCurrentWidget(self.front)
            self.removeWidget(page)
            page.deleteLater()

        def answer(value: object) -> None:
            close()
            asked.answer.set_result(value)

        def leave() -> None:
            close()
            asked.answer.cancel()

        page.answered.connect(answer)
        page.back_wanted.connect(leave)
        if isinstance(page, FingerprintPage):
            page.help_wanted.connect(lambda _: self.context.help("the-fingerprint"))
        self.addWidget(page)
        self.setCurrentWidget(page)
        page.first_focus()
