"""Facts to read off and to copy: an address, a name, a password."""

from PySide6.QtCore import QMargins
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.controls import CopyButton, SignButton
from coophost_gui.gui.labels import Note, Strong
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.widgets import named
from coophost_gui.kit.flow import Shown
from coophost_gui.kit.text import N_, said

DOTS = "•" * 12


class FactLine(QWidget):
    """One fact: what it is, what it says, and a button that copies it.

    A secret is not even on the page until the person asks to see it, nor once it is hidden.
    """

    def __init__(self, shown: Shown) -> None:
        super().__init__()
        self._shown = shown
        self.setObjectName("fact")
        name = shown.label
        self.value = Strong(DOTS if shown.secret else shown.value)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.6))
        layout.addLayout(column(Note(shown.label), self.value), 1)
        self.eye: SignButton | None = None
        if shown.secret:
            named(self.value, said(N_("core", "{what}, hidden"), what=name))
            self.eye = SignButton("eye", said(N_("core", "Show: {what}"), what=name))
            self.eye.clicked.connect(self._turn)
        copy = CopyButton(lambda: shown.value, of=name)
        layout.addWidget(row(*([self.eye] if self.eye else []), copy, gap=0.2, to_end=True))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.hide_secret()

    def hide_secret(self) -> None:
        if self.eye is not None:
            name = self._shown.label
            self.value.show_text(DOTS)
            named(self.value, said(N_("core", "{what}, hidden"), what=name))
            self.eye.show_sign("eye", said(N_("core", "Show: {what}"), what=name))

    def _turn(self) -> None:
        if self.eye is None or self.value.text() != DOTS:
            self.hide_secret()
            return
        name = self._shown.label
        self.value.show_text(self._shown.value)
        named(self.value, "")
        self.eye.show_sign("eye-off", said(N_("core", "Hide: {what}"), what=name))
