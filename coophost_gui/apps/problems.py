"""What may go wrong with an app: what happened, what it means for the data, what to do."""

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_

GOES_ON = N_("core", "Apps that run go on running, and no data were touched.")


class AppUnknown(Problem):
    text = N_("core", "There is no app called {name} here.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "The list of apps shows the names that are there.")


class NoServerYet(Problem):
    text = N_("core", "There is no server yet that an app could live on.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "Add a server first; then come back here.")


class StackNameTaken(Problem):
    text = N_("core", "{name} would get the same short name on the server as {other}.")
    means = N_("core", "Nothing was made yet, and {other} was not touched.")
    hint = N_("core", "Choose an address whose first 45 characters differ.")


class NameTaken(Problem):
    text = N_("core", "There is already something called {name} on {server}.")
    means = N_("core", "It belongs to somebody else's app, so it was not touched.")
    hint = N_("core", "Choose another address for the new app.")


class NameNotRight(Problem):
    """Facts: ``domain``, ``reason`` (a sentence), ``record``."""

    text = N_("core", "{domain} does not lead to your server yet. {reason}")
    means = N_("core", "Nothing was started, so that the secure connection is not asked in vain.")
    hint = N_("core", "The record is: {record}. Once it is right, try again; it goes on from here.")


class FrontDoorMissing(Problem):
    text = N_("core", "The front door of {server} is not set up yet (network “{network}”).")
    means = GOES_ON
    hint = N_("core", "Open the server and finish setting it up, then try again.")


class PartMissing(Problem):
    text = N_("core", "{server} lacks “{name}”, which the app expects to find there.")
    means = GOES_ON
    hint = N_("core", "Make it on the server first, then try again.")


class NoMemoryForIt(Problem):
    """Facts: ``name``, ``server``, ``need``, ``total``."""

    text = N_("core", "{name} asks for {need} of memory, and {server} has {total} in all.")
    means = N_("core", "It would never start there, so nothing was begun.")
    hint = N_("core", "Order more memory for the server, or choose another server, then try again.")


class NothingToAdopt(Problem):
    text = N_("core", "There is no app on {server} that is missing from your list.")
    means = N_("core", "Nothing was changed.")
    hint = N_("core", "The list of apps shows what is there.")


class RecipeFileChanged(Problem):
    """Facts: ``file``, ``name`` (on the server), ``variable``, ``value``."""

    text = N_("core", "The app's file “{file}” has changed, but not its number.")
    means = N_("core", "The server keeps such a file as it is, so nothing was changed.")
    hint = N_(
        "core",
        "Whoever looks after the recipe must raise the number “{variable}” in abra.sh. "
        "It still says “{value}”.",
    )


class RecipeFileHasNoNumber(RecipeFileChanged):
    hint = N_(
        "core",
        "Whoever looks after the recipe must give it one. Until then, stop the app, then start it.",
    )


class SomeoneElseChanged(Problem):
    """Facts: ``name``, ``server``, ``what`` (words of the difference)."""

    text = N_("core", "Somebody else changed {name} on {server} since this was planned. {what}")
    means = N_("core", "Their change was left as it is. No data were touched.")
    hint = N_("core", "Look at the new plan, then decide whether it is still what you want.")
    plans_anew = True


class SettingsChanged(Problem):
    text = N_("core", "The settings of {name} have changed since this was planned.")
    means = N_("core", "Steps that are ticked off are done. Nothing else was touched.")
    hint = N_("core", "Look at the new plan, then decide whether it is still what you want.")
    plans_anew = True


class ImageProblem(Problem):
    """Facts: ``image``, ``server``."""

    text = N_("core", "The programs “{image}” could not be fetched.")
    means = GOES_ON
    hint = N_("core", "Try again; what was fetched already is not fetched twice.")


class ImageMissing(ImageProblem):
    text = N_("core", "There are no programs called “{image}” at the place they come from.")
    hint = N_("core", "Choose another version of the app, or tell whoever looks after its recipe.")


class ImagePrivate(ImageProblem):
    text = N_("core", "The place that “{image}” comes from does not hand it out to us.")
    hint = N_(
        "core",
        "Its name may have a mistake, or it wants a sign-in. Choose another version of the app.",
    )


class RegistryBusy(ImageProblem):
    text = N_("core", "The place that “{image}” comes from asks us to wait: too many downloads.")
    hint = N_("core", "Try again in a few hours; what was fetched already is not fetched twice.")


class RegistryAsksToWait(RegistryBusy):
    """Facts besides: ``seconds``, ``minutes``."""

    hint = N_(
        "core",
        "Try again in {minutes} minutes; what was fetched already is not fetched twice.",
    )


class RegistryAway(ImageProblem):
    text = N_("core", "{server} cannot reach the place that “{image}” comes from.")
    hint = N_("core", "Try again in a while. If it stays, the server's network needs a look.")


class ServerFull(ImageProblem):
    text = N_("core", "The disk of {server} is full, so “{image}” did not fit.")
    means = N_("core", "Apps go on running, but may not be able to store new things.")
    hint = N_("core", "Make room on the server, then try again.")


class NotHealthy(Problem):
    """Facts: ``name``, ``part``, ``reason``; the detail has the last lines of its log."""

    text = N_("core", "{name} does not start. {part}: {reason}")
    means = N_("core", "Its data were not touched, and other apps go on running.")
    hint = N_("core", "The details show its last words. Change the setting, then try again.")


class KeepsRestarting(NotHealthy):
    text = N_("core", "{name} starts, ends, and starts again. {part}: {reason}")


class GivenUp(NotHealthy):
    text = N_("core", "The server stopped trying to start {name}. {part}: {reason}")


class RolledBack(NotHealthy):
    text = N_("core", "The new version of {name} did not start; the old one runs again.")
    means = N_("core", "The app works as before, with its data.")
    hint = N_("core", "The details show the last words of the new version.")


class TakesLonger(NotHealthy):
    text = N_("core", "{name} is not ready after {minutes} minutes. {part}: {reason}")
    means = N_("core", "It goes on starting by itself. Its data were not touched.")
    hint = N_("core", "Try again to go on watching; the details show its last words.")


class NotSeenOutside(Problem):
    """Facts: ``name``, ``address``, ``reason``."""

    text = N_("core", "{name} runs, but does not answer at {address}: {reason}")
    means = N_("core", "The app itself is well, and its data are where they should be.")
    hint = N_("core", "Wait a few minutes, then try again. The front door may need a look.")


class StillStopping(Problem):
    text = N_("core", "{name} is still stopping.")
    means = N_("core", "Its data are kept.")
    hint = N_("core", "Wait a minute, then try again.")


class SecretNotGiven(Problem):
    text = N_("core", "{name} needs “{secret}”, which only you can know.")
    means = N_("core", "Nothing was started yet.")
    hint = N_("core", "Try again and fill it in.")
