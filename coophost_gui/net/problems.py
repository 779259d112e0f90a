"""What can go wrong between this computer and an address, in words."""

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_


class NetProblem(Problem):
    means = N_("core", "Nothing was changed. What runs on your servers goes on running.")
    hint = N_("core", "Check that this computer is online, then try again.")


class NameUnknown(NetProblem):
    text = N_("core", "Nobody knows the address {name}.")
    hint = N_(
        "core",
        "Look for a spelling mistake. A new name can take some hours until it is known everywhere.",
    )


class NamesSilent(NetProblem):
    text = N_("core", "The address book of the internet (DNS) does not answer for {name}.")


class AddressSilent(NetProblem):
    """Facts: ``host``, ``port``."""

    text = N_("core", "{host} does not answer.")
    hint = N_("core", "Check that it is switched on and that port {port} is open, then try again.")


class AddressRefused(NetProblem):
    text = N_("core", "{host} is there, but nothing listens on port {port}.")
    hint = N_("core", "Check the address, or wait until what should answer there has started.")


class AnswerCut(NetProblem):
    text = N_("core", "{host} stopped in the middle of its answer.")


class AnswerOdd(NetProblem):
    text = N_("core", "What {host} answered makes no sense to this program.")
    hint = N_("core", "Check that the address is right; the details say what came.")


class AddressOdd(NetProblem):
    text = N_("core", "{url} is not an address that this program can open.")
    hint = N_("core", "It should begin with https:// and have a name behind it.")


class TooManyTurns(NetProblem):
    text = N_("core", "{host} sends every visitor round in circles.")
    hint = N_("core", "Check the settings of the app about its own address.")


class CertificateBad(NetProblem):
    """Facts: ``host``."""

    text = N_("core", "The connection to {host} cannot be secured.")
    hint = N_("core", "Do not type a password there. The details say what the certificate lacks.")


class CertificateUntrusted(CertificateBad):
    text = N_("core", "The certificate of {host} was made by nobody that this computer trusts.")
    hint = N_("core", "Right after a start this passes within minutes. Do not type a password yet.")


class CertificateWrongName(CertificateBad):
    text = N_("core", "The certificate that {host} shows belongs to another address.")
    hint = N_("core", "Right after a start this passes within minutes. Do not type a password yet.")


class CertificateExpired(CertificateBad):
    text = N_("core", "The certificate of {host} has run out.")
    hint = N_("core", "Check the clock of this computer. If it is right, renew the certificate.")


class SettingOdd(NetProblem):
    text = N_("core", "The setting “{setting}” of this program cannot be used: {value}")
    hint = N_("core", "Correct or remove it in settings.yml, then try again.")


class FolderTaken(NetProblem):
    text = N_("core", "The folder {path} is there already and holds something else.")
    means = N_("core", "It was left as it is.")
    hint = N_("core", "Move it away, then try again.")


class FolderChanged(NetProblem):
    text = N_("core", "Somebody changed files in {path}.")
    means = N_("core", "They were left as they are.")
    hint = N_("core", "Keep the changes in a commit of their own or undo them, then try again.")


class RepositoryMissing(NetProblem):
    text = N_("core", "There is nothing to fetch at {url}.")
    hint = N_("core", "Check the address. It may have moved, or need a password.")


class RepositoryLocked(NetProblem):
    text = N_("core", "{url} wants a name and a password.")
    hint = N_("core", "This program has none to give. Fetch it by hand (git), or use ssh://.")


class RepositoryOdd(NetProblem):
    text = N_("core", "What came from {url} is not a repository that can be used.")


class RepositoryEmpty(NetProblem):
    text = N_("core", "The repository at {url} is still empty.")
    hint = N_("core", "Check the address, or ask the person who made it.")


class RepositoryTooBig(NetProblem):
    text = N_("core", "The repository at {url} is far too big for what it should hold.")
    means = N_("core", "Nothing of it was kept, and nothing was changed.")
    hint = N_("core", "Check the address. The details say what is too much.")


class WayNotKnown(NetProblem):
    text = N_("core", "This program cannot fetch from {url}.")
    hint = N_("core", "Use an address that begins with https://, http:// or git://.")


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
