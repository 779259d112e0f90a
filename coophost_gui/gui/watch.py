"""Looks at the servers while somebody can see the window, and at nothing otherwise."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from coophost_gui.gui import frugal

if TYPE_CHECKING:
    from coophost_gui.gui.context import Context
    from coophost_gui.gui.server_watch import ServerWatch
    from coophost_gui.health.board import Board, Seen

EVERY_SECONDS = 30


class Watch(QObject):
    """One look at every server of one side each half minute, while it is watched.

    Each server is looked at by itself, and what it says is told as it comes.
    """

    looked = Signal(object)  # Board, after each server's answer
    began = Signal()

    def __init__(self, context: "Context") -> None:
        super().__init__(context)
        self._context = context
        self._servers: dict[str, ServerWatch] = {}
        self._watched = False
        self.board: Board | None = None
        self._timer = QTimer(self, interval=EVERY_SECONDS * 1000)
        self._timer.timeout.connect(self._on_time)
        context.changed.connect(self._on_changed)

    @property
    def watched(self) -> bool:
        return self._watched

    @property
    def looking(self) -> bool:
        return any(server.looking for server in self._servers.values())

    @property
    def listening(self) -> bool:
        return any(server.listening for server in self._servers.values())

    def set_watched(self, watched: bool) -> None:
        """Begin to look every half minute, at once for a start; or stop looking."""
        if watched == self._watched:
            return
        self._watched = watched
        if watched:
            self._timer.start()
            self.look()
        else:
            self.stop()

    @Slot()
    def look(self) -> None:
        """Look now, or right after the look that is under way; not where there is no server."""
        servers = self._known()
        for server in servers:
            server.look()
        if servers:
            self.began.emit()

    def stop(self) -> None:
        """Stop looking; a look under way is called off."""
        self._watched = False
        self._timer.stop()
        for server in self._servers.values():
            server.stop()

    @Slot()
    def _on_time(self) -> None:
        """Look at each server, except where a look is under way still."""
        for server in self._known():
            if not server.looking:
                server.look()

    @Slot()
    def _on_changed(self) -> None:
        if self._watched:
            self.look()

    def _known(self) -> "list[ServerWatch]":
        """Return what looks at each server that there is now."""
        from coophost_gui.gui.server_watch import ServerWatch

        names = self._context.servers()
        for name in self._servers.keys() - set(names):
            gone = self._servers.pop(name)
            gone.answered.disconnect(self._on_answered)
            gone.stop()
        for name in names:
            if name not in self._servers:
                made = self._servers[name] = ServerWatch(self._context, name, self._last)
                made.answered.connect(self._on_answered)
        return [self._servers[name] for name in names]

    def _last(self) -> "Board":
        from coophost_gui.health.board import Board

        return self.board or Board()

    @Slot(object)
    def _on_answered(self, seen: "Seen") -> None:
        self.board = self._last().with_seen(seen, self._context.servers())
        self.looked.emit(self.board)
        if not self.looking:
            frugal.give_back()
