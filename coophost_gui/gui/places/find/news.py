"""Looking for news of the list of apps: a button, what is under way, and what came of it."""

from datetime import UTC, datetime

from PySide6.QtCore import QMargins, Signal, Slot
from PySide6.QtWidgets import QVBoxLayout, QWidget

from coophost_gui.gui.busy import Busy
from coophost_gui.gui.context import Context
from coophost_gui.gui.labels import Note
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.problem_card import ProblemCard, as_problem
from coophost_gui.gui.relay import start
from coophost_gui.gui.widgets import Button, announce
from coophost_gui.gui.words import tr
from coophost_gui.kit.jobs import Event, Failed, Finished, Job, Stopped
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.news import News, refresh


class LookForNews(QWidget):
    """Fetches the common list when asked; what is on the screen stays until it is there."""

    done = Signal()  # the list may be another one now

    def __init__(self, context: Context) -> None:
        super().__init__()
        self._context = context
        self._job: Job | None = None
        self.button = Button(N_("core", "Look for news"), "plain", sign="again", clicked=self.look)
        self.button.setObjectName("news")
        self.busy = Busy()
        self.busy.stop_wanted.connect(self._stop)
        self._told = QVBoxLayout()
        inside = QVBoxLayout(self)
        inside.setContentsMargins(QMargins())
        inside.addWidget(self.busy)
        inside.addLayout(self._told)
        self.hide()

    def offer(self) -> None:
        """Show the button where lists are fetched: never in "Try it out"."""
        self.button.setVisible(self._context.world.lists is not None)

    @Slot()
    def look(self) -> None:
        """Fetch the list, if there is a newer one."""
        lists, settings = self._context.world.lists, self._context.world.settings()
        if self._job is not None or lists is None:
            return
        empty(self._told)
        self.show()
        self.button.setEnabled(False)
        self.busy.begin(N_("core", "Looking for news of the list of apps"))
        self._job = start(
            self._context.lanes,
            lambda job: refresh(job, settings, lists),
            lane=None,
            slot=self._hear,
        )
        self.destroyed.connect(self._job.cancel)

    @Slot()
    def _stop(self) -> None:
        if self._job is not None:
            self.busy.stopping()
            self._job.cancel()

    @Slot(object)
    def _hear(self, event: Event) -> None:
        match event:
            case Finished(News() as news):
                self._over(Note(news.words), tr(news.words))
                self.done.emit()
            case Failed(error):
                card = ProblemCard(as_problem(error), where="news", retry=self.look)
                self._over(card, card.sentences)
            case Stopped():
                words = N_("core", "Stopped. The list that you had is still there.")
                self._over(Note(words), tr(words))
            case _:
                self.busy.hear(event)

    def _over(self, told: QWidget, words: str) -> None:
        self._job = None
        self.busy.end()
        self.button.setEnabled(True)
        self._told.addWidget(told)
        announce(self, words)


def age_in_words(date: datetime) -> Words:
    """Say how old something of *date* is, in days."""
    days = (datetime.now(UTC) - date).days
    if days < 1:
        return said(N_("core", "of today"))
    if days == 1:
        return said(N_("core", "one day old"))
    return said(N_("core", "{days} days old"), days=days)
