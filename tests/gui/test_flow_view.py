import threading

import pytest
import shiboken6
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QWidget

from coophost_gui.gui.ask_page import FieldPage, FingerprintHelp, FingerprintPage
from coophost_gui.gui.between_pages import LookingPage, StopPage
from coophost_gui.gui.ending_page import EndingPage
from coophost_gui.gui.facts import DOTS
from coophost_gui.gui.fields import Question
from coophost_gui.gui.flow_view import FlowView
from coophost_gui.gui.form_page import FormPage
from coophost_gui.gui.review_page import ReviewPage
from coophost_gui.gui.run_page import RunPage
from coophost_gui.gui.unfinished import Drafts
from coophost_gui.kit import log, places
from coophost_gui.kit.fields import Choice, Fingerprint
from coophost_gui.kit.flow import Answers
from tests.gui.made_up import (
    ADDRESS,
    PASSWORD,
    SEAL,
    Meanwhile,
    Silent,
    World,
    made_up_flow,
    nameless,
)

ANSWERED = {"address": "beta", "password": "a good horse", "kind": "own", "copies": False}


@pytest.fixture
def world():
    world = World()
    yield world
    world.gate.set()


@pytest.fixture
def open_view(qtbot, lanes, dressed):
    views = []

    def open_it(world, answers=(), *, drafts=None, resume=False, **how):
        view = FlowView(
            made_up_flow(world, **how),
            Answers(dict(answers)),
            lanes,
            drafts=drafts,
            resume=resume,
        )
        qtbot.addWidget(view)
        views.append(view)
        view.resize(900, 640)
        with qtbot.waitActive(view):
            view.show()
            view.activateWindow()
        return view

    yield open_it
    for view in views:
        if shiboken6.isValid(view):
            view.stop()


def button(view, name):
    found = view.stage.findChild(QPushButton, name)
    assert found is not None, f"no button {name} on {type(view.stage).__name__}"
    return found


def edit(view, name):
    found = view.stage.findChild(QLineEdit, name)
    assert found is not None, f"no line {name} on {type(view.stage).__name__}"
    return found


def click(qtbot, view, name):
    assert button(view, name).isEnabled(), name
    qtbot.mouseClick(button(view, name), Qt.MouseButton.LeftButton)


def wait_for(qtbot, view, kind, page=None):
    qtbot.waitUntil(
        lambda: isinstance(view.stage, kind) and (page is None or view.stage.page.key == page)
    )


def fill_first_page(qtbot, view, address="beta"):
    edit(view, "address").clear()
    qtbot.keyClicks(edit(view, "address"), address)
    edit(view, "password").clear()
    qtbot.keyClicks(edit(view, "password"), "a good horse")


def go_to_review(qtbot, view):
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    click(qtbot, view, "next")
    wait_for(qtbot, view, ReviewPage)


def texts(view):
    return "\n".join(
        child.text()
        for child in view.stage.findChildren(QWidget)
        if hasattr(child, "text") and child.isVisibleTo(view)
    )


# Pages


def test_the_first_question_has_the_focus_and_the_crumb_says_how_far(qtbot, open_view, world):
    view = open_view(world)
    qtbot.waitUntil(lambda: edit(view, "address").hasFocus())
    assert view.stage.crumb.text() == "Add a server · 1 of 4"
    assert view.stage.headline.text() == "Where is your server?"


def test_what_is_missing_is_said_under_its_question_and_gets_the_focus(qtbot, open_view, world):
    view = open_view(world)
    click(qtbot, view, "next")
    assert "Type the address of your server here." in texts(view)
    assert edit(view, "address").hasFocus()
    qtbot.keyClicks(edit(view, "address"), "beta")
    click(qtbot, view, "next")
    assert edit(view, "password").hasFocus()
    assert "Type the address" not in texts(view)


def test_half_an_answer_is_not_interrupted_while_it_is_typed(qtbot, open_view, world):
    view = open_view(world)
    qtbot.keyClicks(edit(view, "address"), "b")
    edit(view, "address").clear()
    assert "Type the address" not in texts(view)


