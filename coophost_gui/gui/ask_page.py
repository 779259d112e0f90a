"""Questions that work asks in the middle: the fingerprint of a server, and any other field."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import QMargins, QPoint, QRect, Qt, Signal, Slot
from PySide6.QtGui import QFont, QFontDatabase, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui import theme
from coophost_gui.gui.controls import CopyButton, LineEdit
from coophost_gui.gui.fields import Question
from coophost_gui.gui.labels import Label, Note, Strong, Text, Title
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.review_page import let_once_typed
from coophost_gui.gui.speaking import described, tipped
from coophost_gui.gui.stage import Stage
from coophost_gui.gui.widgets import Button, Card, Sign, SignTile, announce, look
from coophost_gui.gui.words import tr
from coophost_gui.kit import log
from coophost_gui.kit.fields import Field, Fingerprint, Secret
from coophost_gui.kit.text import N_, Said, Words, said

UNCOMPARED = N_("core", "I have not compared it")
LETTERS = 43  # of a SHA256 fingerprint, without its padding


class AskPage(Stage):
    """Shows one question; ``answered`` carries the value, ``back_wanted`` stops the work."""

    answered = Signal(object)


class FieldPage(AskPage):
    """Any question but the fingerprint, as a small page of its own."""

    topic = "passwords-and-keys"

    def __init__(self, field: Field[Any], facts: Mapping[str, object], crumb: Words) -> None:
        super().__init__(_filled(field.label, facts), _filled(field.help, facts), crumb)
        shown = _Shown(field, facts)
        self.question = Question(shown.field, field.default)
        self.question.label.hide()
        self.question.help.hide()
        self.question.entered.connect(self.press_primary)
        card = Card()
        card.body.addWidget(self.question)
        self.body.addWidget(card)
        self._secret = isinstance(field, Secret)
        self.primary = Button(N_("core", "&Go on"), "primary", clicked=self._on_go_on)
        self.primary.setObjectName("go_on")
        self.set_foot([self.back_button()], [self.primary])

    def first_focus(self) -> None:
        self.question.focus()

    def _on_go_on(self) -> None:
        if not self.question.check():
            self.question.focus()
            return
        value = self.question.value
        if self._secret:
            log.hide(value)
        self.answered.emit(value)


@dataclass(frozen=True)
class _Shown:
    """A field as it is asked here: with the facts of the asker in its words."""

    original: Field[Any]
    facts: Mapping[str, object]

    @property
    def field(self) -> Field[Any]:
        label = _filled(self.original.label, self.facts)
        return replace(self.original, label=label, help=_filled(self.original.help, self.facts))


def _filled(words: Words, facts: Mapping[str, object]) -> Words:
    return Said(words, facts) if isinstance(words, str) and words and facts else words


@dataclass(frozen=True)
class Comparison:
    """What comparing says; ``match`` is the fingerprint as pasted when it is the same."""

    words: Words
    tone: str = "soft"
    match: str = ""


def compare(pasted: str, fingerprint: str) -> Comparison:
    """Compare what a person *pasted* with the *fingerprint* of the server, letter by letter.

    She may paste more than the fingerprint: a whole line of ``ssh-keygen``, or the list
    of all the keys that a provider shows.
    """
    text = pasted.strip()
    if not text:
        return Comparison(N_("core", "we compare it letter by letter"))
    wanted = _letters(fingerprint)
    found = re.findall(r"SHA256:([A-Za-z0-9+/]+)", text)
    if not found and re.fullmatch(r"[A-Za-z0-9+/]+=?", text) and len(text) <= LETTERS + 1:
        found = [text.rstrip("=")]
    if wanted in found:
        return Comparison(N_("core", "They are the same, letter by letter."), "good", fingerprint)
    if re.search(r"\b([0-9a-fA-F]{2}:){15}[0-9a-fA-F]{2}\b", text):
        return Comparison(
            N_(
                "core",
                "This is a fingerprint of the older kind (MD5). Look for the one that "
                "begins with SHA256.",
            ),
            "wait",
        )
    if not found:
        return Comparison(
            N_("core", "There is no fingerprint in this yet. It begins with SHA256."), "wait"
        )
    if len(found) > 1:
        return Comparison(
            said(
                N_("core", "None of these {count} fingerprints is the one of this server."),
                count=len(found),
            ),
            "bad",
        )
    same = next(
        (i for i, (a, b) in enumerate(zip(found[0], wanted, strict=False)) if a != b),
        min(len(found[0]), len(wanted)),
    )
    if same == len(found[0]) < len(wanted):
        return Comparison(
            said(
                N_("core", "The first {count} of {total} letters are the same. Some are missing."),
                count=same,
                total=len(wanted),
            ),
            "wait",
        )
    if same >= 6:
        return Comparison(
            said(
                N_("core", "They are not the same: they differ from letter {number} on."),
                number=same + 1,
            ),
            "bad",
        )
    return Comparison(
        N_(
            "core",
            "They are not the same. A server may have several fingerprints, one for each kind "
            "of key. Look whether there is another one on that page.",
        ),
        "bad",
    )


def _letters(fingerprint: str) -> str:
    return fingerprint.strip().removeprefix("SHA256:").rstrip("=")


def monospaced(times: float) -> QFont:
    """Return the system's font of even letters, at *times* the size of text."""
    made = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
    base = theme.font(times)
    if base.pointSizeF() > 0:
        made.setPointSizeF(base.pointSizeF())
    else:
        made.setPixelSize(base.pixelSize())
    return made


