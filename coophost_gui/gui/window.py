"""The one window: a rail of places, one place at a time, and help in its corner."""

from collections.abc import Callable, Mapping
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QMargins, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QCloseEvent, QHideEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from coophost_gui.gui.context import Context
from coophost_gui.gui.labels import Strong, Text
from coophost_gui.gui.page import PlacePage
from coophost_gui.gui.places import Place, places
from coophost_gui.gui.rail import Rail
from coophost_gui.gui.speaking import say_again
from coophost_gui.gui.theme import em
from coophost_gui.gui.widgets import Button, Card, Sign, announce
from coophost_gui.gui.words import spoken, tr
from coophost_gui.kit.text import N_, N_n, several

if TYPE_CHECKING:
    from coophost_gui.gui.flow_view import FlowView
    from coophost_gui.gui.help import HelpScreen
    from coophost_gui.gui.mistake import MistakeScreen
    from coophost_gui.gui.pretend import PretendScreen
    from coophost_gui.health.board import Board
    from coophost_gui.servers.world import World

WIDE, HIGH = 68, 44  # the window at first, in line heights
AFTER_FIRST_PAINT = 300  # milliseconds
TOPICS = {  # the help page that F1 opens in each place
    "home": "how-it-works",
    "servers": "a-server",
    "apps": "when-something-is-wrong",
    "find": "our-words",
    "federation": "deciding-together",
    "health": "when-something-is-wrong",
    "practice": "try-it-out",
}


def _real() -> "World":
    from coophost_gui.servers.world import real_world

    return real_world()


def _servers() -> Callable[[], list[str]]:
    """Return what names the servers now, without the world being made; asked very often."""
    from coophost_gui.recipes.root import abra_root, server_names

    return partial(server_names, abra_root())


def _practice() -> "World":
    from coophost_gui.workshop.practice import practice_world

    return practice_world()


