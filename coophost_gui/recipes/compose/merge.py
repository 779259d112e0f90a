"""Laying one compose file over another, as the docker CLI does (docker/cli ``loader/merge.go``).

Its oddities are kept, since an abra user must get the same from the same files; most lie
in the shapes of the fields.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from coophost_gui.recipes.compose import fields


def merged(files: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return *files* laid over each other, left to right.

    Top-level objects are replaced whole; what stands free at the top is the first file's.
    """
    base = {**files[0], "services": dict(files[0]["services"])}
    for over in files[1:]:
        for name, service in over["services"].items():
            base["services"][name] = fields.SERVICE.over(base["services"].get(name), service)
        for kind in fields.TOP:
            base[kind] = {**base[kind], **over[kind]}
    return base
