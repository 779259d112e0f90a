"""What is known of mail providers, so that people need not look it up."""

from dataclasses import replace
from functools import cache
from typing import Any

from coophost_gui.kit import places
from coophost_gui.kit.mailbox import PORTS, TLS, Mailbox
from coophost_gui.kit.store import read_yaml


def usual(sender: str) -> Mailbox:
    """Return the mailbox that *sender* most likely writes from; what nobody knows is ``""``."""
    name, _, domain = sender.rpartition("@")
    found = Mailbox("", PORTS[TLS], TLS, sender, sender)
    known = _providers().get(domain.lower())
    if known is None:
        return found
    user = name if known["user"] == "name" else sender
    security = str(known["security"])
    host = str(known["host"])
    return replace(found, host=host, user=user, security=security, port=PORTS[security])


@cache
def _providers() -> dict[str, dict[str, Any]]:
    """Return the shipped list, by what stands behind the @."""
    listed = read_yaml(places.resource("mail_providers.yml"))["providers"]
    return {domain: provider for provider in listed for domain in provider["domains"]}
