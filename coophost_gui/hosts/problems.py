"""What may stand between us and a machine. Facts: ``host``, and what each text names."""

from coophost_gui.hosts.base import HostProblem
from coophost_gui.kit.text import N_

NOTHING_SENT = N_("core", "Nothing was changed, and no password was sent.")
NOT_CHANGED = N_("core", "Nothing was changed on the server.")
DONE_STAYS = N_("core", "What was finished stays. Apps on the server go on running.")


class HostUnreachable(HostProblem):
    text = N_("core", "{host} does not answer on port {port}.")
    hint = N_(
        "core",
        "Check the address for a typing mistake, and that the server is switched on at your "
        "provider. Then try again.",
    )


class NameUnknown(HostProblem):
    text = N_("core", "Nobody knows the name {host}.")
    hint = N_("core", "Check it for a typing mistake, or type the server's numbers instead.")


class HostSilent(HostProblem):
    text = N_("core", "{host} has stopped answering.")
    means = DONE_STAYS
    hint = N_("core", "Wait a minute and try again. Finished steps are skipped.")


class NotASecureShell(HostProblem):
    text = N_("core", "What answers at {host} on port {port} is not a server's login (SSH).")
    means = NOTHING_SENT
    hint = N_("core", "Check the address and the port at your provider, then try again.")


class TooOld(HostProblem):
    text = N_("core", "{host} only speaks old kinds of encryption that are no longer safe.")
    means = NOTHING_SENT
    hint = N_("core", "Have the server installed again with Debian 12 or 13, then try again.")


class HopRefuses(HostProblem):
    text = N_("core", "{hop} lets us in, but not through to {host}.")
    means = NOTHING_SENT
    hint = N_(
        "core",
        "Your ssh settings (ProxyJump) lead through {hop}. Ask the person who looks after it to "
        "allow forwarding for you.",
    )


class HopDoesNotReach(HostProblem):
    text = N_("core", "{hop}, on the way, does not reach {host} on port {port}.")
    means = NOTHING_SENT
    hint = N_(
        "core",
        "Check the address and the port in your ssh settings, and that the server is switched "
        "on. Then try again.",
    )


class HopsWithoutEnd(HostProblem):
    text = N_("core", "Your ssh settings send us in a circle on the way to {host}.")
    means = NOTHING_SENT
    hint = N_(
        "core",
        "The details say which machines are named (ProxyJump). Correct it in the file, then "
        "try again.",
    )


class CommandGaveUp(HostProblem):
    text = N_("core", "The command that leads to {host} has ended before we got there.")
    means = NOTHING_SENT
    hint = N_(
        "core",
        "Your ssh settings name it (ProxyCommand). The details say what it wrote. "
        "Correct it, then try again.",
    )


class PasswordWrong(HostProblem):
    text = N_("core", "{host} does not accept this password for “{user}”.")
    means = NOT_CHANGED
    hint = N_("core", "Copy it from your provider's message once more, then try again.")


class PasswordExpired(HostProblem):
    text = N_("core", "{host} wants “{user}” to choose a new password before anything else.")
    means = NOT_CHANGED
    hint = N_(
        "core",
        "Log in once from a terminal (“ssh {user}@{host}”) or at your provider. Choose a new "
        "password there, and type that one here. Then try again.",
    )


class KeyRefused(HostProblem):
    text = N_("core", "{host} does not let “{user}” in with a key from this computer.")
    means = NOT_CHANGED
    hint = N_("core", "Type the password that your provider gave you, then try again.")


class PasswordNotAllowed(HostProblem):
    text = N_("core", "{host} lets nobody in with a password; it wants a key (login: {user}).")
    means = NOT_CHANGED
    hint = N_(
        "core",
        "Put the key of this computer into the key box at your provider. Or use the computer "
        "that can already get in.",
    )


class TooManyPasswords(HostProblem):
    text = N_("core", "{host} has refused three passwords for “{user}”. We stopped here.")
    means = N_(
        "core",
        "Nothing was changed. With more wrong ones the server might lock this computer out.",
    )
    hint = N_(
        "core",
        "Look the password up at your provider, or have it set anew there. "
        "In {minutes} minutes you may try again here.",
    )


class NotLetInYet(HostProblem):
    text = N_("core", "{host} does not know the key of this computer yet (login: {user}).")
    means = NOT_CHANGED
    hint = N_(
        "core",
        "The details begin with that key. Send it to a person who already gets in, and ask her "
        "to let it in. Then try again.",
    )


class TooManyKeys(KeyRefused):
    text = N_("core", "{host} hung up before “{user}” was let in.")
    means = NOT_CHANGED
    hint = N_(
        "core",
        "Servers do so after some tries. Name the right key in your ssh settings "
        "(IdentityFile, IdentitiesOnly), then try again.",
    )


