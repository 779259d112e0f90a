"""What may be wrong with a recipe's compose files."""

from coophost_gui.kit.problems import Problem
from coophost_gui.kit.text import N_


class ComposeProblem(Problem):
    """The detail says it in the words that Docker's own tools use."""

    text = N_("core", "The app's plan (recipe) has a mistake that Docker would refuse.")
    means = N_("core", "Nothing was changed; apps that run are not touched by this.")
    hint = N_(
        "core", "Choose another version of the app, or send the details to the recipe's makers."
    )


class ReachesOutside(ComposeProblem):
    """Docker would read it; we do not put a file of this computer into somebody's app."""

    text = N_("core", "The app's plan (recipe) asks for a file outside of its own folder: {path}.")
    means = N_("core", "The file was not read, and nothing was changed.")
