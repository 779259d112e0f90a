from coophost_gui.gui.words import tr
from coophost_gui.kit.text import N_, said


def test_facts_fill_the_braces_and_may_be_words_themselves(qapp):
    step = said(N_("core", "Fetch {what}"), what="WordPress")
    assert tr(said(N_("core", "{step}: done"), step=step)) == "Fetch WordPress: done"


def test_braces_of_a_plain_text_and_of_a_fact_are_left_alone(qapp):
    assert tr("a {brace}") == "a {brace}"
    assert tr(said(N_("core", "{name} is there"), name="{x}")) == "{x} is there"


def test_a_missing_fact_leaves_a_gap_and_not_a_broken_page(qapp):
    assert tr(said(N_("core", "{host} is silent on {port}"), host="beta")) == "beta is silent on …"


def test_no_words_are_no_words(qapp):
    assert tr("") == ""
