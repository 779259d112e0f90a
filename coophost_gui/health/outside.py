"""How an app looks from outside: whether its address answers, whether somebody claimed it."""

from dataclasses import dataclass
from time import time
from typing import TYPE_CHECKING, Protocol
from urllib.parse import urlsplit

from coophost_gui.health.judge import State
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.meanings import SignIn

if TYPE_CHECKING:
    from coophost_gui.net.http import Reply

SOON = 7 * 86400.0  # a secure connection that ends sooner than this is worth a word


class Web(Protocol):
    """What visitors see of a world: the internet, or make-believe."""

    def fetch(self, job: Job, url: str) -> "Reply": ...


@dataclass(frozen=True, slots=True)
class Outside:
    """What one look from outside saw, at ``at``."""

    state: State
    reason: Words
    certificate_until: float | None
    claimed: bool | None  # None: there is nothing to claim, or nobody can tell
    at: float

    @property
    def answers(self) -> bool:
        return self.state is State.WELL


def look_outside(job: Job, url: str, web: Web, sign_in: SignIn) -> Outside:
    """Open *url* as a browser would; never raises a Problem, but says what it was."""
    at = time()
    try:
        reply = web.fetch(job, url)
    except Problem as problem:
        return Outside(State.STUCK, said(problem.text, **problem.facts), None, None, at)
    state, reason = _meaning(reply.status)
    until = reply.certificate_until
    if state is State.WELL and until is not None and until - at < SOON:
        reason = N_("core", "It answers, but its secure connection ends soon.")
    claimed = None
    if state is State.WELL and sign_in.kind == "installer" and sign_in.claimed_when:
        claimed = _claimed(job, url, web, sign_in)
    return Outside(state, reason, until, claimed, at)


def _meaning(status: int) -> tuple[State, Words]:
    match status:
        case 404:
            return State.STUCK, N_("core", "The front door does not know this address.")
        case 502 | 503 | 504:
            return State.STARTING, N_("core", "The front door waits for the app to answer.")
        case _ if status >= 500:
            return State.STUCK, said(
                N_("core", "It answers, but with a fault of its own ({status})."), status=status
            )
        case _:
            return State.WELL, N_("core", "It answers at its address, over a secure connection.")


def _claimed(job: Job, url: str, web: Web, sign_in: SignIn) -> bool | None:
    """Say whether somebody set the app up: until then its first page leads to the installer."""
    start = url.rstrip("/") + "/" + sign_in.claimed_when.lstrip("/")
    try:
        reply = web.fetch(job, start)
    except Problem:
        return None
    return urlsplit(reply.url).path.rstrip("/") != sign_in.path.partition("?")[0].rstrip("/")
