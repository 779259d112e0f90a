"""One editor for each kind of question: label, help, the answer, and what is not right yet."""

from typing import Any

from PySide6.QtCore import QEvent, QMargins, QObject, QPoint, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from coophost_gui.gui import signs, theme
from coophost_gui.gui.controls import LineEdit, SignButton
from coophost_gui.gui.labels import Note, Strong, Text
from coophost_gui.gui.layouts import column
from coophost_gui.gui.speaking import Speaking, described
from coophost_gui.gui.widgets import Button, Card, announce, look, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.fields import Choice, Field, Folder, Lines, Secret, YesNo
from coophost_gui.kit.text import N_, Words, said

PICK = N_("core", "Choose a folder")
FEW = 8  # more options than these are a list to look through, not cards


class Question(QWidget):
    """A field on the screen. ``changed`` comes with each letter; ``value`` is the answer now."""

    changed = Signal()
    entered = Signal()  # Return was pressed in it

    def __init__(self, field: Field[Any], value: Any) -> None:
        super().__init__()
        self.field = field
        self._touched = False
        self.editor = _editor(field, value)
        self.editor.setParent(self)
        if not self.editor.objectName():
            self.editor.control.setObjectName(field.key)
        self.label = Strong(field.label)
        self.label.setBuddy(self.editor.control)
        self.help = Note(field.help)
        if not field.help:
            self.help.hide()
        self.trouble = Note(tone="bad")
        self.trouble.setVisible(False)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.35))
        if not self.editor.says_label:
            layout.addWidget(self.label)
        else:
            self.label.setVisible(False)
        layout.addWidget(self.editor)
        layout.addWidget(self.trouble)
        layout.addWidget(self.help)
        if field.help:
            described(self.editor.control, field.help)
        self.editor.changed.connect(self._on_changed)
        self.editor.entered.connect(self.entered)
        self.editor.control.installEventFilter(self)

    @property
    def value(self) -> Any:
        return self.editor.value()

    def check(self) -> bool:
        """Say what is not right yet, if anything; return whether the answer will do."""
        problem = self.field.problem(self.value)
        was = self.trouble.text() if self.trouble.isVisibleTo(self) else ""
        self.trouble.say(problem)
        self.trouble.setVisible(bool(problem))
        if isinstance(self.editor.control, LineEdit):
            self.editor.control.set_trouble(bool(problem))
        if problem:
            both = said("{problem} {help}", problem=problem, help=self.field.help)
            described(self.editor.control, both if self.field.help else problem)
            if tr(problem) != was:
                announce(self.editor.control, tr(problem))
        else:
            described(self.editor.control, self.field.help)
        return not problem

    def focus(self) -> None:
        self.editor.control.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot()
    def _on_changed(self) -> None:
        # While somebody types for the first time, half an answer is no reason to interrupt.
        if self._touched:
            self.check()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut and not self._touched and self.value:
            self._touched = True
            self.check()
        return False


class Editor(QWidget):
    """What one types or clicks in; ``control`` takes the focus and carries the name."""

    changed = Signal()
    entered = Signal()
    control: QWidget
    says_label = False  # True: the question stands in the editor itself

    def value(self) -> Any:
        raise NotImplementedError


class TextEditor(Editor):
    """A line of text."""

    def __init__(self, field: Field[str], value: str) -> None:
        super().__init__()
        self.line = LineEdit(field.label, value, placeholder=field.placeholder)
        self.control = self.line
        layout = QHBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.3))
        layout.addWidget(self.line, 1)
        self.line.textChanged.connect(self.changed)
        self.line.returnPressed.connect(self.entered)

    def value(self) -> str:
        return self.line.text().strip()


class LinesEditor(Editor):
    """Several lines; Tab goes on to the next question, as everywhere."""

    HIGH = 5.5  # line heights

    def __init__(self, field: Field[str], value: str) -> None:
        super().__init__()
        self.lines = named(QPlainTextEdit(value), field.label)
        self.lines.setTabChangesFocus(True)
        self.lines.setFixedHeight(theme.em(self.HIGH))
        self.control = self.lines
        self.setLayout(column(self.lines))
        self.lines.textChanged.connect(self.changed)

    def value(self) -> str:
        return self.lines.toPlainText().strip()


