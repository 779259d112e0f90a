"""Outgoing mail: told once, proven by a mail that arrived, given to the apps that want it."""

import json
import re
from dataclasses import replace

import pytest

from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.secrets import secrets_step
from coophost_gui.cli.main import parser
from coophost_gui.cli.terminal import Terminal
from coophost_gui.flows import wizard
from coophost_gui.flows.new_app import new_app
from coophost_gui.hosts.base import Result
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.mailbox import TLS, Mailbox
from coophost_gui.kit.plan import carry_out, unkept
from coophost_gui.kit.store import Collective
from coophost_gui.net.mail_problems import MailLoginRefused
from coophost_gui.servers import mail_providers
from coophost_gui.servers.mail_providers import usual
from coophost_gui.servers.outgoing_mail import (
    MailDidNotArrive,
    MailPasswordMissing,
    ServerNeedsOtherPort,
    mail_state,
    proof_step,
)
from tests.unit.apps.recipes import Web as Pages
from tests.unit.apps.recipes import practice_server, practice_world

BOX = Mailbox("mail.coop.test", 465, TLS, "us@coop.test", "kitchen@coop.test")
TOLD = {
    "server": "alpha",
    "sender": "kitchen@coop.test",
    "host": "mail.coop.test",
    "user": "us@coop.test",
    "mail_password": "pa ñ",
    "security": "tls",
    "port": "",
    "to": "me@coop.test",
}
PORTS = "bash -s mail-ports mail.coop.test 465 587"


class Web(Pages):
    """Pages, and a mail server that knows one password."""

    def __init__(self):
        super().__init__()
        self.mails = []

    def log_in_to_mail(self, job, mailbox, password):
        if password != "pa ñ":
            raise MailLoginRefused(host=mailbox.host, user=mailbox.user)

    def send_mail(self, job, mailbox, password, *, to, subject, text):
        self.log_in_to_mail(job, mailbox, password)
        self.mails.append((mailbox, to, subject, text))


@pytest.fixture
def world(tmp_path):
    host = practice_server(1000.0, answers={PORTS: Result(0, "465=open\n587=open\n", "")})
    return replace(practice_world(tmp_path, host), web=Web())


def reading(world, answer=None):
    """Return a job whose person reads the newest mail, or types *answer*."""

    def listen(event):
        if isinstance(event, Asked):
            number = re.search(r"\b\d{4}\b", world.web.mails[-1][3])[0]
            typed = number if answer is None else answer
            assert not event.field.problem(typed)
            assert event.field.problem(str(int(number) + 1))
            event.answer.set_result(typed)

    return Job(listen)


def walk(world, told=TOLD):
    flow, answers = wizard("outgoing_mail").make(world), Answers(told)
    for page in flow.walk(answers):
        assert page.problems(answers) == {}
        if page.verify:
            page.verify(Job(), answers)
    return flow, answers


def set_up(world, told=TOLD):
    flow, answers = walk(world, told)
    carry_out(flow.plan(Job(), answers), reading(world))


def test_it_is_kept_with_the_server_without_the_password_and_proven_by_a_mail(world):
    folder = world.abra.server_dir("alpha")
    Collective(name="Kitchen", more={"colour": "green"}).write(folder)
    flow, answers = walk(world)
    steps = flow.plan(Job(), answers)
    assert [step.key for step in steps] == ["mailbox", "proof"]
    assert not mail_state(world, "alpha").mailbox
    assert world.web.mails == [], "nothing happens before the plan was seen"
    assert carry_out(steps, reading(world)) == 2
    assert unkept(steps, Job()) == []
    told = Collective.read(folder)
    assert (told.name, told.more["colour"]) == ("Kitchen", "green")
    there = mail_state(world, "alpha")
    assert there.mailbox == BOX
    assert there.reached
    assert "pa ñ" not in (folder / Collective.FILE).read_text()
    assert world.secrets.get(BOX.secret) == "pa ñ"
    [(mailbox, to, _, text)] = world.web.mails
    assert (mailbox, to) == (BOX, "me@coop.test")
    assert all(word in text for word in ("The number", "El número és", "El número es"))
    assert "kitchen@coop.test" in str(flow.ending(Job(), answers).title)


