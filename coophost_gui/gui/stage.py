"""The screens of a flow, and the stack that shows one of them at a time."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QStackedWidget

from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button, announce
from coophost_gui.kit.text import N_, Words

TROUBLE = "when-something-is-wrong"  # the help page about problems


class Stage(Screen):
    """A screen of a flow: its filled button is pressed by Return, and Escape stops nothing."""

    back_wanted = Signal()
    next_wanted = Signal()
    stop_wanted = Signal()
    primary: Button | None = None
    topic = "how-it-works"  # the help page that F1 opens here

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.isAutoRepeat():
            self.press_primary()
        elif event.key() == Qt.Key.Key_Alt:
            self._underline(True)
        elif event.key() != Qt.Key.Key_Escape:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Alt:
            self._underline(False)
        super().keyReleaseEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._underline(False)
        super().hideEvent(event)

    def _underline(self, underlined: bool) -> None:
        for button in self.findChildren(Button):
            button.underline(underlined)

    def press_primary(self) -> None:
        """Press the filled button, if there is one and it is no lie now."""
        if self.primary is not None and self.primary.isEnabled() and self.primary.isVisible():
            self.primary.click()

    def first_focus(self) -> None:
        """Put the focus where the person will want to type or press first."""
        if self.primary is not None:
            self.primary.setFocus(Qt.FocusReason.OtherFocusReason)

    def back_button(self, words: Words = "") -> Button:
        made = Button(words or N_("core", "&Back"), "link", clicked=self.back_wanted.emit)
        made.setObjectName("back")
        QShortcut(QKeySequence.StandardKey.Back, made, made.click)
        return made


class Stages(QStackedWidget):
    """Shows one stage; a question of the work may cover it for a while."""

    def __init__(self) -> None:
        super().__init__()
        self._beneath: list[Stage] = []

    @property
    def stage(self) -> Stage:
        """Return the screen that is shown now."""
        found = self.currentWidget()
        assert isinstance(found, Stage)
        return found

    def put(self, stage: Stage) -> None:
        """Show *stage* instead of what is shown."""
        for old in (*self._beneath, self.currentWidget()):
            if old is not None:
                self.removeWidget(old)
                old.hide()
                old.deleteLater()
        self._beneath.clear()
        self._present(stage)

    def cover(self, stage: Stage) -> None:
        """Show *stage* over what is shown, to come back to it."""
        self._beneath.append(self.stage)
        self._present(stage)

    def uncover_one(self) -> None:
        """Come back to what the shown stage covers, if it covers anything."""
        if self._beneath:
            over = self.stage
            self.setCurrentWidget(self._beneath.pop())
            self.removeWidget(over)
            over.deleteLater()
            self.stage.first_focus()

    def uncover(self) -> None:
        """Come back to the page beneath everything."""
        while self._beneath:
            self.uncover_one()

    def _present(self, stage: Stage) -> None:
        self.addWidget(stage)
        self.setCurrentWidget(stage)
        if self.isVisible():
            stage.first_focus()
            announce(stage, f"{stage.crumb.text()}. {stage.headline.text()}")
