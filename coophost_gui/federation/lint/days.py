"""Days in running text: a weekday that is not the one of its date."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from coophost_gui.federation.lint.folder import Edit, Finding, Folder, lines_of
from coophost_gui.kit.text import N_, said

WEEKDAYS = (
    ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
    ("dilluns", "dimarts", "dimecres", "dijous", "divendres", "dissabte", "diumenge"),
    ("lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"),
)
SHORT = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MONTHS = (
    "january february march april may june july august september october november december",
    "gener febrer març abril maig juny juliol agost setembre octubre novembre desembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "jan feb mar apr may jun jul aug sep oct nov dec",
)
WEEKDAY = {name: day for names in (*WEEKDAYS, SHORT) for day, name in enumerate(names)}
MONTH = {name: at for names in MONTHS for at, name in enumerate(names.split(), start=1)}
_DAY = "|".join(sorted(WEEKDAY, key=len, reverse=True))
_MONTH = "|".join(sorted(MONTH, key=len, reverse=True))
_YEAR = r"(?:,?\s*(?:of\s+|del?\s+)?(?P<year>20\d\d))?"
_BETWEEN = r"\.?\s*,?\s*(?:\(|the\s+|el\s+|dia\s+|día\s+|on\s+)*"
SAID = tuple(
    re.compile(pattern, re.I)
    for pattern in (
        # Monday, 26th of February 2026; dilluns, 26 de febrer de 2026; lunes 26 de febrero
        rf"\b(?P<weekday>{_DAY})\b{_BETWEEN}(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+|de\s+|d['’])?(?P<month>{_MONTH})\b\.?{_YEAR}",
        # Monday, February 26th, 2026
        rf"\b(?P<weekday>{_DAY})\b{_BETWEEN}(?P<month>{_MONTH})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?\b{_YEAR}",
        # Monday 2026-02-26
        rf"\b(?P<weekday>{_DAY})\b{_BETWEEN}(?P<iso>20\d\d-\d\d-\d\d)\b",
        # 2026-02-26 (Monday)
        rf"\b(?P<iso>20\d\d-\d\d-\d\d)\b\s*[,(]?\s*(?P<weekday>{_DAY})\b",
    )
)
YEAR = re.compile(r"\b(20\d\d)\b")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield each weekday that its date contradicts, where the year can be known."""
    known = {
        (day.month, day.day): day.year
        for decision in folder.decisions
        if decision.reading is not None
        for day in (decision.reading.resolution.proposed, decision.reading.resolution.last_day)
        if day is not None
    }
    for path, text in folder.texts.items():
        lines = lines_of(text)
        for number, line in enumerate(lines):
            for pattern in SAID:
                for found in pattern.finditer(line):
                    yield from _judge(folder, path, lines, number, found, known)


def _judge(
    folder: Folder,
    path: Path,
    lines: list[str],
    number: int,
    found: "re.Match[str]",
    known: dict[tuple[int, int], int],
) -> Iterator[Finding]:
    parts = found.groupdict()
    day = None
    if parts.get("iso"):
        day = _day(parts["iso"])
    else:
        month, count = MONTH[parts["month"].lower()], int(parts["day"])
        year = parts.get("year") or known.get((month, count)) or _year(path, lines, number)
        if year is not None:
            day = _day(f"{int(year):04d}-{month:02d}-{count:02d}")
    weekday = WEEKDAY[parts["weekday"].lower()]
    if day is None or day.weekday() == weekday:
        return
    right = next(
        names[day.weekday()] for names in (*WEEKDAYS, SHORT) if parts["weekday"].lower() in names
    )
    yield Finding(
        folder.named(path),
        number + 1,
        "wrong-weekday",
        said(
            N_("core", "“{text}”: {day} is a {right}."),
            text=found[0].strip(" ,.("),
            day=day.isoformat(),
            right=right.capitalize(),
        ),
        N_("core", "Put the weekday or the day right, and tell whoever may have read it."),
        (Edit(number + 1, found[0], found[0].replace(parts["weekday"], _like(parts, right), 1)),),
    )


def _like(parts: dict[str, str], right: str) -> str:
    """Return the weekday *right*, with a big letter where the wrong one had it."""
    return right.capitalize() if parts["weekday"][0].isupper() else right


def _year(path: Path, lines: list[str], number: int) -> str | None:
    """Return the year that *lines* speak of: above, in the file's name, then below."""
    for line in reversed(lines[: number + 1]):
        if found := YEAR.findall(line):
            return str(found[-1])
    if found := YEAR.findall(path.stem.replace("_", " ")):
        return str(found[0])
    for line in lines[number + 1 :]:
        if found := YEAR.findall(line):
            return str(found[0])
    return None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