class Side(QStackedWidget):
    """The places and the wizards of one world. Places are built when first shown."""

    moved = Signal()  # another place is shown, or a wizard was opened or closed

    def __init__(self, context: Context) -> None:
        super().__init__()
        self.context = context
        self.place = ""
        self._stacks: dict[str, QStackedWidget] = {}
        self._flows: dict[str, FlowView] = {}
        self._ended: set[str] = set()  # places whose wizard shows its ending

    def places(self) -> list[Place]:
        """Return the places that have something to offer now."""
        return [
            place for place in places() if place.shown(self.context) or place.key in self._flows
        ]

    def go(self, key: str) -> None:
        """Show the place *key*, or the wizard that is open in it."""
        if key not in self._stacks:
            found = next(place for place in places() if place.key == key)
            stack = QStackedWidget()
            self._stacks[key] = stack
            self.addWidget(stack)
            stack.addWidget(found.make(self.context))
        self.place = key
        stack = self._stacks[key]
        keyboard_was_here = self.isAncestorOf(self.window().focusWidget() or self)
        self.setCurrentWidget(stack)
        if keyboard_was_here:
            self.take_keyboard()
        self.moved.emit()

    def topic(self) -> str:
        """Return the help page that fits what is shown."""
        flow = self._flows.get(self.place)
        return flow.stage.topic if flow is not None else TOPICS.get(self.place, "")

    def take_keyboard(self) -> None:
        """Let the next key go to the screen that is shown."""
        stack = self._stacks.get(self.place)
        top = stack.currentWidget() if stack is not None else None
        if top is not None:
            top.setFocus()

    def page(self, key: str) -> PlacePage:
        """Return the page of a place that was shown before."""
        found = self._stacks[key].widget(0)
        assert isinstance(found, PlacePage)
        return found

    def flow_in(self, place: str) -> "FlowView | None":
        """Return the wizard that is open in *place*."""
        return self._flows.get(place)

    def busy(self) -> set[str]:
        """Return the keys of the places in which a wizard is not through yet."""
        return set(self._flows) - self._ended

    def come_to_the_top(self, key: str) -> None:
        """Close the pages that were opened in the place *key*, unless a wizard covers them."""
        if key in self._ended:
            self._close_flow(key)
        elif key in self._stacks and key not in self._flows:
            self.page(key).back()

    def open_flow(self, key: str, answers: Mapping[str, Any], *, resume: bool = False) -> None:
        """Open the wizard *key* in its place; one that is at work there stays instead."""
        from PySide6.QtCore import QUrl

        from coophost_gui.flows import wizard
        from coophost_gui.gui.flow_view import FlowView
        from coophost_gui.kit.flow import Answers

        found = wizard(key)
        there = self._flows.get(found.place)
        if there is not None and there.busy:
            self.go(found.place)
            announce(self, tr(N_("core", "This is still at work. Stop it to begin another.")))
            return
        if there is not None:
            self._close_flow(found.place)
        self.go(found.place)
        context = self.context
        view = FlowView(
            found.make(context.world),
            Answers(dict(answers)),
            context.lanes,
            drafts=context.drafts,
            resume=resume,
            practising=context.practising,
        )
        view.ran.connect(context.changed)
        view.finished.connect(lambda _: self._on_ended(found.place))
        view.left.connect(lambda: self._on_left(found.place))
        view.browse.connect(lambda url: context.take_over(QUrl(url).host(), url))
        view.go.connect(lambda place: self._on_go(found.place, place))
        view.instead.connect(lambda other: self.open_flow(other, {}))
        self._flows[found.place] = view
        stack = self._stacks[found.place]
        stack.addWidget(view)
        stack.setCurrentWidget(view)
        view.setFocus()
        self.moved.emit()

    def keep_unfinished(self) -> None:
        """Stop the wizards that are open; their answers are kept for the next start."""
        for view in self._flows.values():
            view.stop()

    def _on_ended(self, place: str) -> None:
        self._ended.add(place)
        self.moved.emit()

    def _on_left(self, place: str) -> None:
        self._close_flow(place)
        self.context.changed.emit()

    def _on_go(self, place: str, wanted: str) -> None:
        self._on_left(place)
        self.go(wanted)

    def _close_flow(self, place: str) -> None:
        view = self._flows.pop(place)
        self._ended.discard(place)
        keyboard_was_here = view.isAncestorOf(self.window().focusWidget() or self)
        view.stop()
        self._stacks[place].removeWidget(view)
        if keyboard_was_here:
            self.page(place).setFocus()
        view.deleteLater()
        self.moved.emit()