class SecretEditor(TextEditor):
    """A password: dots, until the person asks to see it."""

    def __init__(self, field: Field[str], value: str) -> None:
        super().__init__(field, value)
        self._name = field.label
        self.line.setInputMethodHints(
            Qt.InputMethodHint.ImhSensitiveData | Qt.InputMethodHint.ImhNoPredictiveText
        )
        self.eye = SignButton("eye", "", tone="soft", clicked=self._turn)
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.eye)
        self._hide()

    def value(self) -> str:
        return self.line.text()  # a password may begin or end with a blank

    @property
    def shown(self) -> bool:
        return self.line.echoMode() == QLineEdit.EchoMode.Normal

    def _turn(self) -> None:
        if self.shown:
            self._hide()
        else:
            self.line.setEchoMode(QLineEdit.EchoMode.Normal)
            self.eye.show_sign("eye-off", said(N_("core", "Hide: {what}"), what=self._name))

    def _hide(self) -> None:
        self.line.setEchoMode(QLineEdit.EchoMode.Password)
        self.eye.show_sign("eye", said(N_("core", "Show: {what}"), what=self._name))

    def hideEvent(self, event: QHideEvent) -> None:
        self._hide()


class FolderEditor(TextEditor):
    """A folder, picked in the system's own window or typed."""

    def __init__(self, field: Field[str], value: str) -> None:
        super().__init__(field, value)
        self.pick = Button(PICK, sign="folder", clicked=self._pick)
        self.pick.setObjectName(f"{field.key}_pick")
        layout = self.layout()
        assert layout is not None
        layout.addWidget(self.pick)

    def _pick(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, tr(PICK), self.value())
        if chosen:
            self.line.setText(chosen)


class YesNoEditor(Editor):
    """A box to tick, with the question beside it."""

    says_label = True

    def __init__(self, field: Field[bool], value: bool) -> None:
        super().__init__()
        self.box = Tick(field.label)
        self.box.setChecked(bool(value))
        self.control = self.box
        layout = QHBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.addWidget(self.box)
        words = _Clicked(field.label, self.box)
        layout.addWidget(words, 1)
        self.box.toggled.connect(self.changed)

    def value(self) -> bool:
        return self.box.isChecked()


class ChoiceEditor(Editor):
    """One card for each option, with what it means."""

    def __init__(self, field: Choice, value: str) -> None:
        super().__init__()
        self.setObjectName(field.key)  # its dots have names of their own: kind=rented
        self._group = QButtonGroup(self)
        self._values: list[str] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.5))
        for number, option in enumerate(field.options):
            card = _OptionCard(option[1], option[2] if len(option) > 2 else "", field.label)
            self._values.append(option[0])
            self._group.addButton(card.dot, number)
            card.dot.setObjectName(f"{field.key}={option[0]}")
            card.dot.setChecked(option[0] == value)
            layout.addWidget(card)
        self._group.idToggled.connect(self._on_toggled)
        self.control: QWidget = self
        if chosen := self._group.checkedButton() or self._group.button(0):
            chosen.setChecked(True)
            self.control = chosen

    def value(self) -> str:
        number = self._group.checkedId()
        return self._values[number] if number >= 0 else ""

    @Slot(int, bool)
    def _on_toggled(self, number: int, on: bool) -> None:
        if on:
            self.control = self._group.button(number)
            self.changed.emit()


class ListEditor(Editor, Speaking):
    """Many options: a list, and a line that narrows it."""

    def __init__(self, field: Choice, value: str) -> None:
        super().__init__()
        self.setObjectName(field.key)
        self.filter = LineEdit(N_("core", "Look for"), placeholder=N_("core", "Look for …"))
        self.filter.setObjectName(f"{field.key}_filter")
        self.list = named(QListWidget(), field.label)
        self.list.setWordWrap(True)
        self.list.setSpacing(theme.em(0.2))
        self.list.setMinimumHeight(theme.em(14))
        self.control = self.list
        for option in field.options:
            item = QListWidgetItem()
            item.setData(Qt.ItemDataRole.UserRole, option[0])
            self.list.addItem(item)
            if option[0] == value:
                self.list.setCurrentItem(item)
        self._options = field.options
        self.say_again()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(QMargins())
        layout.setSpacing(theme.em(0.5))
        layout.addWidget(self.filter)
        layout.addWidget(self.list)
        self.filter.textChanged.connect(self._narrow)
        self.filter.returnPressed.connect(self.list.setFocus)
        self.list.currentItemChanged.connect(self.changed)
        self.list.itemActivated.connect(self.entered)

    def say_again(self) -> None:
        for number, option in enumerate(self._options):
            lines = (tr(words) for words in option[1:])
            self.list.item(number).setText("\n".join(line for line in lines if line))

    def value(self) -> str:
        item = self.list.currentItem()
        return str(item.data(Qt.ItemDataRole.UserRole)) if item is not None else ""

    @Slot(str)
    def _narrow(self, text: str) -> None:
        for number in range(self.list.count()):
            item = self.list.item(number)
            item.setHidden(text.casefold() not in item.text().casefold())


