"""Outgoing mail with a real mail server (exim), a real server, and a real app that gets it."""

import re
import time

import pytest

from coophost_gui.flows import wizard
from coophost_gui.hosts.base import Login, Real
from coophost_gui.hosts.reach import Connections
from coophost_gui.kit.flow import Answers
from coophost_gui.kit.jobs import Asked, Job
from coophost_gui.kit.mailbox import STARTTLS, TLS
from coophost_gui.kit.plan import carry_out
from coophost_gui.kit.secrets import MemorySecrets
from coophost_gui.kit.store import Settings
from coophost_gui.net.mail_problems import (
    MailLater,
    MailLoginRefused,
    MailOtherWay,
    MailPortShut,
    MailReaderRefused,
    MailSenderRefused,
)
from coophost_gui.net.problems import AddressRefused, CertificateUntrusted, CertificateWrongName
from coophost_gui.recipes.abra import AbraFolder
from coophost_gui.servers.outgoing_mail import ServerNeedsOtherPort, mail_state
from coophost_gui.servers.world import RealWeb, World
from tests.testbed.mail_server import NAME, PASSWORD, SENDER, USER

pytestmark = pytest.mark.testbed

TOLD = {
    "server": "alpha",
    "sender": SENDER,
    "host": NAME,
    "user": USER,
    "mail_password": PASSWORD,
    "security": TLS,
    "port": "",
    "to": "me@coop.test",
}
# The mail plugin of the starter, run as WordPress runs it, and one mail sent with it.
SEND = """
function add_filter($name, $act) {}
function add_action($name, $act) { $GLOBALS['act'] = $act; }
require '/var/www/html/wp-content/mu-plugins/starter-mail.php';
foreach (['Exception', 'SMTP', 'PHPMailer'] as $part) {
    require "/usr/src/wordpress/wp-includes/PHPMailer/$part.php";
}
$mail = new PHPMailer\\PHPMailer\\PHPMailer(true);
$GLOBALS['act']($mail);
$mail->SMTPOptions = ['ssl' => ['cafile' => '/tmp/root.pem']];
$mail->setFrom(getenv('SMTP_FROM'));
$mail->addAddress('members@coop.test');
$mail->Subject = 'From the website';
$mail->Body = 'The garden opens on Sunday.';
$mail->send();
"""


@pytest.fixture
def settings(services, names, mail_server):
    names.point(NAME, mail_server.address)
    return {"resolver": names.resolver, "certificates": str(services.trusted)}


@pytest.fixture
def world(tmp_path, swarm_server, settings):
    secrets = MemorySecrets()
    made = World(
        world=Real,
        abra=AbraFolder(tmp_path / "abra"),
        hosts=Connections(secrets, tmp_path / "ssh"),
        secrets=secrets,
        ssh_dir=tmp_path / "ssh",
        docker_dir=tmp_path / "docker",
        web=RealWeb(lambda: Settings(**settings)),
    )
    made.abra.add_server("alpha")
    login = Login("alpha", swarm_server.address, swarm_server.port, "root", swarm_server.password)

    def compare(event):
        if isinstance(event, Asked):
            event.answer.set_result(swarm_server.fingerprint)

    made.hosts.first_contact(Job(compare), login)
    yield made
    made.close()


def reading(mail_server):
    """Return a job whose person waits for the mail and types back its number."""
    before = len(mail_server.mails())

    def listen(event):
        if isinstance(event, Asked):
            deadline = time.monotonic() + 20
            while len(mail_server.mails()) == before:
                assert time.monotonic() < deadline, "no mail came"
                time.sleep(0.1)
            number = re.search(r"number is (\d{4})", mail_server.mails()[-1])
            event.answer.set_result(number[1])

    return Job(listen)


def walk(world, **more):
    flow, answers = wizard("outgoing_mail").make(world), Answers(TOLD | more)
    for page in flow.walk(answers):
        assert page.problems(answers) == {}
        if page.verify:
            page.verify(Job(), answers)
    return flow.plan(Job(), answers)


