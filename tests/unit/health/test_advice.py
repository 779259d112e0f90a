"""One next step for every verdict."""

from coophost_gui.health import reasons
from coophost_gui.health.advice import FOR_REASONS, FOR_STATES, NOTHING, WAIT, next_step
from coophost_gui.health.judge import State, level
from coophost_gui.kit.text import said


def test_every_reason_and_every_state_has_a_next_step():
    named = {
        found
        for name, found in vars(reasons).items()
        if name.isupper() and not name.startswith("_") and isinstance(found, str)
    }
    assert set(FOR_REASONS) == named
    assert set(FOR_STATES) == {state for state in State if level(state) != "good"}


def test_what_is_well_needs_nothing_and_what_is_under_way_needs_patience():
    assert next_step(State.WELL, "It answers.") == NOTHING
    assert next_step(State.STARTING, said(reasons.ENDED, code=3)) == WAIT


def test_a_reason_is_found_inside_the_sentence_that_names_the_part():
    inner = said(reasons.MEMORY, limit="256 MB")
    outer = said("{part}: {reason}", part="db", reason=inner)
    assert next_step(State.RESTARTING, outer) == FOR_REASONS[reasons.MEMORY]
    assert next_step(State.STUCK, "A change was stopped half-way.") == FOR_STATES[State.STUCK]
