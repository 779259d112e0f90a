"""The password store: the system's keyring, or, without one, memory only.

Called only inside jobs: a keyring may show a window of its own and wait for it.
"""

from typing import Protocol

import keyring
import keyring.errors
from keyring.backends.fail import Keyring as NoKeyring

from coophost_gui.kit import log

SERVICE = "coophost"


class Secrets(Protocol):
    """Where passwords are kept; ``lasting`` is False when closing the program forgets them."""

    @property
    def lasting(self) -> bool: ...
    def get(self, name: str) -> str | None: ...
    def put(self, name: str, value: str) -> None: ...
    def forget(self, name: str) -> None: ...


class MemorySecrets:
    """Keeps passwords until the program ends."""

    lasting = False

    def __init__(self) -> None:
        self._values: dict[str, str] = {}

    def get(self, name: str) -> str | None:
        return self._values.get(name)

    def put(self, name: str, value: str) -> None:
        log.hide(value)
        self._values[name] = value

    def forget(self, name: str) -> None:
        self._values.pop(name, None)


class KeyringSecrets:
    """Keeps passwords in the system's keyring."""

    lasting = True

    def get(self, name: str) -> str | None:
        value = keyring.get_password(SERVICE, name)
        if value is not None:
            log.hide(value)
        return value

    def put(self, name: str, value: str) -> None:
        log.hide(value)
        keyring.set_password(SERVICE, name, value)

    def forget(self, name: str) -> None:
        try:
            keyring.delete_password(SERVICE, name)
        except keyring.errors.PasswordDeleteError:
            return


def open_secrets() -> Secrets:
    """Return the system's password store if this computer has a working one."""
    if isinstance(keyring.get_keyring(), NoKeyring):
        return MemorySecrets()
    return KeyringSecrets()
