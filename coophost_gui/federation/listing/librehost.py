"""LibreHosters: ``librehost.json`` (0.0.1), at ``/librehost.json`` of one's own website."""

import json
from dataclasses import fields, replace
from pathlib import Path

from coophost_gui.federation.profile import (
    LIBREHOST,
    Profile,
    ProfileUnreadable,
    librehost_to,
    profile_from,
)

NAME = "librehost.json"
VERSION = "0.0.1"
FIXED = {"@context": "http://schema.org", "@type": "Organization"}
LONGEST = 200_000  # letters of such a file that we read


def tells(profile: Profile) -> Profile:
    """Return *profile* without what this list does not ask."""
    empty = Profile("")
    kept = {one.name for one in fields(Profile)} & LIBREHOST.keys()
    others = {one.name: getattr(empty, one.name) for one in fields(Profile) if one.name not in kept}
    return replace(profile, **others)


def write(profile: Profile) -> str:
    """Return the file: all keys of the form and no others, as its validator wants it."""
    values = FIXED | librehost_to(profile) | {"version": VERSION}
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def parse(text: str, path: Path) -> Profile:
    """Return the profile that *text* is; *path* only names it in a ``ProfileUnreadable``."""
    if len(text) > LONGEST:
        raise ProfileUnreadable(f"longer than {LONGEST} letters", path=path)
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ProfileUnreadable(str(error), path=path) from error
    if not isinstance(data, dict) or not data.get("name"):
        raise ProfileUnreadable("not an object with a name", path=path)
    return profile_from({key: data.get(key) for key in LIBREHOST.values()}, path)
