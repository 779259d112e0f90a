"""The languages that there are: one file each in ``resources/translations``.

English is in the program itself.  A language is offered when its file says that it is complete,
which ``make translations`` writes there and a test holds it to.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from coophost_gui.kit import places

COMPLETE = "X-Complete"
NAME = "X-Name"
HEAD = 2000  # letters that hold the header


def _english(count: int) -> int:
    return int(count != 1)


@dataclass(frozen=True)
class Language:
    """What a screen needs to say everything in one language."""

    code: str = "en"
    sentences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    plural: Callable[[int], int] = _english


ENGLISH = Language()


@cache
def offered() -> Mapping[str, str]:
    """Return the languages that one may choose: their codes, and what they call themselves."""
    found = {"en": "English"}
    for path in sorted(places.resource("translations").glob("*.po")):
        with path.open(encoding="utf-8") as file:
            head = file.read(HEAD).partition("\n\n")[0]
        # The first window of somebody who speaks English needs no more of a file than this.
        lines = (line.strip('"').removesuffix("\\n") for line in head.splitlines())
        values = dict(line.split(": ", 1) for line in lines if ": " in line)
        if values.get(COMPLETE) == "yes":
            found[path.stem] = values[NAME]
    return found


def load(code: str) -> Language:
    """Return the language *code*; English when there is none of that name.

    A translation whose braces are not those of the English is left out: its sentence would
    miss a fact, or break.
    """
    path = places.resource("translations", f"{code}.po")
    if not path.exists():
        return ENGLISH
    from coophost_gui.kit import po  # English needs none

    catalogue = po.read(path.read_text(encoding="utf-8"))
    sentences = {}
    for entry in catalogue.entries:
        if not entry.done:
            continue
        if not entry.fits():
            import logging

            logging.getLogger(__name__).warning("%s: braces differ: %s", code, entry.english)
            continue
        sentences[entry.english] = entry.forms
    return Language(code, sentences, catalogue.plural())


def best(wanted: Iterable[str]) -> str:
    """Return the first of *wanted* (``ca-ES``, ``es``) that is offered, else English."""
    there = offered()
    for tag in wanted:
        code = tag.replace("_", "-").partition("-")[0].lower()
        if code in there:
            return code
    return "en"
