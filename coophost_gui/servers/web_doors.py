"""The two web doors (ports 80 and 443), tried from this computer as a visitor would.

Where no program of the server answers there yet, ours does for half a minute
(``resources/server/web-doors.sh``), so that an open way can be told from a firewall.
"""

import secrets
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from coophost_gui.hosts.base import CommandFailed, Host, HostProblem
from coophost_gui.hosts.ssh_config import settings_for
from coophost_gui.kit import places
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_
from coophost_gui.net.knock import Knock, behind_proxy
from coophost_gui.servers.facts import Facts, facts
from coophost_gui.servers.preflight import WEB_PORTS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coophost_gui.servers.world import Web

COMMAND = ("sh", "-s", "web-doors")  # the script comes through stdin; a word makes it begin
NO_PERL = 3  # its exit code where it cannot listen
OPENING = {  # how the server's own firewall is told to let visitors in
    "ufw": "ufw allow 80,443/tcp",
    "firewalld": "firewall-cmd --permanent --add-service={http,https}; firewall-cmd --reload",
    "iptables": "iptables -I INPUT -p tcp -m multiport --dports 80,443 -j ACCEPT",
}


class DoorShut(HostProblem):
    """Visitors do not come through; facts: ``host``, ``port``."""

    means = N_("core", "Visitors could not reach your apps. What is on the server was not touched.")


class DoorSilent(DoorShut):
    text = N_("core", "Nobody can get in at the web door (port {port}) of {host}.")
    hint = N_(
        "core",
        "Look for “firewall” or “security group” at your provider. Let ports 80 and 443 in from "
        "everywhere (TCP), then press the same button. If they are open already, your own "
        "network may be in the way: try from another one, such as a phone's.",
    )


class DoorShutInside(DoorShut):
    text = N_("core", "A firewall on {host} ({firewall}) keeps its web door (port {port}) shut.")
    hint = N_(
        "core",
        "Have the door opened on the server (“{command}”), then press the same button. "
        "If it is open there already, look for “firewall” at your provider.",
    )


class DoorRefused(DoorShut):
    text = N_("core", "Something turns visitors away at the web door (port {port}) of {host}.")
    hint = N_(
        "core",
        "Look for “firewall” at your provider, and let ports 80 and 443 in from everywhere. "
        "At home, tell the router to pass both on to this server. Then press the same button.",
    )


class DoorStranger(DoorShut):
    text = N_("core", "Somebody else answers at the web door (port {port}) of {host}.")
    hint = N_(
        "core",
        "In some networks (a hotel's, an office's) one machine answers for everybody. Try from "
        "another network, such as a phone's. At home, see where the router sends port {port}.",
    )


@dataclass(frozen=True)
class Doors:
    """What was met at each web door; nothing when it could not be tried from here."""

    met: Mapping[int, Knock]
    firewall: str = ""  # the server's own
    proxy: bool = False  # between this computer and everything else

    @property
    def known(self) -> bool:
        """Say whether this tells something about the server, and not about our own network."""
        shut = any(met is not Knock.OPEN for met in self.met.values())
        return self.open or (shut and not self.proxy)

    @property
    def open(self) -> bool:
        return set(self.met) == set(WEB_PORTS) and set(self.met.values()) == {Knock.OPEN}

    def problem(self, host: str) -> DoorShut | None:
        """Return what is wrong and what to do about it; None when nothing is known to be."""
        if not self.known:
            return None
        for port, met in self.met.items():
            match met:
                case Knock.STRANGER:
                    return DoorStranger(host=host, port=port)
                case Knock.SILENT | Knock.REFUSED if self.firewall in OPENING:
                    command = OPENING[self.firewall]
                    firewall = self.firewall
                    return DoorShutInside(host=host, port=port, firewall=firewall, command=command)
                case Knock.SILENT:
                    return DoorSilent(host=host, port=port)
                case Knock.REFUSED:
                    return DoorRefused(host=host, port=port)
        return None


def straight(name: str, ssh_dir: Path) -> bool:
    """Say whether ssh goes to *name* itself, and not through another machine."""
    way = settings_for(name, ssh_dir)
    return not (way.proxy_jump or way.proxy_command)


def try_doors(job: Job, host: Host, web: "Web", *, straight: bool) -> Doors:
    """Knock at both web doors of *host*; *straight* says that its address is reached directly."""
    if not straight:
        return Doors({})
    found = facts(job, host)
    with _somebody_there(job, host, found) as words:

        def knock(port: int, job: Job) -> Knock:
            return web.knock(job, host.address, port, words[port])

        ports = [port for port in WEB_PORTS if port in words]
        met = job.side_by_side([partial(knock, port) for port in ports])
    return Doors(dict(zip(ports, met, strict=True)), found.firewall, behind_proxy())


@contextmanager
def _somebody_there(job: Job, host: Host, found: Facts) -> "Iterator[dict[int, str]]":
    """Have somebody answer; give the word that each port answers with ("" where it has its own)."""
    words = {port: "" for port in WEB_PORTS if found.on_port(port)}
    if len(words) == len(WEB_PORTS):
        yield words
        return
    word = f"coophost-{secrets.token_hex(8)}"
    script = places.resource("server", "web-doors.sh").read_bytes()
    result = host.run(job, *COMMAND, word, stdin=script, root=True)
    if result.code not in (0, NO_PERL):
        raise CommandFailed(result.err or result.out, host=host.name, code=result.code)
    try:
        listening = result.out.partition("doors=")[2].split()
        yield words | {port: word for port in WEB_PORTS if str(port) in listening}
    finally:
        host.run(job, *COMMAND, stdin=script, root=True)
