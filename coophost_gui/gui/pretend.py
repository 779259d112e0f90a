"""Where a browser would open: in "Try it out" the program shows what would happen there."""

from PySide6.QtCore import Signal

from coophost_gui.gui.context import Context
from coophost_gui.gui.labels import Note, Strong, Text
from coophost_gui.gui.layouts import column
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button, Card, SignTile
from coophost_gui.kit.text import N_, said


class PretendScreen(Screen):
    """Stands for the app's first page in the browser, where somebody chooses the password."""

    closed = Signal()

    def __init__(self, context: Context, domain: str, url: str) -> None:
        super().__init__(
            N_("core", "Here your browser would open"),
            N_(
                "core",
                "For real, you would now choose a name and a password on the app's first page, "
                "before anybody else does. In “Try it out” there is nothing to open.",
            ),
        )
        self._context, self._domain = context, domain
        card = Card(across=True)
        card.body.addWidget(SignTile("globe", "warm"))
        note = Note(N_("core", "a make-believe address"))
        card.body.addLayout(column(Strong(url), note, gap=0.1), 1)
        self.body.addWidget(card)
        self.body.addWidget(
            Text(
                said(N_("core", "After that, {domain} belongs to your collective."), domain=domain)
            )
        )
        back = Button(N_("core", "Back"), "link", clicked=self.closed.emit)
        back.setObjectName("back")
        done = Button(N_("core", "Pretend that I did it"), "primary", clicked=self._pretend)
        done.setObjectName("pretend")
        self.set_foot([back], [done])
        self.setFocusProxy(done)

    def _pretend(self) -> None:
        from coophost_gui.workshop.practice import PracticeWorld

        world = self._context.world
        assert isinstance(world, PracticeWorld), "only “Try it out” pretends"
        world.claim(self._domain)
        self.closed.emit()
        self._context.changed.emit()
