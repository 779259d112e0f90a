"""Controls of forms and of running work. Apart from ``widgets``: no window opens with one."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QProgressBar, QScrollArea, QToolButton, QWidget

from coophost_gui.gui import signs, theme
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.speaking import hinted, tipped
from coophost_gui.gui.widgets import Button, Kind, announce, look, named
from coophost_gui.kit.text import N_, Words, said


class SignButton(QToolButton):
    """A button that is only a sign; its name is said and shown as a tip."""

    def __init__(
        self,
        sign: str,
        name: Words,
        *,
        tone: str = "accent",
        side: float = 1.2,
        clicked: Callable[[], object] | None = None,
    ) -> None:
        super().__init__()
        self._sign, self._tone, self._side = sign, tone, side
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_sign(sign, name)
        if clicked is not None:
            self.clicked.connect(lambda: clicked())

    def show_sign(self, sign: str, name: Words) -> None:
        self._sign = sign
        tipped(named(self, name), name)
        self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange:
            self._tint()

    def _tint(self) -> None:
        side = theme.em(self._side)
        self.setIconSize(QSize(side, side))
        self.setIcon(signs.icon(self._sign, theme.colours(self)[self._tone], side))


class LineEdit(QLineEdit):
    """A line to type in, with the name of its question."""

    def __init__(self, name: Words, text: str = "", *, placeholder: Words = "") -> None:
        super().__init__(text)
        named(self, name)
        hinted(self, placeholder)
        self.setMinimumWidth(theme.em(6))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        super().keyPressEvent(event)
        above = self.parentWidget()
        while above is not None and not isinstance(above, QScrollArea):
            above = above.parentWidget()
        if above is not None:
            above.ensureWidgetVisible(self)  # with big letters it may be below the edge

    def set_trouble(self, trouble: bool) -> None:
        """Draw the edge of a line that is not right yet."""
        if self.property("trouble") != ("true" if trouble else "false"):
            look(self, trouble="true" if trouble else "false")


class Bar(QProgressBar):
    """A thin bar. ``set_fraction(None)``: nobody can know how much is left."""

    def __init__(self, name: Words = "") -> None:
        super().__init__()
        named(self, name or N_("core", "Progress"))
        self.setTextVisible(False)
        self.setFixedHeight(2 * theme.em(theme.BAR_RADIUS))
        self.setRange(0, 1000)

    def set_fraction(self, fraction: float | None) -> None:
        if fraction is None:
            # To and fro explains nothing, so the bar rests where motion is unwanted.
            self.setRange(0, 0 if theme.moves(self) else 1000)
            return
        self.setRange(0, 1000)
        self.setValue(round(1000 * min(1.0, max(0.0, fraction))))


class Unfold(Button):
    """Shows *inside* when it is pressed, wherever that stands, and hides it again."""

    def __init__(self, words: Words, inside: QWidget, kind: Kind = "quiet") -> None:
        super().__init__(words, kind, sign="forward")
        self.setCheckable(True)
        self.inside = inside
        inside.hide()
        self.toggled.connect(self._turn)

    @Slot(bool)
    def _turn(self, unfolded: bool) -> None:
        self.inside.setVisible(unfolded)
        self.set_sign("down" if unfolded else "forward")


class Fold(QWidget):
    """A line that unfolds *inside* when it is pressed: "Details"; *beside* stands before it."""

    toggled = Signal(bool)

    def __init__(self, words: Words, inside: QWidget, *beside: QWidget) -> None:
        super().__init__()
        self.button = Unfold(words, inside)
        self.inside = inside
        self.setLayout(column(row(*beside, self.button), inside, gap=0.5))
        self.button.toggled.connect(self.toggled)


class CopyButton(Button):
    """Puts *text* on the clipboard, and says so for a moment."""

    def __init__(self, text: Callable[[], str], words: Words = "", of: Words = "") -> None:
        super().__init__(words or N_("core", "Copy"), "quiet", sign="copy")
        self._copied = text
        if of:
            named(self, said(N_("core", "Copy: {what}"), what=of))
        self.clicked.connect(self._copy)

    @Slot()
    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._copied())
        self.say(N_("core", "Copied"))
        announce(self, self.text())
