"""Facts about a server, all in one round trip, since every question costs a wait."""

import ipaddress
import math
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from coophost_gui.hosts.base import Host, must
from coophost_gui.kit import places
from coophost_gui.kit.hearing import without_output
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import whole

COMMAND = ("sh", "-s", "facts")  # the script comes through stdin
OURS = "coophost-doors"  # what listens for half a minute when we try the web doors
PLAIN_PATTERN = re.compile(r"[\^\w.+$\\\[\]-]{0,60}(?:\.\*)?\$?")
LEFT_OUT = "Unattended-Upgrade::Package-Blacklist::"


@dataclass(frozen=True)
class Disk:
    """The room behind one folder, in bytes and in number of files."""

    folder: str
    free: int
    total: int
    files_free: int = 0
    files_total: int = 0  # 0: this kind of disk has no such limit


@dataclass(frozen=True)
class Listener:
    """A program that listens on a port; *owner* is "" where we may not see it."""

    address: str
    port: int
    owner: str = ""


@dataclass(frozen=True)
class Package:
    """A Debian package that is there, or half there."""

    name: str
    state: str  # as dpkg abbreviates it: "ii" is installed
    version: str

    @property
    def installed(self) -> bool:
        return self.state == "ii"


@dataclass(frozen=True)
class Updates:
    """How the server's own system updates itself (Debian's and Ubuntu's apt)."""

    settings: Mapping[str, str] = field(default_factory=dict)  # apt's name for it -> value
    left_out: tuple[str, ...] = ()  # patterns of packages that are not updated by themselves
    timers: tuple[str, ...] = ()  # those that are on, now and after a reboot

    def leaves_out(self, package: str) -> bool:
        """Say whether *package* waits for a person, by the rule of ``unattended-upgrade``."""
        return any(_matches(pattern, package) for pattern in self.left_out)


@dataclass(frozen=True)
class Docker:
    """What the server's Docker says about itself; *version* is "" when it does not answer us."""

    program: str = ""
    unit: str = ""  # systemd: active, inactive, failed, activating, …
    enabled: str = ""
    version: str = ""
    api: str = ""
    snap: bool = False
    flavour: str = ""  # "" for the ordinary one; else Podman, rootless, Docker Desktop
    swarm: str = ""  # inactive, pending, active, locked, error
    manager: bool = False
    live_restore: bool = False
    logging: str = ""
    root: str = ""
    running: int = 0
    proxy: str = ""  # driver and scope of the network called "proxy"
    config: str = ""  # the text of /etc/docker/daemon.json

    @property
    def answers(self) -> bool:
        return self.unit == "active" or bool(self.version)


@dataclass(frozen=True)
class Facts:
    """What a server said about itself at one moment. Sizes are in bytes."""

    user: str = ""
    uid: int = 0
    groups: tuple[str, ...] = ()
    sudo: str = ""  # root, free (no password), password, none
    system: str = ""  # "debian"
    version: str = ""  # "12"
    codename: str = ""
    system_name: str = ""  # "Debian GNU/Linux 12 (bookworm)"
    arch: str = ""
    kernel: str = ""
    hostname: str = ""
    init: str = ""
    memory: int = 0
    memory_free: int = 0
    swap: int = 0
    disks: tuple[Disk, ...] = ()
    clock_ahead: float = 0.0  # seconds that the server's clock is ahead of ours
    ntp: bool | None = None
    reboot_needed: bool = False
    listeners: tuple[Listener, ...] = ()
    addresses: tuple[tuple[str, str], ...] = ()  # (interface, address/prefix)
    networks: tuple[str, ...] = ()  # IPv4 networks that the server reaches directly
    resolvers: tuple[str, ...] = ()
    address: str = ""  # of the interface with the default route
    firewall: str = ""  # its own, that may turn visitors away: ufw, firewalld, iptables
    packages: tuple[Package, ...] = ()
    unfinished: tuple[str, ...] = ()  # packages whose installation was interrupted
    lists_age: float = math.inf  # seconds since Debian was asked for its lists, and answered all
    installing: str = ""  # the program that is installing something right now
    apparmor: bool = False
    apparmor_tools: bool = False
    docker: Docker = field(default_factory=Docker)
    updates: Updates = field(default_factory=Updates)

    @property
    def is_root(self) -> bool:
        return self.uid == 0

    def package(self, name: str) -> Package | None:
        return next((found for found in self.packages if found.name == name), None)

    def on_port(self, port: int) -> Listener | None:
        return next((found for found in self.listeners if found.port == port), None)


def facts(job: Job, host: Host) -> Facts:
    """Ask *host* about itself, in one round trip. Changes nothing there."""
    began = time.time()
    with without_output(job) as quiet:
        out = must(host, quiet, *COMMAND, stdin=script(), timeout=120)
    return parse(out, began)


def script() -> bytes:
    """Return the script that ``sh -s facts`` reads from its standard input."""
    return places.resource("server", "facts.sh").read_bytes()


