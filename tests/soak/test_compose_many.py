"""The compose layer against the docker CLI on many generated stacks (``make soak-1``)."""

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from tests.unit.recipes.generated import stacks
from tests.unit.recipes.test_compose_generated import compare

MANY = 5000


@pytest.mark.timeout(4500)
@given(stacks())
@settings(
    max_examples=MANY,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],  # a case costs 0.2 s: shrinking is for by hand
    suppress_health_check=list(HealthCheck),
)
def test_thousands_of_generated_files_are_read_as_docker_reads_them(files):
    compare(files)
