"""Whether an app sends its mail through the mailbox of its server."""

from coophost_gui.hosts.base import W
from coophost_gui.kit.mailbox import Mailbox
from coophost_gui.recipes.envfile import EnvFile
from coophost_gui.recipes.mail import mail_settings, mail_values, sends_through
from coophost_gui.recipes.source import Tree
from coophost_gui.servers.outgoing_mail import MailState, mail_state
from coophost_gui.servers.world import World


def offered_mail(world: World[W], server: str, tree: Tree) -> MailState:
    """Return the outgoing mail of *server* that *tree* has a use for, once a mail arrived."""
    there = mail_state(world, server) if server else MailState()
    return there if there.arrived and mail_settings(tree) else MailState()


def through(tree: Tree, mailbox: Mailbox) -> dict[str, str]:
    """Return the settings that make an app of *tree* write through *mailbox*."""
    found = mail_settings(tree)
    return mail_values(tree, found, mailbox) if found else {}


def mailbox_of(
    world: World[W], server: str, tree: Tree, env: EnvFile, secret: str
) -> Mailbox | None:
    """Return whose password the *secret* of an app is; None when it is nobody's mailbox."""
    found = mail_settings(tree)
    mailbox = mail_state(world, server).mailbox
    if found is None or mailbox is None or found.secret != secret:
        return None
    return mailbox if sends_through(env, found, mailbox) else None
