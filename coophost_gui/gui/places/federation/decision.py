"""One decision: its text, what it still needs, who was heard, and what one may do."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from coophost_gui.federation.cycle import outcome
from coophost_gui.federation.deadlines import in_words
from coophost_gui.federation.decisions import Entry
from coophost_gui.federation.electorate import read_votes
from coophost_gui.federation.record import IN_PROGRESS, Record
from coophost_gui.federation.tally import Outcome
from coophost_gui.federation.tally_words import ANSWERS, STATES
from coophost_gui.gui.labels import Text, Title
from coophost_gui.gui.layouts import column
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.paper import Page
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.widgets import Button, Card
from coophost_gui.gui.words import tr
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Words, listing, said

if TYPE_CHECKING:
    from coophost_gui.gui.places.federation.page import FederationPage


# The files have them in English, whatever language their readers speak.
HEADINGS = {"Summary": N_("core", "In short"), "Details": N_("core", "More about it")}


class DecisionPage(Screen):
    """What was proposed, and how it stands."""

    def __init__(self, place: "FederationPage", record: Record, entry: Entry) -> None:
        resolution = entry.resolution
        super().__init__(resolution.name, _dates(entry))
        self._place, self._record, self._entry = place, record, entry
        try:
            found = outcome(record, entry, datetime.now(UTC))
        except Problem as problem:
            self.body.addWidget(ProblemCard(problem))
            found = None
        if found is not None:
            self.body.addWidget(self._standing(found))
        card = Card(padding=1.4)
        card.body.addWidget(Page(_markdown(entry), N_("core", "What is proposed")))
        self.body.addWidget(card)
        back = Button(N_("core", "Back"), "link", clicked=place.back)
        back.setObjectName("back")
        end = []
        if entry.state == IN_PROGRESS and resolution.id:
            vote = Button(N_("core", "Say what you think"), "primary", clicked=self._vote)
            vote.setObjectName("vote-here")
            settle = Button(N_("core", "End it, or change it"), "plain", clicked=self._settle)
            settle.setObjectName("settle-here")
            end = [settle, vote]
        self.set_foot([back], end)

    def _standing(self, found: Outcome) -> QWidget:
        card = Card(padding=1.0)
        texts: list[QWidget] = [Title(STATES[found.state])]
        texts += [Text(words) for words in found.explanation]
        names = self._names()
        for choice, words in ANSWERS.items():
            said_so = [
                names.get(slug, slug) for slug, one in found.voices.items() if one.choice == choice
            ]
            if said_so:
                texts.append(Text(_who(words, said_so), tone="soft"))
        for concern in found.concerns:
            member = names.get(concern.member, concern.member)
            texts.append(
                Text(
                    said(N_("core", "{member}: “{reason}”"), member=member, reason=concern.reason),
                    tone="soft",
                )
            )
        if found.silent:
            silent = [names.get(slug, slug) for slug in found.silent]
            texts.append(Text(_who(N_("core", "Not heard yet"), silent), tone="soft"))
        inside = QWidget()
        inside.setLayout(column(*texts, gap=0.35))
        card.body.addWidget(inside)
        return card

    def _names(self) -> dict[str, str]:
        electorate, _ = read_votes(self._record, self._entry.resolution.id)
        return {slug: one.name for slug, one in electorate.voters.items()} if electorate else {}

    def _vote(self) -> None:
        self._go("vote")

    def _settle(self) -> None:
        self._go("settle")

    def _go(self, wizard: str) -> None:
        place: PlacePage = self._place
        place.context.open_flow(wizard, {"decision": self._entry.resolution.id})
        self._place.back()


def _who(words: Words, names: list[str]) -> Words:
    return said(N_("core", "{what}: {names}"), what=words, names=", ".join(names))


def _dates(entry: Entry) -> Words:
    resolution = entry.resolution
    parts: list[Words] = []
    if resolution.number is not None:
        parts.append(said(N_("core", "Decision {number}"), number=f"{resolution.number:03d}"))
    if resolution.deadline is not None:
        parts.append(said(N_("core", "until {day}"), day=in_words(resolution.deadline)))
    if resolution.passed_on is not None:
        parts.append(said(N_("core", "passed on {day}"), day=in_words(resolution.passed_on)))
    return listing(parts) if parts else ""


def _markdown(entry: Entry) -> str:
    sections = entry.resolution.sections.items()
    return "\n\n".join(
        f"## {tr(HEADINGS.get(name, name))}\n\n{text}" if name else text for name, text in sections
    )
