"""Help: a report that one reads first, pages and rooms, and a door that leaves no trace."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QTextBrowser, QWidget

from coophost_gui.federation.contacts import contacts
from coophost_gui.gui.controls import CopyButton
from coophost_gui.gui.labels import Note, Strong, Text, Title
from coophost_gui.gui.language_switch import LanguageSwitch
from coophost_gui.gui.layouts import column
from coophost_gui.gui.mistake import report_box
from coophost_gui.gui.paper import Page, print_button
from coophost_gui.gui.report import report
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.speaking import Speaking
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind
from coophost_gui.gui.words import spoken
from coophost_gui.kit import places
from coophost_gui.kit.text import N_, Words, said

ASK = "ask-a-person"
HURT = "somebody-hurts"


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


class HelpScreen(QStackedWidget, Speaking):
    """Three doors: it does not work, a question, somebody hurts me. "Back" returns to the work."""

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
                "doc",
                N_("core", "Something does not work"),
                N_("core", "A report that you read first. The program itself sends nothing."),
                N_("core", "See the report"),
                "report",
                "plain",
                self.show_report,
            ),
            (
                "book",
                N_("core", "I have a question"),
                N_("core", "Short pages to read, rooms to ask in, and words for the phone."),
                N_("core", "Read or ask"),
                "read",
                "primary",
                lambda: self.read(""),
            ),
            (
                "people",
                N_("core", "Somebody is hurting or threatening me"),
                N_("core", "What to do, and whom to tell. Nothing is written down or sent."),
                N_("core", "Show me"),
                "hurt",
                "plain",
                self.show_hurt,
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
        screen = Screen(N_("core", "What would you like to know?"))
        card = Card(gap=0.1, padding=0.6)
        for topic in topics():
            entry = Button(topic.title, "link", sign="doc")
            entry.setObjectName(f"topic:{topic.key}")
            entry.clicked.connect(lambda _=False, key=topic.key: self.read(key))
            card.body.addWidget(entry)
        screen.body.addWidget(card)
        screen.body.addWidget(Title(N_("core", "Ask other collectives")))
        for room in contacts().rooms:
            screen.body.addWidget(_to_ask(room.address, room.about, room.link))
        words = Button(N_("core", "Words for the phone"), "plain", clicked=self.show_words)
        words.setObjectName("help-ask")
        self._open(screen, self._to_doors, [words])
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
        self._show_untold(ASK, N_("core", "Ask a person"), [], self._list_topics)
        self._again = self.show_words

    def show_hurt(self) -> None:
        """Show what to do and whom to tell. Not one byte is written, by no click on it."""
        people = [
            _to_ask(
                person.name,
                said(
                    N_("core", "{address} · written down in {year}, and not checked since"),
                    address=person.address,
                    year=person.written,
                ),
                person.address,
            )
            for person in contacts().people
        ]
        name = N_("core", "Somebody is hurting or threatening me")
        self._show_untold(HURT, name, people, self._to_doors)
        self._again = self.show_hurt

    def _show_untold(
        self, page: str, name: Words, cards: Sequence[QWidget], back: Callable[[], object]
    ) -> None:
        text = page_file(f"{page}.md").read_text(encoding="utf-8")
        paper = print_button(text)
        screen = self._paper(name, text)
        for card in cards:
            screen.body.addWidget(card)
        self._open(
            screen,
            back,
            [paper] if paper else [],
            N_("core", "This page is not kept anywhere, and opening it is not written down."),
        )

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


def _to_ask(title: str, about: Words, address: str) -> Card:
    """Return a card of somebody or some place to ask; its button copies the address."""
    card = Card(across=True, padding=0.85, gap=0.85)
    texts = QWidget()
    texts.setLayout(column(Strong(title), Text(about, tone="soft"), gap=0.1))
    card.body.addWidget(texts, 1)
    card.body.addWidget(CopyButton(lambda: address, of=title), 0, Qt.AlignmentFlag.AlignVCenter)
    return card
