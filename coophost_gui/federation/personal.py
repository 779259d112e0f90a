"""What in the files of a record tells of a person, or must stay secret: named before it leaves."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from coophost_gui.kit.text import N_, Words

MAIL, MATRIX, TELEPHONE, BANK, SECRET = "mail", "matrix", "telephone", "bank", "secret"
KINDS: Mapping[str, Words] = {
    MAIL: N_("core", "mail address"),
    MATRIX: N_("core", "name in Matrix"),
    TELEPHONE: N_("core", "telephone number"),
    BANK: N_("core", "bank account"),
    SECRET: N_("core", "password or key"),
}
MATRIX_ID = re.compile(r"(?<![\w/])@[\w.=/+-]+:[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+(?::\d+)?")
ADDRESS = re.compile(r"(?<![\w.+-])[\w.+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")
IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,4})?(?!\w)")
CALLED = re.compile(r"(?<![\w.+:/-])(?:\+|00(?=\d{1,3}[ ().-]))\d(?:[ ().-]{0,2}\d){7,14}(?![\w-])")
NAMED_CALL = re.compile(
    r"(?i:\b(?:tel|telef\w*|phone|mobil\w*|mòbil|móvil)\b)\W{0,5}(\d(?:[ ().-]{0,2}\d){6,14})"
)
KEY = re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")
NAMED_SECRET = re.compile(
    r"(?i:\b(?:password|passwort|contrasenya|contraseña|token|secret|api[_ -]?key)\b)"
    r"\s*[:=]\s*[\"']?([^\s\"']{6,})"
)


@dataclass(frozen=True)
class Found:
    """One piece of personal data: in which file and line (from 1), of which kind, and what.

    A secret is not repeated: its ``text`` is only where it stands.
    """

    path: str
    line: int
    kind: str
    text: str


def personal_data(files: Mapping[str, bytes]) -> list[Found]:
    """Return what *files* (path -> content) tell of persons, in the order of the files."""
    found = []
    for path in sorted(files):
        text = files[path].decode("utf-8", "replace")
        for number, line in enumerate(text.splitlines(), start=1):
            found += [Found(path, number, kind, what) for kind, what in _in(line)]
    return found


def not_yet_known(found: Iterable[Found], known: Iterable[Found]) -> list[Found]:
    """Return those of *found* that the same files did not tell before (*known*)."""
    told = {(one.path, one.kind, one.text) for one in known}
    return [one for one in found if (one.path, one.kind, one.text) not in told]


def _in(line: str) -> list[tuple[str, str]]:
    found = [(MATRIX, one) for one in MATRIX_ID.findall(line)]
    rest = MATRIX_ID.sub(" ", line)
    found += [(MAIL, one) for one in ADDRESS.findall(rest)]
    found += [(BANK, one) for one in IBAN.findall(rest) if _checks(one)]
    rest = IBAN.sub(" ", rest)
    numbers = [*CALLED.findall(rest), *NAMED_CALL.findall(CALLED.sub(" ", rest))]
    found += [(TELEPHONE, one) for one in numbers]
    if KEY.search(line):
        found.append((SECRET, "PRIVATE KEY"))
    found += [(SECRET, line[: match.start(1)].strip()) for match in NAMED_SECRET.finditer(line)]
    return found


def _checks(iban: str) -> bool:
    """Say whether the check digits of *iban* are right (ISO 7064, MOD 97-10)."""
    plain = iban.replace(" ", "")
    if not 15 <= len(plain) <= 34:
        return False
    return int("".join(str(int(c, 36)) for c in plain[4:] + plain[:4])) % 97 == 1