def test_opened_again_it_is_tried_again_with_the_password_that_is_kept(world):
    set_up(world)
    told = {key: value for key, value in TOLD.items() if key not in ("mail_password", "to")}
    flow, answers = walk(world, told)
    later = proof_step(world, "alpha", BOX, "pa ñ", "me@coop.test", now=lambda: 4e9)
    assert not later.is_done(Job())
    assert [len(flow.plan(Job(), answers)), world.secrets.get(BOX.secret)] == [2, "pa ñ"]
    world.secrets.forget(BOX.secret)
    with pytest.raises(MailPasswordMissing):
        flow.plan(Job(), answers)


def test_a_mail_that_nobody_saw_proves_nothing(world):
    flow, answers = walk(world)
    steps = flow.plan(Job(), answers)
    with pytest.raises(MailDidNotArrive):
        carry_out(steps, reading(world, ""))
    assert mail_state(world, "alpha").mailbox == BOX
    assert not mail_state(world, "alpha").arrived
    assert carry_out(steps, reading(world)) == 1
    assert len(world.web.mails) == 2


def test_a_wrong_password_stays_on_its_page(world):
    with pytest.raises(MailLoginRefused):
        walk(world, TOLD | {"mail_password": "wrong"})
    assert world.secrets.get(BOX.secret) is None


@pytest.mark.parametrize(
    ("said", "problem", "reached"),
    [
        ("465=shut\n587=open\n", ServerNeedsOtherPort, None),
        ("465=shut\n587=shut\n", None, False),
        ("465=open\n587=shut\n", None, True),
    ],
)
def test_what_the_server_itself_reaches_is_said(world, said, problem, reached):
    world.hosts.host.answers[PORTS] = Result(0, said, "")
    if problem:
        with pytest.raises(problem) as caught:
            walk(world)
        assert "587" in str(caught.value)
        return
    set_up(world)
    flow, answers = walk(world)
    assert mail_state(world, "alpha").reached is reached
    ending = str(flow.ending(Job(), answers).intro)
    assert ("does not reach" in ending) is not reached


def test_a_second_server_of_the_collective_is_not_asked_again(world):
    set_up(world)
    world.abra.add_server("beta")
    flow = wizard("outgoing_mail").make(world)
    answers = Answers({"server": "beta"})
    defaults = {field.key: field.default for field in flow.fields(answers)}
    wanted = {"sender": BOX.sender, "host": BOX.host, "user": BOX.user, "security": TLS}
    assert wanted.items() <= defaults.items()
    assert all(page.problems(answers) == {} for page in flow.walk(answers))


@pytest.mark.parametrize(
    ("key", "wrong"),
    [
        ("sender", "kitchen"),
        ("sender", "kítchen@coop.test"),
        ("host", "mail server"),
        ("port", "70000"),
        ("port", "x"),
        ("user", " "),
        ("mail_password", ""),
        ("to", "me"),
    ],
)
def test_what_cannot_be_right_is_said_at_once(world, key, wrong):
    flow, answers = wizard("outgoing_mail").make(world), Answers(TOLD | {key: wrong})
    assert [found for page in flow.walk(answers) for found in page.problems(answers)] == [key]


def test_known_providers_fill_in_what_they_publish():
    assert usual("us@mailbox.org") == Mailbox(
        "smtp.mailbox.org", 465, TLS, "us@mailbox.org", "us@mailbox.org"
    )
    assert (usual("us@web.de").user, usual("us@WEB.DE").host) == ("us", "smtp.web.de")
    assert usual("us@coop.test").host == ""
    for provider in mail_providers._providers().values():
        assert all(provider[key] for key in ("host", "security", "user", "source", "date"))