class FingerprintPage(AskPage):
    """The seal on the letter. "They match" can be pressed only when they do."""

    topic = "the-fingerprint"

    help_wanted = Signal(bool)  # True: she cannot find it, so offer going on without

    def __init__(self, field: Field[Any], facts: Mapping[str, object], crumb: Words) -> None:
        super().__init__(
            field.label,
            N_(
                "core",
                "Every server has a fingerprint, like a seal on a letter. Compare it with the one "
                "that your provider shows, so that nobody in between can pretend to be your "
                "server. No password has been sent yet.",
            ),
            crumb,
        )
        self.fingerprint = str(facts["fingerprint"])
        self._match = ""
        self.body.addWidget(self._seal(facts))
        if practice := facts.get("practice"):
            self.body.addWidget(_practice_letter(str(practice)))
        where = Card(edge="", fill="raised", across=True, padding=0.85, gap=0.8)
        where.body.addWidget(Sign("book", side=1.9))
        where.body.addWidget(
            Text(
                N_(
                    "core",
                    "Where do I find it? On the page of your server at your provider, or from the "
                    "person who looks after the machine. We can show you four ways to find it.",
                )
            ),
            1,
        )
        show = Button(N_("core", "&Show me"), clicked=lambda: self.help_wanted.emit(False))
        show.setObjectName("show_me")
        where.body.addWidget(show)
        self.body.addWidget(where)
        self.primary = Button(N_("core", "They &match, go on"), "primary", clicked=self._on_match)
        self.primary.setObjectName("they_match")
        lost = Button(N_("core", "I can't &find it"), clicked=lambda: self.help_wanted.emit(True))
        lost.setObjectName("cannot_find")
        differs = Button(N_("core", "It is &different"), clicked=self._on_differs)
        differs.setObjectName("it_differs")
        self.set_foot([self.back_button()], [lost, differs, self.primary])
        self._on_pasted("")

    def _seal(self, facts: Mapping[str, object]) -> Card:
        card = Card(padding=1.3)
        # Not selectable on purpose: copied from here into the box below, it would always match.
        value = Label(self.fingerprint)
        value.setFont(monospaced(1.05))
        look(value, look="fingerprint")
        value.setObjectName("shown_fingerprint")
        head = QHBoxLayout()
        head.setSpacing(theme.em(0.6))
        head.addWidget(SignTile("key", side=2.85), 0, Qt.AlignmentFlag.AlignTop)
        who = Note(said(N_("core", "{host} answers with"), host=facts.get("host", "")))
        head.addLayout(column(who, value, gap=0.2), 1)
        card.body.addLayout(head)
        name = N_("core", "Paste the fingerprint from your provider here")
        self.edit = HintedLine(name, N_("core", "we compare it letter by letter"))
        self.edit.setObjectName("fingerprint")
        self.edit.textChanged.connect(self._on_pasted)
        self.edit.returnPressed.connect(self.press_primary)
        card.body.addWidget(self.edit)
        self.verdict = Note()
        self._verdict_sign = Sign("check", "good", side=1)
        self._verdict_line = QWidget()
        line = QHBoxLayout(self._verdict_line)
        line.setContentsMargins(QMargins())
        line.setSpacing(theme.em(0.35))
        line.addWidget(self._verdict_sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.verdict, 1)
        card.body.addWidget(self._verdict_line)
        return card

    def first_focus(self) -> None:
        self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    @Slot(str)
    def _on_pasted(self, text: str) -> None:
        found = compare(text, self.fingerprint)
        self._match = found.match
        before = self.verdict.text()
        self.verdict.say(found.words)
        self._verdict_line.setVisible(bool(text.strip()))
        look(self.verdict, tone=found.tone)
        sign = {"good": "check", "wait": "wait", "bad": "bad"}.get(found.tone, "")
        self._verdict_sign.setVisible(bool(sign))
        if sign:
            self._verdict_sign.show_sign(sign, found.tone)
        self.edit.set_trouble(found.tone == "bad")
        assert self.primary is not None
        self.primary.setEnabled(bool(found.match))
        reason: Words = "" if found.match else found.words
        if not text.strip():
            reason = N_("core", "Paste the fingerprint above first, so that it can be compared.")
        described(tipped(self.primary, reason), reason)
        described(self.edit, found.words)
        if text.strip() and self.verdict.text() != before:
            announce(self.edit, self.verdict.text())

    def _on_match(self) -> None:
        if self._match:
            self.answered.emit(self._match)

    def _on_differs(self) -> None:
        self.answered.emit(Fingerprint.IT_DIFFERS)


