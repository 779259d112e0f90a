"""The compose layer: from a recipe's files to what the Engine is given, as the docker CLI does it.

The yardstick is the docker CLI itself (23 and newer): ``docker stack config`` for the
document, ``docker stack deploy`` for what is created.  Faithful first: its oddities are
kept, and said as warnings by ``quirks``.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from coophost_gui.recipes.compose import fields, schema, yaml
from coophost_gui.recipes.compose.load import load_file
from coophost_gui.recipes.compose.merge import merged
from coophost_gui.recipes.compose.problems import ComposeProblem, ReachesOutside

__all__ = ["ComposeProblem", "ReachesOutside", "document", "load", "unsupported"]


def load(
    files: Sequence[tuple[str, bytes]],
    env: Mapping[str, str],
    read: Callable[[str], bytes],
    folder: str = "/",
) -> dict[str, Any]:
    """Return *files* (name and content) filled in from *env* and merged, in full form.

    ``read`` returns a file by its path relative to *folder*, the folder of the first file.
    """
    parsed = [yaml.load(data, name) for name, data in files]
    version = schema.version_of(parsed[0])
    loaded = []
    for document in parsed:
        if schema.version_of(document) != version:
            raise ComposeProblem(
                "version mismatched between two composefiles : "
                f"{version} and {schema.version_of(document)}"
            )
        loaded.append(load_file(document, version, env, folder, read))
    ignored = {key for one in parsed for key in schema.unsupported(one)}
    return merged(loaded) | {"ignored": sorted(ignored)}


def document(loaded: Mapping[str, Any]) -> dict[str, Any]:
    """Return *loaded* as ``docker stack config`` prints it, parsed."""
    found: dict[str, Any] = {"version": loaded["version"]}
    found["services"] = {
        name: fields.SERVICE.plain(body) for name, body in loaded["services"].items()
    }
    for kind, shape in fields.TOP.items():
        if loaded[kind]:
            found[kind] = {key: shape.plain(body) for key, body in loaded[kind].items()}
    return found | {key: value for key, value in loaded.items() if key.startswith("x-")}


def unsupported(loaded: Mapping[str, Any]) -> list[str]:
    """Return the options that Docker leaves out with a warning, sorted."""
    found: list[str] = loaded["ignored"]
    return found
