"""One look at each server: what its apps are, from inside and from outside."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from time import time
from typing import Protocol

from coophost_gui.health import history, reasons
from coophost_gui.health.advice import FOR_REASONS, next_step
from coophost_gui.health.board import Board, Card, Seen, ServerCard, StrayCard
from coophost_gui.health.judge import (
    StackHealth,
    State,
    find,
    judge,
    level,
    word,
)
from coophost_gui.health.look import Snapshot, look
from coophost_gui.health.outside import Outside, Web, look_outside
from coophost_gui.health.room import ask_room
from coophost_gui.hosts.base import HostProblem, Hosts
from coophost_gui.kit.hearing import hearing
from coophost_gui.kit.jobs import Asked, Event, Job, Listener
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Collective
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.abra import AbraFolder, AppFile, recipe_entry, split_recipe, stack_of
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.meanings import Meaning, SignIn, shipped

OUTSIDE_EVERY = 300.0  # seconds between two looks from outside at an app that is well
MOST_AT_ONCE = 32  # servers


class AsksFirst(HostProblem):
    """A server wants an answer from a person; facts: ``question``. A look never asks."""

    text = reasons.ASKS_FIRST
    hint = FOR_REASONS[reasons.ASKS_FIRST]


@dataclass(frozen=True, slots=True)
class _App:
    """What the files here say of one app, read once for each look."""

    server: str
    name: str
    stack: str
    domain: str
    recipe: str
    meaning: Meaning | None
    everyday: str  # what people call it
    call: str  # whom to call

    @property
    def sign_in(self) -> SignIn:
        return self.meaning.sign_in if self.meaning else SignIn()

    @property
    def has_address(self) -> bool:
        """Say whether people open it at its domain; a front door has nothing to show."""
        return bool(self.domain) and (self.meaning is None or self.meaning.sign != "gate")


class Watched(Protocol):
    """As much of a world as a look needs."""

    @property
    def abra(self) -> AbraFolder: ...
    @property
    def hosts(self) -> Hosts: ...
    @property
    def web(self) -> Web: ...
    @property
    def data_dir(self) -> Callable[[], Path]: ...


def look_at_all(world: Watched, job: Job, before: Board | None = None) -> Board:
    """Look at every server, side by side; come back when the slowest has answered."""
    names = world.abra.servers()
    found = before or Board()
    works = [partial(look_at, world=world, name=name, before=found) for name in names]
    for seen in job.side_by_side(works, min(MOST_AT_ONCE, max(1, len(works)))):
        remember(world, seen)
        found = found.with_seen(seen, names)
    return replace(found, at=time())


def look_at(job: Job, world: Watched, name: str, before: Board) -> Seen:
    """Look at the server *name*; ``remember`` what was seen once somebody was told.

    *before* is the board of the look before: it holds what the Engine forgets, and what
    a server that is out of reach looked like when it was last seen.  Without one, at least
    when that was is known from earlier runs.
    """
    apps, note = _apps(world, name)
    with hearing(job, _asking_nobody(job, name)) as unattended:
        seen = _look_at(unattended, world, name, apps, before)
    pasts = history.past(world, name, seen.states, seen.at)
    return replace(
        seen,
        server=replace(seen.server, past=pasts[history.SERVER]),
        cards=tuple(replace(card, past=pasts[card.app]) for card in seen.cards),
        note=history.set_aside(world) or note,
    )


def remember(world: Watched, seen: Seen) -> None:
    """Write down what was seen, for 90 days."""
    history.note_look(world, seen.server.server, seen.states, seen.at, seen.server.at)


def _apps(world: Watched, name: str) -> tuple[list[_App], Words]:
    """Return the apps whose files can be read, and what is said of one that cannot.

    Other people write these files, too: one that is broken must not hide how the rest is.
    """
    note: Words = ""
    collective, known, apps = Collective(), shipped(), []
    try:
        collective = world.abra.collective(name)
    except Problem as problem:
        note = said(problem.text, **problem.facts)
    for file in world.abra.apps(name):
        try:
            env = file.env()
        except Problem as problem:
            note = said(problem.text, **problem.facts)
        else:
            apps.append(_app(file, env, collective, known))
    return apps, note


def _app(file: AppFile, env: EnvFile, collective: Collective, known: Mapping[str, Meaning]) -> _App:
    recipe, _ = split_recipe(recipe_entry(env))
    meaning = known.get(recipe)
    called = meaning.name if meaning else recipe
    return _App(
        server=file.server,
        name=file.name,
        stack=stack_of(env, file.name),
        domain=env.get("DOMAIN"),
        recipe=recipe,
        meaning=meaning,
        everyday=collective.app_names.get(file.name) or called or file.name,
        call=collective.contacts.get(file.name, ""),
    )


def _look_at(job: Job, world: Watched, name: str, apps: list[_App], before: Board) -> Seen:
    last = before.snapshots.get(name)
    was = next((one for one in before.servers if one.server == name), None)
    try:
        host = world.hosts.reach(job, name)
        back = last if was is not None and was.state is not State.UNREACHABLE else None
        snapshot = look(job, host, back)
    except Problem as problem:
        return _out_of_reach(world, name, apps, problem, before)
    healths = judge(snapshot, last)
    outsides = _outsides(job, world, apps, healths, before, snapshot.changed)
    room = ask_room(job, host, was.room if was else None)
    server = ServerCard(
        name,
        State.WELL if snapshot.settled else State.STARTING,
        "good" if snapshot.settled else "wait",
        word(State.WELL) if snapshot.settled else word(State.STARTING),
        N_("core", "It answers.")
        if snapshot.settled
        else N_("core", "It has just come back and is starting its apps."),
        snapshot.at,
        room,
    )
    cards = tuple(_card(app, healths, snapshot, outsides.get(app.name)) for app in apps)
    known = {app.stack for app in apps}
    others = tuple(StrayCard(name, snapshot.at, one) for one in strays(known, healths))
    return Seen(server, cards, snapshot.remembered, outsides, snapshot.at, strays=others)


def strays(known: Collection[str], healths: Sequence[StackHealth]) -> list[StackHealth]:
    """Return the stacks whose names are not *known* here."""
    return [health for health in healths if health.stack not in known]


def _asking_nobody(job: Job, name: str) -> Listener:
    def listen(event: Event) -> None:
        if isinstance(event, Asked):
            label = event.field.label
            question = said(label, **event.facts) if isinstance(label, str) else label
            event.answer.set_exception(AsksFirst(host=name, question=question))
        else:
            job.tell(event)

    return listen


def _card(
    app: _App,
    healths: list[StackHealth],
    snapshot: Snapshot,
    outside: Outside | None,
) -> Card:
    health = find(healths, app.stack)
    if health is None:
        state, reason = State.STOPPED, N_("core", "It is not started. Its data, if any, are kept.")
        return _drawn(app, state, reason, snapshot.at)
    state, because = health.state, health.reason
    if level(state) == "good" and outside is not None:
        if outside.answers:
            state, because = State.WELL, outside.reason
        else:
            state = outside.state
            because = said(
                N_("core", "It runs, but not for people outside: {reason}"), reason=outside.reason
            )
    return _drawn(app, state, because, snapshot.at, health, outside)


def _drawn(
    app: _App,
    state: State,
    reason: Words,
    at: float,
    health: StackHealth | None = None,
    outside: Outside | None = None,
) -> Card:
    unclaimed = outside is not None and outside.claimed is False
    shown = level(state)
    if unclaimed and shown == "good":
        shown = "wait"
        reason = N_("core", "It runs, and waits for somebody to claim it: whoever comes first.")
    path = app.sign_in.path if app.meaning and unclaimed else "/"
    return Card(
        server=app.server,
        app=app.name,
        name=app.everyday,
        domain=app.domain,
        sign=app.meaning.sign if app.meaning else "apps",
        state=state,
        level=shown,
        word=WAITS if unclaimed and shown == "wait" else word(state),
        reason=reason,
        at=at,
        next=CLAIM if unclaimed and shown == "wait" else next_step(state, reason),
        unclaimed=unclaimed,
        url=f"https://{app.domain}{path}" if app.domain else "",
        recipe=app.recipe,
        version=health.version if health else "",
        certificate_until=outside.certificate_until if outside else None,
        outside_at=outside.at if outside else None,
        call=app.call,
        health=health,
    )


WAITS = N_("core", "Waits to be claimed")
CLAIM = N_("core", "Open it and choose its password before somebody else does.")


def _out_of_reach(
    world: Watched, name: str, apps: list[_App], problem: Problem, before: Board
) -> Seen:
    """Say that *name* is out of reach; the time is that of the last look that saw it."""
    last = before.snapshots.get(name)
    at = last.at if last else history.answered(world, name)
    why = said(problem.text, **problem.facts)
    state = State.UNREACHABLE
    was = next((one for one in before.servers if one.server == name), None)
    server = ServerCard(name, state, level(state), word(state), why, at, was.room if was else None)
    cards = tuple(
        _drawn(app, state, said(N_("core", "We cannot see it: {reason}"), reason=why), at)
        for app in apps
    )
    # What people outside saw before says nothing about what they see when it is back.
    return Seen(server, cards, last, {}, time())


def _outsides(
    job: Job,
    world: Watched,
    apps: list[_App],
    healths: list[StackHealth],
    before: Board,
    changed: float,
) -> dict[str, Outside]:
    """Look from outside at the apps that run, but not more often than is worth it.

    A part that came up or went since, at ``changed``, may have been the front door's.
    """
    found: dict[str, Outside] = {}
    todo = []
    for app in apps:
        health = find(healths, app.stack)
        if health is None or level(health.state) != "good" or not app.has_address:
            continue
        known = before.outsides.get(app.name)
        if known is not None and known.at > changed and _still_good(known):
            found[app.name] = known
            continue
        todo.append(app)

    def outside(job: Job, app: _App) -> Outside:
        return look_outside(job, f"https://{app.domain}/", world.web, app.sign_in)

    looks = job.side_by_side([partial(outside, app=app) for app in todo])
    return found | {app.name: look for app, look in zip(todo, looks, strict=True)}


def _still_good(known: Outside) -> bool:
    recent = time() - known.at < OUTSIDE_EVERY
    return recent and known.answers and known.claimed is not False
