"""Decisions: what is open first, then all that were taken, with a search over their words."""

from collections.abc import Callable
from datetime import UTC, datetime
from heapq import nlargest

from PySide6.QtCore import Slot

from coophost_gui.federation.cycle import outcome
from coophost_gui.federation.deadlines import in_words
from coophost_gui.federation.decisions import Entry, decisions
from coophost_gui.federation.ours import our_record
from coophost_gui.federation.record import (
    DRAFTS,
    IN_PROGRESS,
    PASSED,
    STALLED,
    WITHDRAWN,
    Record,
)
from coophost_gui.federation.tally import NeedMet, Outcome
from coophost_gui.gui.context import Context
from coophost_gui.gui.controls import LineEdit
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.lines import Line, LineList
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places.federation.decision import DecisionPage
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.saying import number_first
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind, look
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, N_n, Words, listing, said, several

STATE_WORDS: dict[str, tuple[Words, str]] = {
    IN_PROGRESS: (N_("core", "Open"), "wait"),
    DRAFTS: (N_("core", "Draft"), "soft"),
    PASSED: (N_("core", "Passed"), "good"),
    STALLED: (N_("core", "Set aside"), "soft"),
    WITHDRAWN: (N_("core", "Taken back"), "soft"),
}
ORDER = {state: at for at, state in enumerate(STATE_WORDS)}
AT_ONCE = 50  # decisions that are shown before one asks for more
LONGEST = 5  # titles that are measured: a longer one needs more room


