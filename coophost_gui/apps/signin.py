"""How somebody gets into an app for the first time, as a card to read off."""

from dataclasses import dataclass
from typing import Literal

from coophost_gui.apps.address import seen_outside
from coophost_gui.apps.app import App
from coophost_gui.apps.deployment import Deployment
from coophost_gui.apps.secrets import stored_name
from coophost_gui.health.outside import Outside
from coophost_gui.hosts.base import W, same_world
from coophost_gui.kit.flow import Ending, Shown
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.text import N_, Words, said
from coophost_gui.recipes.meanings import SignIn, shipped
from coophost_gui.servers.world import World


@dataclass(frozen=True, slots=True)
class SignInCard:
    """Where to go, with which name, and where the password is; never the password itself."""

    kind: Literal["secret", "installer", "none"]
    address: str  # "" when the app has none
    user: str
    stored: str  # what its password is called in the password store; "" when it is not there
    claimed: bool | None
    words: Words


def sign_in_card(world: World[W], app: App[W], outside: Outside | None = None) -> SignInCard:
    """Return the card of *app*; called inside a job, since the password store is asked."""
    same_world(world, app)
    env = app.file.env()
    known = shipped().get(app.file.recipe)
    sign_in = known.sign_in if known else SignIn()
    address = f"https://{app.file.domain}{sign_in.path or '/'}" if app.file.domain else ""
    claimed = outside.claimed if outside else None
    if sign_in.kind == "installer":
        words = CLAIMED if claimed else UNCLAIMED
        if claimed:
            address = f"https://{app.file.domain}/"
        return SignInCard("installer", address, "", "", claimed, words)
    if sign_in.kind == "secret":
        stored = stored_name(app.server, app.name, sign_in.secret)
        there = world.secrets.get(stored) is not None
        user = env.get(sign_in.user) or sign_in.user
        words = IN_STORE if there and world.secrets.lasting else UNTIL_CLOSED if there else NOT_HERE
        return SignInCard("secret", address, user, stored if there else "", None, words)
    return SignInCard("none", address, "", "", None, N_("core", "You can open it right away."))


def sign_in_ending(job: Job, work: Deployment[W]) -> Ending:
    """Return the last page of a wizard that brought an app to life."""
    outside = None
    if work.has_address:
        outside = seen_outside(job, work)
    card = sign_in_card(work.world, work.app, outside)
    known = shipped().get(work.recipe)
    name = known.name if known else work.app.name
    shown = [Shown(N_("core", "Address"), card.address)] if card.address else []
    if card.user:
        shown.append(Shown(N_("core", "Name to sign in with"), card.user))
    if card.stored and (password := work.world.secrets.get(card.stored)):
        shown.append(Shown(N_("core", "Password"), password, secret=True))
    if not work.has_address:
        return Ending(
            said(N_("core", "{name} is running"), name=name), "", tuple(shown), place="apps"
        )
    return Ending(
        said(N_("core", "{name} is there for you"), name=name),
        card.words,
        tuple(shown),
        address=card.address,
        place="apps",
    )


UNCLAIMED = N_(
    "core",
    "Open it now and choose a name and a password: whoever comes first is in charge of it.",
)
CLAIMED = N_("core", "Somebody has set it up. Sign in with the name that was chosen then.")
IN_STORE = N_("core", "The password is in this computer's password store.")
UNTIL_CLOSED = N_(
    "core", "Write the password down now: it is forgotten when this program is closed."
)
NOT_HERE = N_(
    "core", "The password was made on another computer; ask whoever started this app there."
)