class Band(Card):
    """The mark of "Try it out", over every screen of it."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__(edge="", fill="warm_tint", across=True, padding=0.5, gap=0.6)
        self.body.setContentsMargins(em(2), em(0.4), em(1.2), em(0.4))
        self.setObjectName("practice-band")
        self.setStyleSheet("#practice-band { border-radius: 0 }")
        self.body.addWidget(Sign("play", "warm"))
        self.body.addWidget(Strong(N_("core", "Try it out: a make-believe server"), tone="warm"))
        self.body.addWidget(Text(N_("core", "Nothing here is real."), tone="ink"), 1)
        leave = Button(N_("core", "Leave “Try it out”"), "link")
        leave.setObjectName("leave-practice")
        leave.clicked.connect(self.left)
        self.body.addWidget(leave)


class Window(QWidget):
    """Holds one side for the real servers and one for "Try it out", and shows one of them."""

    practised = Signal(bool)  # "Try it out" is shown now, or no longer

    def __init__(
        self,
        make_real: "Callable[[], World]" = _real,
        make_practice: "Callable[[], World]" = _practice,
    ) -> None:
        super().__init__()
        self._make_practice = make_practice
        self.setProperty("look", "ground")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.rail = Rail()
        self._main = QStackedWidget()
        self._over: QWidget | None = None
        self._right = QVBoxLayout()
        self._right.setSpacing(0)
        self._right.addWidget(self._main, 1)
        across = QHBoxLayout(self)
        across.setContentsMargins(QMargins())
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addLayout(self._right, 1)
        servers = _servers() if make_real is _real else None
        self._real = self._add_side(Context(make_real, self, servers=servers))
        self._practice: Side | None = None
        self._side = self._real
        self._ended = self._settled = False
        self.rail.chosen.connect(self._on_chosen)
        self.rail.helped.connect(self.help)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)  # so that Tab begins at the rail
        self._language = spoken()
        self.setWindowTitle("Coophost")
        self.resize(em(WIDE), em(HIGH))
        self._show_side(self._real)
        self._side.go("home")

    # What a place may ask for (context.Shell).

    def open_flow(
        self, context: Context, key: str, answers: Mapping[str, Any], *, resume: bool = False
    ) -> None:
        self._come_back()
        self._side_of(context).open_flow(key, answers, resume=resume)

    def go(self, context: Context, place: str) -> None:
        self._come_back()
        self._side_of(context).go(place)

    def show_in_apps(self, context: Context, app: str, what: str) -> None:
        from coophost_gui.gui.places.apps.page import AppsPage

        self.go(context, "apps")
        page = self._side_of(context).page("apps")
        assert isinstance(page, AppsPage)
        page.show_page_of(app, what)

    def pretend_to_take_over(self, context: Context, domain: str, url: str) -> None:
        from coophost_gui.gui.pretend import PretendScreen

        self._show_over(PretendScreen(context, domain, url))

    def practise(self) -> None:
        """Show "Try it out", made when first asked for."""
        if self._practice is None:
            context = Context(self._make_practice, self, practising=True)
            self._practice = self._add_side(context)
        self._show_side(self._practice)
        self._side.go("home")
        announce(self, tr(N_("core", "You are in “Try it out”. Nothing here is real.")))

    @Slot()
    def leave_practice(self) -> None:
        """Show the real servers again."""
        self._show_side(self._real)
        self._side.go("home")
        announce(self, tr(N_("core", "You are back with your own servers.")))

    def begin_practice_again(self) -> None:
        """Throw the make-believe server away and begin with a fresh one."""
        old, self._practice = self._practice, None
        if old is not None:
            self._main.removeWidget(old)
            old.context.close()
            old.deleteLater()
        self.practise()

    @Slot()
    def help(self, topic: str = "") -> None:
        """Show the help over whatever is there; "Back" returns to it."""
        from coophost_gui.gui.help import HelpScreen

        self._show_over(HelpScreen(topic or "", practising=self.practising))

    def show_mistake(self, story: str) -> None:
        """Show that we made a mistake, with a report that can be copied."""
        from coophost_gui.gui.mistake import MistakeScreen

        self._show_over(MistakeScreen(story, practising=self.practising))

    @cached_property
    def band(self) -> Band:
        """The mark of "Try it out", made and hidden when first asked for."""
        band = Band()
        band.hide()
        band.left.connect(self.leave_practice)
        self._right.insertWidget(0, band)
        return band

    @property
    def side(self) -> Side:
        """Return the side that is shown."""
        return self._side

    @property
    def practising(self) -> bool:
        return self._side.context.practising

    def end(self) -> None:
        """Stop all work and close all connections; call it once, when the program ends."""
        if self._ended:
            return
        self._ended = True
        for side in (self._real, self._practice):
            if side is not None:
                side.keep_unfinished()
                side.context.close()

    def _add_side(self, context: Context) -> Side:
        side = Side(context)
        side.moved.connect(self._fill_rail)
        side.context.changed.connect(self._fill_rail)
        side.context.changed.connect(self._watch_if_seen)  # the first server came, or the last went
        self._main.addWidget(side)
        return side

    def _side_of(self, context: Context) -> Side:
        side = next(s for s in (self._real, self._practice) if s and s.context is context)
        if side is not self._side:
            self._show_side(side)
        return side

    def _show_side(self, side: Side) -> None:
        self._come_back()
        self._side.context.unwatch()
        was, self._side = self._side, side
        if was.context.practising != side.context.practising:
            self.practised.emit(side.context.practising)
        self._main.setCurrentWidget(side)
        if side.context.practising:
            self.band.show()
        elif was.context.practising:
            self.band.hide()
        self._fill_rail()
        self._watch_if_seen()

    def _show_over(self, screen: "HelpScreen | MistakeScreen | PretendScreen") -> None:
        self._come_back()
        self._over = screen
        screen.closed.connect(self._come_back)
        self._main.addWidget(screen)
        self._main.setCurrentWidget(screen)
        self.rail.mark("")
        screen.setFocus()

    @Slot()
    def _come_back(self) -> None:
        over, self._over = self._over, None
        if over is None:
            return
        self._main.setCurrentWidget(self._side)
        self._main.removeWidget(over)
        over.deleteLater()
        self._side.take_keyboard()
        self.rail.mark(self._side.place)

    @Slot(str)
    def _on_chosen(self, key: str) -> None:
        self._come_back()
        if self._side.place == key:
            self._side.come_to_the_top(key)
        self._side.go(key)

    @Slot()
    def _fill_rail(self) -> None:
        side = self._side
        self.rail.set_places(side.places())
        self.rail.mark(side.place)
        for place in side.places():
            self.rail.button(place.key).set_busy(place.key in side.busy())
        collective = side.context.collective()
        name = collective.name or collective.domain if collective else ""
        self.rail.set_collective(name or "Coophost", self._note())
        self._count_what_needs_a_look()

    def _note(self) -> str:
        if self.practising:
            return tr(N_("core", "make-believe"))
        count = len(self._side.context.servers())
        if not count:
            return tr(N_("core", "no server yet"))
        return tr(several(count, N_n("core", "one server", "{count} servers")))

    @Slot()
    def _count_what_needs_a_look(self) -> None:
        board = self._side.context.last_board()
        health = [place for place in self._side.places() if place.key == "health"]
        if health:
            count = 0 if board is None else needs_a_look(board)
            self.rail.button("health").set_count(count)

    @Slot()
    def _watch_if_seen(self) -> None:
        """Look at the servers of the side that is shown; at nothing while nobody can see it."""
        seen = self.isVisible() and not self.isMinimized()
        context = self._side.context
        if not seen or not context.servers():
            context.unwatch()
            return
        watch = context.watch
        watch.looked.connect(self._count_what_needs_a_look, Qt.ConnectionType.UniqueConnection)
        watch.set_watched(True)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.setFocus()
        # What loads much waits until the window has been painted for the first time.
        QTimer.singleShot(AFTER_FIRST_PAINT, self, self._settle)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch_if_seen()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.WindowStateChange:
            self._watch_if_seen()
        elif event.type() == QEvent.Type.LanguageChange and self._language != spoken():
            self._language = spoken()
            say_again(self)
            self._fill_rail()

    def closeEvent(self, event: QCloseEvent) -> None:
        for side in (self._real, self._practice):
            if side is not None:
                side.keep_unfinished()
        super().closeEvent(event)

    @Slot()
    def _settle(self) -> None:
        if not self._settled:
            self._settled = True
            self._make_shortcuts()
        self._watch_if_seen()

    def _make_shortcuts(self) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        asked = QShortcut(QKeySequence.StandardKey.HelpContents, self, self._help_here)
        asked.setObjectName("help-key")
        QShortcut(QKeySequence.StandardKey.Quit, self, self.close)
        for position in range(1, 10):
            shortcut = QShortcut(QKeySequence(f"Alt+{position}"), self)
            shortcut.activated.connect(partial(self._go_to, position))

    @Slot()
    def _help_here(self) -> None:
        if self._over is None:
            self.help(self._side.topic())

    def _go_to(self, position: int) -> None:
        """Go to a place by its position in the rail, from 1."""
        shown = self._side.places()
        if position <= len(shown):
            self._on_chosen(shown[position - 1].key)


def needs_a_look(board: "Board") -> int:
    """Return how many servers and apps on *board* need a person."""
    away = {server.server for server in board.servers if server.level == "bad"}
    cards = [card for card in board.cards if card.server not in away]
    return len(away) + sum(card.level == "bad" or card.unclaimed for card in cards)
