"""Asking to join a federation: one Markdown file, with what the federation wants to know.

``joining/application.md`` of our own record is what is mailed, copied and given to a sponsor;
two bullets (``Drafted``, ``Sent``) are only for us and are left out of what is sent.  It is in
English, as the federation writes.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from coophost_gui.federation.profile import Profile
from coophost_gui.federation.record import Record, new_id
from coophost_gui.federation.resolution import Resolution, day_of, inside_a_section
from coophost_gui.federation.rules import Ruleset
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import LONGEST, FileUnreadable, write_text
from coophost_gui.kit.text import N_, Words, said

FOLDER, FILE = "joining", "application.md"
FEDERATION = "the Co-op Cloud Federation"
PAID, SOLIDARITY = "paid", "solidarity"
MOST_SENTENCES = 2  # of a summary
LONGEST_LINK = 2000  # letters that mail programs and systems take for certain

ID = re.compile(r"[0-9a-f]{12}")
BULLET = re.compile(r"-\s+([A-Z][a-z]+):\s*(.*)")
SECTION = re.compile(r"##\s+(Summary|Details)\s*")
ENDS = re.compile(r"(?:[.!?]+|…)[\"'”’»)\]]*(?:\s+|$)|\n\s*\n")
SHORTENED = re.compile(  # what ends with a point and is no sentence
    r"(?:^|[\s(])(?:\w|(?:\w\.)+\w|etc|ca|cf|e\.?g|i\.?e|p\.?\s?ex|p\.?\s?ej|vs|no|nr|núm|st|dr|dra|sr|sra|av|approx)$",
    re.I,
)
# attribute -> bullet
BULLETS = {
    "organisation": "Organisation",
    "website": "Website",
    "representative": "Representative",
    "contact": "Contact",
    "sponsor": "Sponsor",
}


class NoApplication(Problem):
    text = N_("core", "{path} does not ask to join.")
    means = N_("core", "It was left untouched, and nothing else was changed.")
    hint = N_("core", "Open the file that the collective sent you, as it came.")


@dataclass(frozen=True)
class Application:
    """What a collective says when it asks to join.

    ``id`` becomes that of the decision about it, so that both are found together.
    A ``solidarity`` membership is free, and nobody asks why.
    """

    id: str  # 12 hex digits
    organisation: str
    summary: str = ""  # Markdown, two sentences
    details: str = ""  # Markdown: what it uses already, and how it would like to take part
    sponsor: str = ""
    representative: str = ""
    contact: str = ""
    website: str = ""
    solidarity: bool = False
    drafted: date | None = None
    sent: date | None = None

    @property
    def subject(self) -> str:
        """Return the subject of the mail, and the title of the decision."""
        return f"{self.organisation} joins {FEDERATION}"


@dataclass(frozen=True)
class MailLink:
    """A ``mailto:`` link; ``whole`` is False where the text was too long to be in it."""

    address: str
    whole: bool


def begin(profile: Profile, today: date) -> Application:
    """Return an application with all that *profile* says already."""
    person = profile.people[0] if profile.people else None
    return Application(
        new_id(),
        " ".join(profile.name.split()),
        summary=profile.tag_line.strip(),
        representative=person.name if person else "",
        contact=(person.address if person else "") or profile.contact,
        website=profile.home_url,
        drafted=today,
    )


def tidy(application: Application) -> Application:
    """Return *application* as its file can say it: one line, or text of its section."""
    lines: dict[str, Any] = {name: " ".join(getattr(application, name).split()) for name in BULLETS}
    summary, details = _section(application.summary), _section(application.details)
    return replace(application, summary=summary, details=details, **lines)


def problems(application: Application) -> dict[str, Words]:
    """Return what is still missing or too long: attribute -> a sentence for people.

    A sponsor may be found later, so she is never missing.
    """
    found: dict[str, Words] = {}
    asked: Mapping[str, Words] = {
        "organisation": N_("core", "What is your collective called?"),
        "summary": N_("core", "Say in two sentences who you are."),
        "details": N_("core", "Say what you use already, and how you would like to take part."),
        "representative": N_("core", "Who speaks for you?"),
        "contact": N_("core", "How can one write to that person?"),
    }
    for name, sentence in asked.items():
        if not getattr(application, name).strip():
            found[name] = sentence
    if "summary" not in found and (count := sentences(application.summary)) > MOST_SENTENCES:
        found["summary"] = said(
            N_("core", "Two sentences are asked for, and these are {count}."), count=count
        )
    return found


def sentences(text: str) -> int:
    """Return how many sentences *text* has; initials and the like end none."""
    count, start = 0, 0
    for found in ENDS.finditer(text):
        before, after = text[start : found.start()].strip(), text[found.end() :]
        shortened = after[:1].islower() or SHORTENED.search(before)
        if found[0].startswith(".") and after and shortened:
            continue
        if before:
            count, start = count + 1, found.end()
    return count + bool(text[start:].strip())


def write(application: Application, *, to_send: bool = False) -> str:
    """Return the file of *application*; ``parse(write(x)) == tidy(x)``."""
    told = tidy(application)
    bullets = {key: getattr(told, name) for name, key in BULLETS.items()}
    bullets["Membership"] = SOLIDARITY if told.solidarity else PAID
    bullets["Application"] = told.id
    if not to_send:
        bullets["Drafted"] = told.drafted.isoformat() if told.drafted else ""
        bullets["Sent"] = told.sent.isoformat() if told.sent else ""
    lines = [f"# {told.subject}", ""]
    lines += [f"- {key}: {value}" for key, value in bullets.items() if value]
    for heading, text in (("Summary", told.summary), ("Details", told.details)):
        lines += ["", f"## {heading}", "", text] if text else []
    return "\n".join(lines) + "\n"


def parse(text: str, path: Path) -> Application:
    """Return the application that *text* is; *path* only names it in a ``NoApplication``."""
    if len(text) > LONGEST:
        raise FileUnreadable(f"longer than {LONGEST} letters", path=path)
    bullets: dict[str, str] = {}
    sections: dict[str, list[str]] = {}
    current = ""
    for line in re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")):
        if found := SECTION.fullmatch(line):
            current = found[1]
            sections.setdefault(current, [])
        elif current:
            sections[current].append(line)
        elif found := BULLET.fullmatch(line.strip()):
            bullets.setdefault(found[1], found[2].strip())
    identity = bullets.get("Application", "")
    if not ID.fullmatch(identity) or not bullets.get("Organisation"):
        raise NoApplication("no lines “- Organisation: …” and “- Application: …”", path=path)
    return tidy(
        Application(
            identity,
            summary="\n".join(sections.get("Summary", [])),
            details="\n".join(sections.get("Details", [])),
            solidarity=bullets.get("Membership", PAID).casefold() == SOLIDARITY,
            drafted=day_of(bullets.get("Drafted", "")),
            sent=day_of(bullets.get("Sent", "")),
            **{name: bullets.get(key, "") for name, key in BULLETS.items()},
        )
    )


def read_application(record: Record) -> Application | None:
    """Return ours; None before there is one.  Raises ``NoApplication`` or ``FileUnreadable``."""
    path = record.root / FOLDER / FILE
    return open_application(path) if path.exists() else None


def open_application(path: Path) -> Application:
    """Return the application in the file *path*, as a sponsor was sent it."""
    try:
        with path.open(encoding="utf-8") as file:
            return parse(file.read(LONGEST + 1), path)
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(str(error), path=path) from error


def write_step(record: Record, application: Application) -> Step:
    """Return the step that writes *application* into our record."""
    path = record.root / FOLDER / FILE

    def is_done(job: Job) -> bool:
        return path.exists() and open_application(path) == tidy(application)

    def do(job: Job) -> Words:
        write_text(path, write(application), 0o644)
        return said(N_("core", "It is in the file {path}."), path=path)

    return Step(
        "application",
        N_("core", "Write down what you ask"),
        is_done,
        do,
        detail=(said(N_("core", "The file {path}"), path=path),),
    )


def mail_link(application: Application, to: str) -> MailLink:
    """Return the link (RFC 6068) that opens a mail to the address *to*, ready to be sent."""
    start = f"mailto:{quote(to, safe='@')}?subject={quote(application.subject, safe='')}"
    body = quote(write(application, to_send=True).replace("\n", "\r\n"), safe="")
    whole = f"{start}&body={body}"
    return MailLink(whole, True) if len(whole) <= LONGEST_LINK else MailLink(start, False)


def resolution_for(application: Application, ruleset: Ruleset, sponsor: str = "") -> Resolution:
    """Return the draft by which *sponsor*, a member, asks all others to let them in."""
    told = tidy(application)
    who = f"{told.representative} ({told.contact})" if told.contact else told.representative
    summary = [told.summary or f"{told.organisation} asks to join."]
    if who:
        summary.append(f"{told.organisation} is represented by {who}.")
    if vouches := sponsor.strip() or told.sponsor:
        summary.append(f"{vouches} vouches for them.")
    sections = {"Summary": "\n\n".join(summary)}
    details = [told.details] if told.details else []
    if told.solidarity:
        details.append("They ask for a solidarity membership.")
    if told.website:
        details.append(f"Website: <{told.website}>")
    if details:
        sections["Details"] = "\n\n".join(details)
    subject, size = told.subject, ruleset.admission
    return Resolution(None, subject, subject, told.id, size=size, sections=sections)


def _section(text: str) -> str:
    lines = [line.rstrip() for line in re.split(r"\r\n|\n|\r", text)]
    return inside_a_section("\n".join(lines))
