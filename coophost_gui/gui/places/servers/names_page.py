"""The names of a server: each record as it should be and as it is now, to copy into a form."""

import time
from collections.abc import Sequence

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui.chips import Chip
from coophost_gui.gui.context import Context
from coophost_gui.gui.facts import FactLine
from coophost_gui.gui.labels import Note, Strong, Text
from coophost_gui.gui.layouts import column, row
from coophost_gui.gui.look_page import LookPage
from coophost_gui.gui.relay import start
from coophost_gui.gui.saying import ago, number_first
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Card, SignTile, announce, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.flow import Shown
from coophost_gui.kit.jobs import Asked, Event, Failed, Finished, Job, Stopped
from coophost_gui.kit.text import N_, N_n, Words, listing, said, several
from coophost_gui.servers.judge_names import RowFound, unsettled
from coophost_gui.servers.name_look import NO_NAMES, ONLY_INSIDE, NamesFound, look_at_names
from coophost_gui.servers.name_words import IN_SHORT

EVERY = 20.0  # seconds between two looks while something is not right yet
TICK = 1000  # milliseconds
SIGNS = {"good": "check", "note": "info", "wait": "wait", "bad": "bad"}
TONES = {"good": "good", "note": "soft", "wait": "wait", "bad": "bad"}
NOBODY = N_("core", "nothing")


class NamesPage(LookPage):
    """Looks by itself, again and again, until every record is right."""

    def __init__(self, context: Context, server: str) -> None:
        world = context.world

        def work(job: Job) -> NamesFound:
            return look_at_names(job, world, server)

        headline = said(N_("core", "Looking at the names of {server}"), server=server)
        super().__init__(context, headline, N_("core", "Servers"), work)
        self.server = server
        self._names: NamesFound | None = None
        self._quiet: Job | None = None
        self._second = QTimer(self, interval=TICK)
        self._second.timeout.connect(self.tick)

    def look(self) -> None:
        self._names = None
        super().look()

    def found(self, result: NamesFound) -> None:
        self._names = result
        self._draw(result)

    @Slot()
    def tick(self) -> None:
        """Say how old the look is; look again when it is time, without touching the screen."""
        if self._names is None or self._job is not None:
            return
        self.front.say(*_state(self._names))
        old = time.time() - self._names.at
        if not self._names.settled and old >= EVERY and self._quiet is None:
            self._quiet = start(self.context.lanes, self._work, lane=None, slot=self._hear_quiet)
            self.destroyed.connect(self._quiet.cancel)

    @Slot(object)
    def _hear_quiet(self, event: Event) -> None:
        match event:
            case Asked():
                event.answer.cancel()  # only a look that the person began asks her something
            case Finished(result):
                self._quiet = None
                if self._job is None and self._names is not None:
                    self._replace(self._names, result)
            case Failed() | Stopped():
                self._quiet = None

    def _replace(self, before: NamesFound, now: NamesFound) -> None:
        self._names = now
        if before.rows == now.rows:
            self.front.say(*_state(now))
            return
        self._draw(now)
        announce(self, tr(_state(now)[0]))

    def _draw(self, names: NamesFound) -> None:
        self._clear()
        self.front.say(*_state(names))
        if not names.rows:
            self.front.body.addWidget(Text(NO_NAMES))
        elif names.ours.inside:
            card = Card(edge="wait", across=True, gap=0.8)
            card.body.addWidget(SignTile("wait", "wait", side=1.9))
            card.body.addWidget(Text(ONLY_INSIDE), 1)
            self.front.body.addWidget(card)
        open_ones = unsettled(names.rows)
        for one in open_ones:
            self.front.body.addWidget(_card(one))
        others = [one for one in names.rows if one not in open_ones]
        if others:
            card = Card(gap=0.8)
            for one in sorted(others, key=lambda one: one.level != "good"):
                card.body.addLayout(_line(one))
            self.front.body.addWidget(card)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._second.start()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._second.stop()


def _state(names: NamesFound) -> tuple[Words, Words]:
    open_ones = unsettled(names.rows)
    age = ago(names.at)
    if not names.rows:
        return said(N_("core", "{server} has no name yet"), server=names.server), ""
    if not open_ones:
        return (
            said(N_("core", "The names lead to {server}"), server=names.server),
            said(
                N_("core", "Everybody who types them finds your server. Last look: {age}."), age=age
            ),
        )
    if all(one.level == "wait" for one in open_ones):
        return (
            said(N_("core", "The names are right, but not everywhere yet"), server=names.server),
            said(N_("core", "That passes by itself. We go on looking. Last look: {age}."), age=age),
        )
    bad = [one for one in open_ones if one.level == "bad"]
    return (
        several(
            len(bad),
            N_n(
                "core",
                "One record for {server} is not right yet",
                "{count} records for {server} are not right yet",
            ),
            server=names.server,
            count=number_first(len(bad)),
        ),
        said(
            N_(
                "core",
                "Put it right where you rented the name (DNS). We go on looking. Last look: {age}.",
            ),
            age=age,
        ),
    )


def _card(found: RowFound) -> Card:
    """Return a record that is not right yet: what to do, what to copy, and what is there now."""
    card = Card(edge=TONES[found.level], gap=0.8)
    title = said("{kind} · {name}", kind=found.row.kind, name=found.row.name)
    named(card, said("{record}: {word}", record=title, word=IN_SHORT[found.verdict]))
    card.body.addWidget(row(Strong(title), _chip(found)))
    card.body.addWidget(Text(found.words))
    if found.row.value:
        should = Card(edge="", fill="raised", padding=0.7)
        should.body.addWidget(
            row(
                _pair(N_("core", "Type"), found.row.kind),
                FactLine(Shown(N_("core", "Name"), found.row.name)),
                FactLine(Shown(N_("core", "Value"), found.row.value)),
                gap=2,
            )
        )
        card.body.addWidget(should)
    elsewhere: Words = N_("core", "asked once the other is right")
    if found.public is not None:
        elsewhere = _those(found.public)
    card.body.addWidget(
        row(
            _pair(N_("core", "Now, where you rented the name"), _those(found.own)),
            _pair(N_("core", "Now, for other people"), elsewhere),
            gap=2,
        )
    )
    return card


def _line(found: RowFound) -> QHBoxLayout:
    line = QHBoxLayout()
    line.setSpacing(em(0.75))
    tile = SignTile(SIGNS[found.level], TONES[found.level], side=1.9)
    line.addWidget(tile, 0, Qt.AlignmentFlag.AlignTop)
    record: Words = said("{kind} · {name}", kind=found.row.kind, name=found.row.name)
    texts = column(row(Strong(record), _chip(found)), Note(found.words), gap=0.15)
    if found.row.value and found.level == "note":
        texts.addWidget(row(FactLine(Shown(N_("core", "Value"), found.row.value))))
    elif found.own:
        texts.addWidget(Note(_those(found.own)))
    line.addLayout(texts, 1)
    return line


def _pair(label: Words, words: Words) -> QWidget:
    holder = QWidget()
    holder.setLayout(column(Note(label), Strong(words)))
    return holder


def _those(addresses: Sequence[str]) -> Words:
    return listing(addresses) if addresses else NOBODY


def _chip(found: RowFound) -> Chip:
    return Chip(IN_SHORT[found.verdict], TONES[found.level], SIGNS[found.level])