def test_a_mail_to_oneself_proves_it_both_ways_and_again(world, mail_server):
    for security, port in ((TLS, 465), (STARTTLS, 587)):
        steps = walk(world, security=security)
        assert carry_out(steps, reading(mail_server)) == 2
        assert carry_out(steps, Job()) == 0
        there = mail_state(world, "alpha")
        assert (there.mailbox.port, there.reached, bool(there.arrived)) == (port, True, True)
    assert "El número és" in mail_server.mails()[-1]
    assert PASSWORD not in (world.abra.server_dir("alpha") / "coophost.yml").read_text()


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        ({"mail_password": "wrong"}, MailLoginRefused),
        ({"sender": "mayor@coop.test"}, MailSenderRefused),
        ({"port": "587"}, MailOtherWay),
        ({"port": "466"}, AddressRefused),
        ({"host": "other.coop.test"}, CertificateWrongName),
        ({"host": "empty.coop.test"}, MailPortShut),
    ],
    ids=lambda value: "-".join(value) if isinstance(value, dict) else "",
)
def test_what_is_wrong_is_said_before_anything_is_written(
    world, names, mail_server, swarm_server, wrong, problem
):
    names.point("other.coop.test", mail_server.address)
    names.point("empty.coop.test", swarm_server.address.rpartition(".")[0] + ".77")
    with pytest.raises(problem) as caught:
        walk(world, **wrong)
    assert type(caught.value) is problem
    assert mail_state(world, "alpha").mailbox is None


def test_an_authority_that_nobody_trusts_and_a_mail_server_that_is_down(
    world, settings, mail_server
):
    trusted = settings.pop("certificates")
    with pytest.raises(CertificateUntrusted):
        walk(world)
    settings["certificates"] = trusted
    with mail_server.away(), pytest.raises(AddressRefused):
        walk(world)
    walk(world)


def test_a_reader_that_is_refused_or_told_to_wait(world, mail_server):
    for to, problem in (("later@coop.test", MailLater), ("me@elsewhere.test", MailReaderRefused)):
        with pytest.raises(problem):
            carry_out(walk(world, to=to), Job())
        assert not mail_state(world, "alpha").arrived
    assert carry_out(walk(world), reading(mail_server)) == 1


def test_ports_that_the_servers_provider_closes_are_found(world, swarm_server, mail_server):
    def close(port):
        rule = ("-d", mail_server.address, "-p", "tcp", "--dport", port, "-j", "DROP")
        swarm_server.run("iptables", "-I", "OUTPUT", *rule)

    close("465")
    with pytest.raises(ServerNeedsOtherPort) as caught:
        walk(world)
    assert caught.value.facts["other"] == 587
    close("587")
    steps = walk(world)
    assert "does not reach" in " ".join(map(str, steps[0].detail))
    carry_out(steps, reading(mail_server))
    there = mail_state(world, "alpha")
    assert (there.reached, bool(there.arrived)) == (False, True)


def test_a_new_app_gets_the_mailbox_and_its_mail_arrives(
    world, services, swarm_server, mail_server, stand_ins
):
    carry_out(walk(world), reading(mail_server))
    told = {
        "recipe": "starter-wordpress",
        "server": "alpha",
        "domain": "site.coop.test",
        "mail": True,
        "skip_name_check": True,
    }
    flow, answers = wizard("new_app").make(world), Answers(told)
    asked = []
    for page in flow.walk(answers):
        asked += [field.key for field in page.questions(answers)]
        if page.verify:
            page.verify(Job(), answers)
    assert asked.count("mail") == 1
    carry_out(flow.plan(Job(), answers), Job())  # nobody is asked for the password again
    inside = swarm_server.docker("ps", "-q", "--filter", "name=site_coop_test_app").split()[0]
    environment = swarm_server.docker("exec", inside, "env").splitlines()
    assert {f"SMTP_HOST={NAME}", "SMTP_PORT=465", "SMTP_SECURE=ssl"} <= set(environment)
    assert swarm_server.docker("exec", inside, "cat", "/run/secrets/smtp_password") == PASSWORD
    assert not any(PASSWORD in line for line in environment)
    root = services.trusted.read_text()
    swarm_server.docker("exec", "-i", inside, "sh", "-c", "cat > /tmp/root.pem", stdin=root)
    swarm_server.docker("exec", inside, "php", "-r", SEND)
    deadline = time.monotonic() + 20
    while "The garden opens on Sunday." not in mail_server.mails()[-1]:
        assert time.monotonic() < deadline, "the app's mail did not arrive"
        time.sleep(0.2)