def test_an_unreachable_server_is_explained_and_can_be_corrected(qtbot, open_view, world):
    view = open_view(world)
    fill_first_page(qtbot, view, "alpha")
    click(qtbot, view, "next")
    qtbot.waitUntil(lambda: view.stage.problem is not None)
    card = view.stage.problem
    assert "alpha does not answer on port 22." in card.sentences
    assert "your data are as they were" in card.sentences
    assert "switched on" in card.sentences
    fill_first_page(qtbot, view, "beta")
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")


def test_try_again_on_the_card_tries_again(qtbot, open_view, world):
    view = open_view(world)
    fill_first_page(qtbot, view, "alpha")
    click(qtbot, view, "next")
    qtbot.waitUntil(lambda: view.stage.problem is not None)
    world.down.clear()
    click(qtbot, view, "try_again")
    wait_for(qtbot, view, FormPage, "kind")


def test_the_report_can_be_copied_and_holds_no_password(qtbot, open_view, world):
    view = open_view(world)
    fill_first_page(qtbot, view, "alpha")
    Silent_detail = "said: a good horse is wrong"
    world.down.clear()
    world.in_the_way = []
    world.refuse = Silent_detail

    def refuse(job, answers):
        raise Silent(Silent_detail, host="alpha", port=22)

    object.__setattr__(view.flow.pages[0], "verify", refuse)
    click(qtbot, view, "next")
    qtbot.waitUntil(lambda: view.stage.problem is not None)
    click(qtbot, view, "copy_report")
    copied = QApplication.clipboard().text()
    assert "alpha does not answer on port 22." in copied
    assert log.HIDDEN in copied
    assert "a good horse" not in copied
    assert "a good horse" not in view.stage.problem.details.toPlainText()


def test_a_slow_check_shows_what_it_does_and_can_be_stopped(qtbot, open_view, world):
    world.gate.clear()
    view = open_view(world)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    qtbot.waitUntil(lambda: view.stage.busy.isVisible())
    qtbot.waitUntil(lambda: "Calling beta" in texts(view))
    assert not button(view, "next").isEnabled()
    qtbot.keyClick(view.stage, Qt.Key.Key_Escape)
    qtbot.wait(30)
    assert view.busy, "Escape must not stop anything by accident"
    click(qtbot, view, "stop")
    qtbot.waitUntil(lambda: not view.busy)
    assert "Stopped. Nothing was changed." in texts(view)
    assert edit(view, "address").isEnabled()
    assert edit(view, "address").text() == "beta"


def test_pages_that_do_not_apply_are_left_out_and_counted_when_they_do(qtbot, open_view, world):
    view = open_view(world)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    assert view.stage.crumb.text() == "Add a server · 2 of 4"
    tick = view.stage.questions[1].editor.control
    qtbot.mouseClick(tick, Qt.MouseButton.LeftButton)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "copies")
    assert view.stage.crumb.text() == "Add a server · 3 of 5"
    click(qtbot, view, "back")
    wait_for(qtbot, view, FormPage, "kind")
    assert view.stage.questions[1].value is True


def test_a_choice_is_made_with_the_arrow_keys_or_by_its_card(qtbot, open_view, world):
    view = open_view(world, {"kind": "rented"})
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    question = view.stage.questions[0]
    assert question.value == "rented"
    question.focus()
    qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Down)
    assert question.value == "own"
    rented = view.stage.findChild(QWidget, "kind=rented")
    qtbot.mouseClick(rented.parentWidget(), Qt.MouseButton.LeftButton)
    assert question.value == "rented"


def test_a_password_is_dots_until_it_is_asked_for(qtbot, open_view, world):
    view = open_view(world)
    line = edit(view, "password")
    editor = view.stage.questions[1].editor
    assert line.echoMode() == QLineEdit.EchoMode.Password
    qtbot.mouseClick(editor.eye, Qt.MouseButton.LeftButton)
    assert line.echoMode() == QLineEdit.EchoMode.Normal
    assert editor.eye.accessibleName() == "Hide: Password"
    view.hide()
    view.show()
    assert line.echoMode() == QLineEdit.EchoMode.Password


# Problems that stop


def test_a_changed_fingerprint_is_a_stop_page_without_try_again(qtbot, open_view, world):
    world.changed.add("beta")
    view = open_view(world)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, StopPage)
    assert "another fingerprint than before" in texts(view)
    assert view.stage.findChild(QPushButton, "try_again") is None
    with qtbot.waitSignal(view.left):
        click(qtbot, view, "leave")


