"""The list of pages (``mkdocs.yml``): a decision stands in it once, under the state it is in.

Pages that are not there, or not listed, are what MkDocs itself speaks of.  The file is
read as text: it may hold tags that run programs when it is read as YAML.
"""

import re
from collections import defaultdict
from collections.abc import Iterator

from coophost_gui.federation.lint.folder import Edit, Finding, Folder, lines_of, text_of
from coophost_gui.kit.text import N_, said

ENTRY = re.compile(r"federation/resolutions/([a-z-]+)/0*(\d{1,6})\.md")


def check(folder: Folder) -> Iterator[Finding]:
    """Yield the entries that contradict each other, or the folder."""
    if folder.nav is None:
        return
    file = folder.named(folder.nav)
    entries: dict[int, list[tuple[int, str]]] = defaultdict(list)
    lines = lines_of(text_of(folder.nav) or "")
    for line, text in enumerate(lines, start=1):
        if text.lstrip().startswith("#"):
            continue
        for state, number in ENTRY.findall(text):
            entries[int(number)].append((line, state))
    lies = defaultdict(set)
    for decision in folder.decisions:
        lies[decision.number].add(decision.state)
    for number, found in entries.items():
        states = sorted({state for _, state in found})
        if len(found) > 1:
            wrong = [one for one in found if one[1] not in lies[number]] or found[1:]
            for line, _ in wrong:
                yield Finding(
                    file,
                    line,
                    "listed-twice",
                    said(
                        N_("core", "Decision {number} is listed more than once: {states}."),
                        number=f"{number:03d}",
                        states=", ".join(states),
                    ),
                    N_("core", "Keep the line of the state that it is in."),
                    (Edit(line, "", None),) if _not_alone(lines, line) else (),
                )
        elif lies[number] and found[0][1] not in lies[number]:
            line, state = found[0]
            yield Finding(
                file,
                line,
                "listed-elsewhere",
                said(
                    N_("core", "Decision {number} is listed under {state}, and lies in {real}."),
                    number=f"{number:03d}",
                    state=state,
                    real=", ".join(sorted(lies[number])),
                ),
                N_("core", "Move the line to the state that it is in."),
            )


def _not_alone(lines: list[str], line: int) -> bool:
    """Say whether a list still has an entry when *line* (from 1) is taken out of it."""

    def deep(at: int) -> int:
        text = lines[at] if 0 <= at < len(lines) else ""
        return len(text) - len(text.lstrip()) if text.lstrip().startswith("- ") else -1

    return deep(line - 1) >= 0 and deep(line - 1) in (deep(line - 2), deep(line))
