"""A collective's outgoing mail: told once, kept with its server, proven by a mail that arrived.

``mail`` in ``coophost.yml``: the mailbox, ``arrived`` (when a mail to oneself was confirmed,
UTC) and ``reached`` (whether the server itself gets there).  The password is in the password store.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from coophost_gui.hosts.base import Host, Practice, W, must
from coophost_gui.kit import places
from coophost_gui.kit.fields import Text
from coophost_gui.kit.hearing import without_output
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.languages import load, offered
from coophost_gui.kit.mailbox import PORTS, Mailbox
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Collective
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.world import World

YES, NO = "yes", "no"
SUBJECT = N_("core", "Does this mail arrive?")
LETTER = N_(
    "core",
    "Somebody who looks after {server} would like to know whether mail arrives. "
    "The number is {number}. Type it into the program that asks for it.",
)


class MailPasswordMissing(Problem):
    """Facts: ``user``."""

    text = N_("core", "This computer does not know the password of the mailbox {user}.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Type it once: it is not shared with the folder of the server.")


class MailDidNotArrive(Problem):
    """Facts: ``to``, ``sender``."""

    text = N_("core", "The mail to {to} was handed over, but nobody saw it arrive.")
    means = N_("core", "The mailbox is written down. Nothing else was changed.")
    hint = N_(
        "core",
        "Look among the unwanted mail (spam), and wait some minutes. Then try again, "
        "or choose another address.",
    )


class ServerNeedsOtherPort(Problem):
    """Facts: ``server``, ``host``, ``port``, ``other``."""

    text = N_("core", "{server} cannot reach {host} on port {port}, only on port {other}.")
    means = N_("core", "Nothing was changed. From this computer the mailbox works.")
    hint = N_("core", "Choose the other way of securing the connection: your apps can use it.")


@dataclass(frozen=True)
class MailState:
    """What is known of a server's outgoing mail."""

    mailbox: Mailbox | None = None
    arrived: str = ""  # when a mail to oneself arrived, UTC in ISO 8601
    reached: bool = True  # False: the server itself does not get there


def mail_state(world: World[W], server: str) -> MailState:
    """Return what is written down about the outgoing mail of *server*."""
    told = world.abra.collective(server).mail
    mailbox = Mailbox.of(told)
    if mailbox is None:
        return MailState()
    return MailState(mailbox, _moment(told.get("arrived", "")), told.get("reached") != NO)


def password_of(world: World[W], mailbox: Mailbox) -> str:
    """Return the password of *mailbox*; raises when it is not on this computer."""
    found = world.secrets.get(mailbox.secret)
    if not found:
        raise MailPasswordMissing(user=mailbox.user)
    return found


def reached_from(job: Job, host: Host[W], mailbox: Mailbox) -> dict[int, bool]:
    """Ask *host* which ports of the mail server it reaches: ours, and the usual ones."""
    ports = sorted({mailbox.port, *PORTS.values()})
    script = places.resource("server", "mail-ports.sh").read_bytes()
    argv = ("bash", "-s", "mail-ports", mailbox.host, *map(str, ports))
    with without_output(job) as quiet:
        out = must(host, quiet, *argv, stdin=script, timeout=60)
    return {port: f"{port}=open" in out.split() for port in ports}


def mailbox_step(
    world: World[W], server: str, mailbox: Mailbox, password: str, *, reached: bool
) -> Step:
    """The mailbox is written down for everybody, its password kept on this computer only."""
    folder = world.abra.server_dir(server)

    def is_done(job: Job) -> bool:
        there = mail_state(world, server)
        same = (there.mailbox, there.reached) == (mailbox, reached)
        return same and world.secrets.get(mailbox.secret) == password

    def do(job: Job) -> Words:
        world.secrets.put(mailbox.secret, password)
        told = world.abra.collective(server)
        replace(told, mail={**mailbox.data(), "reached": YES if reached else NO}).write(folder)
        if world.secrets.lasting:
            return N_("core", "Written down; the password is in the password store.")
        return N_(
            "core",
            "Written down. This computer has no password store: the password is kept only until "
            "you close the program.",
        )

    return Step(
        "mailbox",
        N_("core", "Write down the mailbox"),
        is_done,
        do,
        why=N_("core", "Everybody who looks after this server finds it there, without password."),
        detail=(
            said(
                N_("core", "{host}, port {port}, as {user}"),
                host=mailbox.host,
                port=str(mailbox.port),
                user=mailbox.user,
            ),
            said(N_("core", "The file {path}"), path=folder / Collective.FILE),
            way_in_words(server, mailbox, reached),
        ),
    )


def way_in_words(server: str, mailbox: Mailbox, reached: bool) -> Words:
    """Say whether the server itself gets to the mail server."""
    words = (
        N_("core", "{server} reaches {host} on port {port}.")
        if reached
        else N_(
            "core",
            "{server} does not reach {host} yet. Many providers of servers close the ports for "
            "mail until you ask them.",
        )
    )
    return said(words, server=server, host=mailbox.host, port=str(mailbox.port))


def proof_step(
    world: World[W],
    server: str,
    mailbox: Mailbox,
    password: str,
    to: str,
    now: Callable[[], float] = time.time,
) -> Step:
    """Since this plan was made, a mail through *mailbox* arrived at *to*, and a person saw it."""
    began = _written(now())

    def is_done(job: Job) -> bool:
        there = mail_state(world, server)
        return there.mailbox == mailbox and there.arrived >= began

    def do(job: Job) -> Words:
        number = str(1000 + secrets.randbelow(9000))
        text = in_every_language(LETTER, server=server, number=number)
        world.web.send_mail(
            job, mailbox, password, to=to, subject=in_every_language(SUBJECT, " / "), text=text
        )
        if not job.ask(_number(number, to, pretending=world.world is Practice)).strip():
            raise MailDidNotArrive(to=to, sender=mailbox.sender)
        told = world.abra.collective(server)
        arrived = {**told.mail, "arrived": _written(now())}
        replace(told, mail=arrived).write(world.abra.server_dir(server))
        return said(N_("core", "It arrived at {to}."), to=to)

    return Step(
        "proof",
        N_("core", "Send a mail to yourself"),
        is_done,
        do,
        why=N_("core", "Only a mail that arrived shows that mail works."),
        detail=(
            said(N_("core", "From {sender} to {to}"), sender=mailbox.sender, to=to),
            N_("core", "You type back the number in it."),
        ),
    )


def in_every_language(text: str, between: str = "\n\n", **facts: object) -> str:
    """Return *text* in every language that we have: nobody knows who reads the mail."""
    forms = [load(code).sentences.get(text, (text,))[0].format_map(facts) for code in offered()]
    return between.join(dict.fromkeys(forms))


def _number(number: str, to: str, *, pretending: bool) -> Text:
    def problem(value: str) -> Words:
        if value.strip() in ("", number):
            return ""
        return N_("core", "That is not the number in the newest mail.")

    return Text(
        "number",
        said(N_("core", "Which number stands in the mail to {to}?"), to=to),
        "",
        said(N_("core", "Nothing is sent from here. It would be {number}."), number=number)
        if pretending
        else N_("core", "It can take some minutes. Leave it empty if no mail comes."),
        problem,
    )


def _written(moment: float) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(moment))


def _moment(text: str) -> str:
    """Return the moment *text* as we write it; ``""`` for what a person wrote and is none."""
    try:
        return _written(datetime.fromisoformat(text).timestamp())
    except (ValueError, OverflowError, OSError):
        return ""
