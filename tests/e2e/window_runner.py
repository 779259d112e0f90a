"""The program's window as a process of its own, with a probe that says what is on the screen.

``python -m tests.e2e.window_runner SOCKET``.  The probe only looks and takes pictures:
it cannot press, type or change anything.  One connection is one question, a line of
JSON: ``{}`` is answered with every visible widget, ``{"picture": PATH}`` with a file.
"""

import json
import socket
import sys

from PySide6.QtCore import QObject, QPoint, QRect, QRectF, QSocketNotifier
from PySide6.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from coophost_gui.gui.places.find.page import CardList
from coophost_gui.gui.window import Window


class Probe(QObject):
    def __init__(self, path):
        super().__init__()
        self._listening = socket.socket(socket.AF_UNIX)
        self._listening.bind(path)
        self._listening.listen()
        self._notifier = QSocketNotifier(self._listening.fileno(), QSocketNotifier.Type.Read, self)
        self._notifier.activated.connect(self._answer)

    def _answer(self):
        connection, _ = self._listening.accept()
        with connection, connection.makefile("rw") as lines:
            asked = json.loads(lines.readline())
            if path := asked.get("picture"):
                tops = QApplication.topLevelWidgets()
                around = next(top.geometry() for top in tops if isinstance(top, Window))
                QApplication.primaryScreen().grabWindow(0).copy(around).save(path)
            lines.write(json.dumps([] if path else everything()) + "\n")


def everything():
    found = []
    for top in QApplication.topLevelWidgets():
        if top.isVisible():
            for widget in (top, *top.findChildren(QWidget)):
                if widget.isVisible():
                    found.append(about(widget))
                    if isinstance(widget, CardList):
                        found.extend(painted_buttons(widget))
    return found


def painted_buttons(cards):
    """Return the buttons that the cards paint: what is no widget, but is clicked."""
    for row, choice in enumerate(cards.choices.choices()):
        cell = QRectF(cards.visualRect(cards.model().index(row, 0)))
        button = cards.delegate.button_rect(cards.delegate.card_rect(cell)).toRect()
        shown = cards.viewport().visibleRegion().boundingRect().intersected(button)
        yield {
            "name": f"choose:{choice.recipe}",
            "kind": [],
            "text": choice.name,
            "says": [],
            "enabled": not choice.refused,
            "focus": False,
            "there": on_screen(cards.viewport(), button),
            "shown": None if shown.isEmpty() else on_screen(cards.viewport(), shown),
        }


def about(widget):
    shown = widget.visibleRegion().boundingRect()
    return {
        "name": widget.objectName(),
        "kind": [kind.__name__ for kind in type(widget).__mro__ if issubclass(kind, QWidget)],
        "text": text(widget),
        "says": [
            words
            for words in (
                widget.accessibleName(),
                widget.accessibleDescription(),
                widget.toolTip(),
                widget.windowTitle(),
                *items(widget),
            )
            if words
        ],
        "enabled": widget.isEnabled(),
        "focus": widget.hasFocus(),
        "there": on_screen(widget, widget.rect()),
        "shown": None if shown.isEmpty() else on_screen(widget, shown),
    }


def text(widget):
    """Return what is drawn: of a password only its dots."""
    if isinstance(widget, QLineEdit):
        return widget.displayText()
    if isinstance(widget, QPlainTextEdit):
        return widget.toPlainText()
    if isinstance(widget, QLabel) or callable(getattr(widget, "text", None)):
        return widget.text()
    return ""


def items(widget):
    if not isinstance(widget, QAbstractItemView) or widget.model() is None:
        return []
    model = widget.model()
    return [
        str(model.index(row, 0).data(role) or "")
        for row in range(model.rowCount())
        for role in (0, 11)  # as shown, as a screen reader says it
    ]


def on_screen(widget, rect: QRect):
    corner = widget.mapToGlobal(QPoint(rect.x(), rect.y()))
    return [corner.x(), corner.y(), rect.width(), rect.height()]


if __name__ == "__main__":
    application = QApplication(["coophost-gui"])
    probe = Probe(sys.argv.pop(1))
    from coophost_gui.__main__ import main

    sys.exit(main())
