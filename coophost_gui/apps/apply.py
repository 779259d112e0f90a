"""Give the Engine the services of an app: only those that differ, and nobody else's."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, NoReturn

from coophost_gui.apps.deployment import Deployment, labels_of, name_of, plain
from coophost_gui.apps.images import Pin
from coophost_gui.apps.problems import NameTaken, PartMissing, SomeoneElseChanged
from coophost_gui.health.look import NAMESPACE
from coophost_gui.hosts.base import AlreadyThere, EngineProblem, NotThere, W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Words, listing, said, several
from coophost_gui.recipes.bodies import changes_between

TRIES = 3


def services_step(work: Deployment[W]) -> Step:
    """Every service of the app is as planned; one that is already is not touched."""

    def is_done(job: Job) -> bool:
        running = work.running(job)
        networks = work.network_names(job)
        if work.seen is None:
            work.seen = specs(running, networks)
        todo = _differing(work, running, networks)
        if todo:
            refuse_foreign(job, work, running, networks)
        return not todo

    def do(job: Job) -> Words:
        networks = work.network_names(job)
        ids = {kind: _ids(job, work, kind) for kind in ("secrets", "configs")}
        todo = _differing(work, work.running(job), networks)
        for number, body in enumerate(todo):
            name = str(body["Name"])
            short = name.removeprefix(f"{work.stack}_")
            job.progress(number / len(todo), said(N_("core", "{part} is next"), part=short))
            _apply(job, work, body, ids, networks)
        return several(
            len(todo),
            N_n("core", "One part started or changed.", "{count} parts started or changed."),
        )

    return Step(
        "services",
        N_("core", "Start it"),
        is_done,
        do,
        why=N_("core", "Only what is new or has changed is started; the rest runs on."),
    )


def in_order(services: list[dict[str, Any]], stack: str) -> list[dict[str, Any]]:
    """Return *services* with what the app needs first and the app itself last."""
    return sorted(services, key=lambda body: (body["Name"] == f"{stack}_app", str(body["Name"])))


def same(work: Deployment[W], body: dict[str, Any], stored: Any, networks: dict[str, str]) -> bool:
    """Say whether the service *stored* is what *body* plans, its image included."""
    exact = _pinned(work, body, stored)
    return bool(
        plain(body, networks) == plain(stored["Spec"], networks)
        and _image(exact) == _image(stored["Spec"])
    )


def _differing(
    work: Deployment[W], running: dict[str, dict[str, Any]], networks: dict[str, str]
) -> list[dict[str, Any]]:
    return [
        body
        for body in in_order(work.bodies.services, work.stack)
        if body["Name"] not in running or not same(work, body, running[body["Name"]], networks)
    ]


def _apply(
    job: Job,
    work: Deployment[W],
    body: dict[str, Any],
    ids: dict[str, dict[str, str]],
    networks: dict[str, str],
) -> None:
    name = str(body["Name"])
    signed = work.logins.headers(_image(body))
    for _ in range(TRIES):
        job.checkpoint()
        stored = _stored(job, work, name)
        if stored is None:
            if work.seen and name in work.seen:  # somebody took it away
                _changed_by_others(job, work, networks)
            wanted = _with_ids(work, _pinned(work, body, None), ids)
            try:
                work.host.engine.post(job, "/services/create", wanted, headers=signed)
            except AlreadyThere:  # its answer got lost, or somebody was quicker: look again
                continue
            _note(work, body, networks)
            return
        if same(work, body, stored, networks):
            return
        refuse_foreign(job, work, {name: stored}, networks)
        wanted = _with_ids(work, _pinned(work, body, stored), ids)
        wanted["TaskTemplate"]["ForceUpdate"] = int(
            stored["Spec"].get("TaskTemplate", {}).get("ForceUpdate", 0)
        )
        try:
            work.host.engine.post(
                job,
                f"/services/{stored['ID']}/update",
                wanted,
                headers=signed,
                version=stored["Version"]["Index"],
                registryAuthFrom="spec",
            )
        except EngineProblem as problem:
            if "out of sequence" not in f"{problem.message} {problem.detail}":
                raise
            continue  # the Engine itself notes its progress there; a person's change is seen above
        _note(work, body, networks)
        return
    _changed_by_others(job, work, networks)


def _stored(job: Job, work: Deployment[W], name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = work.host.engine.get(job, f"/services/{name}")
    except NotThere:
        return None
    if labels_of(found).get(NAMESPACE) != work.stack:
        raise NameTaken(name=name, server=work.host.name)
    return found


def refuse_foreign(
    job: Job,
    work: Deployment[W],
    running: Mapping[str, Mapping[str, Any]],
    networks: dict[str, str],
) -> None:
    """Stop when a planned service that runs is not as it was when the plan was shown."""
    planned = {str(body["Name"]) for body in work.bodies.services}
    for name, stored in running.items():
        if name not in planned or work.seen is None:
            continue
        if str((stored.get("UpdateStatus") or {}).get("State", "")).startswith("rollback"):
            continue  # the Engine itself brought the version before back
        if plain(stored["Spec"], networks) != work.seen.get(name):
            _changed_by_others(job, work, networks)


def _changed_by_others(job: Job, work: Deployment[W], networks: dict[str, str]) -> NoReturn:
    """Say what is different from when the plan was shown."""
    seen, now = work.seen or {}, specs(work.running(job), networks)
    words = [one.words for one in changes_between(work.stack, seen, list(now.values()))]
    words += [
        said(N_("core", "Gone: {part}"), part=name.removeprefix(f"{work.stack}_"))
        for name in sorted(seen.keys() - now.keys())
    ]
    raise SomeoneElseChanged(name=work.app.name, server=work.host.name, what=listing(words))


def specs(
    running: Mapping[str, Mapping[str, Any]], networks: dict[str, str]
) -> dict[str, dict[str, Any]]:
    """Return the specs of the services *running*, as they are compared."""
    return {name: plain(one["Spec"], networks) for name, one in running.items()}


def _note(work: Deployment[W], body: dict[str, Any], networks: dict[str, str]) -> None:
    if work.seen is not None:
        work.seen[str(body["Name"])] = plain(body, networks)


def _pinned(work: Deployment[W], body: dict[str, Any], stored: Any) -> dict[str, Any]:
    """Return *body* with the exact image, as the docker CLI's resolve-image=always does.

    Where the registry cannot be asked, the exact image that runs is kept.
    """
    wanted = deepcopy(body)
    image = _image(wanted)
    known = work.pins.get(image, Pin(image))
    task = wanted["TaskTemplate"]
    if known.digest:
        task["ContainerSpec"]["Image"] = known.exact
        if known.platforms:
            task.setdefault("Placement", {})["Platforms"] = [dict(p) for p in known.platforms]
    elif stored is not None and _image(stored["Spec"]).partition("@")[0] == image:
        task["ContainerSpec"]["Image"] = _image(stored["Spec"])
        platforms = (stored["Spec"]["TaskTemplate"].get("Placement") or {}).get("Platforms")
        if platforms:
            task.setdefault("Placement", {})["Platforms"] = platforms
    return wanted


def _image(spec: dict[str, Any]) -> str:
    return str(spec.get("TaskTemplate", {}).get("ContainerSpec", {}).get("Image", ""))


def _ids(job: Job, work: Deployment[W], kind: str) -> dict[str, str]:
    return {name_of(found): str(found["ID"]) for found in work.listed(job, kind)}


def _with_ids(
    work: Deployment[W], body: dict[str, Any], ids: dict[str, dict[str, str]]
) -> dict[str, Any]:
    container = body["TaskTemplate"]["ContainerSpec"]
    for kind, name_key, id_key in (
        ("secrets", "SecretName", "SecretID"),
        ("configs", "ConfigName", "ConfigID"),
    ):
        for reference in container.get(kind.title()) or ():
            name = str(reference.get(name_key, ""))
            if name not in ids[kind]:
                raise PartMissing(server=work.host.name, name=name)
            reference[id_key] = ids[kind][name]
    return body
