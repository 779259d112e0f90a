"""Worlds and boards made up for the window's tests and pictures. Nothing in them is real."""

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from coophost_gui.federation import cycle
from coophost_gui.federation.ballots import Ballot
from coophost_gui.federation.begin import begin_steps
from coophost_gui.federation.electorate import cast, read_votes
from coophost_gui.federation.members import members
from coophost_gui.federation.ours import remember_record
from coophost_gui.federation.record import Record
from coophost_gui.federation.resolution import Resolution, text_hash
from coophost_gui.federation.rules import preset
from coophost_gui.health.board import Board, Card, Room, ServerCard, StrayCard
from coophost_gui.health.history import Past, Span
from coophost_gui.health.judge import LEVELS, WORDS, StackHealth, State
from coophost_gui.health.rounds import CLAIM
from coophost_gui.hosts.base import Host, Login, Real
from coophost_gui.hosts.fake import FakeHost
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.mailbox import TLS, Mailbox
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.kit.store import Collective, Settings
from coophost_gui.kit.text import N_, Words
from coophost_gui.net import answers
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.judge_names import judge
from coophost_gui.servers.name_look import NamesFound
from coophost_gui.servers.rows import Addresses, rows_for
from coophost_gui.servers.world import World

SERVER = "kitchen.example.org"
WEBSITE = "kitchen.example.org"
GATEWAY = "traefik.kitchen.example.org"
NOTES = "notes.kitchen.example.org"
CLOUD = "cloud.kitchen.example.org"
GB = 1_000_000_000


OUR_MEMBERS = ("Ada", "Bo", "Carme", "Dídac", "Eli")


def deciding_world(folder: Path, *, entries: bool = True) -> World[Real]:
    """Return a world whose collective writes down what it decides: one open, two taken."""
    world = replace(lived_in_world(folder), data_dir=lambda: folder / "data")
    record = Record(folder / "decisions")
    carry_out(begin_steps(record, preset("consent"), OUR_MEMBERS), Job())
    remember_record(folder / "data", record.root)
    now = datetime.now(UTC).replace(microsecond=0)
    for title, days, size in PROPOSALS if entries else ():
        began = now - timedelta(days=days)
        proposal = Resolution(
            None,
            title,
            title,
            size=size,
            sections={
                "Summary": "We pay for it together, and whoever can gives more.",
                "Details": "- Ada asks three providers.\n- Bo writes down what it costs.",
            },
        )
        entry = cycle.propose(record, preset("consent"), members(record), proposal, "Ada", began)
        said = {"ada": "favour", "bo": "favour"} | ({"carme": "aside"} if days > 5 else {})
        for member, choice in said.items():
            ballot = Ballot(
                entry.resolution.id,
                member,
                choice,
                member.title(),
                began + timedelta(hours=3),
                text_hash=text_hash(entry.resolution),
            )
            electorate, _ = read_votes(record, entry.resolution.id)
            cast(record, electorate, preset("consent"), ballot, deadline=None, now=now)
        if days > 5:
            cycle.close(record, entry, "Ada", now)
    return world


PROPOSALS = (
    ("Rent a server together", 60, "large"),
    ("Everybody may invite a guest to the notes", 30, "medium"),
    ("Leave Google Calendar by the spring", 1, "large"),
)


class FakeHosts:
    """Reaches the hosts it was given, and remembers who was asked for."""

    def __init__(self, *hosts: FakeHost, world: type = Real) -> None:
        self.world = world
        self.hosts = {host.name: host for host in hosts}
        self.asked: list[str] = []
        self.closed = False

    def reach(self, job: Job, server: str) -> Host:
        self.asked.append(server)
        return self.hosts[server]

    def first_contact(self, job: Job, login: Login) -> Host:
        return self.hosts[login.name]

    def drop(self, server: str) -> None:
        self.hosts.pop(server, None)

    def close(self) -> None:
        self.closed = True


def empty_world(folder: Path) -> World[Real]:
    """Return a world of a person who has nothing yet."""
    return World(
        world=Real,
        abra=AbraFolder(folder / "abra"),
        hosts=FakeHosts(FakeHost(name=SERVER)),
        secrets=MemorySecrets(),
        ssh_dir=folder / "ssh",
        docker_dir=folder / "docker",
        settings=Settings,
        lists=folder / "lists",
    )


def lived_in_world(folder: Path, *, apps: bool = True) -> World[Real]:
    """Return a world with one server and, with *apps*, the front door and three apps on it."""
    world = empty_world(folder)
    world.abra.add_server(SERVER)
    names = {CLOUD: "Files and calendar", NOTES: "Notes"}
    mail = {
        **Mailbox(
            "mail.example.org", 465, TLS, "kitchen@example.org", "kitchen@example.org"
        ).data(),
        "arrived": "2026-11-12T10:00:00Z",
    }
    name = Collective(name="Quarter's Kitchen", domain=SERVER, app_names=names, mail=mail)
    name.write(world.abra.server_dir(SERVER))
    if apps:
        for app, recipe in (
            (GATEWAY, "starter-gateway"),
            (NOTES, "hedgedoc"),
            (CLOUD, "starter-nextcloud"),
            (WEBSITE, "starter-wordpress"),
        ):
            text = f"TYPE={recipe}:1.0.0\nDOMAIN={app}\n"
            world.abra.new_app(SERVER, app, text)
    return world


