"""A made-up wizard that has one of everything, and small tools for the tests of the window."""

import threading

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QWidget

from coophost_gui.hosts.base import FINGERPRINT, SUDO_PASSWORD
from coophost_gui.kit.fields import Choice, Fingerprint, Secret, Text, YesNo
from coophost_gui.kit.flow import Ending, Flow, Page, Shown
from coophost_gui.kit.jobs import Output
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, said

SEAL = "SHA256:pXo1YV6n8Qb2Kc0d7mUetR4zLw9saH3JvE5gNf1iy2U"


class Silent(Problem):
    text = N_("core", "{host} does not answer on port {port}.")
    means = N_("core", "Nothing was changed, and your data are as they were.")
    hint = N_("core", "Check that the server is switched on, and that the address is right.")


class Meanwhile(Problem):
    text = N_("core", "Somebody else changed {host} since this was planned. {what}")
    means = N_("core", "Their change was left as it is. No data were touched.")
    plans_anew = True


class Changed(Problem):
    text = N_("core", "{host} shows another fingerprint than before.")
    means = N_("core", "No password was sent, and nothing was changed.")
    hint = N_("core", "Call the person who looks after the machine before you do anything else.")
    stops = True


ADDRESS = Text(
    "address",
    N_("core", "Address of the server"),
    "",
    N_("core", "The name or the number that your provider gave you for it."),
    problem=lambda value: "" if value else N_("core", "Type the address of your server here."),
    placeholder=N_("core", "for example kitchen.example.org"),
)
PASSWORD = Secret(
    "password",
    N_("core", "Password"),
    "",
    N_("core", "It is used once, to hand over a key of this computer. It is not kept."),
    problem=lambda value: "" if value else N_("core", "Type the password of the server here."),
)
KIND = Choice(
    "kind",
    N_("core", "What kind of machine is it?"),
    "rented",
    options=(
        ("rented", N_("core", "A rented server"), N_("core", "At a provider, paid by the month.")),
        ("own", N_("core", "A computer of our own"), N_("core", "It stands in your place.")),
    ),
)
COPIES = YesNo("copies", N_("core", "Keep copies on another server as well"), False)
COPIES_AT = Text("copies_at", N_("core", "Where to keep the copies"), "")


class World:
    """What the made-up steps change, and what stands in their way."""

    def __init__(self):
        self.true = set()
        self.down = {"alpha"}
        self.changed = set()
        self.uncompared = None
        self.gate = threading.Event()
        self.gate.set()
        self.in_the_way = []
        self.did = []
        self.said = []
        self.ask_sudo = False


def made_up_flow(world, *, ask=False, danger=False):
    def verify(job, answers):
        host = answers[ADDRESS]
        job.progress(None, said(N_("core", "Calling {host}"), host=host))
        with job.closed_on_cancel(world.gate.set):
            world.gate.wait(10)
        job.checkpoint()
        if host in world.down:
            raise Silent("connect: timed out after 10 s", host=host, port=22)
        if host in world.changed:
            raise Changed("key type ssh-ed25519", host=host)
        if ask:
            given = job.ask(FINGERPRINT, host=host, fingerprint=SEAL)
            if given == Fingerprint.IT_DIFFERS:
                raise Changed(host=host)
            world.uncompared = given == Fingerprint.NOT_COMPARED
        if world.ask_sudo:
            world.said.append(job.ask(SUDO_PASSWORD, host=host, user="ada"))

    def step(key, title, why, words, detail=(), danger=""):
        def do(job):
            world.did.append(key)
            job.tell(Output(f"$ working on {key}"))
            for n in range(1, 11):
                job.progress(
                    n / 10, said(N_("core", "{count} of {total} MB"), count=33 * n, total=330)
                )
            with job.closed_on_cancel(world.gate.set):
                world.gate.wait(10)
            job.checkpoint()
            if world.in_the_way:
                raise world.in_the_way.pop()
            world.true.add(key)
            return words

        return Step(key, title, lambda job: key in world.true, do, why, detail, danger=danger)

    def plan(job, answers):
        return [
            step(
                "docker",
                N_("core", "Install what runs the apps (Docker)"),
                N_("core", "Every app lives in a box of its own, so that none can harm another."),
                N_("core", "Version 28 is there now."),
                (N_("core", "The package docker-ce from its makers"), N_("core", "About 330 MB")),
            ),
            step(
                "swarm",
                N_("core", "Let the server look after its apps"),
                N_("core", "Then it starts them again by itself after a power cut."),
                N_("core", "It looks after one machine: itself."),
            ),
            step(
                "door",
                N_("core", "Put up the front door (gateway)"),
                N_("core", "It makes the secure connection (TLS) for every app."),
                N_("core", "It answers on ports 80 and 443."),
                danger=N_("core", "What answers there today is taken away.") if danger else "",
            ),
        ]

    def ending(job, answers):
        return Ending(
            N_("core", "Your server is ready"),
            N_("core", "Now you can find the first app for it."),
            (
                Shown(N_("core", "Address"), answers[ADDRESS]),
                Shown(N_("core", "First password"), "correct horse battery", secret=True),
            ),
            address="https://kitchen.example.org/",
            place="find",
        )

    return Flow(
        "made_up",
        N_("core", "Add a server"),
        [
            Page(
                "where",
                N_("core", "Where is your server?"),
                N_("core", "Your provider sent you these when you rented it."),
                (ADDRESS, PASSWORD),
                verify=verify,
            ),
            Page("kind", N_("core", "What should we know about it?"), "", (KIND, COPIES)),
            Page(
                "copies",
                N_("core", "Where do the copies go?"),
                "",
                (COPIES_AT,),
                applies=lambda answers: answers[COPIES],
            ),
        ],
        plan=plan,
        ending=ending,
        lane=lambda answers: answers[ADDRESS],
        running=N_("core", "Getting it ready"),
    )


def nameless(window):
    """Return the controls that a screen reader could not name."""

    def named(widget):
        face = QAccessible.queryAccessibleInterface(widget)
        return face is None or bool(face.text(QAccessible.Text.Name))

    return [
        widget
        for widget in window.findChildren(QWidget)
        if widget.isVisibleTo(window)
        and widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not named(widget)
    ]
