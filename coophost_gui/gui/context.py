"""What a place is given: its world, its lanes, what was last looked at, and the way around."""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from PySide6.QtCore import QObject, Signal

from coophost_gui.gui.unfinished import Drafts
from coophost_gui.kit import places
from coophost_gui.kit.problems import WorldsMixed

if TYPE_CHECKING:
    from coophost_gui.apps.app import App
    from coophost_gui.gui.watch import Watch
    from coophost_gui.health.board import Board
    from coophost_gui.kit.jobs import Lanes
    from coophost_gui.kit.store import Collective
    from coophost_gui.servers.world import World


class Shell(Protocol):
    """The window, as far as a place may ask something of it."""

    def open_flow(
        self, context: "Context", key: str, answers: Mapping[str, Any], *, resume: bool = False
    ) -> None: ...
    def go(self, context: "Context", place: str) -> None: ...
    def show_in_apps(self, context: "Context", app: str, what: str) -> None: ...
    def pretend_to_take_over(self, context: "Context", domain: str, url: str) -> None: ...
    def practise(self) -> None: ...
    def leave_practice(self) -> None: ...
    def begin_practice_again(self) -> None: ...
    def help(self, topic: str) -> None: ...


class Context(QObject):
    """One side of the window: the real servers, or "Try it out". Never both.

    Each side has a world, lanes, places and flows of its own, so that nothing on the
    screen of one can reach into the other.  World and lanes are made when first asked
    for: the first screen needs neither, and loading them takes longer than drawing it.
    """

    changed = Signal()  # servers, apps or unfinished wizards are not what they were

    def __init__(
        self,
        make_world: "Callable[[], World]",
        shell: Shell,
        *,
        practising: bool = False,
        servers: Callable[[], list[str]] | None = None,
    ) -> None:
        """Only remember; *servers* names the servers without the world being made."""
        super().__init__()
        self.practising = practising
        self._make_world = make_world
        self._quick_servers = servers
        unfinished = None if self.practising else places.data_dir() / "unfinished"
        self.drafts = Drafts(unfinished)
        self._shell = shell
        self._watch: Watch | None = None

    @cached_property
    def world(self) -> "World":
        return self._make_world()

    @cached_property
    def lanes(self) -> "Lanes":
        from coophost_gui.kit.jobs import Lanes

        return Lanes()

    @property
    def watch(self) -> "Watch":
        """Return what looks at the servers, made when first asked for."""
        if self._watch is None:
            from coophost_gui.gui.watch import Watch

            self._watch = Watch(self)
        return self._watch

    def last_board(self) -> "Board | None":
        """Return what the last look saw; None before the first."""
        return self._watch.board if self._watch is not None else None

    def unwatch(self) -> None:
        """Stop looking at the servers: nobody can see the result."""
        if self._watch is not None:
            self._watch.set_watched(False)

    def servers(self) -> list[str]:
        """Return the names of this side's servers, as its abra folder has them now."""
        if self._quick_servers is not None:
            return self._quick_servers()
        return self.world.abra.servers()

    def collective(self) -> "Collective | None":
        """Return what the collective says about itself, once there is a server to say it."""
        for server in self.servers():
            found = self.world.abra.collective(server)
            if found.name or found.domain:
                return found
        return None

    def apps(self) -> list[str]:
        """Return the everyday names of the people's apps; the front door is not one of them."""
        from coophost_gui.gui.naming import everyday, for_people

        return [everyday(self.world, app) for app in for_people(self.world)]

    def start_answers(self) -> dict[str, Any]:
        """Return what "Add a server" begins with: the make-believe letter, or nothing."""
        if not self.practising:
            return {}
        from coophost_gui.workshop.host import LETTER

        return {
            "address": LETTER.address,
            "name": LETTER.name,
            "user": LETTER.user,
            "password": LETTER.password,
            "email": f"hello@{LETTER.name}",
        }

    def browse(self, address: str) -> None:
        """Open *address* in the person's browser; nothing real is opened in "Try it out"."""
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices  # no first window opens a browser

        if not self.practising:
            QDesktopServices.openUrl(QUrl(address))

    def take_over(self, domain: str, url: str) -> None:
        """Go to the app's first page, where one chooses its password; pretend it in practice."""
        if self.practising:
            self._shell.pretend_to_take_over(self, domain, url)
        else:
            self.browse(url)

    def show_in_apps(self, app: str, what: str) -> None:
        """Show the page *what* of *app* ("sign-in", "messages") in the place of the apps."""
        self._shell.show_in_apps(self, app, what)

    def open_flow(self, key: str, answers: Mapping[str, Any] | None = None) -> None:
        """Open the wizard *key* in the place that it belongs to, with *answers* filled in."""
        self._shell.open_flow(self, key, answers or {})

    def open_flow_for(self, key: str, **answers: str) -> None:
        """Open the wizard *key* for one thing: what *answers* say is not asked again."""
        self._shell.open_flow(self, key, answers, resume=True)

    def go_on_with(self, key: str) -> None:
        """Open the unfinished wizard *key* where it was left."""
        draft = self.drafts.get(key)
        if draft is not None:
            self._shell.open_flow(self, key, draft.answers, resume=True)

    def go(self, place: str) -> None:
        """Show the place called *place*."""
        self._shell.go(self, place)

    def practise(self) -> None:
        """Go to "Try it out"."""
        self._shell.practise()

    def leave_practice(self) -> None:
        """Go back to the real servers; what was practised stays until the program ends."""
        self._shell.leave_practice()

    def begin_practice_again(self) -> None:
        """Forget everything practised and begin with a fresh make-believe server."""
        self._shell.begin_practice_again()

    def help(self, topic: str = "") -> None:
        """Open the help at *topic*."""
        self._shell.help(topic)

    def belongs(self, app: "App") -> None:
        """Refuse an app that was made on the other side."""
        if app.world is not self.world.world:
            raise WorldsMixed

    def close(self) -> None:
        """Stop everything that runs on this side and close its connections."""
        if self._watch is not None:
            self._watch.stop()
        if "lanes" in self.__dict__:
            self.lanes.close()
        if "world" in self.__dict__:
            self.world.close()
