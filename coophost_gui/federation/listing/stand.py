"""Whether we stand in a list: only what was read back from there says so.

``listing/listed.yml`` remembers for each list where and when that was, and what it said.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from coophost_gui.federation.listing import librehost, row, statool
from coophost_gui.federation.listing.statool import Service
from coophost_gui.federation.member_rows import MemberRow
from coophost_gui.federation.profile import Profile, ProfileUnreadable, profile_to
from coophost_gui.federation.record import Record
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import FileUnreadable, read_yaml, write_text, write_yaml
from coophost_gui.kit.text import N_, N_n, Words, said, several

FILE = "listed.yml"
FEDERATION, LIBREHOSTERS, CHATONS = "federation", "librehosters", "chatons"
LISTS: Mapping[str, Words] = {
    FEDERATION: N_("core", "The list of members of the federation"),
    LIBREHOSTERS: said(N_("core", "The list of {network}"), network="LibreHosters"),
    CHATONS: said(N_("core", "The list of {network}"), network="CHATONS"),
}
WRITTEN = N_n("core", "{count} file is written.", "{count} files are written.")


class NotListed(Problem):
    text = N_("core", "Your collective does not stand there yet.")
    means = N_("core", "What was found was only read; nothing was changed.")
    hint = N_("core", "Give them your file, or wait until they have looked at it.")


class ListedOtherwise(Problem):
    text = N_("core", "Your collective stands there, but it says something else: {what}.")
    means = N_("core", "What was found was only read; nothing was changed.")
    hint = N_("core", "Give them your file again, or change what you say of yourself.")


@dataclass(frozen=True)
class Listed:
    """That we stood in a list: where it was read, when (UTC), and whether we say so still."""

    network: str
    address: str
    read_at: datetime
    current: bool


def files(
    profile: Profile,
    services: Iterable[Service],
    now: datetime,
    *,
    paid: bool = False,
    waiver: bool = False,
) -> dict[str, str]:
    """Return the files of all lists: name in ``listing/`` -> what it says."""
    offered = list(services)
    return {
        row.NAME: row.write(row.tells(profile, paid=paid, waiver=waiver)),
        librehost.NAME: librehost.write(profile),
        statool.NAME: statool.write(profile, offered, now),
        **{one.file: statool.write_service(one, profile, now) for one in offered},
    }


def write_files(record: Record, told: Mapping[str, str]) -> Step:
    """Return the step that writes *told*, see ``files``; only the time they name may differ."""

    def missing() -> list[str]:
        return [
            name
            for name, text in told.items()
            if _timeless(_text(record.listing / name)) != _timeless(text)
        ]

    def do(job: Job) -> Words:
        names = missing()
        for name in names:
            write_text(record.listing / name, told[name], 0o644)
        return several(len(names), WRITTEN)

    return Step(
        "listing",
        N_("core", "Write the files by which others find you"),
        lambda job: not missing(),
        do,
        detail=tuple(sorted(told)),
    )


def check(network: str, text: str, profile: Profile) -> None:
    """Raise ``NotListed`` or ``ListedOtherwise`` unless *text*, fetched from there, is ours."""
    if network == FEDERATION:
        found = row.found_in(text, profile.name)
        wanted = row.tells(profile)
        if found is None:
            raise NotListed(f"no row named {profile.name!r}")
        _same(_who(found), _who(wanted))
        return
    form = librehost if network == LIBREHOSTERS else statool
    try:
        read = form.parse(text, Path(form.NAME))
    except ProfileUnreadable as problem:
        raise NotListed(problem.detail) from problem
    _same(profile_to(read), profile_to(form.tells(profile)))


def remember(
    record: Record, network: str, text: str, address: str, profile: Profile, now: datetime
) -> Listed:
    """Write down that *text*, just fetched from *address*, lists us; raises as ``check`` does."""
    check(network, text, profile)
    at = now.astimezone(UTC).replace(microsecond=0)
    path = record.listing / FILE
    entry = {"address": address, "read_at": at.isoformat(), "says": _says(network, profile)}
    write_yaml(path, {"version": 1} | read_yaml(path) | {network: entry}, 0o644)
    return Listed(network, address, at, True)


def listed(record: Record, profile: Profile) -> dict[str, Listed]:
    """Return the lists in which we were read, by their keys; raises ``FileUnreadable``."""
    path = record.listing / FILE
    found = {}
    for network, entry in read_yaml(path).items():
        if network not in LISTS:
            continue
        try:
            at = datetime.fromisoformat(str(entry["read_at"])).astimezone(UTC)
            same = entry["says"] == _says(network, profile)
            found[network] = Listed(network, str(entry["address"]), at, same)
        except (TypeError, KeyError, ValueError) as error:
            raise FileUnreadable(f"{network}: {error}", path=path) from error
    return found


def _says(network: str, profile: Profile) -> str:
    """Return the SHA-256 (hex) of what that list says of *profile*."""
    told: Any
    if network == FEDERATION:
        told = _who(row.tells(profile))
    else:
        form = librehost if network == LIBREHOSTERS else statool
        told = profile_to(replace(form.tells(profile), created=None, modified=None))
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _who(found: MemberRow) -> dict[str, Any]:
    return {"name": found.name, "website": found.website, "contact": found.contact}


def _same(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    # When a file was made or changed is not what it says of us.
    apart = {
        key
        for key in {*found, *wanted} - {"dateCreated", "dateModified"}
        if found.get(key, "") != wanted.get(key, "")
    }
    if apart:
        raise ListedOtherwise(
            "\n".join(
                f"{key}: {found.get(key)!r:.80}, not {wanted.get(key)!r:.80}"
                for key in sorted(apart)
            ),
            what=", ".join(sorted(apart)),
        )


def _timeless(text: str) -> str:
    return "\n".join(one for one in text.splitlines() if not one.startswith("file.datetime"))


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return ""
    except (OSError, UnicodeDecodeError) as error:
        raise FileUnreadable(str(error), path=path) from error
