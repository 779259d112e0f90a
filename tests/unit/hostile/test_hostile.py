"""Hostile input, a little of each kind; many more in ``make soak-6``."""

import shutil
import time

import pytest

from coophost_gui.kit.problems import Problem
from tests.unit.hostile.bent import Bender
from tests.unit.hostile.checks import CHECKS, compose_document, engine_answers, ssh_config, words

PATIENCE = 20.0  # seconds for one input; the slowest takes about one


def run(check, seeds, folder):
    """Run *check* for every one of *seeds*; say which one failed."""
    for seed in seeds:
        place = folder / str(seed)
        place.mkdir()
        began = time.monotonic()
        try:
            check(seed, place)
        except Problem as problem:
            words(problem)
        except Exception as error:
            error.add_note(f"{check.__name__}: seed {seed}")
            raise
        finally:
            shutil.rmtree(place, ignore_errors=True)
        assert time.monotonic() - began < PATIENCE, f"{check.__name__}: seed {seed} is slow"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.__name__)
def test_what_is_nearly_right_ends_in_a_value_or_a_problem(check, tmp_path):
    few, _ = CHECKS[check]
    run(check, range(few), tmp_path)


@pytest.mark.parametrize(
    ("check", "seed"),
    [(compose_document, 26041), (ssh_config, 5526), (engine_answers, 9)],
    ids=lambda one: getattr(one, "__name__", str(one)),
)
def test_what_the_long_run_found_once(check, seed, tmp_path):
    run(check, [seed], tmp_path)


def test_bending_is_repeatable_and_bends():
    text = "services: {app: {image: x}}"
    assert Bender(5).data(text) == Bender(5).data(text)
    bent = [Bender(seed).text(text) for seed in range(100)]
    assert sum(one != text for one in bent) > 80