class FederationPage(PlacePage):
    """The doors to a record at first; later what is open and what was decided."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "Decide together")))
        self._record: Record | None = None
        self._entries: list[Entry] = []
        self._made: dict[str, Line] = {}
        self._texts: list[str] = []  # in small letters, to search in
        self._longest: list[Line] = []
        self.search = LineEdit(
            N_("core", "Search in the decisions"),
            placeholder=N_("core", "Search in the decisions: a word, a number"),
        )
        self.search.setObjectName("search")
        look(self.search, look="bare")
        self.search.textChanged.connect(self._search)
        self.lines = LineList(N_("core", "Decisions"), "decisions")
        self.lines.opened.connect(self.open_decision)
        self._most = AT_ONCE
        self._more = Button("", "link", clicked=self._show_more)
        self._more.setObjectName("more")

    def refresh(self) -> None:
        """Read the record anew: somebody else may have written in it."""
        body = self.front.body
        for kept in (self.search, self.lines, self._more):
            kept.setParent(None)
        empty(body)
        self.front.draw("")
        try:
            self._record = our_record(self.context.world.data_dir())
            self._entries = decisions(self._record) if self._record else []
        except Problem as problem:
            self._show_problem(problem)
            return
        if self._record is None:
            self._show_doors()
        else:
            self._show_decisions()

    def _show_problem(self, problem: Problem) -> None:
        self.front.say(N_("core", "Your decisions cannot be shown"))
        self.front.body.addWidget(ProblemCard(problem))
        self._foot(N_("core", "Open another folder"), "start_record", "primary")

    def _show_doors(self) -> None:
        self.front.say(
            N_("core", "Decide together, and find it again"),
            N_("core", "Proposals, answers and results, in a folder of plain text."),
        )
        self.front.body.addWidget(
            line_card(
                "people",
                N_("core", "Write down what your collective decides"),
                N_("core", "For one collective alone, or for several. Or open what you have."),
                N_("core", "Begin"),
                "primary",
                lambda: self.context.open_flow("start_record"),
                "door:record",
            )
        )
        self.front.draw("street")
        self.front.set_foot()

    def _show_decisions(self) -> None:
        waiting = [one for one in self._entries if one.state == IN_PROGRESS]
        headline: Words = N_("core", "Nothing waits for an answer")
        if waiting:
            headline = several(
                len(waiting),
                N_n(
                    "core",
                    "{number} decision waits for answers",
                    "{number} decisions wait for answers",
                ),
                number=number_first(len(waiting)),
            )
        self.front.say(headline, self._about())
        self._entries.sort(key=lambda one: (ORDER[one.state], -(one.resolution.number or 0)))
        self._made.clear()
        self._texts = [_searched(one) for one in self._entries]
        named = {one.state: one for one in self._entries}.values()  # one for each word
        long = nlargest(LONGEST, self._entries, key=lambda one: len(one.resolution.name))
        self._longest = [self._line(one) for one in (*long, *named)]
        if self._entries:
            line = Card(across=True, padding=0.65)
            line.body.addWidget(self.search, 1)
            self.front.body.addWidget(line)
            self.front.body.addWidget(self.lines)
            self.front.body.addWidget(self._more)
            self.search.setVisible(True)
            self.lines.setVisible(True)
            self._show_found()
        else:
            self.front.body.addWidget(
                line_card(
                    "plus",
                    N_("core", "Nothing was decided here yet"),
                    N_("core", "A first proposal may be a small one."),
                    N_("core", "Propose something"),
                    "primary",
                    self._propose,
                    "first-proposal",
                )
            )
            self.front.set_foot()
            return
        start = []
        if waiting:
            start = [
                _button(N_("core", "Say what you think"), "plain", self._vote, "vote"),
                _button(N_("core", "End one, or change it"), "link", self._settle, "settle"),
            ]
        join = _button(N_("core", "Join others"), "link", self._join, "join")
        share = _button(N_("core", "Share"), "plain", self._share, "share")
        propose = _button(N_("core", "Propose something"), "primary", self._propose, "propose")
        self.front.set_foot(start, [join, share, propose])

    def _about(self) -> Words:
        assert self._record is not None, "there is one, or doors are shown"
        return said(
            N_("core", "All of it is plain text, in the folder “{folder}”."),
            folder=self._record.root.name,
        )

    @Slot()
    def _show_found(self) -> None:
        left = list(zip(self._entries, self._texts, strict=True))
        for word in self.search.text().casefold().split():
            left = [one for one in left if word in one[1]]
        found = [entry for entry, _text in left]
        more = len(found) - self._most
        self._more.setVisible(more > 0)
        self._more.say(several(more, N_n("core", "Show {count} more", "Show {count} more")))
        self.lines.show_things(found[: self._most], self._line, self._longest)

    @Slot()
    def _search(self) -> None:
        self._most = AT_ONCE
        self._show_found()

    @Slot()
    def _show_more(self) -> None:
        self._most = len(self._entries)
        self._show_found()

    def _line(self, entry: Entry) -> Line:
        key = _key(entry)
        if key not in self._made:
            self._made[key] = self._make_line(entry)
        return self._made[key]

    def _make_line(self, entry: Entry) -> Line:
        number = entry.resolution.number
        title = entry.resolution.name
        word, level = STATE_WORDS[entry.state]
        return Line(
            _key(entry),
            f"{number:03d} · {title}" if number is not None else title,
            self._reason(entry),
            word,
            level,
            "chat" if entry.state == IN_PROGRESS else "doc",
        )

    def _reason(self, entry: Entry) -> Words:
        resolution = entry.resolution
        if entry.state == IN_PROGRESS and resolution.deadline is not None:
            until = said(N_("core", "Until {day}"), day=in_words(resolution.deadline))
            lacking = [one.words for one in self._missing(entry)]
            return listing([until, *lacking[:1]]) if lacking else until
        if resolution.passed_on is not None:
            return said(N_("core", "Passed on {day}"), day=in_words(resolution.passed_on))
        if resolution.deadline is not None:
            return said(N_("core", "Its last day was {day}"), day=in_words(resolution.deadline))
        return ""

    def _missing(self, entry: Entry) -> list[NeedMet]:
        found = self.counted(entry)
        return [one for one in found.needs if not one.met] if found else []

    def counted(self, entry: Entry) -> Outcome | None:
        """Return what the votes on *entry* say now; None where nobody may vote on it."""
        assert self._record is not None, "its entries are shown"
        try:
            return outcome(self._record, entry, datetime.now(UTC))
        except Problem:  # shown on the decision's own page
            return None

    def open_decision(self, key: str) -> None:
        """Show the decision with this key over the list."""
        entry = next(one for one in self._entries if _key(one) == key)
        assert self._record is not None, "its entries are shown"
        self.open_page(DecisionPage(self, self._record, entry))

    def _foot(self, words: Words, wizard: str, kind: Kind) -> None:
        button = _button(words, kind, lambda: self.context.open_flow(wizard), wizard)
        self.front.set_foot([], [button])

    @Slot()
    def _propose(self) -> None:
        self.context.open_flow("propose")

    @Slot()
    def _vote(self) -> None:
        self.context.open_flow("vote")

    @Slot()
    def _join(self) -> None:
        self.context.open_flow("join")

    @Slot()
    def _share(self) -> None:
        self.context.open_flow("share_record")

    @Slot()
    def _settle(self) -> None:
        self.context.open_flow("settle")


def _button(words: Words, kind: Kind, go: Callable[[], object], key: str) -> Button:
    button = Button(words, kind, clicked=go)
    button.setObjectName(key)
    return button


def _key(entry: Entry) -> str:
    return entry.resolution.id or f"{entry.state}/{entry.path.name}"


def _searched(entry: Entry) -> str:
    resolution = entry.resolution
    number = "" if resolution.number is None else f"{resolution.number:03d}"
    parts = (number, resolution.title, resolution.topic, *resolution.sections.values())
    return "\n".join(parts).casefold()
