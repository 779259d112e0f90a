"""What can go wrong between this computer and a mail server, in words."""

from coophost_gui.kit.text import N_
from coophost_gui.net.problems import NetProblem


class MailPortShut(NetProblem):
    """Facts: ``host``, ``port``."""

    text = N_("core", "Nothing answers at {host}, port {port}.")
    hint = N_(
        "core",
        "Check the name for a spelling mistake. Many networks close the ports for mail "
        "(25, 465, 587): try the other way of securing it, or another network.",
    )


class MailOtherWay(NetProblem):
    """Facts: ``host``, ``port``."""

    text = N_("core", "{host} speaks in another way than expected on port {port}.")
    hint = N_("core", "Choose the other way of securing the connection, or another port.")


class MailNotSecured(NetProblem):
    """Facts: ``host``, ``port``."""

    text = N_("core", "{host} offers no secure connection on port {port}.")
    means = N_("core", "The password was not sent, and nothing was changed.")
    hint = N_("core", "Choose the other way of securing the connection, or another port.")


class MailNoLogin(NetProblem):
    """Facts: ``host``, ``port``."""

    text = N_("core", "{host} lets nobody log in on port {port}.")
    hint = N_("core", "Leave the port empty: the usual ones are made for people with a mailbox.")


class MailLoginRefused(NetProblem):
    """Facts: ``host``, ``user``."""

    text = N_("core", "{host} does not accept this password for {user}.")
    hint = N_(
        "core",
        "Type it again. Some providers want a password of its own for programs: you make it on "
        "their page, where the security of your account is set.",
    )


class MailSenderRefused(NetProblem):
    """Facts: ``host``, ``user``, ``sender``."""

    text = N_("core", "{host} lets {user} in, but not write as {sender}.")
    hint = N_("core", "Write as the address of the mailbox, or add this one there as a sender.")


class MailReaderRefused(NetProblem):
    """Facts: ``host``, ``to``."""

    text = N_("core", "{host} does not take mail to {to}.")
    hint = N_("core", "Look for a spelling mistake in the address; the details say what was said.")


class MailLater(NetProblem):
    """Facts: ``host``."""

    text = N_("core", "{host} asks to try again later.")
    hint = N_(
        "core",
        "Some do so with everybody they meet for the first time. Wait ten minutes, then try again.",
    )


class MailRefused(NetProblem):
    """Facts: ``host``."""

    text = N_("core", "{host} refused the mail.")
    hint = N_("core", "The details say why. Ask your mail provider if it stays so.")