def test_a_mistake_of_ours_is_a_calm_card_with_the_story_in_its_details(
    qtbot, open_view, world, caplog
):
    view = open_view(world)

    def blunder(job, answers):
        raise ZeroDivisionError("a blunder")

    object.__setattr__(view.flow.pages[0], "verify", blunder)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    qtbot.waitUntil(lambda: view.stage.problem is not None)
    card = view.stage.problem
    assert "made a mistake" in card.sentences
    assert "Traceback" not in texts(view)
    assert "ZeroDivisionError" in card.details.toPlainText()
    assert "ZeroDivisionError" in caplog.text


# The fingerprint


@pytest.fixture
def asked(qtbot, open_view, world):
    view = open_view(world, ask=True)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FingerprintPage)
    return view


def test_they_match_is_a_lie_until_they_do(qtbot, asked):
    match = button(asked, "they_match")
    assert edit(asked, "fingerprint").hasFocus()
    assert not match.isEnabled()
    assert "Paste the fingerprint" in match.accessibleDescription()
    qtbot.keyClicks(edit(asked, "fingerprint"), SEAL[:30])
    assert not match.isEnabled()
    assert "Some are missing" in match.accessibleDescription()
    edit(asked, "fingerprint").setText(SEAL)
    assert match.isEnabled()
    assert match.accessibleDescription() == ""
    assert "They are the same, letter by letter." in texts(asked)
    qtbot.keyClick(edit(asked, "fingerprint"), Qt.Key.Key_Return)
    wait_for(qtbot, asked, FormPage, "kind")


def test_return_does_nothing_while_they_do_not_match(qtbot, asked):
    edit(asked, "fingerprint").setText(SEAL.replace("mU", "mV"))
    qtbot.keyClick(edit(asked, "fingerprint"), Qt.Key.Key_Return)
    qtbot.wait(30)
    assert isinstance(asked.stage, FingerprintPage)
    assert "differ from letter 19 on" in texts(asked)


def test_it_is_different_stops_everything(qtbot, asked):
    click(qtbot, asked, "it_differs")
    wait_for(qtbot, asked, StopPage)


def test_back_from_the_question_stops_the_check_and_shows_the_answers_again(qtbot, asked):
    click(qtbot, asked, "back")
    wait_for(qtbot, asked, FormPage, "where")
    qtbot.waitUntil(lambda: not asked.busy)
    assert edit(asked, "address").text() == "beta"
    assert edit(asked, "address").isEnabled()


def test_show_me_shows_ways_to_find_it_and_comes_back_to_what_was_pasted(qtbot, asked):
    edit(asked, "fingerprint").setText(SEAL[:12])
    click(qtbot, asked, "show_me")
    wait_for(qtbot, asked, FingerprintHelp)
    assert "Console" in texts(asked)
    assert asked.stage.findChild(QPushButton, "go_on_uncompared") is None
    click(qtbot, asked, "back_to_comparing")
    wait_for(qtbot, asked, FingerprintPage)
    assert edit(asked, "fingerprint").text() == SEAL[:12]


def test_going_on_without_comparing_takes_a_typed_sentence(qtbot, asked, world):
    click(qtbot, asked, "cannot_find")
    wait_for(qtbot, asked, FingerprintHelp)
    go_on = button(asked, "go_on_uncompared")
    assert not go_on.isEnabled()
    qtbot.keyClicks(edit(asked, "uncompared_sentence"), "yes")
    assert not go_on.isEnabled()
    edit(asked, "uncompared_sentence").clear()
    qtbot.keyClicks(edit(asked, "uncompared_sentence"), "i have not compared it")
    click(qtbot, asked, "go_on_uncompared")
    wait_for(qtbot, asked, FormPage, "kind")
    assert world.uncompared is True


def test_the_fingerprint_cannot_be_copied_from_the_page_into_the_box(asked):
    shown = asked.stage.findChild(QWidget, "shown_fingerprint")
    assert shown.text() == SEAL
    assert not shown.textInteractionFlags() & Qt.TextInteractionFlag.TextSelectableByMouse


