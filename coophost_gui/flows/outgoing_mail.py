"""Tell a server once which mailbox its apps' mail leaves through, and see a mail arrive."""

import re
from collections.abc import Sequence
from typing import Any

from coophost_gui.flows import Wizard
from coophost_gui.flows.new_app import server_field
from coophost_gui.hosts.base import W
from coophost_gui.kit.fields import Choice, Field, Secret, Text
from coophost_gui.kit.flow import Answers, Ending, Flow, Page
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.mailbox import PORTS, STARTTLS, TLS, Mailbox, is_port
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.servers.mail_providers import usual
from coophost_gui.servers.outgoing_mail import (
    ServerNeedsOtherPort,
    mail_state,
    mailbox_step,
    password_of,
    proof_step,
    reached_from,
    way_in_words,
)
from coophost_gui.servers.world import World

TITLE = N_("core", "Outgoing mail")
EMAIL = re.compile(r"[!-?A-~]+@[a-zA-Z0-9.-]+\.[a-zA-Z0-9-]+")  # plain letters, one @
HOST = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9.:-]*[a-zA-Z0-9])?")
PORT = Text(
    "port",
    N_("core", "Port"),
    "",
    N_("core", "Leave it empty for the usual one."),
    lambda value: (
        ""
        if not value.strip() or is_port(value.strip())
        else N_("core", "A port is a number, such as 465.")
    ),
    "465",
)


def outgoing_mail(world: World[W]) -> Flow:
    """Return the wizard."""
    server = server_field(world)

    def where(answers: Answers) -> str:
        return answers[server] or next(iter(world.abra.servers()), "")

    def sender(answers: Answers) -> Text:
        known = known_mailbox(world, where(answers))
        return Text(
            "sender",
            N_("core", "Their address"),
            known.sender if known else "",
            N_("core", "A mailbox of your group, at any provider of mail."),
            _no_address,
            "kitchen@example.org",
        )

    def account(answers: Answers) -> Sequence[Field[Any]]:
        known = known_mailbox(world, where(answers))
        address = answers[sender(answers)].strip()
        kept = known is not None and known.sender == address
        likely = known if known is not None and kept else usual(address)
        return (*account_fields(likely, kept=kept), PORT)

    def reader(answers: Answers) -> Text:
        address = answers[sender(answers)].strip()
        help_text = N_("core", "An address whose mail you can read now. Its own will do.")
        return Text("to", N_("core", "To whom?"), address, help_text, _no_address)

    def told(answers: Answers) -> Mailbox:
        host, user, _, security, port = account(answers)
        given = answers[port].strip()
        return Mailbox(
            answers[host].strip().lower(),
            int(given) if given else PORTS[answers[security]],
            answers[security],
            answers[user].strip(),
            answers[sender(answers)].strip(),
        )

    def password(answers: Answers) -> str:
        return answers[account(answers)[2]] or password_of(world, told(answers))

    def reached(job: Job, answers: Answers) -> dict[int, bool]:
        host = world.hosts.reach(job, where(answers))
        return reached_from(job, host, told(answers))

    def check(job: Job, answers: Answers) -> None:
        mailbox = told(answers)
        world.web.log_in_to_mail(job, mailbox, password(answers))
        found = reached(job, answers)
        others = [port for port in PORTS.values() if found[port]]
        if not found[mailbox.port] and others:
            raise ServerNeedsOtherPort(
                server=where(answers), host=mailbox.host, port=mailbox.port, other=others[0]
            )

    def plan(job: Job, answers: Answers) -> list[Step]:
        at, mailbox, key = where(answers), told(answers), password(answers)
        there = reached(job, answers)[mailbox.port]
        to = answers[reader(answers)].strip()
        return [
            mailbox_step(world, at, mailbox, key, reached=there),
            proof_step(world, at, mailbox, key, to),
        ]

    def ending(job: Job, answers: Answers) -> Ending:
        there = mail_state(world, where(answers))
        intro: Words = N_("core", "Each new app that can send mail will ask you whether it may.")
        if not there.reached:
            intro = way_in_words(where(answers), told(answers), False)
        return Ending(
            said(N_("core", "Mail goes out as {sender}"), sender=told(answers).sender),
            intro,
            place="servers",
        )

    return Flow(
        "outgoing_mail",
        TITLE,
        (
            Page(
                "server",
                N_("core", "On which server are the apps that send mail?"),
                fields=(server,),
                applies=lambda answers: len(world.abra.servers()) > 1,
            ),
            Page(
                "sender",
                N_("core", "From which address will your apps write?"),
                N_("core", "They send invitations, news, and links for a forgotten password."),
                fields=lambda answers: (sender(answers),),
            ),
            Page(
                "account",
                N_("core", "How does mail leave through that mailbox?"),
                N_("core", "Your provider lists this as “SMTP” or “outgoing mail”."),
                fields=account,
                verify=check,
            ),
            Page(
                "proof",
                N_("core", "Where would you like to see a mail arrive?"),
                fields=lambda answers: (reader(answers),),
            ),
        ),
        plan,
        ending,
        lane=where,
        running=N_("core", "Trying the mailbox"),
    )


def known_mailbox(world: World[W], server: str) -> Mailbox | None:
    """Return the mailbox of *server*, or of another one: a collective is asked once."""
    for name in (server, *world.abra.servers()):
        if name and (found := mail_state(world, name).mailbox):
            return found
    return None


def account_fields(likely: Mailbox, *, kept: bool) -> tuple[Text, Text, Secret, Choice]:
    """Return the questions about an account; *kept*: its password may be here already."""

    def no_password(value: str) -> Words:
        return "" if value or kept else N_("core", "Type the password of the mailbox.")

    return (
        Text(
            "host",
            N_("core", "Mail server"),
            likely.host,
            N_("core", "Its name, as your provider gives it for outgoing mail."),
            lambda value: (
                ""
                if HOST.fullmatch(value.strip())
                else N_("core", "Fill in a name like mail.example.org.")
            ),
            "mail.example.org",
        ),
        Text(
            "user",
            N_("core", "Name to log in with"),
            likely.user,
            N_("core", "For most providers, the whole address."),
            lambda value: "" if value.strip() else N_("core", "Fill in the name."),
        ),
        Secret(
            "mail_password",
            N_("core", "Password of the mailbox"),
            "",
            N_("core", "Leave it empty to use the one that is kept already.")
            if kept
            else N_("core", "It is kept in the password store, and given to apps that send mail."),
            no_password,
        ),
        Choice(
            "security",
            N_("core", "How is the connection secured?"),
            likely.security,
            options=(
                (TLS, N_("core", "From the first word"), N_("core", "(SSL/TLS, port 465)")),
                (STARTTLS, N_("core", "After the first words"), N_("core", "(STARTTLS, port 587)")),
            ),
        ),
    )


def _no_address(value: str) -> Words:
    if EMAIL.fullmatch(value.strip()):
        return ""
    return N_("core", "An e-mail address looks like name@example.org.")


WIZARD = Wizard("outgoing_mail", TITLE, "servers", ("server", "mail"), outgoing_mail)
