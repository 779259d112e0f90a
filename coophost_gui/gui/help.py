"""Help: read it here, copy a report, or ask a person without leaving a trace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Qt, Signal, Slot
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QStackedWidget, QTextBrowser, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.controls import CopyButton
from coophost_gui.gui.labels import Note
from coophost_gui.gui.language_switch import LanguageSwitch
from coophost_gui.gui.mistake import report_box
from coophost_gui.gui.report import report
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.theme import em
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind, named
from coophost_gui.gui.words import spoken
from coophost_gui.kit import places
from coophost_gui.kit.text import N_, Words

ASK = "ask-a-person"
SCROLLS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Space,
)


@dataclass(frozen=True)
class Topic:
    """One help page: its key is the file's name without its number."""

    key: str
    title: str
    path: Path

    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")


def page_file(name: str) -> Path:
    """Return the help page *name* in the language that is spoken, else in English."""
    there = places.resource("help", spoken(), name)
    return there if there.exists() else places.resource("help", "en", name)


def topics() -> list[Topic]:
    """Return every help page, in the order of the files' numbers."""
    found = []
    for name in sorted(path.name for path in places.resource("help", "en").glob("[0-9]*.md")):
        path = page_file(name)
        first = path.read_text(encoding="utf-8").splitlines()[0]
        found.append(Topic(path.stem.partition("-")[2], first.removeprefix("# "), path))
    return found


class Page(QTextBrowser):
    """A page of help, in the program's own type and colours."""

    def __init__(self, markdown: str, name: Words) -> None:
        super().__init__()
        named(self, name)
        self._markdown = markdown
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setOpenLinks(False)
        self.setTabChangesFocus(True)
        self.viewport().setAutoFillBackground(False)
        self._draw()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._draw()

    def _draw(self) -> None:
        document = written(self._markdown, theme.colours(self))
        document.setParent(self)
        self.setDocument(document)
        self._grow()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._grow()

    def _grow(self) -> None:
        """Be as high as the text: the screen around it scrolls."""
        document = self.document()
        document.setTextWidth(self.viewport().width())
        self.setFixedHeight(round(document.size().height()) + em(0.3))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in SCROLLS:
            event.ignore()  # the screen around it scrolls
            return
        super().keyPressEvent(event)


def written(markdown: str, palette: theme.Palette | None = None) -> QTextDocument:
    """Return *markdown* as a document; without a palette in black, for paper."""
    ink, line = (palette.ink, palette.line) if palette else ("#000000", "#888888")
    draft = QTextDocument()
    draft.setMarkdown(markdown)
    document = QTextDocument()
    document.setDefaultFont(theme.font(theme.INTRO))
    size = theme.font(theme.INTRO).pointSizeF()
    gap = em(0.3)
    document.setDefaultStyleSheet(
        f"body, p, li, td, th {{ color: {ink}; }} "
        f"td, th {{ padding: {gap}px; border-bottom: 1px solid {line}; }} "
        f"p, blockquote {{ margin-top: {gap}px; margin-bottom: {gap * 2}px; }} "
        f"table {{ margin-top: {gap * 2}px; }} "
        f"h1 {{ font-size: {size * 1.7:.1f}pt; }} h2 {{ font-size: {size * 1.2:.1f}pt; }}"
    )
    document.setHtml(_inner(draft.toHtml()))
    document.setDocumentMargin(0)
    return document


def _inner(html: str) -> str:
    """Return the body that Qt wrote, without the sizes and colours that it wrote into it."""
    import re

    body = html.partition("<body")[2].partition(">")[2].rpartition("</body>")[0]
    body = body.replace('<table border="1" ', '<table border="0" width="100%" ')
    return re.sub(r"(font-(size|family)|margin-(top|bottom)):[^;\"]*;?", "", body)