def test_another_question_is_a_page_of_the_same_look(qtbot, open_view, world):
    world.ask_sudo = True
    view = open_view(world)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FieldPage)
    assert view.stage.headline.text() == "The administrator password of ada on beta"
    assert edit(view, "sudo_password").hasFocus()
    assert edit(view, "sudo_password").echoMode() == QLineEdit.EchoMode.Password
    qtbot.keyClicks(edit(view, "sudo_password"), "open sesame")
    qtbot.keyClick(edit(view, "sudo_password"), Qt.Key.Key_Return)
    wait_for(qtbot, view, FormPage, "kind")
    assert world.said == ["open sesame"]
    assert log.redact("open sesame") == log.HIDDEN


# Review


def test_nothing_has_happened_before_the_person_says_begin(qtbot, open_view, world):
    view = open_view(world)
    go_to_review(qtbot, view)
    assert world.did == []
    assert "Nothing has happened yet." in texts(view)
    assert "Every app lives in a box of its own" in texts(view)
    details = [b for b in view.stage.findChildren(QPushButton) if b.text() == "What exactly"]
    qtbot.mouseClick(details[0], Qt.MouseButton.LeftButton)
    assert "· About 330 MB" in texts(view)


def test_what_holds_already_is_ticked(qtbot, open_view, world):
    world.true.add("docker")
    view = open_view(world)
    go_to_review(qtbot, view)
    assert "This is so already." in texts(view)


def test_what_cannot_be_undone_is_named_and_never_filled(qtbot, open_view, world):
    view = open_view(world, danger=True)
    go_to_review(qtbot, view)
    assert "What answers there today is taken away." in texts(view)
    begin = button(view, "begin")
    assert begin.kind == "danger"
    assert not begin.isEnabled()
    qtbot.keyClicks(edit(view, "confirm"), "I know that this cannot be undone.")
    click(qtbot, view, "begin")
    wait_for(qtbot, view, EndingPage)


def test_a_plan_that_cannot_be_made_says_why_and_is_made_again(qtbot, open_view, world):
    view = open_view(world)
    plan, tries = view.flow.plan, []

    def refuse(job, answers):
        if not tries:
            tries.append(1)
            raise Silent(host="beta", port=22)
        return plan(job, answers)

    object.__setattr__(view.flow, "plan", refuse)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    click(qtbot, view, "next")
    wait_for(qtbot, view, LookingPage)
    qtbot.waitUntil(lambda: "beta does not answer" in texts(view))
    click(qtbot, view, "try_again")
    wait_for(qtbot, view, ReviewPage)


# Run


def test_the_list_ticks_itself_off_and_the_ending_follows(qtbot, open_view, world):
    view = open_view(world)
    ended = []
    view.finished.connect(ended.append)
    go_to_review(qtbot, view)
    click(qtbot, view, "begin")
    wait_for(qtbot, view, EndingPage)
    assert world.did == ["docker", "swarm", "door"]
    assert [ending.title for ending in ended] == ["Your server is ready"]


def test_stop_here_stops_and_the_same_button_goes_on(qtbot, open_view, world):
    world.true.add("docker")
    view = open_view(world)
    go_to_review(qtbot, view)
    world.gate.clear()
    ran = []
    view.ran.connect(lambda: ran.append(1))
    click(qtbot, view, "begin")
    wait_for(qtbot, view, RunPage)
    page = view.stage
    qtbot.waitUntil(lambda: page.lines["swarm"].state == "now")
    assert page.ticked == {"docker"}
    assert button(view, "stop").text() == "Stop here"
    assert button(view, "stop").kind == "plain"
    click(qtbot, view, "stop")
    qtbot.waitUntil(lambda: not view.busy)
    assert page.headline.text() == "Stopped here"
    assert ran == [1]
    go_on = button(view, "go_on")
    assert go_on is page.button
    assert go_on.hasFocus()
    world.gate.set()
    qtbot.keyClick(go_on, Qt.Key.Key_Return)
    wait_for(qtbot, view, EndingPage)
    assert world.true == {"docker", "swarm", "door"}


