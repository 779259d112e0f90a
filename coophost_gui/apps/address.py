"""The app's address: the name points to the server, and the app answers there."""

import math
import time
from typing import Generic

from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.problems import NameNotRight, NotSeenOutside
from coophost_gui.health.outside import Outside, look_outside
from coophost_gui.hosts.base import W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.meanings import SignIn, shipped
from coophost_gui.servers.judge_names import RowFound, unsettled
from coophost_gui.servers.name_look import look_at_name
from coophost_gui.servers.rows import Addresses, Row, addresses_of


def address_step(work: Deployment[W]) -> Step:
    """The app's name leads to this server; before that, nothing should be started."""
    watch = _Watch(work)
    record = "AAAA" if ":" in work.host.address else "A"

    def is_done(job: Job) -> bool:
        return not work.has_address or watch.is_right(job)

    return Step(
        "address",
        N_("core", "Check the address"),
        is_done,
        watch.until_right,
        why=said(N_("core", "{domain} must lead to your server."), domain=work.domain),
        detail=(said("{row}", row=Row(work.domain, record, work.host.address)),),
    )


class _Watch(Generic[W]):
    """Looks at the name of an app until all its records are right."""

    STILL_RIGHT = 30.0  # seconds for which nobody is asked again
    LONGEST_PAUSE = 15.0

    def __init__(self, work: Deployment[W]) -> None:
        self._work = work
        self._ours: Addresses | None = None
        self._right_at = -math.inf

    def is_right(self, job: Job) -> bool:
        """Say whether nothing is to be done or waited for, as of just now."""
        return time.monotonic() - self._right_at < self.STILL_RIGHT or not self._open(job)

    def until_right(self, job: Job) -> Words:
        """Look again and again; give up when the deploy's patience is at its end."""
        began = time.monotonic()
        while wrong := self._open(job):
            waited = time.monotonic() - began
            if waited >= self._work.patience.name:
                raise NameNotRight(
                    "\n".join(f"{one.row}: {one.words}" for one in wrong),
                    domain=self._work.domain,
                    reason=wrong[0].words,
                    record=str(wrong[0].row),
                )
            pause = 5 * self._work.patience.between_looks + waited / 10
            job.progress(
                None,
                said(
                    N_("core", "{reason} Looked at {time}; we go on looking."),
                    reason=wrong[0].words,
                    time=time.strftime("%H:%M:%S"),
                ),
            )
            job.wait(min(pause, self.LONGEST_PAUSE))
        return said(N_("core", "{domain} leads to your server."), domain=self._work.domain)

    def _open(self, job: Job) -> list[RowFound]:
        if self._ours is None:
            self._ours = addresses_of(job, self._work.host)
        work = self._work
        wrong = unsettled(look_at_name(job, work.world, work.domain, self._ours))
        self._right_at = -math.inf if wrong else time.monotonic()
        return wrong


def outside_step(work: Deployment[W]) -> Step:
    """The app answers at its address, over a secure connection, as people will open it."""

    def is_done(job: Job) -> bool:
        if not work.has_address:
            return True
        return seen_outside(job, work).answers

    def do(job: Job) -> Words:
        deadline = time.monotonic() + work.patience.outside
        while not (seen := seen_outside(job, work)).answers:
            job.progress(None, seen.reason)
            if time.monotonic() > deadline:
                raise NotSeenOutside(name=work.app.name, address=url_of(work), reason=seen.reason)
            job.wait(min(3.0, work.patience.between_looks * 3))
        return seen.reason

    return Step(
        "outside",
        N_("core", "Look at it from outside"),
        is_done,
        do,
        why=N_("core", "Secure connection and first page, as people will see it."),
    )


def seen_outside(job: Job, work: Deployment[W]) -> Outside:
    known = shipped().get(work.recipe)
    sign_in = known.sign_in if known else SignIn()
    return look_outside(job, url_of(work), work.world.web, sign_in)


def url_of(work: Deployment[W]) -> str:
    return f"https://{work.domain}/"
