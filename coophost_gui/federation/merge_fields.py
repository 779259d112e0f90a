"""Two versions of one small YAML file, put together field by field.

The result does not depend on who comes first: fields and the entries of lists stand in an
order of their own wherever both sides changed the file.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import parse_yaml, yaml_text
from coophost_gui.net.git_merge import Conflict, one_way

FIRST = (  # how the files that we write begin; all other fields follow by the alphabet
    "version", "opened_at", "ruleset", "ruleset_hash", "text_hash", "name", "website", "class",
    "address", "language", "delegates", "joined", "left", "paused", "waivers", "from", "until",
    "decided_by", "proxy", "by", "choice", "at", "reason", "source", "text", "answered",
    "withdrawn", "said",
)  # fmt: skip
KEYS = ("by", "from", "name", "id", "key")  # what one entry of a list is known by
ABSENT = object()


def merge_fields(
    path: str, base: bytes | None, ours: bytes | None, theirs: bytes | None
) -> bytes | Conflict:
    """Return the file *path* with the changes of both sides.

    Where both changed one field, it is a conflict with ``where``: its two versions have all
    other changes of both sides already.
    """
    sides = [mapping(data, path) for data in (base or b"", ours, theirs)]
    if any(side is None for side in sides):
        return Conflict(path, base, ours, theirs)
    before, mine, other = (side or {} for side in sides)
    clashes: list[str] = []
    with_ours = _mapping(before, mine, other, clashes, "")
    if not clashes:
        return dumped(with_ours)
    with_theirs = _mapping(before, other, mine, [], "")
    return Conflict(path, base, dumped(with_ours), dumped(with_theirs), tuple(sorted(clashes)))


def mapping(data: bytes | None, path: str) -> dict[str, Any] | None:
    """Return the fields of the YAML file *data*; None where it has none that can be read."""
    if data is None:
        return None
    try:
        return parse_yaml(data.decode("utf-8"), Path(path))
    except (Problem, UnicodeDecodeError):
        return None


def dumped(values: Mapping[str, Any]) -> bytes:
    """Return *values* as a file, in the one order that they have after a merge."""
    return yaml_text(_in_order(values)).encode()


def _mapping(
    base: Mapping[str, Any],
    ours: Mapping[str, Any],
    theirs: Mapping[str, Any],
    clashes: list[str],
    inside: str,
) -> dict[str, Any]:
    found = {}
    for key in sorted({*base, *ours, *theirs}, key=str):
        before, mine, other = (side.get(key, ABSENT) for side in (base, ours, theirs))
        value = _value(before, mine, other, clashes, f"{inside}{key}")
        if value is not ABSENT:
            found[key] = value
    return found


def _value(base: Any, ours: Any, theirs: Any, clashes: list[str], where: str) -> Any:
    sure, found = one_way(base, ours, theirs)
    if sure:
        return found
    if isinstance(ours, dict) and isinstance(theirs, dict):
        before = base if isinstance(base, dict) else {}
        return _mapping(before, ours, theirs, clashes, f"{where}: ")
    if isinstance(ours, list) and isinstance(theirs, list):
        lists = [base if isinstance(base, list) else [], ours, theirs]
        if key := _key_of([one for each in lists for one in each]):
            sides = [{str(one[key]): one for one in each} for each in lists]
            if [len(side) for side in sides] == [len(each) for each in lists]:
                merged = _mapping(sides[0], sides[1], sides[2], clashes, f"{where}: ")
                return list(merged.values())
    clashes.append(where)
    return ours


def _key_of(entries: Sequence[Any]) -> str:
    """Return the field by which every one of *entries* can be told from the others."""
    if not all(isinstance(one, dict) for one in entries):
        return ""
    return next((key for key in KEYS if all(key in one for one in entries)), "")


def _in_order(value: Any) -> Any:
    if isinstance(value, dict):
        rank = {key: number for number, key in enumerate(FIRST)}
        keys = sorted(value, key=lambda key: (rank.get(key, len(rank)), str(key)))
        return {key: _in_order(value[key]) for key in keys}
    if isinstance(value, list):
        return [_in_order(one) for one in value]
    return value
