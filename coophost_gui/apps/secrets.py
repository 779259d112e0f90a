"""The passwords of an app: made once, put on the server, kept only to sign in with."""

import base64

from coophost_gui.apps.deployment import Deployment, name_of
from coophost_gui.apps.mail import mailbox_of
from coophost_gui.apps.problems import PartMissing, SecretNotGiven
from coophost_gui.hosts.base import AlreadyThere, W
from coophost_gui.kit import log
from coophost_gui.kit.fields import Secret
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, N_n, Words, said, several
from coophost_gui.recipes.meanings import shipped
from coophost_gui.recipes.secrets import SecretNeed, make_secret, needed_secrets


def stored_name(server: str, app: str, secret: str) -> str:
    """Return what a password of *app* is called in the password store."""
    return f"app/{server}/{app}/{secret}"


def secrets_step(work: Deployment[W]) -> Step:
    """Every password that the app needs is on the server.

    It carries no label of the app's stack there: what removes a stack must not
    remove its passwords, which belong to its data.
    """

    def missing(job: Job) -> list[SecretNeed]:
        needs = needed_secrets(work.tree, work.env, work.app.name)
        there = {name_of(found) for found in work.listed(job, "secrets")}
        return [need for need in needs if need.remote not in there]

    def is_done(job: Job) -> bool:
        return not missing(job) and not _foreign_missing(job)

    def _foreign_missing(job: Job) -> list[str]:
        names = work.bodies.external_secrets
        there = {name_of(found) for found in work.listed(job, "secrets")} if names else set()
        return [name for name in names if name not in there]

    def do(job: Job) -> Words:
        made = kept = 0
        for need in missing(job):
            value, keep = _value(job, work, need)
            log.hide(value)
            if keep:
                work.world.secrets.put(
                    stored_name(work.app.server, work.app.name, need.name), value
                )
                kept += 1
            _put(job, work, need.remote, value)
            made += 1
        if foreign := _foreign_missing(job):
            raise PartMissing(server=work.host.name, name=foreign[0])
        return _told(made, kept, work.world.secrets.lasting)

    return Step(
        "secrets",
        N_("core", "Make the passwords"),
        is_done,
        do,
        why=N_("core", "Each is long, random and known to the server only."),
    )


def _value(job: Job, work: Deployment[W], need: SecretNeed) -> tuple[str, bool]:
    """Return the value of *need*, and whether it is kept here to sign in with."""
    known = shipped().get(work.recipe)
    signs_in = known is not None and known.sign_in.secret == need.name
    kept = work.world.secrets.get(stored_name(work.app.server, work.app.name, need.name))
    if kept is not None:  # stored before a crash, so nobody knows another one
        return kept, signs_in
    if need.name in work.given:
        return work.given[need.name], False
    mailbox = mailbox_of(work.world, work.app.server, work.tree, work.env, need.name)
    if mailbox and (known_here := work.world.secrets.get(mailbox.secret)):
        return known_here, False
    if need.generate and not mailbox:
        return make_secret(need), signs_in
    question = Secret(
        f"secret_{need.name}",
        N_("core", "{secret}, for {app}"),
        "",
        N_("core", "Only you can know it. It goes to the server and is not kept here."),
    )
    value = job.ask(question, secret=need.name, app=work.app.name)
    if not value:
        raise SecretNotGiven(name=work.app.name, secret=need.name)
    return value, False


def _put(job: Job, work: Deployment[W], name: str, value: str) -> None:
    body = {"Name": name, "Labels": {}, "Data": base64.b64encode(value.encode()).decode()}
    try:
        work.host.engine.post(job, "/secrets/create", body)
    except AlreadyThere:
        return


def _told(made: int, kept: int, lasting: bool) -> Words:
    if not kept:
        return several(
            made,
            N_n(
                "core",
                "One made, known to the server only.",
                "{count} made, known to the server only.",
            ),
        )
    if lasting:
        return said(
            N_("core", "{count} made. The one to sign in with is in the password store."),
            count=made,
        )
    return said(
        N_(
            "core",
            "{count} made. This computer has no password store. Write down the one to sign in "
            "with: it is kept only until you close the program.",
        ),
        count=made,
    )
