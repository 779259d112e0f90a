import logging

import pytest

from coophost_gui.kit import log, places
from coophost_gui.kit.secrets import SystemSecrets


@pytest.fixture
def written():
    handler = log.start()
    yield lambda: (places.log_dir() / "coophost.log").read_text()
    logging.getLogger("coophost_gui").removeHandler(handler)
    handler.close()


def test_the_log_is_private(written):
    assert (places.log_dir() / "coophost.log").stat().st_mode & 0o777 == 0o600


def test_a_secret_is_taken_out_even_when_a_server_echoes_it(written):
    log.hide("correct horse\nbattery staple")
    logger = logging.getLogger("coophost_gui.test")
    logger.info("server says: %s", "your password is correct horse")
    try:
        raise ValueError("battery staple")
    except ValueError:
        logger.exception("it went wrong")
    assert "correct horse" not in written()
    assert "battery staple" not in written()
    assert written().count("[hidden]") == 3


def test_a_longer_secret_is_taken_out_before_a_part_of_it():
    log.hide("swordfish")
    log.hide("swordfish-and-chips")
    assert log.redact("swordfish-and-chips") == "[hidden]"


def test_without_a_password_store_secrets_live_in_memory_only_and_it_is_said():
    secrets = SystemSecrets()
    assert not secrets.lasting
    secrets.put("alpha", "in-memory-only")
    assert secrets.get("alpha") == "in-memory-only"
    assert log.redact("in-memory-only") == "[hidden]"
    secrets.forget("alpha")
    assert secrets.get("alpha") is None
    assert SystemSecrets().get("alpha") is None
