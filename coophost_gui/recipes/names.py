"""The names that an app has on a server, and how long they may be."""

from collections.abc import Iterable

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

LONGEST_STACK = 45  # abra cuts a longer one
LONGEST_SERVICE = 63  # the engine refuses longer ones
LONGEST_RESOURCE = 64  # secrets and configs


class NameTooLong(Problem):
    """Facts: ``name``, ``too_long`` (characters), ``full`` (the name that does not fit)."""

    text = N_("core", "The address {name} is too long for this app by {too_long} characters.")
    means = N_("core", "Nothing was made yet.")
    hint = N_("core", "Choose a shorter address, for example a shorter first part.")


class NameTooLongByOne(NameTooLong):
    text = N_("core", "The address {name} is too long for this app by one character.")


class NameHasOddCharacters(Problem):
    text = N_("core", "{name} cannot be the name of an app.")
    means = N_("core", "Nothing was made yet.")
    hint = N_("core", "Use small letters, digits, dots and dashes, as in an address.")


def stack_name(app_name: str) -> str:
    """Return what the app called *app_name* is called on the server: dots become ``_``."""
    return app_name.replace(".", "_")[:LONGEST_STACK]


def check_app_name(
    name: str,
    services: Iterable[str],
    secrets: Iterable[str] = (),
    configs: Iterable[str] = (),
    *,
    stack: str = "",
) -> None:
    """Refuse *name* when something of the app would get a name longer than the engine takes.

    *services*, *secrets* and *configs* are what stands behind the stack's name and its
    ``_``: ``app``, ``db_password_v1``, ``entrypoint_v2``.
    """
    stack = stack or stack_name(name)
    if not all(c.isascii() and (c.isalnum() or c in "-_") for c in stack) or not (
        stack[:1].isalnum() and stack[-1:].isalnum()
    ):
        raise NameHasOddCharacters(name=name)
    full = [(LONGEST_SERVICE, f"{stack}_{service}") for service in services]
    full += [(LONGEST_RESOURCE, f"{stack}_{part}") for part in (*secrets, *configs)]
    too_long = [(len(text) - longest, text) for longest, text in full if len(text) > longest]
    if too_long:
        most, text = max(too_long)
        # A longer address than the stack's name can hold is cut first: count that too.
        most += max(0, len(name) - len(stack))
        problem = NameTooLongByOne if most == 1 else NameTooLong
        raise problem(text, name=name, too_long=most, full=text)