def test_a_problem_on_the_way_is_a_card_and_the_same_button_goes_on(qtbot, open_view, world):
    view = open_view(world)
    go_to_review(qtbot, view)
    world.in_the_way.append(Silent("ssh: connection reset", host="beta", port=22))
    click(qtbot, view, "begin")
    qtbot.waitUntil(lambda: isinstance(view.stage, RunPage) and view.stage.problem is not None)
    page = view.stage
    assert page.lines["docker"].state == "halted"
    assert "beta does not answer" in texts(view)
    click(qtbot, view, "go_on")
    wait_for(qtbot, view, EndingPage)


def test_a_plan_that_does_not_fit_any_more_is_shown_anew_by_the_same_button(
    qtbot, open_view, world
):
    view = open_view(world)
    go_to_review(qtbot, view)
    world.in_the_way.append(Meanwhile(host="beta", what="Gone: side"))
    click(qtbot, view, "begin")
    qtbot.waitUntil(lambda: isinstance(view.stage, RunPage) and view.stage.problem is not None)
    assert "Somebody else changed beta since this was planned. Gone: side" in texts(view)
    assert "See the new plan" in button(view, "go_on").text().replace("&", "")
    click(qtbot, view, "go_on")
    wait_for(qtbot, view, ReviewPage)
    click(qtbot, view, "begin")
    wait_for(qtbot, view, EndingPage)


def test_details_show_what_the_server_said_without_secrets(qtbot, open_view, world):
    view = open_view(world)
    go_to_review(qtbot, view)
    world.gate.clear()
    click(qtbot, view, "begin")
    qtbot.waitUntil(lambda: bool(world.did))
    page = view.stage
    from coophost_gui.kit.jobs import Output

    page.hear(Output("password is a good horse"))
    for number in range(5000):
        page.hear(Output(f"line {number}"))
    click(qtbot, view, "details")
    qtbot.waitUntil(lambda: "line 4999" in page.said.toPlainText())
    assert page.said.blockCount() <= 1001
    page.hear(Output("password is a good horse"))
    qtbot.waitUntil(lambda: log.HIDDEN in page.said.toPlainText())
    assert "good horse" not in page.said.toPlainText()


def test_one_waits_for_the_other_on_the_same_server_and_says_so(qtbot, open_view, lanes, world):
    gate = threading.Event()
    lanes.start(lambda job: gate.wait(10), lane="beta", listen=lambda event: None)
    view = open_view(world)
    go_to_review(qtbot, view)
    click(qtbot, view, "begin")
    qtbot.waitUntil(lambda: "Something else is being done" in texts(view), timeout=4000)
    gate.set()
    wait_for(qtbot, view, EndingPage)


# Ending


def test_secrets_are_not_even_on_the_page_until_asked_for(qtbot, open_view, world):
    view = open_view(world)
    go_to_review(qtbot, view)
    click(qtbot, view, "begin")
    wait_for(qtbot, view, EndingPage)
    assert "correct horse" not in texts(view)
    assert DOTS in texts(view)
    secret = view.stage.facts[-1]
    qtbot.mouseClick(secret.eye, Qt.MouseButton.LeftButton)
    assert "correct horse battery" in texts(view)
    view.hide()
    view.show()
    assert "correct horse" not in texts(view)
    with qtbot.waitSignal(view.go) as gone:
        click(qtbot, view, "go_to_place")
    assert gone.args == ["find"]


# Answers on disk


def test_answers_are_kept_without_secrets_and_forgotten_at_the_end(qtbot, open_view, world):
    folder = places.data_dir() / "unfinished"
    view = open_view(world, drafts=Drafts(folder))
    fill_first_page(qtbot, view)
    view.hide()
    kept = (folder / "made_up.yml").read_text()
    assert "beta" in kept
    assert "horse" not in kept
    assert "password" not in kept
    view.show()
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    click(qtbot, view, "next")
    wait_for(qtbot, view, ReviewPage)
    click(qtbot, view, "begin")
    wait_for(qtbot, view, EndingPage)
    assert not (folder / "made_up.yml").exists()


def test_leaving_and_coming_back_shows_the_same_page(qtbot, open_view, world):
    view = open_view(world)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    view.hide()
    view.show()
    assert view.stage.page.key == "kind"


