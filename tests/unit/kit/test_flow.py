from coophost_gui.kit.fields import Secret, Text, YesNo
from coophost_gui.kit.flow import Answers, Ending, Flow, Page

ADDRESS = Text("address", "Address", "", problem=lambda v: "" if v else "Type an address.")
PASSWORD = Secret("password", "Password", "")
MORE = YesNo("more", "More", False)
WHERE = Text("where", "Where", "here")

FIRST = Page("first", "Which?", fields=(ADDRESS, PASSWORD, MORE))
SECOND = Page("second", "More", fields=(WHERE,), applies=lambda answers: answers[MORE])
FLOW = Flow(
    "try",
    "Try",
    (FIRST, SECOND),
    plan=lambda job, answers: [],
    ending=lambda job, answers: Ending("Done"),
    lane=lambda answers: answers[ADDRESS],
)


def test_a_page_that_does_not_apply_is_skipped():
    answers = Answers()
    assert [page.key for page in FLOW.walk(answers)] == ["first"]
    answers[MORE] = True
    assert [page.key for page in FLOW.walk(answers)] == ["first", "second"]


def test_a_page_says_what_is_not_yet_right():
    answers = Answers()
    assert FIRST.problems(answers) == {"address": "Type an address."}
    answers[ADDRESS] = "alpha"
    assert FIRST.problems(answers) == {}


def test_secrets_are_never_among_the_kept_answers():
    answers = Answers({"address": "alpha", "password": "hunter2", "stale": "x"})
    assert answers.kept(FLOW.fields(answers)) == {"address": "alpha"}
    assert "hunter2" not in repr(answers)
