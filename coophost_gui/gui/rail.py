"""The rail: who we are, the places that have something to offer, and help in its corner."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontMetricsF, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from coophost_gui.gui import signs, theme
from coophost_gui.gui.labels import Note, Strong
from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.theme import em
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, N_n, Words, several

if TYPE_CHECKING:
    from coophost_gui.gui.places import Place


NAME = 8.7  # the room for a collective's name, in line heights


class RailButton(QAbstractButton, Speaking):
    """One place: its sign, its name, a count when something needs a person."""

    def __init__(self, key: str, title: Words, sign: str) -> None:
        super().__init__()
        self.key, self.sign = key, sign
        self._count, self._busy = 0, False
        self._title = title
        self.setObjectName(f"rail:{key}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.say_again()

    def say_again(self) -> None:
        self.setText(tr(self._title))
        self.updateGeometry()
        self._name_it()

    def set_count(self, count: int) -> None:
        """Show how many things need a person; nothing for none."""
        if count != self._count:
            self._count = count
            self._name_it()

    def set_busy(self, busy: bool) -> None:
        """Show that a wizard is open in this place."""
        if busy != self._busy:
            self._busy = busy
            self._name_it()

    @property
    def count(self) -> int:
        return self._count

    @property
    def busy(self) -> bool:
        return self._busy

    def sizeHint(self) -> QSize:
        metrics = QFontMetricsF(theme.font(weight=QFont.Weight.DemiBold))
        width = em(3.1) + metrics.horizontalAdvance(self.text()) + em(1.9)
        return QSize(round(width), em(2.1))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()
        super().changeEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        edge = em(0.06)
        box = QRectF(self.rect()).adjusted(edge, edge, -edge, -edge)
        radius = em(theme.BUTTON_RADIUS)
        if self.isChecked() or self.underMouse():
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours["surface" if self.isChecked() else "ground"])
            painter.drawRoundedRect(box, radius, radius)
        if self.hasFocus():
            painter.setPen(QPen(colours["ink"], em(0.12)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box, radius, radius)
        side = em(1.1)
        left = QRectF(em(0.7), (self.height() - side) / 2, side, side)
        signs.paint(painter, left, self.sign, colours["accent" if self.isChecked() else "soft"])
        weight = QFont.Weight.DemiBold if self.isChecked() else QFont.Weight.Normal
        painter.setFont(theme.font(weight=weight))
        painter.setPen(colours["ink"])
        text = box.adjusted(em(2.35), 0, -em(1.6), 0)
        painter.drawText(text, Qt.AlignmentFlag.AlignVCenter, self.text())
        mark = QRectF(self.width() - em(1.85), (self.height() - em(1.3)) / 2, em(1.3), em(1.3))
        if self._count:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours["wait_tint"])
            painter.drawRoundedRect(mark, em(0.65), em(0.65))
            painter.setPen(colours["wait"])
            painter.setFont(theme.font(theme.NOTE, QFont.Weight.Bold))
            painter.drawText(mark, Qt.AlignmentFlag.AlignCenter, str(self._count))
        elif self._busy:
            room = em(0.2)
            square = mark.adjusted(room, room, -room, -room)
            signs.paint(painter, square, "forward", colours["warm"])

    def _name_it(self) -> None:
        parts = [self.text()]
        if self._count:
            words = N_n("core", "one thing needs a look", "{count} things need a look")
            parts.append(tr(several(self._count, words)))
        if self._busy:
            parts.append(tr(N_("core", "you are in the middle of something here")))
        self.setAccessibleName(", ".join(parts))
        self.setToolTip(parts[-1] if len(parts) > 1 else "")
        self.update()


class Rail(QFrame, Speaking):
    """The places of one side of the window."""

    chosen = Signal(str)  # key of a place
    helped = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("look", "rail")
        self._buttons: dict[str, RailButton] = {}
        column = QVBoxLayout(self)
        column.setContentsMargins(em(0.8), em(1.1), em(0.8), em(1.05))
        column.setSpacing(em(0.2))
        column.addLayout(self._make_top())
        column.addSpacing(em(0.95))
        self._places = QVBoxLayout()
        self._places.setSpacing(em(0.2))
        column.addLayout(self._places)
        column.addStretch(1)
        self.help_button = QPushButton()
        self.help_button.setObjectName("help")
        self.help_button.setCursor(Qt.CursorShape.PointingHandCursor)
        self.help_button.clicked.connect(self.helped)
        column.addWidget(self.help_button)
        self.say_again()

    def say_again(self) -> None:
        self.help_button.setText(tr(N_("core", "I need help")))

    def _make_top(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(em(0.5))
        row.addWidget(_Badge(), 0, Qt.AlignmentFlag.AlignVCenter)
        names = QVBoxLayout()
        names.setSpacing(0)
        self._name, self._note = Strong(), Note()
        for line in (self._name, self._note):
            line.setMinimumWidth(em(NAME))  # a longer name wraps; the places decide the width
            line.setMaximumWidth(em(NAME))
            names.addWidget(line)
        row.addLayout(names, 1)
        return row

    def set_collective(self, name: str, note: str) -> None:
        """Say on top whose window this is."""
        self._name.show_text(name)
        self._note.show_text(note)

    def set_places(self, places: "Sequence[Place]") -> None:
        """Show exactly *places*, in their order."""
        for place in places:
            if place.key not in self._buttons:
                button = RailButton(place.key, place.title, place.sign)
                button.clicked.connect(self._on_clicked)
                self._buttons[place.key] = button
        wanted = {place.key for place in places}
        for position, place in enumerate(places):
            self._places.insertWidget(position, self._buttons[place.key])
        for key, button in self._buttons.items():
            button.setVisible(key in wanted)
        order: list[QWidget] = [self._buttons[place.key] for place in places]
        for first, second in zip(order, [*order[1:], self.help_button], strict=True):
            QWidget.setTabOrder(first, second)

    def button(self, key: str) -> RailButton:
        return self._buttons[key]

    def mark(self, key: str) -> None:
        """Show which place one is in; "" for none (help)."""
        for name, button in self._buttons.items():
            button.setChecked(name == key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Go up and down between the places with the arrow keys."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(Qt.Key(event.key()))
        focused = self.focusWidget()
        shown = [b for b in self._in_order() if b.isVisible()]
        if step is None or focused not in shown:
            super().keyPressEvent(event)
            return
        shown[(shown.index(focused) + step) % len(shown)].setFocus(Qt.FocusReason.TabFocusReason)

    def _in_order(self) -> list[RailButton]:
        items = [self._places.itemAt(i) for i in range(self._places.count())]
        found = [item.widget() for item in items if item is not None]
        return [widget for widget in found if isinstance(widget, RailButton)]

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, RailButton):
            self.chosen.emit(button.key)


class _Badge(QWidget):
    """The sign beside the collective's name."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(em(2), em(2))

    def paintEvent(self, event: QPaintEvent) -> None:
        colours = theme.colours(self)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        signs.paint_tile(
            painter, QRectF(self.rect()), "people", colours["on_accent"], colours["accent"]
        )
