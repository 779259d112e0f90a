"""Every sentence that the program marks for translators, read from its source."""

import ast
from pathlib import Path

import coophost_gui
from coophost_gui.kit.po import Entry

PACKAGE = Path(coophost_gui.__file__).parent
LEFT_OUT = ("cli",)  # the terminal and the log speak English


def marked() -> list[Entry]:
    """Return one entry for each sentence, with the files that say it, in their order."""
    found: dict[str, Entry] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        place = path.relative_to(PACKAGE.parent).as_posix()
        if path.relative_to(PACKAGE).parts[0] in LEFT_OUT:
            continue
        for english, many in _marked_in(path):
            entry = found.setdefault(english, Entry(english, many))
            entry.many = entry.many or many
            if place not in entry.where:
                entry.where = (*entry.where, place)
    return list(found.values())


def _marked_in(path: Path) -> list[tuple[str, str]]:
    calls = []
    source = path.read_text(encoding="utf-8")
    if "N_" not in source:
        return []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("N_", "N_n"):
            texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
            whole = len(texts) == len(node.args) and all(isinstance(t, str) for t in texts)
            assert whole, f"{path}:{node.lineno}: only plain texts can be translated"
            calls.append((node.lineno, node.col_offset, texts[1], "".join(texts[2:])))
    return [(english, many) for _, _, english, many in sorted(calls)]
