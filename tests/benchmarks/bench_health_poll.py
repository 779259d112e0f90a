"""How long one look at a server with fifty apps takes, beside the two questions it asks.

At 40 ms to the server and back.  The peer is the same two GETs over the same connection,
their answers read and thrown away: no look could be quicker than that one after the other.
The look is the one of the window's half minute: judged, with each app's card and its past,
and written down.  What comes every five minutes only (a look from outside, the disk) is
asked before and kept, as in most rounds.  A real sshd, and an Engine that always says the same,
as that of a server on which nothing happens does; what comes again is compared, not read again.
"""

import sys
import tempfile
from http.client import HTTPConnection
from pathlib import Path
from typing import Any

from coophost_gui.health.board import Board
from coophost_gui.health.rounds import look_at, remember
from coophost_gui.hosts.base import Real
from coophost_gui.hosts.engine import SOCKET
from coophost_gui.hosts.ssh import SshHost
from coophost_gui.hosts.tunnel import NEWEST
from coophost_gui.kit.jobs import Job
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.world import World
from tests.benchmarks.many import reached, real_world, still_servers
from tests.benchmarks.turns import in_turns, judged
from tests.testbed.relay import Relay

MOST = 1.3
PAIRS = 25
APPS, ROUND_TRIP, NAME = 50, 0.04, "alpha"


class Looks:
    """One look after the other, each with the board of the one before."""

    def __init__(self, world: World[Real]) -> None:
        self._world, self.board = world, Board()

    def look(self) -> None:
        seen = look_at(Job(), self._world, NAME, self.board)
        self.board = self.board.with_seen(seen, [NAME])
        remember(self._world, seen)


class Raw:
    """Asks the two questions over a channel of its own, and throws the answers away."""

    def __init__(self, host: SshHost) -> None:
        self._http = HTTPConnection("localhost")
        channel: Any = host.transport.open_socket(SOCKET, lambda: False)
        self._http.sock = channel

    def ask(self) -> None:
        for path in ("/services?status=true", "/tasks"):
            self._http.request("GET", f"/v{NEWEST}{path}")
            answer = self._http.getresponse()
            assert answer.status == 200
            answer.read()


def main() -> int:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        abra = AbraFolder(folder / "abra")
        world = real_world(folder, abra)
        with (
            still_servers(folder, abra, (NAME,), APPS) as servers,
            Relay(servers[NAME].address, servers[NAME].port, ROUND_TRIP) as relay,
        ):
            host = reached(world, NAME, servers[NAME], relay.port)
            assert isinstance(host, SshHost)
            looks = Looks(world)
            looks.look()
            assert len(looks.board.cards) == APPS
            assert {card.level for card in looks.board.cards} == {"good"}, "all is well there"
            measured = in_turns(looks.look, Raw(host).ask, PAIRS)
            world.close()
    return judged(f"look at {APPS} apps", "its two raw GETs", measured, MOST)


if __name__ == "__main__":
    sys.exit(main())