def _card(app: str, name: str, sign: str, state: State, reason: Words, **more: object) -> Card:
    card = Card(
        server=SERVER,
        app=app,
        name=name,
        domain=app,
        sign=sign,
        state=state,
        level=LEVELS[state],
        word=WORDS[state],
        reason=reason,
        at=time.time() - 40,
        url=f"https://{app}/",
    )
    return replace(card, **more)  # type: ignore[arg-type]


def _past(*hours_ago: tuple[State, float]) -> Past:
    """Return a past in which each state began so many hours ago; the last one lasts."""
    now = time.time()
    begins = [now - 3600 * hours for _, hours in hours_ago]
    ends = [*begins[1:], now - 40]
    states = [state for state, _ in hours_ago]
    return Past(tuple(Span(*one) for one in zip(states, begins, ends, strict=True)))


ALWAYS_WELL = ((State.WELL, 52.0),)
ONCE_SLOW = ((State.WELL, 52.0), (State.SLOW, 14.6), (State.WELL, 14.2))
IN_TROUBLE = ((State.WELL, 52.0), (State.STARTING, 5.9), (State.RESTARTING, 4.6))


def board(
    *, trouble: bool = True, reached: bool = True, unclaimed: bool = False, strays: bool = False
) -> Board:
    """Return what a look might have seen: three apps, one of them in trouble or none."""
    now = time.time()
    state = State.WELL if reached else State.UNREACHABLE
    server = ServerCard(
        SERVER,
        state,
        LEVELS[state],
        WORDS[state],
        N_("core", "It answers.")
        if reached
        else N_("core", "kitchen.example.org does not answer on port 22."),
        now - (40 if reached else 1500),
        Room(25 * GB, 40 * GB, int(1.9 * GB), 4 * GB, now),
        _past(*ALWAYS_WELL, *(() if reached else ((State.UNREACHABLE, 0.4),))),
    )
    well = N_("core", "It answers at its address, over a secure connection.")
    until = now + 5e6
    cards = [
        _card(GATEWAY, "Front door", "gate", State.WELL, N_("core", "It passes its own check.")),
        _card(NOTES, "Notes", "apps", State.WELL, well, certificate_until=until),
        _card(CLOUD, "Files and calendar", "folder", State.WELL, well, certificate_until=until),
        _card(WEBSITE, "Website", "globe", State.WELL, well, certificate_until=until),
    ]
    pasts = [ALWAYS_WELL, IN_TROUBLE if trouble else ALWAYS_WELL, ALWAYS_WELL, ONCE_SLOW]
    away = () if reached else ((State.UNREACHABLE, 0.4),)
    if trouble:
        why = N_("core", "It asks for more memory than it may use (256 MB).")
        step = N_("core", "Give it more memory, then start it again.")
        who = "the Tuesday volunteers, tuesday@kitchen.example.org"
        cards[1] = _card(NOTES, "Notes", "apps", State.RESTARTING, why, next=step, call=who)
    if unclaimed:
        waits = N_("core", "It runs, and waits for somebody to claim it: whoever comes first.")
        cards[-1] = replace(
            cards[-1],
            level="wait",
            word=N_("core", "Waits to be claimed"),
            reason=waits,
            next=CLAIM,
            unclaimed=True,
        )
    if not reached:
        lost, words = State.UNREACHABLE, N_("core", "We cannot see it: the server is not reached.")
        cards = [
            replace(card, state=lost, level="bad", word=WORDS[lost], reason=words, at=now - 1500)
            for card in cards
        ]
    remembered = zip(cards, pasts, strict=True)
    cards = [replace(card, past=_past(*past, *away)) for card, past in remembered]
    others = (
        _stray("wiki_kitchen_example_org", "hedgedoc", "wiki.kitchen.example.org", State.WELL),
        _stray("doorbell", "", "", State.STARTING),
    )
    return Board(tuple(cards), (server,), others if strays else (), now - 40)


def _stray(stack: str, recipe: str, domain: str, state: State) -> StrayCard:
    """Return an app that somebody else put on the server."""
    found = StackHealth(stack, recipe, "1.0.0+1", domain, (), state, WORDS[state])
    return StrayCard(SERVER, time.time() - 40, found)


def names() -> NamesFound:
    """Return a look at the server's names that found one of each kind of verdict."""
    ours = Addresses("203.0.113.5", "2001:db8::5", frozenset({"203.0.113.5", "2001:db8::5"}))
    zone = "kitchen.example.org"

    def seen(name: str, *four: str, six: tuple[str, ...] = (), old: str = "") -> answers.NameSeen:
        here, empty = answers.State.HERE, answers.State.EMPTY
        own = answers.Answer("ns1.example.net", here if four or six else empty, four, six)
        public = answers.Answer("192.0.2.53", here, (old,), six, four_ttl=1500) if old else None
        return answers.NameSeen(name, 0, zone, (own,), public)

    right = (ours.six,)
    looks = (
        (seen(zone, ours.four, six=right), True),
        (seen(f"*.{zone}"), False),
        (seen(CLOUD), True),
        (seen(NOTES, ours.four, old="198.51.100.7"), True),
    )
    rows = [judge(rows_for(one.name, ours, needed=need), one, ours) for one, need in looks]
    found = tuple(row for each in rows for row in each)
    return NamesFound(SERVER, time.time() - 8, ours, found)
