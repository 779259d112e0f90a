"""What went wrong, as a card: what happened, what it means, what to do, and a report to copy."""

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase
from PySide6.QtWidgets import QPlainTextEdit

from coophost_gui.gui import theme
from coophost_gui.gui.controls import CopyButton, Fold
from coophost_gui.gui.labels import Note, Text, Title
from coophost_gui.gui.layouts import column
from coophost_gui.gui.report import report, story_of
from coophost_gui.gui.widgets import Button, Card, SignTile, announce, named
from coophost_gui.gui.words import tr
from coophost_gui.kit import log
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_


class OurMistake(Problem):
    """Stands on the screen for an exception that is a bug of ours."""

    text = N_("core", "This program made a mistake here. It is not your doing.")
    means = N_("core", "What was ticked off is done. Nothing else was touched.")
    hint = N_("core", "Try again. If it stays, copy the report and send it to who helps you.")


def as_problem(error: Exception) -> Problem:
    """Return *error* as something that a person can read."""
    return error if isinstance(error, Problem) else OurMistake(story_of(error))


def story(problem: Problem, where: str = "") -> str:
    """Return *problem* as text for the report, in English, with secrets taken out."""
    lines = [f"{problem.key}{f' ({where})' if where else ''}"]
    lines += [str(sentence) for sentence in problem.sentences()]
    if problem.detail:
        lines += ["", problem.detail]
    return log.redact("\n".join(lines))


class ProblemCard(Card):
    """One problem. *retry* adds "Try again"; *where* says for the report what was under way."""

    def __init__(
        self,
        problem: Problem,
        *,
        where: str = "",
        practising: bool = False,
        retry: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(edge="bad", across=True, gap=1)
        self.problem = problem
        happened, *rest = problem.sentences()
        named(self, happened)
        texts = column(Title(happened), gap=0.45)
        for number, sentence in enumerate(rest):
            texts.addWidget(Text(sentence, tone="soft" if number == 0 else "ink"))
        self.body.addWidget(SignTile("bad", "bad"), 0, Qt.AlignmentFlag.AlignTop)
        self.body.addLayout(texts, 1)
        told = story(problem, where)
        self.details = ReadOnly(told, N_("core", "Details"))
        copy = CopyButton(
            lambda: report(told, practising=practising), N_("core", "Copy the report")
        )
        copy.setObjectName("copy_report")
        beside: list[Button] = [copy]
        if retry is not None and not problem.stops:
            again = Button(N_("core", "&Try again"), "plain", sign="again", clicked=retry)
            again.setObjectName("try_again")
            beside.insert(0, again)
        self.fold = Fold(N_("core", "Details"), self.details, *beside)
        self.fold.button.setObjectName("problem_details")
        texts.addWidget(self.fold)
        note = N_("core", "The report holds no passwords. Read it before you pass it on.")
        texts.addWidget(Note(note))

    @property
    def sentences(self) -> str:
        """Return all that the card says, for a screen reader."""
        return " ".join(tr(sentence) for sentence in self.problem.sentences())

    def speak(self) -> None:
        """Have a screen reader say it all, once the card is on the screen."""
        announce(self, self.sentences)


class ReadOnly(QPlainTextEdit):
    """Lines of a machine, to read and to copy. Tab leaves it."""

    def __init__(self, text: str, name: str, *, lines: int = 8) -> None:
        super().__init__(text)
        named(self, name)
        self.setReadOnly(True)
        self.setTabChangesFocus(True)
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        base = theme.font(theme.NOTE)
        if base.pointSizeF() > 0:
            font.setPointSizeF(base.pointSizeF())
        else:
            font.setPixelSize(base.pixelSize())
        self.setFont(font)
        self.setMinimumHeight(theme.em(lines))
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.WidgetWidth)
