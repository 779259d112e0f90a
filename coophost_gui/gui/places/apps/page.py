"""Apps: what runs on the servers, and what one may do with each."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit

from coophost_gui.gui.app_card import StateCard, signature, spoken, state_of
from coophost_gui.gui.ask_page import monospaced
from coophost_gui.gui.card_column import CardColumn, Planned
from coophost_gui.gui.context import Context
from coophost_gui.gui.controls import CopyButton
from coophost_gui.gui.facts import FactLine
from coophost_gui.gui.labels import Text, Title
from coophost_gui.gui.layouts import empty
from coophost_gui.gui.look_page import LookPage
from coophost_gui.gui.naming import everyday, serves_the_server, sign_of
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.saying import number
from coophost_gui.gui.screen import Screen
from coophost_gui.gui.theme import NOTE, em
from coophost_gui.gui.tiles import line_card
from coophost_gui.gui.widgets import Button, Card, Kind, SignTile, named
from coophost_gui.kit import log
from coophost_gui.kit.flow import Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, N_n, Words, said, several
from coophost_gui.recipes.meanings import shipped

if TYPE_CHECKING:
    from coophost_gui.apps.app import App
    from coophost_gui.apps.logs import Line
    from coophost_gui.apps.signin import SignInCard
    from coophost_gui.health import board as health


class AppsPage(PlacePage):
    """One card for each app: the people's first, the server's own quietly below."""

    def __init__(self, context: Context) -> None:
        super().__init__(context, Screen(N_("core", "Your apps")))
        self._people = CardColumn(self.front.area)
        self.front.body.addWidget(self._people)
        self._cards: list[StateCard] = []  # of all others
        context.watch.looked.connect(self.refresh_if_seen)

    def refresh(self) -> None:
        from coophost_gui.apps.app import apps

        board = self.context.last_board()
        found = apps(self.context.world)
        drawn = (tuple(app.name for app in found), signature(board))
        if drawn != self._drawn:
            self._drawn = drawn
            with self.focus_kept():
                self._fill(found, board)
        self.tick()

    def tick(self) -> None:
        for card in (*self._people.cards, *self._cards):
            card.tick()

    def _fill(self, found: "Sequence[App]", board: "health.Board | None") -> None:
        self.front.body.removeWidget(self._people)
        empty(self.front.body)
        people = [app for app in found if not serves_the_server(shipped().get(app.file.recipe))]
        own = [app for app in found if app not in people]
        seen = {card.app: card for card in board.cards} if board is not None else {}
        self.front.say(*_headline(len(people)))
        self.front.draw("" if people else "shelf")
        self._cards = []
        self.front.body.addWidget(self._people)
        self._people.plan([self._planned(app, seen.get(app.name)) for app in people])
        self.front.body.addWidget(
            line_card(
                "plus",
                N_("core", "Another app") if people else N_("core", "Your first app"),
                N_("core", "Say what you would like to leave behind."),
                N_("core", "Find an app"),
                "plain" if people else "primary",
                lambda: self.context.go("find"),
                "find",
            )
        )
        if own:
            self.front.body.addSpacing(em(0.4))
            self.front.body.addWidget(Title(N_("core", "For the server itself")))
            for app in own:
                card = self._card(app, seen.get(app.name), quiet=True)
                self._cards.append(card)
                self.front.body.addWidget(card)
        if board is not None and board.strays:
            self.front.body.addSpacing(em(0.4))
            self.front.body.addWidget(Title(N_("core", "Runs too, but is not in your list")))
            for stray in board.strays:
                card = self._stray(stray)
                self._cards.append(card)
                self.front.body.addWidget(card)

    def _stray(self, stray: "health.StrayCard") -> StateCard:
        from coophost_gui.flows.adopt_app import made_by
        from coophost_gui.health.judge import level, word

        found = stray.health
        meaning = shipped().get(found.recipe)
        name = meaning.name if meaning else found.recipe or found.stack
        words = N_("core", "Take it in")
        take = partial(
            self.context.open_flow_for, "adopt_app", server=stray.server, stack=found.stack
        )
        button = Button(words, "plain", clicked=take)
        button.setObjectName(f"adopt:{found.stack}")
        named(button, said(N_("core", "{what}: {name}"), what=words, name=name))
        return StateCard(
            sign_of(found.recipe),
            name,
            level(found.state),
            word(found.state),
            found.domain or stray.server,
            made_by(found),
            stray.at,
            [button],
        )

    def _planned(self, app: "App", seen: "health.Card | None") -> Planned:
        name = spoken(everyday(self.context.world, app), state_of(seen)[1])
        return Planned(app.name, name, True, partial(self._card, app, seen))

    def _card(self, app: "App", seen: "health.Card | None", *, quiet: bool = False) -> StateCard:
        name = everyday(self.context.world, app)
        buttons: list[Button] = []

        def add(key: str, words: Words, act: object, kind: Kind = "plain") -> None:
            button = Button(words, kind, clicked=act)  # type: ignore[arg-type]
            button.setObjectName(f"{key}:{app.name}")
            spoken = said(N_("core", "{what}: {name}"), what=words, name=name)
            buttons.append(named(button, spoken))

        act = partial
        if not quiet:
            if seen is not None and seen.unclaimed:
                claim = act(self.context.take_over, seen.domain, seen.url)
                add("claim", N_("core", "Take it over"), claim, "primary")
            elif seen is not None and seen.url and not self.context.practising:
                add("open", N_("core", "Open"), act(self.context.browse, seen.url))
            add(
                "sign-in", N_("core", "How to sign in"), act(self.show_page_of, app.name, "sign-in")
            )
        add(
            "messages",
            N_("core", "Messages"),
            act(self.show_page_of, app.name, "messages"),
            "plain" if quiet else "link",
        )
        start = act(self.context.open_flow_for, "deploy_app", app=app.name)
        stopped = seen is not None and str(seen.state) == "stopped"
        words = N_("core", "Start it") if stopped else N_("core", "Start it again")
        add("deploy", words, start, "plain" if stopped else "link")
        if not stopped:
            off = act(self.context.open_flow_for, "undeploy_app", app=app.name)
            add("undeploy", N_("core", "Stop it"), off, "link")
        call = act(self.context.open_flow_for, "whom_to_call", app=app.name)
        add("call", N_("core", "Whom to call"), call, "link")
        level, word, reason, at = state_of(seen)
        where = app.file.domain if not quiet else app.server
        sign = sign_of(app.file.recipe)
        return StateCard(sign, name, level, word, where, reason, at, buttons)

    def show_page_of(self, name: str, what: str) -> None:
        """Open the page *what* ("sign-in" or "messages") of the app *name*."""
        from coophost_gui.apps.app import app

        found = app(self.context.world, name)
        page: LookPage = (
            SignInPage(self.context, found)
            if what == "sign-in"
            else MessagesPage(self.context, found)
        )
        page.closed.connect(self.back)
        self.open_page(page)
        page.look()


class SignInPage(LookPage):
    """How somebody gets into an app for the first time."""

    def __init__(self, context: Context, app: "App") -> None:
        world, name = context.world, everyday(context.world, app)

        def work(job: Job) -> "tuple[SignInCard, str]":
            from coophost_gui.apps.signin import sign_in_card

            board = context.last_board()
            outside = board.outsides.get(app.name) if board is not None else None
            card = sign_in_card(world, app, outside)
            password = world.secrets.get(card.stored) if card.stored else None
            return card, password or ""

        headline = said(N_("core", "How to sign in to {name}"), name=name)
        super().__init__(context, headline, N_("core", "Apps"), work)
        self._headline = headline
        self.app = app

    def found(self, result: "tuple[SignInCard, str]") -> None:
        card, password = result
        self.front.say(self._headline, card.words)
        box = Card(gap=0.8)
        if card.address:
            box.body.addWidget(FactLine(Shown(N_("core", "Address"), card.address)))
        if card.user:
            box.body.addWidget(FactLine(Shown(N_("core", "Name to sign in with"), card.user)))
        if password:
            box.body.addWidget(FactLine(Shown(N_("core", "Password"), password, secret=True)))
        self.front.body.addWidget(box)
        if card.address and not self.context.practising:
            open_it = Button(
                N_("core", "Open it in the browser"),
                "primary",
                clicked=partial(self.context.browse, card.address),
            )
            open_it.setObjectName("open")
            self.front.body.addWidget(open_it)


class MessagesPage(LookPage):
    """What an app's parts wrote down last, in their own words."""

    LAST = 200

    def __init__(self, context: Context, app: "App") -> None:
        world, name = context.world, everyday(context.world, app)

        def work(job: Job) -> "list[Line]":
            from coophost_gui.apps.logs import logs

            host = world.hosts.reach(job, app.server)
            return list(logs(job, host, app, last=self.LAST))

        headline = said(N_("core", "What {name} says"), name=name)
        super().__init__(context, headline, N_("core", "Apps"), work)
        self._headline = headline

    def found(self, result: "list[Line]") -> None:
        if not result:
            self.front.say(self._headline, N_("core", "It has not said anything yet."))
            card = Card(across=True)
            card.body.addWidget(SignTile("chat"))
            words = N_("core", "Messages appear once it has started. Look again in a moment.")
            card.body.addWidget(Text(words, tone="soft"), 1)
            self.front.body.addWidget(card)
            return
        self.front.say(
            self._headline,
            N_(
                "core",
                "These are the app's own words, the newest last. They are for a person who knows "
                "the app; passwords that the program knows are taken out.",
            ),
        )
        text = log.redact("\n".join(f"{line.part}  {line.text}" for line in result))
        box = QPlainTextEdit(text)
        box.setReadOnly(True)
        box.setTabChangesFocus(True)
        box.setFont(monospaced(NOTE))
        box.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        box.setMinimumHeight(em(24))
        named(box, self._headline)
        self.front.body.addWidget(box)
        box.moveCursor(box.textCursor().MoveOperation.End)
        copy = CopyButton(lambda: text, N_("core", "Copy the messages"))
        self.front.body.addWidget(copy)


def _headline(count: int) -> tuple[Words, Words]:
    if not count:
        return (
            N_("core", "There is no app yet"),
            N_("core", "Choose one by the name of what you would like to leave behind."),
        )
    return (
        several(
            count, N_n("core", "You have one app", "You have {count} apps"), count=number(count)
        ),
        N_("core", "This is how it was when it was last seen.")
        if count == 1
        else N_("core", "Each shows how it was when it was last seen."),
    )
