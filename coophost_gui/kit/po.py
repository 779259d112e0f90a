"""Translations as plain text: the gettext ``.po`` files that every translator's program opens.

Read as they are, so that nothing has to be compiled or installed: a whole language takes some
thousandths of a second.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from string import Formatter

_STRING = re.compile(r'(?:(msgid|msgid_plural|msgstr(?:\[\d\])?|msgctxt) )?"(.*)"\s*')
_ESCAPED = {"n": "\n", "t": "\t"}

# The rules of the languages that we have, and of those next to come.
PLURAL_RULES: Mapping[str, Callable[[int], int]] = {
    "n != 1": lambda count: int(count != 1),
    "n > 1": lambda count: int(count > 1),
}


@dataclass
class Entry:
    """One sentence: English, how it is said in the language, and where it is said."""

    english: str
    many: str = ""  # the English form for other numbers than one; "" when it counts nothing
    forms: tuple[str, ...] = ()
    where: tuple[str, ...] = ()
    unsure: bool = False  # "fuzzy": the English has changed, and a person has to look at it
    notes: tuple[str, ...] = ()

    @property
    def done(self) -> bool:
        """Say whether there is a translation that may be shown."""
        return bool(self.forms) and all(self.forms) and not self.unsure

    def fits(self) -> bool:
        """Say whether the braces of the translation are those of the English.

        Where something is counted, a form may leave the number out ("one app").
        """
        wanted = braces(self.many or self.english)
        if wanted is None:
            return False
        for form in self.forms:
            found = braces(form)
            if found is None or found - wanted or (not self.many and found != wanted):
                return False
            if wanted - found - {"count"}:
                return False
        return True


@dataclass
class Catalogue:
    """A ``.po`` file: its header, and its sentences in their order."""

    header: dict[str, str] = field(default_factory=dict)
    entries: list[Entry] = field(default_factory=list)
    preface: tuple[str, ...] = ()

    def plural(self) -> Callable[[int], int]:
        """Return the rule that says which form a number takes."""
        found = re.search(r"plural=\(?([^;()]*)\)?;", self.header.get("Plural-Forms", ""))
        return PLURAL_RULES[found[1].strip() if found else ""]


def braces(text: str) -> frozenset[str] | None:
    """Return the names in the braces of *text*; None when they are no such names."""
    try:
        return frozenset(name for _, name, _, _ in Formatter().parse(text) if name is not None)
    except ValueError:
        return None


def read(text: str) -> Catalogue:
    """Return what a ``.po`` file says."""
    found = Catalogue()
    for block in text.split("\n\n"):
        entry = _entry(block)
        if entry is None:
            continue
        if entry.english:
            found.entries.append(entry)
        else:
            found.header = header(entry.forms[0] if entry.forms else "")
            found.preface = entry.notes
    return found


def header(text: str) -> dict[str, str]:
    """Return the lines ``Name: value`` of a header."""
    pairs = (line.partition(":") for line in text.splitlines())
    return {name.strip(): value.strip() for name, colon, value in pairs if colon}


def _entry(block: str) -> Entry | None:
    parts: dict[str, list[str]] = {}
    where: list[str] = []
    notes: list[str] = []
    unsure, name = False, ""
    for line in block.splitlines():
        if line.startswith("#~"):
            return None  # what gettext's own tools keep of sentences that are gone
        if line.startswith("#:"):
            where += line[2:].split()
        elif line.startswith("#,"):
            unsure = "fuzzy" in line
        elif line.startswith("#"):
            notes.append(line)
        elif found := _STRING.fullmatch(line):
            name = found[1] or name
            parts.setdefault(name, []).append(_plain(found[2]))
    if "msgid" not in parts:
        return None
    forms = [name for name in parts if name.startswith("msgstr")]
    return Entry(
        "".join(parts["msgid"]),
        "".join(parts.get("msgid_plural", ())),
        tuple("".join(parts[name]) for name in sorted(forms)),
        tuple(where),
        unsure,
        tuple(notes),
    )


def _plain(text: str) -> str:
    if "\\" not in text:
        return text
    return re.sub(r"\\(.)", lambda found: _ESCAPED.get(found[1], found[1]), text)


def write(catalogue: Catalogue) -> str:
    """Return *catalogue* as the text of a ``.po`` file."""
    head = "".join(f"{name}: {value}\n" for name, value in catalogue.header.items())
    blocks = ["\n".join([*catalogue.preface, 'msgid ""', *_lines("msgstr", head)])]
    blocks += ["\n".join(_written(entry)) for entry in catalogue.entries]
    return "\n\n".join(blocks) + "\n"


def _written(entry: Entry) -> Iterator[str]:
    yield from entry.notes
    for where in entry.where:
        yield f"#: {where}"
    if entry.unsure:
        yield "#, fuzzy"
    yield from _lines("msgid", entry.english)
    if entry.many:
        yield from _lines("msgid_plural", entry.many)
        for number, form in enumerate(entry.forms or ("", "")):
            yield from _lines(f"msgstr[{number}]", form)
    else:
        yield from _lines("msgstr", entry.forms[0] if entry.forms else "")


def _lines(name: str, text: str) -> Iterable[str]:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    if "\n" not in escaped:
        return (f'{name} "{escaped}"',)
    pieces = escaped.split("\n")
    lines = [f'"{piece}\\n"' for piece in pieces[:-1]] + ([f'"{pieces[-1]}"'] if pieces[-1] else [])
    return (f'{name} ""', *lines)
