"""Every screen of the places, by name: for the tests that look at all of them, and the pictures.

A screen is a function that takes a folder and returns a window that shows it.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from coophost_gui.flows import wizard, wizards
from coophost_gui.gui import theme
from coophost_gui.gui.between_pages import StopPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.places.find.model import ChoiceModel
from coophost_gui.gui.places.servers.names_page import NamesPage
from coophost_gui.gui.places.servers.reach_page import ReachPage
from coophost_gui.gui.problem_card import ProblemCard
from coophost_gui.gui.window import Window
from coophost_gui.health.board import Board
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.store import Collective
from coophost_gui.net.knock import Knock
from coophost_gui.servers.address import Kind
from coophost_gui.servers.introduction import introduction
from coophost_gui.servers.reach import Reach
from coophost_gui.servers.web_doors import Doors
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged
from tests.gui.made_up import Changed
from tests.gui.test_layouts import pages

Make = Callable[[Path], Window]


def _window(make_world: Callable[[], object], seen: Board | None = None) -> Window:
    """Return a window whose looks find *seen*, without asking any server."""
    window = Window(make_world, lambda: practice_world(50))  # type: ignore[arg-type]
    watch = window.side.context.watch
    watch.look = lambda: None  # type: ignore[method-assign]
    if seen is not None:
        watch.board = seen
        watch.looked.connect(window._count_what_needs_a_look)
        watch.looked.emit(seen)
    return window


def _empty(folder: Path) -> Window:
    return _window(lambda: staged.empty_world(folder))


def _lived_in(seen: Board | None, place: str, *, apps: bool = True) -> Make:
    def make(folder: Path) -> Window:
        window = _window(lambda: staged.lived_in_world(folder, apps=apps), seen)
        window.side.go(place)
        return window

    return make


def _scrolled(make: Make) -> Make:
    """Return the window that *make* makes, with the end of its page in sight."""

    def scrolled(folder: Path) -> Window:
        window = make(folder)
        page = window.side.page("apps")
        page.refresh()
        bar = page.front.area.verticalScrollBar()
        bar.rangeChanged.connect(lambda least, most: bar.setValue(most))
        return window

    return scrolled


def _seen_from_outside(result: Reach) -> Make:
    def make(folder: Path) -> Window:
        window = _lived_in(WELL, "servers")(folder)
        page = ReachPage(window.side.context, staged.SERVER)
        window.side.page("servers").open_page(page)
        page.found(result)
        return window

    return make


def _at(place: str) -> Make:
    def make(folder: Path) -> Window:
        window = _empty(folder)
        window.side.go(place)
        return window

    return make


def _searched(text: str) -> Make:
    def make(folder: Path) -> Window:
        window = _lived_in(None, "find")(folder)
        page = window.side.page("find")
        page.refresh()
        page.search.setText(text)  # type: ignore[attr-defined]
        return window

    return make


def _chosen_without_server(folder: Path) -> Window:
    window = _at("find")(folder)
    page = window.side.page("find")
    page.refresh()
    page.search.setText("blogger")  # type: ignore[attr-defined]
    page.cards.activated.emit(page.cards.currentIndex())  # type: ignore[attr-defined]
    return window


def _unfinished(folder: Path) -> Window:
    window = _empty(folder)
    drafts = window.side.context.drafts
    drafts.keep("add_server", "Add a server", {"address": staged.SERVER}, running=True)
    return window


def _not_compared(folder: Path) -> Window:
    world = staged.lived_in_world(folder)
    there = world.abra.server_dir(staged.SERVER)
    replace(Collective.read(there), fingerprint_compared=False).write(there)
    return _window(lambda: world, staged.board(trouble=False))


def _names(folder: Path) -> Window:
    window = _lived_in(WELL, "servers")(folder)
    page = window.side.page("servers")
    names = NamesPage(window.side.context, staged.SERVER)
    names.found(staged.names())
    page.open_page(names)
    return window


def _help(open_page: Callable[[object], object]) -> Make:
    def make(folder: Path) -> Window:
        window = _empty(folder)
        window.help()
        open_page(window._over)
        return window

    return make


def _mistake(folder: Path) -> Window:
    window = _empty(folder)
    window.show_mistake("Traceback (most recent call last):\nKeyError: 'spoon'")
    return window


def _practising(place: str) -> Make:
    def make(folder: Path) -> Window:
        window = _empty(folder)
        window.practised.connect(_dress)
        window.practise()
        window.side.go(place)
        return window

    return make


def _dress(practising: bool) -> None:
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    dark = theme.colours(application.palette()) in (theme.DARK, theme.PRACTICE_DARK)
    theme.apply(application, "dark" if dark else "light", practising=practising)


TROUBLE = staged.board()


def _about(folder: Path) -> Window:
    window = _at("find")(folder)
    page = window.side.page("find")
    page.refresh()
    page.search.setText("blogger")  # type: ignore[attr-defined]
    choice = page.cards.currentIndex().data(ChoiceModel.ChoiceRole)  # type: ignore[attr-defined]
    page.cards.delegate.opened.emit(choice)  # type: ignore[attr-defined]
    return window


WELL = staged.board(trouble=False)
UNCLAIMED = staged.board(trouble=False, unclaimed=True)
STRAYS = staged.board(trouble=False, strays=True)
LOST = staged.board(trouble=False, reached=False)

MET = {80: Knock.OPEN, 443: Knock.OPEN}
PHONE_OPENS = f"https://{staged.SERVER}/"
OPEN = Reach("203.0.113.5", Kind.PUBLIC, Doors(MET), PHONE_OPENS)
SHUT = Reach("192.168.1.20", Kind.PRIVATE, Doors(MET | {443: Knock.SILENT}), PHONE_OPENS)

SCREENS: dict[str, Make] = {
    "home-first-start": _empty,
    "home-unfinished": _unfinished,
    "home-app-is-next": _lived_in(WELL, "home", apps=False),
    "home-trouble": _lived_in(TROUBLE, "home"),
    "home-unclaimed": _lived_in(UNCLAIMED, "home"),
    "home-well": _lived_in(WELL, "home"),
    "home-not-compared": _not_compared,
    "servers-well": _lived_in(WELL, "servers"),
    "servers-names": _names,
    "servers-lost": _lived_in(LOST, "servers"),
    "servers-seen-from-outside": _seen_from_outside(OPEN),
    "servers-shut-from-outside": _seen_from_outside(SHUT),
    "apps-none": _lived_in(None, "apps", apps=False),
    "apps-some": _lived_in(WELL, "apps"),
    "apps-of-others": _scrolled(_lived_in(STRAYS, "apps")),
    "find-everything": _at("find"),
    "find-instead-of": _searched("blogger"),
    "find-nothing": _searched("zoom"),
    "find-about": _about,
    "find-needs-a-server": _chosen_without_server,
    "health-first-look": _lived_in(None, "health"),
    "health-trouble": _lived_in(TROUBLE, "health"),
    "health-well": _lived_in(WELL, "health"),
    "health-lost": _lived_in(LOST, "health"),
    "practice-door": _at("practice"),
    "practice-inside": _practising("practice"),
    "practice-home": _practising("home"),
    "help-doors": _help(lambda screen: None),
    "help-topics": _help(lambda screen: screen.read("")),  # type: ignore[attr-defined]
    "help-words": _help(lambda screen: screen.read("our-words")),  # type: ignore[attr-defined]
    "help-report": _help(lambda screen: screen.show_report()),  # type: ignore[attr-defined]
    "help-hurt": _help(lambda screen: screen.show_hurt()),  # type: ignore[attr-defined]
    "help-ask-a-person": _help(lambda screen: screen.show_words()),  # type: ignore[attr-defined]
    "our-mistake": _mistake,
}


def _deciding(*, entries: bool = True, key: str = "") -> Make:
    """Return the place of decisions, with the first one on its page when *key* says so."""

    def make(folder: Path) -> Window:
        window = _window(lambda: staged.deciding_world(folder, entries=entries), WELL)
        window.side.go("federation")
        page = window.side.page("federation")
        if key:
            page.refresh()
            page.open_decision(page.lines.lines()[0].key)  # type: ignore[attr-defined]
        return window

    return make


SCREENS |= {
    "federation-none": _at("federation"),
    "federation-empty": _deciding(entries=False),
    "federation-some": _deciding(),
    "federation-one": _deciding(key="first"),
}


def _wizard(key: str) -> Make:
    def make(folder: Path) -> Window:
        decides = wizard(key).place == "federation"
        staging = staged.deciding_world if decides else staged.lived_in_world
        window = _window(lambda: staging(folder), WELL)
        window.side.open_flow(key, {})
        return window

    return make


def _page(make_page: Callable[[], QWidget]) -> Make:
    """Return a page of a made-up wizard, where a real one would stand."""

    def make(folder: Path) -> Window:
        window = _window(lambda: staged.lived_in_world(folder), WELL)
        window.side.go("servers")
        stack = window.side._stacks["servers"]
        page = make_page()
        stack.addWidget(page)
        stack.setCurrentWidget(page)
        return window

    return make


def _rented_with_a_text(folder: Path) -> Window:
    window = _empty(folder)
    carry_out([introduction(window.side.context.world, staged.SERVER)], Job())
    window.side.open_flow("add_server", {})
    return window


def _text_made(folder: Path) -> Window:
    """The end of "Before you rent a server", with the text hidden as it is at first."""
    world = staged.empty_world(folder)
    flow, answers = wizard("prepare_server").make(world), Answers({"name": staged.SERVER})
    carry_out(flow.plan(Job(), answers), Job())
    page = EndingPage(flow.ending(Job(), answers), "Before you rent a server · 3 of 3")
    return _page(lambda: page)(folder)


def _asked_to_join(folder: Path) -> Window:
    """The end of "Ask to join": the text for the mail, and what comes next."""
    world = staged.deciding_world(folder, entries=False)
    told = {
        "name": "Quarter's Kitchen",
        "mail": "hello@kitchen.example.org",
        "summary": "We cook together. We would like to host together.",
        "details": "We run notes and a calendar.",
        "representative": "Ada",
        "contact": "@ada:example.org",
    }
    flow, answers = wizard("join").make(world), Answers(told)
    carry_out(flow.plan(Job(), answers), Job())
    page = EndingPage(flow.ending(Job(), answers), "Ask to join the federation · 5 of 5")
    return _page(lambda: page)(folder / "other")


def _stop_page() -> QWidget:
    return StopPage(ProblemCard(Changed(host=staged.SERVER)), "Add a server · 1 of 4")


SCREENS |= {f"wizard-{found.key.replace('_', '-')}": _wizard(found.key) for found in wizards()}
SCREENS |= {f"page-{make.__name__}": _page(make) for make in pages()}
SCREENS["page-stop"] = _page(_stop_page)
SCREENS["wizard-add-server-introduced"] = _rented_with_a_text
SCREENS["wizard-prepare-server-text"] = _text_made
SCREENS["wizard-join-text"] = _asked_to_join


def buttons(window: Window, name: str) -> list[QAbstractButton]:
    """Return the buttons called *name* that can be seen."""
    return [b for b in window.findChildren(QAbstractButton, name) if b.isVisible()]
