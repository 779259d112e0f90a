"""A page of text in the program's own type, on the screen and on paper."""

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent, QTextDocument
from PySide6.QtWidgets import QFrame, QSizePolicy, QTextBrowser, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Button, named
from coophost_gui.kit.text import N_, Words

SCROLLS = (
    Qt.Key.Key_Up,
    Qt.Key.Key_Down,
    Qt.Key.Key_PageUp,
    Qt.Key.Key_PageDown,
    Qt.Key.Key_Home,
    Qt.Key.Key_End,
    Qt.Key.Key_Space,
)


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