def parse(text: str, now: float) -> Facts:
    """Return the facts in *text*, which was asked for at *now* (our clock)."""
    found: dict[str, list[str]] = {}
    for line in text.splitlines():
        key, separator, value = line.partition("=")
        if separator:
            found.setdefault(key, []).append(value.strip() if key != "docker.config" else value)

    def one(key: str) -> str:
        return found.get(key, [""])[-1]

    def number(key: str) -> int:
        return whole(one(key))

    ntp = one("ntp")
    answers = bool(one("docker.version"))  # without an answer, the rest is made up by the CLI
    return Facts(
        user=one("user"),
        uid=number("uid"),
        groups=tuple(one("groups").split()),
        sudo=one("sudo"),
        system=one("system.id"),
        version=one("system.version"),
        codename=one("system.codename"),
        system_name=one("system.name"),
        arch=one("arch"),
        kernel=one("kernel"),
        hostname=one("hostname"),
        init=one("init"),
        memory=number("memory.MemTotal") * 1024,
        memory_free=number("memory.MemAvailable") * 1024,
        swap=number("memory.SwapTotal") * 1024,
        disks=tuple(_disks(found.get("disk", []))),
        clock_ahead=number("time") - now if number("time") else 0.0,
        ntp=ntp == "yes" if ntp in ("yes", "no") else None,
        reboot_needed=one("reboot") == "yes",
        listeners=tuple(_listeners(found.get("listen", []))),
        addresses=tuple(_pairs(found.get("address", []))),
        networks=tuple(_networks(found.get("route", []))),
        resolvers=tuple(_networks(found.get("resolver", []))),
        address=_source(one("out4")) or _source(one("out6")),
        firewall=one("firewall"),
        packages=tuple(_packages(found.get("package", []))),
        unfinished=tuple(one("unfinished").split()),
        lists_age=number("lists.age") if one("lists.age") else math.inf,
        installing=one("installing"),
        apparmor=one("apparmor") == "on",
        apparmor_tools=one("apparmor.tools") == "yes",
        docker=Docker(
            program=one("docker.program"),
            unit=one("docker.unit"),
            enabled=one("docker.enabled"),
            version=one("docker.version"),
            api=one("docker.api"),
            snap=one("docker.snap") == "yes",
            flavour=one("docker.flavour"),
            swarm=one("docker.swarm") if answers else "",
            manager=answers and one("docker.manager") == "true",
            live_restore=answers and one("docker.live_restore") == "true",
            logging=one("docker.logging"),
            root=one("docker.root"),
            running=number("docker.running"),
            proxy=one("docker.proxy"),
            config="\n".join(found.get("docker.config", [])),
        ),
        updates=_updates(found.get("updates", []), found.get("updates.timer", [])),
    )


def _disks(lines: Iterable[str]) -> Iterable[Disk]:
    for line in lines:
        folder, *rest = line.split() or [""]
        numbers = [whole(part) for pair in rest for part in pair.split("/")]
        if len(numbers) >= 2:
            yield Disk(folder, *numbers[:4])


def _listeners(lines: Iterable[str]) -> Iterable[Listener]:
    for line in lines:
        where, _, owner = line.partition(" ")
        address, _, port = where.rpartition(":")
        if whole(port) and owner.strip() != OURS:
            yield Listener(address, whole(port), owner.strip())


def _pairs(lines: Iterable[str]) -> Iterable[tuple[str, str]]:
    for line in lines:
        interface, _, address = line.partition(" ")
        try:
            ipaddress.ip_interface(address)
        except ValueError:
            continue
        yield interface, address


def _networks(texts: Iterable[str]) -> Iterable[str]:
    for text in texts:
        try:
            ipaddress.ip_network(text, strict=False)
        except ValueError:
            continue
        yield text


def _packages(lines: Iterable[str]) -> Iterable[Package]:
    for line in lines:
        parts = line.split()
        if len(parts) >= 2:
            yield Package(parts[0], parts[1], parts[2] if len(parts) > 2 else "")


def _updates(lines: Iterable[str], timers: Iterable[str]) -> Updates:
    said = [(key, value) for key, _, value in (line.partition("=") for line in lines)]
    settings = {key: value for key, value in said if key != LEFT_OUT}
    left_out = tuple(value for key, value in said if key == LEFT_OUT)
    return Updates(settings, left_out, tuple(timers))


def _matches(pattern: str, package: str) -> bool:
    """Match as Python does, but only what cannot keep us busy: the server wrote the pattern."""
    if not PLAIN_PATTERN.fullmatch(pattern):
        return False
    try:
        return re.match(pattern, package) is not None
    except re.error:
        return False


def _source(route: str) -> str:
    """Return the address that *route* (``ip route get``) leaves from."""
    words = route.split()
    return words[words.index("src") + 1] if "src" in words[:-1] else ""
