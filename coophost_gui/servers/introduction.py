"""The text for a provider's "user data" box: the server that is rented with it introduces itself.

cloud-init reads it at the first start (https://cloudinit.readthedocs.io, ``cc_ssh``): the
server gets our login key, and the host key by which we know it.  That key's secret half
stands in the text, so it is kept in the password store until the server has one of its own.
"""

import textwrap
import time

from coophost_gui.hosts.introduced import Introduction
from coophost_gui.hosts.keys import new_key, own_key, public_line
from coophost_gui.kit.jobs import Job
from coophost_gui.kit.plan import Step
from coophost_gui.kit.text import N_, Day, Words
from coophost_gui.servers.problems import AlreadyIntroduced
from coophost_gui.servers.world import World

# Some providers give root a password that must be changed before anything else, even before
# a key may do something: "chpasswd" says no.
TEXT = """#cloud-config
# For the "user data" box of your provider, for {name} only.
# Secret until the server was added. Of no use after {until}.
disable_root: false
ssh_authorized_keys:
- {login}
ssh_deletekeys: true
ssh_keys:
  ed25519_private: |
{private}
  ed25519_public: {public}
chpasswd:
  expire: false
"""


def secret_name(name: str) -> str:
    """Return under which name the password store keeps the secret of *name*'s text."""
    return f"introduced:{name}"


def text_of(world: World, name: str) -> str:
    """Return the text for the server *name*; "" when there is none that could still be shown."""
    found = world.introductions.get(name)
    private = world.secrets.get(secret_name(name))
    login = public_line(world.ssh_dir)
    if found is None or found.own or not found.waiting or not private or not login:
        return ""
    return TEXT.format(
        name=name,
        until=Day.of(found.until),
        login=login,
        private=textwrap.indent(private.strip(), "    "),
        public=f"{found.public} {name}",
    )


def introduction(world: World, name: str) -> Step:
    """There is a text for the server *name*, and what it will be known by is remembered."""
    introductions = world.introductions

    def is_done(job: Job) -> bool:
        return text_of(world, name) != ""

    def do(job: Job) -> Words:
        before = introductions.get(name)
        if before is not None and before.own:
            raise AlreadyIntroduced(name=name)
        own_key(world.ssh_dir)
        key = new_key()
        introductions.drop(name)  # else a kill before "keep" leaves halves of two keys together
        world.secrets.put(secret_name(name), key.private)
        introductions.keep(Introduction(name, key.public, time.time()))
        return N_("core", "The text is made, and can be copied on the next page")

    detail: list[Words] = [
        N_("core", "In the text are this computer's key to log in, and a first key of the server."),
        N_("core", "Nothing is sent anywhere. The text is good for two weeks."),
    ]
    before = introductions.get(name)
    if before is not None and not text_of(world, name):
        detail.append(N_("core", "An older text for this name is not accepted any more."))
    return Step(
        "introduction",
        N_("core", "Make a text that the server introduces itself with"),
        is_done,
        do,
        why=N_("core", "Then it needs no password, and nobody has to compare a fingerprint."),
        detail=tuple(detail),
    )
