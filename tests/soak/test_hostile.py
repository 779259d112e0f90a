"""Hostile input, very much of it (``make soak-6``)."""

import resource

import pytest

from tests.unit.hostile.checks import CHECKS
from tests.unit.hostile.test_hostile import run

MOST = 1_000_000  # kB that the whole run may take; an input that swells takes more


@pytest.mark.timeout(4800)
@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_is_nearly_right_ends_in_a_value_or_a_problem(check, tmp_path):
    few, many = CHECKS[check]
    run(check, range(few, many), tmp_path)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < MOST
