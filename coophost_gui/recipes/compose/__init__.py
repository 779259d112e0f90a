"""The compose layer: from a recipe's files to what the Engine is given, as the docker CLI does it.

The yardstick is the docker CLI itself (23 and newer): ``docker stack config`` for the
document, ``docker stack deploy`` for what is created.  Faithful first: its oddities are
kept, and said as warnings by ``quirks``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from coophost_gui.recipes.compose.load import Ns, Size, load_file
from coophost_gui.recipes.compose.merge import merged
from coophost_gui.recipes.compose.problems import ComposeProblem
from coophost_gui.recipes.compose.schema import UNSUPPORTED

__all__ = ["ComposeProblem", "document", "load", "unsupported"]

# What may stand empty in the document because the CLI keeps a pointer to it.
POINTERS = (
    *("replicas", "init", "max_attempts", "parallelism", "delay", "window", "disable"),
    *("healthcheck", "logging", "update_config", "rollback_config", "restart_policy"),
    *("limits", "reservations"),
)

ZERO_IS_UNSET = ("max_failure_ratio", "max_replicas_per_node", "oom_score_adj")
KEPT_WHOLE = (("labels",), ("options",))  # mappings of texts, which may be empty


def load(
    files: Sequence[tuple[str, bytes]],
    env: Mapping[str, str],
    read: Callable[[str], bytes],
    folder: str = "/",
) -> dict[str, Any]:
    """Return *files* (name and content) filled in from *env* and merged, in full form.

    ``read`` returns a file by its path relative to *folder*, the folder of the first file.
    """
    return merged([load_file(name, data, env, folder, read) for name, data in files])


def document(loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Return *loaded* as ``docker stack config`` prints it, parsed."""
    found: dict[str, Any] = {"version": loaded["version"]}
    services = {name: _service(body) for name, body in loaded["services"].items()}
    found["services"] = services
    for kind in ("networks", "volumes", "secrets", "configs"):
        if loaded[kind]:
            found[kind] = {key: _plain(body) for key, body in loaded[kind].items()}
    found |= {key: _plain(value) for key, value in loaded.items() if key.startswith("x-")}
    return found


def unsupported(loaded: Mapping[str, Any]) -> list[str]:
    """Return the options that Docker leaves out with a warning, sorted."""
    used = {key for body in loaded["services"].values() for key in body}
    return sorted(used & set(UNSUPPORTED))


def _service(body: Mapping[str, Any]) -> dict[str, Any]:
    plain = {key: _plain(value, (key,)) for key, value in body.items()}
    return {
        key: value
        for key, value in plain.items()
        if value not in (None, "", False, [], {}) or key in POINTERS
    }


def _plain(value: Any, path: tuple[str, ...] = ()) -> Any:
    """Return *value* without the types of ours, and without what the CLI omits when empty."""
    match value:
        case Ns() | Size():
            return str(value)
        case dict():
            found = {
                key: _plain(inner, (*path, key))
                for key, inner in value.items()
                if inner != 0 or key not in ZERO_IS_UNSET
            }
            if path and path[0] in ("environment", "networks", "labels", "sysctls", "ulimits"):
                return found
            return {
                key: inner
                for key, inner in found.items()
                if inner not in ("", [], {}) or key in POINTERS or path[-1:] in KEPT_WHOLE
            }
        case list():
            return [_plain(inner, path) for inner in value]
        case 0 if path[:1] == ("ulimits",) and len(path) == 2:
            return {}  # a limit of nothing is written as a limit without numbers
        case _:
            return value