class HintedLine(LineEdit):
    """An empty line says at its end what happens with what is typed, where there is room."""

    def __init__(self, name: Words, hint: Words) -> None:
        super().__init__(name, placeholder=name)
        self.hint = Note(hint)
        self.hint.setParent(self)
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.textChanged.connect(self._make_room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    @Slot()
    def _make_room(self) -> None:
        size = self.hint.sizeHint()
        needed = self.fontMetrics().horizontalAdvance(self.placeholderText()) + size.width()
        self.hint.setVisible(not self.text() and needed + theme.em(3) < self.width())
        inside = theme.em(0.7)
        left = inside if self.isRightToLeft() else self.width() - size.width() - inside
        self.hint.setGeometry(QRect(QPoint(left, (self.height() - size.height()) // 2), size))


def _practice_letter(fingerprint: str) -> Card:
    card = Card(edge="", fill="warm_tint", across=True, padding=0.85, gap=0.8)
    card.body.addWidget(Sign("mail", "warm", side=1.9))
    text = column(Text(N_("core", "In “Try it out”, this is the letter from your provider:")))
    letter = Label(fingerprint)
    letter.setFont(monospaced(1))
    look(letter, look="fingerprint")
    text.addWidget(letter)
    card.body.addLayout(text, 1)
    copy = CopyButton(lambda: fingerprint, of=N_("core", "the fingerprint in the letter"))
    copy.setObjectName("copy_letter")
    card.body.addWidget(copy)
    return card


@dataclass(frozen=True)
class Way:
    """One way to find the fingerprint."""

    sign: str
    title: Words
    text: Words
    copy: str = ""


WAYS = (
    Way(
        "globe",
        N_("core", "On the page of your server, at your provider"),
        N_(
            "core",
            "Sign in where you rented the server and open its page. Look for “Fingerprint”, “Host "
            "key” or “SSH”. Some providers also send it in the letter with the password. If there "
            "are several, take the one that begins with SHA256.",
        ),
    ),
    Way(
        "screen",
        N_("core", "In the provider's own window onto the server"),
        N_(
            "core",
            "Most providers have a “Console” button: a black window onto the machine, right in"
            " your browser. It does not pass through here. Sign in there with the user and the"
            " password of the server. Type the line below, and compare what it prints. Copying"
            " out of such a window is not always possible: then type what you see.",
        ),
        "for k in /etc/ssh/ssh_host_*_key.pub; do ssh-keygen -lf $k; done",
    ),
    Way(
        "doc",
        N_("core", "In the first words of the server"),
        N_(
            "core",
            "Many rented servers print their fingerprints when they start for the first time. "
            "Open “Console” or “Log” at your provider. Look for “BEGIN SSH HOST KEY "
            "FINGERPRINTS”: the lines below it are what you need. You may paste all of them.",
        ),
    ),
    Way(
        "people",
        N_("core", "From the person who looks after the machine"),
        N_(
            "core",
            "Call, or meet: it should not come by the same way as the address did. You may send "
            "the question below.",
        ),
        N_(
            "core",
            "Could you tell me the SSH host key fingerprint (SHA256) of our server? On the "
            "machine itself this prints it: ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub",
        ),
    ),
)


class FingerprintHelp(Stage):
    """Where to find the fingerprint; at its end, if *offer*, going on without comparing."""

    topic = "the-fingerprint"

    uncompared = Signal()

    def __init__(self, host: str, crumb: Words, *, offer: bool) -> None:
        super().__init__(
            N_("core", "Four ways to find the fingerprint"),
            N_("core", "One is enough. Then come back and paste it: we compare it for you."),
            crumb,
        )
        for number, way in enumerate(WAYS):
            self.body.addWidget(_way(way, number))
        self.primary = Button(N_("core", "&Back to comparing"), "primary")
        self.primary.clicked.connect(self.back_wanted)
        self.primary.setObjectName("back_to_comparing")
        if offer:
            self._offer(host)
        self.set_foot([self.back_button()], [self.primary])

    def _offer(self, host: str) -> None:
        card = Card(edge="wait")
        card.body.addWidget(Title(N_("core", "None of them works for you?")))
        card.body.addWidget(
            Text(
                said(
                    N_(
                        "core",
                        "You can go on without comparing. Then nobody has checked that it is "
                        "your server, and not somebody in between who pretends to be it. Your "
                        "password goes to whoever answers. {host} stays marked as “not "
                        "compared” until you have compared it.",
                    ),
                    host=host,
                )
            )
        )
        ask = said(N_("core", "To go on, type: {sentence}"), sentence=UNCOMPARED)
        card.body.addWidget(Strong(ask))
        self.typed = LineEdit(ask)
        self.typed.setObjectName("uncompared_sentence")
        self.typed.textChanged.connect(self._on_typed)
        self.go_on = Button(N_("core", "Go on without comparing"), "danger")
        self.go_on.clicked.connect(self.uncompared)
        self.go_on.setObjectName("go_on_uncompared")
        self._on_typed("")
        card.body.addWidget(self.typed)
        card.body.addWidget(row(self.go_on))
        self.body.addWidget(card)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        let_once_typed(self.go_on, text, tr(UNCOMPARED))


def _way(way: Way, number: int) -> QWidget:
    card = Card(across=True, gap=0.9)
    card.body.addWidget(SignTile(way.sign, side=2.3), 0, Qt.AlignmentFlag.AlignTop)
    text = column(Title(way.title), Text(way.text), gap=0.35)
    if way.copy:
        line = Label(way.copy)
        line.setFont(monospaced(theme.NOTE))
        look(line, look="fingerprint")
        box = Card(edge="", fill="raised", padding=0.5)
        box.body.addWidget(line)
        text.addWidget(box)
        copy = CopyButton(lambda: tr(way.copy), of=way.title)
        copy.setObjectName(f"copy_way_{number}")
        text.addWidget(row(copy))
    card.body.addLayout(text, 1)
    return card
