"""The programs of an app (images): which exactly, are they there, fetch them."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from coophost_gui.apps.problems import (
    ImageMissing,
    ImagePrivate,
    ImageProblem,
    RegistryAsksToWait,
    RegistryAway,
    RegistryBusy,
    ServerFull,
)
from coophost_gui.health.look import Looked, Question
from coophost_gui.hosts.base import EngineProblem, Host, NotThere
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, N_n, Said, Words, said, several, size_in_words

# What registries and the Engine say, in the order in which it is looked for.
SIGNS: tuple[tuple[type[ImageProblem], tuple[str, ...]], ...] = (
    (ServerFull, ("no space left on device",)),
    (RegistryBusy, ("toomanyrequests", "too many requests", "status: 429", "rate limit")),
    (ImageMissing, ("manifest unknown", "manifest for", "name unknown", "repository name not")),
    (
        ImagePrivate,
        ("denied", "unauthorized", "authentication required", "no basic auth credentials"),
    ),
    (
        RegistryAway,
        (
            "no such host",
            "connection refused",
            "timeout",
            "dial tcp",
            "unreachable",
            "server misbehaving",
            "connection reset",
            "tls handshake",
            "server gave http response",
            "eof",
            "bad gateway",
            "service unavailable",
        ),
    ),
    (ImageMissing, ("not found",)),
)


# Some registries (GitHub's) say in their refusal how long, as Go writes it: "retry-after: 1m2.5s".
# The Engine does not hand on the header of that name.
HOW_LONG = re.compile(r"retry-after:?\s*((?:\d+(?:\.\d+)?(?:h|ms|µs|us|ns|m|s))+|\d+)", re.I)
PART = re.compile(r"(\d+(?:\.\d+)?)(h|ms|µs|us|ns|m|s|$)")
SECONDS = {"h": 3600, "m": 60, "s": 1, "": 1, "ms": 1e-3, "µs": 1e-6, "us": 1e-6, "ns": 1e-9}
LONGEST_WAIT = 86400.0  # seconds that are believed
SHORT_WAIT = 120.0  # seconds in all that a fetch waits by itself where it is asked to

Headers: TypeAlias = Callable[[str], Mapping[str, str]]  # who signs in to fetch an image


LEFT_OVER = {"status": ["created", "exited", "dead"]}  # of parts that ended, or never began
GOES_ON_IN = N_n(
    "core",
    "Too many downloads at once. We go on in a second.",
    "Too many downloads at once. We go on in {count} seconds.",
)


def nobody(image: str) -> Mapping[str, str]:
    return {}


@dataclass(frozen=True, slots=True)
class Pin:
    """An image as a recipe names it, and which one exactly that is at the moment."""

    image: str
    digest: str = ""  # "": the registry could not say
    platforms: tuple[Mapping[str, str], ...] = ()

    @property
    def exact(self) -> str:
        """Return the image as the docker CLI pins it: ``name:tag@sha256:…``."""
        if "@" in self.image or not self.digest:
            return self.image
        return f"{self.image}@{self.digest}"


def about(image: str) -> list[Question]:
    """Return what is asked about *image*: of its registry, through the server, and the server."""
    return [(f"/distribution/{image}/json", {}), (f"/images/{image}/json", {})]


def pin(job: Job, engine: Looked, image: str) -> Pin:
    """Ask the registry, through the server, which image *image* means now."""
    (path, query), _ = about(image)
    try:
        found = engine.get(job, path, **query)
    except EngineProblem:
        return Pin(image)
    platforms = tuple(
        {
            key: value
            for key, value in (
                # Nodes call themselves armv7l where images say arm, so arm is left open.
                ("Architecture", "" if one.get("architecture") == "arm" else one["architecture"]),
                ("OS", one.get("os", "")),
            )
            if value
        }
        for one in found.get("Platforms") or ()
        if one.get("architecture")
    )
    return Pin(image, str((found.get("Descriptor") or {}).get("digest", "")), platforms)


def is_there(job: Job, engine: Looked, wanted: Pin) -> bool:
    """Say whether the server has exactly that image."""
    _, (path, query) = about(wanted.image)
    try:
        found = engine.get(job, path, **query)
    except NotThere:
        found = None
    except EngineProblem as problem:
        if not _torn(problem):
            raise
        return False
    if found is not None:
        digests = [str(one) for one in found.get("RepoDigests") or ()]
        if not wanted.digest or any(one.endswith(f"@{wanted.digest}") for one in digests):
            return True
    if not wanted.digest or "@" in wanted.image:
        return False
    try:
        engine.get(job, f"/images/{name_and_tag(wanted.image)[0]}@{wanted.digest}/json")
    except NotThere:
        return False
    return True


def _torn(problem: EngineProblem) -> bool:
    """Say whether an image is there by name, but its files were not written to the end.

    That is what a server that lost its power right after fetching one says of it.
    """
    return "overlay2" in problem.message


def _let_go_of_torn(job: Job, host: Host, image: str) -> None:
    """Let the Engine forget *image* where it is torn: it would not fetch it again otherwise.

    What is left of parts that ran from it goes first, for they hold on to its files; they
    cannot begin again, and their volumes stay.
    """
    _, (path, query) = about(image)
    try:
        host.engine.get(job, path, **query)
    except NotThere:
        return
    except EngineProblem as problem:
        if not _torn(problem):
            raise
        for container in host.engine.get(job, "/containers/json", all=True, filters=LEFT_OVER):
            if str(container.get("Image", "")).partition("@")[0] == image.partition("@")[0]:
                host.engine.delete(job, f"/containers/{container['Id']}")
        host.engine.delete(job, f"/images/{image}", force=True)


def fetch(job: Job, host: Host, pins: Sequence[Pin], headers: Headers = nobody) -> Words:
    """Fetch the images of *pins* one after the other, and say how many bytes that was."""
    fetched = 0
    for number, wanted in enumerate(pins):
        _let_go_of_torn(job, host, wanted.image)
        layers = _Layers()
        for said_by_engine in _patiently(job, host, wanted, headers):
            layers.hear(said_by_engine)
            fraction = (number + layers.fraction) / len(pins)
            job.progress(fraction, _so_far(layers, number, len(pins)))
        if wanted.digest and not is_there(job, host.engine, wanted):  # the tag has moved meanwhile
            for said_by_engine in _pull(job, host, wanted, headers, by_digest=True):
                layers.hear(said_by_engine)
        fetched += layers.bytes_done
        job.progress((number + 1) / len(pins), _so_far(layers, number + 1, len(pins)))
    if not fetched:
        return N_("core", "Everything that it needs is on the server.")
    return said(N_("core", "{size} fetched."), size=size_in_words(fetched))


def name_and_tag(image: str) -> tuple[str, str]:
    """Split *image* into its name and its tag or digest; ``latest`` when it has neither."""
    if "@" in image:
        name, _, digest = image.partition("@")
        return _without_tag(name), digest
    name = _without_tag(image)
    return name, image[len(name) + 1 :] or "latest"


def _without_tag(image: str) -> str:
    folder, slash, last = image.rpartition("/")
    return f"{folder}{slash}{last.partition(':')[0]}"


def _patiently(job: Job, host: Host, wanted: Pin, headers: Headers) -> Iterator[dict[str, Any]]:
    """Yield what is said while *wanted* is fetched; wait a little where its registry asks to."""
    waited = 0
    while True:
        try:
            yield from _pull(job, host, wanted, headers)
            return
        except RegistryAsksToWait as problem:
            seconds = max(int(str(problem.facts["seconds"])), waited)  # longer each time
            waited += seconds
            if waited > SHORT_WAIT:
                raise
        for left in range(seconds, 0, -1):
            job.progress(None, several(left, GOES_ON_IN))
            job.wait(1.0)


def how_long(message: str) -> int:
    """Return the seconds that a registry asks us to wait, at least one; 0 where it does not say."""
    found = HOW_LONG.search(message)
    if not found:
        return 0
    total = sum(float(count) * SECONDS[unit.lower()] for count, unit in PART.findall(found[1]))
    return max(1, math.ceil(min(total, LONGEST_WAIT)))


def _pull(
    job: Job, host: Host, wanted: Pin, headers: Headers, *, by_digest: bool = False
) -> Iterator[dict[str, Any]]:
    name, tag = name_and_tag(wanted.image)
    if by_digest:
        tag = wanted.digest
    try:
        for event in host.engine.stream(
            job,
            "POST",
            "/images/create",
            headers=headers(wanted.image),
            fromImage=name,
            tag=tag,
        ):
            if "error" in event or "errorDetail" in event:
                detail = event.get("errorDetail") or {}
                raise _problem(host, wanted.image, str(detail.get("message") or event["error"]))
            yield event
    except EngineProblem as problem:
        raise _problem(host, wanted.image, problem.message or problem.detail) from problem


def _problem(host: Host, image: str, message: str) -> ImageProblem:
    lower = message.lower()
    kind = next((kind for kind, signs in SIGNS if any(s in lower for s in signs)), ImageProblem)
    facts: dict[str, object] = {"image": image, "server": host.name}
    if kind is RegistryBusy and (seconds := how_long(message)):
        kind = RegistryAsksToWait
        facts |= {"seconds": seconds, "minutes": max(2, math.ceil(seconds / 60))}
    return kind(message, **facts)


def _so_far(layers: "_Layers", done: int, total: int) -> Said:
    facts = {"done": done, "total": total, "so_far": size_in_words(layers.bytes_done)}
    if layers.sizes_known:
        return said(
            N_("core", "{so_far} of {size} · {done} of {total} parts done"),
            size=size_in_words(layers.bytes_total),
            **facts,
        )
    return said(N_("core", "{so_far} so far · {done} of {total} parts done"), **facts)


@dataclass
class _Layers:
    """The pieces of one image: how much of each is there, as far as the Engine told."""

    done: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    finished: set[str] = field(default_factory=set)
    known: set[str] = field(default_factory=set)
    highest: float = 0.0

    def hear(self, event: Mapping[str, Any]) -> None:
        status, layer = str(event.get("status", "")), str(event.get("id", ""))
        if not layer or status.startswith("Pulling from"):
            return
        detail = event.get("progressDetail") or {}
        self.known.add(layer)
        match status:
            case "Downloading":
                self.done[layer] = int(detail.get("current", 0))
                if int(detail.get("total", -1)) > 0:
                    self.total[layer] = int(detail["total"])
            case "Download complete" | "Verifying Checksum" | "Extracting":
                self.done[layer] = self.total.get(layer, self.done.get(layer, 0))
            case "Pull complete" | "Already exists":
                self.done[layer] = self.total.get(layer, self.done.get(layer, 0))
                self.finished.add(layer)
            case _:
                pass

    @property
    def bytes_done(self) -> int:
        return sum(self.done.values())

    @property
    def bytes_total(self) -> int:
        return sum(self.total.values())

    @property
    def sizes_known(self) -> bool:
        return bool(self.total) and all(
            layer in self.total or layer in self.finished for layer in self.known
        )

    @property
    def fraction(self) -> float:
        """Return how much is there, from 0 to 1; it never goes back."""
        shares = [
            1.0
            if layer in self.finished
            else 0.9 * self.done.get(layer, 0) / self.total[layer]
            if layer in self.total
            else 0.0
            for layer in self.known
        ]
        now = sum(shares) / len(shares) if shares else 0.0
        self.highest = max(self.highest, now)
        return self.highest
