"""How far a recipe can be trusted, by what its own description says; every lost point explained."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.catalogue import Entry

BEST_STATUS = 5
GOOD_FROM, FAIR_FROM = 10, 6
UNPINNED = ("latest", "stable", "main", "master", "edge", "nightly", "develop", "dev")


@dataclass(frozen=True)
class Trust:
    """Points out of *most*, and why the others were not given."""

    points: int
    most: int
    lost: tuple[tuple[int, Words], ...]  # how many, and why

    @property
    def level(self) -> Literal["good", "fair", "low"]:
        return "good" if self.points >= GOOD_FROM else "fair" if self.points >= FAIR_FROM else "low"

    @property
    def words(self) -> Words:
        return said(LEVELS[self.level], points=self.points, most=self.most)


LEVELS = {
    "good": N_("core", "well looked after ({points} of {most})"),
    "fair": N_("core", "usable, with gaps ({points} of {most})"),
    "low": N_("core", "young or little known ({points} of {most})"),
}
# What it has (yes, or a number of what there is), and what is said when it has not or is silent.
FEATURES = (
    (
        "healthcheck",
        N_("core", "The server cannot tell whether it is well: it has no check of its own."),
        N_("core", "It does not say whether it checks its own health."),
    ),
    (
        "backups",
        N_("core", "Copies of its data are not made by themselves."),
        N_("core", "It does not say whether copies of its data are made."),
    ),
    (
        "email",
        N_("core", "It cannot send mail."),
        N_("core", "It does not say whether it can send mail."),
    ),
    (
        "tests",
        N_("core", "Nobody tests it before a new version comes out."),
        N_("core", "It does not say whether it is tested before a new version."),
    ),
    (
        "sso",
        N_("core", "It cannot share one name and password with the other apps."),
        N_("core", "It does not say whether it can share one name and password with other apps."),
    ),
)


def trust(entry: Entry) -> Trust:
    """Return how far *entry* can be trusted; what it does not say gives no point."""
    checks = (_status, _image, _versions, *(_feature(*row) for row in FEATURES))
    results = [check(entry) for check in checks]
    lost = tuple((most - got, why) for got, most, why in results if got < most)
    return Trust(sum(got for got, _, _ in results), sum(most for _, most, _ in results), lost)


Result = tuple[int, int, Words]  # points, most, why the rest is missing


def _status(entry: Entry) -> Result:
    if entry.status is None:
        return 0, BEST_STATUS, N_("core", "Its makers do not say how finished it is.")
    got = min(BEST_STATUS, entry.status)
    words = said(
        N_("core", "Its makers call it {status} of {best} finished."), status=got, best=BEST_STATUS
    )
    return got, BEST_STATUS, words


def _image(entry: Entry) -> Result:
    found = entry.features.get("image")
    source = found.get("source") if isinstance(found, dict) else None
    if _says(source) == "upstream":
        return 1, 1, ""
    if source:
        return 0, 1, N_("core", "Its programs are packed by others than those who write them.")
    return 0, 1, N_("core", "It does not say who packs its programs.")


def _versions(entry: Entry) -> Result:
    if not entry.images:
        return 0, 1, N_("core", "It does not say which versions of its programs it takes.")
    tags = [image.rpartition("/")[2].partition(":")[2] for image in entry.images.values()]
    if all(tag and tag.split("-")[0] not in UNPINNED for tag in tags):
        return 1, 1, ""
    return 0, 1, N_("core", "Its programs may change by themselves: their versions are not fixed.")


def _feature(key: str, has_not: Words, silent: Words) -> Callable[[Entry], Result]:
    def check(entry: Entry) -> Result:
        text = _says(entry.features.get(key))
        if re.match(r"yes\b|true\b|n/a\b|[1-9❶-❾✅]", text):
            return 1, 1, ""
        return 0, 1, has_not if re.match(r"no\b|false\b|0|❌", text) else silent

    return check


def _says(found: object) -> str:
    """Return what a field says in small letters; structures say nothing."""
    return str(found).strip().lower() if isinstance(found, str | int) else ""
