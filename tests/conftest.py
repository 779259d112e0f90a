"""What every test gets: a home of its own, no screen, and no thread left behind."""

import os
import signal
import threading
import time

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
# What a test starts is compiled once, as an installed program is, and not at every start.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
# A run in the background of a shell inherits that Ctrl-C is ignored; what we start must hear it.
signal.signal(signal.SIGINT, signal.default_int_handler)

# The same examples everywhere, and no clock: a busy machine is no reason to fail.
settings.register_profile(
    "calm", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("calm")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Give the test a home folder of its own, so that nothing of the person's is touched."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    for name, part in (
        ("XDG_DATA_HOME", "data"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_CONFIG_HOME", "config"),
        ("XDG_STATE_HOME", "state"),
        ("XDG_RUNTIME_DIR", "run"),
    ):
        monkeypatch.setenv(name, str(home / part))
    monkeypatch.delenv("ABRA_DIR", raising=False)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    monkeypatch.delenv("DOCKER_CONFIG", raising=False)
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    return home


@pytest.fixture(autouse=True)
def no_thread_left(own_home):
    """Fail when a test leaves a thread of ours behind."""
    before = set(threading.enumerate())
    yield
    deadline = time.monotonic() + 5
    while left := [t for t in threading.enumerate() if t not in before and t.is_alive()]:
        if time.monotonic() > deadline:
            pytest.fail(f"threads left behind: {[t.name for t in left]}")
        time.sleep(0.02)
