"""What ssh puts in place of ``%h`` and ``${HOME}`` in its settings (ssh_config(5), TOKENS)."""

import hashlib
import os
import pwd
import re
import socket
from collections.abc import Mapping
from pathlib import Path


class BadToken(ValueError):
    """A token that ssh does not know here, or a variable that is not set."""


def system_home() -> str:
    """Return the home folder that ssh takes for ours: the system's, whatever ``HOME`` says."""
    return pwd.getpwuid(os.getuid()).pw_dir


def tokens(
    name: str, hostname: str, port: int, user: str, alias: str = "", jump: str = ""
) -> dict[str, str]:
    """Return the tokens of a connection to *name*, which leads to *hostname*."""
    here = socket.gethostname()
    whole = f"{here}{hostname}{port}{user}{jump}".encode(errors="surrogateescape")
    return {
        "%": "%",
        "C": hashlib.sha1(whole).hexdigest(),
        "L": here.partition(".")[0],
        "d": system_home(),
        "h": hostname,
        "i": str(os.getuid()),
        "j": jump,
        "k": alias or name,
        "l": here,
        "n": name,
        "p": str(port),
        "r": user,
        "u": pwd.getpwuid(os.getuid()).pw_name,
    }


def expand(text: str, values: Mapping[str, str], *, variables: bool = True) -> str:
    """Return *text* with its tokens and, if *variables*, its ``${NAME}`` filled in."""

    def fill(found: re.Match[str]) -> str:
        if found[0].startswith("$"):
            return _variable(found[1]) if variables else found[0]
        if found[0][1:] not in values:
            raise BadToken(f"unknown key {found[0]}")
        return values[found[0][1:]]

    return re.sub(r"\$\{([^}]*)\}|%.?", fill, text, flags=re.DOTALL)


def tilde(text: str) -> str:
    """Return *text* with ``~`` and ``~somebody`` at its beginning filled in."""
    if not text.startswith("~"):
        return text
    who, _, rest = text[1:].partition("/")
    try:
        home = pwd.getpwnam(who).pw_dir if who else system_home()
    except KeyError as error:
        raise BadToken(f"no such user {who}") from error
    return str(Path(home) / rest.lstrip("/")) if rest else f"{home}/"


def _variable(name: str) -> str:
    if name not in os.environ:
        raise BadToken(f"env var ${{{name}}} has no value")
    return os.environ[name]
