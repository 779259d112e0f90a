"""Home: the doors at first, then how far one has come and what is worth a look."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QHBoxLayout, QWidget

from coophost_gui.gui.app_card import for_people
from coophost_gui.gui.app_card import headline as health_headline
from coophost_gui.gui.chips import Chip
from coophost_gui.gui.context import Context
from coophost_gui.gui.labels import Note, Text, Title
from coophost_gui.gui.language_switch import LanguageSwitch
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.saying import ago, gigabytes, listed, number_first
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.theme import em
from coophost_gui.gui.tiles import Tiles, line_card
from coophost_gui.gui.widgets import Button, Card, Kind, SignTile, named
from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, N_n, Words, said, several

if TYPE_CHECKING:
    from coophost_gui.health.board import Board


class HomePage(PlacePage):
    """Asks how one would like to begin; later says what is next."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "How would you like to begin?")))
        self._age = Note()
        self._filled = False

    def refresh(self) -> None:
        body = self.front.body
        empty(body)
        self.front.foot.setVisible(False)
        self._filled = False
        self.front.draw("" if self.context.servers() else "street")
        if self.context.servers():
            self._show_journey()
        elif self.context.practising:
            self._show_practice_door()
        else:
            self._show_doors()

    def tick(self) -> None:
        board = self.context.last_board()
        if board is not None:
            words = N_("core", "Looked {age} · nothing is checked while this window is hidden")
            self._age.say(said(words, age=ago(board.at)))

    # The doors.

    def _show_doors(self) -> None:
        self.front.say(
            N_("core", "How would you like to begin?"),
            N_("core", "There is no wrong door. You can come back here at any time."),
        )
        unfinished = self._add_unfinished()
        self.front.body.addWidget(
            line_card(
                "server",
                N_("core", "We have a server, or will rent one"),
                N_("core", "A computer that is always on. We go through it together."),
                N_("core", "Add a server"),
                "plain",
                lambda: self.context.open_flow("add_server"),
                "door:server",
            )
        )
        self.front.body.addWidget(
            line_card(
                "people",
                N_("core", "My collective already has a server"),
                N_("core", "Open its list of servers and apps: a folder, a stick or an address."),
                N_("core", "Open it"),
                "plain",
                lambda: self.context.open_flow("open_servers"),
                "door:open",
            )
        )
        self.front.body.addWidget(
            line_card(
                "play",
                N_("core", "I would like to try it out first"),
                N_(
                    "core",
                    "Everything as for real, on a make-believe server inside this computer. "
                    "No internet needed.",
                ),
                N_("core", "Try it out"),
                "plain" if unfinished else "primary",
                self.context.practise,
                "door:practice",
            )
        )
        self.front.body.addWidget(
            line_card(
                "book",
                N_("core", "What should we rent, and what will happen?"),
                N_("core", "Two short pages, without technical words."),
                N_("core", "Read about it"),
                "link",
                lambda: self.context.help("a-server"),
                "door:read",
            )
        )
        self.front.set_foot([], [LanguageSwitch()])

    def _show_practice_door(self) -> None:
        self.front.say(
            N_("core", "A make-believe server is waiting"),
            N_(
                "core",
                "Add it as you would add a real one: address and password are filled in for you. "
                "You can begin again at any time, and nothing can break.",
            ),
        )
        unfinished = self._add_unfinished()
        self.front.body.addWidget(
            line_card(
                "server",
                N_("core", "Add the make-believe server"),
                N_("core", "The same questions and the same steps as for a real one."),
                N_("core", "Add a server"),
                "plain" if unfinished else "primary",
                self._add_practice_server,
                "door:server",
            )
        )
        self.front.body.addWidget(
            line_card(
                "book",
                N_("core", "Look at the apps first"),
                N_("core", "What would you like to leave behind?"),
                N_("core", "Find an app"),
                "plain",
                lambda: self.context.go("find"),
                "door:find",
            )
        )

    def _add_practice_server(self) -> None:
        self.context.open_flow("add_server", self.context.start_answers())

    # The journey.

    def _show_journey(self) -> None:
        board = self.context.last_board()
        people_apps = self.context.apps()
        if self._half_ready():
            self.front.say(
                N_("core", "Your server is not ready yet"),
                N_("core", "Making it ready was interrupted. What was done is kept: go on below."),
            )
        else:
            self.front.say(*_state(board, len(people_apps), compared=not self._uncompared()))
        cards = [self._server_card(board), self._apps_card(people_apps)]
        if people_apps:
            cards.append(self._health_card(board))
        self.front.body.addWidget(Tiles(cards))
        worth = self._add_worth_a_look(board)
        self._age = Note()
        self._age.setObjectName("age")
        self.tick()
        if not worth and board is not None:
            self._age.setVisible(True)
        self.front.set_foot([self._age])

    def _half_ready(self) -> bool:
        """Say whether the only server is one that was interrupted while it was made ready."""
        draft = self.context.drafts.get("add_server")
        return draft is not None and draft.running and len(self.context.servers()) == 1

    def _uncompared(self) -> list[str]:
        """Return the servers whose fingerprint nobody has compared yet."""
        abra = self.context.world.abra
        servers = self.context.servers()
        return [name for name in servers if not abra.collective(name).fingerprint_compared]

    def _server_card(self, board: "Board | None") -> Card:
        servers = self.context.servers()
        known = {found.server: found for found in board.servers} if board is not None else {}
        facts: list[str] = list(servers[:3])
        if len(servers) == 1 and (only := known.get(servers[0])) is not None:
            if only.room is not None:
                facts.append(tr(gigabytes(only.room.memory_total)))
            facts.append(tr(only.word))
        return _station(
            "server",
            N_("core", "Add a server"),
            listed(facts),
            chip=Chip(N_("core", "Not finished"), "wait") if self._half_ready() else _done(),
            button=Button(N_("core", "Show"), "quiet", clicked=lambda: self.context.go("servers")),
        )

    def _apps_card(self, names: list[str]) -> Card:
        if names:
            return _station(
                "apps",
                N_("core", "Find your apps"),
                listed(names[:4]),
                chip=_done(),
                button=Button(N_("core", "Show"), "quiet", clicked=lambda: self.context.go("apps")),
            )
        here = not self._half_ready()
        return _station(
            "apps",
            N_("core", "Find your apps"),
            N_("core", "Say what you would like to leave behind. We show what can take its place."),
            chip=Chip(N_("core", "You are here"), "warm", "")
            if here
            else Chip(N_("core", "Later"), "soft", ""),
            button=Button(
                N_("core", "Find an app"),
                self._kind() if here else "quiet",
                clicked=lambda: self.context.go("find"),
            ),
            here=here,
        )

    def _health_card(self, board: "Board | None") -> Card:
        if board is None:
            words: Words = N_("core", "The first look is under way.")
            chip = Chip(N_("core", "Looking"), "soft", "wait")
        else:
            cards = for_people(board)
            bad = [card for card in cards if card.level == "bad"]
            well = [card for card in cards if card.level == "good"]
            words = health_headline(board)
            chip = (
                Chip(N_("core", "Needs a look"), "bad")
                if bad
                else Chip(N_("core", "Well"), "good")
                if len(well) == len(cards)
                else Chip(N_("core", "Waits for you"), "wait")
                if any(card.unclaimed for card in cards)
                else Chip(N_("core", "On its way"), "wait")
            )
        return _station(
            "heart",
            N_("core", "Keep an eye on them"),
            words,
            chip=chip,
            button=Button(N_("core", "Show"), "quiet", clicked=lambda: self.context.go("health")),
        )

    def _add_worth_a_look(self, board: "Board | None") -> bool:
        rows: list[tuple[str, str, Words, Words, Words, Callable[[], object], str]] = []
        away = {s.server for s in board.servers if s.level == "bad"} if board is not None else set()
        for server in board.servers if board is not None else ():
            if server.server in away:
                rows.append(
                    (
                        "server",
                        "bad",
                        said(N_("core", "{server} is not reached"), server=server.server),
                        server.reason,
                        N_("core", "Have a look"),
                        partial(self.context.go, "health"),
                        f"look:{server.server}",
                    )
                )
        for card in board.cards if board is not None else ():
            if card.server in away:
                continue
            if card.level == "bad":
                title = said(N_("core", "{name}: {word}"), name=card.name, word=card.word)
                rows.append(
                    (
                        "bad",
                        "bad",
                        title,
                        card.reason,
                        N_("core", "Have a look"),
                        partial(self.context.go, "health"),
                        f"look:{card.app}",
                    )
                )
            elif card.unclaimed:
                rows.append(
                    (
                        "key",
                        "wait",
                        said(N_("core", "Nobody has taken over {name} yet"), name=card.name),
                        N_("core", "Whoever opens it first decides the password. Be the first."),
                        N_("core", "Take it over"),
                        partial(self.context.take_over, card.domain, card.url),
                        f"claim:{card.app}",
                    )
                )
        for name in self._uncompared():
            rows.append(
                (
                    "key",
                    "wait",
                    said(N_("core", "{server} is marked “not compared”"), server=name),
                    N_("core", "Its fingerprint was never compared with the provider's."),
                    N_("core", "Show me how"),
                    partial(self.context.help, "the-fingerprint"),
                    f"compare:{name}",
                )
            )
        if not rows and not self.context.drafts.all():
            return False
        self.front.body.addSpacing(em(0.35))
        self.front.body.addWidget(Title(N_("core", "Worth a look")))
        self._add_unfinished()
        for sign, tone, headline, words, label, go, key in rows:
            self.front.body.addWidget(
                line_card(sign, headline, words, label, self._kind(), go, key, tone=tone)
            )
        return True

    def _add_unfinished(self) -> bool:
        drafts = self.context.drafts.all()
        for draft in drafts:
            begun = (
                N_("core", "It had begun {age}. What was done is kept and skipped.")
                if draft.running
                else N_("core", "You left it {age}. Your answers are kept, passwords aside.")
            )
            card = line_card(
                "wait",
                said(N_("core", "Not finished: {title}"), title=said(draft.title)),
                said(begun, age=ago(draft.at)),
                N_("core", "Continue"),
                self._kind(),
                partial(self.context.go_on_with, draft.key),
                f"continue:{draft.key}",
                tone="wait",
            )
            forget = named(
                Button(
                    N_("core", "Let it go"),
                    "link",
                    clicked=partial(self._let_go, draft.key),
                ),
                said(N_("core", "Let go: {title}"), title=said(draft.title)),
            )
            card.body.insertWidget(2, forget, 0, Qt.AlignmentFlag.AlignVCenter)
            self.front.body.addWidget(card)
        return bool(drafts)

    def _kind(self) -> Kind:
        """Return "primary" for the first button that asks: one filled button a screen."""
        kind: Kind = "plain" if self._filled else "primary"
        self._filled = True
        return kind

    @Slot()
    def _let_go(self, key: str) -> None:
        self.context.drafts.drop(key)
        self.context.changed.emit()


