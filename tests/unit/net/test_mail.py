"""Mail goes out, or a person reads why not."""

import email
import email.policy
import threading
import time

import pytest

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.mailbox import STARTTLS, TLS, Mailbox
from coophost_gui.kit.problems import Cancelled
from coophost_gui.kit.store import Settings
from coophost_gui.net import mail
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
from coophost_gui.net.problems import (
    AddressRefused,
    AnswerCut,
    CertificateExpired,
    CertificateUntrusted,
    CertificateWrongName,
    NameUnknown,
)
from tests.unit.net.mail_server import MailServer
from tests.unit.net.peers import Authority, listening, names, serving

HOST, USER, PASSWORD = "mail.coop.test", "us@coop.test", "pa ñ"


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def context(authority):
    return authority.context(HOST)


@pytest.fixture
def settings(authority):
    table = {HOST: ["127.0.0.1"], "other.coop.test": ["127.0.0.1"]}
    with serving(names(table)) as port:
        yield Settings(resolver=f"127.0.0.1:{port}", certificates=str(authority.path))


def box(port, security=TLS, host=HOST):
    return Mailbox(host, port, security, USER, "kitchen@coop.test")


def send(mailbox, settings, to="me@coop.test", password=PASSWORD):
    mail.send(Job(), mailbox, password, settings, to=to, subject="Arriba?", text="Número 1234.")


@pytest.mark.parametrize("security", [TLS, STARTTLS])
@pytest.mark.parametrize("offers", ["AUTH PLAIN", "AUTH LOGIN"])
def test_a_mail_is_handed_over_secured_with_any_letters_in_the_password(
    context, settings, security, offers
):
    server = MailServer(context, security, says={"EHLO": offers})
    with serving(server) as port:
        mail.log_in(Job(), box(port, security), PASSWORD, settings)
        assert server.taken == []
        send(box(port, security), settings)
    [taken] = server.taken
    message = email.message_from_bytes(taken, policy=email.policy.default)
    assert (message["From"], message["To"]) == ("kitchen@coop.test", "me@coop.test")
    assert message.get_content().strip() == "Número 1234."
    assert message["Message-ID"].endswith("@coop.test>")
    assert "mail from:<kitchen@coop.test>" in " ".join(server.heard).lower()
    assert {line for line in server.heard if line[:4].upper() == "EHLO"} == {"ehlo [127.0.0.1]"}


SAYS = {
    "a wrong password": ({"AUTH": "535 5.7.8 no"}, MailLoginRefused),
    "a password of its own wanted": ({"AUTH": "534 5.7.9 app password"}, MailLoginRefused),
    "too many tries": ({"AUTH": "454 4.7.0 later"}, MailLater),
    "not as this sender": ({"MAIL": "553 5.7.1 not yours"}, MailSenderRefused),
    "not as this sender, said late": (
        {"RCPT": "553 5.7.1 <k>: Sender address rejected: not owned by user"},
        MailSenderRefused,
    ),
    "no such reader": ({"RCPT": "550 5.1.1 no such user"}, MailReaderRefused),
    "everybody waits at first": ({"RCPT": "450 4.2.0 greylisted"}, MailLater),
    "busy": ({"GREETING": "421 4.3.2 busy"}, MailLater),
    "not you": ({"GREETING": "554 5.7.1 your address is on a list"}, MailRefused),
    "not this text": ({"END": "554 5.7.1 spam"}, MailRefused),
    "hung up": ({"DATA": None}, AnswerCut),
    "no login here": ({"EHLO": "SIZE"}, MailNoLogin),
}


@pytest.mark.parametrize("says", SAYS.values(), ids=SAYS.keys())
def test_each_refusal_has_its_words(context, settings, says):
    said, problem = says
    server = MailServer(context, says=said)
    with serving(server) as port, pytest.raises(problem) as caught:
        send(box(port), settings)
    assert type(caught.value) is problem
    reply = next((text for text in said.values() if text and text[0] in "45"), "")
    assert reply[4:] in caught.value.detail
    assert PASSWORD not in caught.value.detail


def test_the_certificate_must_be_good_and_the_mail_servers_own(authority, context, settings):
    with serving(MailServer(context)) as port:
        with pytest.raises(CertificateWrongName):
            send(box(port, host="other.coop.test"), settings)
        with pytest.raises(CertificateUntrusted):
            send(box(port), Settings(resolver=settings.resolver))
    server = MailServer(authority.context("mail.coop.test", days=-1), STARTTLS)
    with serving(server) as port, pytest.raises(CertificateExpired):
        send(box(port, STARTTLS), settings)
    assert not any("AUTH" in line for line in server.heard)


def test_the_other_way_of_securing_is_named(context, settings, monkeypatch):
    monkeypatch.setattr(mail, "SECONDS", 0.2)
    with serving(MailServer(context, STARTTLS)) as port, pytest.raises(MailOtherWay):
        send(box(port, TLS), settings)
    with listening() as port, pytest.raises(MailOtherWay):  # waits to be greeted in TLS
        send(box(port, STARTTLS), settings)
    with serving(MailServer(context, "")) as port, pytest.raises(MailNotSecured):
        send(box(port, STARTTLS), settings)


def test_a_port_that_nobody_answers_at_is_named(settings, monkeypatch):
    with listening() as free:
        pass
    with pytest.raises(AddressRefused):
        send(box(free), settings)
    with pytest.raises(NameUnknown):
        send(box(465, host="nobody.coop.test"), settings)

    def silent(*_):
        raise TimeoutError("timed out")

    monkeypatch.setattr("coophost_gui.net.wire.connect", silent)  # a filter swallows every packet
    with pytest.raises(MailPortShut) as caught:
        send(box(465), settings)
    assert "465" in str(caught.value)


def test_a_stop_is_heard_in_the_middle(settings):
    job = Job()
    with listening() as port:
        threading.Timer(0.1, job.cancel).start()
        began = time.monotonic()
        with pytest.raises(Cancelled):
            mail.log_in(job, box(port, STARTTLS), PASSWORD, settings)
    assert time.monotonic() - began < 15
