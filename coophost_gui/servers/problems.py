"""What may go wrong while a server is being set up, beside what ``preflight`` finds before."""

from typing import ClassVar

from coophost_gui.hosts.base import HostProblem
from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_, Said, said

DONE_STAYS = N_("core", "Steps that are ticked off are done and stay. Nothing else was touched.")


class SetupProblem(HostProblem):
    """Something on the way; facts: ``host``."""

    means: ClassVar[str] = DONE_STAYS


class Unfit(HostProblem):
    """Something about the server stands in the way; facts: ``host``."""

    means = N_("core", "Nothing was changed on the server.")
    blocks: ClassVar[bool] = True  # False: worth saying, but one may go on

    def words(self) -> Said:
        return said(self.text, **self.facts)


class PackagesUnreachable(SetupProblem):
    text = N_("core", "{host} cannot fetch the programs that it needs.")
    hint = N_(
        "core",
        "Its internet connection or its list of sources does not work. Wait some minutes and "
        "press the same button; if it stays so, ask your provider.",
    )


class InstallerBusy(SetupProblem):
    text = N_("core", "Another program on {host} has been installing things for {minutes} minutes.")
    hint = N_(
        "core",
        "New servers often update themselves first. Wait until that is through, "
        "then press the same button.",
    )


class InstallStopped(SetupProblem):
    text = N_("core", "A program could not be set up on {host}.")
    hint = N_(
        "core",
        "Open the details to see what the server said. The same button goes on from here.",
    )


class DockerDoesNotStart(SetupProblem):
    text = N_("core", "Docker is installed on {host} but does not start.")
    hint = N_("core", "Send the report to the person who helps you, then press the same button.")


class ConfigUnreadable(SetupProblem):
    text = N_("core", "The settings of Docker on {host} cannot be read as they are.")
    means = N_("core", "The file /etc/docker/daemon.json was left untouched.")
    hint = N_(
        "core",
        "Have the file corrected on the server; the details say where it stops. "
        "Then press the same button.",
    )


class ConfigRefused(SetupProblem):
    text = N_("core", "Docker on {host} did not start with the new settings, so we took them back.")
    means = N_("core", "The old settings are back and Docker runs with them.")
    hint = N_("core", "Open the details to see what Docker said, and send the report.")


class NetworkInTheWay(SetupProblem):
    text = N_("core", "A network called “proxy” on {host} is of another kind ({kind}).")
    hint = N_(
        "core",
        "Have it removed on the server (“docker network rm proxy”) if nothing uses it, "
        "then press the same button.",
    )


class NoRoomForNetworks(SetupProblem):
    text = N_("core", "Every private network address on {host} seems to be in use.")
    hint = N_("core", "Send the report to the person who helps you: it lists the networks.")


class HostKeyRefused(SetupProblem):
    text = N_("core", "{host} does not take the key that it has made itself.")
    means = N_("core", "It goes on with the one from the text, and nothing is locked.")
    hint = N_("core", "The details say why. Press the same button to go on from here.")


class AlreadyIntroduced(Problem):
    text = N_("core", "The server “{name}” has introduced itself already, and waits for you.")
    means = N_("core", "Its text is not needed any more. Nothing was changed.")
    hint = N_("core", "Go on with “Add a server” and type its address.")


class NameTaken(Problem):
    text = N_("core", "You already have a server called “{name}”, at {address}.")
    means = N_("core", "Nothing was changed, neither here nor on a server.")
    hint = N_("core", "Choose another name for this one, or go to the server that you have.")


class ContextTaken(SetupProblem):
    text = N_("core", "Docker's tools on this computer know another server as “{name}”: {address}.")
    hint = N_(
        "core",
        "If nobody needs that entry, take it away (“docker context rm {name}”), "
        "then press the same button.",
    )


class AppsStillHere(Problem):
    text = N_("core", "{count} apps of {server} are kept in this computer's list.")
    means = N_("core", "Nothing was forgotten, and the apps go on running.")
    hint = N_("core", "Take the apps off the server first, or leave the server in the list.")


class ServerUnknown(Problem):
    text = N_("core", "There is no server called “{server}” in your list.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "See the list with “coophost server list”, or add the server.")
