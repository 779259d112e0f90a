"""The federation's list of apps, fetched when somebody asks for it and kept in a folder."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.store import Settings, read_yaml, write_text, write_yaml
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.catalogue import Catalogue

if TYPE_CHECKING:
    from coophost_gui.net.http import Reply

URL = "https://recipes.coopcloud.tech/recipes.json"
LARGEST = 20_000_000  # bytes; some hundred apps are a tenth of that
PATIENCE = 60.0  # seconds for the whole list
LIST, ORIGIN = "recipes.json", "recipes.origin.yml"
SOURCE = N_("core", "the common list of Co-op Cloud")
KEPT = N_("core", "The list that you had is still there, and so are your apps and servers.")


class ListNotThere(Problem):
    text = N_("core", "The list of apps could not be fetched: {host} answers {status}.")
    means = KEPT
    hint = N_("core", "Try again later. The list that you have goes on working.")


class NotAList(Problem):
    text = N_("core", "What {host} sent is not a list of apps.")
    means = KEPT
    hint = N_(
        "core",
        "Some networks want you to sign in first (a hotel, a train). Do that in your browser, "
        "then try again.",
    )


class ListTooLong(Problem):
    text = N_("core", "What {host} sent is far longer than a list of apps, so we stopped reading.")
    means = KEPT
    hint = N_("core", "Try again later. If it stays so, tell whoever looks after the list.")


@dataclass(frozen=True)
class News:
    """What came of looking for news."""

    changed: bool  # False: it is the list that was here
    apps: int
    checked: datetime  # in UTC
    new: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def words(self) -> Words:
        if not self.changed:
            return N_("core", "There is nothing new.")
        return said(
            N_("core", "{new} new apps, {updated} with a newer version, {gone} gone."),
            new=len(self.new),
            updated=len(self.updated),
            gone=len(self.gone),
        )


def refresh(job: Job, settings: Settings, folder: Path) -> News:
    """Fetch the list into *folder*, unless it is the one that is there.

    Whatever comes instead of a list, the old copy stays.
    """
    from coophost_gui.net.http import fetch

    url = settings.catalogue or URL
    job.progress(None, N_("core", "Fetching the list of apps"))
    known = _origin(folder, url)
    ask = {"Accept": "application/json"}
    if known.get("etag"):
        ask["If-None-Match"] = str(known["etag"])
    if known.get("last_modified"):
        ask["If-Modified-Since"] = str(known["last_modified"])
    reply = fetch(job, url, settings=settings, headers=ask, limit=LARGEST, timeout=PATIENCE)
    old = cached(folder)
    now = datetime.now(UTC).replace(microsecond=0)
    if reply.status == 304 and old is not None:
        write_yaml(folder / ORIGIN, {**known, "checked": now.isoformat()})
        return News(False, len(old.entries), now)
    new = _checked(reply, now)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_text(folder / LIST, reply.body.decode(), 0o600)
    write_yaml(folder / ORIGIN, _about(reply, url, now))
    return _compare(old, new, now)


def cached(folder: Path) -> Catalogue | None:
    """Return the list in *folder*; None when there is none that can be read."""
    try:
        checked = datetime.fromisoformat(read_yaml(folder / ORIGIN)["checked"])
        return Catalogue.read(folder / LIST, checked, SOURCE)
    except (Problem, KeyError, ValueError, TypeError):
        return None  # it may be deleted at any time, so it may be broken as well


def _origin(folder: Path, url: str) -> dict[str, Any]:
    """Return what is known of the copy; nothing when it is not what was fetched from *url*."""
    try:
        known = read_yaml(folder / ORIGIN)
        body = (folder / LIST).read_bytes()
    except (Problem, OSError):
        return {}
    same = known.get("url") == url and known.get("sha256") == hashlib.sha256(body).hexdigest()
    return known if same else {}


def _about(reply: "Reply", url: str, now: datetime) -> dict[str, Any]:
    return {
        "url": url,
        "checked": now.isoformat(),
        "etag": reply.headers.get("etag", ""),
        "last_modified": reply.headers.get("last-modified", ""),
        "sha256": hashlib.sha256(reply.body).hexdigest(),
    }


def _checked(reply: "Reply", now: datetime) -> Catalogue:
    host = reply.url.partition("://")[2].partition("/")[0]
    if reply.status != 200:
        raise ListNotThere(host=host, status=reply.status)
    if reply.cut:
        raise ListTooLong(host=host)
    try:
        found = Catalogue.parse(reply.body, now, SOURCE)
    except (ValueError, RecursionError) as error:
        raise NotAList(str(error), host=host) from error
    if not found.entries:
        raise NotAList("no entries", host=host)
    return found


def _compare(old: Catalogue | None, new: Catalogue, now: datetime) -> News:
    before = {entry.name: entry.latest for entry in old.entries} if old else {}
    after = {entry.name: entry.latest for entry in new.entries}
    return News(
        before != after,
        len(after),
        now,
        tuple(sorted(after.keys() - before.keys())),
        tuple(sorted(name for name in after.keys() & before.keys() if after[name] != before[name])),
        tuple(sorted(before.keys() - after.keys())),
    )