def test_the_program_may_be_closed_in_the_middle_and_goes_on_from_there(qtbot, open_view, world):
    folder = places.data_dir() / "unfinished"
    view = open_view(world, drafts=Drafts(folder))
    go_to_review(qtbot, view)
    world.gate.clear()
    click(qtbot, view, "begin")
    qtbot.waitUntil(lambda: bool(world.did))
    view.stop()
    qtbot.waitUntil(lambda: not view.busy)
    world.gate.set()
    world.true.add("docker")

    drafts = Drafts(folder)
    draft = drafts.get("made_up")
    assert draft.running
    again = open_view(world, draft.answers, drafts=drafts, resume=True)
    wait_for(qtbot, again, FormPage, "where")  # the password was not kept
    qtbot.keyClicks(edit(again, "password"), "a good horse")
    assert edit(again, "address").text() == "beta"
    click(qtbot, again, "next")
    wait_for(qtbot, again, FormPage, "kind")
    click(qtbot, again, "next")
    wait_for(qtbot, again, ReviewPage)
    assert again.stage.headline.text() == "This is what is left to do"
    click(qtbot, again, "begin")
    wait_for(qtbot, again, EndingPage)


def test_coming_back_goes_through_the_pages_that_are_answered(qtbot, open_view, world):
    view = open_view(world, ANSWERED, resume=True)
    wait_for(qtbot, view, ReviewPage)


def test_coming_back_stops_where_the_server_does_not_answer_any_more(qtbot, open_view, world):
    world.down.add("beta")
    view = open_view(world, ANSWERED, resume=True)
    wait_for(qtbot, view, FormPage, "where")
    qtbot.waitUntil(lambda: view.stage.problem is not None)


def test_a_page_that_another_place_answered_is_gone_through_by_itself(qtbot, open_view, world):
    view = open_view(world, {"kind": "own", "copies": True})
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")  # she was asked something before: now she reads on
    assert view.stage.questions[0].value == "own"

    object.__setattr__(view.flow, "pages", view.flow.pages[1:])
    again = FlowView(view.flow, Answers({"kind": "own", "copies": True}), view._lanes)
    qtbot.addWidget(again)
    wait_for(qtbot, again, FormPage, "copies")
    again.stage.back.click()
    wait_for(qtbot, again, FormPage, "kind")


def test_many_options_are_a_list_that_can_be_narrowed(qtbot, dressed):
    options = tuple((f"app{n}", f"App number {n}", "what it is for") for n in range(200))
    question = Question(Choice("app", "Which app?", "app7", options=options), "app7")
    qtbot.addWidget(question)
    question.show()
    assert question.value == "app7"
    editor = question.editor
    qtbot.keyClicks(editor.filter, "number 19")
    shown = [n for n in range(200) if not editor.list.item(n).isHidden()]
    assert shown == [19, *range(190, 200)]
    editor.list.setCurrentRow(190)
    assert question.value == "app190"
    assert nameless(question) == []


def test_two_views_are_at_work_at_once(qtbot, open_view, world):
    other = World()
    one, two = open_view(world, ask=True), open_view(other)
    for view in (one, two):
        fill_first_page(qtbot, view)
        click(qtbot, view, "next")
    wait_for(qtbot, one, FingerprintPage)
    wait_for(qtbot, two, FormPage, "kind")
    edit(one, "fingerprint").setText(SEAL)
    click(qtbot, one, "they_match")
    wait_for(qtbot, one, FormPage, "kind")


def test_a_view_that_goes_away_takes_its_question_with_it(qtbot, open_view, lanes, world):
    view = open_view(world, ask=True)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FingerprintPage)
    view.stop()
    lanes.close()  # would wait for ever if the question still stood


def test_a_view_deleted_without_a_word_stops_its_job(qtbot, lanes, dressed, world):
    world.gate.clear()
    view = FlowView(made_up_flow(world), Answers({"address": "beta", "password": "x"}), lanes)
    view.show()
    view.stage.primary.click()
    assert view.busy
    view.deleteLater()
    qtbot.wait(50)
    lanes.close()


# Keyboard and ears


