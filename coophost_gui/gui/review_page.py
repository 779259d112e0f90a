"""What will be done, before any of it is: every step with its why, and what holds already."""

from collections.abc import Collection, Sequence

from PySide6.QtCore import Qt, Slot

from coophost_gui.gui.chips import Chip
from coophost_gui.gui.controls import LineEdit, Unfold
from coophost_gui.gui.labels import Note, Strong, Text, Title
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.speaking import described, tipped
from coophost_gui.gui.stage import Stage
from coophost_gui.gui.widgets import Button, Card, SignTile, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said

SENTENCE = N_("core", "I know that this cannot be undone")


class ReviewPage(Stage):
    """*done* are the keys of the steps that hold already."""

    def __init__(
        self, steps: Sequence[Step], done: Collection[str], crumb: Words, *, begun: bool = False
    ) -> None:
        open_steps = [step for step in steps if step.key not in done]
        self.dangers = [step for step in open_steps if step.danger]
        super().__init__(*_state(len(steps), len(open_steps), begun=begun), crumb)
        for step in self.dangers:
            self.body.addWidget(_danger(step))
        card = Card(gap=0.9)
        for step in steps:
            card.body.addWidget(_row(step, done=step.key in done))
        if not steps:
            card.hide()
        self.body.addWidget(card)
        words = N_("core", "&Go on") if begun or not open_steps else N_("core", "&Begin")
        back = self.back_button()
        self.typed: LineEdit | None = None
        if self.dangers:
            self._ask_for_the_sentence()
            start = Button(words, "danger", clicked=self.next_wanted.emit)
            self.primary = None
        else:
            start = Button(words, "primary", clicked=self.next_wanted.emit)
            self.primary = start
        start.setObjectName("begin")
        self.start = start
        self.set_foot([back], [start])
        if self.dangers:
            self._on_typed("")

    def first_focus(self) -> None:
        if self.typed is not None:
            self.typed.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().first_focus()

    def _ask_for_the_sentence(self) -> None:
        card = Card()
        ask = said(N_("core", "To go on, type: {sentence}"), sentence=SENTENCE)
        card.body.addWidget(Strong(ask))
        self.typed = LineEdit(ask)
        self.typed.setObjectName("confirm")
        self.typed.textChanged.connect(self._on_typed)
        card.body.addWidget(self.typed)
        self.body.addWidget(card)

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        let_once_typed(self.start, text, tr(SENTENCE))


def let_once_typed(button: Button, typed: str, sentence: str) -> None:
    """Let *button* be pressed once *sentence* is *typed*; until then it says why not."""
    same = same_sentence(typed, sentence)
    button.setEnabled(same)
    reason = "" if same else N_("core", "Type the sentence above first.")
    described(tipped(button, reason), reason)


def same_sentence(typed: str, sentence: str) -> bool:
    """Return whether *typed* is *sentence*, whatever its capitals, blanks and full stop."""

    def plain(text: str) -> str:
        return " ".join(text.casefold().split()).rstrip(".")

    return plain(typed) == plain(sentence)


def _state(steps: int, still: int, *, begun: bool) -> tuple[Words, Words]:
    if not steps or not still:
        return (
            N_("core", "Everything is so already"),
            N_("core", "We looked at each point, and nothing has to be changed."),
        )
    if begun:
        return (
            N_("core", "This is what is left to do"),
            N_("core", "What is ticked is done. Nothing more has happened yet."),
        )
    return (
        N_("core", "This is what will be done"),
        N_("core", "Nothing has happened yet. Read it through, then begin."),
    )


def _row(step: Step, *, done: bool) -> Card:
    line = Card(edge="", fill="surface", across=True, padding=0, gap=0.75)
    line.body.setContentsMargins(0, 0, 0, 0)
    sign, tone = ("check", "good") if done else ("bad", "bad") if step.danger else ("move", "soft")
    tile = SignTile(sign, tone, side=1.9)
    line.body.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
    texts = column(gap=0.15)
    line.body.addLayout(texts, 1)
    title = Strong(step.title, tone="soft" if done else "ink")
    texts.addWidget(title)
    if done:
        texts.addWidget(Note(N_("core", "This is so already.")))
    elif step.why:
        texts.addWidget(Note(step.why))
    if step.detail and not done:
        inside = column(*(Note(said(N_("core", "· {what}"), what=words)) for words in step.detail))
        holder = Card(edge="", fill="raised", padding=0.6)
        holder.body.addLayout(inside)
        exactly = Unfold(N_("core", "What exactly"), holder)
        named(exactly, said(N_("core", "What exactly: {step}"), step=step.title))
        texts.addWidget(holder)
        line.body.addWidget(exactly, 0, Qt.AlignmentFlag.AlignTop)
    return line


def _danger(step: Step) -> Card:
    card = Card(edge="bad", across=True, gap=1)
    card.body.addWidget(SignTile("bad", "bad"), 0, Qt.AlignmentFlag.AlignTop)
    chip = Chip(N_("core", "Cannot be undone"), "bad", "")
    card.body.addLayout(column(row(Title(step.title), chip), Text(step.danger), gap=0.4), 1)
    return card
