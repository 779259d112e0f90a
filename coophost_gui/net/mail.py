"""Mail on its way out: one conversation with a mail server, and words for what goes wrong in it."""

import base64
import smtplib
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import NoReturn

from coophost_gui.kit import log
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.mailbox import STARTTLS, TLS, Mailbox
from coophost_gui.kit.store import Settings
from coophost_gui.net.mail_problems import (
    MailLater,
    MailLoginRefused,
    MailNoLogin,
    MailNotSecured,
    MailOtherWay,
    MailPortShut,
    MailReaderRefused,
    MailRefused,
    MailSenderRefused,
)
from coophost_gui.net.problems import AddressSilent, AnswerCut
from coophost_gui.net.wire import Wire, certificate_problem, trust, wire

SECONDS = 20.0  # for each answer of the server
HELLO = "[127.0.0.1]"  # the name of this computer is nobody's business
LET_IN = (235, 503)  # welcome; you were in already


def log_in(job: Job, mailbox: Mailbox, password: str, settings: Settings) -> None:
    """Ask whether *mailbox* lets us in and lets its sender write. Nothing is sent."""
    with _talk(job, mailbox, password, settings) as talk:
        code, answer = talk.mail(mailbox.sender)
        if code != 250:
            raise smtplib.SMTPSenderRefused(code, answer, mailbox.sender)
        talk.rset()


def send(
    job: Job,
    mailbox: Mailbox,
    password: str,
    settings: Settings,
    *,
    to: str,
    subject: str,
    text: str,
) -> None:
    """Send one mail; when this returns, the mail server has taken it over."""
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = mailbox.sender, to, subject
    mail["Date"] = formatdate()
    mail["Message-ID"] = make_msgid(domain=mailbox.sender.rpartition("@")[2])
    mail["Auto-Submitted"] = "auto-generated"
    mail.set_content(text)
    with _talk(job, mailbox, password, settings) as talk:
        talk.send_message(mail, mailbox.sender, [to])


@contextmanager
def _talk(job: Job, mailbox: Mailbox, password: str, settings: Settings) -> Iterator[smtplib.SMTP]:
    log.hide(password)
    with wire(job, settings) as held, _in_words(mailbox):
        talk = _connected(held, mailbox)
        try:
            _log_in(talk, mailbox, password)
            yield talk
            with suppress(smtplib.SMTPException, OSError):
                talk.quit()
        finally:
            talk.close()


def _connected(held: Wire, mailbox: Mailbox) -> smtplib.SMTP:
    """Return a conversation that nobody else can read; the server has shown who it is."""
    trusted = trust(held.settings)

    class Talk(smtplib.SMTP):
        def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
            try:
                sock = held.connect(host, port, timeout)
            except AddressSilent as problem:
                raise MailPortShut(problem.detail, host=host, port=port) from problem
            if mailbox.security == TLS:
                return trusted.wrap_socket(sock, server_hostname=host)
            return sock

    talk = Talk(mailbox.host, mailbox.port, local_hostname=HELLO, timeout=SECONDS)
    if mailbox.security == STARTTLS:
        try:
            talk.starttls(context=trusted)
        except BaseException:
            talk.close()
            raise
    return talk


def _log_in(talk: smtplib.SMTP, mailbox: Mailbox, password: str) -> None:
    """Log in, also with letters that smtplib's own way cannot send."""
    talk.ehlo_or_helo_if_needed()
    ways = talk.esmtp_features.get("auth", "").upper().split()
    if "PLAIN" in ways:
        code, answer = talk.docmd("AUTH", f"PLAIN {_coded(chr(0), mailbox.user, chr(0), password)}")
    elif "LOGIN" in ways:
        code, answer = talk.docmd("AUTH", f"LOGIN {_coded(mailbox.user)}")
        if code == 334:
            code, answer = talk.docmd(_coded(password))
    elif ways:
        code, answer = talk.login(mailbox.user, password)
    else:
        raise MailNoLogin(host=mailbox.host, port=mailbox.port)
    if code not in LET_IN:
        raise smtplib.SMTPAuthenticationError(code, answer)


def _coded(*parts: str) -> str:
    return base64.b64encode("".join(parts).encode()).decode()


@contextmanager
def _in_words(mailbox: Mailbox) -> Iterator[None]:
    """Turn what goes wrong in a conversation into a Problem."""
    host, port = mailbox.host, mailbox.port
    try:
        yield
    except ssl.SSLCertVerificationError as error:
        raise certificate_problem(host, error) from error
    except ssl.SSLError as error:
        raise MailOtherWay(str(error), host=host, port=port) from error
    except smtplib.SMTPNotSupportedError as error:
        raise MailNotSecured(str(error), host=host, port=port) from error
    except smtplib.SMTPRecipientsRefused as error:
        [(to, (code, answer))] = error.recipients.items()
        _refused(mailbox, code, answer, error, to)
    except smtplib.SMTPResponseException as error:
        _refused(mailbox, error.smtp_code, error.smtp_error, error)
    except (TimeoutError, smtplib.SMTPServerDisconnected) as error:
        if "timed out" in str(error):
            raise MailOtherWay(str(error), host=host, port=port) from error
        raise AnswerCut(str(error), host=host) from error
    except OSError as error:
        raise AnswerCut(str(error), host=host) from error


def _refused(
    mailbox: Mailbox, code: int, answer: bytes | str, error: Exception, to: str = ""
) -> NoReturn:
    said = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else answer
    detail = f"{code} {said}"
    facts = {"host": mailbox.host, "user": mailbox.user, "sender": mailbox.sender, "to": to}
    if 400 <= code < 500:
        raise MailLater(detail, **facts) from error
    if isinstance(error, smtplib.SMTPAuthenticationError):
        raise MailLoginRefused(detail, **facts) from error
    # Some say only at the reader's name, or behind the text, that it is the sender they refuse.
    if isinstance(error, smtplib.SMTPSenderRefused) or "sender" in said.lower():
        raise MailSenderRefused(detail, **facts) from error
    if to:
        raise MailReaderRefused(detail, **facts) from error
    raise MailRefused(detail, **facts) from error
