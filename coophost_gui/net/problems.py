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


class HistoryUnrelated(NetProblem):
    text = N_("core", "These two folders never were one: they have no beginning in common.")
    means = N_("core", "Nothing was put together, and both are as they were.")
    hint = N_("core", "Check the address. Or begin with a copy of the folder of the others.")


class FolderBusy(NetProblem):
    text = N_("core", "Somebody is in the middle of something in {path}.")
    means = N_("core", "It was left as it is.")
    hint = N_("core", "Finish what the details name, then try again.")


class RemoteMovedOn(NetProblem):
    """Facts: ``url``."""

    text = N_("core", "Somebody else sent something while you were at it.")
    means = N_("core", "Nothing of theirs was touched, and yours is all here.")
    hint = N_("core", "Look at what came, then send yours again.")
    plans_anew = True


class SendRefused(NetProblem):
    text = N_("core", "{url} does not take what you send.")
    means = N_("core", "Nothing was changed there, and yours is all here.")
    hint = N_("core", "Ask the person who looks after it whether you may send; see the details.")


class FileOfAnotherKind(NetProblem):
    text = N_("core", "The file {path} is not one that somebody sent to you from here.")
    means = N_("core", "Nothing of it was taken, and nothing was changed.")
    hint = N_("core", "Choose another file, or ask for it to be made again.")


class FileTooNew(NetProblem):
    text = N_("core", "The file {path} begins later than what you have.")
    means = N_("core", "Nothing of it was taken, and nothing was changed.")
    hint = N_("core", "Ask for a file with everything in it, from the beginning.")


class FileDoesNotFit(NetProblem):
    text = N_("core", "What {path} wants to change looks different in your folder.")
    means = N_("core", "Nothing of it was taken, and nothing was changed.")
    hint = N_("core", "Bring in the newest from the others first, then try again.")
