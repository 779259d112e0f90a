"""Logins at the places that programs come from: asked when needed, kept in the password store."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass

from coophost_gui.kit import log
from coophost_gui.kit.fields import Secret, Text, YesNo
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.problems import AnswersMissing
from coophost_gui.kit.secrets import Secrets
from coophost_gui.kit.text import N_

DOCKER_HUB = "docker.io"
HEADER = "X-Registry-Auth"
_IF_NOT = N_("core", "Without one, it does not hand out “{image}”. Or that name has a mistake.")
HAS_LOGIN = YesNo("registry_login", N_("core", "Do you have a login at {place}?"), False, _IF_NOT)
OTHER_LOGIN = YesNo(
    "registry_login",
    N_("core", "{place} refused that login. Do you have another one?"),
    False,
    _IF_NOT,
)
USER = Text("registry_user", N_("core", "Your name at {place}"), "")
PASSWORD = Secret(
    "registry_password",
    N_("core", "Your password at {place}"),
    "",
    N_("core", "It is kept in the password store (keyring), and goes to your server."),
)


@dataclass(frozen=True)
class Logins:
    """What one person may fetch, and where; the Engine is told with each request."""

    secrets: Secrets

    def headers(self, image: str) -> dict[str, str]:
        """Return what the Engine needs to fetch *image*; empty where nobody signed in."""
        kept = self.secrets.get(_stored(image))
        if kept is None:
            return {}
        told: Mapping[str, str] = json.loads(kept)
        place = place_of(image)
        address = "https://index.docker.io/v1/" if place == DOCKER_HUB else place
        login = {"username": told["user"], "password": told["password"], "serveraddress": address}
        value = base64.urlsafe_b64encode(json.dumps(login).encode()).decode()
        log.hide(told["password"])
        log.hide(value)
        return {HEADER: value}

    def ask(self, job: Job, image: str) -> bool:
        """Ask for a login where *image* comes from; False when there is none to be had.

        One that is kept was just refused, and is forgotten.
        """
        refused = self.secrets.get(_stored(image)) is not None
        self.secrets.forget(_stored(image))
        place = place_of(image)
        try:
            question = OTHER_LOGIN if refused else HAS_LOGIN
            if not job.ask(question, place=place, image=image):
                return False
            user = job.ask(USER, place=place)
            password = job.ask(PASSWORD, place=place)
        except AnswersMissing:  # nobody is there to be asked
            return False
        log.hide(password)
        self.secrets.put(_stored(image), json.dumps({"user": user, "password": password}))
        return bool(user and password)


def place_of(image: str) -> str:
    """Return where *image* comes from: ``docker.io``, unless its name begins with an address."""
    first, slash, _ = image.partition("/")
    return first if slash and ("." in first or ":" in first or first == "localhost") else DOCKER_HUB


def _stored(image: str) -> str:
    return f"registry/{place_of(image)}"