class AccountClosed(HostProblem):
    text = N_("core", "{host} has closed the account “{user}” for now.")
    means = NOT_CHANGED
    hint = N_(
        "core",
        "The details say what the server said. Ask the person who looks after it to open the "
        "account, then try again.",
    )


class PassphraseWrong(HostProblem):
    text = N_("core", "The key {key} was not unlocked.")
    means = N_("core", "Nothing was sent to {host}, and the key is as it was.")
    hint = N_(
        "core",
        "Look up the words that you chose when the key was made, then try again. "
        "Nobody can find them out from the key.",
    )


class HostKeyChanged(HostProblem):
    text = N_("core", "{host} answers with another fingerprint than last time.")
    means = N_(
        "core",
        "Perhaps the server was installed anew, or somebody pretends to be it. "
        "Nothing was sent, and nothing was changed.",
    )
    hint = N_(
        "core",
        "Ask the person who looks after the server whether it was installed anew. Only then "
        "remove the old entry (the details say which line of which file) and try again.",
    )
    stops = True


class HostKeyRevoked(HostKeyChanged):
    text = N_("core", "The fingerprint of {host} has been declared stolen or withdrawn.")
    hint = N_("core", "Do not go on. Talk to the person who looks after the server.")


class FingerprintDiffers(HostProblem):
    text = N_("core", "The fingerprints of {host} are different. We stopped here.")
    means = NOTHING_SENT
    hint = N_(
        "core",
        "Check that you copied the fingerprint of this very server. If it still differs, "
        "do not go on: ask your provider.",
    )
    stops = True


class NotIntroduced(HostProblem):
    text = N_("core", "{host} is not the server that was rented with a text from here.")
    means = NOTHING_SENT
    hint = N_(
        "core",
        "Check the address, and that the text was in the box when you ordered. If both are right, "
        "do not go on: ask your provider.",
    )
    stops = True


class IntroductionExpired(HostProblem):
    text = N_("core", "The text that {host} was rented with is too old to be trusted.")
    means = N_("core", "It was good for two weeks. Nothing was changed, and no password was sent.")
    hint = N_(
        "core",
        "Make a new text for {name}. Have the server installed again at your provider, with the "
        "new text in its box.",
    )
    stops = True


class IntroductionUnknown(HostProblem):
    text = N_("core", "No text for a server called “{name}” was made on this computer.")
    means = NOTHING_SENT
    hint = N_("core", "Check the name, or add the server without it and compare its fingerprint.")


class NoSudo(HostProblem):
    text = N_("core", "“{user}” may not act as administrator on {host}.")
    means = NOT_CHANGED
    hint = N_("core", "Use the name that your provider gave you first, often “root”.")


class SudoPasswordWrong(HostProblem):
    text = N_("core", "{host} does not accept this administrator password for “{user}”.")
    means = DONE_STAYS
    hint = N_("core", "Try again. It is usually the password you log in with.")


class ConnectionLost(HostProblem):
    text = N_("core", "The connection to {host} broke.")
    means = DONE_STAYS
    hint = N_("core", "Try again. Finished steps are skipped.")


class CommandTookTooLong(HostProblem):
    text = N_("core", "{host} did not finish a command within {minutes} minutes.")
    means = DONE_STAYS
    hint = N_("core", "Try again. If it stays, have a look whether the server is overloaded.")


class SaysTooMuch(HostProblem):
    text = N_("core", "{host} answered a command with more than we can hold, so we left it.")
    means = DONE_STAYS
    hint = N_("core", "Try again. If it stays, send the report to the person who helps you.")


class FileNotWritten(HostProblem):
    text = N_("core", "{host} could not write the file {path}.")
    means = N_("core", "The file is as it was before.")
    hint = N_("core", "The details say why. Often the disk is full: free some room, try again.")


class FileNotRead(HostProblem):
    text = N_("core", "{host} could not read the file {path}.")
    means = N_("core", "The file is there, and it was not changed.")
    hint = N_("core", "Open the details to see what the server said, then try again.")


class EngineUnreachable(HostProblem):
    text = N_("core", "The app control (Docker) on {host} does not answer.")
    hint = N_("core", "Run the steps of “Add a server” again: they start what has stopped.")


class EngineOdd(HostProblem):
    text = N_("core", "What the app control (Docker) on {host} answered makes no sense to us.")
    means = N_("core", "We changed nothing because of it. Your apps on the server go on running.")
    hint = N_(
        "core",
        "Try again. If it stays so, another program may answer there: send the report to the "
        "person who helps you.",
    )
