"""Outgoing mail in the window: asked, tried with a number to type back, shown on the card."""

import re

import pytest
from PySide6.QtWidgets import QLineEdit

from coophost_gui.gui.ask_page import FieldPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.labels import Label
from coophost_gui.gui.places.servers.page import mail_words
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.window import Window
from coophost_gui.gui.words import tr
from coophost_gui.kit.mailbox import TLS, Mailbox
from coophost_gui.servers.outgoing_mail import MailState, mail_state
from coophost_gui.workshop.practice import practice_world
from tests.gui import staged
from tests.gui.screens import buttons

TOLD = {"sender": "kitchen@mailbox.org", "mail_password": "one two"}


@pytest.fixture
def window(qtbot, tmp_path):
    window = Window(lambda: staged.empty_world(tmp_path), lambda: practice_world(100))
    qtbot.addWidget(window)
    window.resize(1100, 800)
    window.show()
    window.practise()
    world = window.side.context.world
    world.machine.login_key = world.machine.compared = True
    world.abra.add_server("alpha")
    yield window
    window.end()


def test_it_is_asked_tried_and_shown(qtbot, window):
    side, world = window.side, window.side.context.world
    side.go("servers")
    qtbot.waitUntil(lambda: bool(buttons(window, "mail:alpha")), timeout=5_000)
    [button] = buttons(window, "mail:alpha")
    button.click()
    view = side.flow_in("servers")
    asked = []
    while not isinstance(view.stage, EndingPage):
        stage = view.stage
        if isinstance(stage, FormPage):
            asked.append([question.field.key for question in stage.questions])
            for question in stage.questions:
                if value := TOLD.get(question.field.key):
                    question.editor.control.setText(value)
        elif isinstance(stage, FieldPage):
            shown = " ".join(label.text() for label in stage.findChildren(Label))
            number = re.search(r"\b\d{4}\b", world.web.sent[-1][1])[0]
            assert number in shown, "in practice no mail comes"
            stage.findChild(QLineEdit).setText(number)
        if isinstance(stage, FormPage | FieldPage | ReviewPage):
            stage.primary.click()
        qtbot.waitUntil(lambda before=stage: view.stage is not before, timeout=20_000)
    assert asked == [["sender"], ["host", "user", "mail_password", "security", "port"], ["to"]]
    mailbox = Mailbox("smtp.mailbox.org", 465, TLS, TOLD["sender"], TOLD["sender"])
    assert mail_state(world, "alpha").mailbox == mailbox
    view.stage.primary.click()
    qtbot.waitUntil(lambda: bool(buttons(window, "mail:alpha")), timeout=5_000)
    told = " ".join(label.text() for label in side.page("servers").findChildren(Label))
    assert "Outgoing mail works: a mail from kitchen@mailbox.org arrived" in told


BOX = Mailbox("mail.example.org", 465, TLS, "us", "us@example.org")


@pytest.mark.parametrize(
    ("state", "words", "tone"),
    [
        (MailState(), "not set up", "soft"),
        (MailState(BOX), "none was seen to arrive", "wait"),
        (MailState(BOX, "2026-11-12T10:00:00Z", reached=False), "does not reach", "wait"),
        (MailState(BOX, "2026-11-12T10:00:00Z"), "12 November 2026", "good"),
    ],
)
def test_each_state_has_its_words_on_the_card(qapp, state, words, tone):
    said, colour = mail_words("alpha", state)
    assert words in tr(said)
    assert colour == tone
