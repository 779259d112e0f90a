"""Which language to speak: "English · Català · Castellano", each called as it calls itself."""

from contextlib import suppress
from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.widgets import Button, named
from coophost_gui.gui.words import speak, spoken
from coophost_gui.kit.languages import offered
from coophost_gui.kit.store import FileUnreadable, Settings
from coophost_gui.kit.text import N_, said


class LanguageSwitch(QWidget, Speaking):
    """A button for each language that is complete. The one that is spoken is pressed down."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("languages")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        for code, name in offered().items():
            button = Button(said("{name}", name=name), "link", clicked=partial(self._choose, code))
            button.setObjectName(f"language:{code}")
            button.setCheckable(True)
            named(button, said(N_("core", "Language: {name}"), name=name))
            line.addWidget(button)
        self.say_again()

    def say_again(self) -> None:
        for button in self.findChildren(Button):
            button.setChecked(button.objectName() == f"language:{spoken()}")

    def _choose(self, code: str) -> None:
        choose(code)
        self.say_again()


def choose(code: str) -> None:
    """Speak the language *code* from now on, and after the next start."""
    if code == spoken():
        return
    speak(code)
    with suppress(FileUnreadable):  # then it is left as it is, and spoken until the program ends
        replace(Settings.read(), language=code).write()