class HelpScreen(QStackedWidget, Speaking):
    """Three doors: read, a report to send, a person to ask. "Back" returns to the work."""

    closed = Signal()

    def __init__(self, topic: str = "", *, practising: bool) -> None:
        super().__init__()
        self._practising = practising
        self._doors = self._make_doors()
        self.addWidget(self._doors)
        self._again: Callable[[], object] | None = None  # shows the open page anew
        if topic:
            self.read(topic, self.closed.emit)

    def _make_doors(self) -> Screen:
        screen = Screen(
            N_("core", "How can we help?"),
            N_("core", "What you were doing stays as it is. “Back” takes you there."),
        )
        doors: list[tuple[str, Words, Words, Words, str, Kind, Callable[[], object]]] = [
            (
                "book",
                N_("core", "I would like to read about it"),
                N_("core", "Short pages: servers, names, the fingerprint, our words."),
                N_("core", "Read"),
                "read",
                "primary",
                lambda: self.read(""),
            ),
            (
                "doc",
                N_("core", "I would like to send somebody a report"),
                N_("core", "You see what is in it first. Nothing is sent by the program itself."),
                N_("core", "See the report"),
                "report",
                "plain",
                self.show_report,
            ),
            (
                "people",
                N_("core", "I would like to ask a person, and leave no trace"),
                N_("core", "Words for the phone or for paper. Nothing is written down or sent."),
                N_("core", "Show the words"),
                "ask",
                "plain",
                self.show_words,
            ),
        ]
        for sign, title, words, label, key, kind, go in doors:
            screen.body.addWidget(line_card(sign, title, words, label, kind, go, f"help-{key}"))
        back = Button(N_("core", "Back"), "link", clicked=self.closed.emit)
        back.setObjectName("back")
        screen.set_foot([back], [LanguageSwitch()])
        return screen

    def say_again(self) -> None:
        if self._again is not None:
            self._again()

    def read(self, topic: str, back: Callable[[], object] | None = None) -> None:
        """Show the help page *topic*, or the list of pages when there is none of that name.

        "Back" leads to the list, unless *back* leads to where the person came from.
        """
        found = topics()
        page = next((t for t in found if t.key == topic), None)
        if page is not None:
            self._open(self._paper(page.title, page.text()), back or self._list_topics)
            self._again = partial(self.read, topic, back)
            return
        self._list_topics()

    @Slot()
    def _list_topics(self) -> None:
        screen = Screen(N_("core", "What would you like to read about?"))
        card = Card(gap=0.1, padding=0.6)
        for topic in topics():
            entry = Button(topic.title, "link", sign="doc")
            entry.setObjectName(f"topic:{topic.key}")
            entry.clicked.connect(lambda _=False, key=topic.key: self.read(key))
            card.body.addWidget(entry)
        screen.body.addWidget(card)
        self._open(screen, self._to_doors)
        self._again = self._list_topics

    def show_report(self) -> None:
        """Show the report and what it holds, before anybody copies it."""
        screen = Screen(
            N_("core", "This is the report"),
            N_(
                "core",
                "It holds the version of this program and of your system. It also holds the "
                "last lines of the program's diary (log), with the names of your servers and "
                "apps. Passwords that the program knows are taken out.",
            ),
        )
        text = report(practising=self._practising)
        screen.body.addWidget(report_box(text))
        copy = CopyButton(lambda: text, N_("core", "Copy the report"))
        copy.setObjectName("copy-report")
        copy.become("primary")
        self._open(screen, self._to_doors, [copy])

    def show_words(self) -> None:
        """Show words for a person to say; nothing is written, kept or sent."""
        text = page_file(f"{ASK}.md").read_text(encoding="utf-8")
        paper = print_button(text)
        self._open(
            self._paper(N_("core", "Ask a person"), text),
            self._to_doors,
            [paper] if paper else [],
            N_("core", "This page is not kept anywhere, and opening it is not written down."),
        )
        self._again = self.show_words

    def _paper(self, name: Words, markdown: str) -> Screen:
        title, _, rest = markdown.partition("\n")
        screen = Screen(title.removeprefix("# "))
        card = Card(padding=1.4)
        card.body.addWidget(Page(rest, name))
        screen.body.addWidget(card)
        return screen

    def _open(
        self,
        screen: Screen,
        back: Callable[[], object],
        end: Sequence[Button] = (),
        note: Words = "",
    ) -> None:
        """Show *screen* instead of the one that is open; its "Back" calls *back*."""
        if note:
            screen.body.addWidget(Note(note))
        button = Button(N_("core", "Back"), "link", clicked=back)
        button.setObjectName("back")
        screen.set_foot([button], end)
        old = self.currentWidget()
        self._again = None
        self.addWidget(screen)
        self.setCurrentWidget(screen)
        if old is not None and old is not self._doors:
            self.removeWidget(old)
            old.deleteLater()
        first = screen.findChild(QTextBrowser) or button
        first.setFocus()

    @Slot()
    def _to_doors(self) -> None:
        old = self.currentWidget()
        self._again = None
        self.setCurrentWidget(self._doors)
        if old is not None and old is not self._doors:
            self.removeWidget(old)
            old.deleteLater()


def print_button(markdown: str) -> Button | None:
    """Return a button that prints *markdown* on paper; None where there is no printer."""
    try:
        from PySide6.QtPrintSupport import QPrinterInfo
    except ImportError:  # a system without the printing libraries
        return None
    if not QPrinterInfo.availablePrinterNames():
        return None
    button = Button(N_("core", "Print on paper"), "plain", clicked=lambda: _print(markdown, button))
    button.setObjectName("print")
    return button


def _print(markdown: str, parent: QWidget) -> None:
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if QPrintDialog(printer, parent).exec():
        written(markdown).print_(printer)
