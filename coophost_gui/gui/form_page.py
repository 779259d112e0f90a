"""One page of a flow: its questions, what is not right yet, and the way on."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal, Slot

from coophost_gui.gui.busy import Busy
from coophost_gui.gui.fields import Question
from coophost_gui.gui.labels import Note
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.stage import TROUBLE, Stage
from coophost_gui.gui.widgets import Button, Card, announce
from coophost_gui.kit.fields import Field
from coophost_gui.kit.flow import Answers, Page
from coophost_gui.kit.text import N_, Words

TOPICS = {  # by the page's key
    "server": "a-server",
    "name": "a-name",
    "address": "a-name",
    "list": "a-server",
    "servers": "a-server",
}


class FormPage(Stage):
    """The questions of *page*, answered in *answers* as they are typed."""

    changed = Signal()
    instead = Signal(str)  # key of the wizard that she wants to go through first

    def __init__(self, page: Page, answers: Answers, crumb: Words, *, first: bool) -> None:
        super().__init__(page.title, page.intro, crumb)
        self.page, self._answers = page, answers
        self.topic = TOPICS.get(page.key, self.topic)
        self.fields: Sequence[Field[Any]] = page.questions(answers)
        self.questions = [Question(field, answers[field]) for field in self.fields]
        self._card = Card(gap=1.2)
        for question in self.questions:
            question.changed.connect(self._on_changed)
            question.entered.connect(self.press_primary)
            self._card.body.addWidget(question)
        if not self.questions:
            self._card.hide()
        self.problem: ProblemCard | None = None
        self.note = Note()
        self.note.hide()
        self.busy = Busy()
        self.busy.stop_wanted.connect(self.stop_wanted)
        self.body.addWidget(self._card)
        self.body.addWidget(self.note)
        self.body.addWidget(self.busy)
        self.back = self.back_button(N_("core", "Not now") if first else "")
        self.primary = Button(N_("core", "&Next"), "primary", clicked=self._on_next)
        self.primary.setObjectName("next")
        left = [self.back]
        if (other := page.instead) is not None:
            link = Button(other.words, "link", clicked=lambda: self.instead.emit(other.wizard))
            link.setObjectName("instead")
            left.append(link)
        self.set_foot(left, [self.primary])

    def first_focus(self) -> None:
        if self.questions:
            self.questions[0].focus()
        else:
            super().first_focus()

    def keep(self) -> None:
        """Take over what stands in the editors, defaults too: now they are answers."""
        for question in self.questions:
            self._answers[question.field] = question.value

    def begin(self, words: Words) -> None:
        """The slow check begins: the questions rest, the person may stop it."""
        self.drop_problem()
        self._card.setEnabled(False)
        self.back.setEnabled(False)
        if self.primary is not None:
            self.primary.setEnabled(False)
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.busy.begin(words)

    def end(self) -> None:
        """The slow check is over, one way or the other."""
        self.busy.end()
        self._card.setEnabled(True)
        self.back.setEnabled(True)
        if self.primary is not None:
            self.primary.setEnabled(True)

    def show_problem(self, card: ProblemCard) -> None:
        """Show what was in the way, above the questions, and read it out."""
        self.drop_problem()
        self.problem = card
        self.topic = TROUBLE
        self.body.insertWidget(0, card)
        card.show()
        self.area.ensureVisible(0, 0)
        card.speak()
        self.first_focus()

    def say_note(self, words: Words) -> None:
        """Say a line under the questions: "Stopped."."""
        self.note.say(words)
        self.note.setVisible(bool(words))
        if words:
            announce(self, self.note.text())

    def drop_problem(self) -> None:
        self.say_note("")
        if self.problem is not None:
            self.problem.hide()
            self.problem.deleteLater()
            self.problem = None

    @Slot()
    def _on_changed(self) -> None:
        self.keep()
        self.changed.emit()

    def _on_next(self) -> None:
        self.keep()
        wrong = [question for question in self.questions if not question.check()]
        if wrong:
            wrong[0].focus()
            self.area.ensureWidgetVisible(wrong[0])
            return
        self.next_wanted.emit()
