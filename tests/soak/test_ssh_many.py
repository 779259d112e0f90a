"""Many more generated files, read by OpenSSH and by us (``make soak-5``)."""

import pytest

from tests.e2e.test_known_hosts import pair
from tests.e2e.verdicts import Verdicts
from tests.unit.hosts.config_files import Files, difference

MANY_KNOWN, MANY_CONFIG = 1000, 2000

__all__ = ["pair"]


@pytest.mark.timeout(3600)
def test_known_hosts_lead_both_to_the_same(pair, own_home):
    verdicts = Verdicts(*pair, own_home / ".ssh")
    found = [told for seed in range(MANY_KNOWN) if (told := verdicts.difference(seed))]
    assert found == []
    assert MANY_KNOWN / 5 < verdicts.accepted < MANY_KNOWN * 4 / 5


@pytest.mark.timeout(3600)
def test_settings_mean_what_ssh_takes_them_for(own_home):
    found = []
    for seed in range(MANY_CONFIG):
        files = Files(own_home, seed)
        if told := difference(files.config, files.name):
            found.append(f"seed {seed}: {told}")
    assert found == []
