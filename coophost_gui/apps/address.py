"""The app's address: the name points to the server, and the app answers there."""

import time

from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.problems import ElsewherePointed, NotSeenOutside, NowherePointed
from coophost_gui.health.outside import Outside, look_outside
from coophost_gui.hosts.base import W
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.meanings import SignIn, shipped
from coophost_gui.servers.facts import facts


def address_step(work: Deployment[W]) -> Step:
    """The app's name leads to this server; before that, nothing should be started."""

    def is_done(job: Job) -> bool:
        if not work.has_address:
            return True
        found = _resolved(job, work)
        if work.host.address in found:
            return True
        return bool(found) and bool(set(found) & set(_own_addresses(job, work)))

    def do(job: Job) -> Words:
        found = _resolved(job, work)
        kind = ElsewherePointed if found else NowherePointed
        raise kind(
            domain=work.domain,
            found=", ".join(found),
            address=work.host.address,
            record="AAAA" if ":" in work.host.address else "A",
        )

    return Step(
        "address",
        N_("core", "Check the address"),
        is_done,
        do,
        why=said(N_("core", "{domain} must lead to your server."), domain=work.domain),
    )


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


def _resolved(job: Job, work: Deployment[W]) -> list[str]:
    from coophost_gui.net.problems import NameUnknown

    try:
        return work.world.web.addresses(job, work.domain)
    except NameUnknown:
        return []


def _own_addresses(job: Job, work: Deployment[W]) -> list[str]:
    """Return every address that the server says it has: it may be reached by another one."""
    return [address.partition("/")[0] for _, address in facts(job, work.host).addresses]
