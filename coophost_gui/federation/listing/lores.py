"""LoRes: what a node says when it asks to join a region, as its steward's page sends it.

We write nothing to a node: the steward pastes the texts, or sends the object herself.
"""

import json
import re
from dataclasses import dataclass
from pathlib import Path

from coophost_gui.federation.profile import Profile, ProfileUnreadable
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

NAME = "lores-join.json"
REGION = re.compile(r"[0-9a-fA-F]{64}")
LONGEST = 50_000  # letters of such a file that we read


class RegionUnknown(Problem):
    text = N_("core", "That is not the sign of a region.")
    means = N_("core", "Nothing was written and nothing was sent.")
    hint = N_("core", "It has 64 letters and numbers; the people of the region can tell you.")


class NothingToTell(Problem):
    text = N_("core", "A region asks who you are and who looks after your computer.")
    means = N_("core", "Nothing was written and nothing was sent.")
    hint = N_("core", "Write a few words about your collective, and name at least one person.")


@dataclass(frozen=True)
class JoinRequest:
    """One request; ``conduct_url``: the rules of the region that its stewards agreed to."""

    region: str  # 64 hex digits
    about_node: str
    about_stewards: str
    conduct_url: str = ""


def tells(profile: Profile, region: str, conduct_url: str = "") -> JoinRequest:
    """Return what *profile* says to a region; raises ``RegionUnknown`` or ``NothingToTell``."""
    if not REGION.fullmatch(region.strip()):
        raise RegionUnknown()
    about = (profile.name, profile.tag_line, profile.description, profile.home_url)
    people = [
        f"{one.name} ({one.pronouns})" if one.pronouns else one.name for one in profile.people
    ]
    if not profile.description.strip() or not people:
        raise NothingToTell()
    reached = f"\n{profile.contact}" if profile.contact else ""
    return JoinRequest(
        region.strip().lower(),
        "\n".join(text.strip() for text in about if text.strip()),
        ", ".join(people) + reached,
        conduct_url,
    )


def write(request: JoinRequest) -> str:
    """Return *request* as the object that a node takes at its address ``…/join``."""
    values = {
        "region_id": request.region,
        "about_your_node": request.about_node,
        "about_your_stewards": request.about_stewards,
        "agreed_node_steward_conduct_url": request.conduct_url or None,
    }
    return json.dumps(values, ensure_ascii=False, indent=2) + "\n"


def parse(text: str, path: Path) -> JoinRequest:
    """Return the request that *text* is; *path* only names it in a ``ProfileUnreadable``."""
    if len(text) > LONGEST:
        raise ProfileUnreadable(f"longer than {LONGEST} letters", path=path)
    try:
        data = json.loads(text)
        return JoinRequest(
            str(data["region_id"]),
            str(data["about_your_node"]),
            str(data["about_your_stewards"]),
            str(data.get("agreed_node_steward_conduct_url") or ""),
        )
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ProfileUnreadable(f"{type(error).__name__}: {error}", path=path) from error
