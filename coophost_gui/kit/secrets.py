"""The password store: the system's keyring, or, without one, memory only.

Called only inside jobs: a keyring may show a window of its own and wait for it.
The keyring library is loaded with the first call, since a window must open without it.
"""

from typing import Protocol

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


class SystemSecrets:
    """Keeps passwords in the system's keyring; in memory where there is none that works."""

    def __init__(self) -> None:
        self._memory = MemorySecrets()

    @property
    def lasting(self) -> bool:
        import keyring
        from keyring.backends.fail import Keyring as NoKeyring

        return not isinstance(keyring.get_keyring(), NoKeyring)

    def get(self, name: str) -> str | None:
        if not self.lasting:
            return self._memory.get(name)
        import keyring

        value = keyring.get_password(SERVICE, name)
        if value is not None:
            log.hide(value)
        return value

    def put(self, name: str, value: str) -> None:
        log.hide(value)
        if not self.lasting:
            self._memory.put(name, value)
            return
        import keyring

        keyring.set_password(SERVICE, name, value)

    def forget(self, name: str) -> None:
        if not self.lasting:
            self._memory.forget(name)
            return
        import keyring
        from keyring.errors import PasswordDeleteError

        try:
            keyring.delete_password(SERVICE, name)
        except PasswordDeleteError:
            return
