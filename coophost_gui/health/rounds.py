"""One look at each server: what its apps are, from inside and from outside."""

from collections.abc import Callable, Sequence
from dataclasses import replace
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
from coophost_gui.recipes.abra import AbraFolder, AppFile
from coophost_gui.recipes.meanings import Meaning, SignIn, shipped

OUTSIDE_EVERY = 300.0  # seconds between two looks from outside at an app that is well
MOST_AT_ONCE = 32  # servers


class AsksFirst(HostProblem):
    """A server wants an answer from a person; facts: ``question``. A look never asks."""

    text = reasons.ASKS_FIRST
    hint = FOR_REASONS[reasons.ASKS_FIRST]


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
    files, note = _files(world, name)
    with hearing(job, _asking_nobody(job, name)) as unattended:
        seen = _look_at(unattended, world, name, files, before)
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


def _files(world: Watched, name: str) -> tuple[list[AppFile], Words]:
    """Return the apps whose files can be read, and what is said of one that cannot.

    Other people write these files, too: one that is broken must not hide how the rest is.
    """
    files: list[AppFile] = []
    note: Words = ""
    for file in world.abra.apps(name):
        try:
            file.env()
        except Problem as problem:
            note = said(problem.text, **problem.facts)
        else:
            files.append(file)
    try:
        world.abra.collective(name)
    except Problem as problem:
        note = said(problem.text, **problem.facts)
    return files, note


def _collective(world: Watched, server: str) -> Collective:
    try:
        return world.abra.collective(server)
    except Problem:  # it was said with the look
        return Collective()


def _look_at(job: Job, world: Watched, name: str, files: list[AppFile], before: Board) -> Seen:
    last = before.snapshots.get(name)
    was = next((one for one in before.servers if one.server == name), None)
    try:
        host = world.hosts.reach(job, name)
        back = last if was is not None and was.state is not State.UNREACHABLE else None
        snapshot = look(job, host, back)
    except Problem as problem:
        return _out_of_reach(world, name, files, problem, before)
    healths = judge(snapshot, last)
    outsides = _outsides(job, world, files, healths, before, snapshot.changed)
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
    cards = tuple(_card(world, file, healths, snapshot, outsides.get(file.name)) for file in files)
    others = tuple(StrayCard(name, snapshot.at, one) for one in strays(files, healths))
    return Seen(server, cards, snapshot, outsides, snapshot.at, strays=others)


def strays(files: Sequence[AppFile], healths: Sequence[StackHealth]) -> list[StackHealth]:
    """Return the stacks that none of *files* is about."""
    known = {file.stack for file in files}
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
    world: Watched,
    file: AppFile,
    healths: list[StackHealth],
    snapshot: Snapshot,
    outside: Outside | None,
) -> Card:
    health = find(healths, file.stack)
    if health is None:
        state, reason = State.STOPPED, N_("core", "It is not started. Its data, if any, are kept.")
        return _drawn(world, file, state, reason, snapshot.at)
    state, because = health.state, health.reason
    if level(state) == "good" and outside is not None:
        if outside.answers:
            state, because = State.WELL, outside.reason
        else:
            state = outside.state
            because = said(
                N_("core", "It runs, but not for people outside: {reason}"), reason=outside.reason
            )
    return _drawn(world, file, state, because, snapshot.at, health, outside)


def _drawn(
    world: Watched,
    file: AppFile,
    state: State,
    reason: Words,
    at: float,
    health: StackHealth | None = None,
    outside: Outside | None = None,
) -> Card:
    known, collective = _known(file), _collective(world, file.server)
    unclaimed = outside is not None and outside.claimed is False
    shown = level(state)
    if unclaimed and shown == "good":
        shown = "wait"
        reason = N_("core", "It runs, and waits for somebody to claim it: whoever comes first.")
    everyday = collective.app_names.get(file.name) or (known.name if known else file.recipe)
    path = known.sign_in.path if known and unclaimed else "/"
    domain = file.domain
    return Card(
        server=file.server,
        app=file.name,
        name=everyday or file.name,
        domain=domain,
        sign=known.sign if known else "apps",
        state=state,
        level=shown,
        word=WAITS if unclaimed and shown == "wait" else word(state),
        reason=reason,
        at=at,
        next=CLAIM if unclaimed and shown == "wait" else next_step(state, reason),
        unclaimed=unclaimed,
        url=f"https://{domain}{path}" if domain else "",
        recipe=file.recipe,
        version=health.version if health else "",
        certificate_until=outside.certificate_until if outside else None,
        outside_at=outside.at if outside else None,
        call=collective.contacts.get(file.name, ""),
        health=health,
    )


WAITS = N_("core", "Waits to be claimed")
CLAIM = N_("core", "Open it and choose its password before somebody else does.")


def _out_of_reach(
    world: Watched, name: str, files: list[AppFile], problem: Problem, before: Board
) -> Seen:
    """Say that *name* is out of reach; the time is that of the last look that saw it."""
    last = before.snapshots.get(name)
    at = last.at if last else history.answered(world, name)
    why = said(problem.text, **problem.facts)
    state = State.UNREACHABLE
    was = next((one for one in before.servers if one.server == name), None)
    server = ServerCard(name, state, level(state), word(state), why, at, was.room if was else None)
    cards = tuple(
        _drawn(
            world,
            file,
            state,
            said(N_("core", "We cannot see it: {reason}"), reason=why),
            at,
        )
        for file in files
    )
    # What people outside saw before says nothing about what they see when it is back.
    return Seen(server, cards, last, {}, time())


def _outsides(
    job: Job,
    world: Watched,
    files: list[AppFile],
    healths: list[StackHealth],
    before: Board,
    changed: float,
) -> dict[str, Outside]:
    """Look from outside at the apps that run, but not more often than is worth it.

    A part that came up or went since, at ``changed``, may have been the front door's.
    """
    found: dict[str, Outside] = {}
    todo = []
    for file in files:
        health = find(healths, file.stack)
        if health is None or level(health.state) != "good" or not _has_address(file):
            continue
        known = before.outsides.get(file.name)
        if known is not None and known.at > changed and _still_good(known):
            found[file.name] = known
            continue
        todo.append(file)

    def outside(job: Job, file: AppFile) -> Outside:
        meaning = _known(file)
        sign_in = meaning.sign_in if meaning else SignIn()
        return look_outside(job, f"https://{file.domain}/", world.web, sign_in)

    looks = job.side_by_side([partial(outside, file=file) for file in todo])
    return found | {file.name: look for file, look in zip(todo, looks, strict=True)}


def _still_good(known: Outside) -> bool:
    recent = time() - known.at < OUTSIDE_EVERY
    return recent and known.answers and known.claimed is not False


def _has_address(file: AppFile) -> bool:
    """Say whether people open the app at its domain; a front door has nothing to show."""
    known = _known(file)
    return bool(file.domain) and (known is None or known.sign != "gate")


def _known(file: AppFile) -> Meaning | None:
    return shipped().get(file.recipe)