def _state(board: "Board | None", apps: int, *, compared: bool) -> tuple[Words, Words]:
    """Return the headline and the line under it: what is so, and what comes next."""
    if not apps:
        return (
            N_("core", "Your server is ready. An app is next"),
            N_("core", "Choose what your collective would like to use. You can stop at any time."),
        )
    if board is None:
        return (
            N_("core", "Your apps are on the server"),
            N_("core", "The first look at them is under way."),
        )
    away = {server.server for server in board.servers if server.level == "bad"}
    bad = len(away) + sum(c.level == "bad" for c in board.cards if c.server not in away)
    if bad:
        return (
            several(
                bad,
                N_n("core", "One thing needs a look", "{count} things need a look"),
                count=number_first(bad),
            ),
            N_("core", "What is fine stays quiet. The reason is below."),
        )
    if any(card.unclaimed for card in board.cards):
        return (
            N_("core", "Your app is alive. Take it over now"),
            N_("core", "Whoever opens it first decides the password."),
        )
    if all(card.level == "good" for card in board.cards) and not compared:
        return (
            N_("core", "Your apps are well. One thing is left to do"),
            N_("core", "What it is stands below. It only has to be done once."),
        )
    if all(card.level == "good" for card in board.cards):
        return (
            N_("core", "Everything is well"),
            N_("core", "There is nothing that you have to do. Another app is always possible."),
        )
    return (
        N_("core", "Your apps are on their way"),
        N_("core", "Something is starting or being changed. It usually takes a few minutes."),
    )


def _done() -> Chip:
    return Chip(N_("core", "Done"), "good")


def _station(
    sign: str, title: Words, words: Words, *, chip: Chip, button: Button, here: bool = False
) -> Card:
    """Return one card of the journey; *here*: it is the next thing to do."""
    card = Card(edge="" if here else "line", fill="accent_tint" if here else "surface")
    top = QWidget()
    across = QHBoxLayout(top)
    across.setContentsMargins(0, 0, 0, 0)
    across.addWidget(SignTile(sign, ground="surface" if here else ""))
    across.addStretch(1)
    across.addWidget(chip, 0, Qt.AlignmentFlag.AlignTop)
    card.body.addWidget(top)
    card.body.addWidget(Title(title))
    card.body.addWidget(Text(words, tone="ink" if here else "soft"))
    card.body.addStretch(1)
    named(button, button.text(), title)
    card.body.addWidget(button, 0, Qt.AlignmentFlag.AlignLeft)
    return card