def test_the_whole_way_by_keyboard(qtbot, open_view, world):
    view = open_view(world, ask=True)
    view.activateWindow()

    def press(key, modifier=Qt.KeyboardModifier.NoModifier):
        qtbot.keyClick(QApplication.focusWidget(), key, modifier)

    def type_in(text):
        qtbot.keyClicks(QApplication.focusWidget(), text)

    def tab_to(name):
        for _ in range(30):
            if QApplication.focusWidget().objectName() == name:
                return
            press(Qt.Key.Key_Tab)
        raise AssertionError(f"Tab never reaches {name}")

    qtbot.waitUntil(lambda: edit(view, "address").hasFocus())
    type_in("beta")
    tab_to("password")
    type_in("a good horse")
    press(Qt.Key.Key_Return)
    wait_for(qtbot, view, FingerprintPage)
    qtbot.waitUntil(lambda: edit(view, "fingerprint").hasFocus())
    tab_to("show_me")
    press(Qt.Key.Key_Space)
    wait_for(qtbot, view, FingerprintHelp)
    press(Qt.Key.Key_Return)
    wait_for(qtbot, view, FingerprintPage)
    type_in(SEAL)
    press(Qt.Key.Key_Return)
    wait_for(qtbot, view, FormPage, "kind")
    press(Qt.Key.Key_Down)
    tab_to("copies")
    press(Qt.Key.Key_Space)
    press(Qt.Key.Key_Return)
    wait_for(qtbot, view, FormPage, "copies")
    type_in("gamma")
    press(Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    wait_for(qtbot, view, FormPage, "kind")
    press(Qt.Key.Key_Return)
    wait_for(qtbot, view, FormPage, "copies")
    press(Qt.Key.Key_N, Qt.KeyboardModifier.AltModifier)
    wait_for(qtbot, view, ReviewPage)
    press(Qt.Key.Key_Escape)
    press(Qt.Key.Key_Return)
    wait_for(qtbot, view, EndingPage)
    assert view.answers[ADDRESS] == "beta"
    tab_to("done")
    with qtbot.waitSignal(view.left):
        press(Qt.Key.Key_Return)


def test_the_letters_of_alt_are_underlined_only_while_alt_is_held(qtbot, open_view, world):
    view = open_view(world)
    assert button(view, "next").text() == "Next"
    qtbot.keyPress(view.stage, Qt.Key.Key_Alt)
    assert button(view, "next").text() == "&Next"
    qtbot.keyRelease(view.stage, Qt.Key.Key_Alt)
    assert button(view, "next").text() == "Next"


def test_every_control_on_every_page_has_a_name(qtbot, open_view, world):
    world.ask_sudo = True
    view = open_view(world, ask=True, danger=True)
    seen = set()

    def check():
        seen.add(type(view.stage))
        assert nameless(view.stage) == []

    fill_first_page(qtbot, view, "alpha")
    click(qtbot, view, "next")
    qtbot.waitUntil(lambda: view.stage.problem is not None)
    click(qtbot, view, "problem_details")
    check()
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FingerprintPage)
    check()
    click(qtbot, view, "cannot_find")
    check()
    click(qtbot, view, "back_to_comparing")
    edit(view, "fingerprint").setText(SEAL)
    click(qtbot, view, "they_match")
    wait_for(qtbot, view, FieldPage)
    check()
    qtbot.keyClicks(edit(view, "sudo_password"), "open sesame")
    click(qtbot, view, "go_on")
    wait_for(qtbot, view, FormPage, "kind")
    check()
    click(qtbot, view, "next")
    wait_for(qtbot, view, ReviewPage)
    check()
    edit(view, "confirm").setText("I know that this cannot be undone")
    world.in_the_way.append(Silent(host="beta", port=22))
    click(qtbot, view, "begin")
    qtbot.waitUntil(lambda: isinstance(view.stage, RunPage) and view.stage.problem is not None)
    click(qtbot, view, "details")
    check()
    click(qtbot, view, "go_on")
    wait_for(qtbot, view, EndingPage)
    check()
    assert len(seen) == 7


def test_the_password_of_a_page_is_taken_out_of_the_log_before_it_is_used(qtbot, open_view, world):
    view = open_view(world)
    fill_first_page(qtbot, view)
    click(qtbot, view, "next")
    wait_for(qtbot, view, FormPage, "kind")
    assert log.redact(view.answers[PASSWORD]) == log.HIDDEN
    assert Fingerprint.NOT_COMPARED not in texts(view)