WORDPRESS = {"recipe": "starter-wordpress", "domain": "site.example.org", "server": "alpha"}
HEDGEDOC = WORDPRESS | {"recipe": "starter-hedgedoc", "domain": "notes.example.org"}


def keys(world, told):
    flow, answers = wizard("new_app").make(world), Answers(told)
    flow.pages[0].verify(Job(), answers)
    return [field.key for field in flow.fields(answers)], flow.plan(Job(), answers)


def test_a_new_app_is_asked_once_whether_it_may_send_mail(world):
    assert "mail" not in keys(world, WORDPRESS)[0]
    set_up(world)
    asked, steps = keys(world, WORDPRESS)
    assert asked.count("mail") == 1
    carry_out(steps[:1], Job())
    env = world.abra.app("site.example.org").env()
    assert env.get("SMTP_HOST") == "mail.coop.test"
    assert env.get("COMPOSE_FILE") == "compose.yml:compose.mail.yml"
    app = new_app(world, "alpha", "site.example.org")
    work = Deployment(world, world.hosts.host, app)
    engine = world.hosts.host.engine
    put = {}
    post = engine.post

    def remember(job, path, body=None, **more):
        if path == "/secrets/create":
            put[body["Name"].removeprefix("site_example_org_")] = body["Data"]
        return post(job, path, body, **more)

    engine.post = remember
    carry_out([secrets_step(work)], Job())  # nobody is asked: such a job would end here
    assert put["smtp_password_v1"] == "cGEgw7E="
    assert "mail" not in keys(world, HEDGEDOC)[0], "it sends none"


def test_no_means_no(world):
    set_up(world)
    _, steps = keys(world, WORDPRESS | {"mail": False})
    assert not any("SMTP" in str(line) for line in steps[0].detail)


def test_the_same_from_a_terminal(world, capsys):
    args = parser().parse_args(["server", "mail", "alpha", "--json"])
    terminal = Terminal(json=True, yes=True, prepared=TOLD, make_world=lambda: world)
    given = terminal.answer

    def answer(question, facts=None):
        if question.key == "number":
            return re.search(r"\b\d{4}\b", world.web.mails[-1][3])[0]
        return given(question, facts)

    terminal.answer = answer
    assert args.run(args, terminal) == 0
    capsys.readouterr()
    args = parser().parse_args(["server", "list", "--json"])
    assert args.run(args, terminal) == 0
    [row] = json.loads(capsys.readouterr().out)
    assert row["mail"] == "kitchen@coop.test"
    assert row["mail_arrived"].endswith("Z")


def test_a_mailbox_that_somebody_wrote_by_hand_is_read_or_left_alone(world):
    folder = world.abra.server_dir("alpha")
    for mail, found in (
        (
            {"host": "m.org", "user": "u", "sender": "s@m.org"},
            Mailbox("m.org", 465, TLS, "u", "s@m.org"),
        ),
        ({"host": "m.org", "port": "x", "user": "u", "sender": "s@m.org"}, None),
        ({"host": "m.org"}, None),
        ({"host": "m.org", "port": "²", "user": "u", "sender": "s@m.org"}, None),
        ({"host": "m.org", "port": "99999", "user": "u", "sender": "s@m.org"}, None),
    ):
        Collective(mail=mail).write(folder)
        assert mail_state(world, "alpha").mailbox == found
    Collective(mail={**BOX.data(), "arrived": "last week"}).write(folder)
    assert mail_state(world, "alpha").arrived == ""
    (folder / Collective.FILE).write_text(
        "mail: {host: m.org, user: u, sender: s@m.org, arrived: 2026-11-12 10:00:00+00:00}\n"
    )
    assert mail_state(world, "alpha").arrived == "2026-11-12T10:00:00Z"