class Dot(QRadioButton):
    """A radio button as big as the text, drawn in the palette."""

    def __init__(self, name: Words) -> None:
        super().__init__()
        _as_big_as_text(self, name)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, rect = _edge(self)
        painter.drawEllipse(rect)
        if self.isChecked():
            room = rect.width() * 0.26
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.colours(self)["accent"])
            painter.drawEllipse(rect.adjusted(room, room, -room, -room))


class Tick(QCheckBox):
    """A box to tick, as big as the text, drawn in the palette."""

    def __init__(self, name: Words) -> None:
        super().__init__()
        _as_big_as_text(self, name)

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter, rect = _edge(self)
        if self.isChecked():
            painter.setBrush(theme.colours(self)["accent"])
        painter.drawRoundedRect(rect, rect.width() * 0.24, rect.width() * 0.24)
        if self.isChecked():
            room = rect.width() * 0.08
            inner = rect.adjusted(room, room, -room, -room)
            signs.paint(painter, inner, "check", theme.colours(self)["on_accent"])


def _as_big_as_text(button: QAbstractButton, name: Words) -> None:
    """Make *button* a mark beside words: as high as they are, with *name* for a screen reader."""
    named(button, name)
    button.setCursor(Qt.CursorShape.PointingHandCursor)
    button.setFixedSize(theme.em(1.3), theme.em(1.3))


def _edge(button: QAbstractButton) -> tuple[QPainter, QRectF]:
    """Return a painter with the pen of the edge (thicker with the focus), and the room inside."""
    palette = theme.colours(button)
    width = theme.em(0.16 if button.hasFocus() else 0.09)
    colour = palette["ink"] if button.hasFocus() else palette["soft"]
    if button.isChecked() and not button.hasFocus():
        colour = palette["accent"]
    painter = QPainter(button)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour, width))
    room = theme.em(0.12)
    return painter, QRectF(button.rect()).adjusted(room, room, -room, -room)


class _Clicked(Text):
    """Words that press a button when they are clicked, as the words of a check box do."""

    def __init__(self, words: Words, button: QAbstractButton, *, look: str = "text") -> None:
        super().__init__(words, look=look)
        self._button = button
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        _press_for(self, self._button, event)


class _OptionCard(Card):
    """One option of a choice; the whole card can be clicked."""

    def __init__(self, words: Words, explanation: Words, question: Words) -> None:
        super().__init__(across=True, padding=0.75)
        self.dot = Dot(words)
        if explanation:
            described(self.dot, explanation)
        self.body.addWidget(self.dot, 0, Qt.AlignmentFlag.AlignTop)
        text = column(Strong(words))
        if explanation:
            text.addWidget(Note(explanation))
        self.body.addLayout(text, 1)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.dot.toggled.connect(self._on_toggled)

    @Slot(bool)
    def _on_toggled(self, on: bool) -> None:
        look(self, edge="accent" if on else "line", fill="accent_tint" if on else "surface")

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        _press_for(self, self.dot, event)


def _press_for(clicked: QWidget, button: QAbstractButton, event: QMouseEvent) -> None:
    """Press *button* when the mouse is let go over *clicked*, which stands for it."""
    if clicked.rect().contains(event.position().toPoint()) and button.isEnabled():
        button.setFocus(Qt.FocusReason.MouseFocusReason)
        button.click()


def _editor(field: Field[Any], value: Any) -> Editor:
    match field:
        case Choice() if len(field.options) > FEW:
            return ListEditor(field, str(value))
        case Choice():
            return ChoiceEditor(field, str(value))
        case YesNo():
            return YesNoEditor(field, bool(value))
        case Secret():
            return SecretEditor(field, str(value))
        case Lines():
            return LinesEditor(field, str(value))
        case Folder():
            return FolderEditor(field, str(value))
        case _:
            return TextEditor(field, str(value))
