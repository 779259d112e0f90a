"""What a flow shows between its pages: a look at something, and a stop that is final."""

from PySide6.QtCore import Qt

from coophost_gui.gui.busy import Busy
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.stage import TROUBLE, Stage
from coophost_gui.gui.widgets import Button
from coophost_gui.kit.text import N_, Words


class LookingPage(Stage):
    """Between two pages: a job looks at something. ``next_wanted`` is "Try again"."""

    def __init__(self, headline: Words, intro: Words, crumb: Words) -> None:
        super().__init__(headline, intro, crumb)
        self._headline = headline
        self.busy = Busy()
        self.busy.stop_wanted.connect(self.stop_wanted)
        self.body.addWidget(self.busy)
        self.back = self.back_button()
        self.again = Button(N_("core", "&Try again"), "primary", clicked=self.next_wanted.emit)
        self.again.setObjectName("try_again")
        self.again.hide()
        self.back.setEnabled(False)
        self.set_foot([self.back], [self.again])

    def begin(self) -> None:
        self.busy.begin(self._headline)

    def first_focus(self) -> None:
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def stopped(self) -> None:
        self.say(N_("core", "Stopped"), N_("core", "Nothing was changed by looking."))
        self._offer_again()

    def broke(self, card: ProblemCard) -> None:
        self.say(N_("core", "We could not see all that is needed"))
        self.body.insertWidget(0, card)
        card.show()
        card.speak()
        self._offer_again()

    def _offer_again(self) -> None:
        self.busy.end()
        self.back.setEnabled(True)
        self.again.show()
        self.primary = self.again
        self.again.setFocus(Qt.FocusReason.OtherFocusReason)


class StopPage(Stage):
    """A problem that one does not try away: what it is, and the way out."""

    topic = TROUBLE

    def __init__(self, card: ProblemCard, crumb: Words) -> None:
        super().__init__(N_("core", "It stops here, to be safe"), "", crumb)
        self.body.addWidget(card)
        self._problem_card = card
        leave = Button(N_("core", "&Leave it here"), "primary", clicked=self.next_wanted.emit)
        leave.setObjectName("leave")
        self.primary = leave
        first = self.back_button(N_("core", "&Back to the first question"))
        self.set_foot([first], [leave])

    def first_focus(self) -> None:
        super().first_focus()
        self._problem_card.speak()
